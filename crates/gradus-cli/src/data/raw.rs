//! A table whose features are learned within each fold.

use gradus::data::{Coding, ColumnKind, Encoder, Missing, Table, Target, Targets, Task, Unseen};
use gradus::io::{Offset, OffsetScale};
use gradus::resample::{
    Fold, Folds, GroupKFold, KFold, LeaveOneOut, RareClass, ResampleError, Resampler, RowOrder,
    StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit,
};
use gradus::select::RawData;

use super::TableSource;
use super::columns::{self, Roles};
use super::design::{offset_role, usable};
use super::outcome::MOST_CLASSES;
use super::row_keys::{Groups, Times};
use crate::args::{FoldArgs, ModelArg, RawTableArgs, TaskArg};
use crate::error::CliError;
use crate::output::{listed, short};
use crate::recipe::Recipe;
use crate::scores::Truth;

/// A table as it was read, and how a fold is to encode it.
#[derive(Debug)]
pub(crate) struct RawTable {
    pub(super) table: Table,
    pub(super) encoder: Encoder,
    target: Target,
    event: Option<String>,
    weights: Option<String>,
    pub(super) offset: Option<Offset>,
    ways: Keys,
}

/// The columns by which rows are held out, which are no features.
#[derive(Debug)]
struct Keys {
    groups: Option<Groups>,
    times: Option<Times>,
}

/// The usable rows, by whose places everything is numbered, and what is known of each beside its
/// features and target.
#[derive(Debug)]
pub(crate) struct RawRows<'t> {
    pub(crate) data: RawData<'t>,
    /// How much each row counts in a fit, if not all the same.
    pub(crate) weights: Option<Vec<f64>>,
    /// What is added to the linear predictor of each row.
    pub(crate) offset: Option<Vec<f64>>,
    /// The group of each row, if some belong together.
    groups: Option<Vec<u32>>,
}

impl RawRows<'_> {
    /// The weights of the rows at these places.
    pub(crate) fn weights_of(&self, places: &[usize]) -> Option<Vec<f64>> {
        of_places(&self.weights, places)
    }

    /// The offsets of the rows at these places.
    pub(crate) fn offset_of(&self, places: &[usize]) -> Option<Vec<f64>> {
        of_places(&self.offset, places)
    }

    /// The groups of the rows at these places.
    pub(crate) fn groups_of(&self, places: &[usize]) -> Option<Vec<u32>> {
        of_places(&self.groups, places)
    }
}

fn of_places<T: Copy>(values: &Option<Vec<T>>, places: &[usize]) -> Option<Vec<T>> {
    values.as_ref().map(|values| places.iter().map(|&place| values[place]).collect())
}

impl RawTable {
    pub(crate) fn read(
        source: &TableSource,
        args: &RawTableArgs,
        folds: &FoldArgs,
        model: ModelArg,
    ) -> Result<Self, CliError> {
        let offset = offset(args, model)?;
        let roles = Roles {
            columns: &args.columns,
            target: &args.target,
            others: vec![
                ("--weights", args.columns.weights.as_deref()),
                offset_role(offset.as_ref()),
                ("--group", folds.group.as_deref()),
                ("--time", folds.time.as_deref()),
            ],
        };
        let table = roles.read(source)?;
        let ignore = roles.unused(&table)?;
        let groups = folds.group.as_ref().map(|name| Groups::new(&table, name)).transpose()?;
        let times = folds.time.as_ref().map(|name| Times::new(&table, name)).transpose()?;
        let (scaling, coding) = Recipe::coding(model);
        let references = args.reference.iter().map(|r| (r.column.clone(), r.level.clone()));
        let encoder = Encoder {
            missing: args.columns.missing.map_or(Missing::Error, Missing::from),
            scaling,
            coding: match args.reference.as_slice() {
                [] => coding,
                _ => Coding::Treatment { references: references.collect() },
            },
            // A fold need not show every level.
            unseen: Unseen::Zeros,
            ignore,
            ..Encoder::default()
        };
        let task = task(&table, args, model)?;
        let target = Target { column: args.target.clone(), task };
        let weights = args.columns.weights.clone();
        let ways = Keys { groups, times };
        Ok(Self { table, encoder, target, event: args.event.clone(), weights, offset, ways })
    }

