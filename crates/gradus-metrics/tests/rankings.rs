//! What must hold for all scores, probabilities and weights.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_metrics::{
    Average, Bins, ClassPairing, ConfusionMatrix, CostMatrix, Disagreement, LogLoss,
    ProbabilityReport, RankedScores, Ratio, RegressionMoments, ThresholdRule, ZeroDivision,
    accuracy, auc_estimate, average_precision, binary_log_loss, brier_decomposition, brier_score,
    brier_score_multiclass, calibration_curve, compare_aucs, log_loss, mae, mape,
    median_absolute_error, mse, r2, roc_auc, roc_auc_multiclass, top_k_accuracy,
    weighted_median_absolute_error,
};
use proptest::prelude::*;

/// Rows of truth and score, with ties.
fn scored(least: usize) -> impl Strategy<Value = Vec<(u32, f64)>> {
    let score = prop_oneof![(0..10_u32).prop_map(|x| f64::from(x) / 10.0), 0.0..1.0_f64];
    prop::collection::vec((0..2_u32, score), least..60)
}

fn both_classes(rows: &[(u32, f64)]) -> bool {
    rows.iter().any(|row| row.0 == 0) && rows.iter().any(|row| row.0 == 1)
}

fn split(rows: &[(u32, f64)]) -> (Vec<u32>, Vec<f64>) {
    rows.iter().copied().unzip()
}

fn near(a: f64, b: f64) -> bool {
    (a.is_nan() && b.is_nan()) || (a - b).abs() <= 1e-12 * (1.0 + a.abs())
}

