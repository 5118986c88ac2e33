//! The user's own table.

use gradus::data::{Encoder, Missing, Target, Targets, Task, Unseen};
use gradus::io::Preparation;

use super::columns::{self, Roles};
use super::prepared::{Prepared, RowWeights, Whole};
use super::split::split;
use super::{TableSource, checks};
use crate::args::TableArgs;
use crate::error::CliError;
use crate::scores::Truth;

pub(super) fn prepare(
    source: &TableSource,
    target: &str,
    options: &TableArgs,
    seed: u64,
) -> Result<Prepared, CliError> {
    let columns = &options.columns;
    let weighing = columns.weights.as_deref();
    let roles = Roles { columns, target, others: vec![("--weights", weighing)] };
    let table = roles.read(source)?;
    let ignore = roles.unused(&table)?;
    let encoder = Encoder {
        missing: columns.missing.map_or(Missing::Error, Missing::from),
        unseen: Unseen::Zeros,
        ignore: ignore.clone(),
        ..Encoder::default()
    };
    let usable = encoder.usable_rows(&table, target)?;
    let task = options.task.map_or(Task::Auto, Task::from);
    let fitted_target = Target { column: target.to_owned(), task }.fit(&table, &usable.rows)?;
    let truth = match fitted_target.encode::<f64>(&table, &usable.rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    let split = split(&truth, fitted_target.labels(), seed)?;
    let train: Vec<usize> = split.train.iter().map(|&index| usable.rows[index]).collect();
    let fitted = encoder.fit(&table, target, &train)?;

    let mut notes = checks::notes(&table, &fitted, target, &ignore);
    notes.extend(checks::missing(&table, &fitted, &usable));
    if options.task.is_none()
        && let (Some(labels), gradus::data::ColumnValues::Numeric(_)) =
            (fitted_target.labels(), table.column(target)?.values())
    {
        notes.push(format!(
            "the target {target:?} holds {} different whole numbers, which are taken for classes; \
             --task regression takes them for values",
            labels.len()
        ));
    }
    let preparation = Preparation::Encoder(fitted);
    let x = preparation.transform(&table, &usable.rows)?;
    let names = preparation.feature_names();
    let all = Whole { x, truth, names };
    let mut prepared = Prepared::cut(&all, &split, preparation, fitted_target, notes)?;
    if let Some(name) = weighing {
        let weights = columns::weights(&table, name, &usable.rows)?;
        let of = |part: &[usize]| part.iter().map(|&index| weights[index]).collect();
        prepared.weights = Some(RowWeights { train: of(&split.train), dev: of(&split.dev) });
    }
    Ok(prepared)
}
