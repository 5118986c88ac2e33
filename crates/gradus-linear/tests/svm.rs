//! Support vector machines, against scikit-learn 1.9.1 (`data/svm.py`) and identities. Where the
//! hinge has a free intercept, the values solve the equations of libsvm's support vectors in 40
//! digits: it keeps its kernel in single precision, and agrees to 1e-7.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{stack_loss, standardised};
use gradus_linear::{
    Design, LinearError, LinearSvm, Scaling, SvmFit, SvmIntercept, SvmLoss, Weights,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
    }
}

fn of_c(c: f64, loss: SvmLoss, intercept: SvmIntercept) -> LinearSvm {
    LinearSvm { loss, intercept, tolerance: 1e-13, ..LinearSvm::from_sklearn_c(c, 21.0) }
}

fn high(y: &[f64]) -> Vec<usize> {
    y.iter().map(|y| usize::from(*y > 14.0)).collect()
}

#[test]
fn machines_are_those_of_scikit_learn() {
    use SvmIntercept::{Free, Penalised};
    use SvmLoss::{Hinge, SquaredHinge};
    let (x, y) = stack_loss();
    let x = standardised(&x);
    let design = Design::new(&x).unwrap();
    for (loss, intercept, c, w, b) in [
        (
            Hinge,
            Free,
            0.1,
            [0.3421120401583623, 0.7231063888926459, 0.1759900982228196],
            0.033004760694164935,
        ),
        (
            Hinge,
            Free,
            1.0,
            [0.9238471270594957, 1.251046311783741, -0.02917245953989826],
            0.48221418815440575,
        ),
        (
            Hinge,
            Free,
            10.0,
            [2.0511744119805795, 2.8285793337779226, -0.3688764467494863],
            1.9517026823845538,
        ),
        (
            Hinge,
            Penalised,
            0.1,
            [0.3413915760467967, 0.7230634455941259, 0.17736257067855882],
            0.0314095611769228,
        ),
        (
            Hinge,
            Penalised,
            1.0,
            [0.9222416230130371, 1.2532698689071704, -0.02353009793448386],
            0.4796346547049471,
        ),
        (
            Hinge,
            Penalised,
            10.0,
            [1.4900016697997283, 2.0547194357906498, -0.26795699010108925],
            1.144157951571416,
        ),
        (
            SquaredHinge,
            Penalised,
            0.1,
            [0.36199341816471053, 0.6171159947091616, 0.0779696871960912],
            0.1494981497616559,
        ),
        (
            SquaredHinge,
            Penalised,
            1.0,
            [0.7643058817339191, 1.120693924344815, -0.11289843176588138],
            0.46532159484244934,
        ),
        (
            SquaredHinge,
            Penalised,
            10.0,
            [1.7925706470147502, 2.6264946404633114, -0.38546040592980757],
            1.8369394670044936,
        ),
    ] {
        let fit = of_c(c, loss, intercept).fit(&design, &high(&y)).unwrap();
        let machine = &fit.machines[0];
        assert_close(&machine.coefficients, &w, 1e-9);
        assert_close(&[machine.intercept], &[b], 1e-9);
        let norm = w.iter().map(|w| w * w).sum::<f64>().sqrt();
        assert_close(&[machine.margin], &[1.0 / norm], 1e-9);
    }
}

#[test]
fn support_vectors_are_those_of_libsvm() {
    let (x, y) = stack_loss();
    let x = standardised(&x);
    let fit = of_c(1.0, SvmLoss::Hinge, SvmIntercept::Free);
    let fit = fit.fit(&Design::new(&x).unwrap(), &high(&y)).unwrap();
    let machine = &fit.machines[0];
    assert_eq!(machine.support, [8, 9, 12, 13, 19, 20]);
    // In units of C, which is 1: α/λ.
    let dual: Vec<f64> = machine.dual.iter().map(|a| a * 21.0).collect();
    let expected = [0.22959642936855204, 1.0, 0.08509226450752864, 1.0, 1.0, 0.8554958351389765];
    assert_close(&dual, &expected, 1e-9);
}

