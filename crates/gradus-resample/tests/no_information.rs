//! The no-information rate: closed forms against the double sum over all pairs that defines it.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_resample::{
    Bootstrap, NoInformation, ResampleError, bootstrap_632, no_information_absolute,
    no_information_log_loss, no_information_squared, no_information_zero_one,
};
use proptest::prelude::*;

/// m⁻² Σᵢ Σⱼ loss(i, j).
fn double_sum(m: usize, loss: impl Fn(usize, usize) -> f64) -> f64 {
    let total: f64 = (0..m).map(|i| (0..m).map(|j| loss(i, j)).sum::<f64>()).sum();
    total / (m * m) as f64
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-11 * (1.0 + expected.abs())
}

proptest! {
    #[test]
    fn closed_forms_are_the_double_sum(
        rows in prop::collection::vec((0..4_u32, 0..5_u32, -9.0..9.0_f64, -9.0..9.0_f64), 1..60),
        steps in prop::bool::ANY,
        raw in prop::collection::vec(0.01..1.0_f64, 240),
    ) {
        let m = rows.len();
        let (y, predicted): (Vec<u32>, Vec<u32>) = rows.iter().map(|row| (row.0, row.1)).unzip();
        let found = no_information_zero_one(&y, &predicted).unwrap();
        let expected = double_sum(m, |i, j| f64::from(u8::from(y[i] != predicted[j])));
        prop_assert!(close(found, expected), "{found} {expected}");

        // Whole numbers make ties.
        let value = |x: f64| if steps { x.round() } else { x };
        let (t, p): (Vec<f64>, Vec<f64>) =
            rows.iter().map(|row| (value(row.2), value(row.3) + 2.0)).unzip();
        let found = no_information_squared(&t, &p).unwrap();
        let expected = double_sum(m, |i, j| (t[i] - p[j]).powi(2));
        prop_assert!(close(found, expected), "{found} {expected}");
        let found = no_information_absolute(&t, &p).unwrap();
        let expected = double_sum(m, |i, j| (t[i] - p[j]).abs());
        prop_assert!(close(found, expected), "{found} {expected}");

        let mut q = raw[..4 * m].to_vec();
        for row in q.chunks_mut(4) {
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|q| *q /= sum);
        }
        let found = no_information_log_loss(&y, &q, 4).unwrap();
        let expected = double_sum(m, |i, j| -q[4 * j + y[i] as usize].ln());
        prop_assert!(close(found, expected), "{found} {expected}");
    }

    #[test]
    fn the_bootstrap_finds_the_same_by_closed_form_and_by_pairs(
        y in prop::collection::vec(0..3_u32, 8..40),
        seed in 0..99_u64,
    ) {
        // The most frequent class, and the row's own where it is class 2.
        let fit = |rows: &[usize]| -> Result<u32, ResampleError> {
            let count = |class: u32| rows.iter().filter(|&&row| y[row] == class).count();
            Ok((0..3).max_by_key(|&class| count(class)).unwrap())
        };
        let predict = |most: &u32, row: usize| if y[row] == 2 { 2 } else { *most };
        let wrong = |row: usize, predicted: &u32| f64::from(u8::from(y[row] != *predicted));
        let rounds = Bootstrap { rounds: 15, seed };
        let by = |gamma| bootstrap_632(&rounds, y.len(), gamma, fit, predict, wrong).unwrap();
        let closed = |predicted: &[u32]| no_information_zero_one(&y, predicted);
        let found = by(NoInformation::Of(&closed)).per_observation.no_information.unwrap();
        let expected = by(NoInformation::AllPairs).per_observation.no_information.unwrap();
        prop_assert!(close(found, expected), "{found} {expected}");
    }
}

/// Deviations, not squares, are summed: a large mean costs no digits.
#[test]
fn a_large_mean_costs_no_digits() {
    let (y, p) = ([1e9, 1e9 + 1.0], [1e9 + 1.0, 1e9 + 2.0]);
    assert_eq!(no_information_squared(&y, &p), Ok(1.5));
    assert_eq!(no_information_absolute(&y, &p), Ok(1.0));
}

#[test]
fn what_has_no_rate_is_refused() {
    use ResampleError as E;
    let lengths = |what, given, rows| Err(E::LengthMismatch { what, given, rows });
    assert_eq!(no_information_zero_one(&[0], &[]), lengths("predictions", 0, 1));
    assert_eq!(no_information_squared(&[], &[]), Err(E::NoRows { needed: 1 }));
    assert_eq!(no_information_absolute(&[0.0], &[1.0, 2.0]), lengths("predictions", 2, 1));
    assert_eq!(no_information_log_loss(&[0], &[0.5; 3], 2), lengths("probabilities", 3, 2));
    let beyond = E::ClassOutOfRange { class: 2, classes: 2 };
    assert_eq!(no_information_log_loss(&[2], &[0.5; 2], 2), Err(beyond));
    assert_eq!(no_information_log_loss(&[0], &[0.0, 1.0], 2), Ok(f64::INFINITY));
    assert!(no_information_absolute(&[f64::NAN, 1.0], &[0.0, 1.0]).unwrap().is_nan());
    assert!(no_information_squared(&[f64::INFINITY], &[0.0]).unwrap().is_nan());
}
