//! metrics.json: figures for predictions. A figure that gradus-metrics does not have stays unread,
//! so that its case counts as not implemented.

use gradus_metrics::{
    Average, Cell, ClassPairing, ConfusionMatrix, Disagreement, MetricError, OutputScores,
    PrecisionRecallCurve, RankedScores, Ratio, RegressionMoments, RocCurve, ZeroDivision, accuracy,
    average_precision, binary_log_loss, brier_decomposition, brier_score, brier_score_multiclass,
    explained_variance, log_loss, mae, mape, max_error, median_absolute_error, mse, per_output, r2,
    rmse, roc_auc, roc_auc_multiclass, top_k_accuracy, weighted_median_absolute_error,
};
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::costs::class_numbers;
use super::fields::Fields;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    match case.text("kind")? {
        "binary" | "multiclass" => classes(case, checks),
        "scores" => scores(case, checks),
        "regression" => regression(case, checks),
        "probabilities" => probabilities(case, checks),
        "multiclass_probabilities" => class_probabilities(case, checks),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

fn labels(case: &Fields<'_>, field: &str) -> Result<Vec<u32>, Stop> {
    class_numbers(case.value(field)?).ok_or_else(|| Stop::malformed(field, "class numbers"))
}

fn weights(case: &Fields<'_>) -> Result<Option<Vec<f64>>, Stop> {
    case.optional("sample_weight").map(|_| case.numbers("sample_weight")).transpose()
}

fn classes(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let names = labels(case, "labels")?;
    if names.iter().zip(0..).any(|(name, number)| *name != number) {
        return Err(Stop::not_implemented("labels other than 0, 1, …"));
    }
    let (y_true, y_pred) = (labels(case, "y_true")?, labels(case, "y_pred")?);
    let n = names.len();
    let expected = case.fields("expected")?;
    if let Some(weights) = weights(case)? {
        let matrix = ConfusionMatrix::from_weighted(&y_true, &y_pred, &weights, n);
        counted(&mut checks, &matrix.map_err(Stop::refused)?, &expected)?;
    } else {
        let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, n).map_err(Stop::refused)?;
        counted(&mut checks, &matrix, &expected)?;
        let share = accuracy(&y_true, &y_pred).map_err(Stop::refused)?;
        checks.check("accuracy (of labels)", share, expected.value("accuracy")?);
        let ones = vec![1.0; y_true.len()];
        let weighted = ConfusionMatrix::from_weighted(&y_true, &y_pred, &ones, n);
        let weighted = weighted.map_err(Stop::refused)?;
        checks.check("mcc (weighted by 1)", weighted.mcc(), expected.value("mcc")?);
    }
    Ok(checks)
}

/// What a confusion matrix tells.
fn counted<C: Cell>(
    checks: &mut Checks,
    matrix: &ConfusionMatrix<C>,
    expected: &Fields<'_>,
) -> Result<(), Stop> {
    let counts: Vec<Vec<f64>> =
        matrix.rows().map(|row| row.iter().map(|count| count.to_f64()).collect()).collect();
    checks.check("confusion_matrix", counts, expected.value("confusion_matrix")?);
    for (field, value) in [
        ("accuracy", matrix.accuracy()),
        ("balanced_accuracy", matrix.balanced_accuracy()),
        ("mcc", matrix.mcc()),
        ("kappa", matrix.cohen_kappa(Disagreement::Nominal)),
    ] {
        checks.check(field, value, expected.value(field)?);
    }
    let specificity: Vec<f64> =
        (0..matrix.n_classes()).map(|class| matrix.specificity(class, ZeroDivision::Nan)).collect();
    checks.check("specificity", specificity, expected.value("specificity")?);
    for (field, zero_division) in [
        ("zero_division_zero", ZeroDivision::Zero),
        ("zero_division_one", ZeroDivision::One),
        ("zero_division_nan", ZeroDivision::Nan),
    ] {
        ratios(checks, field, matrix, zero_division, &expected.fields(field)?)?;
    }
    Ok(())
}

/// The ratio by the file's name: `f0.5` is F with β = 0.5.
fn ratio(name: &str) -> Option<Ratio> {
    match name {
        "precision" => Some(Ratio::Precision),
        "recall" => Some(Ratio::Recall),
        _ => name.strip_prefix('f')?.parse().ok().map(Ratio::FBeta),
    }
}

