//! Learning from a stream, against scikit-learn 1.9.1 (`data/sgd.py`).
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{stack_loss, standardised};
use gradus_linear::{
    Design, Intercept, LinearError, Penalty, Sgd, SgdLearner, SgdLoss, SgdRate, Weights,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// The standardised rows three times over, in the order of `data/sgd.py`.
fn stream() -> (DMatrix<f64>, Vec<f64>) {
    let (x, y) = stack_loss();
    let mut order: Vec<usize> = (0..63).collect();
    order.sort_by_key(|row| row * 37 % 63);
    let rows: Vec<usize> = order.into_iter().map(|row| row % 21).collect();
    (standardised(&x).select_rows(&rows), rows.iter().map(|&row| y[row]).collect())
}

fn assert_learned(learner: &SgdLearner, w: &[f64], b: &[f64]) {
    let found = learner.coefficients().concat();
    assert_eq!((found.len(), learner.intercepts().len()), (w.len(), b.len()));
    let intercepts = learner.intercepts();
    for (found, expected) in found.iter().chain(&intercepts).zip(w.iter().chain(b)) {
        assert!((found - expected).abs() <= 1e-10 * (1.0 + expected.abs()), "{found} {expected}");
    }
}

#[test]
fn numbers_are_learned_as_by_scikit_learn() {
    let (x, y) = stream();
    let weights: Vec<f64> = (0..63).map(|i| 1.0 + f64::from(i % 2)).collect();
    let plain = Sgd::new(SgdLoss::Squared);
    let constant = SgdRate::Constant { eta0: 0.05 };
    let net = Penalty::elastic_net(0.1, 0.6);
    for (model, weighted, w, b) in [
        (
            plain.clone(),
            false,
            [2.2831020958363286, 2.1375222978096153, 0.7237771156959013],
            4.565772246369048,
        ),
        (
            Sgd { penalty: net, rate: constant, ..plain.clone() },
            false,
            [5.5161676312631736, 3.9542626308497635, -0.4354491503630015],
            17.015819975146627,
        ),
        (
            Sgd { rate: constant, average_from: Some(10), ..plain },
            true,
            [6.031547827884996, 4.230357062785286, -0.2888529260102404],
            16.089626207301453,
        ),
    ] {
        let mut design = Design::new(&x).unwrap();
        if weighted {
            design = design.with_weights(Weights::Frequency(&weights)).unwrap();
        }
        let mut learner = model.start(3).unwrap();
        learner.partial_fit(&design, &y).unwrap();
        assert_learned(&learner, &w, &[b]);
        assert_eq!(learner.rows(), 63);
    }
}

#[test]
fn classes_are_learned_as_by_scikit_learn() {
    let (x, y) = stream();
    let design = Design::new(&x).unwrap();
    let high: Vec<usize> = y.iter().map(|y| usize::from(*y > 14.0)).collect();
    let of = |loss, penalty| Sgd { penalty, ..Sgd::new(loss) };
    let ridge = Penalty::ridge(0.01);
    let decreasing = SgdRate::InverseScaling { eta0: 0.1, power: 0.5 };
    let logistic = of(SgdLoss::Logistic, ridge.clone());
    for (model, w, b) in [
        (
            logistic.clone(),
            [2.5374261505920748, 3.1456058572214536, -0.2987353384963317],
            1.1263823644954283,
        ),
        (
            of(SgdLoss::Hinge, Penalty::lasso(0.02)),
            [4.176810911250825, 5.0550189659809375, 0.0],
            2.911173662582743,
        ),
        (
            Sgd { rate: decreasing, ..Sgd::new(SgdLoss::SquaredHinge) },
            [0.563715817303936, 0.780167186688228, 0.04837296739127406],
            0.2623438620741782,
        ),
        (
            Sgd { intercept: Intercept::None, ..logistic },
            [1.4953639472967437, 2.5142101822714498, -0.05136637296077424],
            0.0,
        ),
    ] {
        let mut learner = model.start_classes(3, 2).unwrap();
        learner.partial_fit_classes(&design, &high).unwrap();
        assert_learned(&learner, &w, &[b]);
    }

    let level = |y: &f64| if *y < 10.0 { 0 } else { 1 + usize::from(*y >= 18.0) };
    let levels: Vec<usize> = y.iter().map(level).collect();
    let model = Sgd { average_from: Some(1), ..of(SgdLoss::Hinge, ridge) };
    let mut learner = model.start_classes(3, 3).unwrap();
    learner.partial_fit_classes(&design, &levels).unwrap();
    let w = [
        -7.304276345005433,
        -1.4495997588865424,
        -1.2592792913923898,
        0.40868604345958504,
        -4.203015131798171,
        1.7438576690070178,
        2.6187151634748282,
        4.621902242173712,
        0.4390975237177529,
    ];
    assert_learned(&learner, &w, &[-6.3279240395932606, -2.543200672359578, -1.0400058748244168]);
}

/// In two classes softmax moves both predictors by half of what the logistic one moves by, at twice
/// the scale: their difference at rate η is the logistic predictor at rate 2η.
#[test]
fn two_classes_of_softmax_are_the_logistic_model() {
    let (x, y) = stream();
    let design = Design::new(&x).unwrap();
    let high: Vec<usize> = y.iter().map(|y| usize::from(*y > 14.0)).collect();
    let of = |loss, eta0| Sgd {
        penalty: Penalty::ridge(0.0),
        rate: SgdRate::Constant { eta0 },
        ..Sgd::new(loss)
    };
    let mut softmax = of(SgdLoss::Multinomial, 0.1).start_classes(3, 2).unwrap();
    let mut logistic = of(SgdLoss::Logistic, 0.2).start_classes(3, 2).unwrap();
    softmax.partial_fit_classes(&design, &high).unwrap();
    logistic.partial_fit_classes(&design, &high).unwrap();
    let both = softmax.coefficients();
    for (j, w) in logistic.coefficients()[0].iter().enumerate() {
        assert!((both[1][j] - both[0][j] - w).abs() < 1e-12);
    }
    assert_eq!(softmax.predict_classes(&x).unwrap(), logistic.predict_classes(&x).unwrap());
}

#[test]
fn what_cannot_be_learned_leaves_the_learner_as_it_was() {
    let (x, y) = stream();
    let design = Design::new(&x).unwrap();
    let fast = Sgd { rate: SgdRate::Constant { eta0: 10.0 }, ..Sgd::new(SgdLoss::Squared) };
    let mut learner = fast.start(3).unwrap();
    let before = learner.clone();
    let huge = x.map(|x| x * 1e200);
    let refused = learner.partial_fit(&Design::new(&huge).unwrap(), &y).unwrap_err();
    assert!(matches!(refused, LinearError::Diverged { .. }), "{refused}");
    let mut y_bad = y.clone();
    y_bad[5] = f64::NAN;
    assert!(matches!(learner.partial_fit(&design, &y_bad), Err(LinearError::NotFinite { .. })));
    let kind = learner.partial_fit_classes(&design, &[0; 63]);
    assert!(matches!(kind, Err(LinearError::OutcomeKind { .. })));
    assert!(learner.predict_classes(&x).is_err());
    assert_eq!(learner, before);

    let mut learner = Sgd::new(SgdLoss::Hinge).start_classes(3, 2).unwrap();
    let refused = learner.partial_fit_classes(&design, &[2; 63]).unwrap_err();
    assert_eq!(refused, LinearError::UnknownClass { row: 0, class: 2, classes: 2 });
    assert!(learner.partial_fit(&design, &y).is_err());
    assert!(Sgd::new(SgdLoss::Hinge).start(3).is_err());
    assert!(Sgd::new(SgdLoss::Hinge).start_classes(3, 1).is_err());
    assert!(Sgd::new(SgdLoss::Squared).start_classes(3, 2).is_err());
    let free = Sgd { penalty: Penalty::ridge(0.0), ..Sgd::new(SgdLoss::Hinge) };
    assert!(free.start_classes(3, 2).is_err());
    let still = Sgd { rate: SgdRate::Constant { eta0: 0.0 }, ..Sgd::new(SgdLoss::Squared) };
    assert!(still.start(3).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Batches of any size, with the learner written away in between, end in the same bits.
    #[test]
    fn batches_and_pauses_change_no_bit(
        cuts in prop::collection::vec(0..=63_usize, 0..5),
        loss in prop_oneof![
            Just(SgdLoss::Logistic), Just(SgdLoss::Multinomial), Just(SgdLoss::Hinge)
        ],
        l1_ratio in 0.0..=1.0_f64,
        average in prop::option::of(1..80_u64),
    ) {
        let (x, y) = stream();
        let level = |y: &f64| if *y < 10.0 { 0 } else { 1 + usize::from(*y >= 18.0) };
        let levels: Vec<usize> = y.iter().map(level).collect();
        let penalty = Penalty::elastic_net(0.01, l1_ratio);
        let model = Sgd { penalty, average_from: average, ..Sgd::new(loss) };
        let mut whole = model.clone().start_classes(3, 3).unwrap();
        whole.partial_fit_classes(&Design::new(&x).unwrap(), &levels).unwrap();

        let mut parts = model.start_classes(3, 3).unwrap();
        let mut cuts = cuts;
        cuts.extend([0, 63]);
        cuts.sort_unstable();
        for pair in cuts.windows(2).filter(|pair| pair[0] < pair[1]) {
            let batch = x.rows(pair[0], pair[1] - pair[0]).into_owned();
            let design = Design::new(&batch).unwrap();
            parts.partial_fit_classes(&design, &levels[pair[0]..pair[1]]).unwrap();
            let text = serde_json::to_string(&parts).unwrap();
            parts = serde_json::from_str(&text).unwrap();
        }
        prop_assert_eq!(whole, parts);
    }
}
