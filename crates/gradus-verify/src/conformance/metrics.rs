//! metrics.json: figures for predictions. A figure that gradus-metrics does not have stays unread,
//! so that its case counts as not implemented.

use gradus_metrics::{
    Average, ConfusionMatrix, Ratio, ZeroDivision, accuracy, explained_variance, log_loss, mae,
    mse, r2, rmse,
};

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::costs::class_numbers;
use super::fields::Fields;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    if case.optional("sample_weight").is_some() {
        return Err(Stop::not_implemented("sample weights"));
    }
    match case.text("kind")? {
        "binary" | "multiclass" => classes(case, checks),
        "regression" => regression(case, checks),
        "probabilities" => probabilities(case, checks),
        "multiclass_probabilities" => class_probabilities(case, checks),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

fn labels(case: &Fields<'_>, field: &str) -> Result<Vec<u32>, Stop> {
    class_numbers(case.value(field)?).ok_or_else(|| Stop::malformed(field, "class numbers"))
}

fn classes(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let names = labels(case, "labels")?;
    if names.iter().zip(0..).any(|(name, number)| *name != number) {
        return Err(Stop::not_implemented("labels other than 0, 1, …"));
    }
    let (y_true, y_pred) = (labels(case, "y_true")?, labels(case, "y_pred")?);
    let matrix =
        ConfusionMatrix::from_labels(&y_true, &y_pred, names.len()).map_err(Stop::refused)?;
    let expected = case.fields("expected")?;
    let counts: Vec<Vec<f64>> =
        matrix.rows().map(|row| row.iter().map(|count| *count as f64).collect()).collect();
    checks.check("confusion_matrix", counts, expected.value("confusion_matrix")?);
    checks.check("accuracy", matrix.accuracy(), expected.value("accuracy")?);
    let share = accuracy(&y_true, &y_pred).map_err(Stop::refused)?;
    checks.check("accuracy (of labels)", share, expected.value("accuracy")?);
    if let Some(expected) = expected.optional("specificity") {
        let zero_division = ZeroDivision::Nan;
        let values: Vec<f64> =
            (0..names.len()).map(|class| matrix.specificity(class, zero_division)).collect();
        checks.check("specificity", values, expected);
    }
    for (field, zero_division) in [
        ("zero_division_zero", ZeroDivision::Zero),
        ("zero_division_one", ZeroDivision::One),
        ("zero_division_nan", ZeroDivision::Nan),
    ] {
        if let Some(expected) = expected.fields_or_none(field)? {
            ratios(&mut checks, field, &matrix, zero_division, &expected)?;
        }
    }
    Ok(checks)
}

/// The ratio by the file's name: `f0.5` is F with β = 0.5.
fn ratio(name: &str) -> Option<Ratio> {
    match name {
        "precision" => Some(Ratio::Precision),
        "recall" => Some(Ratio::Recall),
        _ => name.strip_prefix('f')?.parse().ok().map(Ratio::FBeta),
    }
}

fn ratios(
    checks: &mut Checks,
    field: &str,
    matrix: &ConfusionMatrix,
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
                    (0..matrix.n_classes()).map(|class| matrix.support(class) as f64).collect();
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

fn regression(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let (Ok(y_true), Ok(y_pred)) = (case.numbers("y_true"), case.numbers("y_pred")) else {
        case.matrix("y_true")?;
        return Err(Stop::not_implemented("regression with several outputs"));
    };
    let expected = case.fields("expected")?;
    for (field, metric) in [
        ("mse", mse as fn(&[f64], &[f64]) -> _),
        ("rmse", rmse),
        ("mae", mae),
        ("r2", r2),
        ("explained_variance", explained_variance),
    ] {
        let value = metric(&y_true, &y_pred).map_err(Stop::refused)?;
        checks.check(field, value, expected.value(field)?);
    }
    Ok(checks)
}

fn probabilities(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let y_true = labels(case, "y_true")?;
    let positive = case.numbers("prob")?;
    let negative: Vec<f64> = positive.iter().map(|p| 1.0 - p).collect();
    let value = log_loss(&y_true, &[&negative, &positive]).map_err(Stop::refused)?;
    checks.check("log_loss", value, case.fields("expected")?.value("log_loss")?);
    Ok(checks)
}

fn class_probabilities(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let y_true = labels(case, "y_true")?;
    let matrix = case.matrix("prob")?;
    let columns: Vec<Vec<f64>> =
        matrix.column_iter().map(|column| column.iter().copied().collect()).collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let value = log_loss(&y_true, &columns).map_err(Stop::refused)?;
    checks.check("log_loss", value, case.fields("expected")?.value("log_loss")?);
    Ok(checks)
}
