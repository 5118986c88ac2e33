//! The .632 bootstrap, where a model learns by heart.
//!
//! The labels are coins, so that any classifier errs half of the time. The nearest neighbour errs
//! never on the rows it was fitted on. .632 mixes that 0 with the out-of-bag error and is too low;
//! .632+ sees from the no-information rate that the model overfits, and gives the out-of-bag error
//! all the weight.
//!
//! Source: B. Efron, R. Tibshirani, *Improvements on cross-validation: the .632+ bootstrap method*,
//! 1997, whose example it is.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;
use gradus::resample::{Bootstrap, NoInformation, PlusForm, bootstrap_632};
use gradus::select::SelectError;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::iris();
    let rows: Vec<usize> = (0..100).collect();
    let x = Encoder::default().fit(&table, "species", &rows)?.transform::<f64>(&table, &rows)?;
    // The species of the first hundred flowers, and coins: every row's half by a multiplication.
    let species: Vec<u32> = rows.iter().map(|&row| u32::from(row >= 50)).collect();
    let coins: Vec<u32> = rows.iter().map(|&row| (row as u32 * 7919 + 13) % 101 % 2).collect();

    println!("labels   apparent  out-of-bag    .632   .632+   no information  overfitting");
    let mut plus = Vec::new();
    for (name, y) in [("species", &species), ("coins", &coins)] {
        // The model is the rows: nearest() searches them.
        let fit = |rows: &[usize]| Ok::<_, SelectError>(rows.to_vec());
        let nearest = |train: &Vec<usize>, row: usize| {
            let distance = |&other: &usize| (x.row(row) - x.row(other)).norm_squared();
            let found = train.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
            found.map_or(0, |&other| y[other])
        };
        let wrong = |row: usize, class: &u32| f64::from(u8::from(y[row] != *class));
        let rounds = Bootstrap { rounds: 200, seed: 1 };
        let found = bootstrap_632(&rounds, 100, NoInformation::AllPairs, fit, nearest, wrong)?;
        let errors = found.per_observation;
        let corrected = errors.err_632_plus(PlusForm::Clamped).unwrap_or(f64::NAN);
        println!(
            "{name:<7}  {:>8.3}  {:>10.3}  {:>6.3}  {corrected:>6.3}   {:>14.3}  {:>11.3}",
            errors.apparent,
            errors.out_of_bag,
            errors.err_632(),
            errors.no_information.unwrap_or(f64::NAN),
            errors.relative_overfitting().unwrap_or(f64::NAN)
        );
        plus.push((errors.err_632(), corrected));
    }
    assert!(plus[1].0 < 0.4, ".632 is misled");
    assert!((plus[1].1 - 0.5).abs() < 0.1, ".632+ is not");
    Ok(())
}
