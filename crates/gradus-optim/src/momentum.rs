//! Gradient descent with momentum.

use gradus_linalg::Scalar;

use crate::checks::{check, check_beta};
use crate::{OptimError, Rule, Stepper, fused};

/// Which of the recurrences called "momentum" is meant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum MomentumForm {
    /// v ← βv + αg, θ ← θ − v: the velocity already holds the learning rate, so a change of α
    /// acts only as fast as old velocity decays (Polyak's heavy ball).
    #[default]
    Notes,
    /// v ← βv + (1−β)g, θ ← θ − αv: v is a moving average of gradients, without bias correction.
    Averaged,
    /// v ← βv + g, θ ← θ − αv: `torch.optim.SGD(momentum=β)`. The same as
    /// [`Notes`](Self::Notes) as long as α does not change.
    PyTorch,
    /// v ← βv + (1−d)g, θ ← θ − αv with the dampening d, except that the first step takes the whole
    /// gradient: `torch.optim.SGD(momentum=β, dampening=d)`. The first step is that of the optimiser,
    /// also for a parameter that comes later.
    Dampened {
        /// d, in [0, 1].
        dampening: f64,
    },
}

/// Gradient descent with momentum, in one of several [forms](MomentumForm).
///
/// With β = 0 every form is [`Sgd`](crate::Sgd). A velocity that decays below the smallest normal
/// number becomes 0.
///
/// # Examples
///
/// The three forms after two steps with g = 1, α = 0.1, β = 0.5:
///
/// ```
/// use gradus_optim::{Momentum, MomentumForm, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let cases = [
///     (MomentumForm::Notes, -0.25),
///     (MomentumForm::Averaged, -0.125),
///     (MomentumForm::PyTorch, -0.25),
/// ];
/// for (form, expected) in cases {
///     let mut optimizer = Momentum { lr: 0.1, beta: 0.5, form }.build::<f64>()?;
///     let mut theta = [0.0];
///     for _ in 0..2 {
///         optimizer.begin_step();
///         optimizer.update(0, &mut theta, &[1.0])?;
///     }
///     assert!((theta[0] - expected).abs() < 1e-15);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Source: B. T. Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964.
/// PyTorch's `SGD` defaults to no momentum and α = 0.001, and it has the last two forms only.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Momentum {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The share of the velocity that is kept, β (γ or μ elsewhere), in [0, 1).
    pub beta: f64,
    /// The recurrence.
    pub form: MomentumForm,
}

impl Default for Momentum {
    /// α = 0.01, β = 0.9, [`MomentumForm::Notes`].
    fn default() -> Self {
        Self::of(MomentumForm::default())
    }
}

impl Momentum {
    /// A form with β = 0.9 and the rate that suits it: α = 0.01, and 0.1 for
    /// [`MomentumForm::Averaged`], where the velocity has a tenth of the length.
    ///
    /// ```
    /// use gradus_optim::{Momentum, MomentumForm};
    ///
    /// assert_eq!(Momentum::of(MomentumForm::PyTorch).lr, 0.01);
    /// assert_eq!(Momentum::of(MomentumForm::Averaged).lr, 0.1);
    /// ```
    pub fn of(form: MomentumForm) -> Self {
        let lr = match form {
            MomentumForm::Averaged => 0.1,
            MomentumForm::Notes | MomentumForm::PyTorch | MomentumForm::Dampened { .. } => 0.01,
        };
        Self { lr, beta: 0.9, form }
    }

    /// An optimiser for parameters of type `T`, with one array of state per parameter.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, β
    /// outside [0, 1), or the dampening outside [0, 1].
    pub fn build<T: Scalar>(self) -> Result<Stepper<T, MomentumRule<T>, 1>, OptimError> {
        let name = match self.form {
            MomentumForm::Notes => "momentum-notes",
            MomentumForm::Averaged => "momentum-averaged",
            MomentumForm::PyTorch => "momentum-pytorch",
            MomentumForm::Dampened { .. } => "momentum-dampened",
        };
        check_beta::<T>(name, "beta", self.beta)?;
        if let MomentumForm::Dampened { dampening } = self.form {
            let holds = (0.0..=1.0).contains(&dampening);
            check(name, "dampening", dampening, "it must lie in [0, 1]", holds)?;
        }
        let rule = MomentumRule { config: self, name, gain: T::zero(), rate: T::zero() };
        Stepper::new(rule, self.lr)
    }
}

/// The arithmetic of [`Momentum`]: v ← βv + gain·g, θ ← θ − rate·v.
#[derive(Debug, Clone)]
pub struct MomentumRule<T> {
    config: Momentum,
    name: &'static str,
    gain: T,
    rate: T,
}

impl<T: Scalar> Rule<T, 1> for MomentumRule<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&mut self, lr: f64, step: u64) {
        let (gain, rate) = match self.config.form {
            MomentumForm::Notes => (lr, 1.0),
            MomentumForm::Averaged => (1.0 - self.config.beta, lr),
            MomentumForm::PyTorch => (1.0, lr),
            MomentumForm::Dampened { .. } if step == 1 => (1.0, lr),
            MomentumForm::Dampened { dampening } => (1.0 - dampening, lr),
        };
        self.gain = Scalar::of(gain);
        self.rate = Scalar::of(rate);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 1]) {
        let (beta, gain, rate): (T, T, T) = (Scalar::of(self.config.beta), self.gain, self.rate);
        fused::update_with(param, grad, state, move |p, g, [v]| {
            let v = fused::flush(beta * v + gain * g);
            (p - rate * v, [v])
        });
    }
}
