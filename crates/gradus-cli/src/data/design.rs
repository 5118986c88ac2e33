//! A table as a statistical model takes it: features by name, an outcome, weights, an offset.

use std::collections::BTreeSet;

use gradus::data::{
    Coding, Column, ColumnKind, DataError, Encoder, Encoding, FittedEncoder, FittedTarget, Missing,
    Scaling, Table, Target, Targets, Task,
};
use gradus::io::{Offset, OffsetScale};
use gradus::nalgebra::DMatrix;

use super::columns::{self, Roles, numbers};
use super::{TableSource, checks};
use crate::args::DataArgs;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::output::listed;
use crate::scores::Truth;

/// Names in a message.
const SHOWN: usize = 6;

/// The data of a fit, and what must be kept to use the model on other data.
#[derive(Debug)]
pub(crate) struct DesignData {
    pub(crate) name: String,
    pub(crate) x: DMatrix<f64>,
    pub(crate) names: Vec<String>,
    pub(crate) truth: Truth,
    pub(crate) weights: Option<Vec<f64>>,
    pub(crate) offset: Option<Vec<f64>>,
    pub(crate) offset_column: Option<Offset>,
    pub(crate) encoder: FittedEncoder,
    pub(crate) target: FittedTarget,
    /// The rows left out for missing values.
    pub(crate) dropped: usize,
    pub(crate) fingerprint: u64,
    /// What the user should know about the data.
    pub(crate) notes: Vec<String>,
}

/// What a model needs the outcome and the levels to be.
#[derive(Debug)]
pub(crate) struct Needs {
    pub(crate) outcome: Outcome,
    pub(crate) levels: LevelCoding,
    pub(crate) offset: Option<Offset>,
    /// The class whose probability is modelled, if the user says.
    pub(crate) event: Option<String>,
}

/// What the outcome has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A number.
    Value,
    /// One of two classes.
    Dichotomous,
    /// One of several classes.
    Classes,
    /// A number if the column holds numbers, else a class.
    AsItIs,
}

/// Which levels get an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LevelCoding {
    /// All but a reference: without a penalty the coefficients are determined only then.
    Treatment,
    /// All, unless the user names a reference.
    OneHot,
}

impl DesignData {
    pub(crate) fn new(args: &DataArgs, needs: &Needs) -> Result<Self, CliError> {
        let source = TableSource::new(&args.source, &args.csv)?;
        let roles = Roles {
            columns: &args.columns,
            target: &args.target,
            others: vec![
                ("--weights", args.columns.weights.as_deref()),
                offset_role(needs.offset.as_ref()),
            ],
        };
        let table = roles.read(&source);
        source.in_file(table.and_then(|table| Self::of(&table, args, needs, &roles, source.name())))
    }

    fn of(
        table: &Table,
        args: &DataArgs,
        needs: &Needs,
        roles: &Roles<'_>,
        name: String,
    ) -> Result<Self, CliError> {
        let unused = roles.unused(table)?;
        let missing = args.columns.missing.map_or(Missing::Error, Missing::from);
        let references = args.reference.iter().map(|r| (r.column.clone(), r.level.clone()));
        let coding = if needs.levels == LevelCoding::Treatment || !args.reference.is_empty() {
            Coding::Treatment { references: references.collect() }
        } else {
            Coding::OneHot
        };
        let encoder = Encoder {
            missing,
            scaling: Scaling::None,
            coding,
            ignore: unused,
            ..Encoder::default()
        };
        let all = table.rows();
        let numbers = roles.others.iter().filter_map(|(_, name)| *name);
        let rows = usable(table, &encoder, &args.target, numbers)?;
        let (target, truth) = outcome(table, &args.target, needs, &rows)?;
        let encoder = encoder.fit(table, &args.target, &rows)?;
        let x = encoder.transform::<f64>(table, &rows)?;
        let weights = args.columns.weights.as_deref();
        let weights = weights.map(|name| columns::weights(table, name, &rows)).transpose()?;
        let offset = needs.offset.as_ref().map(|offset| offset.values(table, &rows)).transpose()?;
        refuse_huge(x.as_slice(), "a feature")?;
        for (values, what) in [(&weights, "a weight"), (&offset, "an offset")] {
            refuse_huge(values.as_deref().unwrap_or_default(), what)?;
        }
        if let Truth::Values(values) = &truth {
            refuse_huge(values, "the outcome")?;
        }
        let dropped = all - rows.len();
        let mut notes = Vec::new();
        if dropped > 0 {
            notes.push(format!("{dropped} of {all} rows were left out for missing values"));
        } else {
            let usable = gradus::data::UsableRows { rows: rows.clone(), dropped: Vec::new() };
            notes.extend(checks::missing(table, &encoder, &usable));
        }
        if let (Outcome::AsItIs, Truth::Values(values)) = (needs.outcome, &truth)
            && values.contains(&0.0)
            && values.contains(&1.0)
            && values.iter().all(|&y| y == 0.0 || y == 1.0)
        {
            notes.push(format!(
                "{:?} holds 0 and 1 alone, and is fitted as a number; --family binomial models the \
                 probability of 1",
                args.target
            ));
        }
        notes.extend(compared_with(&encoder));
        notes.extend(constant(&x, &encoder.feature_names()));
        Ok(Self {
            name,
            fingerprint: fingerprint(&x.map(|x| x as f32), &truth),
            names: encoder.feature_names(),
            x,
            truth,
            weights,
            offset,
            offset_column: needs.offset.clone(),
            encoder,
            target,
            dropped,
            notes,
        })
    }

