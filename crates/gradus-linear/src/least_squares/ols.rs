//! Ordinary and weighted least squares.

use nalgebra::{DMatrix, DVector};

use super::fit::{OlsFit, Sums};
use super::qr::PivotedQr;
use crate::{Design, Intercept, LinearError, Weights};

/// How the coefficients were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum LeastSquaresSolver {
    /// QR with column scaling and pivoting: the columns are independent, the solution is unique.
    PivotedQr,
    /// The columns are dependent: of all solutions, the one of least norm (the intercept counted).
    /// Only the fitted values are determined; single coefficients mean little.
    MinimumNorm,
}

/// Linear regression by least squares, with inference.
///
/// w = argmin Σᵢ wᵢ(yᵢ − oᵢ − b − xᵢᵀw)², for weights wᵢ and offsets oᵢ of the [`Design`].
/// X is m×p; y has m entries.
///
/// # Errors
/// See [`Ols::fit`].
///
/// ```
/// use gradus_linear::{Design, Ols};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![4.0; 5.0; 6.0];
/// let fit = Ols { intercept: gradus_linear::Intercept::None, ..Ols::default() }
///     .fit(&Design::new(&x)?, &[3.0, 4.0, 4.0])?;
/// // NIST's NoInt2: 0.727272727272727, with standard error 0.0420827318078432.
/// assert!((fit.coefficients[0] - 0.727272727272727).abs() < 1e-14);
/// assert!((fit.table().rows[0].standard_error - 0.0420827318078432).abs() < 1e-14);
/// # Ok(())
/// # }
/// ```
///
/// Source: Björck, *Numerical Methods for Least Squares Problems*, 1996. As in R and statsmodels,
/// R² is uncentred without an intercept; as in statsmodels, AIC and BIC do not count σ². Unlike R,
/// dependent columns are all kept, and the result says so.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Ols {
    /// Whether there is a constant term.
    pub intercept: Intercept,
    /// The level of the confidence intervals, in (0, 1).
    pub level: f64,
}

impl Default for Ols {
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, level: 0.95 }
    }
}

impl Ols {
    /// Fits the model.
    ///
    /// Without degrees of freedom left (as many independent columns as rows, or more) the fit is
    /// exact: the coefficients stand, and all that needs an estimate of σ² is NaN.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`] for a level outside (0, 1);
    /// [`LinearError::LengthMismatch`] or [`LinearError::NotFinite`] for the outcome;
    /// [`LinearError::NoCoefficient`] without a column and an intercept;
    /// [`LinearError::Overflow`] where values are too large to square.
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<OlsFit, LinearError> {
        if !(self.level > 0.0 && self.level < 1.0) {
            let must = "between 0 and 1, both excluded";
            return Err(LinearError::InvalidOption { name: "level", value: self.level, must });
        }
        design.check_outcome(y)?;
        let constant = usize::from(self.intercept == Intercept::Fitted);
        let columns = design.features() + constant;
        if columns == 0 {
            return Err(LinearError::NoCoefficient);
        }
        // Rows of weight 0 are no rows.
        let weight = |row: usize| design.weights().map_or(1.0, |weights| weights.values()[row]);
        let rows: Vec<usize> = (0..design.rows()).filter(|&row| weight(row) > 0.0).collect();
        let roots: Vec<f64> = rows.iter().map(|&row| weight(row).sqrt()).collect();
        let target: Vec<f64> = rows
            .iter()
            .map(|&row| y[row] - design.offset().map_or(0.0, |offset| offset[row]))
            .collect();
        let matrix = DMatrix::from_fn(rows.len(), columns, |i, j| {
            let value = if j < constant { 1.0 } else { design.x()[(rows[i], j - constant)] };
            value * roots[i]
        });
        let outcome: Vec<f64> = target.iter().zip(&roots).map(|(y, root)| y * root).collect();

        let qr = PivotedQr::new(matrix.clone());
        let inverse = qr.right_inverse();
        let solution: DVector<f64> = &inverse * qr.projected(&outcome);
        // One step of refinement: the residual's own solution is added.
        let residual = residuals(&matrix, &outcome, &solution);
        let solution = solution + &inverse * qr.projected(&residual);
        let residual = residuals(&matrix, &outcome, &solution);

        let total: f64 = roots.iter().map(|root| root * root).sum();
        let (observations, log_weights) = match design.weights() {
            Some(Weights::Frequency(_)) => (total, 0.0),
            Some(Weights::Precision(_)) => {
                (rows.len() as f64, roots.iter().map(|root| 2.0 * root.ln()).sum())
            }
            None => (rows.len() as f64, 0.0),
        };
        let mean = match self.intercept {
            Intercept::Fitted => {
                outcome.iter().zip(&roots).map(|(y, root)| y * root).sum::<f64>() / total
            }
            Intercept::None => 0.0,
        };
        let tss = target.iter().zip(&roots).map(|(y, root)| ((y - mean) * root).powi(2)).sum();
        let rss = residual.iter().map(|r| r * r).sum();
        let finite = |value: f64| value.is_finite();
        if !(finite(tss) && finite(rss) && solution.iter().copied().all(finite)) {
            return Err(LinearError::Overflow);
        }
        let sums = Sums { observations, log_weights, rss, tss };
        let deficient = qr.rank() < columns;
        Ok(OlsFit::new(self, design.names(), &solution, &qr, &inverse, &sums, deficient))
    }
}

/// b − A·x.
fn residuals(a: &DMatrix<f64>, b: &[f64], x: &DVector<f64>) -> Vec<f64> {
    let mut residual = b.to_vec();
    for (column, &x) in a.column_iter().zip(x.iter()) {
        for (residual, a) in residual.iter_mut().zip(column.as_slice()) {
            *residual = (-x).mul_add(*a, *residual);
        }
    }
    residual
}
