//! Perceptrons, the proofs about them, and the sigmoid neuron.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_autograd::Tape;
use gradus_nn::NnError;
use gradus_nn::threshold::{
    AtZero, PerceptronOutcome, PerceptronRule, Pocket, Separation, SigmoidNeuron, TruthTable,
    binary_labels, linearly_separable, mistake_bound, separates, widest_margin, xor_mlp,
    xor_network,
};
use nalgebra::{DMatrix, DVector, dmatrix, dvector};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const XOR: [bool; 4] = [false, true, true, false];

fn corners(inputs: usize) -> DMatrix<f64> {
    DMatrix::from_fn(1 << inputs, inputs, |row, i| (row >> (inputs - 1 - i) & 1) as f64)
}

/// The answer, after its proof has been checked.
fn proved(x: &DMatrix<f64>, labels: &[bool]) -> Separation {
    let answer = linearly_separable(x, labels).unwrap();
    match &answer {
        Separation::Hyperplane(plane) => assert_eq!(plane.proves(x, labels), Ok(true)),
        Separation::Inseparable(certificate) => {
            assert_eq!(certificate.proves(x, labels), Ok(true));
            assert!((certificate.weights.sum() - 2.0).abs() < 1e-12);
        }
    }
    answer
}

fn is_separable(x: &DMatrix<f64>, labels: &[bool]) -> bool {
    matches!(proved(x, labels), Separation::Hyperplane(_))
}

/// Published: 2, 4, 14, 104, 1882 threshold functions of 0 to 4 inputs (OEIS A000609).
#[test]
fn as_many_boolean_functions_are_separable_as_is_known() {
    for (inputs, expected) in [(1, 4), (2, 14), (3, 104)] {
        let x = corners(inputs);
        let rows = 1_usize << inputs;
        let functions = (0..1_u32 << rows).map(|f| (0..rows).map(|r| f >> r & 1 == 1).collect());
        let found = functions.filter(|labels: &Vec<bool>| is_separable(&x, labels)).count();
        assert_eq!(found, expected, "{inputs} inputs");
    }
    // Up to 8 inputs a function is separable iff no two rows with 1 have the sum of two rows with 0
    // (S. Muroga, Threshold logic and its applications, 1971).
    let x = corners(4);
    let sum = |a: usize, b: usize| x.row(a) + x.row(b);
    for f in (0..1_u32 << 16).step_by(61) {
        let labels: Vec<bool> = (0..16).map(|r| f >> r & 1 == 1).collect();
        let pairs = |class: bool| {
            let rows: Vec<usize> = (0..16).filter(|&r| labels[r] == class).collect();
            let ordered = |&(a, b): &(usize, usize)| a <= b;
            let all = rows.iter().flat_map(|&a| rows.iter().map(move |&b| (a, b)));
            all.filter(ordered).map(|(a, b)| sum(a, b)).collect::<Vec<_>>()
        };
        let zeros = pairs(false);
        let summable = pairs(true).iter().any(|one| zeros.contains(one));
        assert_eq!(is_separable(&x, &labels), !summable, "{f:#x}");
    }
}

#[test]
fn touching_and_overlapping_hulls_do_not_separate_and_the_narrowest_gap_does() {
    let touching = dmatrix![0.0, 0.0; 2.0, 2.0; 1.0, 1.0];
    assert!(!is_separable(&touching, &[false, false, true]));
    let near = dmatrix![0.0, 0.0; 2.0, 2.0; 1.0, 1.0 + f64::EPSILON];
    assert!(is_separable(&near, &[false, false, true]));
    assert!(!is_separable(&dmatrix![3.0; 3.0], &[false, true]), "the same point twice");
    assert!(!is_separable(&DMatrix::zeros(2, 0), &[false, true]), "no features");
    // Neighbouring doubles, and numbers at both ends of the range.
    let neighbours = dmatrix![1.0; 1.0 + f64::EPSILON];
    assert!(is_separable(&neighbours, &[false, true]));
    let wild = dmatrix![1e308, 5e-324; -1e308, 1e-320; 1e308, 1e-320; -1e308, 5e-324];
    assert!(is_separable(&wild, &[true, false, true, false]));
    assert!(!is_separable(&wild, &[true, true, false, false]));
    // 0.1 + 0.2 is not 0.3 in doubles: the three points are not on a line.
    let tenths = dmatrix![0.1, 0.1; 0.2, 0.2; 0.3, 0.30000000000000004];
    assert!(is_separable(&tenths, &[true, false, true]));
}

