//! Ridge regression for many penalties from one singular value decomposition.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::jacobi::{Svd, svd};
use crate::{Design, Intercept, LinearError, Scaling, Weights};

/// Ridge regression for every λ of a grid, with what leaving each row out would cost.
///
/// min RSS/2m + λ/2·‖w‖², the sum weighted and m = Σwᵢ
///
/// With √v·X̃ = USVᵀ, for the centred and scaled columns X̃ and weights v that sum to 1, the
/// coefficients are V·diag(s/(s² + λ))·Uᵀ√v·y, the leverages hᵢ = vᵢ + Σₖ uᵢₖ²s²/(s² + λ), and the
/// residual of row i in the fit without it is rᵢ/(1 − hᵢ), exactly, the scales of the columns and mλ
/// being held. No fit is repeated.
///
/// ```
/// use gradus_linear::{Design, RidgeGrid};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 1.1; 2.0, 1.9; 3.0, 3.2; 4.0, 3.9; 5.0, 5.1];
/// let path = RidgeGrid::default().fit(&Design::new(&x)?, &[1.0, 2.2, 2.8, 4.1, 5.2], &[0.0, 0.1])?;
/// assert!(path.points[1].rss > path.points[0].rss);
/// assert!(path.best_by_leave_one_out().leave_one_out < path.points[0].leave_one_out * 1.01);
/// # Ok(())
/// # }
/// ```
///
/// Source: A. Hoerl, R. Kennard, *Ridge regression: biased estimation for nonorthogonal problems*,
/// 1970; G. Golub, M. Heath, G. Wahba, *Generalized cross-validation as a method for choosing a good
/// ridge parameter*, 1979. scikit-learn's `Ridge(alpha)` is λ = alpha/m without scaling; R's
/// `MASS::lm.ridge(lambda)` is λ = lambda/m with it, and its GCV does not count the intercept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RidgeGrid {
    /// Whether there is a constant, which is not penalised.
    pub intercept: Intercept,
    /// Whether features are brought to one scale before they are penalised.
    pub scaling: Scaling,
}

/// The solution for one λ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RidgePoint {
    /// λ.
    pub lambda: f64,
    /// The constant, 0 without one.
    pub intercept: f64,
    /// One coefficient a feature, on the feature's own scale.
    pub coefficients: Vec<f64>,
    /// The trace of the hat matrix, the intercept counted.
    pub degrees_of_freedom: f64,
    /// Σwr².
    pub rss: f64,
    /// The mean squared error of each row by the fit without it, weighted as the rows are.
    pub leave_one_out: f64,
    /// Generalized cross-validation: (RSS/m)/(1 − df/m)².
    pub gcv: f64,
}

/// The solutions for a grid of λ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RidgePath {
    /// The names of the features.
    pub names: Vec<String>,
    /// A solution for each λ, in the order given; at least one.
    pub points: Vec<RidgePoint>,
    /// The singular values of the scaled features, largest first.
    pub singular_values: Vec<f64>,
}

impl RidgePath {
    /// The solution with the least leave-one-out error, of equal ones that with the largest λ.
    pub fn best_by_leave_one_out(&self) -> &RidgePoint {
        self.best(|point| point.leave_one_out)
    }

    /// The solution with the least GCV, of equal ones that with the largest λ.
    pub fn best_by_gcv(&self) -> &RidgePoint {
        self.best(|point| point.gcv)
    }

    fn best(&self, error: fn(&RidgePoint) -> f64) -> &RidgePoint {
        self.points.iter().skip(1).fold(&self.points[0], |best, point| {
            let (least, this) = (error(best), error(point));
            let better = this < least || least.is_nan();
            if better || (this == least && point.lambda > best.lambda) { point } else { best }
        })
    }
}

impl RidgeGrid {
    /// Fits for all λ, each 0 or more; λ = 0 gives least squares, of least norm (on the scale that is
    /// penalised) where columns are dependent.
    ///
    /// # Errors
    /// [`LinearError::NoLambda`]; [`LinearError::InvalidOption`] for a λ below 0 or not finite;
    /// [`LinearError::LengthMismatch`] or [`LinearError::NotFinite`] for the outcome;
    /// [`LinearError::Overflow`] where values are too large to square.
    pub fn fit(
        &self,
        design: &Design<'_>,
        y: &[f64],
        lambdas: &[f64],
    ) -> Result<RidgePath, LinearError> {
        design.check_features()?;
        design.check_outcome(y)?;
        if lambdas.is_empty() {
            return Err(LinearError::NoLambda);
        }
        if let Some(&value) = lambdas.iter().find(|l| !(l.is_finite() && **l >= 0.0)) {
            let must = "finite and 0 or more";
            return Err(LinearError::InvalidOption { name: "lambda", value, must });
        }
        let rotated = Rotated::new(self, design, y)?;
        let points: Vec<RidgePoint> =
            lambdas.par_iter().map(|&lambda| rotated.point(lambda)).collect();
        let finite = |point: &RidgePoint| point.rss.is_finite() && point.intercept.is_finite();
        if !points.iter().all(finite) {
            return Err(LinearError::Overflow);
        }
        let singular_values = rotated.s.as_slice().to_vec();
        Ok(RidgePath { names: design.names().to_vec(), points, singular_values })
    }
}

