//! λ by cross-validation, against scikit-learn 1.9.1 (`data/cross_validation.py`).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::stack_loss;
use gradus_linear::{
    Design, ElasticNet, HeldOut, HeldOutMeasure, LambdaChoice, LambdaFolds, LambdaGrid, LambdaRule,
    LinearError, PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, Penalty, Scaling,
    Weights,
};
use gradus_resample::{Fold, Folds};
use nalgebra::DMatrix;

fn unscaled() -> PenalisedOptions {
    let mut options = PenalisedOptions { scaling: Scaling::None, ..PenalisedOptions::default() };
    options.solver.tolerance = 1e-13;
    options
}

/// Row i is held out in fold i mod 3.
fn in_turn() -> Folds {
    let fold = |k: usize| {
        let (test, train) = (0..21).partition(|row| row % 3 == k);
        Fold { train, test }
    };
    Folds::given(21, (0..3).map(fold).collect()).unwrap()
}

fn assert_close(found: &[Vec<f64>], expected: &[&[f64]], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().flatten().zip(expected.iter().copied().flatten()) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{found} for {expected}");
    }
}

#[test]
fn losses_of_folds_are_those_of_scikit_learn() {
    let (x, y) = stack_loss();
    let folds = in_turn();
    let choice = LambdaChoice { folds: LambdaFolds::By(&folds), ..LambdaChoice::default() };
    let lasso = ElasticNet { penalty: Penalty::lasso(1.0), options: unscaled() };
    let grid = LambdaGrid::Given(vec![8.0, 4.0, 2.0, 1.0, 0.5]);
    let found = lasso.cross_validate(&Design::new(&x).unwrap(), &y, &grid, &choice).unwrap();
    let expected: [&[f64]; 3] = [
        &[
            27.809909585466148,
            21.046712292118013,
            15.792047097098449,
            13.564068016801285,
            12.564578632669084,
        ],
        &[
            2.2470684659274767,
            1.8048797654651259,
            2.5033393449338504,
            3.5750287677203305,
            4.634754956755636,
        ],
        &[
            27.0335030843681,
            25.363266687806636,
            19.786994729915172,
            17.474845793707544,
            16.67369566531054,
        ],
    ];
    assert_close(&found.by_fold, &expected, 1e-7);
    assert_eq!(found.fit(LambdaRule::Best).unwrap().point.lambda, 0.5);
    assert!(found.ends_at_the_best());
    // By hand: the mean at 0.5 is 11.29 with a standard error of 3.53, at 4 it is 16.07.
    assert_eq!(found.path.points[found.one_standard_error].lambda, 2.0);
    assert_eq!(found.measure, "mean squared error");
}

/// Mann–Whitney, by counting.
fn area(held: &HeldOut<'_>) -> f64 {
    let of = |class: f64| (0..held.y_true.len()).filter(move |&i| held.y_true[i] == class);
    let wins: f64 = of(1.0)
        .flat_map(|i| of(0.0).map(move |j| (held.y_pred[i], held.y_pred[j])))
        .map(|(one, zero)| if one > zero { 1.0 } else { 0.5 * f64::from(u8::from(one == zero)) })
        .sum();
    wins / (of(1.0).count() * of(0.0).count()) as f64
}

#[test]
fn deviances_and_scores_of_classes_are_those_of_scikit_learn() {
    let (x, y) = stack_loss();
    let high: Vec<f64> = y.iter().map(|&y| f64::from(u8::from(y > 14.0))).collect();
    let folds = in_turn();
    let choice = LambdaChoice { folds: LambdaFolds::By(&folds), ..LambdaChoice::default() };
    let ridge = PenalisedLogistic { penalty: Penalty::ridge(1.0), options: unscaled() };
    let grid = LambdaGrid::Given(vec![1.0, 0.3, 0.1, 0.03]);
    let design = Design::new(&x).unwrap();
    let found = ridge.cross_validate(&design, &high, &grid, &choice).unwrap();
    let expected: [&[f64]; 3] = [
        &[0.4779048186868767, 0.4296789541947018, 0.47813265450139036, 0.725478732385855],
        &[0.9795683864328417, 1.0253420240895057, 1.083368675462206, 1.1650469655500004],
        &[0.32789770873458757, 0.1586388868159041, 0.06319608169043718, 0.01172057099792954],
    ];
    assert_close(&found.by_fold, &expected, 1e-6);
    assert_eq!((found.best, found.measure.as_str()), (1, "deviance"));

    let measure = HeldOutMeasure::Score("area under the ROC curve", &area);
    let choice = LambdaChoice { measure, ..choice };
    let found = ridge.cross_validate(&design, &high, &grid, &choice).unwrap();
    let of_middle = 0.8333333333333334;
    assert_close(&found.by_fold, &[&[1.0; 4], &[of_middle; 4], &[1.0; 4]], 1e-15);
    // Of equal scores the largest λ is taken.
    assert_eq!((found.best, found.one_standard_error), (0, 0));
}

