//! A table of named, typed columns.

use std::collections::HashMap;

use crate::{Column, DataError, Place};

/// Columns of equal length with distinct names.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
    /// Where the column of a name is.
    places: HashMap<String, usize>,
    rows: usize,
    /// The line of each row, or empty if the table came from no file.
    lines: Vec<u64>,
}

impl Table {
    /// A table of the given columns.
    ///
    /// # Errors
    /// [`DataError::NoRows`] without a column or a row; [`DataError::RowCount`] if lengths
    /// differ; [`DataError::DuplicateName`] if names repeat; [`DataError::TooManyRows`].
    ///
    /// ```
    /// use gradus_data::{Column, Table};
    ///
    /// let table = Table::new(vec![
    ///     Column::numeric("x", [Some(1.0), Some(2.0)])?,
    ///     Column::categorical("y", [Some("no"), Some("yes")])?,
    /// ])?;
    /// assert_eq!((table.rows(), table.names()), (2, vec!["x", "y"]));
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn new(columns: Vec<Column>) -> Result<Self, DataError> {
        let rows = columns.first().map_or(0, Column::rows);
        if rows == 0 {
            return Err(DataError::NoRows);
        }
        if rows >= u32::MAX as usize {
            return Err(DataError::TooManyRows { rows });
        }
        let mut places = HashMap::with_capacity(columns.len());
        for (place, column) in columns.iter().enumerate() {
            if column.rows() != rows {
                let what = format!("column {:?}", column.name());
                return Err(DataError::RowCount { what, expected: rows, found: column.rows() });
            }
            if places.insert(column.name().to_owned(), place).is_some() {
                return Err(DataError::DuplicateName { name: column.name().to_owned() });
            }
        }
        Ok(Self { columns, places, rows, lines: Vec::new() })
    }

    /// Remembers the line that each row came from.
    pub(crate) fn with_lines(mut self, lines: Vec<u64>) -> Self {
        self.lines = lines;
        self
    }

    /// The number of rows, at least 1.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The names of the columns in order.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(Column::name).collect()
    }

    /// The column of that name.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], which lists the names that exist.
    pub fn column(&self, name: &str) -> Result<&Column, DataError> {
        self.find(name).ok_or_else(|| DataError::UnknownColumn {
            name: name.to_owned(),
            known: self.columns.iter().map(|column| column.name().to_owned()).collect(),
        })
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Column> {
        self.places.get(name).map(|&place| &self.columns[place])
    }

    /// Where a row came from: its line if the table was read from text, else its index.
    pub fn place(&self, row: usize) -> Place {
        self.lines.get(row).map_or(Place::Row(row), |&line| Place::Line(line))
    }

    /// Fails if a row index lies outside the table.
    pub(crate) fn check_rows(&self, rows: &[usize]) -> Result<(), DataError> {
        check_rows(rows, self.rows)
    }
}

/// Fails if one of `rows` is not below `count`.
pub(crate) fn check_rows(rows: &[usize], count: usize) -> Result<(), DataError> {
    match rows.iter().find(|&&row| row >= count) {
        Some(&row) => Err(DataError::RowOutOfRange { row, rows: count }),
        None => Ok(()),
    }
}