#[test]
fn rows_count_by_their_weight_as_in_libsvm() {
    let (x, y) = stack_loss();
    let x = standardised(&x);
    let weights: Vec<f64> = (0..21).map(|i| 1.0 + f64::from(i % 3)).collect();
    let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
    let model = LinearSvm { tolerance: 1e-13, ..LinearSvm::from_sklearn_c(1.0, 42.0) };
    let fit = model.fit(&design, &high(&y)).unwrap();
    let expected = [1.0955894280170773, 1.3849211440055833, -0.21344612498802482];
    assert_close(&fit.machines[0].coefficients, &expected, 1e-9);
    assert_close(&[fit.machines[0].intercept], &[0.5121477162293486], 1e-9);
}

#[test]
fn one_against_the_rest_is_that_of_scikit_learn() {
    let (x, y) = stack_loss();
    let x = standardised(&x);
    let level = |y: &f64| if *y < 10.0 { 0 } else { 1 + usize::from(*y >= 18.0) };
    let classes: Vec<usize> = y.iter().map(level).collect();
    let model = of_c(1.0, SvmLoss::SquaredHinge, SvmIntercept::Penalised);
    let fit = model.fit(&Design::new(&x).unwrap(), &classes).unwrap();
    for (machine, (w, b)) in fit.machines.iter().zip([
        ([-1.6506677670106344, 0.04919107684110639, -0.0663600218818198], -1.2055049426413795),
        ([0.5833662635169222, -0.9654613804123103, 0.11401470680049833], -0.23371431092780223),
        ([0.2491839710112095, 1.1016718118086302, 0.03873223521831037], -0.28610898235521287),
    ]) {
        // liblinear's primal solver leaves 1e-8.
        assert_close(&machine.coefficients, &w, 1e-6);
        assert_close(&[machine.intercept], &[b], 1e-6);
    }
    let expected = [2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1];
    assert_eq!(fit.predict_classes(&x).unwrap(), expected);
}

#[test]
fn what_cannot_be_separated_by_a_machine_is_refused() {
    let (x, y) = stack_loss();
    let design = Design::new(&x).unwrap();
    let classes = high(&y);
    let refuse = |svm: LinearSvm| svm.fit(&design, &classes).unwrap_err();
    for lambda in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let refused = refuse(LinearSvm { lambda, ..LinearSvm::default() });
        assert!(matches!(refused, LinearError::InvalidOption { name: "lambda", .. }), "{refused}");
    }
    let refused = refuse(LinearSvm { max_iterations: 1, tolerance: 1e-12, ..LinearSvm::default() });
    assert!(matches!(refused, LinearError::NotConverged { .. }), "{refused}");
    let model = LinearSvm::default();
    assert_eq!(model.fit(&design, &[1; 21]).unwrap_err(), LinearError::OneClass);
    let gap: Vec<usize> = classes.iter().map(|class| 2 * class).collect();
    let refused = model.fit(&design, &gap).unwrap_err();
    assert_eq!(refused, LinearError::EmptyClass { class: 1, classes: 3 });
    let huge = x.map(|x| x * 1e300);
    let unscaled = LinearSvm { scaling: Scaling::None, max_iterations: 20, ..model };
    assert!(unscaled.fit(&Design::new(&huge).unwrap(), &classes).is_err());
    // Scaled they are like any other.
    let fit = model.fit(&Design::new(&huge).unwrap(), &classes).unwrap();
    let own = model.fit(&design, &classes).unwrap();
    assert_close(&[fit.machines[0].margin], &[own.machines[0].margin], 1e-9);
    assert!(model.fit(&design, &classes).unwrap().decision(&DMatrix::zeros(1, 2)).is_err());
}

