//! What must hold for all data, and what is refused or warned about.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_metrics::{
    Average, ClassificationReport, ConfusionMatrix, MetricError, Ratio, ReportWarning,
    ZeroDivision, accuracy, average_precision, brier_score, explained_variance, log_loss, mae, mse,
    r2, rmse,
};
use proptest::prelude::*;

const RATIOS: [Ratio; 6] = [
    Ratio::Precision,
    Ratio::Recall,
    Ratio::Specificity,
    Ratio::FBeta(0.5),
    Ratio::TypeIErrorRate,
    Ratio::TypeIIErrorRate,
];

fn pairs(n_classes: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..n_classes, 0..n_classes), 1..60)
}

fn matrix(pairs: &[(u32, u32)], n_classes: usize) -> ConfusionMatrix {
    let (y_true, y_pred): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    ConfusionMatrix::from_labels(&y_true, &y_pred, n_classes).unwrap()
}

proptest! {
    #[test]
    fn order_of_rows_is_irrelevant(pairs in pairs(4), seed in any::<u64>()) {
        let mut shuffled = pairs.clone();
        shuffled.sort_by_key(|&(t, p)| u64::from(5 * t + p).wrapping_mul(seed | 1));
        prop_assert_eq!(matrix(&pairs, 4), matrix(&shuffled, 4));
    }

    /// As is the order of probabilities and of values, up to rounding.
    #[test]
    fn order_is_irrelevant_to_probabilities_and_values(
        rows in prop::collection::vec((0..2_u32, 0.0..=1.0_f64, -9.0..9.0_f64), 2..40),
        seed in any::<u64>(),
    ) {
        let figures = |rows: &[(u32, f64, f64)]| {
            let y: Vec<u32> = rows.iter().map(|row| row.0).collect();
            let p: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let rest: Vec<f64> = p.iter().map(|p| 1.0 - p).collect();
            let t: Vec<f64> = rows.iter().map(|row| row.2).collect();
            [
                log_loss(&y, &[&rest, &p]).unwrap(),
                brier_score(&y, &p).unwrap(),
                average_precision(&y, &p).unwrap(),
                mse(&t, &p).unwrap(),
                mae(&t, &p).unwrap(),
                r2(&t, &p).unwrap(),
                explained_variance(&t, &p).unwrap(),
            ]
        };
        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| row.2.to_bits().wrapping_mul(seed | 1));
        for (a, b) in figures(&rows).into_iter().zip(figures(&shuffled)) {
            let close = (a - b).abs() <= 1e-11 * (1.0 + a.abs());
            prop_assert!(close || (a.is_nan() && b.is_nan()), "{a} {b}");
        }
    }

    #[test]
    fn relabelling_moves_scores_and_keeps_averages(pairs in pairs(4), shift in 0..4_u32) {
        let rename = |class: u32| (class + shift) % 4;
        let renamed: Vec<_> = pairs.iter().map(|&(t, p)| (rename(t), rename(p))).collect();
        let (before, after) = (matrix(&pairs, 4), matrix(&renamed, 4));
        prop_assert_eq!(before.accuracy(), after.accuracy());
        for ratio in RATIOS {
            for class in 0..4 {
                let moved = rename(class) as usize;
                prop_assert_eq!(
                    before.ratio(ratio, class as usize, ZeroDivision::Zero),
                    after.ratio(ratio, moved, ZeroDivision::Zero)
                );
            }
            for average in [Average::Micro, Average::Macro, Average::Weighted] {
                let a = before.average(ratio, average, ZeroDivision::One).unwrap();
                let b = after.average(ratio, average, ZeroDivision::One).unwrap();
                prop_assert!((a - b).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn micro_averages_are_the_accuracy(pairs in pairs(5), beta in 0.0..10.0_f64) {
        let matrix = matrix(&pairs, 5);
        for ratio in [Ratio::Precision, Ratio::Recall, Ratio::FBeta(1.0), Ratio::FBeta(beta)] {
            let micro = matrix.average(ratio, Average::Micro, ZeroDivision::Nan).unwrap();
            prop_assert!((micro - matrix.accuracy()).abs() < 1e-14);
        }
        let recall = matrix.average(Ratio::Recall, Average::Weighted, ZeroDivision::Zero).unwrap();
        prop_assert!((recall - matrix.accuracy()).abs() < 1e-14);
    }

    #[test]
    fn macro_f1_is_the_mean_of_f1s(pairs in pairs(3)) {
        let matrix = matrix(&pairs, 3);
        let mean = (0..3).map(|class| matrix.f1(class, ZeroDivision::Zero)).sum::<f64>() / 3.0;
        let average = matrix.average(Ratio::FBeta(1.0), Average::Macro, ZeroDivision::Zero).unwrap();
        prop_assert!((mean - average).abs() < 1e-15);
    }

    #[test]
    fn outcomes_partition_the_rows(pairs in pairs(3)) {
        let matrix = matrix(&pairs, 3);
        for class in 0..3 {
            let (tp, fp) = (matrix.true_positives(class), matrix.false_positives(class));
            let (misses, tn) = (matrix.false_negatives(class), matrix.true_negatives(class));
            prop_assert_eq!(tp + fp + misses + tn, pairs.len() as u64);
            let is = |pair: &&(u32, u32), truth, predicted| {
                (pair.0 as usize == class) == truth && (pair.1 as usize == class) == predicted
            };
            let counted =
                |truth, pred| pairs.iter().filter(|pair| is(pair, truth, pred)).count() as u64;
            prop_assert_eq!(tp, counted(true, true));
            prop_assert_eq!(fp, counted(false, true));
            prop_assert_eq!(misses, counted(true, false));
            prop_assert_eq!(tn, counted(false, false));
        }
    }

    /// PPV = se·π / (se·π + (1 − sp)(1 − π)), and error rates are complements.
    #[test]
    fn precision_is_bayes_theorem(pairs in pairs(2)) {
        let matrix = matrix(&pairs, 2);
        let sensitivity = matrix.recall(1, ZeroDivision::Nan);
        let specificity = matrix.specificity(1, ZeroDivision::Nan);
        let prevalence = matrix.support(1) as f64 / matrix.total() as f64;
        let positive = sensitivity * prevalence;
        let bayes = positive / (positive + (1.0 - specificity) * (1.0 - prevalence));
        if bayes.is_finite() && matrix.predicted(1) > 0 {
            prop_assert!((bayes - matrix.precision(1, ZeroDivision::Nan)).abs() < 1e-12);
        }
        for (rate, one) in [
            (matrix.type_i_error_rate(1, ZeroDivision::Nan), specificity),
            (matrix.type_ii_error_rate(1, ZeroDivision::Nan), sensitivity),
        ] {
            prop_assert!(one.is_nan() == rate.is_nan() && (one.is_nan() || (1.0 - one - rate).abs() < 1e-15));
        }
    }

    #[test]
    fn f_beta_runs_from_precision_to_recall(pairs in pairs(2)) {
        let matrix = matrix(&pairs, 2);
        let f = |beta| matrix.f_beta(1, beta, ZeroDivision::Zero).unwrap();
        prop_assert_eq!(f(0.0), matrix.precision(1, ZeroDivision::Zero));
        prop_assert_eq!(f(f64::INFINITY), matrix.recall(1, ZeroDivision::Zero));
        prop_assert!((f(1e200) - f(f64::INFINITY)).abs() < 1e-15 || matrix.support(1) == 0);
        prop_assert_eq!(f(1.0), matrix.f1(1, ZeroDivision::Zero));
    }

    #[test]
    fn log_loss_is_least_at_the_empirical_rate(
        y_true in prop::collection::vec(0..2_u32, 2..50),
        other in 0.01..0.99_f64,
    ) {
        let m = y_true.len();
        let rate = y_true.iter().sum::<u32>() as f64 / m as f64;
        let loss = |p: f64| log_loss(&y_true, &[&vec![1.0 - p; m], &vec![p; m]]).unwrap();
        prop_assert!(loss(rate) <= loss(other) + 1e-15);
    }

    /// EV − R² = (mean error)² / Var(y), and MSE = Var(e) + (mean error)².
    #[test]
    fn explained_variance_forgives_the_bias(
        rows in prop::collection::vec((-1e3..1e3_f64, -1e3..1e3_f64), 2..50),
        offset in -1e3..1e3_f64,
    ) {
        let (y, p): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let m = y.len() as f64;
        let mean = y.iter().sum::<f64>() / m;
        let variance = y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / m;
        prop_assume!(variance > 1e-3);
        let bias = y.iter().zip(&p).map(|(y, p)| y - p).sum::<f64>() / m;
        let (ev, r2_) = (explained_variance(&y, &p).unwrap(), r2(&y, &p).unwrap());
        prop_assert!(r2_ <= ev + 1e-12 && ev <= 1.0);
        let gap = bias * bias / variance;
        prop_assert!((ev - r2_ - gap).abs() <= 1e-9 * (1.0 + gap + ev.abs()));

        let moved: Vec<_> = p.iter().map(|p| p + offset).collect();
        let ev_moved = explained_variance(&y, &moved).unwrap();
        prop_assert!((ev - ev_moved).abs() <= 1e-9 * (1.0 + ev.abs()));
        prop_assert!(mae(&y, &p).unwrap() <= rmse(&y, &p).unwrap() * (1.0 + 1e-14));
    }
}

#[test]
fn a_constant_truth_is_seen_in_spite_of_rounding() {
    // The mean of ten 0.1 is not 0.1.
    let y = [0.1; 10];
    let p = [0.1, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    assert_eq!(r2(&y, &p), Ok(0.0));
    assert_eq!(r2(&y, &y), Ok(1.0));
    assert_eq!(explained_variance(&y, &p), Ok(0.0));
    assert_eq!(explained_variance(&y, &[0.3; 10]), Ok(1.0));
}

#[test]
fn a_large_offset_costs_no_digits() {
    let y: Vec<f64> = [1.0, 2.0, 4.0].iter().map(|y| y + 1e12).collect();
    let p: Vec<f64> = [2.0, 3.0, 5.0].iter().map(|y| y + 1e12).collect();
    assert!((r2(&y, &p).unwrap() - 5.0 / 14.0).abs() < 1e-14);
}

#[test]
fn single_precision_is_scored_in_double() {
    assert_eq!(mse(&[0.5_f32, 1.0], &[0.25, 1.0]), Ok(0.03125));
    // The clip is that of the type: −ln 2⁻²³.
    let loss = log_loss(&[1], &[&[1.0_f32], &[0.0]]).unwrap();
    assert!((loss - 23.0 * 2.0_f64.ln()).abs() < 1e-12);
    let loss = log_loss(&[1], &[&[1.0_f64], &[0.0]]).unwrap();
    assert!((loss - 52.0 * 2.0_f64.ln()).abs() < 1e-12);
}

#[test]
fn what_cannot_be_scored_is_refused() {
    assert!(matches!(accuracy(&[], &[]), Err(MetricError::Empty { .. })));
    assert!(matches!(accuracy(&[1], &[]), Err(MetricError::LengthMismatch { .. })));
    let label = ConfusionMatrix::from_labels(&[0, 1], &[0, 7], 2);
    let expected =
        MetricError::LabelOutOfRange { argument: "y_pred", index: 1, label: 7, n_classes: 2 };
    assert_eq!(label, Err(expected));
    for n_classes in [0, usize::MAX, 1 << 31] {
        let refused = ConfusionMatrix::from_labels(&[0], &[0], n_classes);
        assert_eq!(refused, Err(MetricError::ClassCount { n_classes }));
    }
    let matrix = ConfusionMatrix::from_labels(&[0, 1], &[0, 1], 2).unwrap();
    for beta in [-1.0, f64::NAN] {
        assert!(matches!(
            matrix.f_beta(0, beta, ZeroDivision::Zero),
            Err(MetricError::InvalidBeta { .. })
        ));
        let average = matrix.average(Ratio::FBeta(beta), Average::Macro, ZeroDivision::Zero);
        assert!(matches!(average, Err(MetricError::InvalidBeta { .. })));
    }
    let class = matrix.f_beta(2, 1.0, ZeroDivision::Zero);
    assert_eq!(class, Err(MetricError::ClassOutOfRange { class: 2, n_classes: 2 }));
    let names = ClassificationReport::from_confusion(matrix, &["one"], ZeroDivision::Zero);
    assert_eq!(names, Err(MetricError::NameCount { names: 1, n_classes: 2 }));

    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for score in [mse, rmse, mae, r2, explained_variance] {
            let truth = score(&[1.0, bad], &[1.0, 2.0]).unwrap_err();
            assert!(truth.to_string().starts_with("y_true[1] is "));
            let predicted = score(&[1.0, 2.0], &[bad, 1.0]).unwrap_err();
            assert!(predicted.to_string().starts_with("y_pred[0] is "));
        }
    }
    assert!(matches!(r2::<f64>(&[], &[]), Err(MetricError::Empty { .. })));

    assert_eq!(log_loss::<f64>(&[0], &[]), Err(MetricError::ClassCount { n_classes: 0 }));
    assert!(matches!(log_loss::<f64>(&[], &[&[]]), Err(MetricError::Empty { .. })));
    assert!(matches!(
        log_loss(&[0, 1], &[&[0.5, 0.5], &[0.5]]),
        Err(MetricError::LengthMismatch { predictions: 1, .. })
    ));
    for value in [-0.1, 1.1, f64::NAN] {
        let refused = log_loss(&[0], &[&[0.5], &[value]]);
        assert!(matches!(refused, Err(MetricError::NotAProbability { row: 0, class: 1, .. })));
    }
    let sum = log_loss(&[0], &[&[0.5], &[0.4]]);
    assert_eq!(sum, Err(MetricError::ProbabilitySum { row: 0, sum: 0.9 }));
    let label = log_loss(&[2], &[&[0.5], &[0.5]]);
    assert!(matches!(label, Err(MetricError::LabelOutOfRange { label: 2, .. })));
}

/// A report of two classes from TN, FP, FN and TP.
fn report(counts: [usize; 4]) -> ClassificationReport {
    let [tn, fp, misses, tp] = counts;
    let y_true = [vec![0; tn + fp], vec![1; misses + tp]].concat();
    let y_pred = [vec![0; tn], vec![1; fp], vec![0; misses], vec![1; tp]].concat();
    ClassificationReport::new(&y_true, &y_pred, &["no", "yes"], ZeroDivision::Zero).unwrap()
}

#[test]
fn accuracy_is_warned_about_where_imbalance_carries_it() {
    let misleads = |counts| {
        let warnings = report(counts).warnings;
        warnings.iter().any(|w| matches!(w, ReportWarning::AccuracyMisleads { .. }))
    };
    // The imbalanced case of the reference file, and always predicting the majority.
    assert!(misleads([179, 9, 11, 1]));
    assert!(misleads([95, 0, 5, 0]));
    assert!(misleads([60, 0, 40, 0]));
    // A good model of rare events, a poor one of balanced classes, a perfect one.
    assert!(!misleads([188, 2, 1, 9]));
    assert!(!misleads([20, 30, 30, 20]));
    assert!(!misleads([95, 0, 0, 5]));
}

#[test]
fn what_is_undefined_is_named() {
    let report = report([3, 0, 0, 0]);
    let text = report.to_string();
    assert_eq!(report.warnings.len(), 5);
    for line in [
        "warning: the truth is always `no`: the accuracy says nothing about other classes",
        "warning: `no` is always the truth: its specificity is undefined, shown as 0",
        "warning: `yes` is never predicted: its precision is undefined, shown as 0",
        "warning: `yes` is never the truth: its recall is undefined, shown as 0",
        "warning: `yes` is neither predicted nor the truth: its F-score is undefined, shown as 0",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn many_classes_are_listed_without_their_matrix() {
    let labels: Vec<String> = (0..40).map(|class| format!("class {class}")).collect();
    let y: Vec<u32> = (0..40).collect();
    let report = ClassificationReport::new(&y, &y, &labels, ZeroDivision::Zero).unwrap();
    let text = report.to_string();
    assert!(text.starts_with("confusion matrix of 40 classes: too wide to be printed\n"));
    assert!(text.lines().all(|line| line.len() < 100));
}

#[test]
fn a_report_serialises() {
    let json = serde_json::to_value(report([3, 1, 1, 3])).unwrap();
    assert_eq!(json["confusion"]["counts"], serde_json::json!([3, 1, 1, 3]));
    assert_eq!(json["classes"][1]["label"], "yes");
    assert_eq!(json["accuracy"], 0.75);
}