proptest! {
    /// AUC(s) = Mann–Whitney = AUC(monotone s) = 1 − AUC(−s), in any order of the rows.
    #[test]
    fn the_area_is_a_probability_of_ranks(rows in scored(2), seed in any::<u64>()) {
        prop_assume!(both_classes(&rows));
        let (y, s) = split(&rows);
        let area = roc_auc(&y, &s).unwrap();
        let of = |class| rows.iter().filter(move |row| row.0 == class).map(|row| row.1);
        let wins = |p: f64| of(0).map(move |n| if p > n { 1.0 } else { 0.5 * f64::from(u8::from(p == n)) });
        let pairs = (of(0).count() * of(1).count()) as f64;
        prop_assert!(near(area, of(1).flat_map(wins).sum::<f64>() / pairs));

        let bent: Vec<f64> = s.iter().map(|x| (3.0 * x).exp() - 7.0).collect();
        prop_assert_eq!(roc_auc(&y, &bent).unwrap(), area);
        let turned: Vec<f64> = s.iter().map(|x| -x).collect();
        prop_assert!(near(roc_auc(&y, &turned).unwrap(), 1.0 - area));
        let single: Vec<f32> = s.iter().map(|&x| (x * 1024.0).round() as f32).collect();
        let double: Vec<f64> = single.iter().map(|&x| f64::from(x)).collect();
        prop_assert_eq!(roc_auc(&y, &single).unwrap(), roc_auc(&y, &double).unwrap());

        let mut shuffled = rows.clone();
        shuffled.sort_by_key(|row| row.1.to_bits().wrapping_mul(seed | 1));
        let (y2, s2) = split(&shuffled);
        prop_assert_eq!(roc_auc(&y2, &s2).unwrap(), area);
        prop_assert_eq!(RankedScores::new(&y, &s).unwrap(), RankedScores::new(&y2, &s2).unwrap());
    }

    #[test]
    fn areas_are_those_of_the_curves(rows in scored(2)) {
        prop_assume!(both_classes(&rows));
        let (y, s) = split(&rows);
        let ranked = RankedScores::new(&y, &s).unwrap();
        let area = roc_auc(&y, &s).unwrap();
        prop_assert!(near(ranked.roc_auc(), area));
        let curve = ranked.roc_curve();
        for curve in [curve.simplified(), curve.simplified().simplified(), curve] {
            let trapezoids = (1..curve.fpr.len()).map(|i| {
                0.5 * (curve.fpr[i] - curve.fpr[i - 1]) * (curve.tpr[i] + curve.tpr[i - 1])
            });
            prop_assert!(near(trapezoids.sum(), area));
        }
        let curve = ranked.precision_recall_curve();
        let steps = (0..curve.thresholds.len())
            .map(|i| (curve.recall[i] - curve.recall[i + 1]) * curve.precision[i]);
        prop_assert!(near(steps.sum(), average_precision(&y, &s).unwrap()));
        prop_assert!(near(ranked.average_precision(), average_precision(&y, &s).unwrap()));
    }

    /// A whole weight is a row repeated, a weight of 0 a row left out.
    #[test]
    fn weights_repeat_rows(
        rows in prop::collection::vec((0..2_u32, 0..2_u32, -3..4_i32, 0..4_usize), 2..40),
    ) {
        let kept: Vec<_> = rows.iter().flat_map(|row| std::iter::repeat_n(*row, row.3)).collect();
        prop_assume!(kept.len() > 1);
        let classes = |rows: &[(u32, u32, i32, usize)]| -> (Vec<u32>, Vec<u32>, Vec<f64>) {
            let number = |row: &(u32, u32, i32, usize)| f64::from(row.2);
            (rows.iter().map(|r| r.0).collect(), rows.iter().map(|r| r.1).collect(),
             rows.iter().map(number).collect())
        };
        let weights: Vec<f64> = rows.iter().map(|row| row.3 as f64).collect();
        let ((t, p, s), (kt, kp, ks)) = (classes(&rows), classes(&kept));

        let weighted = ConfusionMatrix::from_weighted(&t, &p, &weights, 2).unwrap();
        let counted = ConfusionMatrix::from_labels(&kt, &kp, 2).unwrap();
        prop_assert!(near(weighted.mcc(), counted.mcc()));
        for ratio in [Ratio::Precision, Ratio::Specificity, Ratio::FBeta(2.0)] {
            let a = weighted.average(ratio, Average::Macro, ZeroDivision::One);
            prop_assert_eq!(a, counted.average(ratio, Average::Macro, ZeroDivision::One));
        }

        let weighted = RankedScores::weighted(&t, &s, &weights).unwrap();
        prop_assert_eq!(weighted, RankedScores::new(&kt, &ks).unwrap());

        let predicted: Vec<f64> = p.iter().map(|&p| f64::from(p) - 0.5).collect();
        let kept_predicted: Vec<f64> = kp.iter().map(|&p| f64::from(p) - 0.5).collect();
        let mut moments = RegressionMoments::new();
        for ((&y, &p), &w) in s.iter().zip(&predicted).zip(&weights) {
            moments.push_weighted(y, p, w).unwrap();
        }
        prop_assert!(near(moments.mse().unwrap(), mse(&ks, &kept_predicted).unwrap()));
        prop_assert!(near(moments.mae().unwrap(), mae(&ks, &kept_predicted).unwrap()));
        prop_assert!(near(moments.mape().unwrap(), mape(&ks, &kept_predicted).unwrap()));
        if moments.rows() > 1 {
            prop_assert!(near(moments.r2().unwrap(), r2(&ks, &kept_predicted).unwrap()));
        }
        let median = weighted_median_absolute_error(&s, &predicted, &weights).unwrap();
        prop_assert_eq!(median, median_absolute_error(&ks, &kept_predicted).unwrap());
    }

    #[test]
    fn parts_merge_to_the_whole(
        rows in prop::collection::vec((0..3_u32, 0..3_u32, 0.0..1.0_f64), 2..60),
        at in any::<prop::sample::Index>(),
    ) {
        let at = at.index(rows.len());
        let matrix = |rows: &[(u32, u32, f64)]| {
            let mut matrix = ConfusionMatrix::zeros(3).unwrap();
            rows.iter().for_each(|row| matrix.push(row.0, row.1).unwrap());
            matrix
        };
        let mut left = matrix(&rows[..at]);
        left.merge(&matrix(&rows[at..])).unwrap();
        prop_assert_eq!(&left, &matrix(&rows));
        let (t, p): (Vec<u32>, Vec<u32>) = rows.iter().map(|row| (row.0, row.1)).unzip();
        prop_assert_eq!(left, ConfusionMatrix::from_labels(&t, &p, 3).unwrap());

        let moments = |rows: &[(u32, u32, f64)]| {
            let mut moments = RegressionMoments::new();
            rows.iter().for_each(|row| moments.push(row.2, f64::from(row.0)).unwrap());
            moments
        };
        let mut left = moments(&rows[..at]);
        left.merge(&moments(&rows[at..]));
        let whole = moments(&rows);
        prop_assert_eq!(left.rows(), whole.rows());
        prop_assert_eq!(left.max_error(), whole.max_error());
        for figure in [
            RegressionMoments::mse, RegressionMoments::mae, RegressionMoments::mape,
            RegressionMoments::r2, RegressionMoments::explained_variance,
        ] {
            prop_assert!(near(figure(&left).unwrap(), figure(&whole).unwrap()));
        }

        let loss = |rows: &[(u32, u32, f64)]| {
            let mut loss = LogLoss::new();
            let truth: Vec<u32> = rows.iter().map(|row| row.0 % 2).collect();
            let p: Vec<f64> = rows.iter().map(|row| row.2).collect();
            if !rows.is_empty() {
                loss.push_binary(&truth, &p).unwrap();
            }
            loss
        };
        let mut left = loss(&rows[..at]);
        left.merge(&loss(&rows[at..]));
        prop_assert!(near(left.value().unwrap(), loss(&rows).value().unwrap()));
        prop_assert_eq!(left.rows(), rows.len() as u64);
    }

    /// Brier = reliability − resolution + uncertainty, and the bins keep the means.
    #[test]
    fn the_brier_score_has_three_parts(rows in scored(1), bins in 1..12_usize) {
        let (y, p) = split(&rows);
        let (score, parts) = (brier_score(&y, &p).unwrap(), brier_decomposition(&y, &p).unwrap());
        prop_assert!(near(parts.score(), score));
        prop_assert!(parts.reliability >= 0.0 && parts.resolution >= 0.0);
        let rest: Vec<f64> = p.iter().map(|p| 1.0 - p).collect();
        let both: [&[f64]; 2] = [&rest, &p];
        prop_assert!(near(brier_score_multiclass(&y, &both).unwrap(), 2.0 * score));
        prop_assert!(near(log_loss(&y, &both).unwrap(), binary_log_loss(&y, &p).unwrap()));

        let m = y.len() as f64;
        for bins in [Bins::Uniform(bins), Bins::Quantile(bins)] {
            let curve = calibration_curve(&y, &p, bins).unwrap();
            let sum = |f: &dyn Fn(&gradus_metrics::CalibrationBin) -> f64| -> f64 {
                curve.bins.iter().map(|bin| bin.rows as f64 * f(bin)).sum()
            };
            prop_assert!(near(sum(&|bin| bin.observed), f64::from(y.iter().sum::<u32>())));
            prop_assert!(near(sum(&|bin| bin.predicted), p.iter().sum::<f64>()));
            prop_assert!(near(sum(&|_| 1.0), m));
            prop_assert!(curve.expected_error() <= curve.max_error() + 1e-15);
            for bin in &curve.bins {
                prop_assert!(bin.interval(0.9).unwrap().contains(bin.observed));
            }
        }
    }

    /// DeLong's test: antisymmetric, blind to monotone maps, silent where nothing differs.
    #[test]
    fn areas_are_compared_row_by_row(
        rows in prop::collection::vec((0..2_u32, 0..8_u32, 0..8_u32), 8..40),
    ) {
        let y: Vec<u32> = rows.iter().map(|row| row.0).collect();
        let ones = y.iter().sum::<u32>() as usize;
        prop_assume!(ones >= 2 && ones + 2 <= y.len());
        let a: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let b: Vec<f64> = rows.iter().map(|row| f64::from(row.2)).collect();
        let (test, swapped) = (compare_aucs(&y, &a, &b).unwrap(), compare_aucs(&y, &b, &a).unwrap());
        prop_assert!(near(test.z, -swapped.z) && near(test.p_value, swapped.p_value));
        prop_assert_eq!(test.first, auc_estimate(&y, &a).unwrap());
        prop_assert!(test.interval(0.95).unwrap().contains(test.difference));
        let same = compare_aucs(&y, &a, &a).unwrap();
        prop_assert_eq!((same.z, same.p_value, same.standard_error), (0.0, 1.0, 0.0));
        let bent: Vec<f64> = a.iter().map(|x| x.exp()).collect();
        prop_assert_eq!(auc_estimate(&y, &bent).unwrap(), test.first);
        // The constant score has the area ½ without error: what is left is the error of the first.
        let constant = vec![1.0; y.len()];
        let alone = compare_aucs(&y, &a, &constant).unwrap();
        prop_assert!(near(alone.standard_error, test.first.standard_error));
    }

    #[test]
    fn no_other_threshold_is_better(rows in scored(2), miss in 0.0..10.0_f64, alarm in 0.1..10.0_f64) {
        prop_assume!(both_classes(&rows));
        let (y, s) = split(&rows);
        let ranked = RankedScores::new(&y, &s).unwrap();
        let costs = CostMatrix {
            false_negative: miss, false_positive: alarm, true_positive: -0.5, ..CostMatrix::default()
        };
        let candidates = || s.iter().copied().chain([f64::INFINITY]);
        let matrix = |threshold: f64| {
            let decided: Vec<u32> = s.iter().map(|&s| u32::from(s >= threshold)).collect();
            ConfusionMatrix::from_labels(&y, &decided, 2).unwrap()
        };
        let cost = |threshold| {
            let m = matrix(threshold);
            let total = miss * m.false_negatives(1) as f64 + alarm * m.false_positives(1) as f64
                - 0.5 * m.true_positives(1) as f64;
            total / m.total() as f64
        };
        let best = ranked.best_threshold(ThresholdRule::Cost(costs)).unwrap();
        prop_assert!(near(best.value, cost(best.threshold)));
        prop_assert!(candidates().all(|other| cost(other) >= best.value - 1e-12));
        let f1 = |threshold| matrix(threshold).f1(1, ZeroDivision::Zero);
        let best = ranked.best_threshold(ThresholdRule::FBeta(1.0)).unwrap();
        prop_assert!(near(best.value, f1(best.threshold)));
        prop_assert!(candidates().all(|other| f1(other) <= best.value + 1e-12));
        let youden = |threshold| {
            let m = matrix(threshold);
            m.recall(1, ZeroDivision::Nan) + m.specificity(1, ZeroDivision::Nan) - 1.0
        };
        let best = ranked.best_threshold(ThresholdRule::Youden).unwrap();
        prop_assert!(near(best.value, youden(best.threshold)));
        prop_assert!(candidates().all(|other| youden(other) <= best.value + 1e-12));
    }

    #[test]
    fn two_classes_are_one_problem(rows in scored(2), k in 1..3_usize) {
        let (y, p) = split(&rows);
        let rest: Vec<f64> = p.iter().map(|p| 1.0 - p).collect();
        let both: [&[f64]; 2] = [&rest, &p];
        let area = roc_auc(&y, &p).unwrap();
        for pairing in [ClassPairing::OneVsRest, ClassPairing::OneVsOne] {
            for average in [Average::Macro, Average::Weighted] {
                // 1 − p may tie where p does not.
                let several = roc_auc_multiclass(&y, &both, pairing, average).unwrap();
                prop_assert!(several.is_nan() == area.is_nan());
                prop_assert!(area.is_nan() || (several - area).abs() < 1e-9);
            }
        }
        let decided: Vec<u32> = rows.iter().map(|row| u32::from(row.1 > 1.0 - row.1)).collect();
        let share = top_k_accuracy(&y, &both, k).unwrap();
        prop_assert_eq!(share, if k == 2 { 1.0 } else { accuracy(&y, &decided).unwrap() });
        let report = ProbabilityReport::new(&y, &both).unwrap();
        prop_assert!(near(report.roc_auc, area));
        prop_assert!(!report.to_string().is_empty());
    }

    /// Relabelling changes neither coefficient; κ is symmetric; balanced accuracy is the mean recall.
    #[test]
    fn agreement_knows_no_names(
        pairs in prop::collection::vec((0..4_u32, 0..4_u32), 1..60),
        shift in 1..4_u32,
    ) {
        let matrix = |f: &dyn Fn((u32, u32)) -> (u32, u32)| {
            let (t, p): (Vec<u32>, Vec<u32>) = pairs.iter().map(|&pair| f(pair)).unzip();
            ConfusionMatrix::from_labels(&t, &p, 4).unwrap()
        };
        let plain = matrix(&|pair| pair);
        let moved = matrix(&|(t, p)| ((t + shift) % 4, (p + shift) % 4));
        let turned = matrix(&|(t, p)| (p, t));
        let kappa = |m: &ConfusionMatrix| m.cohen_kappa(Disagreement::Nominal);
        prop_assert!(near(plain.mcc(), moved.mcc()) && near(plain.mcc(), turned.mcc()));
        prop_assert!(near(kappa(&plain), kappa(&moved)) && near(kappa(&plain), kappa(&turned)));
        prop_assert!((-1.0..=1.0).contains(&plain.mcc()));
        let recalls: Vec<f64> = (0..4).map(|class| plain.recall(class, ZeroDivision::Nan)).collect();
        let defined: Vec<f64> = recalls.into_iter().filter(|r| !r.is_nan()).collect();
        let mean = defined.iter().sum::<f64>() / defined.len() as f64;
        prop_assert!(near(plain.balanced_accuracy(), mean));
        for class in 0..4 {
            let interval = plain.interval(Ratio::Recall, class, 0.95).unwrap();
            let recall = plain.recall(class, ZeroDivision::Nan);
            prop_assert!(interval.map_or(recall.is_nan(), |interval| interval.contains(recall)));
        }
    }
}
