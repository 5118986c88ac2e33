//! Regression by maximum likelihood with many features.

mod fit;
mod objective;

pub use fit::{ManyFeaturesFit, ManyFeaturesSolver, NoStandardErrors};

use gradus_optim::minimise::{Lbfgs, Minimiser, NewtonCg, Outcome, Stopping};
use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use crate::likelihood::{Columns, Maximum, Point, Search, Sloped, Solution, maximise};
use crate::logistic::{Bernoulli, check_dichotomous};
use crate::multinomial::{Categorical, class_weights};
use crate::poisson::{Counts, check_counts};
use crate::{Design, Intercept, LinearError, Scaling};
use objective::{Ridged, solve};

/// Coefficients up to which the information is formed and factored.
const FEW: usize = 500;
/// The residual of the Newton step that shows that there is a maximum.
const SHARE: f64 = 1e-6;

/// Which way to the estimates is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ManyFeaturesMethod {
    /// Newton's method with Cholesky factors for up to 500 coefficients without a penalty, which gives
    /// standard errors too; otherwise Newton's method by conjugate gradients.
    #[default]
    Automatic,
    /// Newton's method by conjugate gradients.
    NewtonCg,
    /// L-BFGS.
    Lbfgs,
}

/// Logistic, Poisson and multinomial regression with many features, by methods that never form the
/// information matrix, with a ridge penalty if asked for:
///
/// min −ℓ/n + ½λ‖w‖²
///
/// over b and w, for the log-likelihood ℓ of [`Logistic`](crate::Logistic),
/// [`Poisson`](crate::Poisson) or [`Multinomial`](crate::Multinomial) and the sum n of the weights. X is
/// m×p. Each step reads X a few times and keeps some vectors of p numbers, where those models take m·p²
/// multiplications and p² numbers; estimates are the same, to the tolerance. Standard errors
/// need the information: [`ManyFeaturesFit::standard_errors`] says why there are none.
///
/// ```
/// use gradus_linear::{Design, ManyFeatures, ManyFeaturesMethod, NoStandardErrors};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // A 2×2 table: the odds ratio is ad/bc = (3·4)/(1·2).
/// let x = dmatrix![1.0; 1.0; 1.0; 1.0; 0.0; 0.0; 0.0; 0.0; 0.0; 0.0];
/// let y = [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0];
/// let model = ManyFeatures { method: ManyFeaturesMethod::NewtonCg, ..ManyFeatures::default() };
/// let fit = model.logistic(&Design::new(&x)?, &y)?;
/// assert!((fit.coefficients[0][0].exp() - 6.0).abs() < 1e-6);
/// assert_eq!(fit.standard_errors(), Err(NoStandardErrors::InformationNotFormed));
/// # Ok(())
/// # }
/// ```
///
/// Source: C.-J. Lin, R. Weng, S. Keerthi, *Trust region Newton method for large-scale logistic
/// regression*, 2008. scikit-learn's solvers `newton-cg` and `lbfgs` minimise the same for
/// C = 1/(λm), on features as they are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ManyFeatures {
    /// Whether there is a constant, which is not penalised.
    pub intercept: Intercept,
    /// λ ≥ 0. The coefficients of classes cost what those of the symmetric form do, which sum to 0.
    pub lambda: f64,
    /// Whether features are brought to one scale before they are penalised.
    pub scaling: Scaling,
    /// Which way is taken.
    pub method: ManyFeaturesMethod,
    /// Stop when the norm of the objective's gradient, for features of one scale, is this.
    pub tolerance: f64,
    /// Steps at most.
    pub max_iterations: usize,
}

impl Default for ManyFeatures {
    /// An intercept, no penalty, 10⁻⁸, 1,000 steps.
    fn default() -> Self {
        Self {
            intercept: Intercept::Fitted,
            lambda: 0.0,
            scaling: Scaling::Standardize,
            method: ManyFeaturesMethod::Automatic,
            tolerance: 1e-8,
            max_iterations: 1_000,
        }
    }
}

impl ManyFeatures {
    /// The estimates for an outcome of 0 and 1.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::NotDichotomous`]; [`LinearError::OneClass`];
    /// [`LinearError::NoCoefficient`]; [`LinearError::Collinear`] for a constant feature, and for any that
    /// depends on others where the information is formed; [`LinearError::NothingHolds`] where features
    /// separate the outcomes and nothing is penalised; [`LinearError::NoMinimum`].
    pub fn logistic(&self, design: &Design<'_>, y: &[f64]) -> Result<ManyFeaturesFit, LinearError> {
        self.check()?;
        check_dichotomous(design, y)?;
        let columns = Columns::new(design, self.intercept)?;
        self.fit(&Bernoulli { columns: &columns, y }, None, |means| means)
    }

    /// The estimates for counts.
    ///
    /// # Errors
    /// As [`logistic`](Self::logistic), with [`LinearError::NotCount`] for the outcome.
    pub fn poisson(&self, design: &Design<'_>, y: &[f64]) -> Result<ManyFeaturesFit, LinearError> {
        self.check()?;
        check_counts(design, y)?;
        let columns = Columns::new(design, self.intercept)?;
        self.fit(&Counts { columns: &columns, y }, None, |means| means)
    }

