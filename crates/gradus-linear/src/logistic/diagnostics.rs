//! How well a logistic regression fits, row by row and as a classifier.

use gradus_linalg::vmath;
use gradus_metrics::{AucEstimate, MetricError, RankedScores};
use nalgebra::DMatrix;
use serde::Serialize;

use super::LogisticFit;
use crate::design::check_length;
use crate::{Design, LinearError};

/// Which outcomes a threshold on the probability predicts, as sums of weights.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassificationTable {
    /// y = 1 is predicted where P(y = 1) is at least this.
    pub threshold: f64,
    /// y = 1, predicted.
    pub true_positives: f64,
    /// y = 0, predicted 1.
    pub false_positives: f64,
    /// y = 1, predicted 0.
    pub false_negatives: f64,
    /// y = 0, predicted.
    pub true_negatives: f64,
}

impl ClassificationTable {
    /// The share of outcomes that are predicted.
    pub fn accuracy(&self) -> f64 {
        let right = self.true_positives + self.true_negatives;
        right / (right + self.false_positives + self.false_negatives)
    }

    /// The share of y = 1 that is predicted.
    pub fn sensitivity(&self) -> f64 {
        self.true_positives / (self.true_positives + self.false_negatives)
    }

    /// The share of y = 0 that is predicted.
    pub fn specificity(&self) -> f64 {
        self.true_negatives / (self.true_negatives + self.false_positives)
    }
}

impl LogisticFit {
    /// The outcomes that were fitted to.
    pub fn outcomes(&self) -> &[f64] {
        &self.y
    }

    /// (y − p)/√(p(1 − p)).
    pub fn pearson_residuals(&self) -> Vec<f64> {
        let residual = |(y, p): (&f64, &f64)| (y - p) / (p * (1.0 - p)).sqrt();
        self.y.iter().zip(&self.probabilities).map(residual).collect()
    }

    /// ±√(−2 ln P(yᵢ)), of the sign of y − p. Their squares, weighted, sum to the deviance.
    pub fn deviance_residuals(&self) -> Vec<f64> {
        let residual = |(y, p): (&f64, &f64)| match *y == 1.0 {
            true => (-2.0 * p.ln()).sqrt(),
            false => -(-2.0 * (-p).ln_1p()).sqrt(),
        };
        self.y.iter().zip(&self.probabilities).map(residual).collect()
    }

    /// The leverages hᵢ = vᵢpᵢ(1 − pᵢ)·xᵢᵀVxᵢ for the covariance V of the estimates: how much a row's
    /// outcome moves its own fit. They sum to the number of coefficients.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless the design is the one that was fitted to.
    pub fn leverages(&self, design: &Design<'_>) -> Result<Vec<f64>, LinearError> {
        design.check_features()?;
        check_length("rows", design.rows(), self.y.len())?;
        check_length("columns", design.features(), self.likelihood_ratio_df())?;
        let constant = self.coefficients().len() - design.features();
        let x = match constant {
            1 => design.x().clone().insert_column(0, 1.0),
            _ => design.x().clone(),
        };
        let product: DMatrix<f64> = &x * self.covariance();
        let leverage = |row: usize| {
            let p = self.probabilities[row];
            self.weights[row] * p * (1.0 - p) * product.row(row).dot(&x.row(row))
        };
        Ok((0..x.nrows()).map(leverage).collect())
    }

    /// What a threshold on the probability predicts, on the rows that were fitted to.
    pub fn classification(&self, threshold: f64) -> ClassificationTable {
        let mut cells = [0.0; 4];
        for ((y, p), w) in self.y.iter().zip(&self.probabilities).zip(&self.weights) {
            cells[2 * usize::from(*p < threshold) + usize::from(*y == 0.0)] += w;
        }
        let [true_positives, false_positives, false_negatives, true_negatives] = cells;
        ClassificationTable {
            threshold,
            true_positives,
            false_positives,
            false_negatives,
            true_negatives,
        }
    }

    /// The area under the ROC curve of the probabilities, on the rows that were fitted to.
    ///
    /// # Errors
    /// [`MetricError`], which a fit gives no cause for.
    pub fn roc_auc(&self) -> Result<f64, MetricError> {
        Ok(self.ranked()?.roc_auc())
    }

    /// The same with DeLong's standard error, which takes the probabilities for given: that they were
    /// fitted to these rows makes the area look better than it is.
    ///
    /// # Errors
    /// [`MetricError::TooFewRows`] unless each outcome has two rows.
    pub fn roc_auc_estimate(&self) -> Result<AucEstimate, MetricError> {
        self.ranked()?.auc_estimate()
    }

    fn ranked(&self) -> Result<RankedScores, MetricError> {
        let y: Vec<u32> = self.y.iter().map(|&y| u32::from(y == 1.0)).collect();
        RankedScores::weighted(&y, &self.probabilities, &self.weights)
    }

    /// P(y = 1) for the rows of X, with an offset for each row if there are any.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless X has a column for each feature and the offset a
    /// value for each row.
    pub fn predict(
        &self,
        x: &DMatrix<f64>,
        offset: Option<&[f64]>,
    ) -> Result<Vec<f64>, LinearError> {
        let features = self.likelihood_ratio_df();
        check_length("columns", x.ncols(), features)?;
        check_length("offsets", offset.map_or(x.nrows(), <[f64]>::len), x.nrows())?;
        let (constant, slopes) = self.coefficients().split_at(self.coefficients().len() - features);
        let b = constant.first().map_or(0.0, |row| row.estimate);
        let mut eta: Vec<f64> = offset.map_or_else(|| vec![0.0; x.nrows()], <[f64]>::to_vec);
        for (row, eta) in eta.iter_mut().enumerate() {
            *eta +=
                b + slopes.iter().enumerate().map(|(j, w)| w.estimate * x[(row, j)]).sum::<f64>();
        }
        vmath::sigmoid_in_place(&mut eta);
        Ok(eta)
    }
}