/// The decomposed problem.
struct Rotated {
    intercept: Intercept,
    /// Observations, and their total weight.
    observations: f64,
    total: f64,
    /// Row weights that sum to 1, and how many copies a row stands for.
    v: Vec<f64>,
    copies: Vec<f64>,
    u: DMatrix<f64>,
    s: DVector<f64>,
    /// A row a feature.
    right: DMatrix<f64>,
    /// √v·ỹ and its projections on the columns of U.
    y: DVector<f64>,
    projected: DVector<f64>,
    centre: Vec<f64>,
    scale: Vec<f64>,
    outcome_centre: f64,
}

impl Rotated {
    fn new(config: &RidgeGrid, design: &Design<'_>, y: &[f64]) -> Result<Self, LinearError> {
        let m = design.rows();
        let w = design.weights().map_or_else(|| vec![1.0; m], |w| w.values().to_vec());
        let total: f64 = w.iter().sum();
        let v: Vec<f64> = w.iter().map(|w| w / total).collect();
        let (observations, copies) = match design.weights() {
            Some(Weights::Frequency(_)) => (total, w),
            Some(Weights::Precision(_)) | None => {
                (w.iter().filter(|w| **w > 0.0).count() as f64, vec![1.0; m])
            }
        };
        let mean = |values: &mut dyn Iterator<Item = f64>| match config.intercept {
            Intercept::Fitted => values.zip(&v).map(|(x, v)| x * v).sum::<f64>(),
            Intercept::None => 0.0,
        };
        let target: Vec<f64> =
            (0..m).map(|i| y[i] - design.offset().map_or(0.0, |offset| offset[i])).collect();
        let outcome_centre = mean(&mut target.iter().copied());
        let root = |i: usize| v[i].sqrt();
        let y = DVector::from_fn(m, |i, _| (target[i] - outcome_centre) * root(i));
        let p = design.features();
        let (mut centre, mut scale) = (Vec::with_capacity(p), Vec::with_capacity(p));
        let mut x = DMatrix::zeros(m, p);
        for (mut to, column) in x.column_iter_mut().zip(design.x().column_iter()) {
            let shift = mean(&mut column.iter().copied());
            let square: f64 = column.iter().zip(&v).map(|(x, v)| v * (x - shift).powi(2)).sum();
            let largest = column.amax();
            // What varies by rounding alone is constant, and the intercept's.
            let constant = square.sqrt() <= 1e-13 * largest;
            let unit = match config.scaling {
                Scaling::Standardize if !constant => square.sqrt(),
                Scaling::Standardize | Scaling::None => 1.0,
            };
            for (i, (to, x)) in to.iter_mut().zip(column.iter()).enumerate() {
                *to = if constant { 0.0 } else { (x - shift) / unit * root(i) };
            }
            centre.push(shift);
            scale.push(unit);
        }
        let (u, s, right) = decompose(x).ok_or(LinearError::Overflow)?;
        let projected = u.tr_mul(&y);
        let intercept = config.intercept;
        Ok(Self {
            intercept,
            observations,
            total,
            v,
            copies,
            u,
            s,
            right,
            y,
            projected,
            centre,
            scale,
            outcome_centre,
        })
    }

    fn point(&self, lambda: f64) -> RidgePoint {
        let largest = self.s.iter().copied().fold(0.0, f64::max);
        let longer = self.u.nrows().max(self.right.nrows()) as f64;
        let least = largest * f64::EPSILON * longer;
        // What a direction keeps, s²/(s² + λ); none where there is no direction.
        let kept = self.s.map(|s| if s > least { s * s / (s * s + lambda) } else { 0.0 });
        let along = DVector::from_fn(self.s.len(), |k, _| {
            if kept[k] > 0.0 { kept[k] / self.s[k] * self.projected[k] } else { 0.0 }
        });
        let scaled = &self.right * along;
        let coefficients: Vec<f64> =
            scaled.iter().zip(&self.scale).map(|(w, scale)| w / scale).collect();
        let shift: f64 = coefficients.iter().zip(&self.centre).map(|(w, c)| w * c).sum();
        let constant = self.intercept == Intercept::Fitted;
        let e = &self.y - &self.u * kept.component_mul(&self.projected);
        let mut leave_one_out = 0.0;
        for (i, e) in e.iter().enumerate() {
            if self.v[i] > 0.0 {
                let row = self.u.row(i);
                let slopes: f64 = row.iter().zip(kept.iter()).map(|(u, kept)| u * u * kept).sum();
                let h = slopes + if constant { self.v[i] } else { 0.0 };
                leave_one_out += (e / (1.0 - h / self.copies[i])).powi(2);
            }
        }
        let mean_square = e.norm_squared();
        let degrees_of_freedom = kept.sum() + f64::from(u8::from(constant));
        let free = (1.0 - degrees_of_freedom / self.observations).max(0.0);
        RidgePoint {
            lambda,
            intercept: if constant { self.outcome_centre - shift } else { 0.0 },
            coefficients,
            degrees_of_freedom,
            rss: mean_square * self.total,
            leave_one_out,
            gcv: mean_square / (free * free),
        }
    }
}

/// U, s and V of a matrix of any shape, by QR of its longer side first.
fn decompose(x: DMatrix<f64>) -> Option<(DMatrix<f64>, DVector<f64>, DMatrix<f64>)> {
    if !gradus_linalg::reduce::all_finite(x.as_slice()) {
        return None;
    }
    if x.is_empty() {
        return Some((DMatrix::zeros(x.nrows(), 0), DVector::zeros(0), DMatrix::zeros(0, 0)));
    }
    let tall = x.nrows() >= x.ncols();
    let qr = if tall { x.qr() } else { x.transpose().qr() };
    let Svd { u, s, v } = svd(qr.r());
    let long = qr.q() * u;
    Some(if tall { (long, s, v) } else { (v, s, long) })
}