fn ratios<C: Cell>(
    checks: &mut Checks,
    field: &str,
    matrix: &ConfusionMatrix<C>,
    zero_division: ZeroDivision,
    expected: &Fields<'_>,
) -> Result<(), Stop> {
    for name in expected.keys() {
        let average = match name {
            "micro" => Average::Micro,
            "macro" => Average::Macro,
            "weighted" => Average::Weighted,
            "support" => {
                let support: Vec<f64> =
                    (0..matrix.n_classes()).map(|class| matrix.support(class).to_f64()).collect();
                checks.check(&format!("{field}.support"), support, expected.value(name)?);
                continue;
            }
            _ => {
                let Some(ratio) = ratio(name) else { continue };
                let values = (0..matrix.n_classes())
                    .map(|class| matrix.ratio(ratio, class, zero_division))
                    .collect::<Result<Vec<f64>, _>>()
                    .map_err(Stop::refused)?;
                checks.check(&format!("{field}.{name}"), values, expected.value(name)?);
                continue;
            }
        };
        let expected = expected.fields(name)?;
        for key in expected.keys() {
            let Some(ratio) = ratio(key) else { continue };
            let value = matrix.average(ratio, average, zero_division).map_err(Stop::refused)?;
            checks.check(&format!("{field}.{name}.{key}"), value, expected.value(key)?);
        }
    }
    Ok(())
}

fn scores(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let (y_true, score) = (labels(case, "y_true")?, case.numbers("score")?);
    let expected = case.fields("expected")?;
    let (auc, precision) = (expected.value("roc_auc")?, expected.value("average_precision")?);
    let ranked = match weights(case)? {
        Some(weights) => RankedScores::weighted(&y_true, &score, &weights),
        None => {
            let value = roc_auc(&y_true, &score).map_err(Stop::refused)?;
            checks.check("roc_auc (of scores)", value, auc);
            let value = average_precision(&y_true, &score).map_err(Stop::refused)?;
            checks.check("average_precision (of scores)", value, precision);
            RankedScores::new(&y_true, &score)
        }
    };
    let ranked = ranked.map_err(Stop::refused)?;
    checks.check("roc_auc", ranked.roc_auc(), auc);
    checks.check("average_precision", ranked.average_precision(), precision);
    let roc = ranked.roc_curve();
    for (field, curve) in [("roc_curve", &roc), ("roc_curve_drop_collinear", &roc.simplified())] {
        let RocCurve { fpr, tpr, thresholds, .. } = curve;
        let expected = expected.fields(field)?;
        for (name, values) in [("fpr", fpr), ("tpr", tpr), ("thresholds", thresholds)] {
            checks.check(&format!("{field}.{name}"), values.as_slice(), expected.value(name)?);
        }
    }
    let PrecisionRecallCurve { precision, recall, thresholds } = ranked.precision_recall_curve();
    let expected = expected.fields("pr_curve")?;
    for (name, values) in [("precision", precision), ("recall", recall), ("thresholds", thresholds)]
    {
        checks.check(&format!("pr_curve.{name}"), values, expected.value(name)?);
    }
    Ok(checks)
}

fn columns(matrix: &DMatrix<f64>) -> Vec<&[f64]> {
    matrix.as_slice().chunks_exact(matrix.nrows().max(1)).collect()
}

type Metric = fn(&[f64], &[f64]) -> Result<f64, MetricError>;

const REGRESSION: [(&str, Metric); 8] = [
    ("mse", mse),
    ("rmse", rmse),
    ("mae", mae),
    ("mape", mape),
    ("max_error", max_error),
    ("median_absolute_error", median_absolute_error),
    ("r2", r2),
    ("explained_variance", explained_variance),
];

fn regression(case: &Fields<'_>, checks: Checks) -> Result<Checks, Stop> {
    let expected = case.fields("expected")?;
    // Another convention of the reference, that gradus does not offer.
    expected.skip(&["r2_force_finite_false"]);
    let (Ok(y_true), Ok(y_pred)) = (case.numbers("y_true"), case.numbers("y_pred")) else {
        return outputs(case, &expected, checks);
    };
    match weights(case)? {
        None => single(&y_true, &y_pred, &expected, checks),
        Some(weights) => weighted(&y_true, &y_pred, &weights, &expected, checks),
    }
}

fn single(
    y_true: &[f64],
    y_pred: &[f64],
    expected: &Fields<'_>,
    mut checks: Checks,
) -> Result<Checks, Stop> {
    for (field, metric) in REGRESSION {
        let value = metric(y_true, y_pred).map_err(Stop::refused)?;
        checks.check(field, value, expected.value(field)?);
    }
    let weights = vec![1.0; y_true.len()];
    weighted(y_true, y_pred, &weights, expected, checks)
}

