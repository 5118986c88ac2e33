//! Each test function against finite differences, automatic differentiation and scipy's values.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_autograd::{Tape, Var};
use gradus_optim::minimise::{GradientDifferences, Objective};
use gradus_optim::test_functions::{
    Beale, Himmelblau, Plateau, Quadratic, Rosenbrock, Saddle, TestFunction, all,
};
use gradus_testkit::{assert_close, gradient, jacobian};
use proptest::prelude::*;
use serde_json::Value;

fn gradient_of(f: &mut dyn TestFunction, x: &[f64]) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    f.gradient(x, &mut gradient);
    gradient
}

fn hessian_of(f: &mut dyn TestFunction, x: &[f64]) -> Vec<f64> {
    let mut hessian = vec![0.0; x.len() * x.len()];
    f.hessian(x, &mut hessian).unwrap();
    hessian
}

fn largest(x: &[f64]) -> f64 {
    x.iter().fold(1.0, |a: f64, b| a.max(b.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn derivatives_are_those_of_the_value(point in prop::collection::vec(-2.0..2.0_f64, 20)) {
        for mut f in all() {
            let n = f.dimension().unwrap();
            let (x, v) = (&point[..n], &point[10..10 + n]);
            let exact = gradient_of(&mut *f, x);
            let numeric = gradient(|x| f.value(x), x);
            assert_close(&exact, &numeric, 0.0, 1e-6 * largest(&exact).max(f.value(x)));
            let hessian = hessian_of(&mut *f, x);
            let numeric = jacobian(|x| gradient_of(&mut *f, x), x).concat();
            assert_close(&hessian, &numeric, 0.0, 1e-7 * largest(&hessian));
            for i in 0..n {
                for j in 0..i {
                    let (above, below) = (hessian[i * n + j], hessian[j * n + i]);
                    assert_close(&[above], &[below], 0.0, 1e-13 * largest(&hessian));
                }
            }
            let product: Vec<f64> = (0..n)
                .map(|i| hessian[i * n..][..n].iter().zip(v).map(|(h, v)| h * v).sum())
                .collect();
            let mut written = vec![0.0; n];
            f.hessian_vector(x, v, &mut written).unwrap();
            assert_close(&written, &product, 0.0, 1e-12 * largest(&hessian));
        }
    }

    #[test]
    fn nothing_lies_below_the_minimum(point in prop::collection::vec(-4.0..4.0_f64, 10)) {
        for mut f in all() {
            let n = f.dimension().unwrap();
            assert!(f.value(&point[..n]) >= f.minimum(), "{}", f.name());
        }
    }
}

#[test]
fn minimisers_are_stationary_and_least() {
    for mut f in all() {
        for x in f.minimisers() {
            assert_close(&[f.value(&x)], &[f.minimum()], 0.0, 1e-28);
            let hessian = hessian_of(&mut *f, &x);
            assert_close(&gradient_of(&mut *f, &x), &vec![0.0; x.len()], 0.0, 1e-12);
            let n = x.len();
            let eigenvalues =
                nalgebra::DMatrix::from_row_slice(n, n, &hessian).symmetric_eigenvalues();
            assert!(eigenvalues.min() > 0.0, "{}: {eigenvalues}", f.name());
        }
    }
}

#[test]
fn the_condition_number_is_the_given_one() {
    for (n, condition) in [(2, 7.0), (5, 1.0), (12, 1e6)] {
        let mut f = Quadratic::new(n, condition).unwrap();
        let hessian = nalgebra::DMatrix::from_row_slice(n, n, &hessian_of(&mut f, &vec![0.0; n]));
        let eigenvalues = hessian.symmetric_eigenvalues();
        assert_close(&[eigenvalues.min(), eigenvalues.max()], &[1.0, condition], 1e-9, 0.0);
    }
    assert!(Quadratic::new(0, 2.0).is_err());
    for condition in [0.5, f64::NAN, f64::INFINITY] {
        assert!(Quadratic::new(2, condition).is_err());
    }
    assert!(Rosenbrock::new(1).is_err());
}

/// A value on a tape, written with the tape's variables alone.
type OnTape = for<'t> fn(&[Var<'t, f64>]) -> Var<'t, f64>;

#[test]
fn automatic_differentiation_agrees() {
    let cases: [(Box<dyn TestFunction>, OnTape); 5] = [
        (Box::new(Rosenbrock::new(3).unwrap()), |x| {
            let valley =
                |i: usize| (x[i + 1] - x[i].square()).square() * 100.0 + (x[i] - 1.0).square();
            valley(0) + valley(1)
        }),
        (Box::new(Beale), |x| {
            let term = |c: f64, power: i32| (x[0] * x[1].powi(power) - x[0] + c).square();
            term(1.5, 1) + term(2.25, 2) + term(2.625, 3)
        }),
        (Box::new(Himmelblau), |x| {
            (x[0].square() + x[1] - 11.0).square() + (x[0] + x[1].square() - 7.0).square()
        }),
        (Box::new(Plateau), |x| -((x[0].square() + x[1].square()) * -0.5).exp() + 1.0),
        (Box::new(Saddle), |x| x[0].square() * 0.5 + x[1].powi(4) * 0.25 - x[1].square() * 0.5),
    ];
    for (mut f, on_tape) in cases {
        let n = f.dimension().unwrap();
        let x = &[0.7, -1.3, 0.4][..n];
        let tape = Tape::new();
        let variables: Vec<_> = x.iter().map(|&x| tape.scalar(x)).collect();
        let y = on_tape(&variables);
        assert_close(&[f.value(x)], &[y.item()], 1e-13, 0.0);
        let gradients = y.backward();
        let expected: Vec<f64> = variables.iter().map(|&x| gradients.item(x).unwrap()).collect();
        assert_close(&gradient_of(&mut *f, x), &expected, 1e-12, 1e-12);
        let expected = tape.hessian(y, &variables).unwrap();
        assert_close(&hessian_of(&mut *f, x), expected.as_slice(), 1e-12, 1e-12);
    }
}

#[test]
fn scipy_computes_the_same_values_and_derivatives_at_the_starts() {
    let data: Value = serde_json::from_str(include_str!("data/minimise.json")).unwrap();
    let references = data["functions"].as_array().unwrap();
    let functions = all();
    assert_eq!(references.len(), functions.len());
    for (mut f, reference) in functions.into_iter().zip(references) {
        let numbers = |key: &str| -> Vec<f64> {
            let values = reference[key].as_array().unwrap();
            values.iter().map(|x| x.as_f64().unwrap()).collect()
        };
        assert_eq!(reference["name"], f.name());
        let start = f.start();
        assert_eq!(start, numbers("start"));
        assert_close(&[f.value(&start)], &[reference["value"].as_f64().unwrap()], 1e-12, 0.0);
        let (gradient, hessian) = (numbers("gradient"), numbers("hessian"));
        assert_close(&gradient_of(&mut *f, &start), &gradient, 1e-11, 1e-11);
        assert_close(&hessian_of(&mut *f, &start), &hessian, 1e-11, 1e-9);
    }
}

#[test]
fn differences_of_gradients_give_products_and_hessians() {
    let mut f = GradientDifferences::new(Beale);
    let x = [0.7, -1.3];
    let mut approximate = [0.0; 4];
    f.hessian(&x, &mut approximate).unwrap();
    let exact = hessian_of(&mut Beale, &x);
    assert_close(&approximate, &exact, 1e-7, 1e-7);
    let mut product = [1.0; 2];
    f.hessian_vector(&x, &[0.0; 2], &mut product).unwrap();
    assert_eq!(product, [0.0; 2]);
}
