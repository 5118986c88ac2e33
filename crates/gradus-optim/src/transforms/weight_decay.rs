//! Weight decay.

use gradus_linalg::Scalar;
use serde::{Deserialize, Serialize};

use crate::checks::check;
use crate::{Change, Changes, DecayOf, OptimError, Transform, Transformed};

/// How weight decay reaches the parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Coupling {
    /// g ← g + λθ: the gradient of the penalty ½λ‖θ‖², which the optimiser then scales and averages
    /// with the rest. PyTorch's `weight_decay` of all but AdamW.
    #[default]
    Coupled,
    /// θ ← θ(1 − αλ) before the step, which does not see it. For gradient descent the same as
    /// coupled.
    Decoupled,
}

/// Weight decay, also called L2 regularisation where it is coupled.
///
/// The notes' cost J + λ/2m Σw² with m rows of training has the rate λ/m, for which there is
/// [`per_row`](Self::per_row): for gradient descent w ← w(1 − αλ/m) − αg. (One note's L1 update has
/// this factor by mistake.) Decay is part of the pass of the update; see [`DecayOf`] about biases.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Optimizer, Sgd, WeightDecay};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let decay = WeightDecay { rate: 0.1, ..WeightDecay::default() };
/// let mut optimizer = decay.over(Sgd { lr: 0.5 }.build::<f64>()?)?;
/// let mut theta = [2.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[1.0])?;
/// assert!((theta[0] - (2.0 * (1.0 - 0.5 * 0.1) - 0.5)).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: A. Krogh and J. Hertz, *A simple weight decay can improve generalization*, 1991.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct WeightDecay {
    /// The rate λ ≥ 0, the default.
    pub rate: f64,
    /// How it reaches the parameters.
    pub coupling: Coupling,
    /// What decays.
    pub decay_of: DecayOf,
}

impl WeightDecay {
    const NAME: &str = "weight-decay";

    /// The decay of the cost J + λ/2m Σw² over `rows` rows of training, coupled.
    ///
    /// ```
    /// use gradus_optim::WeightDecay;
    /// assert_eq!(WeightDecay::per_row(0.5, 1000).rate, 0.0005);
    /// ```
    pub fn per_row(lambda: f64, rows: usize) -> Self {
        Self { rate: lambda / rows as f64, ..Self::default() }
    }

    /// `inner`, with decaying parameters.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite.
    pub fn over<O>(self, inner: O) -> Result<Transformed<Self, O>, OptimError> {
        check_rate(Self::NAME, "rate", self.rate)?;
        Ok(Transformed::new(self, inner))
    }
}

impl<T: Scalar> Transform<T> for WeightDecay {
    fn name(&self) -> &'static str {
        match self.coupling {
            Coupling::Coupled => Self::NAME,
            Coupling::Decoupled => "decoupled-weight-decay",
        }
    }

    fn changes(&self, lr: f64, _: &[T], _: &[T], before: &Changes<'_>) -> [Option<Change>; 2] {
        if self.rate == 0.0 || spared(self.decay_of, before) {
            return [None, None];
        }
        let change = match self.coupling {
            Coupling::Coupled => Change::Penalty { l1: 0.0, l2: self.rate },
            Coupling::Decoupled => Change::Shrink(1.0 - lr * self.rate),
        };
        [Some(change), None]
    }
}

/// Whether a penalty leaves a parameter alone.
pub(crate) fn spared(decay_of: DecayOf, before: &Changes<'_>) -> bool {
    decay_of == DecayOf::Weights && before.exempt()
}

/// Checks the rate of a penalty.
pub(crate) fn check_rate(
    optimizer: &'static str,
    name: &'static str,
    rate: f64,
) -> Result<(), OptimError> {
    let expected = "it must be finite and not negative";
    check(optimizer, name, rate, expected, rate >= 0.0 && rate.is_finite())
}
