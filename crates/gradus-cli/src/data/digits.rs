//! The embedded digits.

use gradus::data::{FittedTarget, Table, Target, Targets, Task};
use gradus::io::{Pixels, Preparation};

use super::prepared::{Prepared, Whole};
use super::split::split;
use crate::error::CliError;
use crate::scores::Truth;

const TARGET: &str = "digit";
/// The value of a full pixel.
const FULL: f64 = 16.0;

pub(super) fn prepare(seed: u64) -> Result<Prepared, CliError> {
    let table = gradus::data::digits();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let target = target(&table, &rows)?;
    let columns = table.names().into_iter().filter(|name| *name != TARGET).map(str::to_owned);
    let pixels = Pixels { columns: columns.collect(), full: FULL };
    let truth = match target.encode::<f64>(&table, &rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    let names = pixels.columns.clone();
    let preparation = Preparation::Pixels(pixels);
    let all = Whole { x: preparation.transform(&table, &rows)?, truth, names };
    let split = split(&all.truth, target.labels(), seed)?;
    Prepared::cut(&all, &split, preparation, target, Vec::new())
}

fn target(table: &Table, rows: &[usize]) -> Result<FittedTarget, CliError> {
    let target = Target { column: TARGET.to_owned(), task: Task::Classification };
    Ok(target.fit(table, rows)?)
}