#[test]
fn figures_do_not_depend_on_threads_and_every_measure_is_defined() {
    let x = DMatrix::from_fn(60, 4, |i, j| ((i * (7 + 4 * j) + j) % 23) as f64);
    let classes: Vec<usize> = (0..60).map(|i| (x[(i, 0)] + x[(i, 1)]) as usize / 15).collect();
    let design = Design::new(&x).unwrap();
    let model = PenalisedMultinomial::default();
    let grid = LambdaGrid::LogSpaced { count: 12, smallest: Some(1e-2) };
    let surprise = |y: f64, p: &[f64]| -p[y as usize].ln();
    let run = |threads: usize, measure| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let folds = LambdaFolds::Shuffled { folds: 4, seed: 3 };
        let choice = LambdaChoice { folds, measure };
        pool.install(|| model.cross_validate(&design, &classes, &grid, &choice).unwrap())
    };
    let deviance = run(1, HeldOutMeasure::Deviance);
    assert_eq!(deviance, run(3, HeldOutMeasure::Deviance));
    let own = run(2, HeldOutMeasure::Loss("log-loss", &surprise));
    for (log_loss, deviance) in own.mean.iter().zip(&deviance.mean) {
        assert!((2.0 * log_loss - deviance).abs() < 1e-12);
    }
    use HeldOutMeasure::{AbsoluteError, Misclassification, SquaredError};
    for measure in [AbsoluteError, Misclassification, SquaredError] {
        let found = run(2, measure);
        assert!(found.mean[found.best] < found.mean[0], "{measure:?}");
    }
}

#[test]
fn what_cannot_be_cross_validated_is_refused() {
    let (x, y) = stack_loss();
    let design = Design::new(&x).unwrap();
    let grid = LambdaGrid::default();
    let run = |folds, measure| {
        let choice = LambdaChoice { folds, measure };
        ElasticNet::default().cross_validate(&design, &y, &grid, &choice).unwrap_err()
    };
    let three = LambdaFolds::Shuffled { folds: 3, seed: 0 };
    assert_eq!(run(three, HeldOutMeasure::Misclassification), LinearError::NoClasses);
    let one = LambdaFolds::Shuffled { folds: 1, seed: 0 };
    assert!(matches!(run(one, HeldOutMeasure::Deviance), LinearError::Folds(_)));
    let undefined = |_: &HeldOut<'_>| f64::NAN;
    let undefined = run(three, HeldOutMeasure::Score("R", &undefined));
    assert!(matches!(undefined, LinearError::UndefinedLoss { .. }), "{undefined}");

    // The last class has one row, which some fold holds out.
    let classes: Vec<usize> = (0..21).map(|i| if i == 20 { 2 } else { i % 2 }).collect();
    let choice = LambdaChoice { folds: three, ..LambdaChoice::default() };
    let model = PenalisedMultinomial::default();
    let refused = model.cross_validate(&design, &classes, &grid, &choice).unwrap_err();
    assert!(matches!(refused, LinearError::FoldWithoutClass { class: 2, .. }), "{refused}");
}

/// A row of weight 2 is two rows, wherever it is held out or fitted on.
#[test]
fn weights_count_in_fits_and_in_means() {
    let (x, y) = stack_loss();
    let weights: Vec<f64> = (0..21).map(|i| f64::from(i % 3)).collect();
    let rows: Vec<usize> = (0..21).flat_map(|i| vec![i; i % 3]).collect();
    let repeated = x.select_rows(&rows);
    let y_repeated: Vec<f64> = rows.iter().map(|&row| y[row]).collect();
    let folds = |of: &[usize]| {
        let fold = |k: usize| {
            let (test, train) = (0..of.len()).partition(|&row| of[row] % 4 == k);
            Fold { train, test }
        };
        Folds::given(of.len(), (0..4).map(fold).collect()).unwrap()
    };
    let run = |design: &Design<'_>, y: &[f64], folds: &Folds| {
        let choice = LambdaChoice { folds: LambdaFolds::By(folds), ..LambdaChoice::default() };
        let grid = LambdaGrid::Given(vec![4.0, 1.0, 0.25]);
        let lasso = ElasticNet { penalty: Penalty::lasso(1.0), options: unscaled() };
        lasso.cross_validate(design, y, &grid, &choice).unwrap()
    };
    let all: Vec<usize> = (0..21).collect();
    let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
    let weighted = run(&design, &y, &folds(&all));
    let other = run(&Design::new(&repeated).unwrap(), &y_repeated, &folds(&rows));
    assert_eq!(weighted.fold_weights, other.fold_weights);
    for (a, b) in weighted.standard_error.iter().zip(&other.standard_error) {
        assert!((a - b).abs() < 1e-6 * b.abs(), "{a} {b}");
    }
}
