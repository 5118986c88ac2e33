//! Columns that were fitted, found again in a table by their names.

use std::collections::HashSet;

use crate::encoder::fits;
use crate::{Column, ColumnKind, DataError, Table};

/// What a table must hold to be encoded as another was.
#[derive(Debug)]
pub(crate) struct FittedColumns<'f> {
    /// The columns that became features.
    pub(crate) columns: Vec<(&'f str, ColumnKind)>,
    /// What may be there, too, and is passed over.
    pub(crate) target: &'f str,
    pub(crate) ignored: &'f [String],
}

impl FittedColumns<'_> {
    /// The table's columns in the order of the fitted ones.
    ///
    /// # Errors
    /// [`DataError::ColumnMismatch`] if one is lacking; [`DataError::ColumnKind`] if one holds
    /// numbers for levels or the other way round.
    pub(crate) fn find<'t>(&self, table: &'t Table) -> Result<Vec<&'t Column>, DataError> {
        let found: Option<Vec<&Column>> =
            self.columns.iter().map(|(name, _)| table.find(name)).collect();
        let found = found.ok_or_else(|| self.mismatch(table))?;
        match self.columns.iter().zip(&found).find(|((_, kind), column)| !fits(column, *kind)) {
            None => Ok(found),
            Some((&(name, expected), column)) => Err(DataError::ColumnKind {
                column: name.to_owned(),
                expected,
                found: column.kind(),
                advice: match expected {
                    ColumnKind::Numeric => "correct its values",
                    ColumnKind::Categorical => "treat it as categorical when reading",
                },
            }),
        }
    }

    fn mismatch(&self, table: &Table) -> DataError {
        let missing = self.columns.iter().filter(|(name, _)| table.find(name).is_none());
        let known: HashSet<&str> = (self.columns.iter().map(|(name, _)| *name))
            .chain(self.ignored.iter().map(String::as_str))
            .chain([self.target])
            .collect();
        let names = table.names();
        let unexpected = names.iter().filter(|name| !known.contains(*name));
        DataError::ColumnMismatch {
            missing: missing.map(|(name, _)| (*name).to_owned()).collect(),
            unexpected: unexpected.map(|name| (*name).to_owned()).collect(),
        }
    }
}