#[test]
fn one_class_is_separated_by_the_bias_alone() {
    for label in [false, true] {
        let x = dmatrix![1.0, 2.0; 3.0, -4.0];
        let Separation::Hyperplane(plane) = proved(&x, &[label; 2]) else { panic!("one class") };
        assert_eq!(plane.weights, dvector![0.0, 0.0]);
        assert_eq!((plane.bias, plane.margin), (if label { 1.0 } else { -1.0 }, f64::INFINITY));
        let fit = PerceptronRule::default().fit(&x, &[label; 2]).unwrap();
        assert!(matches!(fit.outcome, PerceptronOutcome::Separated { .. }));
        assert_eq!(fit.perceptron.predict(&x).unwrap(), [label; 2]);
    }
}

#[test]
fn a_hyperplane_of_small_integers_is_one_in_doubles_too() {
    let x = dmatrix![0.0, 0.0; 4.0, 0.0; 0.0, 3.0];
    let labels = [true, false, false];
    let Separation::Hyperplane(plane) = proved(&x, &labels) else { panic!("a triangle") };
    assert_eq!(separates(&plane.weights, plane.bias, &x, &labels), Ok(true));
    let scores = &x * &plane.weights;
    let nearest = scores.iter().map(|s| (s + plane.bias).abs()).fold(f64::INFINITY, f64::min);
    assert!((plane.margin - nearest / plane.weights.norm()).abs() < 1e-14);
    assert!(plane.margin <= 1.2 + 1e-12, "half the height of the triangle, 12/5, is the most");
}

#[test]
fn exclusive_or_by_hand_has_the_hidden_units_that_are_promised() {
    let network = xor_network();
    let model = xor_mlp::<f32>().unwrap();
    let hidden = [[false, false], [false, true], [true, false], [false, false]];
    for (row, (z, y)) in hidden.into_iter().zip(XOR).enumerate() {
        let x = [row >> 1 == 1, row & 1 == 1];
        assert_eq!(network.signals(&x).unwrap(), [x[0], x[1], z[0], z[1], y]);
        let found = model.predict(&DMatrix::from_fn(1, 2, |_, j| x[j] as u8 as f32)).unwrap();
        assert_eq!(found, dmatrix![y as u8 as f32]);
    }
    assert_eq!(network.truth_tables().unwrap(), [TruthTable::new(2, &XOR).unwrap()]);
    assert!(!is_separable(&corners(2), &XOR));
    let hidden = DMatrix::from_fn(4, 2, |i, j| f64::from(u8::from(hidden[i][j])));
    assert!(is_separable(&hidden, &XOR), "in the hidden units' space a line does it");
}

#[test]
fn the_rule_says_so_where_nothing_separates_or_the_epochs_do_not_suffice() {
    let fit = PerceptronRule::default().fit(&corners(2), &XOR).unwrap();
    let PerceptronOutcome::Inseparable(certificate) = fit.outcome else { panic!("exclusive or") };
    assert_eq!(certificate.proves(&corners(2), &XOR), Ok(true));
    assert_eq!(fit.epochs, 1_000);
    let short = PerceptronRule { max_epochs: 1, ..PerceptronRule::default() };
    let labels = [false, false, false, true];
    let fit = short.fit(&corners(2), &labels).unwrap();
    let PerceptronOutcome::EpochLimit { bound: Some(bound) } = fit.outcome else {
        panic!("it is separable, and one epoch is not enough");
    };
    let full = PerceptronRule::default().fit(&corners(2), &labels).unwrap();
    assert!(full.mistakes as f64 <= bound.mistakes);
    // 500 examples of 20 features are past the exact decision's reach.
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let x = DMatrix::from_fn(500, 20, |_, _| rng.random_range(-1.0..1.0));
    let labels: Vec<bool> = (0..500).map(|_| rng.random()).collect();
    let fit = PerceptronRule { max_epochs: 20, ..PerceptronRule::default() }.fit(&x, &labels);
    assert_eq!(fit.unwrap().outcome, PerceptronOutcome::EpochLimit { bound: None });
}

#[test]
fn what_happens_at_zero_is_chosen() {
    // One example at the origin of each class: score 0 in the beginning.
    for (at_zero, label) in [(AtZero::Rest, false), (AtZero::Fire, true)] {
        let rule = PerceptronRule { at_zero, ..PerceptronRule::default() };
        let x = dmatrix![0.0];
        assert_eq!(rule.fit(&x, &[label]).unwrap().mistakes, 0);
        assert_eq!(rule.fit(&x, &[!label]).unwrap().mistakes, 1);
    }
    assert_eq!(AtZero::default(), AtZero::Rest);
}

