//! The standard error of the out-of-bag error, against theory.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_resample::{Bootstrap, ResampleError, Resampler, StratifiedBootstrap, out_of_bag};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn nothing(_: &[usize]) -> Result<(), ResampleError> {
    Ok(())
}

/// Where the fit learns nothing, E₁ is a mean of losses: √Σ(l − l̄)²/m.
#[test]
fn without_learning_it_is_that_of_a_mean() {
    let losses = [0.0, 1.0, 4.0, 9.0, 2.0, 2.0, 8.0, 6.0];
    let classes = [0, 0, 0, 0, 1, 1, 1, 1];
    let loss = |(): &(), row: usize| losses[row];
    let ways: [&dyn Resampler; 2] = [
        &Bootstrap { rounds: 100, seed: 3 },
        &StratifiedBootstrap { rounds: 100, classes: &classes, seed: 3 },
    ];
    for samples in ways {
        let found = out_of_bag(samples, 8, nothing, loss).unwrap();
        // Σ = 32, Σ² = 206: 206 − 128 = 78.
        let error = found.standard_error(samples).unwrap().unwrap();
        assert!((error - 78.0_f64.sqrt() / 8.0).abs() < 1e-12, "{error}");
    }
}

/// The squared error of a mean, left out, is near (1 + 1/m) s², whose standard deviation over
/// samples from a uniform distribution on [0, 1] is √((μ₄ − σ⁴)/m), with μ₄ = 1/80 and σ² = 1/12.
#[test]
fn it_is_the_deviation_over_samples() {
    let (m, data_sets) = (60, 60);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut total = 0.0;
    for seed in 0..data_sets {
        let y: Vec<f64> = (0..m).map(|_| rng.random_range(0.0..1.0)).collect();
        let fit = |rows: &[usize]| -> Result<f64, ResampleError> {
            Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
        };
        let loss = |mean: &f64, row: usize| (y[row] - mean).powi(2);
        let samples = Bootstrap { rounds: 200, seed };
        let found = out_of_bag(&samples, m, fit, loss).unwrap();
        total += found.standard_error(&samples).unwrap().unwrap();
    }
    let theory = (1.0 + 1.0 / m as f64) * ((1.0 / 80.0 - 1.0 / 144.0) / m as f64).sqrt();
    let ratio = total / data_sets as f64 / theory;
    assert!((0.9..1.15).contains(&ratio), "{ratio}");
}

#[test]
fn other_samples_and_too_few_are_refused() {
    use ResampleError as E;
    let samples = Bootstrap { rounds: 9, seed: 0 };
    let found = out_of_bag(&samples, 8, nothing, |(), row| row as f64).unwrap();
    let error = found.standard_error(&Bootstrap { rounds: 8, seed: 0 });
    assert_eq!(error, Err(E::OtherRounds { measured: 9, given: 8 }));
    // Fits of a single row each, which vary by much more than a mean over rows.
    let y: Vec<f64> = (0..200).map(|row| f64::from(row * 7919 % 211)).collect();
    let first = |rows: &[usize]| Ok::<f64, E>(y[rows[100]]);
    let squared = |y_hat: &f64, row: usize| (y[row] - y_hat).powi(2);
    let few = Bootstrap { rounds: 5, seed: 0 };
    let found = out_of_bag(&few, 200, first, squared).unwrap();
    assert_eq!(found.standard_error(&few), Ok(None));
    let one = Bootstrap { rounds: 1, seed: 0 };
    let found = out_of_bag(&one, 8, nothing, |(), row| row as f64).unwrap();
    assert_eq!(found.standard_error(&one), Ok(None));
}
