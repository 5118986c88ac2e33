//! What rows belong together, and when they happened.

use std::collections::{BTreeSet, HashMap};

use gradus::data::{Column, ColumnKind, Table};

use crate::error::CliError;
use crate::output::short;

/// The group of each row.
#[derive(Debug)]
pub(crate) struct Groups(Vec<u32>);

/// The time of each row.
#[derive(Debug)]
pub(crate) enum Times {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Groups {
    pub(crate) fn new(table: &Table, name: &str) -> Result<Self, CliError> {
        let column = table.column(name)?;
        whole(table, column, "belongs to no group (--group)")?;
        let mut codes: HashMap<Result<u64, &str>, u32> = HashMap::new();
        let mut code = |row: usize| {
            let key = match column.number(row) {
                Some(number) => Ok((number + 0.0).to_bits()),
                None => Err(column.level(row).unwrap_or_default()),
            };
            let next = codes.len() as u32;
            *codes.entry(key).or_insert(next)
        };
        Ok(Self((0..table.rows()).map(&mut code).collect()))
    }

    pub(crate) fn codes(&self) -> &[u32] {
        &self.0
    }

    /// How many groups some rows are of.
    pub(crate) fn distinct(&self, rows: &[usize]) -> usize {
        rows.iter().map(|&row| self.0[row]).collect::<BTreeSet<_>>().len()
    }
}

impl Times {
    pub(crate) fn new(table: &Table, name: &str) -> Result<Self, CliError> {
        let column = table.column(name)?;
        whole(table, column, "has no time (--time)")?;
        let rows = 0..table.rows();
        Ok(match column.kind() {
            ColumnKind::Numeric => {
                Self::Numbers(rows.filter_map(|row| column.number(row)).collect())
            }
            _ => Self::Texts(rows.filter_map(|row| column.level(row).map(str::to_owned)).collect()),
        })
    }

    /// The place of each row's time among the different times.
    pub(crate) fn ranks(&self) -> Vec<u32> {
        match self {
            Self::Numbers(values) => ranks(values, |a, b| a.total_cmp(b)),
            Self::Texts(texts) => ranks(texts, |a, b| a.cmp(b)),
        }
    }

    /// The first time and the last of some rows.
    pub(crate) fn range(&self, rows: &[usize]) -> Option<[String; 2]> {
        Some(match self {
            Self::Numbers(values) => {
                let of = rows.iter().map(|&row| values[row]);
                let (least, most) = (of.clone().reduce(f64::min)?, of.reduce(f64::max)?);
                [short(least, 8), short(most, 8)]
            }
            Self::Texts(texts) => {
                let of = || rows.iter().map(|&row| &texts[row]);
                [of().min()?.clone(), of().max()?.clone()]
            }
        })
    }
}

fn ranks<T>(times: &[T], order: impl Fn(&T, &T) -> std::cmp::Ordering) -> Vec<u32> {
    let mut rows: Vec<usize> = (0..times.len()).collect();
    rows.sort_by(|&a, &b| order(&times[a], &times[b]));
    let mut ranks = vec![0; times.len()];
    for (rank, same) in (0..).zip(rows.chunk_by(|&a, &b| order(&times[a], &times[b]).is_eq())) {
        same.iter().for_each(|&row| ranks[row] = rank);
    }
    ranks
}

/// Refuses a column that lacks values.
fn whole(table: &Table, column: &Column, what: &str) -> Result<(), CliError> {
    match column.missing().first() {
        None => Ok(()),
        Some(&row) => {
            let (place, name, count) = (table.place(row), column.name(), column.missing().len());
            Err(CliError::usage(format!(
                "{place}: the row has no value in column {name:?}, so it {what}, and so do {} others; \
                 fill the values in or remove the rows",
                count - 1
            )))
        }
    }
}
