//! NAdam.

use gradus_linalg::Scalar;

use crate::adam::one_minus_power;
use crate::checks::{check, check_beta, check_eps};
use crate::{OptimError, Rule, Stepper, fused};

/// A product of momenta this small changes no bit of 1 − product; it is 0 from there on.
const NEGLIGIBLE: f64 = 1e-20;

/// NAdam: Adam with Nesterov's momentum, whose weight grows with the steps.
///
/// μₖ = β₁(1 − ½·0.96^(kψ)), Πₖ = μ₁⋯μₖ at step k = 1, 2, …; V ← β₁V + (1−β₁)g,
/// S ← β₂S + (1−β₂)g², d = √(S/(1−β₂ᵏ)) + ε,
/// θ ← θ − α((1−μₖ)/(1−Πₖ)·g + μₖ₊₁/(1−Πₖμₖ₊₁)·V)/d
///
/// # Examples
///
/// ```
/// use gradus_optim::{NAdam, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = NAdam { lr: 0.1, ..NAdam::default() }.build::<f64>()?;
/// let mut theta = [3.0];
/// for _ in 0..400 {
///     let grad = [2.0 * theta[0]];
///     optimizer.begin_step();
///     optimizer.update(0, &mut theta, &grad)?;
/// }
/// assert!(theta[0].abs() < 1e-3);
/// # Ok(())
/// # }
/// ```
///
/// Source: T. Dozat, *Incorporating Nesterov momentum into Adam*, 2016. As `torch.optim.NAdam` with
/// its defaults.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NAdam {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The memory of the averaged gradient, in [0, 1).
    pub beta1: f64,
    /// The memory of the averaged squared gradient, in [0, 1).
    pub beta2: f64,
    /// The term that bounds the step where gradients vanish, > 0.
    pub eps: f64,
    /// How fast the momentum grows, ψ ≥ 0.
    pub momentum_decay: f64,
}

impl Default for NAdam {
    /// α = 0.002, β₁ = 0.9, β₂ = 0.999, ε = 1e-8, ψ = 0.004.
    fn default() -> Self {
        Self { lr: 0.002, beta1: 0.9, beta2: 0.999, eps: 1e-8, momentum_decay: 0.004 }
    }
}

impl NAdam {
    const NAME: &str = "nadam";

    /// An optimiser for parameters of type `T`, with two arrays of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, a β
    /// outside [0, 1), ε not positive and finite in `T`, or ψ negative or not finite.
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, NAdamRule<T>, 2>, OptimError> {
        check_beta::<T>(Self::NAME, "beta1", self.beta1)?;
        check_beta::<T>(Self::NAME, "beta2", self.beta2)?;
        check_eps::<T>(Self::NAME, self.eps)?;
        let psi = self.momentum_decay;
        let expected = "it must be finite and not negative";
        check(Self::NAME, "momentum_decay", psi, expected, psi >= 0.0 && psi.is_finite())?;
        let zero = T::zero();
        let rule = NAdamRule {
            config: self,
            product: (0, 1.0),
            of_gradient: zero,
            of_average: zero,
            unbias: zero,
        };
        Stepper::new(rule, self.lr)
    }

    /// μₖ.
    fn momentum(&self, k: u64) -> f64 {
        self.beta1 * (1.0 - 0.5 * libm::pow(0.96, k as f64 * self.momentum_decay))
    }
}

/// The arithmetic of [`NAdam`].
#[derive(Debug, Clone)]
pub struct NAdamRule<T> {
    config: NAdam,
    /// A step k and Πₖ. It follows from k alone, so it need not be saved.
    product: (u64, f64),
    of_gradient: T,
    of_average: T,
    unbias: T,
}

impl<T: Scalar> NAdamRule<T> {
    /// Πₖ, by the same products in the same order whether the run was interrupted or not.
    fn product(&mut self, step: u64) -> f64 {
        let (mut k, mut product) = if self.product.0 <= step { self.product } else { (0, 1.0) };
        while k < step && product > 0.0 {
            k += 1;
            product *= self.config.momentum(k);
            if product < NEGLIGIBLE {
                product = 0.0;
            }
        }
        self.product = (step, product);
        product
    }
}

impl<T: Scalar> Rule<T, 2> for NAdamRule<T> {
    fn name(&self) -> &'static str {
        NAdam::NAME
    }

    fn prepare(&mut self, lr: f64, step: u64) {
        let product = self.product(step);
        let (now, next) =
            (self.config.momentum(step), self.config.momentum(step.saturating_add(1)));
        self.of_gradient = Scalar::of(lr * (1.0 - now) / (1.0 - product));
        self.of_average = Scalar::of(lr * next / (1.0 - product * next));
        self.unbias = Scalar::of((1.0 / one_minus_power(self.config.beta2, step)).sqrt());
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 2]) {
        let NAdam { beta1, beta2, eps, .. } = self.config;
        let (of_gradient, of_average) = (self.of_gradient, self.of_average);
        let (unbias, eps): (T, T) = (self.unbias, Scalar::of(eps));
        let (keep1, take1): (T, T) = (Scalar::of(beta1), Scalar::of(1.0 - beta1));
        let (keep2, take2): (T, T) = (Scalar::of(beta2), Scalar::of(1.0 - beta2));
        fused::update_with(param, grad, state, move |p, g, [v, s]| {
            let v = fused::flush(keep1 * v + take1 * g);
            let s = fused::flush(keep2 * s + take2 * (g * g));
            (p - (of_gradient * g + of_average * v) / (s.sqrt() * unbias + eps), [v, s])
        });
    }
}
