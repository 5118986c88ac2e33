//! The columns of a table by what they are for.

use std::collections::BTreeSet;

use gradus::data::{Column, ColumnKind, DataError, Table};

use super::TableSource;
use crate::args::ColumnArgs;
use crate::error::CliError;

/// What each column is for: the target, a feature, nothing, or a role of its own.
#[derive(Debug)]
pub(crate) struct Roles<'a> {
    pub(crate) columns: &'a ColumnArgs,
    pub(crate) target: &'a str,
    /// Options that name a column which is no feature, and the column, if they were given.
    pub(crate) others: Vec<(&'static str, Option<&'a str>)>,
}

impl<'a> Roles<'a> {
    /// The roles that were given, the target's first.
    fn given(&self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let others = self.others.iter().filter_map(|(option, name)| Some((*option, (*name)?)));
        [("--target", self.target)].into_iter().chain(others)
    }

    /// The table, in which columns that are not used may hold anything, numbers and text mixed.
    ///
    /// # Errors
    /// If the file cannot be read, or a column that is named is not there.
    pub(crate) fn read(&self, source: &TableSource) -> Result<Table, CliError> {
        let is_listed = self.listed();
        let is_used = |name: &str| self.given().any(|(_, role)| role == name) || is_listed(name);
        let all = self.columns.features.is_empty() && self.columns.ignore.is_empty();
        source.read(&self.columns.categorical, if all { None } else { Some(&is_used) })
    }

    /// Whether a column without a role is a feature.
    fn listed(&self) -> impl Fn(&str) -> bool {
        let (features, ignore) = (&self.columns.features, &self.columns.ignore);
        let of = |names: &'a [String]| names.iter().map(String::as_str).collect::<BTreeSet<_>>();
        let (named, left_out) = (of(features), of(ignore));
        move |name| if named.is_empty() { !left_out.contains(name) } else { named.contains(name) }
    }

    /// The columns that are no features, the target apart.
    ///
    /// # Errors
    /// If a column is not there, or is named for two things.
    pub(crate) fn unused(&self, table: &Table) -> Result<Vec<String>, CliError> {
        let lists = [("--features", &self.columns.features), ("--ignore", &self.columns.ignore)];
        for name in lists.iter().flat_map(|(_, names)| names.iter()) {
            table.column(name)?;
        }
        let mut seen: Vec<(&'static str, &str)> = Vec::new();
        for (role, name) in self.given() {
            table.column(name)?;
            let listed = lists.iter().filter(|(_, names)| names.iter().any(|other| other == name));
            let before = seen.iter().find(|(_, other)| *other == name).map(|(before, _)| *before);
            if let Some(other) = listed.map(|(option, _)| *option).chain(before).next() {
                return Err(CliError::usage(format!(
                    "{name:?} is named by {role} and by {other}; leave it out of one"
                )));
            }
            seen.push((role, name));
        }
        let has_role: BTreeSet<&str> = seen.iter().map(|(_, name)| *name).collect();
        let is_listed = self.listed();
        let is_feature = |name: &str| !has_role.contains(name) && is_listed(name);
        let names = table.names().into_iter();
        let unused = names.filter(|name| *name != self.target && !is_feature(name));
        Ok(unused.map(str::to_owned).collect())
    }
}

/// A column of numbers: weights, an offset or an exposure.
pub(super) fn numbers<'t>(table: &'t Table, name: &str) -> Result<&'t Column, CliError> {
    let column = table.column(name)?;
    if column.kind() == ColumnKind::Numeric {
        return Ok(column);
    }
    Err(CliError::from(DataError::ColumnKind {
        column: name.to_owned(),
        expected: ColumnKind::Numeric,
        found: column.kind(),
        advice: "weights, offsets and exposures are numbers; name another column",
    }))
}

/// How much each of some rows counts.
pub(super) fn weights(table: &Table, name: &str, rows: &[usize]) -> Result<Vec<f64>, CliError> {
    let column = numbers(table, name)?;
    rows.iter()
        .map(|&row| match column.number(row) {
            Some(weight) if weight >= 0.0 => Ok(weight),
            found => {
                let found = found.map_or_else(|| "missing".to_owned(), |weight| weight.to_string());
                Err(CliError::usage(format!(
                    "{}: the weight of the row in column {name:?} is {found}; it must be a number \
                     that is not negative (--weights)",
                    table.place(row)
                )))
            }
        })
        .collect()
}
