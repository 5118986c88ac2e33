//! Which row goes to which part.

use gradus::data::{Table, Target, Targets, Task};
use gradus::resample::{
    Fractions, ResampleError, Split, group_holdout, holdout, quantile_bins, recommended_fractions,
    stratified_group_holdout, stratified_holdout, time_holdout,
};

use crate::args::{Shares, SplitArgs};
use crate::data::{Groups, Times};
use crate::error::CliError;

/// Bins of a column of numbers that is shared out.
const BINS: usize = 10;
/// The name of the class of rows that lack the column.
const MISSING: &str = "(missing)";

/// The parts, and by what they were made.
#[derive(Debug)]
pub(super) struct Assigned {
    pub(super) split: Split,
    /// The shares that were asked for, or suit the number of rows.
    pub(super) fractions: Fractions,
    /// In words.
    pub(super) how: String,
    pub(super) classes: Option<Classes>,
    pub(super) groups: Option<Groups>,
    pub(super) times: Option<Times>,
    pub(super) notes: Vec<String>,
}

/// The class of each row.
#[derive(Debug)]
pub(super) struct Classes {
    codes: Vec<u32>,
    pub(super) labels: Vec<String>,
}

pub(super) fn assign(args: &SplitArgs, table: &Table) -> Result<Assigned, CliError> {
    let fractions = match args.fractions {
        Some(Shares([train, dev, test])) => {
            Fractions { train: train / 100.0, dev: dev / 100.0, test: test / 100.0 }
        }
        None => recommended_fractions(table.rows()),
    };
    if let Some(name) = &args.time {
        let times = Times::new(table, name)?;
        let split = match &times {
            Times::Numbers(values) => time_holdout(values, fractions, args.gap),
            Times::Texts(texts) => time_holdout(texts, fractions, args.gap),
        };
        let how = format!("the earliest by {name:?} to train, the latest to test");
        let split = split.map_err(|error| refused(error, None))?;
        let (classes, groups, notes) = (None, None, Vec::new());
        return Ok(Assigned { split, fractions, how, classes, groups, times: Some(times), notes });
    }
    let classes = args.stratify.as_ref().map(|name| Classes::new(table, name)).transpose()?;
    let groups = args.group.as_ref().map(|name| Groups::new(table, name)).transpose()?;
    let seed = args.seed;
    let split = match (&classes, &groups) {
        (None, None) => holdout(table.rows(), fractions, seed),
        (Some(classes), None) => stratified_holdout(&classes.codes, fractions, seed),
        (None, Some(groups)) => group_holdout(groups.codes(), fractions, seed),
        (Some(classes), Some(groups)) => {
            stratified_group_holdout(&classes.codes, groups.codes(), fractions, seed)
        }
    };
    let mut how = match (&args.stratify, &args.group) {
        (None, None) => "at random".to_owned(),
        (Some(stratify), None) => format!("stratified by {stratify:?}"),
        (None, Some(group)) => format!("whole groups of {group:?}"),
        (Some(stratify), Some(group)) => {
            format!("whole groups of {group:?}, stratified by {stratify:?}")
        }
    };
    how.push_str(&format!(", seed {seed}"));
    let mut notes = Vec::new();
    if let (Some(classes), Some(name)) = (&classes, &args.stratify)
        && classes.labels.last().is_some_and(|label| label == MISSING)
    {
        let rows = classes.codes.iter().filter(|&&code| code as usize + 1 == classes.labels.len());
        notes.push(format!("{} rows lack {name:?}, and are shared out as a class", rows.count()));
    }
    let split = split.map_err(|error| refused(error, classes.as_ref()))?;
    Ok(Assigned { split, fractions, how, classes, groups, times: None, notes })
}

/// What the library says, in the user's words.
fn refused(error: ResampleError, classes: Option<&Classes>) -> CliError {
    match error {
        ResampleError::ClassTooSmall { class, count, needed } => {
            let label = classes.and_then(|classes| classes.labels.get(class as usize));
            CliError::usage(format!(
                "class {:?} has {count} row(s), fewer than the {needed} parts; merge it with another \
                 class, remove it, or leave --stratify out",
                label.map_or("", String::as_str)
            ))
        }
        ResampleError::TooFewRows { rows, part, .. } => CliError::usage(format!(
            "{rows} rows are too few, or too many of them belong together: the {part} part would be \
             empty; give it a larger share (--fractions), a smaller --gap, or more rows"
        )),
        ResampleError::TooFewGroups { groups, parts } => CliError::usage(format!(
            "{groups} group(s) cannot fill {parts} parts; ask for fewer parts, such as --fractions \
             80,0,20, or leave --group out"
        )),
        error => CliError::from(error),
    }
}

impl Classes {
    /// Classes, or tenths of values; rows without one are a class of their own.
    fn new(table: &Table, name: &str) -> Result<Self, CliError> {
        let column = table.column(name)?;
        let (rows, lacking): (Vec<usize>, Vec<usize>) =
            (0..table.rows()).partition(|&row| !column.is_missing(row));
        let target = Target { column: name.to_owned(), task: Task::Auto }.fit(table, &rows)?;
        let (of_rows, mut labels) = match target.encode::<f64>(table, &rows)? {
            Targets::Classes { codes, labels } => (codes, labels),
            Targets::Values(values) => {
                let bins = BINS.min(rows.len() / 3).max(2);
                let codes = quantile_bins(values.as_slice(), bins)?;
                let bins = codes.iter().max().map_or(0, |most| *most as usize + 1);
                (codes, (1..=bins).map(|bin| format!("{bin}/{bins}")).collect())
            }
        };
        let mut codes = vec![labels.len() as u32; table.rows()];
        for (row, code) in rows.into_iter().zip(of_rows) {
            codes[row] = code;
        }
        if !lacking.is_empty() {
            labels.push(MISSING.to_owned());
        }
        Ok(Self { codes, labels })
    }

    /// The rows of each class among some rows.
    pub(super) fn counts(&self, rows: &[usize]) -> Vec<usize> {
        let mut counts = vec![0; self.labels.len()];
        rows.iter().for_each(|&row| counts[self.codes[row] as usize] += 1);
        counts
    }
}
