//! Nesterov's accelerated gradient.

use gradus_linalg::Scalar;

use crate::checks::check_beta;
use crate::{OptimError, Rule, Stepper, fused};

/// Which of the two recurrences is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NesterovForm {
    /// v ← γv + g, θ ← θ − α(g + γv): the gradient is taken at θ, as in
    /// `torch.optim.SGD(nesterov=True)`. At a constant rate this θ is the look-ahead form's θ − γv.
    #[default]
    Rewritten,
    /// v ← γv + αg, θ ← θ − v with g taken at θ − γv, where
    /// [`Optimizer::look_ahead`](crate::Optimizer::look_ahead) moves the parameters.
    LookAhead,
}

/// Nesterov's momentum: the gradient of where the velocity is about to lead.
///
/// A velocity that decays below the smallest normal number becomes 0. With γ = 0 both forms are
/// [`Sgd`](crate::Sgd).
///
/// # Examples
///
/// The look-ahead form needs one call more; the parameters are the true θ after each `update`:
///
/// ```
/// use gradus_optim::{Nesterov, NesterovForm, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let config = Nesterov { lr: 0.1, momentum: 0.5, form: NesterovForm::LookAhead };
/// let mut optimizer = config.build::<f64>()?;
/// let mut theta = [1.0];
/// for expected in [0.8, 0.56] {
///     optimizer.look_ahead(0, &mut theta)?;
///     let grad = [2.0 * theta[0]]; // f = θ²; the second time at 0.8 − 0.5·0.2
///     optimizer.begin_step();
///     optimizer.update(0, &mut theta, &grad)?;
///     assert!((theta[0] - expected).abs() < 1e-15);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Source: Y. Nesterov, *A method for solving the convex programming problem with convergence rate
/// O(1/k²)*, 1983; I. Sutskever et al., *On the importance of initialization and momentum in deep
/// learning*, 2013. PyTorch has the rewritten form, with α = 0.001 by default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nesterov {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The share of the velocity that is kept, γ (μ elsewhere), in [0, 1).
    pub momentum: f64,
    /// The recurrence.
    pub form: NesterovForm,
}

impl Default for Nesterov {
    /// α = 0.01, γ = 0.9, [`NesterovForm::Rewritten`].
    fn default() -> Self {
        Self { lr: 0.01, momentum: 0.9, form: NesterovForm::default() }
    }
}

impl Nesterov {
    /// An optimiser for parameters of type `T`, with one array of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, or γ
    /// outside [0, 1).
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, NesterovRule<T>, 1>, OptimError> {
        let name = match self.form {
            NesterovForm::Rewritten => "nesterov",
            NesterovForm::LookAhead => "nesterov-look-ahead",
        };
        check_beta::<T>(name, "momentum", self.momentum)?;
        Stepper::new(NesterovRule { config: self, name, lr: T::zero() }, self.lr)
    }
}

/// The arithmetic of [`Nesterov`].
#[derive(Debug, Clone)]
pub struct NesterovRule<T> {
    config: Nesterov,
    name: &'static str,
    lr: T,
}

impl<T: Scalar> Rule<T, 1> for NesterovRule<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 1]) {
        let (gamma, lr): (T, T) = (Scalar::of(self.config.momentum), self.lr);
        match self.config.form {
            NesterovForm::Rewritten => fused::update_with(param, grad, state, move |p, g, [v]| {
                let v = fused::flush(gamma * v + g);
                (p - lr * (g + gamma * v), [v])
            }),
            NesterovForm::LookAhead => fused::update_with(param, grad, state, move |p, g, [v]| {
                let v = fused::flush(gamma * v + lr * g);
                (p - v, [v])
            }),
        }
    }

    fn look_ahead(&self) -> Option<f64> {
        match self.config.form {
            NesterovForm::Rewritten => None,
            NesterovForm::LookAhead => Some(self.config.momentum),
        }
    }
}
