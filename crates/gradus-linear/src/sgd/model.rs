//! What is learned from a stream, and at which rate.

use serde::{Deserialize, Serialize};

use super::learner::SgdLearner;
use crate::{Intercept, LinearError, Penalty};

/// What a row costs whose linear predictor is η.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SgdLoss {
    /// ½(y − η)²: linear regression.
    Squared,
    /// log(1 + e^(−yη)), y = ±1: logistic regression, of several classes each against the rest.
    Logistic,
    /// −log softmax(η)\[y\]: multinomial regression, a predictor for each class.
    Multinomial,
    /// max(0, 1 − yη), y = ±1: a support vector machine, of several classes each against the rest.
    Hinge,
    /// max(0, 1 − yη)²: the same with the squared hinge.
    SquaredHinge,
}

/// The learning rate ηₜ of row t = 1, 2, …, counted over the whole stream.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum SgdRate {
    /// η₀: the model forgets, and so follows a target that drifts.
    Constant {
        /// η₀ > 0.
        eta0: f64,
    },
    /// 1/(λ(t₀ + t − 1)) with t₀ = λ^(−3/4), L. Bottou's choice, which needs λ > 0; scikit-learn's
    /// `optimal`.
    Optimal,
    /// η₀/t^power; scikit-learn's `invscaling`.
    InverseScaling {
        /// η₀ > 0.
        eta0: f64,
        /// From 0.
        power: f64,
    },
}

impl SgdRate {
    /// ηₜ, for t from 1.
    pub(super) fn at(self, t: f64, lambda: f64) -> f64 {
        match self {
            Self::Constant { eta0 } => eta0,
            Self::Optimal => {
                // The weight that is typical of the best model, and the first step that reaches it.
                let typical = (1.0 / lambda.sqrt()).sqrt();
                1.0 / (lambda * (1.0 / (typical * lambda) + t - 1.0))
            }
            Self::InverseScaling { eta0, power } => eta0 / t.powf(power),
        }
    }
}

/// A linear model that learns from rows as they come, one step for each:
/// w ← (1 − ηₜλ(1−ρ))w − ηₜvₜ∇loss(η(xₜ)), b likewise without the penalty; the L1 part is made up for
/// after each row by truncation, with all that a coefficient has been spared so far.
///
/// [`start`](Self::start) or [`start_classes`](Self::start_classes) gives a [`SgdLearner`], which is fed
/// by `partial_fit`. How the stream is cut into batches changes no bit, nor does writing the learner
/// away and reading it back in between.
///
/// ```
/// use gradus_linear::{Design, Sgd, SgdLoss, SgdRate};
/// use nalgebra::DMatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let rate = SgdRate::Constant { eta0: 0.1 };
/// let mut learner = Sgd { rate, ..Sgd::new(SgdLoss::Squared) }.start(1)?;
/// let x = DMatrix::from_fn(200, 1, |i, _| (i % 5) as f64 - 2.0);
/// // The target turns round halfway; the learner follows.
/// for slope in [3.0, -3.0] {
///     let y: Vec<f64> = x.iter().map(|x| 1.0 + slope * x).collect();
///     learner.partial_fit(&Design::new(&x)?, &y)?;
///     assert!((learner.coefficients()[0][0] - slope).abs() < 0.01);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Source: L. Bottou, *Stochastic Gradient Descent Tricks*, 2012; Y. Tsuruoka, J. Tsujii,
/// S. Ananiadou, *Stochastic gradient descent training for L1-regularized log-linear models with
/// cumulative penalty*, 2009.
///
/// The steps are those of scikit-learn's `SGDRegressor` and `SGDClassifier` with `shuffle=False`
/// (`alpha` is λ, `l1_ratio` ρ; its squared error is ½(y − η)² as well). It differs in that the L1
/// penalty remembers across calls of `partial_fit`, so that batches do not matter, and in the
/// multinomial loss, which scikit-learn has not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sgd {
    /// What a row costs.
    pub loss: SgdLoss,
    /// λ, ρ and the factor of each feature.
    pub penalty: Penalty,
    /// Whether there is a constant term, which is not penalised.
    pub intercept: Intercept,
    /// The learning rate.
    pub rate: SgdRate,
    /// From which row on, counted from 1, the model told is the mean of those after each row.
    pub average_from: Option<u64>,
}

impl Sgd {
    /// λ = 1e-4 of ridge and no average, as in scikit-learn; of numbers the rate 0.01/t^¼, of classes
    /// the optimal one.
    pub fn new(loss: SgdLoss) -> Self {
        let rate = match loss {
            SgdLoss::Squared => SgdRate::InverseScaling { eta0: 0.01, power: 0.25 },
            _ => SgdRate::Optimal,
        };
        Self {
            loss,
            penalty: Penalty::ridge(1e-4),
            intercept: Intercept::Fitted,
            rate,
            average_from: None,
        }
    }

    /// A learner of a number, all of whose coefficients are 0.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`], [`LinearError::LengthMismatch`] for options out of range;
    /// [`LinearError::OutcomeKind`] for a loss of classes.
    pub fn start(self, features: usize) -> Result<SgdLearner, LinearError> {
        if self.loss != SgdLoss::Squared {
            return Err(LinearError::OutcomeKind { needed: "classes", given: "a number" });
        }
        self.check(features)?;
        Ok(SgdLearner::new(self, features, 0, 1))
    }

    /// A learner of the classes 0, 1, …, `classes` − 1, which need not occur in any one batch.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`], [`LinearError::LengthMismatch`] for options out of range;
    /// [`LinearError::OneClass`] below two classes; [`LinearError::OutcomeKind`] for the squared loss.
    pub fn start_classes(self, features: usize, classes: usize) -> Result<SgdLearner, LinearError> {
        if self.loss == SgdLoss::Squared {
            return Err(LinearError::OutcomeKind { needed: "a number", given: "classes" });
        }
        if classes < 2 {
            return Err(LinearError::OneClass);
        }
        self.check(features)?;
        let one = classes == 2 && self.loss != SgdLoss::Multinomial;
        Ok(SgdLearner::new(self, features, classes, if one { 1 } else { classes }))
    }

    fn check(&self, features: usize) -> Result<(), LinearError> {
        let refuse = |name, value, must| Err(LinearError::InvalidOption { name, value, must });
        self.penalty.check(features)?;
        let positive = |value: f64| value.is_finite() && value > 0.0;
        match self.rate {
            SgdRate::Constant { eta0 } | SgdRate::InverseScaling { eta0, .. }
                if !positive(eta0) =>
            {
                refuse("eta0", eta0, "finite and above 0")
            }
            SgdRate::InverseScaling { power, .. } if !(power.is_finite() && power >= 0.0) => {
                refuse("power", power, "finite and not negative")
            }
            SgdRate::Optimal if self.penalty.lambda <= 0.0 => {
                refuse("lambda", self.penalty.lambda, "above 0 for the optimal rate")
            }
            _ if self.average_from == Some(0) => refuse("average_from", 0.0, "at least 1"),
            _ => Ok(()),
        }
    }
}
