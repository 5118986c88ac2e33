//! Data for a model that was trained before.

use std::collections::BTreeSet;
use std::path::Path;

use gradus::data::{
    ColumnKind, DataError, Dataset, Table, Targets, load_mnist, read_csv, read_csv_header,
};
use gradus::io::{Preparation, SavedModel};
use gradus::nalgebra::DMatrix;

use super::{ModelData, checks, mnist};
use crate::args::CsvArgs;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::output::listed;
use crate::scores::Truth;

/// A model, and how its data is read.
#[derive(Debug)]
pub(crate) struct ForModel<'m> {
    pub(crate) model: &'m SavedModel,
    /// The column of the truth; `None` if nobody asks for the truth.
    pub(crate) target: Option<&'m str>,
    pub(crate) csv: &'m CsvArgs,
}

/// The rows of a data set that a model can be used on.
#[derive(Debug)]
pub(crate) struct Usable {
    pub(crate) features: Features,
    /// The truth about them, if it was asked for.
    pub(crate) truth: Option<Truth>,
    /// Their places among all rows.
    pub(crate) rows: Vec<usize>,
    /// The number of all rows.
    pub(crate) all: usize,
    pub(crate) notes: Vec<String>,
}

/// What a model computes with, a row for each example.
#[derive(Debug)]
pub(crate) struct Features {
    pub(crate) x: DMatrix<f64>,
    /// What is added to the linear predictor, if the model knows such a column.
    pub(crate) offset: Option<Vec<f64>>,
}

impl Features {
    pub(crate) fn select(&self, rows: &[usize]) -> Self {
        let offset = self.offset.as_ref();
        Self {
            x: self.x.select_rows(rows),
            offset: offset.map(|offset| rows.iter().map(|&row| offset[row]).collect()),
        }
    }
}

impl Usable {
    /// Recognises the data, given the truth about it.
    pub(crate) fn fingerprint(&self, truth: &Truth) -> u64 {
        fingerprint(&self.features.x.map(|x| x as f32), truth)
    }
}

/// How many values which columns lack.
fn counted(columns: &[(String, usize)]) -> String {
    let one = |(name, count): &(String, usize)| format!("{count} in {name:?}");
    listed(&columns.iter().map(one).collect::<Vec<_>>(), 5)
}

