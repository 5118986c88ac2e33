//! Adam.

use gradus_linalg::Scalar;

use crate::checks::{check_beta, check_eps};
use crate::{OptimError, Rule, Stepper, fused};

/// Where ε stands in the denominator that scales a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EpsPosition {
    /// √S + ε: PyTorch's form, and that of Adam's paper.
    #[default]
    OutsideRoot,
    /// √(S + ε): the notes' form; its ε is comparable to the square of the other's.
    InsideRoot,
}

/// Whether the averages of [`Adam`], which start at 0, are made up for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BiasCorrection {
    /// V̂ = V/(1−β₁ᵏ), Ŝ = S/(1−β₂ᵏ).
    #[default]
    On,
    /// V̂ = V, Ŝ = S: the first steps are longer, by up to (1−β₁)/√(1−β₂).
    Off,
}

/// Adam: a step along the averaged gradient, scaled entry by entry by its averaged square.
///
/// V ← β₁V + (1−β₁)g, S ← β₂S + (1−β₂)g², V̂ = V/(1−β₁ᵏ), Ŝ = S/(1−β₂ᵏ) at step k = 1, 2, …,
/// θ ← θ − αV̂/(√Ŝ + ε), or θ − αV̂/√(Ŝ + ε) with [`EpsPosition::InsideRoot`].
///
/// The first step is −α sign(g), up to ε. The bias corrections are computed in `f64` whatever the
/// parameters' type. Averages that decay below the smallest normal number become 0.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Adam, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Adam { lr: 0.1, ..Adam::default() }.build::<f64>()?;
/// let mut theta = [0.0, 0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[1e3, -1e-3])?;
/// assert!((theta[0] + 0.1).abs() < 1e-5 && (theta[1] - 0.1).abs() < 1e-5);
/// # Ok(())
/// # }
/// ```
///
/// Source: D. P. Kingma and J. Ba, *Adam: a method for stochastic optimization*, 2015, algorithm 1.
/// As `torch.optim.Adam` with its defaults; its `weight_decay` is
/// [`WeightDecay`](crate::WeightDecay), its `amsgrad` [`AmsGrad`](crate::AmsGrad). ε = 0, which PyTorch allows, is
/// refused, because an entry whose gradient is 0 would become NaN.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adam {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The memory of the averaged gradient, in [0, 1).
    pub beta1: f64,
    /// The memory of the averaged squared gradient, in [0, 1).
    pub beta2: f64,
    /// The term that bounds the step where gradients vanish, > 0.
    pub eps: f64,
    /// Where ε stands.
    pub eps_position: EpsPosition,
    /// Whether the averages are corrected for their start at 0.
    pub bias_correction: BiasCorrection,
}

impl Default for Adam {
    /// α = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8 outside the root: the paper's and PyTorch's.
    fn default() -> Self {
        Self {
            lr: 0.001,
            beta1: 0.9,
            beta2: 0.999,
            eps: 1e-8,
            eps_position: EpsPosition::OutsideRoot,
            bias_correction: BiasCorrection::On,
        }
    }
}

impl Adam {
    const NAME: &str = "adam";

    /// An optimiser for parameters of type `T`, with two arrays of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, a β
    /// outside [0, 1), or ε not positive and finite in `T`.
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, AdamRule<T>, 2>, OptimError> {
        check_beta::<T>(Self::NAME, "beta1", self.beta1)?;
        check_beta::<T>(Self::NAME, "beta2", self.beta2)?;
        check_eps::<T>(Self::NAME, self.eps)?;
        Stepper::new(AdamRule { config: self, rate: T::zero(), unbias: T::zero() }, self.lr)
    }
}

/// The arithmetic of [`Adam`].
#[derive(Debug, Clone)]
pub struct AdamRule<T> {
    config: Adam,
    /// α/(1−β₁ᵏ).
    rate: T,
    /// What makes √S into √Ŝ, or with ε inside the root S into Ŝ.
    unbias: T,
}

impl<T: Scalar> Rule<T, 2> for AdamRule<T> {
    fn name(&self) -> &'static str {
        Adam::NAME
    }

    fn prepare(&mut self, lr: f64, step: u64) {
        let Adam { beta1, beta2, eps_position, bias_correction, .. } = self.config;
        let (first, second) = match bias_correction {
            BiasCorrection::On => {
                (1.0 / one_minus_power(beta1, step), 1.0 / one_minus_power(beta2, step))
            }
            BiasCorrection::Off => (1.0, 1.0),
        };
        self.rate = Scalar::of(lr * first);
        self.unbias = Scalar::of(match eps_position {
            EpsPosition::OutsideRoot => second.sqrt(),
            EpsPosition::InsideRoot => second,
        });
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 2]) {
        let Adam { beta1, beta2, eps, eps_position, .. } = self.config;
        let (rate, unbias, eps): (T, T, T) = (self.rate, self.unbias, Scalar::of(eps));
        let (keep1, take1): (T, T) = (Scalar::of(beta1), Scalar::of(1.0 - beta1));
        let (keep2, take2): (T, T) = (Scalar::of(beta2), Scalar::of(1.0 - beta2));
        let moments = move |g: T, v: T, s: T| {
            (fused::flush(keep1 * v + take1 * g), fused::flush(keep2 * s + take2 * (g * g)))
        };
        match eps_position {
            EpsPosition::OutsideRoot => {
                fused::update_with(param, grad, state, move |p, g, [v, s]| {
                    let (v, s) = moments(g, v, s);
                    (p - rate * v / (s.sqrt() * unbias + eps), [v, s])
                });
            }
            EpsPosition::InsideRoot => {
                fused::update_with(param, grad, state, move |p, g, [v, s]| {
                    let (v, s) = moments(g, v, s);
                    (p - rate * v / (s * unbias + eps).sqrt(), [v, s])
                });
            }
        }
    }
}

/// 1 − βᵏ, without the cancellation that would spoil the first steps when β is close to 1.
pub(crate) fn one_minus_power(beta: f64, k: u64) -> f64 {
    -libm::expm1(k as f64 * libm::log(beta))
}
