//! The area under the ROC curve for several classes.

use serde::{Deserialize, Serialize};

use crate::checks::{check_columns, check_finite, check_labels};
use crate::ranked::rows;
use crate::roc::auc;
use crate::{Average, MetricError, Real};

/// How several classes become problems of two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClassPairing {
    /// Each class against all others, by the score of the class.
    OneVsRest,
    /// Each pair of classes on the rows of these two: the mean of the areas by the one score and by the
    /// other (Hand and Till). Insensitive to imbalance when averaged plainly.
    OneVsOne,
}

/// The area under the ROC curve of several classes, averaged.
///
/// `scores` holds one slice of m values per class (the columns of an m×k column-major matrix).
/// [`Average::Weighted`] weighs a class, or a pair, by its number of rows. [`Average::Micro`] takes each
/// row once for every class, as if it were a row of two classes; there is none of one against one.
/// Classes that do not occur are left out; NaN when fewer than two occur.
///
/// # Errors
///
/// [`MetricError::TooFewClasses`] below two; [`MetricError::LengthMismatch`], [`MetricError::Empty`];
/// [`MetricError::LabelOutOfRange`]; [`MetricError::NotFinite`]; [`MetricError::MicroOneVsOne`].
///
/// # Examples
///
/// ```
/// use gradus_metrics::{Average, ClassPairing, roc_auc_multiclass};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let y_true = [0, 1, 2, 2];
/// let scores: [&[f64]; 3] = [&[0.9, 0.2, 0.3, 0.1], &[0.1, 0.5, 0.6, 0.2], &[0.0, 0.3, 0.1, 0.7]];
/// let auc = roc_auc_multiclass(&y_true, &scores, ClassPairing::OneVsRest, Average::Macro)?;
/// // Class 0 is told apart, class 1 from two of three, class 2 in three of four pairs.
/// assert!((auc - (1.0 + 2.0 / 3.0 + 3.0 / 4.0) / 3.0).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `roc_auc_score(multi_class=…)`, which fails where a class does not occur. Source:
/// D. Hand, R. Till, "A simple generalisation of the area under the ROC curve for multiple class
/// classification problems" (2001).
pub fn roc_auc_multiclass<T: Real>(
    y_true: &[u32],
    scores: &[&[T]],
    pairing: ClassPairing,
    average: Average,
) -> Result<f64, MetricError> {
    const METRIC: &str = "ROC AUC of several classes";
    let n_classes = scores.len();
    if n_classes < 2 {
        return Err(MetricError::TooFewClasses { metric: METRIC, n_classes });
    }
    check_columns(METRIC, y_true.len(), scores)?;
    check_labels("y_true", y_true, n_classes)?;
    scores.iter().try_for_each(|column| check_finite("scores", column))?;
    let mut support = vec![0_usize; n_classes];
    y_true.iter().for_each(|&truth| support[truth as usize] += 1);
    let occurring: Vec<u32> =
        (0..).zip(&support).filter(|(_, n)| **n > 0).map(|(c, _)| c).collect();
    if occurring.len() < 2 {
        return Ok(f64::NAN);
    }
    let column = |class: u32| scores[class as usize];
    let parts: Vec<(f64, usize)> = match (pairing, average) {
        (ClassPairing::OneVsOne, Average::Micro) => return Err(MetricError::MicroOneVsOne),
        (ClassPairing::OneVsRest, Average::Micro) => {
            let all = (0..).zip(scores).flat_map(|(class, column)| rows(y_true, column, class));
            return Ok(auc(all));
        }
        (ClassPairing::OneVsRest, _) => occurring
            .iter()
            .map(|&class| (auc(rows(y_true, column(class), class)), support[class as usize]))
            .collect(),
        (ClassPairing::OneVsOne, _) => {
            let pairs = occurring.iter().enumerate().flat_map(|(i, &first)| {
                occurring[i + 1..].iter().map(move |&second| (first, second))
            });
            pairs
                .map(|(first, second)| {
                    let among = |class: u32| {
                        let pair = y_true
                            .iter()
                            .zip(column(class))
                            .filter(move |(truth, _)| **truth == first || **truth == second);
                        auc(pair.map(move |(&truth, &score)| (truth == class, score)))
                    };
                    let size = support[first as usize] + support[second as usize];
                    (0.5 * (among(first) + among(second)), size)
                })
                .collect()
        }
    };
    let weight = |size: usize| if average == Average::Macro { 1.0 } else { size as f64 };
    let total: f64 = parts.iter().map(|&(_, size)| weight(size)).sum();
    Ok(parts.iter().map(|&(area, size)| area * weight(size)).sum::<f64>() / total)
}
