//! What errors are taken to be like, and so how uncertain coefficients are.

use gradus_linalg::reduce;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::basis::Basis;
use crate::LinearError;

/// The estimator of the coefficients' covariance.
///
/// With Q = √W·X·B orthonormal and eᵢ = √wᵢ·rᵢ, it is B·M·Bᵀ with
///
/// | | M |
/// |---|---|
/// | classical | σ²I |
/// | HC0 | Σ eᵢ²qᵢqᵢᵀ |
/// | HC1 | m/(m − k)·HC0 |
/// | HC2 | Σ eᵢ²/(1 − hᵢ)·qᵢqᵢᵀ |
/// | HC3 | Σ eᵢ²/(1 − hᵢ)²·qᵢqᵢᵀ |
///
/// where hᵢ = ‖qᵢ‖² is the leverage and k the rank. HC0–HC3 hold whatever the variance of each error;
/// HC3 is the best of them for small samples. HC2 and HC3 are refused where a row has a leverage of 1.
///
/// Source: H. White, *A heteroskedasticity-consistent covariance matrix estimator*, 1980; J. MacKinnon,
/// H. White, *Some heteroskedasticity-consistent covariance matrix estimators*, 1985. The values are
/// those of R's `sandwich::vcovHC` and of statsmodels; tests take Student's t with m − k degrees of
/// freedom, as R's `lmtest::coeftest` does, where statsmodels takes the normal law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CovarianceKind {
    /// All errors have one variance, up to the weights.
    #[default]
    Classical,
    /// White's estimator.
    Hc0,
    /// The same, for the degrees of freedom.
    Hc1,
    /// The same, for leverages.
    Hc2,
    /// Nearly that of the jackknife.
    Hc3,
}

/// What a row counts for.
#[derive(Debug, Clone)]
pub(super) struct RowWeights {
    /// The variance of row i is σ²/precisionᵢ.
    pub(super) precision: Vec<f64>,
    /// How many such rows there are; 0 for rows that do not count.
    pub(super) count: Vec<f64>,
}

impl CovarianceKind {
    /// M, the covariance of q.
    ///
    /// # Errors
    /// [`LinearError::FullLeverage`] of HC2 and HC3.
    pub(super) fn middle(
        self,
        basis: &Basis,
        x: &DMatrix<f64>,
        residuals: &[f64],
        weights: &RowWeights,
        sigma2: f64,
    ) -> Result<DMatrix<f64>, LinearError> {
        let rank = basis.rank();
        if self == Self::Classical {
            return Ok(DMatrix::identity(rank, rank) * sigma2);
        }
        let power = match self {
            Self::Hc3 => 2,
            Self::Hc2 => 1,
            Self::Classical | Self::Hc0 | Self::Hc1 => 0,
        };
        let mut v = basis.map_rows(x, &|i, q| {
            let precision = weights.precision[i];
            let share = 1.0 - precision * q.iter().map(|q| q * q).sum::<f64>();
            let share = if share < super::influence::NO_SHARE { f64::NAN } else { share };
            let inflation = if power == 0 { 1.0 } else { share.powi(power) };
            (precision * residuals[i]).powi(2) / inflation
        });
        for (v, count) in v.iter_mut().zip(&weights.count) {
            *v = if *count > 0.0 { *v * count } else { 0.0 };
        }
        let mut full = (0..v.len()).filter(|&i| v[i].is_nan());
        if let Some(row) = full.next() {
            return Err(LinearError::FullLeverage { row, rows: 1 + full.count() });
        }
        let m = reduce::sum(&weights.count);
        let factor = if self == Self::Hc1 { m / (m - rank as f64).max(0.0) } else { 1.0 };
        Ok(basis.second_moments(x, &v) * factor)
    }
}