    /// The estimates of classes 1, 2, … against class 0.
    ///
    /// # Errors
    /// As [`logistic`](Self::logistic), with [`LinearError::LengthMismatch`],
    /// [`LinearError::OffsetCancels`] and [`LinearError::EmptyClass`] for the classes.
    pub fn multinomial(
        &self,
        design: &Design<'_>,
        classes: &[usize],
    ) -> Result<ManyFeaturesFit, LinearError> {
        self.check()?;
        let count = class_weights(design, classes)?.len();
        let columns = Columns::new(design, self.intercept)?;
        let others: Vec<usize> = (1..count).collect();
        let model = Categorical { columns: &columns, classes, others: &others };
        self.fit(&model, Some(count), |mut means: Vec<f64>| {
            means.chunks_exact_mut(count).for_each(|row| row.rotate_right(1));
            means
        })
    }

    fn check(&self) -> Result<(), LinearError> {
        let refuse = |name, value, must| Err(LinearError::InvalidOption { name, value, must });
        if !(self.lambda.is_finite() && self.lambda >= 0.0) {
            return refuse("lambda", self.lambda, "finite and 0 or more");
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1e-2) {
            return refuse("tolerance", self.tolerance, "above 0 and below 1e-2");
        }
        Ok(())
    }

    fn fit<L: Sloped>(
        &self,
        likelihood: &L,
        classes: Option<usize>,
        in_order: impl Fn(L::Means) -> Vec<f64>,
    ) -> Result<ManyFeaturesFit, LinearError> {
        let columns = likelihood.columns();
        let coefficients = columns.len() * classes.map_or(1, |classes| classes - 1);
        let start = vec![0.0; coefficients];
        let few = self.method == ManyFeaturesMethod::Automatic && coefficients <= FEW;
        if few && self.lambda == 0.0 {
            let search = Search { tolerance: 1e-14, max_iterations: self.max_iterations };
            return match maximise(likelihood, DVector::from_vec(start), search)? {
                Solution::Maximum(Maximum {
                    gamma,
                    covariance,
                    log_likelihood,
                    iterations,
                    means,
                }) => {
                    let solver = ManyFeaturesSolver::Cholesky;
                    let fit = ManyFeaturesFit::new(columns, gamma.as_slice(), &in_order(means));
                    let covariance = columns.restore_covariance(&covariance);
                    let fit = fit.found_by(solver, iterations, log_likelihood);
                    Ok(fit.with_covariance(&covariance))
                }
                Solution::Separated(_) => Err(LinearError::NothingHolds { lambda: 0.0 }),
            };
        }
        let total = columns.weights.iter().sum();
        let penalty = columns.penalty(self.lambda, self.scaling);
        let shared = classes.map_or(0.0, |classes| 1.0 / classes as f64);
        let mut objective = Ridged { likelihood, total, penalty: &penalty, shared, latest: None };
        let outcome = self.minimise(&mut objective, &start)?;
        let slope = match objective.latest.take().filter(|(at, _)| *at == outcome.x) {
            Some((_, slope)) => slope,
            None => likelihood.slope(&outcome.x),
        };
        if self.lambda == 0.0 {
            // At a minimum a Newton step moves no mean out of its range; along a direction that
            // separates it does.
            let step = solve(&slope.gradient, SHARE, &mut |v| likelihood.curve(&slope.means, v));
            let gradient = DVector::from_vec(slope.gradient);
            let means = slope.means;
            let point = Point {
                means,
                log_likelihood: slope.log_likelihood,
                gradient,
                information: DMatrix::zeros(0, 0),
            };
            if !likelihood.stays_inside(&point, &DVector::from_vec(step)) {
                return Err(LinearError::NothingHolds { lambda: 0.0 });
            }
            return Ok(self.found(columns, &outcome, point.log_likelihood, &in_order(point.means)));
        }
        Ok(self.found(columns, &outcome, slope.log_likelihood, &in_order(slope.means)))
    }

    fn found(
        &self,
        columns: &Columns<'_>,
        outcome: &Outcome,
        log_likelihood: f64,
        means: &[f64],
    ) -> ManyFeaturesFit {
        let solver = match self.method {
            ManyFeaturesMethod::Lbfgs => ManyFeaturesSolver::Lbfgs,
            _ => ManyFeaturesSolver::NewtonCg,
        };
        let fit = ManyFeaturesFit::new(columns, &outcome.x, means);
        fit.found_by(solver, outcome.iterations, log_likelihood)
    }

    fn minimise<L: Sloped>(
        &self,
        objective: &mut Ridged<'_, L>,
        start: &[f64],
    ) -> Result<Outcome, LinearError> {
        let stopping = Stopping {
            gradient_tolerance: self.tolerance,
            max_iterations: self.max_iterations,
            ..Stopping::default()
        };
        let outcome = match self.method {
            ManyFeaturesMethod::Lbfgs => {
                Lbfgs { stopping, ..Lbfgs::default() }.minimise(objective, start)
            }
            _ => NewtonCg { stopping, ..NewtonCg::default() }.minimise(objective, start),
        };
        match outcome {
            Ok(outcome) if outcome.gradient_norm <= self.tolerance => Ok(outcome),
            Ok(outcome) => Err(LinearError::NoMinimum {
                iterations: outcome.iterations,
                gradient: outcome.gradient_norm,
                why: outcome.reason.to_string(),
            }),
            // The settings are checked, and the start is 0: what is left are values without bound.
            Err(_) => Err(LinearError::Overflow),
        }
    }
}
