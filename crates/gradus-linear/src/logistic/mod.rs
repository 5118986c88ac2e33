//! Logistic regression without a penalty, with its inference.

mod fit;
mod newton;
mod outcome;
mod separation;

pub use fit::{LogisticCoefficient, LogisticFit};
pub use outcome::BinaryOutcome;
pub use separation::SeparationKind;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{Design, Intercept, LinearError, Weights};
use newton::{Problem, Solution};

/// Logistic regression by maximum likelihood: P(y = 1 | x) = σ(η), η = o + b + w·x,
/// max Σ vᵢ(yᵢηᵢ − log(1 + e^ηᵢ)).
///
/// Newton's method on centred and scaled columns, with step halving under Armijo's condition. Where
/// the classes are separated there is no maximum: that is an error with a certificate, never a table
/// of huge standard errors.
///
/// ```
/// use gradus_linear::{Design, Logistic};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // A 2×2 table: the odds ratio is ad/bc = (3·4)/(1·2).
/// let x = dmatrix![1.0; 1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0];
/// let y = [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// let fit = Logistic::default().fit(&Design::new(&x)?, &y)?;
/// let exposure = &fit.coefficients()[1];
/// assert!((exposure.odds_ratio() - 6.0).abs() < 1e-9);
/// let variance: f64 = 1.0 / 3.0 + 1.0 + 1.0 / 2.0 + 1.0 / 4.0;
/// assert!((exposure.standard_error - variance.sqrt()).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// Source: P. McCullagh, J. Nelder, *Generalized Linear Models*, 2nd edition, 1989; A. Albert,
/// J. Anderson, *On the existence of maximum likelihood estimates in logistic regression models*,
/// 1984, for separation. R's `glm` and statsmodels' `Logit` report estimates on separated data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// Stop at a squared Newton decrement gᵀH⁻¹g of this; the step that it promises is still taken.
    pub tolerance: f64,
    /// Newton steps at most.
    pub max_iterations: usize,
}

impl Default for Logistic {
    /// An intercept, 10⁻¹⁴, 100 steps.
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, tolerance: 1e-14, max_iterations: 100 }
    }
}

impl Logistic {
    /// The estimates, for an outcome of 0 and 1; labels become one by [`BinaryOutcome`].
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::NotDichotomous`]; [`LinearError::OneClass`];
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`]; [`LinearError::Separated`];
    /// [`LinearError::NoMaximum`].
    pub fn fit(&self, design: &Design<'_>, y: &[f64]) -> Result<LogisticFit, LinearError> {
        let (name, value) = ("tolerance", self.tolerance);
        if !(value > 0.0 && value < 1e-4) {
            let must = "above 0 and below 1e-4";
            return Err(LinearError::InvalidOption { name, value, must });
        }
        design.check_outcome(y)?;
        if let Some(row) = y.iter().position(|&y| y != 0.0 && y != 1.0) {
            return Err(LinearError::NotDichotomous { row, value: y[row] });
        }
        if design.features() == 0 && self.intercept == Intercept::None {
            return Err(LinearError::NoCoefficient);
        }
        let m = design.rows();
        let weights =
            design.weights().map_or_else(|| vec![1.0; m], |weights| weights.values().to_vec());
        let occurs = |class: f64| y.iter().zip(&weights).any(|(y, w)| *y == class && *w > 0.0);
        if !(occurs(0.0) && occurs(1.0)) {
            return Err(LinearError::OneClass);
        }
        let n = match design.weights() {
            None => m as f64,
            Some(Weights::Frequency(w)) => w.iter().sum(),
            Some(Weights::Precision(w)) => w.iter().filter(|w| **w > 0.0).count() as f64,
        };
        let scaled = Scaled::new(design, &weights, self.intercept)?;
        let offset = design.offset().map_or_else(|| vec![0.0; m], <[f64]>::to_vec);
        let problem = Problem { z: &scaled.z, y, weights: &weights, offset: &offset };
        let solution =
            problem.maximise(self, &|column| scaled.name(column)).and_then(
                |found| match found {
                    Solution::Maximum(maximum) => Ok(maximum),
                    Solution::Separated { kind, step } => {
                        Err(scaled.separated(kind, &step, design.names()))
                    }
                },
            )?;
        let null = self.null(&problem)?;
        Ok(LogisticFit::new(design, &scaled, &solution, null, n))
    }

    /// The log-likelihood without features.
    fn null(&self, problem: &Problem<'_>) -> Result<f64, LinearError> {
        let rows = problem.y.len();
        let ones = match self.intercept {
            Intercept::Fitted => DMatrix::from_element(rows, 1, 1.0),
            Intercept::None => DMatrix::zeros(rows, 0),
        };
        let constant = Problem { z: &ones, ..*problem };
        match constant.maximise(self, &|_| "the intercept".to_owned())? {
            Solution::Maximum(maximum) => Ok(maximum.log_likelihood),
            Solution::Separated { .. } => Err(LinearError::OneClass),
        }
    }
}