/// More features than rows, and more than are solved directly.
#[test]
fn wide_data_converges_to_its_gap() {
    let x = DMatrix::from_fn(30, 300, |i, j| ((i * 37 + j * 101 + i * j) as f64 * 0.71).sin());
    let classes: Vec<usize> = (0..30).map(|i| usize::from(i % 3 == 0)).collect();
    let design = Design::new(&x).unwrap();
    for loss in [SvmLoss::Hinge, SvmLoss::SquaredHinge] {
        for intercept in [SvmIntercept::Free, SvmIntercept::Penalised, SvmIntercept::None] {
            let model = LinearSvm { loss, intercept, ..LinearSvm::default() };
            let fit = model.fit(&design, &classes).unwrap();
            assert!(fit.machines[0].certificate.relative_gap <= 1e-9);
            assert_eq!(fit.predict_classes(&x).unwrap(), classes, "{loss:?} {intercept:?}");
        }
    }
}

/// Features whose scales are six orders of magnitude apart, and many rows near the margin: both have
/// held up coordinate descent for thousands of passes. Primal and dual objective from the fit alone.
#[test]
fn neither_scales_nor_overlap_hold_up_the_hinge() {
    let (m, p) = (2_000, 7);
    let noise = |i: usize, j: usize| ((i * (2 * j + 3) + 11 * j) as f64 * 0.7).sin();
    for scales in [true, false] {
        let x = DMatrix::from_fn(m, p, |i, j| {
            let unit = if scales { 10.0_f64.powi(j as i32 - 3) } else { 1.0 };
            unit * (noise(i, j) + 0.5 * noise(i, j + 1) + 2.0)
        });
        let classes: Vec<usize> =
            (0..m).map(|i| usize::from(noise(i, 0) + noise(i, 3) + noise(i, 20) > 0.0)).collect();
        for intercept in [SvmIntercept::Free, SvmIntercept::Penalised, SvmIntercept::None] {
            let model = LinearSvm { intercept, ..LinearSvm::from_sklearn_c(1.0, m as f64) };
            let fit = model.fit(&Design::new(&x).unwrap(), &classes).unwrap();
            let machine = &fit.machines[0];
            assert!(machine.certificate.iterations <= 50, "{:?}", machine.certificate);
            let primal = objective(&fit, &x, &classes, &machine.coefficients, machine.intercept);
            let mut w = vec![0.0; p];
            let mut balance = 0.0;
            for (&i, a) in machine.support.iter().zip(&machine.dual) {
                assert!(*a > 0.0 && *a <= 1.0 / m as f64);
                let signed = if classes[i] == 1 { *a } else { -a };
                w.iter_mut()
                    .zip(x.row(i).iter())
                    .for_each(|(w, x)| *w += signed * x / model.lambda);
                balance += signed;
            }
            let own = match intercept {
                SvmIntercept::Penalised => (balance / model.lambda).powi(2),
                SvmIntercept::Free => {
                    assert!(balance.abs() < 1e-13, "{balance}");
                    0.0
                }
                SvmIntercept::None => 0.0,
            };
            let square = w.iter().map(|w| w * w).sum::<f64>() + own;
            let dual = machine.dual.iter().sum::<f64>() - 0.5 * model.lambda * square;
            assert!(primal - dual <= 1e-8 && primal >= dual - 1e-8, "{primal} {dual}");
        }
    }
}

fn objective(fit: &SvmFit, x: &DMatrix<f64>, classes: &[usize], w: &[f64], b: f64) -> f64 {
    let m = classes.len() as f64;
    let cost = |i: usize| {
        let score = b + w.iter().zip(x.row(i).iter()).map(|(w, x)| w * x).sum::<f64>();
        let below = (1.0 - if classes[i] == 1 { score } else { -score }).max(0.0);
        if fit.model.loss == SvmLoss::Hinge { below } else { below * below }
    };
    let own = if fit.model.intercept == SvmIntercept::Penalised { b * b } else { 0.0 };
    (0..classes.len()).map(cost).sum::<f64>() / m
        + 0.5 * fit.model.lambda * (w.iter().map(|w| w * w).sum::<f64>() + own)
}

