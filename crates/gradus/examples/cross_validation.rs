//! Cross-validation: what one split cannot tell, and how sure ten folds are.
//!
//! A nearest-mean classifier of flowers. Each fold fits the encoder and the model on its training rows;
//! the error is told as the mean over folds and pooled over rows, with the spread between folds.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;
use gradus::resample::{KFold, LeaveOneOut, RandomSubsampling, RepeatedKFold, Resampler};
use gradus::select::{RawData, SelectError};

/// The mean of each class.
fn fit(train: &Dataset<f64>, _places: &[usize]) -> Result<DMatrix<f64>, SelectError> {
    let Targets::Classes { codes, labels } = &train.y else { return Ok(DMatrix::zeros(0, 0)) };
    let mut means = DMatrix::zeros(labels.len(), train.features());
    for class in 0..labels.len() {
        let rows: Vec<usize> = (0..codes.len()).filter(|&i| codes[i] as usize == class).collect();
        means.set_row(class, &train.x.select_rows(&rows).row_mean());
    }
    Ok(means)
}

/// The class whose mean is nearest.
fn predict(means: &DMatrix<f64>, x: &DMatrix<f64>, _places: &[usize]) -> Vec<usize> {
    let distance = |row: usize, class: usize| (x.row(row) - means.row(class)).norm_squared();
    let nearest = |row| {
        let by_distance = |&a: &usize, &b: &usize| distance(row, a).total_cmp(&distance(row, b));
        (0..means.nrows()).min_by(by_distance).unwrap_or(0)
    };
    (0..x.nrows()).map(nearest).collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (table, encoder) = (data::iris(), Encoder::default());
    let target = Target { column: "species".to_owned(), task: Task::Auto };
    let flowers = RawData::new(&table, &encoder, &target)?;
    let Targets::Classes { codes, .. } = flowers.target().encode::<f64>(&table, flowers.rows())?
    else {
        return Err("a species is a class".into());
    };
    let wrong = |row: usize, class: &usize| f64::from(u8::from(codes[row] as usize != *class));

    let ways: [(&str, &dyn Resampler); 6] = [
        ("one holdout, seed 1", &RandomSubsampling { rounds: 1, test_share: 0.2, seed: 1 }),
        ("one holdout, seed 2", &RandomSubsampling { rounds: 1, test_share: 0.2, seed: 2 }),
        ("20 holdouts", &RandomSubsampling { rounds: 20, test_share: 0.2, seed: 1 }),
        ("10 folds", &KFold::default()),
        ("10 folds, 5 times", &RepeatedKFold { folds: 10, repeats: 5, seed: 0 }),
        ("leave one out", &LeaveOneOut),
    ];
    println!("way                    fits   error  pooled  spread  std. error");
    for (name, way) in ways {
        let found = flowers.cross_validate(way, fit, predict, wrong)?;
        let number = |x: Option<f64>| x.map_or("     –".to_owned(), |x| format!("{x:>6.3}"));
        println!(
            "{name:<20}  {:>5}  {:>6.3}  {:>6.3}  {}      {}",
            found.folds.len(),
            found.mean(),
            found.pooled(),
            number(found.spread()),
            number(found.standard_error())
        );
    }
    println!(
        "\nfolds share training rows, so that the standard errors are too small; the more so, the"
    );
    println!("more fits there are of the same 150 rows");
    Ok(())
}
