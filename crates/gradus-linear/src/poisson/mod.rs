//! Poisson regression with its inference.

mod fit;
mod likelihood;

pub use fit::PoissonFit;

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::likelihood::{Columns, Search, Solution, maximise};
use crate::{Design, Intercept, LinearError};
pub(crate) use likelihood::Counts;

/// The largest count whose neighbours are still told apart.
const LARGEST: f64 = 9_007_199_254_740_992.0;

/// Poisson regression of counts by maximum likelihood: E y = μ = e^η, η = o + b + w·x,
/// max Σ vᵢ(yᵢηᵢ − e^ηᵢ − ln yᵢ!).
///
/// Where rows are observed for unlike times or populations tᵢ, the offset oᵢ = ln tᵢ
/// ([`log_exposure`]) makes it a model of rates, and e^w is a rate ratio. X is m×p, y has m counts.
/// Newton's method with step halving on centred and scaled columns. Where rows without counts can be
/// told from the others there may be no maximum: that is an error with a certificate.
///
/// ```
/// use gradus_linear::{Design, Poisson, log_exposure};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // 4 events in 20 person-years, 9 in 15: the rate ratio is (9/15)/(4/20) = 3.
/// let x = dmatrix![0.0; 1.0];
/// let years = log_exposure(&[20.0, 15.0])?;
/// let fit = Poisson::default().fit(&Design::new(&x)?.with_offset(&years)?, &[4.0, 9.0])?;
/// let exposed = &fit.coefficients()[1];
/// assert!((exposed.ratio() - 3.0).abs() < 1e-12);
/// assert!((exposed.standard_error - (1.0_f64 / 4.0 + 1.0 / 9.0).sqrt()).abs() < 1e-12);
/// # Ok(())
/// # }
/// ```
///
/// Source: P. McCullagh, J. Nelder, *Generalized Linear Models*, 2nd edition, 1989, chapter 6;
/// S. Correia, P. Guimarães, T. Zylkin, *Verifying the existence of maximum likelihood estimates for
/// generalized linear models*, 2019, for separation. R's `glm` reports estimates where there are none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Poisson {
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// Stop at a squared Newton decrement gᵀH⁻¹g of this; the step that it promises is still taken.
    pub tolerance: f64,
    /// Newton steps at most.
    pub max_iterations: usize,
}

impl Default for Poisson {
    /// An intercept, 10⁻¹⁴, 100 steps.
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, tolerance: 1e-14, max_iterations: 100 }
    }
}

impl Poisson {
    /// The estimates, for counts 0, 1, 2, ….
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::NotCount`]; [`LinearError::LengthMismatch`];
    /// [`LinearError::NotFinite`]; [`LinearError::NoCoefficient`]; [`LinearError::Collinear`];
    /// [`LinearError::MoreCoefficients`];
    /// [`LinearError::RatesUnbounded`]; [`LinearError::NoMaximum`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<PoissonFit, LinearError> {
        let search = Search { tolerance: self.tolerance, max_iterations: self.max_iterations };
        search.check()?;
        check_counts(design, y)?;
        let columns = Columns::new(design, self.intercept)?;
        let counts = Counts { columns: &columns, y };
        match maximise(&counts, self.start(&counts), search)? {
            Solution::Maximum(maximum) => Ok(PoissonFit::new(&counts, maximum)),
            Solution::Separated(separation) => {
                let d = separation.direction.as_slice();
                let (intercept, direction) = columns.split(d);
                let features = columns.moved(&[d]);
                Err(LinearError::RatesUnbounded { features, intercept, direction })
            }
        }
    }

    /// The constant that meets the sum of counts, and no effect.
    fn start(&self, counts: &Counts<'_>) -> DVector<f64> {
        let mut start = DVector::zeros(counts.columns.len());
        let constant = counts.null_constant();
        if self.intercept == Intercept::Fitted && constant.is_finite() {
            start[0] = constant;
        }
        start
    }
}

/// Fails unless the outcome is counts.
pub(crate) fn check_counts(design: &Design<'_>, y: &[f64]) -> Result<(), LinearError> {
    design.check_outcome(y)?;
    let count = |y: f64| (0.0..=LARGEST).contains(&y) && y.fract() == 0.0;
    match y.iter().position(|&y| !count(y)) {
        Some(row) => Err(LinearError::NotCount { row, value: y[row] }),
        None => Ok(()),
    }
}

/// ln t for exposures t, such as person-years: the offset of a model of rates.
///
/// # Errors
/// [`LinearError::Exposure`] at the first that is not above 0 and finite.
///
/// ```
/// assert_eq!(gradus_linear::log_exposure(&[1.0, 2.0])?, [0.0, 2.0_f64.ln()]);
/// assert!(gradus_linear::log_exposure(&[1.0, 0.0]).is_err());
/// # Ok::<(), gradus_linear::LinearError>(())
/// ```
pub fn log_exposure(exposure: &[f64]) -> Result<Vec<f64>, LinearError> {
    match exposure.iter().position(|t| !(t.is_finite() && *t > 0.0)) {
        Some(row) => Err(LinearError::Exposure { row, value: exposure[row] }),
        None => Ok(exposure.iter().map(|t| t.ln()).collect()),
    }
}
