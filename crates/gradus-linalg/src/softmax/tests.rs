use proptest::prelude::*;

use super::*;
use crate::copy;

const INF: f64 = f64::INFINITY;

fn rows(z: &[f64], m: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let n = z.len() / m;
    let (mut p, mut l, mut s) = (vec![0.0; z.len()], vec![0.0; z.len()], vec![0.0; m]);
    let z = MatRef::new(z, m, n);
    softmax_rows(z, MatMut::new(&mut p, m, n));
    log_softmax_rows(z, MatMut::new(&mut l, m, n));
    log_sum_exp_rows(z, &mut s);
    (p, l, s)
}

/// Softmax and log-sum-exp of 1, 2, 3, computed by mpmath with 50 digits.
#[test]
fn known_values() {
    let (p, l, s) = rows(&[1.0, 2.0, 3.0], 1);
    let expected = [0.090_030_573_170_380_46, 0.244_728_471_054_797_67, 0.665_240_955_774_821_8];
    for j in 0..3 {
        assert!((p[j] - expected[j]).abs() < 1e-16);
        assert!((l[j] - (j as f64 + 1.0 - 3.407_605_964_444_38)).abs() < 1e-14);
    }
    assert!((s[0] - 3.407_605_964_444_38).abs() < 1e-14);
}

#[test]
fn infinities_and_nan() {
    let (p, l, s) = rows(&[-INF, 0.0], 1);
    assert_eq!((p, l, s), (vec![0.0, 1.0], vec![-INF, 0.0], vec![0.0]));
    let (p, _, s) = rows(&[-INF, -INF], 1);
    assert!(p.iter().all(|p| p.is_nan()) && s[0] == -INF);
    let (p, _, s) = rows(&[INF, 0.0], 1);
    assert!(p[0].is_nan() && s[0] == INF);
    let (p, _, s) = rows(&[f64::NAN, 0.0], 1);
    assert!(p[0].is_nan() && s[0].is_nan());
    let (_, _, s) = rows(&[f64::NAN, INF], 1);
    assert!(s[0].is_nan());
}

/// Costs of class 0, 1, 2, and what they keep, from PyTorch 2.15 (`cross_entropy`, f64).
#[test]
fn the_cost_of_hostile_logits() {
    let nan = f64::NAN;
    for (z, costs) in [
        ([INF, 0.0, 1.0], [nan; 3]),
        ([INF, INF, 1.0], [nan; 3]),
        ([nan, INF, 1.0], [nan; 3]),
        ([nan, 0.0, -INF], [nan; 3]),
        ([-INF; 3], [nan; 3]),
        ([-INF, 0.0, 1.0], [INF, 1.313_261_687_518_222_8, 0.313_261_687_518_222_86]),
        ([-INF, -INF, 7.0], [INF, INF, 0.0]),
    ] {
        for (class, expected) in costs.into_iter().enumerate() {
            let mut probs = [0.0; 3];
            let logits = MatRef::new(&z, 1, 3);
            let cost =
                softmax_cross_entropy(logits, &[class as u32], MatMut::new(&mut probs, 1, 3));
            let near = (cost - expected).abs() < 1e-15 || cost == expected;
            assert!(near || cost.is_nan() && expected.is_nan(), "{z:?}, {class}: {cost}");
            let sum: f64 = probs.iter().sum();
            assert!((sum - 1.0).abs() < 1e-15 || sum.is_nan() && z[2] != 7.0, "{z:?}: {probs:?}");
            // In a batch the row's NaN reaches the mean, in both precisions and any layout.
            let narrow = z.map(|z| z as f32);
            let batch: Vec<f32> =
                (0..20).flat_map(|i| if i == 13 { narrow } else { [0.5; 3] }).collect();
            let rows = MatRef::new(&batch, 3, 20).t();
            let mut classes = [0; 20];
            classes[13] = class as u32;
            let cost = softmax_cross_entropy_cost(rows, &classes);
            let same =
                cost.is_nan() == expected.is_nan() && (cost == f32::INFINITY) == (expected == INF);
            assert!(same, "{z:?}, {class}: {cost} in a batch");
        }
    }
}

#[test]
fn empty_matrices() {
    let (mut s, none) = ([0.0; 2], MatRef::new(&[], 2, 0));
    log_sum_exp_rows(none, &mut s);
    assert_eq!(s, [-INF; 2]);
    softmax_rows(none, MatMut::new(&mut [], 2, 0));
    let none = MatRef::new(&[], 0, 2);
    assert!(softmax_cross_entropy::<f64>(none, &[], MatMut::new(&mut [], 0, 2)).is_nan());
}

#[test]
#[should_panic(expected = "class 2 of row 1 is not below 2")]
fn a_class_out_of_range_is_named() {
    let z = [0.0; 4];
    softmax_cross_entropy(MatRef::new(&z, 2, 2), &[0, 2], MatMut::new(&mut [0.0; 4], 2, 2));
}

proptest! {
    #[test]
    fn identities(
        z in prop::collection::vec(-50.0..50.0_f64, 1..600),
        m in 1..300_usize,
        shift in -700.0..700.0_f64,
    ) {
        let m = m.min(z.len());
        let n = z.len() / m;
        let z = &z[..m * n];
        let (p, l, s) = rows(z, m);
        let shifted: Vec<f64> = z.iter().map(|z| z + shift).collect();
        let (q, _, t) = rows(&shifted, m);
        let classes: Vec<u32> = (0..m).map(|i| (i % n) as u32).collect();
        let mut probs = vec![0.0; m * n];
        let loss = softmax_cross_entropy(MatRef::new(z, m, n), &classes, MatMut::new(&mut probs, m, n));
        prop_assert_eq!(&probs, &p);
        prop_assert_eq!(softmax_cross_entropy_cost(MatRef::new(z, m, n), &classes), loss);
        let mut mean = 0.0;
        for i in 0..m {
            let row = |x: &[f64]| (0..n).map(|j| x[j * m + i]).collect::<Vec<_>>();
            prop_assert!((row(&p).iter().sum::<f64>() - 1.0).abs() < 1e-13);
            prop_assert!(row(z).iter().all(|&z| s[i] >= z));
            prop_assert!((t[i] - s[i] - shift).abs() < 1e-12);
            for j in 0..n {
                prop_assert!((p[j * m + i] - q[j * m + i]).abs() < 1e-11);
                prop_assert!((l[j * m + i] - (z[j * m + i] - s[i])).abs() < 1e-12);
                prop_assert!((p[j * m + i] - l[j * m + i].exp()).abs() < 1e-13);
            }
            mean += (s[i] - z[(i % n) * m + i]) / m as f64;
        }
        prop_assert!((loss - mean).abs() < 1e-11);
        // The layout changes no bit.
        let (mut across, mut back) = (vec![0.0; m * n], vec![0.0; m * n]);
        copy(MatRef::new(z, m, n).t(), MatMut::new(&mut across, n, m));
        softmax_rows(MatRef::new(&across, n, m).t(), MatMut::new(&mut back, n, m).t());
        let mut p2 = vec![0.0; m * n];
        copy(MatRef::new(&back, n, m).t(), MatMut::new(&mut p2, m, n));
        prop_assert_eq!(p2, p);
    }
}