prop_compose! {
    fn problems()(m in 6..30_usize, p in 1..6_usize)(
        values in prop::collection::vec(-2.0..2.0_f64, m * p),
        noise in prop::collection::vec(-1.0..1.0_f64, m),
        m in Just(m), p in Just(p),
        lambda in 1e-4..1.0_f64,
        squared in any::<bool>(),
        intercept in prop_oneof![
            Just(SvmIntercept::Free), Just(SvmIntercept::Penalised), Just(SvmIntercept::None)
        ],
    ) -> (DMatrix<f64>, Vec<usize>, LinearSvm) {
        let x = DMatrix::from_vec(m, p, values);
        let mut classes: Vec<usize> =
            (0..m).map(|i| usize::from(x[(i, 0)] + noise[i] > 0.3)).collect();
        (classes[0], classes[1]) = (0, 1);
        let loss = if squared { SvmLoss::SquaredHinge } else { SvmLoss::Hinge };
        let svm = LinearSvm { lambda, loss, intercept, scaling: Scaling::None, ..LinearSvm::default() };
        (x, classes, svm)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The gap is kept, the objective is what it says, and no nearby point is better by more.
    #[test]
    fn the_certificate_holds((x, classes, svm) in problems(), j in 0..6_usize, step in -0.1..0.1_f64) {
        let fit = svm.fit(&Design::new(&x).unwrap(), &classes).unwrap();
        let machine = &fit.machines[0];
        prop_assert!(machine.certificate.relative_gap <= svm.tolerance);
        let (w, b) = (&machine.coefficients, machine.intercept);
        let own = objective(&fit, &x, &classes, w, b);
        prop_assert!((own - machine.certificate.objective).abs() <= 1e-9 * (1.0 + own));
        let (mut moved, mut b) = (w.clone(), b);
        match moved.get_mut(j) {
            Some(w) => *w += step,
            None if svm.intercept != SvmIntercept::None => b += step,
            None => {}
        }
        let other = objective(&fit, &x, &classes, &moved, b);
        prop_assert!(other >= own - machine.certificate.gap - 1e-12);
    }

    /// A row that is no support vector does not matter.
    #[test]
    fn the_solution_hangs_on_its_support((x, classes, svm) in problems()) {
        let fit = svm.fit(&Design::new(&x).unwrap(), &classes).unwrap();
        let support = &fit.machines[0].support;
        let weights: Vec<f64> =
            (0..classes.len()).map(|i| f64::from(u8::from(support.contains(&i)))).collect();
        let of = |class: usize| support.iter().any(|&i| classes[i] == class);
        prop_assume!(of(0) && of(1));
        // The same objective over the support alone: the mean is over fewer rows.
        let share = support.len() as f64 / classes.len() as f64;
        let alone = LinearSvm { lambda: svm.lambda / share, ..svm };
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
        let other = alone.fit(&design, &classes).unwrap();
        for (a, b) in fit.machines[0].coefficients.iter().zip(&other.machines[0].coefficients) {
            prop_assert!((a - b).abs() <= 1e-3 * (1.0 + a.abs()), "{a} {b}");
        }
    }

    /// Swapping the classes turns the hyperplane round.
    #[test]
    fn swapped_classes_negate((x, classes, svm) in problems()) {
        let swapped: Vec<usize> = classes.iter().map(|class| 1 - class).collect();
        let design = Design::new(&x).unwrap();
        let (fit, other) = (svm.fit(&design, &classes).unwrap(), svm.fit(&design, &swapped).unwrap());
        for (a, b) in fit.machines[0].coefficients.iter().zip(&other.machines[0].coefficients) {
            prop_assert!((a + b).abs() <= 1e-3 * (1.0 + a.abs()), "{a} {b}");
        }
    }
}
