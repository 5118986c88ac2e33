//! Leakage: the same model, its features learned inside the folds, and before the split.
//!
//! An estimate is of a procedure, all of it. Scaled by all rows, the folds estimate another one than
//! that which will be used: here too high, for one far value makes the scale so wide that the penalty
//! bites in the folds that have not seen it; with other data it may be too low. Choosing features by
//! all rows is worse: of 1,000 columns of noise some follow the label by chance, in all folds alike,
//! and the estimate sees a model where there is none.
//!
//! Source of the second part: C. Ambroise, G. McLachlan, *Selection bias in gene extraction*, 2002.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::data::Column;
use gradus::nalgebra::DVector;
use gradus::prelude::*;
use gradus::resample::{KFold, RepeatedKFold, cross_validate};
use gradus::select::{LinearDiscriminant, RawData, SelectError};
use gradus::stats::correlation;

/// A number of (−1, 1) for a cell: noise that needs no generator.
fn noise(row: usize, column: usize) -> f64 {
    let mut bits = (row as u64) << 32 | (column as u64 + 1);
    for factor in [0x9e37_79b9_7f4a_7c15, 0xbf58_476d_1ce4_e5b9, 0x94d0_49bb_1331_11eb_u64] {
        bits = (bits ^ (bits >> 31)).wrapping_mul(factor);
    }
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Least squares on a constant and one feature, a little shrunken towards the features' zero.
fn fit(x: &DMatrix<f64>, y: &[f64]) -> (f64, DVector<f64>) {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let centred = DVector::from_iterator(y.len(), y.iter().map(|y| y - mean));
    let gram = x.transpose() * x + DMatrix::identity(x.ncols(), x.ncols()) * 5.0;
    let w = gram.cholesky().map(|factor| factor.solve(&(x.transpose() * centred)));
    (mean, w.unwrap_or_else(|| DVector::zeros(x.ncols())))
}

/// The squared error with the scaling learned within the folds, and before them.
fn scaling() -> Result<[f64; 2], Box<dyn std::error::Error>> {
    // A few values are far out, as of an income: mean and deviation depend on who is in the fold.
    let heavy = |row: usize| noise(row, 0).powi(3) / (1.02 - noise(row, 0).abs());
    let y: Vec<f64> = (0..40).map(|row| heavy(row) + noise(row, 1)).collect();
    let table = Table::new(vec![
        Column::numeric("x", (0..40).map(|row| Some(heavy(row))))?,
        Column::numeric("y", y.iter().map(|&y| Some(y)))?,
    ])?;
    let way = RepeatedKFold { folds: 10, repeats: 10, seed: 0 };
    let squared = |row: usize, predicted: f64| (y[row] - predicted).powi(2);

    let (encoder, target) =
        (Encoder::default(), Target { column: "y".to_owned(), task: Task::Regression });
    let inside = RawData::new(&table, &encoder, &target)?.cross_validate(
        &way,
        |train: &Dataset<f64>, _places| {
            let Targets::Values(y) = &train.y else { return Err("values are learned") };
            Ok(fit(&train.x, y.as_slice()))
        },
        |(mean, w), x, _places| (x * w).iter().map(|part| mean + part).collect::<Vec<f64>>(),
        |row, &predicted| squared(row, predicted),
    )?;

    let rows: Vec<usize> = (0..40).collect();
    let x = encoder.fit(&table, "y", &rows)?.transform::<f64>(&table, &rows)?;
    let before = cross_validate(
        &way,
        40,
        |rows| {
            let y: Vec<f64> = rows.iter().map(|&row| y[row]).collect();
            Ok::<_, SelectError>(fit(&x.select_rows(rows), &y))
        },
        |(mean, w), row| squared(row, mean + (x.row(row) * w)[0]),
    )?;
    Ok([inside.pooled(), before.pooled()])
}

/// The share of wrong classes with ten features chosen within the folds, and before them.
fn selection() -> Result<[f64; 2], Box<dyn std::error::Error>> {
    let x = DMatrix::from_fn(40, 1000, noise);
    let classes: Vec<u32> = (0..40).map(|row| row % 2).collect();
    let all: Vec<usize> = (0..40).collect();
    let chosen = |rows: &[usize]| {
        let y: Vec<f64> = rows.iter().map(|&row| f64::from(classes[row])).collect();
        let strength = |column: usize| {
            let x: Vec<f64> = rows.iter().map(|&row| x[(row, column)]).collect();
            correlation(&x, &y).unwrap_or(0.0).abs()
        };
        let mut columns: Vec<(f64, usize)> = (0..1000).map(|c| (strength(c), c)).collect();
        columns.sort_by(|a, b| b.0.total_cmp(&a.0));
        columns.into_iter().take(10).map(|(_, column)| column).collect::<Vec<usize>>()
    };
    let error = |columns: &(dyn Fn(&[usize]) -> Vec<usize> + Sync)| {
        let fit = |rows: &[usize]| {
            let x = x.select_columns(&columns(rows));
            let w = LinearDiscriminant::default().fit(&x, &classes, rows);
            let scores = LinearDiscriminant::score(&x, &w, rows);
            let middle = scores.iter().sum::<f64>() / scores.len() as f64;
            Ok::<_, SelectError>((x, w, middle))
        };
        let wrong = |(x, w, middle): &(DMatrix<f64>, Vec<f64>, f64), row: usize| {
            let class = u32::from(LinearDiscriminant::score(x, w, &[row])[0] > *middle);
            f64::from(u8::from(class != classes[row]))
        };
        cross_validate(&KFold::default(), 40, fit, wrong).map(|found| found.pooled())
    };
    let before = chosen(&all);
    Ok([error(&chosen)?, error(&|_| before.clone())?])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (scaled, selected) = (scaling()?, selection()?);
    println!("                                        inside the folds   before the split");
    println!("scaling: squared error                  {:>16.4}   {:>16.4}", scaled[0], scaled[1]);
    println!(
        "choice of features: share of errors     {:>16.3}   {:>16.3}",
        selected[0], selected[1]
    );
    println!("\nthe features are noise, so that the share of errors is ½ in truth");
    assert!(selected[0] > 0.35 && selected[1] < 0.2);
    Ok(())
}
