//! What all scores check beforehand.

use crate::{MetricError, Real};

/// Checks that there is something to score and that both sides have as much of it.
pub(crate) fn check_lengths(
    metric: &'static str,
    y_true: usize,
    predictions: usize,
) -> Result<(), MetricError> {
    if y_true != predictions {
        return Err(MetricError::LengthMismatch { metric, y_true, predictions });
    }
    if y_true == 0 {
        return Err(MetricError::Empty { metric });
    }
    Ok(())
}

/// Checks that labels are numbers of classes.
pub(crate) fn check_labels(
    argument: &'static str,
    labels: &[u32],
    n_classes: usize,
) -> Result<(), MetricError> {
    // The largest label is found at once; which one is wrong is asked only where one is.
    let largest = labels.iter().fold(0, |largest, &label| largest.max(label));
    if labels.is_empty() || (largest as usize) < n_classes {
        return Ok(());
    }
    let index = labels.iter().position(|&label| label as usize >= n_classes).unwrap_or(0);
    Err(MetricError::LabelOutOfRange { argument, index, label: labels[index], n_classes })
}

/// Checks that values are finite.
pub(crate) fn check_finite<T: Real>(
    argument: &'static str,
    values: &[T],
) -> Result<(), MetricError> {
    let numbers = || values.iter().map(|&x| -> f64 { x.into() });
    // Without a way out the loop is vectorised; where something is wrong is asked afterwards.
    if numbers().fold(true, |good, x| good & x.is_finite()) {
        return Ok(());
    }
    match numbers().enumerate().find(|(_, x)| !x.is_finite()) {
        Some((index, value)) => Err(MetricError::NotFinite { argument, index, value }),
        None => Ok(()),
    }
}

/// Checks that there is a valid weight for each row, and that one is positive.
pub(crate) fn check_weights(
    metric: &'static str,
    rows: usize,
    weights: &[f64],
) -> Result<(), MetricError> {
    if weights.len() != rows {
        return Err(MetricError::WeightCount { metric, rows, weights: weights.len() });
    }
    let valid = |weight: f64| weight >= 0.0 && weight.is_finite();
    if let Some(index) = weights.iter().position(|&weight| !valid(weight)) {
        return Err(MetricError::InvalidWeight { index, weight: weights[index] });
    }
    if weights.iter().all(|&weight| weight == 0.0) {
        return Err(MetricError::NoWeight { metric });
    }
    Ok(())
}

/// Checks that values of the positive class are probabilities.
pub(crate) fn check_probabilities<T: Real>(class: usize, column: &[T]) -> Result<(), MetricError> {
    let numbers = || column.iter().map(|&p| -> f64 { p.into() });
    if numbers().fold(true, |good, p| good & (0.0..=1.0).contains(&p)) {
        return Ok(());
    }
    match numbers().enumerate().find(|(_, p)| !(0.0..=1.0).contains(p)) {
        Some((row, value)) => Err(MetricError::NotAProbability { row, class, value }),
        None => Ok(()),
    }
}

/// Checks that there are classes, and as many scores of each as rows.
pub(crate) fn check_columns<T>(
    metric: &'static str,
    rows: usize,
    columns: &[&[T]],
) -> Result<(), MetricError> {
    if columns.is_empty() {
        return Err(MetricError::ClassCount { n_classes: 0 });
    }
    columns.iter().try_for_each(|column| check_lengths(metric, rows, column.len()))
}

/// How far a row's probabilities may be from summing to 1; single precision reaches 1e-6.
const SUM_TOLERANCE: f64 = 1e-5;

/// Rows that are summed together, so that their sums stay in cache.
const BLOCK: usize = 512;

/// Checks that each row holds probabilities that sum to 1.
pub(crate) fn check_distributions<T: Real>(columns: &[&[T]]) -> Result<(), MetricError> {
    for (class, column) in columns.iter().enumerate() {
        check_probabilities(class, column)?;
    }
    let rows = columns.first().map_or(0, |column| column.len());
    for start in (0..rows).step_by(BLOCK) {
        let end = (start + BLOCK).min(rows);
        let mut totals = [0.0; BLOCK];
        for column in columns {
            for (total, &p) in totals.iter_mut().zip(&column[start..end]) {
                *total += p.into();
            }
        }
        let off = |total: f64| (total - 1.0).abs() > SUM_TOLERANCE;
        if let Some(at) = totals[..end - start].iter().position(|&total| off(total)) {
            return Err(MetricError::ProbabilitySum { row: start + at, sum: totals[at] });
        }
    }
    Ok(())
}