impl ForModel<'_> {
    pub(crate) fn read(&self, data: &ModelData) -> Result<Usable, CliError> {
        match data {
            ModelData::Embedded(table) => self.table(table),
            ModelData::Mnist(dir) => self.images(dir),
            ModelData::Csv(path) => {
                self.csv(path).and_then(|table| self.table(&table)).map_err(|error| match error {
                    CliError::BareData(DataError::MissingValues { columns }) => {
                        CliError::usage(format!(
                            "{}: values are missing, and the model was trained on data without gaps: {}; \
                             complete the data, or train the model with --missing impute",
                            path.display(),
                            counted(&columns)
                        ))
                    }
                    CliError::BareData(error) => CliError::in_data(path)(error),
                    error => error,
                })
            }
        }
    }

    /// The table, in which columns that the model does not use may hold anything.
    fn csv(&self, path: &Path) -> Result<Table, CliError> {
        let mut options = self.csv.options();
        let preparation = self.model.preparation();
        let mut used: BTreeSet<&str> = preparation.columns().into_iter().collect();
        let categorical: BTreeSet<&str> = preparation.categorical_columns().into_iter().collect();
        if let SavedModel::Linear(model) = self.model
            && let Some(offset) = &model.offset
        {
            used.insert(&offset.column);
        }
        options.categorical = read_csv_header(path, &options)?
            .into_iter()
            .filter(|name| {
                let name = name.as_str();
                if self.target == Some(name) {
                    self.model.labels().is_some_and(|labels| !labels.iter().all(is_plain_number))
                } else {
                    categorical.contains(name) || !used.contains(name)
                }
            })
            .collect();
        Ok(read_csv(path, &options)?)
    }

    fn table(&self, table: &Table) -> Result<Usable, CliError> {
        let preparation = self.model.preparation();
        let (usable, features) = match self.model {
            SavedModel::Linear(model) => {
                let usable = model.usable_rows(table, self.target)?;
                let x = preparation.transform(table, &usable.rows)?;
                let offset = model.offset.as_ref();
                let offset = offset.map(|offset| offset.values(table, &usable.rows)).transpose()?;
                (usable, Features { x, offset })
            }
            _ => {
                let usable = preparation.usable_rows(table, self.target)?;
                // What single precision cannot hold is an error here, where the row is known.
                let x = preparation.transform::<f32>(table, &usable.rows)?.map(f64::from);
                (usable, Features { x, offset: None })
            }
        };
        let truth = self
            .target
            .map(|target| truth_of(table, &usable.rows, target, self.model.labels()))
            .transpose()?;
        let mut notes = Vec::new();
        if let Preparation::Encoder(encoder) = preparation {
            notes.extend(checks::missing(table, encoder, &usable));
            notes.extend(checks::unseen(table, encoder));
        }
        Ok(Usable { features, truth, rows: usable.rows, all: table.rows(), notes })
    }

    /// The test images.
    fn images(&self, dir: &Path) -> Result<Usable, CliError> {
        let shown = dir.display();
        let Preparation::Pixels(pixels) = self.model.preparation() else {
            return Err(CliError::usage(format!(
                "{shown}: is a directory, but the model takes the columns of a table ({}); give a \
                 CSV file",
                listed(&self.model.preparation().columns(), 5)
            )));
        };
        let (_, images): (_, Dataset<f32>) = load_mnist(dir)?;
        if images.feature_names != pixels.columns || pixels.full != mnist::FULL {
            return Err(CliError::usage(format!(
                "{shown}: its images have {} pixels up to {}, the model takes {} pixels up to {}; \
                 give images like those that the model was trained on",
                images.features(),
                mnist::FULL,
                pixels.columns.len(),
                pixels.full
            )));
        }
        if let Targets::Classes { labels, .. } = &images.y
            && self.model.labels() != Some(labels)
        {
            return Err(CliError::usage(format!(
                "{shown}: its classes are not those of the model; give images like those that the \
                 model was trained on"
            )));
        }
        let (truth, all) = (mnist::truth(&images), images.rows());
        let rows = (0..all).collect();
        let features = Features { x: images.x.map(f64::from), offset: None };
        Ok(Usable { features, truth: Some(truth), rows, all, notes: Vec::new() })
    }
}

/// Whether a label is how a number is written when it is read as one.
pub(super) fn is_plain_number(label: &String) -> bool {
    label.parse::<f64>().is_ok_and(|number| number.to_string() == *label)
}

pub(super) fn truth_of(
    table: &Table,
    rows: &[usize],
    target: &str,
    labels: Option<&[String]>,
) -> Result<Truth, CliError> {
    let column = table.column(target)?;
    let Some(labels) = labels else {
        if column.kind() != ColumnKind::Numeric {
            return Err(CliError::from(DataError::ColumnKind {
                column: target.to_owned(),
                expected: ColumnKind::Numeric,
                found: column.kind(),
                advice: "the model predicts values; name another column (--target)",
            }));
        }
        let values = rows.iter().map(|&row| column.number(row).unwrap_or_default());
        return Ok(Truth::Values(values.collect()));
    };
    let code = |&row: &usize| {
        let text = match column.number(row) {
            // Not −0, which would be another text.
            Some(number) => (number + 0.0).to_string(),
            None => column.level(row).unwrap_or_default().to_owned(),
        };
        let code = (0..).zip(labels).find(|(_, label)| **label == text).map(|(code, _)| code);
        code.ok_or_else(|| {
            CliError::from(DataError::UnseenClass {
                place: table.place(row),
                column: target.to_owned(),
                label: text,
                known: labels.to_vec(),
            })
        })
    };
    rows.iter().map(code).collect::<Result<_, _>>().map(Truth::Classes)
}
