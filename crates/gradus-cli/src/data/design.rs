//! A table as a statistical model takes it: features by name, an outcome, weights, an offset.

use gradus::data::{
    Coding, DataError, Encoder, FittedEncoder, FittedTarget, Missing, Place, Scaling, Table,
};
use gradus::io::{Offset, OffsetScale};
use gradus::linear::{Design, LinearError, Weights};
use gradus::nalgebra::DMatrix;

use super::columns::{self, Roles, numbers};
use super::features::{compared_with, constant, refuse_huge};
use super::outcome::{outcome, zeros_and_ones};
use super::{TableSource, checks};
use crate::args::DataArgs;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::scores::Truth;

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
    /// Where each row is in the file.
    places: Vec<Place>,
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
        notes.extend(zeros_and_ones(needs, &args.target, &truth));
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
            places: rows.iter().map(|&row| table.place(row)).collect(),
            dropped,
            notes,
        })
    }

    /// The number m of rows.
    pub(crate) fn rows(&self) -> usize {
        self.x.nrows()
    }

    /// An error of a fit, with the line of the file for the row that it names.
    pub(crate) fn placed(&self, error: LinearError) -> CliError {
        let place = |row: usize| self.places.get(row).copied().unwrap_or(Place::Row(row));
        match error {
            LinearError::NotCount { row, value } => CliError::usage(format!(
                "{}: {}: {:?} is {value}, and a count is 0, 1, 2, …: give the counts themselves, and \
                 times or populations as an exposure (--target, --exposure)",
                self.name,
                place(row),
                self.target.column()
            )),
            LinearError::FullLeverage { row, rows } => CliError::usage(format!(
                "{}: {}: this row alone determines a coefficient, as {rows} row(s) do (their leverage \
                 is 1; a level that occurs once makes one), so HC2 and HC3 are not defined; take \
                 --robust hc1, or leave such rows or columns out (--ignore)",
                self.name,
                place(row)
            )),
            error => error.into(),
        }
    }

    /// The data as the library takes it; what weights mean is the model's to say.
    pub(crate) fn design<'d>(
        &'d self,
        weights: fn(&'d [f64]) -> Weights<'d>,
    ) -> Result<Design<'d>, LinearError> {
        self.design_of(&self.x, self.names.iter().cloned(), weights)
    }

    /// The same with other columns.
    pub(crate) fn design_of<'d>(
        &'d self,
        x: &'d DMatrix<f64>,
        names: impl IntoIterator<Item = String>,
        weights: fn(&'d [f64]) -> Weights<'d>,
    ) -> Result<Design<'d>, LinearError> {
        let mut design = Design::new(x)?.with_names(names)?;
        if let Some(values) = &self.weights {
            design = design.with_weights(weights(values))?;
        }
        if let Some(offset) = &self.offset {
            design = design.with_offset(offset)?;
        }
        Ok(design)
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