    /// The usable rows.
    pub(crate) fn rows(&self) -> Result<RawRows<'_>, CliError> {
        let beside = [self.weights.as_deref(), self.offset.as_ref().map(|o| o.column.as_str())];
        let rows =
            usable(&self.table, &self.encoder, &self.target.column, beside.into_iter().flatten())?;
        let mut data = RawData::of_rows(&self.table, &self.encoder, &self.target, rows)?;
        let rows = data.rows().to_vec();
        let weights = self.weights.as_deref();
        let weights = weights.map(|name| columns::weights(&self.table, name, &rows)).transpose()?;
        let offset = self.offset.as_ref();
        let offset = offset.map(|offset| offset.values(&self.table, &rows)).transpose()?;
        let labels = data.target().labels().unwrap_or_default();
        if labels.len() > MOST_CLASSES {
            return Err(CliError::usage(format!(
                "the target {:?} has {} classes, more than {MOST_CLASSES}; take --task regression for a \
                 value, or name another column (--target)",
                self.target.column,
                labels.len()
            )));
        }
        if let Some(event) = &self.event {
            if labels.len() != 2 {
                return Err(CliError::usage(format!(
                    "--event names one of two classes, and the target {:?} holds {}; leave it out",
                    self.target.column,
                    match labels {
                        [] => "values".to_owned(),
                        labels => format!("{} classes ({})", labels.len(), listed(labels, 12)),
                    }
                )));
            }
            data = data.with_event(event)?;
        }
        let groups = self.ways.groups.as_ref();
        let groups = groups.map(|groups| rows.iter().map(|&row| groups.codes()[row]).collect());
        Ok(RawRows { data, weights, offset, groups })
    }

    pub(crate) fn truth(&self, data: &RawData<'_>) -> Result<Truth, CliError> {
        Ok(match data.target().encode::<f64>(&self.table, data.rows())? {
            Targets::Classes { codes, .. } => Truth::Classes(codes),
            Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
        })
    }

    /// What the user should know about the data.
    pub(crate) fn notes(&self, data: &RawData<'_>) -> Vec<String> {
        let (usable, all) = (data.rows().len(), self.table.rows());
        let mut notes = Vec::new();
        if usable < all {
            notes.push(format!("{} of {all} rows were left out for missing values", all - usable));
        }
        if self.target.task == Task::Auto
            && self.holds_numbers()
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

    /// Whether the target column is one of numbers.
    pub(crate) fn holds_numbers(&self) -> bool {
        let column = self.table.column(&self.target.column);
        column.is_ok_and(|column| column.kind() == ColumnKind::Numeric)
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

/// What is added to the linear predictor, for models that take it.
fn offset(args: &RawTableArgs, model: ModelArg) -> Result<Option<Offset>, CliError> {
    let (option, column, scale) = match (&args.offset, &args.exposure) {
        (Some(column), _) => ("--offset", column, OffsetScale::Identity),
        (None, Some(column)) => ("--exposure", column, OffsetScale::Log),
        (None, None) => return Ok(None),
    };
    let of = match scale {
        OffsetScale::Log => "poisson",
        _ => "ols, logistic, poisson, lasso, ridge and elastic-net",
    };
    let takes = match model {
        ModelArg::Poisson => true,
        ModelArg::Network | ModelArg::Svm | ModelArg::Multinomial => false,
        _ => option == "--offset",
    };
    if takes {
        return Ok(Some(Offset { column: column.clone(), scale }));
    }
    Err(CliError::usage(format!(
        "{option} is for {of}, and the model is {}; leave it out, or choose another (--model)",
        model.name()
    )))
}

/// Whether the target is a class or a value: some models leave no choice.
fn task(table: &Table, args: &RawTableArgs, model: ModelArg) -> Result<Task, CliError> {
    let name = &args.target;
    let asked = args.task.filter(|task| *task != TaskArg::Auto);
    match model {
        ModelArg::Ols | ModelArg::Poisson => {
            let is_text = table.column(name)?.kind() == ColumnKind::Categorical;
            if is_text || asked == Some(TaskArg::Classification) {
                return Err(CliError::usage(format!(
                    "the target {name:?} holds {}, and --model {} predicts numbers; take --model logistic \
                     for two classes, multinomial or ridge for more, or name another column (--target)",
                    if is_text { "text" } else { "classes, as --task says" },
                    model.name()
                )));
            }
            Ok(Task::Regression)
        }
        ModelArg::Logistic | ModelArg::Multinomial | ModelArg::Svm => {
            if asked == Some(TaskArg::Regression) {
                return Err(CliError::usage(format!(
                    "--model {} predicts classes, and --task regression takes the target for a value; \
                     leave it out, or take --model ols or ridge",
                    model.name()
                )));
            }
            Ok(Task::Classification)
        }
        _ => Ok(args.task.map_or(Task::Auto, Task::from)),
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
