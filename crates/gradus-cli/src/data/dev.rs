//! Rows of a file of their own, by which models are compared.

use std::path::Path;

use gradus::data::{FittedEncoder, Missing, Table};

use super::columns::numbers;
use super::saved::{is_plain_number, truth_of};
use super::{RawRows, RawTable, TableSource, checks};
use crate::args::CsvArgs;
use crate::error::CliError;
use crate::scores::Truth;

/// The usable rows of a dev set, which no model is fitted to.
#[derive(Debug)]
pub(crate) struct DevRows {
    pub(crate) name: String,
    pub(crate) table: Table,
    /// Their places in the table.
    pub(crate) rows: Vec<usize>,
    pub(crate) truth: Truth,
    /// What is added to the linear predictor of each.
    pub(crate) offset: Option<Vec<f64>>,
    /// What the user should know about them.
    pub(crate) notes: Vec<String>,
}

impl RawTable {
    /// The dev set in a file, whose columns are those of this table. What it lacks, and what it has that
    /// the training rows do not, is told as where a model is evaluated.
    pub(crate) fn dev(
        &self,
        data: &TableSource,
        rows: &RawRows<'_>,
        file: &Path,
        csv: &CsvArgs,
    ) -> Result<DevRows, CliError> {
        let source = TableSource::file(file, csv)?;
        if let (Some(Ok(a)), Ok(b)) = (data.path().map(Path::canonicalize), file.canonicalize())
            && a == b
        {
            return Err(CliError::usage(format!(
                "--dev {}: is the file that is fitted to, by which every choice looks good; give rows \
                 that no model is fitted to (`gradus split` makes such a file)",
                file.display()
            )));
        }
        let target = rows.data.target().column();
        let encoder = self.encoder.fit(&self.table, target, rows.data.rows());
        let encoder = data.in_file(encoder.map_err(CliError::from))?;
        source.in_file(self.dev_rows(rows, &encoder, &source))
    }

    fn dev_rows(
        &self,
        rows: &RawRows<'_>,
        encoder: &FittedEncoder,
        source: &TableSource,
    ) -> Result<DevRows, CliError> {
        let target = rows.data.target();
        let (columns, offset) = (encoder.columns(), self.offset.as_ref());
        let is_used = |name: &str| {
            let other = offset.is_some_and(|offset| offset.column == name);
            columns.contains(&name) || name == target.column() || other
        };
        let mut levels: Vec<String> =
            encoder.categorical_columns().into_iter().map(str::to_owned).collect();
        if target.labels().is_some_and(|labels| !labels.iter().all(is_plain_number)) {
            levels.push(target.column().to_owned());
        }
        let table = source.read(&levels, Some(&is_used))?;
        let mut usable = encoder.usable_rows(&table, Some(target.column()))?;
        if let Some(offset) = offset
            && encoder.missing() == Missing::Drop
        {
            let column = numbers(&table, &offset.column)?;
            let (dropped, kept) = usable.rows.iter().partition(|&&row| column.is_missing(row));
            usable.dropped.extend::<Vec<usize>>(dropped);
            usable.rows = kept;
        }
        // What cannot be encoded is told with its file, before anything is fitted.
        encoder.transform::<f64>(&table, &usable.rows)?;
        let truth = truth_of(&table, &usable.rows, target.column(), target.labels())?;
        let offset = offset.map(|offset| offset.values(&table, &usable.rows)).transpose()?;
        let mut notes: Vec<String> =
            checks::missing(&table, encoder, &usable).into_iter().collect();
        notes.extend(checks::unseen(&table, encoder));
        let name = source.name();
        let notes = notes.into_iter().map(|note| format!("{name}: {note}")).collect();
        Ok(DevRows { name, table, rows: usable.rows, truth, offset, notes })
    }
}
