//! Logistic regression with Firth's correction.

mod fit;
mod highest;
mod likelihood;

pub use fit::{FirthCoefficient, FirthFit};

use gradus_stats::{ChiSquared, Continuous};
use serde::{Deserialize, Serialize};

use crate::likelihood::{Columns, Likelihood, Search, profile_ends};
use crate::logistic::{Bernoulli, check_dichotomous};
use crate::{Design, Intercept, LinearError};
use highest::highest;
use likelihood::Jeffreys;

/// Logistic regression with Firth's correction: max ℓ*(θ) = ℓ(θ) + ½ log det XᵀWX, with W = diag(vp(1−p)).
///
/// The correction takes the bias of order 1/m out of the estimates, and they are finite on any data,
/// separated or not: it is the answer to [`LinearError::Separated`] that keeps odds ratios with an
/// inference. p-values are from likelihood-ratio tests and intervals from profiles, both of ℓ*, since
/// Wald's are poor just where the correction is needed.
///
/// ℓ* can have several maxima where many features separate the data. Where the model without a
/// coefficient turns out likelier than the one with it, the search goes on from there: no test contradicts
/// its estimate, but a maximum that lies higher still is not ruled out.
///
/// ```
/// use gradus_linear::{Design, Firth};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // A 2×2 table with an empty cell: the estimate is that of ½ added to each cell.
/// let x = dmatrix![1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0];
/// let y = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
/// let fit = Firth::default().fit(&Design::new(&x)?, &y)?;
/// let exposure = &fit.coefficients()[1];
/// assert!((exposure.wald.ratio() - (3.5 * 3.5) / (0.5 * 1.5)).abs() < 1e-6);
/// assert!(exposure.interval[0] < exposure.wald.estimate && exposure.interval[1].is_finite());
/// # Ok(())
/// # }
/// ```
///
/// Source: D. Firth, *Bias reduction of maximum likelihood estimates*, 1993; G. Heinze, M. Schemper,
/// *A solution to the problem of separation in logistic regression*, 2002. As R's `logistf`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Firth {
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// The level of the intervals, in (0, 1).
    pub level: f64,
    /// Stop when the squared length of a step, uᵀ(XᵀWX)⁻¹u for the slope u of ℓ*, is this.
    pub tolerance: f64,
    /// Steps at most, in each of the searches.
    pub max_iterations: usize,
}

impl Default for Firth {
    /// An intercept, 95 %, 10⁻¹⁴, 500 steps: they converge linearly.
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, level: 0.95, tolerance: 1e-14, max_iterations: 500 }
    }
}

impl Firth {
    /// The estimates with their tests and intervals, for an outcome of 0 and 1.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::NotDichotomous`]; [`LinearError::OneClass`];
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`];
    /// [`LinearError::MoreCoefficients`]; [`LinearError::NoMaximum`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<FirthFit, LinearError> {
        let search = Search { tolerance: self.tolerance, max_iterations: self.max_iterations };
        search.check()?;
        if !(self.level > 0.0 && self.level < 1.0) {
            let must = "between 0 and 1, both excluded";
            return Err(LinearError::InvalidOption { name: "level", value: self.level, must });
        }
        check_dichotomous(design, y)?;
        let columns = Columns::new(design, self.intercept)?;
        let z = columns.whole();
        let model = Jeffreys { columns: &columns, z: &z, y };
        let highest = highest(&model, search)?;
        let (maximum, greatest) = (&highest.maximum, highest.greatest);
        let information = Bernoulli { columns: &columns, y }.at(&maximum.gamma).information;
        let covariance = information.try_inverse().ok_or(LinearError::NoMaximum {
            iterations: maximum.iterations,
            decrement: f64::NAN,
        })?;
        let law = ChiSquared::new(1.0).and_then(|law| law.isf(1.0 - self.level));
        let drop = 0.5 * law.map_err(|_| LinearError::Overflow)?;
        let mut tests = Vec::with_capacity(columns.len());
        for (j, without) in highest.without.iter().enumerate() {
            let c = columns.coefficient(j);
            let interval = profile_ends(&model, &maximum.gamma, greatest, &c, drop, search)?;
            tests.push((interval, 2.0 * (greatest - without).max(0.0)));
        }
        let null = model.null(search)?;
        Ok(FirthFit::new(&columns, &highest, &covariance, null, &tests, self.level))
    }
}