#[test]
fn bad_examples_are_named() {
    let rule = PerceptronRule::default();
    let x = dmatrix![1.0, 2.0; 3.0, f64::NAN];
    let at = |error| matches!(error, NnError::NotFinite { row: 1, column: 1, .. });
    assert!(at(rule.fit(&x, &[true, false]).unwrap_err()));
    assert!(at(linearly_separable(&x, &[true, false]).unwrap_err()));
    assert!(at(widest_margin(&x, &[true, false]).unwrap_err()));
    let empty = DMatrix::zeros(0, 2);
    assert_eq!(rule.fit(&empty, &[]), Err(NnError::NoExamples));
    assert_eq!(linearly_separable(&empty, &[]), Err(NnError::NoExamples));
    let x = corners(2);
    let error = NnError::LabelCount { rows: 4, labels: 3 };
    assert_eq!(rule.fit(&x, &XOR[..3]), Err(error.clone()));
    assert_eq!(linearly_separable(&x, &XOR[..3]), Err(error));
    let width = NnError::InputWidth { expected: 3, found: 2 };
    assert_eq!(separates(&DVector::zeros(3), 0.0, &x, &XOR), Err(width.clone()));
    assert_eq!(mistake_bound(&x, &XOR, &DVector::zeros(3), 0.0), Err(width));
    assert!(separates(&dvector![1.0, f64::NAN], 0.0, &x, &XOR).is_err());
    let error = mistake_bound(&x, &XOR, &dvector![1.0, 1.0], -0.5).unwrap_err();
    assert!(matches!(error, NnError::NotSeparating { row: 3, .. }), "{error}");
    assert!(widest_margin(&x, &XOR).is_err());
    let error = rule.fit(&dmatrix![1e308; -1e308], &[true, true]).unwrap_err();
    assert!(matches!(error, NnError::InvalidNumber { what: "a score", .. }), "{error}");
    assert!(PerceptronRule { max_epochs: 0, ..rule }.fit(&x, &XOR).is_err());
    assert_eq!(binary_labels(&[1.0, -1.0]), Err(NnError::NotBinary { row: 1, value: -1.0 }));
    assert!(binary_labels(&[f64::NAN]).is_err());
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    assert!(Pocket::default().fit(&empty, &[], &mut rng).is_err());
}

#[test]
fn the_pocket_keeps_the_best_line() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    // On a line, 30 examples with three labels turned over: three errors are the least.
    let x = DMatrix::from_fn(30, 1, |i, _| i as f64 - 14.5);
    let labels: Vec<bool> = (0..30).map(|i| (i >= 15) != [3, 8, 25].contains(&i)).collect();
    let cuts = (0..=30).flat_map(|cut| [true, false].map(|up| (cut, up)));
    let wrong = |(cut, up)| (0..30).filter(|&i| labels[i] != ((i >= cut) == up)).count();
    let least = cuts.map(wrong).min().unwrap();
    let fit = Pocket::default().fit(&x, &labels, &mut rng).unwrap();
    assert_eq!((least, fit.errors), (3, 3));
    let answers = fit.perceptron.predict(&x).unwrap();
    assert_eq!(answers.iter().zip(&labels).filter(|(a, l)| a != l).count(), fit.errors);
    let and = Pocket::default().fit(&corners(2), &[false, false, false, true], &mut rng).unwrap();
    assert!(and.errors == 0 && and.steps < 10_000);
}