fn weighted(
    y_true: &[f64],
    y_pred: &[f64],
    weights: &[f64],
    expected: &Fields<'_>,
    mut checks: Checks,
) -> Result<Checks, Stop> {
    let mut moments = RegressionMoments::new();
    for ((&truth, &predicted), &weight) in y_true.iter().zip(y_pred).zip(weights) {
        moments.push_weighted(truth, predicted, weight).map_err(Stop::refused)?;
    }
    for (field, value) in [
        ("mse", moments.mse()),
        ("rmse", moments.rmse()),
        ("mae", moments.mae()),
        ("mape", moments.mape()),
        ("max_error", moments.max_error()),
        ("median_absolute_error", weighted_median_absolute_error(y_true, y_pred, weights)),
        ("r2", moments.r2()),
        ("explained_variance", moments.explained_variance()),
    ] {
        let name = format!("{field} (weighted)");
        checks.check(&name, value.map_err(Stop::refused)?, expected.value(field)?);
    }
    Ok(checks)
}

fn outputs(case: &Fields<'_>, expected: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let (y_true, y_pred) = (case.matrix("y_true")?, case.matrix("y_pred")?);
    if case.optional("sample_weight").is_some() {
        return Err(Stop::not_implemented("sample weights with several outputs"));
    }
    for (field, metric) in REGRESSION {
        let name = format!("{field}_per_output");
        let (whole, each) = (expected.optional(field), expected.optional(&name));
        let OutputScores { per_output, mean } =
            per_output(metric, &columns(&y_true), &columns(&y_pred)).map_err(Stop::refused)?;
        if let Some(whole) = whole {
            checks.check(field, mean, whole);
        }
        if let Some(each) = each {
            checks.check(&name, per_output, each);
        }
    }
    Ok(checks)
}

fn probabilities(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let y_true = labels(case, "y_true")?;
    let positive = case.numbers("prob")?;
    let negative: Vec<f64> = positive.iter().map(|p| 1.0 - p).collect();
    let expected = case.fields("expected")?;
    let (loss, brier) = (expected.value("log_loss")?, expected.value("brier")?);
    let both: [&[f64]; 2] = [&negative, &positive];
    let parts = brier_decomposition(&y_true, &positive).map_err(Stop::refused)?;
    for (field, value, expected) in [
        ("log_loss", log_loss(&y_true, &both), loss),
        ("log_loss (binary)", binary_log_loss(&y_true, &positive), loss),
        ("brier", brier_score(&y_true, &positive), brier),
        ("brier (parts)", Ok(parts.score()), brier),
        (
            "brier (half of both classes)",
            brier_score_multiclass(&y_true, &both).map(|b| b / 2.0),
            brier,
        ),
    ] {
        checks.check(field, value.map_err(Stop::refused)?, expected);
    }
    Ok(checks)
}

fn class_probabilities(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let y_true = labels(case, "y_true")?;
    let matrix = case.matrix("prob")?;
    let columns = columns(&matrix);
    let expected = case.fields("expected")?;
    let (rest, one) = (ClassPairing::OneVsRest, ClassPairing::OneVsOne);
    for (field, value) in [
        ("log_loss", log_loss(&y_true, &columns)),
        ("brier_multiclass_sum", brier_score_multiclass(&y_true, &columns)),
        ("roc_auc_ovr_macro", roc_auc_multiclass(&y_true, &columns, rest, Average::Macro)),
        ("roc_auc_ovr_weighted", roc_auc_multiclass(&y_true, &columns, rest, Average::Weighted)),
        ("roc_auc_ovo_macro", roc_auc_multiclass(&y_true, &columns, one, Average::Macro)),
        ("roc_auc_ovo_weighted", roc_auc_multiclass(&y_true, &columns, one, Average::Weighted)),
    ] {
        checks.check(field, value.map_err(Stop::refused)?, expected.value(field)?);
    }
    let best = expected.fields("top_k_accuracy")?;
    for key in best.keys() {
        let Ok(k) = key.parse() else { continue };
        let share = top_k_accuracy(&y_true, &columns, k).map_err(Stop::refused)?;
        checks.check(&format!("top_k_accuracy.{k}"), share, best.value(key)?);
    }
    Ok(checks)
}
