//! Which rows move a fit.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::fit::OlsFit;
use crate::{Design, LinearError};

/// A share 1 − h below it is rounding: the fit passes through the row.
pub(super) const NO_SHARE: f64 = 1e-10;

/// Diagnostics of each row, with eᵢ = √wᵢ(yᵢ − ŷᵢ) and leverage hᵢ.
///
/// A row of weight 0 has zeros; one with a leverage of 1, through which every fit passes, has NaN in
/// what is divided by 1 − h. Of rows with frequencies the diagnostics are those of a single copy.
///
/// Source: D. Belsley, E. Kuh, R. Welsch, *Regression Diagnostics*, 1980; R. Cook, *Detection of
/// influential observations in linear regression*, 1977. The names in R are `hatvalues`, `rstandard`,
/// `rstudent`, `cooks.distance`, `dffits`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// ŷ, the offset included.
    pub fitted: Vec<f64>,
    /// y − ŷ, not weighted.
    pub residuals: Vec<f64>,
    /// h, the diagonal of the hat matrix; the leverages of all observations add up to the rank.
    pub leverage: Vec<f64>,
    /// e/(s√(1−h)).
    pub internally_studentised: Vec<f64>,
    /// e/(s₍ᵢ₎√(1−h)), s₍ᵢ₎ being s without the row: Student's t with one degree of freedom less.
    pub externally_studentised: Vec<f64>,
    /// e²h/(k·s²(1−h)²): how far all coefficients move without the row.
    pub cooks_distance: Vec<f64>,
    /// The change of ŷᵢ without the row, in its standard errors.
    pub dffits: Vec<f64>,
}

impl OlsFit {
    /// ŷ = o + b + Xw for the rows of a design.
    pub(super) fn fitted(&self, design: &Design<'_>) -> Result<Vec<f64>, LinearError> {
        let mut fitted = self.predict(design.x())?;
        if let Some(offset) = design.offset() {
            fitted.iter_mut().zip(offset).for_each(|(fitted, o)| *fitted += o);
        }
        Ok(fitted)
    }

    /// y − ŷ for the rows of the data that were fitted to.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] where the shape is another.
    pub fn residuals(&self, design: &Design<'_>, y: &[f64]) -> Result<Vec<f64>, LinearError> {
        design.check_features()?;
        design.check_outcome(y)?;
        let fitted = self.fitted(design)?;
        Ok(y.iter().zip(&fitted).map(|(y, fitted)| y - fitted).collect())
    }

    /// The diagnostics of each row of the data that were fitted to.
    ///
    /// ```
    /// use gradus_linear::{Design, Ols};
    /// use nalgebra::dmatrix;
    ///
    /// # fn main() -> Result<(), gradus_linear::LinearError> {
    /// let x = dmatrix![1.0; 2.0; 3.0; 10.0];
    /// let (design, y) = (Design::new(&x)?, [1.0, 2.0, 2.0, 9.0]);
    /// let influence = Ols::default().fit(&design, &y)?.influence(&design, &y)?;
    /// // 1/4 + (10 − 4)²/50.
    /// assert!((influence.leverage[3] - 0.97).abs() < 1e-14);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] where the shape is another.
    pub fn influence(&self, design: &Design<'_>, y: &[f64]) -> Result<Influence, LinearError> {
        let residuals = self.residuals(design, y)?;
        let weights = super::ols::row_weights(design);
        let counts = |i: usize| weights.count[i] > 0.0;
        let leverage = self.basis.map_rows(design.x(), &|i, q| {
            let square: f64 = q.iter().map(|q| q * q).sum();
            if counts(i) { weights.precision[i] * square } else { 0.0 }
        });
        let (df, rank) = (self.df_residual, self.rank as f64);
        let share = |i: usize| {
            let share = 1.0 - leverage[i];
            if share < NO_SHARE { f64::NAN } else { share }
        };
        let e = |i: usize| if counts(i) { weights.precision[i].sqrt() * residuals[i] } else { 0.0 };
        let of = |f: &dyn Fn(usize) -> f64| (0..residuals.len()).map(f).collect::<Vec<f64>>();
        let internally_studentised = of(&|i| e(i) / (self.sigma2 * share(i)).sqrt());
        let externally_studentised = of(&|i| {
            let without = (self.rss - e(i).powi(2) / share(i)).max(0.0) / (df - 1.0);
            e(i) / (without * share(i)).sqrt()
        });
        let cooks_distance =
            of(&|i| internally_studentised[i].powi(2) * leverage[i] / (share(i) * rank));
        let dffits = of(&|i| externally_studentised[i] * (leverage[i] / share(i)).sqrt());
        Ok(Influence {
            fitted: self.fitted(design)?,
            residuals,
            internally_studentised,
            externally_studentised,
            cooks_distance,
            dffits,
            leverage,
        })
    }

    /// The change of each coefficient without each row, in standard errors that are computed without
    /// the row: m×k, the intercept first. R and statsmodels call it DFBETAS.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] where the shape is another.
    pub fn dfbetas(&self, design: &Design<'_>, y: &[f64]) -> Result<DMatrix<f64>, LinearError> {
        let influence = self.influence(design, y)?;
        let weights = super::ols::row_weights(design);
        let unscaled = self.basis.covariance(&DMatrix::identity(self.rank, self.rank));
        let q = self.basis.rows(design.x(), 0..design.rows());
        let mut moved = q * self.basis.root.transpose();
        let constant = moved.ncols() - self.basis.shift.len();
        if constant == 1 {
            for (j, shift) in self.basis.shift.iter().enumerate() {
                let change = moved.column(1 + j) * *shift;
                let mut intercept = moved.column_mut(0);
                intercept -= change;
            }
        }
        for (i, mut row) in moved.row_iter_mut().enumerate() {
            // t = e/(s√(1−h)), so the change √w·e/(1−h) in units of s is t√w/√(1−h).
            let root = (1.0 - influence.leverage[i]).sqrt();
            let factor = influence.externally_studentised[i] * weights.precision[i].sqrt() / root;
            for (j, value) in row.iter_mut().enumerate() {
                *value *= factor / unscaled[(j, j)].sqrt();
            }
        }
        Ok(moved)
    }
}
