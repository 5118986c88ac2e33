//! MNIST, and what comes in files like its own.

use std::path::Path;

use gradus::data::{Column, Dataset, FittedTarget, Table, Target, Targets, Task, load_mnist};
use gradus::io::{Pixels, Preparation};
use gradus::resample::Fractions;

use super::prepared::Prepared;
use super::split::by_fractions;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::scores::Truth;

/// The target's name in a table of such images.
const TARGET: &str = "label";
/// The value of a full pixel.
pub(super) const FULL: f64 = 255.0;
/// One training image of twelve chooses the stopping time: 5,000 of 60,000.
const DEV: f64 = 1.0 / 12.0;

pub(super) fn prepare(dir: &Path, seed: u64) -> Result<Prepared, CliError> {
    let (images, test) = load_mnist::<f32>(dir)?;
    let Targets::Classes { labels, .. } = &images.y else {
        return Err(CliError::usage(format!("{}: the labels are no classes", dir.display())));
    };
    let target = target(labels)?;
    let fractions = Fractions { train: 1.0 - DEV, dev: DEV, test: 0.0 };
    let split = by_fractions(&truth(&images), target.labels(), fractions, seed)?;
    let pixels = Pixels { columns: images.feature_names.clone(), full: FULL };
    Ok(Prepared {
        train: images.select(&split.train)?,
        dev: images.select(&split.dev)?,
        truth: truth(&test),
        test,
        preparation: Preparation::Pixels(pixels),
        target,
        target_scaling: None,
        fingerprint: fingerprint(&images.x, &truth(&images)),
        weights: None,
        notes: Vec::new(),
    })
}

pub(super) fn truth(images: &Dataset<f32>) -> Truth {
    match &images.y {
        Targets::Classes { codes, .. } => Truth::Classes(codes.clone()),
        Targets::Values(values) => Truth::Values(values.iter().map(|&y| f64::from(y)).collect()),
    }
}

/// The target that a table with one row for each label would have.
fn target(labels: &[String]) -> Result<FittedTarget, CliError> {
    let column = Column::categorical(TARGET, labels.iter().map(|label| Some(label.as_str())))?;
    let table = Table::new(vec![column])?;
    let rows: Vec<usize> = (0..table.rows()).collect();
    let target = Target { column: TARGET.to_owned(), task: Task::Classification };
    Ok(target.fit(&table, &rows)?)
}
