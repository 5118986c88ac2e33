//! Predictions with their uncertainty.

use gradus_stats::{Continuous, StudentT};
use serde::{Deserialize, Serialize};

use super::fit::OlsFit;
use crate::design::check_length;
use crate::{Design, LinearError, Weights};

/// A prediction for one row.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PredictedRow {
    /// ŷ, the offset included.
    pub mean: f64,
    /// The standard error of ŷ.
    pub standard_error: f64,
    /// The confidence interval of the mean of all such rows.
    pub mean_interval: [f64; 2],
    /// The interval that holds a new observation.
    pub observation_interval: [f64; 2],
}

impl OlsFit {
    /// ŷ with the confidence interval of the mean and the prediction interval of a new observation,
    /// for each row of a design.
    ///
    /// ŷ ± t·√(xᵀVx) and ŷ ± t·√(xᵀVx + σ²/w)
    ///
    /// V is the covariance of the coefficients, t the quantile of Student's law at the fit's level.
    /// Offsets are added; weights of precision tell how exact the new observation is (1 if there are
    /// none), frequencies say nothing of it. Where dependent columns leave a mean undetermined, all but
    /// the mean is NaN.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless X has a column for each coefficient.
    ///
    /// ```
    /// use gradus_linear::{Design, Ols};
    /// use nalgebra::dmatrix;
    ///
    /// # fn main() -> Result<(), gradus_linear::LinearError> {
    /// let x = dmatrix![1.0; 2.0; 3.0; 4.0];
    /// let fit = Ols::default().fit(&Design::new(&x)?, &[1.0, 2.0, 2.0, 4.0])?;
    /// let at_mean = &fit.intervals(&Design::new(&dmatrix![2.5])?)?[0];
    /// // At the mean the variance is σ²/m.
    /// assert!((at_mean.standard_error - (fit.sigma2 / 4.0).sqrt()).abs() < 1e-14);
    /// assert!(at_mean.observation_interval[1] > at_mean.mean_interval[1]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn intervals(&self, design: &Design<'_>) -> Result<Vec<PredictedRow>, LinearError> {
        design.check_features()?;
        check_length("columns", design.features(), self.coefficients.len())?;
        let mean = self.fitted(design)?;
        let determined = self.basis.determines(design.x());
        let variance = self.basis.map_rows(design.x(), &|i, q| {
            let q = nalgebra::DVectorView::from_slice(q, q.len());
            if determined[i] { (&self.middle * q).dot(&q) } else { f64::NAN }
        });
        let law = StudentT::new(self.df_residual).ok();
        let t = law.and_then(|law| law.isf((1.0 - self.level) / 2.0).ok()).unwrap_or(f64::NAN);
        let precision = |i: usize| match design.weights() {
            Some(Weights::Precision(weights)) => weights[i],
            Some(Weights::Frequency(_)) | None => 1.0,
        };
        let row = |i: usize| {
            let around = |variance: f64| {
                let reach = t * variance.sqrt();
                [mean[i] - reach, mean[i] + reach]
            };
            PredictedRow {
                mean: mean[i],
                standard_error: variance[i].sqrt(),
                mean_interval: around(variance[i]),
                observation_interval: around(variance[i] + self.sigma2 / precision(i)),
            }
        };
        Ok((0..mean.len()).map(row).collect())
    }
}
