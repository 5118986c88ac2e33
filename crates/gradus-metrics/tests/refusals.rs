//! What is refused, and what degenerate rows give.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_metrics::{
    Average, Bins, ClassPairing, ConfusionMatrix, CostMatrix, ErrorCost, LogLoss, McNemarMethod,
    MetricError, ProbabilityReport, RankedScores, Ratio, RegressionMoments, ThresholdRule,
    auc_estimate, average_precision, brier_score, calibration_curve, compare_classifiers,
    compare_regressions, mse, per_output, roc_auc, roc_auc_multiclass, top_k_accuracy,
};

#[test]
fn what_cannot_be_ranked_is_refused() {
    for bad in [f64::NAN, f64::INFINITY] {
        let refused = roc_auc(&[0, 1], &[0.5, bad]).unwrap_err();
        assert!(refused.to_string().starts_with("scores[1] is "));
        assert!(average_precision(&[0, 1], &[bad, 0.5]).is_err());
        assert!(top_k_accuracy(&[0], &[&[bad]], 1).is_err());
    }
    let two = MetricError::LabelOutOfRange { argument: "y_true", index: 1, label: 2, n_classes: 2 };
    assert_eq!(roc_auc(&[0, 2], &[0.1, 0.2]), Err(two.clone()));
    assert_eq!(brier_score(&[0, 2], &[0.1, 0.2]), Err(two));
    assert!(matches!(roc_auc::<f64>(&[], &[]), Err(MetricError::Empty { .. })));
    assert!(matches!(roc_auc(&[1], &[0.1, 0.2]), Err(MetricError::LengthMismatch { .. })));
    assert!(matches!(brier_score(&[1], &[1.5]), Err(MetricError::NotAProbability { .. })));

    let weighted = |weights: &[f64]| RankedScores::weighted(&[0, 1], &[0.1, 0.2], weights);
    assert!(matches!(weighted(&[1.0]), Err(MetricError::WeightCount { .. })));
    assert!(matches!(weighted(&[0.0, 0.0]), Err(MetricError::NoWeight { .. })));
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            weighted(&[1.0, weight]),
            Err(MetricError::InvalidWeight { index: 1, .. })
        ));
        let pushed = RegressionMoments::new().push_weighted(1.0, 2.0, weight);
        assert!(matches!(pushed, Err(MetricError::InvalidWeight { index: 0, .. })));
    }

    let few = auc_estimate(&[0, 0, 1], &[0.1, 0.2, 0.3]);
    assert!(matches!(few, Err(MetricError::TooFewRows { class: 1, rows: 1, .. })));
    let ranked = RankedScores::new(&[0, 0], &[0.1, 0.2]).unwrap();
    for rule in [ThresholdRule::Youden, ThresholdRule::FBeta(1.0)] {
        let refused = ranked.best_threshold(rule);
        assert!(matches!(refused, Err(MetricError::OneClass { missing: 1, .. })));
    }
    let none = ranked.best_threshold(ThresholdRule::Cost(CostMatrix::default())).unwrap();
    assert_eq!((none.threshold, none.value), (f64::INFINITY, 0.0));
    let nan = ranked.best_threshold(ThresholdRule::FBeta(f64::NAN));
    assert!(matches!(nan, Err(MetricError::InvalidBeta { .. })));
    for alarm in [-1.0, f64::NAN, f64::INFINITY] {
        let costs = CostMatrix { false_positive: alarm, ..CostMatrix::default() };
        assert!(matches!(costs.bayes_threshold(), Err(MetricError::InvalidCosts { .. })));
        let refused = ranked.best_threshold(ThresholdRule::Cost(costs));
        assert!(matches!(refused, Err(MetricError::InvalidCosts { .. })));
    }

    for bins in [Bins::Uniform(0), Bins::Quantile(usize::MAX)] {
        let refused = calibration_curve(&[0], &[0.5], bins);
        assert!(matches!(refused, Err(MetricError::BinCount { .. })));
    }
    let columns: [&[f64]; 2] = [&[0.5, 0.5], &[0.5, 0.5]];
    for k in [0, 3] {
        let refused = top_k_accuracy(&[0, 1], &columns, k);
        assert_eq!(refused, Err(MetricError::InvalidTopK { k, n_classes: 2 }));
    }
    let one = roc_auc_multiclass(&[0], &[&[0.5]], ClassPairing::OneVsRest, Average::Macro);
    assert!(matches!(one, Err(MetricError::TooFewClasses { n_classes: 1, .. })));
    let micro = roc_auc_multiclass(&[0, 1], &columns, ClassPairing::OneVsOne, Average::Micro);
    assert_eq!(micro, Err(MetricError::MicroOneVsOne));
    let outputs = per_output::<f64>(mse, &[], &[]);
    assert_eq!(outputs, Err(MetricError::OutputCount { y_true: 0, y_pred: 0 }));

    let mut matrix = ConfusionMatrix::from_labels(&[0, 1], &[0, 1], 2).unwrap();
    assert!(matches!(matrix.push(0, 2), Err(MetricError::ClassOutOfRange { .. })));
    let other = ConfusionMatrix::zeros(3).unwrap();
    assert!(matches!(matrix.merge(&other), Err(MetricError::UnequalClassCounts { .. })));
    assert_eq!(matrix.interval(Ratio::FBeta(1.0), 0, 0.95), Err(MetricError::NotAShare));
    assert!(matches!(matrix.interval(Ratio::Recall, 0, 1.0), Err(MetricError::Stats(_))));
    assert!(matches!(other.accuracy_interval(0.95), Err(MetricError::Empty { .. })));
    assert!(matches!(LogLoss::new().value(), Err(MetricError::Empty { .. })));
    for figure in [RegressionMoments::mse, RegressionMoments::r2, RegressionMoments::max_error] {
        assert!(matches!(figure(&RegressionMoments::new()), Err(MetricError::Empty { .. })));
    }

    let lengths = compare_classifiers(&[0, 1], &[0, 1], &[0], McNemarMethod::Exact);
    assert!(matches!(lengths, Err(MetricError::LengthMismatch { .. })));
    let same = compare_regressions(&[1.0, 2.0], &[1.0, 2.5], &[1.0, 2.5], ErrorCost::Squared);
    assert!(matches!(same, Err(MetricError::Stats(_))));
}

#[test]
fn one_class_alone_has_documented_figures() {
    assert!(roc_auc(&[1, 1], &[0.1, 0.2]).unwrap().is_nan());
    assert_eq!(average_precision(&[0, 0], &[0.1, 0.2]), Ok(0.0));
    let probabilities: [&[f64]; 3] = [&[0.5, 0.2], &[0.3, 0.3], &[0.2, 0.5]];
    for pairing in [ClassPairing::OneVsRest, ClassPairing::OneVsOne] {
        let area = roc_auc_multiclass(&[1, 1], &probabilities, pairing, Average::Macro).unwrap();
        assert!(area.is_nan());
    }
    let report = ProbabilityReport::new(&[1, 1], &probabilities).unwrap();
    assert!(report.roc_auc.is_nan() && report.roc_auc_interval.is_none());
    let json = serde_json::to_value(&report).unwrap();
    assert!(json["roc_auc"].is_null() && json["thresholds"].is_null());
    assert_eq!(json["top_k"][0]["k"], 2);
    // A perfect ranking has no error that DeLong's formula could see.
    let perfect = auc_estimate(&[0, 0, 1, 1], &[0.1, 0.2, 0.3, 0.4]).unwrap();
    assert_eq!((perfect.auc, perfect.standard_error), (1.0, 0.0));
}
