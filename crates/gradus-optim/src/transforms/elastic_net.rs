//! The elastic net.

use gradus_linalg::Scalar;

use super::l1::penalty;
use super::weight_decay::{check_rate, spared};
use crate::{Change, Changes, DecayOf, L1Step, OptimError, Transform, Transformed};

/// The penalty λ₁‖θ‖₁ + ½λ₂‖θ‖².
///
/// The L2 part goes by its gradient λ₂θ, the L1 part as [`L1`](crate::L1) does. Over m rows of
/// training the notes' λ become λ/m: give that.
///
/// # Examples
///
/// ```
/// use gradus_optim::{ElasticNet, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let net = ElasticNet { l1: 0.5, l2: 0.25, ..ElasticNet::default() };
/// let mut optimizer = net.over(Sgd { lr: 1.0 }.build::<f64>()?)?;
/// let mut theta = [2.0, -2.0, 0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[0.0; 3])?;
/// assert_eq!(theta, [1.0, -1.0, 0.0]);
/// # Ok(())
/// # }
/// ```
///
/// Source: H. Zou and T. Hastie, *Regularization and variable selection via the elastic net*, 2005.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ElasticNet {
    /// The rate of the absolute values, λ₁ ≥ 0.
    pub l1: f64,
    /// The rate of the squares, λ₂ ≥ 0.
    pub l2: f64,
    /// How the L1 part is descended.
    pub step: L1Step,
    /// What is penalised.
    pub decay_of: DecayOf,
}

impl ElasticNet {
    const NAME: &str = "elastic-net";

    /// `inner`, with the penalty.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when a rate is negative or not finite.
    pub fn over<O>(self, inner: O) -> Result<Transformed<Self, O>, OptimError> {
        check_rate(Self::NAME, "l1", self.l1)?;
        check_rate(Self::NAME, "l2", self.l2)?;
        Ok(Transformed::new(self, inner))
    }
}

impl<T: Scalar> Transform<T> for ElasticNet {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn changes(&self, lr: f64, _: &[T], _: &[T], before: &Changes<'_>) -> [Option<Change>; 2] {
        if spared(self.decay_of, before) {
            return [None, None];
        }
        penalty(lr, self.l1, self.l2, self.step)
    }
}
