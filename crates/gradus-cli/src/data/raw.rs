//! A table whose features are learned within each fold.

use gradus::data::{Encoder, Missing, Table, Target, Targets, Task, Unseen};
use gradus::resample::{
    Fold, Folds, GroupKFold, KFold, LeaveOneOut, RareClass, ResampleError, Resampler, RowOrder,
    StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit,
};
use gradus::select::RawData;

use super::row_keys::{Groups, Times};
use super::{OpenTable, TableSource};
use crate::args::{FoldArgs, ModelArg, RawTableArgs};
use crate::error::CliError;
use crate::output::short;
use crate::recipe::Recipe;
use crate::scores::Truth;

/// A table as it was read, and how a fold is to encode it.
#[derive(Debug)]
pub(crate) struct RawTable {
    table: Table,
    encoder: Encoder,
    target: Target,
    ways: Keys,
}

/// The columns by which rows are held out, which are no features.
#[derive(Debug)]
struct Keys {
    groups: Option<Groups>,
    times: Option<Times>,
}

impl RawTable {
    pub(crate) fn read(
        source: &TableSource,
        args: &RawTableArgs,
        folds: &FoldArgs,
        model: ModelArg,
    ) -> Result<Self, CliError> {
        let keys = [("--group", &folds.group), ("--time", &folds.time)];
        for (option, name) in
            keys.iter().filter_map(|(option, name)| Some((option, name.as_ref()?)))
        {
            if *name == args.target || args.ignore.contains(name) {
                return Err(CliError::usage(format!(
                    "{name:?} is named by {option} and is the target or ignored; leave it out of one"
                )));
            }
        }
        if args.ignore.contains(&args.target) {
            return Err(CliError::usage(format!(
                "the target {:?} cannot be ignored; leave it out of --ignore",
                args.target
            )));
        }
        let open = OpenTable { categorical: &args.categorical, ignore: &args.ignore };
        let table = source.open(&open)?;
        let groups = folds.group.as_ref().map(|name| Groups::new(&table, name)).transpose()?;
        let times = folds.time.as_ref().map(|name| Times::new(&table, name)).transpose()?;
        let (scaling, coding) = Recipe::coding(model);
        let encoder = Encoder {
            missing: args.missing.map_or(Missing::Error, Missing::from),
            scaling,
            coding,
            // A fold need not show every level.
            unseen: Unseen::Zeros,
            ignore: folds.group.iter().chain(&folds.time).cloned().collect(),
            ..Encoder::default()
        };
        let task = args.task.map_or(Task::Auto, Task::from);
        let target = Target { column: args.target.clone(), task };
        Ok(Self { table, encoder, target, ways: Keys { groups, times } })
    }

    /// The usable rows, by which everything below is numbered.
    pub(crate) fn data(&self) -> Result<RawData<'_>, CliError> {
        Ok(RawData::new(&self.table, &self.encoder, &self.target)?)
    }

    pub(crate) fn truth(&self, data: &RawData<'_>) -> Result<Truth, CliError> {
        Ok(match data.target().encode::<f64>(&self.table, data.rows())? {
            Targets::Classes { codes, .. } => Truth::Classes(codes),
            Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
        })
    }

    /// What the user should know about the data.
    pub(crate) fn notes(&self, data: &RawData<'_>, asked: bool) -> Vec<String> {
        let (usable, all) = (data.rows().len(), self.table.rows());
        let mut notes = Vec::new();
        if usable < all {
            notes.push(format!("{} of {all} rows were left out for missing values", all - usable));
        }
        let numbers = self
            .table
            .column(&self.target.column)
            .is_ok_and(|column| column.kind() == gradus::data::ColumnKind::Numeric);
        if !asked
            && numbers
            && let Some(labels) = data.target().labels()
        {
            notes.push(format!(
                "the target {:?} holds {} different whole numbers, which are taken for classes; --task \
                 regression takes them for values",
                self.target.column,
                labels.len()
            ));
        }
        notes
    }

    /// How rows are held out.
    pub(crate) fn way(&self, args: &FoldArgs, data: &RawData<'_>, truth: &Truth, seed: u64) -> Way {
        let rows = data.rows();
        let ranks = self.ways.times.as_ref().map(Times::ranks);
        let of = |codes: &[u32]| rows.iter().map(|&row| codes[row]).collect();
        Way {
            folds: args.folds,
            repeats: args.repeats,
            leave_one_out: args.leave_one_out,
            gap: args.gap,
            classes: match truth {
                Truth::Classes(codes) if !args.no_stratify => Some(codes.clone()),
                _ => None,
            },
            groups: self.ways.groups.as_ref().map(|groups| of(groups.codes())),
            times: ranks.map(|ranks| of(&ranks)),
            seed,
        }
    }

    /// The number of columns that become features.
    pub(crate) fn columns(&self) -> usize {
        self.table.columns().len() - 1 - self.encoder.ignore.len()
    }
}