    /// The number m of rows.
    pub(crate) fn rows(&self) -> usize {
        self.x.nrows()
    }
}

/// The option that names an offset, and its column.
pub(super) fn offset_role(offset: Option<&Offset>) -> (&'static str, Option<&str>) {
    let option = match offset.map(|offset| offset.scale) {
        Some(OffsetScale::Log) => "--exposure",
        _ => "--offset",
    };
    (option, offset.map(|offset| offset.column.as_str()))
}

/// The rows that have all values that they need: the encoder's, and those of columns of numbers beside.
pub(super) fn usable<'n>(
    table: &Table,
    encoder: &Encoder,
    target: &str,
    beside: impl Iterator<Item = &'n str>,
) -> Result<Vec<usize>, CliError> {
    let mut rows = encoder.usable_rows(table, target)?.rows;
    for name in beside {
        let column = numbers(table, name)?;
        if column.missing().is_empty() {
            continue;
        }
        if encoder.missing != Missing::Drop {
            let columns = vec![(name.to_owned(), column.missing().len())];
            return Err(DataError::MissingValues { columns }.into());
        }
        rows.retain(|&row| !column.is_missing(row));
        if rows.is_empty() {
            return Err(DataError::AllRowsDropped { rows: table.rows() }.into());
        }
    }
    Ok(rows)
}

/// The outcome, as the model needs it.
fn outcome(
    table: &Table,
    name: &str,
    needs: &Needs,
    rows: &[usize],
) -> Result<(FittedTarget, Truth), CliError> {
    let column = table.column(name)?;
    let is_text = column.kind() == ColumnKind::Categorical;
    let task = match needs.outcome {
        Outcome::Value if is_text => {
            return Err(CliError::usage(format!(
                "the outcome {name:?} holds text ({}), and this model predicts numbers; take --family \
                 binomial for two classes, --family multinomial for more, or name another column \
                 (--target)",
                counted(column, rows)
            )));
        }
        Outcome::Value => Task::Regression,
        Outcome::AsItIs if !is_text => Task::Regression,
        _ => Task::Classification,
    };
    if task == Task::Classification && !is_text {
        let distinct: BTreeSet<u64> = rows
            .iter()
            .filter_map(|&row| column.number(row))
            .map(|x| (x + 0.0).to_bits())
            .collect();
        if distinct.len() > MOST_CLASSES {
            return Err(CliError::usage(format!(
                "the outcome {name:?} has {} different numbers, which are hardly classes; take --family \
                 gaussian for a value",
                distinct.len()
            )));
        }
    }
    let mut target = Target { column: name.to_owned(), task }.fit(table, rows)?;
    if needs.outcome == Outcome::Dichotomous
        && let Some(labels) = target.labels()
        && labels.len() != 2
    {
        return Err(CliError::usage(format!(
            "the outcome {name:?} has {} classes ({}), and logistic regression tells two apart; take \
             --family multinomial, or leave rows out until two classes remain",
            labels.len(),
            counted(column, rows)
        )));
    }
    if let Some(event) = &needs.event {
        target = target.with_last(event)?;
    }
    let truth = match target.encode::<f64>(table, rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    Ok((target, truth))
}

/// The most different numbers that are taken for classes.
pub(super) const MOST_CLASSES: usize = 100;

/// `a: 3, b: 5`, the values of a column with their numbers of rows.
fn counted(column: &Column, rows: &[usize]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for &row in rows {
        let text = match column.number(row) {
            Some(number) => (number + 0.0).to_string(),
            None => column.level(row).unwrap_or_default().to_owned(),
        };
        *counts.entry(text).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(text, count)| format!("{text}: {count}")).collect();
    listed(&counts, SHOWN)
}

/// Which level the others of each column are compared with.
fn compared_with(encoder: &FittedEncoder) -> Option<String> {
    let references: Vec<String> = encoder
        .summaries()
        .iter()
        .filter_map(|summary| match summary.encoding {
            Encoding::Treatment { levels, .. } => {
                Some(format!("{}={}", summary.name, levels.first()?))
            }
            _ => None,
        })
        .collect();
    (!references.is_empty())
        .then(|| format!("levels are compared with {} (--reference)", listed(&references, SHOWN)))
}

/// Sums of squares must be finite.
fn refuse_huge(values: &[f64], what: &str) -> Result<(), CliError> {
    const MOST: f64 = 1e140;
    match values.iter().find(|value| value.abs() > MOST) {
        Some(value) => Err(CliError::usage(format!(
            "{what} has the value {value:e}, whose square is too large to compute with; give the \
             column in other units"
        ))),
        None => Ok(()),
    }
}

/// Features that are the same in every row.
fn constant(x: &DMatrix<f64>, names: &[String]) -> Option<String> {
    let same = |column: &DMatrix<f64>, j: usize| {
        let column = column.column(j);
        column.iter().all(|&value| value == column[0])
    };
    let constant: Vec<&String> =
        (0..x.ncols()).filter(|&j| same(x, j)).map(|j| &names[j]).collect();
    (!constant.is_empty()).then(|| {
        format!("the same value in every row, which explains nothing: {}", listed(&constant, SHOWN))
    })
}
