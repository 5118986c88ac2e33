//! The no-information rate γ of .632+ in closed form.
//!
//! γ = m⁻² Σᵢ Σⱼ loss(yᵢ, ŷⱼ) is the mean loss where every prediction meets every truth. The double
//! sum takes m² losses; for common losses it separates.

use std::collections::BTreeMap;

use crate::ResampleError;
use crate::resampler::check_length;

/// γ of the error rate, Σ_c p_c (1 − q_c), with the shares p_c of class c in truth and q_c in the
/// predictions.
///
/// # Errors
/// [`ResampleError::LengthMismatch`] unless there is a prediction for each truth;
/// [`ResampleError::NoRows`].
///
/// ```
/// use gradus_resample::no_information_zero_one;
///
/// // p = ¾, ¼ and q = ½, ½.
/// assert_eq!(no_information_zero_one(&[0, 0, 0, 1], &[0, 1, 0, 1])?, 0.5);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// B. Efron, R. Tibshirani (1997).
pub fn no_information_zero_one(y_true: &[u32], y_pred: &[u32]) -> Result<f64, ResampleError> {
    check(y_true.len(), y_pred.len())?;
    let (truth, predicted) = (counts(y_true), counts(y_pred));
    let m = y_true.len() as f64;
    let of_class = |(class, count): (&u32, &f64)| {
        let met = predicted.get(class).copied().unwrap_or(0.0);
        count / m * ((m - met) / m)
    };
    Ok(truth.iter().map(of_class).sum())
}

/// γ of the squared error, var y + var ŷ + (ȳ − mean ŷ)², with variances of divisor m.
///
/// Errors are those of [`no_information_zero_one`]. A value that is not finite makes γ NaN or
/// infinite.
///
/// ```
/// use gradus_resample::no_information_squared;
///
/// // (1 + 0 + 4 + 1)/4 over the pairs.
/// assert_eq!(no_information_squared(&[1.0, 2.0], &[2.0, 3.0])?, 1.5);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn no_information_squared(y_true: &[f64], y_pred: &[f64]) -> Result<f64, ResampleError> {
    check(y_true.len(), y_pred.len())?;
    let m = y_true.len() as f64;
    let moments = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / m;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / m)
    };
    let (truth, predicted) = (moments(y_true), moments(y_pred));
    Ok(truth.1 + predicted.1 + (truth.0 - predicted.0).powi(2))
}

/// γ of the absolute error, m⁻² Σᵢ Σⱼ |yᵢ − ŷⱼ|, at the cost of sorting.
///
/// It is ∫ F(1 − G) + G(1 − F) over the line, with F and G the shares of truths and of predictions up
/// to a point. Errors are those of [`no_information_zero_one`]. A value that is not finite makes γ NaN
/// or infinite.
///
/// ```
/// use gradus_resample::no_information_absolute;
///
/// // (1 + 2 + 0 + 1)/4 over the pairs.
/// assert_eq!(no_information_absolute(&[1.0, 2.0], &[2.0, 3.0])?, 1.0);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn no_information_absolute(y_true: &[f64], y_pred: &[f64]) -> Result<f64, ResampleError> {
    check(y_true.len(), y_pred.len())?;
    let m = y_true.len() as f64;
    let marked = |values: &[f64], is_truth: bool| -> Vec<(f64, bool)> {
        values.iter().map(|&value| (value, is_truth)).collect()
    };
    let mut line = [marked(y_true, true), marked(y_pred, false)].concat();
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut truths, mut predictions, mut total) = (0.0, 0.0, 0.0);
    for pair in line.windows(2) {
        if pair[0].1 {
            truths += 1.0;
        } else {
            predictions += 1.0;
        }
        let (f, g) = (truths / m, predictions / m);
        total += (pair[1].0 - pair[0].0) * (f * (1.0 - g) + g * (1.0 - f));
    }
    Ok(total)
}

/// γ of the log-loss, −Σ_c p_c · meanᵢ ln q_ic, with the shares p_c of class c in truth and the
/// probabilities q_ic that are predicted for row i.
///
/// `probabilities` holds `classes` of them for each row, row after row. As in the double sum, a
/// probability of 0 for a class that occurs makes γ infinite: clip before if the loss does.
///
/// # Errors
/// [`ResampleError::LengthMismatch`] unless there are `classes` probabilities for each truth;
/// [`ResampleError::NoRows`]; [`ResampleError::ClassOutOfRange`].
///
/// ```
/// use gradus_resample::no_information_log_loss;
///
/// let found = no_information_log_loss(&[0, 1], &[0.5, 0.5, 0.25, 0.75], 2)?;
/// let pairs: f64 = [0.5_f64, 0.5, 0.25, 0.75].iter().map(|q| -q.ln()).sum();
/// assert!((found - pairs / 4.0).abs() < 1e-15);
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub fn no_information_log_loss(
    y_true: &[u32],
    probabilities: &[f64],
    classes: usize,
) -> Result<f64, ResampleError> {
    if y_true.is_empty() {
        return Err(ResampleError::NoRows { needed: 1 });
    }
    check_length("probabilities", probabilities.len(), y_true.len().saturating_mul(classes))?;
    let m = y_true.len() as f64;
    let mut total = 0.0;
    for (class, count) in counts(y_true) {
        let column = class as usize;
        if column >= classes {
            return Err(ResampleError::ClassOutOfRange { class, classes });
        }
        let logs = probabilities.iter().skip(column).step_by(classes).map(|q| -q.ln());
        total += count / m * (logs.sum::<f64>() / m);
    }
    Ok(total)
}

/// How often each class occurs.
fn counts(codes: &[u32]) -> BTreeMap<u32, f64> {
    let mut counts = BTreeMap::new();
    codes.iter().for_each(|&code| *counts.entry(code).or_insert(0.0) += 1.0);
    counts
}

fn check(truths: usize, predictions: usize) -> Result<(), ResampleError> {
    if truths == 0 {
        return Err(ResampleError::NoRows { needed: 1 });
    }
    check_length("predictions", predictions, truths)
}