/// How rows are held out, whichever rows there are.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    folds: usize,
    repeats: usize,
    leave_one_out: bool,
    gap: usize,
    classes: Option<Vec<u32>>,
    groups: Option<Vec<u32>>,
    times: Option<Vec<u32>>,
    seed: u64,
}

impl Way {
    /// The same with another number of folds, made once.
    pub(crate) fn outer(&self, folds: usize) -> Self {
        Self { folds, repeats: 1, leave_one_out: false, ..self.clone() }
    }

    /// Whether every row is held out once.
    pub(crate) fn is_partition(&self) -> bool {
        self.repeats == 1 && self.times.is_none()
    }

    /// In words.
    pub(crate) fn describe(&self) -> String {
        if self.leave_one_out {
            return "each row held out by itself".to_owned();
        }
        let mut text = format!("{} folds", self.folds);
        match (&self.times, &self.groups) {
            (Some(_), _) => {
                let gap = if self.gap > 0 {
                    format!(", {} rows between", self.gap)
                } else {
                    String::new()
                };
                return format!("{text} in time, each tested on what comes next{gap}");
            }
            (None, Some(_)) => text.push_str(" of whole groups"),
            (None, None) => {}
        }
        if self.classes.is_some() {
            text.push_str(", stratified");
        }
        if self.repeats > 1 {
            text.push_str(&format!(", {} times", self.repeats));
        }
        format!("{text}, seed {}", self.seed)
    }

    /// The folds of some of the rows, numbered from 0 among them.
    pub(crate) fn folds_of(&self, rows: &[usize]) -> Result<Folds, ResampleError> {
        let m = rows.len();
        let of = |codes: &Vec<u32>| -> Vec<u32> { rows.iter().map(|&row| codes[row]).collect() };
        let (classes, groups) = (self.classes.as_ref().map(of), self.groups.as_ref().map(of));
        let (folds, seed) = (self.folds, self.seed);
        if self.leave_one_out {
            return LeaveOneOut.folds(m);
        }
        if let Some(times) = self.times.as_ref().map(of) {
            return in_time(&times, folds, self.gap);
        }
        match (&classes, &groups) {
            (Some(classes), Some(groups)) => {
                StratifiedGroupKFold { folds, classes, groups, seed }.folds(m)
            }
            (None, Some(groups)) => GroupKFold { folds, groups }.folds(m),
            (classes, None) => {
                let mut made: Vec<Fold> = Vec::new();
                for repeat in 0..self.repeats as u64 {
                    let seed = seed.wrapping_add(repeat << 32);
                    made.extend(match classes {
                        Some(classes) => {
                            let rare = RareClass::Spread;
                            StratifiedKFold { folds, classes, seed, rare }
                                .folds(m)?
                                .iter()
                                .collect()
                        }
                        None => {
                            let order = RowOrder::Shuffled { seed };
                            KFold { folds, order }.folds(m)?.iter().collect::<Vec<_>>()
                        }
                    });
                }
                Folds::given(m, made)
            }
        }
    }

    pub(crate) fn all(&self, m: usize) -> Result<Folds, CliError> {
        let rows: Vec<usize> = (0..m).collect();
        self.folds_of(&rows).map_err(|error| match error {
            ResampleError::TooManyFolds { folds, count, what } => CliError::usage(format!(
                "{count} {what} cannot fill {folds} folds; ask for fewer (--folds)"
            )),
            ResampleError::TooFewFolds { folds } => CliError::usage(format!(
                "{folds} fold leaves nothing to fit on; ask for at least 2 (--folds)"
            )),
            error => CliError::from(error),
        })
    }
}

/// Folds along the order of times.
fn in_time(times: &[u32], folds: usize, gap: usize) -> Result<Folds, ResampleError> {
    let mut order: Vec<usize> = (0..times.len()).collect();
    order.sort_by_key(|&row| times[row]);
    let split = TimeSeriesSplit { folds, gap, ..TimeSeriesSplit::default() };
    let made = split.folds(times.len())?;
    let placed: Result<Vec<Fold>, ResampleError> =
        made.iter().map(|fold| fold.within(&order)).collect();
    Folds::given(times.len(), placed?)
}

/// `15` or `14–15`.
pub(crate) fn range_of(sizes: impl Iterator<Item = usize> + Clone) -> String {
    let (least, most) = (sizes.clone().min().unwrap_or(0), sizes.max().unwrap_or(0));
    if least == most { short(least as f64, 12) } else { format!("{least}–{most}") }
}