/// The columns that Newton's method sees: the constant first, the others centred and scaled.
#[derive(Debug)]
struct Scaled {
    z: DMatrix<f64>,
    intercept: Intercept,
    names: Vec<String>,
    /// θ = Tγ: from coefficients of the columns seen to those of the design's.
    back: DMatrix<f64>,
}

impl Scaled {
    fn new(
        design: &Design<'_>,
        weights: &[f64],
        intercept: Intercept,
    ) -> Result<Self, LinearError> {
        let (m, p) = (design.rows(), design.features());
        let first = usize::from(intercept == Intercept::Fitted);
        let total: f64 = weights.iter().sum();
        let mut z = DMatrix::from_element(m, first + p, 1.0);
        let mut back = DMatrix::identity(first + p, first + p);
        for (j, column) in design.x().column_iter().enumerate() {
            let values = column.as_slice();
            let mean = |f: &dyn Fn(f64) -> f64| {
                values.iter().zip(weights).map(|(x, w)| w * f(*x)).sum::<f64>() / total
            };
            let largest = values.iter().fold(0.0_f64, |a, x| a.max(x.abs()));
            let centre = if first == 1 { mean(&|x| x) } else { 0.0 };
            let scale = mean(&|x| ((x - centre) / largest.max(f64::MIN_POSITIVE)).powi(2)).sqrt();
            // What varies by rounding alone is constant.
            if scale.is_nan() || scale <= 1e-14 {
                return Err(LinearError::Collinear { feature: design.names()[j].clone() });
            }
            let scale = scale * largest;
            for (z, x) in z.column_mut(first + j).iter_mut().zip(values) {
                *z = (x - centre) / scale;
            }
            back[(first + j, first + j)] = 1.0 / scale;
            if first == 1 {
                back[(0, 1 + j)] = -centre / scale;
            }
        }
        Ok(Self { z, intercept, names: design.names().to_vec(), back })
    }

    fn first(&self) -> usize {
        usize::from(self.intercept == Intercept::Fitted)
    }

    fn name(&self, column: usize) -> String {
        match column.checked_sub(self.first()) {
            Some(feature) => self.names[feature].clone(),
            None => "the intercept".to_owned(),
        }
    }

    fn separated(
        &self,
        kind: SeparationKind,
        step: &nalgebra::DVector<f64>,
        names: &[String],
    ) -> LinearError {
        let largest = step.amax();
        let moved = |j: &usize| step[self.first() + j].abs() > 1e-8 * largest;
        let features = (0..names.len()).filter(moved).map(|j| names[j].clone()).collect();
        let direction = &self.back * step;
        let intercept = if self.first() == 1 { direction[0] } else { 0.0 };
        let direction = direction.as_slice()[self.first()..].to_vec();
        LinearError::Separated { kind, features, intercept, direction }
    }
}