/// Examples on a small grid, with labels at random.
fn small_data() -> impl Strategy<Value = (DMatrix<f64>, Vec<bool>)> {
    (1..4_usize, 1..14_usize).prop_flat_map(|(cols, rows)| {
        let numbers = prop::collection::vec(-4..5_i8, rows * cols);
        let labels = prop::collection::vec(any::<bool>(), rows);
        (numbers, labels).prop_map(move |(numbers, labels)| {
            let numbers = numbers.into_iter().map(f64::from);
            (DMatrix::from_iterator(rows, cols, numbers), labels)
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_answer_comes_with_its_proof((x, labels) in small_data()) {
        let separable = is_separable(&x, &labels);
        let flipped: Vec<bool> = labels.iter().map(|label| !label).collect();
        prop_assert_eq!(is_separable(&x, &flipped), separable);
        // A translation, exact in doubles, and a change of units change nothing.
        let moved = x.map(|x| (x + 7.0) * 0.125);
        prop_assert_eq!(is_separable(&moved, &labels), separable);
        if x.ncols() == 1 {
            let of = |class| labels.iter().zip(x.iter()).filter(move |(l, _)| **l == class);
            let least = |class| of(class).fold(f64::INFINITY, |m, (_, &x)| m.min(x));
            let most = |class| of(class).fold(f64::NEG_INFINITY, |m, (_, &x)| m.max(x));
            prop_assert_eq!(separable, most(true) < least(false) || most(false) < least(true));
        }
        prop_assert_eq!(widest_margin(&x, &labels).is_ok(), separable);
    }

    #[test]
    fn arbitrary_doubles_are_decided_exactly(
        numbers in prop::collection::vec(prop::num::f64::NORMAL, 12),
        labels in prop::collection::vec(any::<bool>(), 6),
    ) {
        proved(&DMatrix::from_vec(6, 2, numbers), &labels);
    }

    #[test]
    fn the_rule_ends_within_its_bound(
        seed in any::<u64>(), rows in 2..40_usize, cols in 1..5_usize, at_fire in any::<bool>(),
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let w = DVector::<f64>::from_fn(cols, |_, _| rng.random_range(-1.0..1.0));
        let b: f64 = rng.random_range(-0.5..0.5);
        let x = DMatrix::from_fn(rows, cols, |_, _| rng.random_range(-1.0..1.0));
        let scores = (&x * &w).add_scalar(b);
        prop_assume!(scores.iter().all(|s: &f64| s.abs() > 0.05));
        let labels: Vec<bool> = scores.iter().map(|&s| s > 0.0).collect();
        let known = mistake_bound(&x, &labels, &w, b).unwrap();
        let at_zero = if at_fire { AtZero::Fire } else { AtZero::Rest };
        let rule = PerceptronRule { at_zero, max_epochs: 100_000 };
        let fit = rule.fit(&x, &labels).unwrap();
        let PerceptronOutcome::Separated { margin, bound } = fit.outcome else {
            panic!("it is separable");
        };
        let bound = bound.unwrap();
        prop_assert!(fit.mistakes as f64 <= known.mistakes);
        prop_assert!(fit.mistakes as f64 <= bound.mistakes);
        let widest = widest_margin(&x, &labels).unwrap();
        prop_assert!(known.margin <= widest.upper * (1.0 + 1e-12));
        prop_assert!(widest.bound.margin <= widest.upper * (1.0 + 1e-12));
        prop_assert_eq!(fit.perceptron.predict(&x).unwrap(), labels.clone());
        prop_assert_eq!(fit.perceptron.margin(&x, &labels).unwrap(), margin);
        prop_assert!(margin >= 0.0 && is_separable(&x, &labels));
    }

    #[test]
    fn small_changes_of_a_sigmoid_neuron_follow_its_slopes(
        numbers in prop::collection::vec(-3.0..3.0_f64, 10), size in -7.0..0.0_f64,
    ) {
        let neuron = SigmoidNeuron { weights: dvector![numbers[0], numbers[1], numbers[2]], bias: numbers[3] };
        let x = dvector![numbers[4], numbers[5], numbers[6]];
        let (dw, db) = (dvector![numbers[7], numbers[8], numbers[9]] * 10_f64.powf(size), 10_f64.powf(size));
        let moved = SigmoidNeuron { weights: &neuron.weights + &dw, bias: neuron.bias + db };
        let actual = moved.output(&x).unwrap() - neuron.output(&x).unwrap();
        let predicted = neuron.small_change(&x, &dw, db).unwrap();
        let dz = dw.dot(&x) + db;
        let remainder = dz * dz / (12.0 * 3.0_f64.sqrt());
        prop_assert!((actual - predicted).abs() <= remainder + 1e-15);
        // The slopes are those of the tape.
        let tape = Tape::new();
        let w = tape.variable(DMatrix::from_column_slice(3, 1, neuron.weights.as_slice()));
        let b = tape.variable(dmatrix![neuron.bias]);
        let row = tape.constant(DMatrix::from_row_slice(1, 3, x.as_slice()));
        let gradients = (row.matmul(w) + b).sigmoid().sum().backward();
        let found = neuron.gradient(&x).unwrap();
        let off = gradients.get(w).unwrap() - &found.weights;
        prop_assert!(off.amax() <= 1e-14);
        prop_assert!((gradients.get(b).unwrap()[(0, 0)] - found.bias).abs() <= 1e-15);
    }
}

#[test]
fn a_saturated_or_misfit_neuron_is_no_panic() {
    let neuron = SigmoidNeuron { weights: dvector![1e300], bias: 0.0 };
    assert_eq!(neuron.output(&dvector![-1.0]), Ok(0.0));
    assert_eq!(neuron.output(&dvector![1.0]), Ok(1.0));
    assert_eq!(neuron.gradient(&dvector![-1.0]).unwrap().bias, 0.0);
    let width = NnError::InputWidth { expected: 1, found: 2 };
    assert_eq!(neuron.output(&dvector![1.0, 2.0]), Err(width.clone()));
    assert_eq!(neuron.small_change(&dvector![1.0], &dvector![1.0, 2.0], 0.0), Err(width));
}
