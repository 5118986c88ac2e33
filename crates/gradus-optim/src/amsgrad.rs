//! AMSGrad.

use gradus_linalg::Scalar;

use crate::adam::one_minus_power;
use crate::checks::{check_beta, check_eps};
use crate::{OptimError, Rule, Stepper, fused};

/// AMSGrad: Adam whose scale never shrinks, because it divides by the largest average so far.
///
/// V ← β₁V + (1−β₁)g, S ← β₂S + (1−β₂)g², M ← max(M, S) at step k = 1, 2, …,
/// θ ← θ − α V/(1−β₁ᵏ) / (√(M/(1−β₂ᵏ)) + ε)
///
/// # Examples
///
/// After a large gradient, small ones move the parameter less than Adam lets them:
///
/// ```
/// use gradus_optim::{Adam, AmsGrad, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut adam = Adam { beta2: 0.5, ..Adam::default() }.build::<f64>()?;
/// let mut ams = AmsGrad { beta2: 0.5, ..AmsGrad::default() }.build::<f64>()?;
/// let (mut a, mut b) = ([0.0], [0.0]);
/// for grad in [[10.0], [0.1], [0.1], [0.1]] {
///     adam.begin_step();
///     adam.update(0, &mut a, &grad)?;
///     ams.begin_step();
///     ams.update(0, &mut b, &grad)?;
/// }
/// assert!(b[0].abs() < a[0].abs());
/// # Ok(())
/// # }
/// ```
///
/// Source: S. Reddi, S. Kale and S. Kumar, *On the convergence of Adam and beyond*, 2018. As
/// `torch.optim.Adam(amsgrad=True)` with its defaults, which takes the maximum before the
/// correction of the bias; the paper has no correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AmsGrad {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The memory of the averaged gradient, in [0, 1).
    pub beta1: f64,
    /// The memory of the averaged squared gradient, in [0, 1).
    pub beta2: f64,
    /// The term that bounds the step where gradients vanish, > 0.
    pub eps: f64,
}

impl Default for AmsGrad {
    /// α = 0.001, β₁ = 0.9, β₂ = 0.999, ε = 1e-8.
    fn default() -> Self {
        Self { lr: 0.001, beta1: 0.9, beta2: 0.999, eps: 1e-8 }
    }
}

impl AmsGrad {
    const NAME: &str = "amsgrad";

    /// An optimiser for parameters of type `T`, with three arrays of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, a β
    /// outside [0, 1), or ε not positive and finite in `T`.
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, AmsGradRule<T>, 3>, OptimError> {
        check_beta::<T>(Self::NAME, "beta1", self.beta1)?;
        check_beta::<T>(Self::NAME, "beta2", self.beta2)?;
        check_eps::<T>(Self::NAME, self.eps)?;
        Stepper::new(AmsGradRule { config: self, rate: T::zero(), unbias: T::zero() }, self.lr)
    }
}

/// The arithmetic of [`AmsGrad`].
#[derive(Debug, Clone)]
pub struct AmsGradRule<T> {
    config: AmsGrad,
    /// α/(1−β₁ᵏ).
    rate: T,
    /// 1/√(1−β₂ᵏ).
    unbias: T,
}

impl<T: Scalar> Rule<T, 3> for AmsGradRule<T> {
    fn name(&self) -> &'static str {
        AmsGrad::NAME
    }

    fn prepare(&mut self, lr: f64, step: u64) {
        self.rate = Scalar::of(lr / one_minus_power(self.config.beta1, step));
        self.unbias = Scalar::of((1.0 / one_minus_power(self.config.beta2, step)).sqrt());
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 3]) {
        let AmsGrad { beta1, beta2, eps, .. } = self.config;
        let (rate, unbias, eps): (T, T, T) = (self.rate, self.unbias, Scalar::of(eps));
        let (keep1, take1): (T, T) = (Scalar::of(beta1), Scalar::of(1.0 - beta1));
        let (keep2, take2): (T, T) = (Scalar::of(beta2), Scalar::of(1.0 - beta2));
        fused::update_with(param, grad, state, move |p, g, [v, s, m]| {
            let v = fused::flush(keep1 * v + take1 * g);
            let s = fused::flush(keep2 * s + take2 * (g * g));
            // A NaN stays, as in the other averages.
            let m = if m >= s { m } else { s };
            (p - rate * v / (m.sqrt() * unbias + eps), [v, s, m])
        });
    }
}
