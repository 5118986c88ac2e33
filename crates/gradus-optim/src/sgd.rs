//! Gradient descent.

use gradus_linalg::Scalar;

use crate::{OptimError, Rule, Stepper, fused};

/// Gradient descent, stochastic when the gradient is that of a mini-batch.
///
/// θ ← θ − αg
///
/// # Examples
///
/// The run of f(x) = x² from 3 with α = 0.1:
///
/// ```
/// use gradus_optim::{Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = Sgd { lr: 0.1 }.build::<f64>()?;
/// let mut x = [3.0];
/// for expected in [2.4, 1.92] {
///     let grad = [2.0 * x[0]];
///     optimizer.begin_step();
///     optimizer.update(0, &mut x, &grad)?;
///     assert!((x[0] - expected).abs() < 1e-15);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Source: H. Robbins and S. Monro, *A stochastic approximation method*, 1951. PyTorch's `SGD`
/// also holds momentum; here that is [`Momentum`](crate::Momentum).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sgd {
    /// The learning rate α ≥ 0.
    pub lr: f64,
}

impl Default for Sgd {
    /// α = 0.1, ten times that of momentum, whose steps add up. It suits inputs of the order of 1.
    fn default() -> Self {
        Self { lr: 0.1 }
    }
}

impl Sgd {
    /// An optimiser for parameters of type `T`.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative, or not finite in `T`.
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, SgdRule<T>, 0>, OptimError> {
        Stepper::new(SgdRule { lr: T::zero() }, self.lr)
    }
}

/// The arithmetic of [`Sgd`].
#[derive(Debug, Clone)]
pub struct SgdRule<T> {
    lr: T,
}

impl<T: Scalar> Rule<T, 0> for SgdRule<T> {
    fn name(&self) -> &'static str {
        "sgd"
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], _state: [&mut [T]; 0]) {
        let lr = self.lr;
        fused::update(param, grad, move |p, g| p - lr * g);
    }
}
