//! Adagrad.

use gradus_linalg::Scalar;

use crate::checks::check_eps;
use crate::{EpsPosition, OptimError, Rule, Stepper, fused};

/// Adagrad: each entry's rate falls with the squares of all its gradients so far.
///
/// S ← S + g², θ ← θ − αg/(√S + ε), or θ − αg/√(S + ε) with [`EpsPosition::InsideRoot`].
///
/// # Examples
///
/// The k-th step under a constant gradient is α/√k:
///
/// ```
/// use gradus_optim::{Adagrad, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Adagrad { lr: 1.0, ..Adagrad::default() }.build::<f64>()?;
/// let mut theta = [0.0];
/// for _ in 0..4 {
///     optimizer.begin_step();
///     optimizer.update(0, &mut theta, &[-5.0])?;
/// }
/// let expected = 1.0 + 0.5_f64.sqrt() + (1.0_f64 / 3.0).sqrt() + 0.5;
/// assert!((theta[0] - expected).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// Source: J. Duchi, E. Hazan and Y. Singer, *Adaptive subgradient methods for online learning and
/// stochastic optimization*, 2011. As `torch.optim.Adagrad`, but for the default rate; its `lr_decay` is the
/// schedule [`InverseTime`](crate::schedules::InverseTime).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adagrad {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The term that bounds the first steps, > 0.
    pub eps: f64,
    /// Where ε stands.
    pub eps_position: EpsPosition,
}

impl Default for Adagrad {
    /// α = 0.05, ε = 1e-10 outside the root. PyTorch has α = 0.01, which is slow: steps only shrink.
    fn default() -> Self {
        Self { lr: 0.05, eps: 1e-10, eps_position: EpsPosition::OutsideRoot }
    }
}

impl Adagrad {
    const NAME: &str = "adagrad";

    /// An optimiser for parameters of type `T`, with one array of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, or ε
    /// not positive and finite in `T`.
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, AdagradRule<T>, 1>, OptimError> {
        check_eps::<T>(Self::NAME, self.eps)?;
        Stepper::new(AdagradRule { config: self, lr: T::zero() }, self.lr)
    }
}

/// The arithmetic of [`Adagrad`].
#[derive(Debug, Clone)]
pub struct AdagradRule<T> {
    config: Adagrad,
    lr: T,
}

impl<T: Scalar> Rule<T, 1> for AdagradRule<T> {
    fn name(&self) -> &'static str {
        Adagrad::NAME
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 1]) {
        let (lr, eps): (T, T) = (self.lr, Scalar::of(self.config.eps));
        match self.config.eps_position {
            EpsPosition::OutsideRoot => {
                fused::update_with(param, grad, state, move |p, g, [s]| {
                    let s = s + g * g;
                    (p - lr * g / (s.sqrt() + eps), [s])
                });
            }
            EpsPosition::InsideRoot => {
                fused::update_with(param, grad, state, move |p, g, [s]| {
                    let s = s + g * g;
                    (p - lr * g / (s + eps).sqrt(), [s])
                });
            }
        }
    }
}
