//! Adam with decoupled weight decay.

use gradus_linalg::Scalar;

use crate::{Adam, AdamRule, Coupling, DecayOf, OptimError, Stepper, Transformed, WeightDecay};

/// AdamW: Adam, and beside it a decay of the parameters that Adam's scaling does not touch.
///
/// θ ← θ(1 − αλ), then Adam's step with the gradient taken before.
///
/// Biases are not decayed where the training loop says which ones they are, as `gradus-train`
/// does; `decay_of` changes that.
///
/// # Examples
///
/// ```
/// use gradus_optim::{AdamW, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let config = AdamW { lr: 0.1, weight_decay: 0.5, ..AdamW::default() };
/// let mut optimizer = config.build::<f64>()?;
/// let mut theta = [2.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[0.0])?;
/// assert!((theta[0] - 2.0 * (1.0 - 0.1 * 0.5)).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: I. Loshchilov and F. Hutter, *Decoupled weight decay regularization*, 2019. As
/// `torch.optim.AdamW` with its defaults, which decays biases too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdamW {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The memory of the averaged gradient, in [0, 1).
    pub beta1: f64,
    /// The memory of the averaged squared gradient, in [0, 1).
    pub beta2: f64,
    /// The term that bounds the step where gradients vanish, > 0.
    pub eps: f64,
    /// The rate of decay λ ≥ 0.
    pub weight_decay: f64,
    /// What decays.
    pub decay_of: DecayOf,
}

impl Default for AdamW {
    /// α = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, λ = 0.01, biases apart.
    fn default() -> Self {
        let Adam { lr, beta1, beta2, eps, .. } = Adam::default();
        Self { lr, beta1, beta2, eps, weight_decay: 0.01, decay_of: DecayOf::default() }
    }
}

impl AdamW {
    /// An optimiser for parameters of type `T`, with two arrays of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] as for [`Adam::build`], or when the decay is negative
    /// or not finite.
    pub fn build<T: Scalar>(
        self,
    ) -> Result<Transformed<WeightDecay, Stepper<T, AdamRule<T>, 2>>, OptimError> {
        let Self { lr, beta1, beta2, eps, weight_decay, decay_of } = self;
        let adam = Adam { lr, beta1, beta2, eps, ..Adam::default() }.build()?;
        WeightDecay { rate: weight_decay, coupling: Coupling::Decoupled, decay_of }.over(adam)
    }
}
