//! How much classes count.

use crate::LinearError;
use crate::design::check_length;

/// How much the rows of each class count, whatever the number of them.
///
/// ```
/// use gradus_linear::{ClassWeights, Design, Logistic, Weights};
/// use nalgebra::DMatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // One row in eight has the event, more often where x is large.
/// let x = DMatrix::from_fn(80, 1, |i, _| ((i * 7) % 16) as f64);
/// let classes: Vec<usize> = (0..80).map(|i| usize::from(i % 8 == 3)).collect();
/// let weights = ClassWeights::Balanced.of_rows(&classes, None)?;
/// assert_eq!((weights[0], weights[3]), (80.0 / (2.0 * 70.0), 80.0 / (2.0 * 10.0)));
/// let y: Vec<f64> = classes.iter().map(|&class| class as f64).collect();
/// let design = Design::new(&x)?.with_weights(Weights::Precision(&weights))?;
/// let fit = Logistic::default().fit(&design, &y)?;
/// // By weight both classes are as frequent, and so they are in the fit.
/// let mean: f64 = fit.probabilities().iter().zip(&weights).map(|(p, w)| p * w).sum::<f64>() / 80.0;
/// assert!((mean - 0.5).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `class_weight`. Standard errors take the weights for what the design says they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ClassWeights<'a> {
    /// W/(k·W_c) for each of the k classes, W the weight of all rows and W_c that of its own: all
    /// classes count the same, and the sum stays W.
    Balanced,
    /// A weight for each class 0, 1, ….
    By(&'a [f64]),
}

impl ClassWeights<'_> {
    /// The weight of each row: its class's, times its own if rows have weights.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] for another number of rows' weights, or fewer classes' weights
    /// than classes; [`LinearError::NegativeWeight`], [`LinearError::NotFinite`].
    pub fn of_rows(self, classes: &[usize], rows: Option<&[f64]>) -> Result<Vec<f64>, LinearError> {
        if let Some(rows) = rows {
            check_length("weights", rows.len(), classes.len())?;
        }
        let own = |row: usize| rows.map_or(1.0, |rows| rows[row]);
        let count = classes.iter().max().map_or(0, |largest| largest.saturating_add(1));
        let by_class = match self {
            Self::By(weights) => {
                // No list of the size of a wrong label is made.
                check_length("weights of classes", weights.len(), count.max(weights.len()))?;
                weights.to_vec()
            }
            Self::Balanced if count > classes.len() => {
                return Err(LinearError::EmptyClass { class: count - 1, classes: count });
            }
            Self::Balanced => {
                let mut sums = vec![0.0; count];
                for (row, &class) in classes.iter().enumerate() {
                    sums[class] += own(row);
                }
                let all: f64 = sums.iter().sum();
                // A class without weight has no row that counts, which a fit refuses.
                let share = |&sum: &f64| if sum > 0.0 { all / (count as f64 * sum) } else { 1.0 };
                sums.iter().map(share).collect()
            }
        };
        for (class, &value) in by_class.iter().enumerate() {
            if !value.is_finite() {
                let what = format!("the weight of class {class}");
                return Err(LinearError::NotFinite { what, row: class, value });
            }
            if value < 0.0 {
                return Err(LinearError::NegativeWeight { row: class, value });
            }
        }
        Ok(classes.iter().enumerate().map(|(row, &class)| own(row) * by_class[class]).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scikit-learn 1.9.1: `compute_sample_weight("balanced", y, sample_weight)`'s formula by hand.
    #[test]
    fn rows_weigh_by_their_class() {
        let classes = [0, 2, 2, 1, 2, 2];
        let balanced = ClassWeights::Balanced.of_rows(&classes, None).unwrap();
        assert_eq!(balanced, [2.0, 0.5, 0.5, 2.0, 0.5, 0.5]);
        let rows = [1.0, 1.0, 0.0, 3.0, 0.0, 1.0];
        let balanced = ClassWeights::Balanced.of_rows(&classes, Some(&rows)).unwrap();
        assert_eq!(balanced, [2.0, 1.0, 0.0, 2.0, 0.0, 1.0]);
        let given = ClassWeights::By(&[1.0, 2.0, 0.5, 9.0]).of_rows(&classes, Some(&rows)).unwrap();
        assert_eq!(given, [1.0, 0.5, 0.0, 6.0, 0.0, 0.5]);
    }

    #[test]
    fn what_is_no_weight_is_refused() {
        let refused = |weights: &[f64], rows: Option<&[f64]>| {
            ClassWeights::By(weights).of_rows(&[0, 1], rows).unwrap_err()
        };
        assert!(matches!(refused(&[1.0], None), LinearError::LengthMismatch { needed: 2, .. }));
        let short = refused(&[1.0, 1.0], Some(&[1.0]));
        assert!(matches!(short, LinearError::LengthMismatch { .. }));
        assert!(matches!(refused(&[1.0, -1.0], None), LinearError::NegativeWeight { row: 1, .. }));
        assert!(matches!(refused(&[f64::NAN, 1.0], None), LinearError::NotFinite { .. }));
        let far = ClassWeights::Balanced.of_rows(&[0, usize::MAX], None);
        assert!(matches!(far, Err(LinearError::EmptyClass { .. })));
    }
}
