//! RMSprop.

use gradus_linalg::Scalar;

use crate::checks::{check_beta, check_eps};
use crate::{EpsPosition, OptimError, Optimizer, Rule, Stepper, fused};

/// What the averaged square is taken around.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Centring {
    /// Around 0: S.
    #[default]
    Zero,
    /// Around the averaged gradient G: S − G², an estimate of the gradient's variance.
    Mean,
}

/// RMSprop: a step along the gradient, scaled entry by entry by its averaged square.
///
/// S ← βS + (1−β)g², θ ← θ − αg/√(S + ε), or θ − αg/(√S + ε) with [`EpsPosition::OutsideRoot`].
/// With [`Centring::Mean`], G ← βG + (1−β)g and S − G² stands for S. With momentum μ > 0, v ← μv +
/// g/√… and θ ← θ − αv. Averages that decay below the smallest normal number become 0.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Optimizer, RmsProp};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut optimizer = RmsProp { lr: 0.1, ..RmsProp::default() }.build::<f64>()?;
/// let mut theta = [0.0];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[5.0])?;
/// assert!((theta[0] + 1.0).abs() < 1e-6); // the first step is −α sign(g)/√(1−β)
/// # Ok(())
/// # }
/// ```
///
/// Source: G. Hinton, *Neural networks for machine learning*, lecture 6e, 2012; centred: A. Graves,
/// *Generating sequences with recurrent neural networks*, 2013. `torch.optim.RMSprop` has the same
/// defaults but ε outside the root.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmsProp {
    /// The learning rate α ≥ 0.
    pub lr: f64,
    /// The memory of the averages, in [0, 1); PyTorch's `alpha`.
    pub beta: f64,
    /// The term that bounds the step where gradients vanish, > 0.
    pub eps: f64,
    /// Where ε stands.
    pub eps_position: EpsPosition,
    /// What the averaged square is taken around.
    pub centring: Centring,
    /// The share of the velocity that is kept, in [0, 1); 0 is without momentum.
    pub momentum: f64,
}

impl Default for RmsProp {
    /// α = 0.01, β = 0.99, ε = 1e-8 inside the root, neither centred nor with momentum.
    fn default() -> Self {
        Self {
            lr: 0.01,
            beta: 0.99,
            eps: 1e-8,
            eps_position: EpsPosition::InsideRoot,
            centring: Centring::Zero,
            momentum: 0.0,
        }
    }
}

impl RmsProp {
    /// An optimiser for parameters of type `T`, with one array of state per parameter, one more if
    /// centred, one more with momentum.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite in `T`, β or
    /// the momentum outside [0, 1), or ε not positive and finite in `T`.
    pub fn build<T: Scalar>(self) -> Result<Box<dyn Optimizer<T>>, OptimError> {
        let name = match (self.centring, self.momentum == 0.0) {
            (Centring::Zero, true) => "rmsprop",
            (Centring::Zero, false) => "rmsprop-momentum",
            (Centring::Mean, true) => "rmsprop-centred",
            (Centring::Mean, false) => "rmsprop-centred-momentum",
        };
        check_beta::<T>(name, "beta", self.beta)?;
        check_beta::<T>(name, "momentum", self.momentum)?;
        check_eps::<T>(name, self.eps)?;
        let rule = RmsPropRule { config: self, name, lr: T::zero() };
        Ok(match (self.centring, self.momentum == 0.0) {
            (Centring::Zero, true) => Box::new(Stepper::<T, _, 1>::new(rule, self.lr)?),
            (Centring::Mean, false) => Box::new(Stepper::<T, _, 3>::new(rule, self.lr)?),
            _ => Box::new(Stepper::<T, _, 2>::new(rule, self.lr)?),
        })
    }
}

/// The arithmetic of [`RmsProp`].
#[derive(Debug, Clone)]
pub struct RmsPropRule<T> {
    config: RmsProp,
    name: &'static str,
    lr: T,
}

impl<T: Scalar> RmsPropRule<T> {
    /// What turns a gradient and its averaged square into a step without the rate.
    #[inline(always)]
    fn scaled(&self) -> impl Fn(T, T) -> T + Copy + use<T> {
        let eps: T = Scalar::of(self.config.eps);
        let outside = self.config.eps_position == EpsPosition::OutsideRoot;
        let (outer, inner) = if outside { (eps, T::zero()) } else { (T::zero(), eps) };
        move |g: T, s: T| g / ((s + inner).sqrt() + outer)
    }

    #[inline(always)]
    fn average(&self) -> impl Fn(T, T) -> T + Copy + use<T> {
        let (keep, take): (T, T) =
            (Scalar::of(self.config.beta), Scalar::of(1.0 - self.config.beta));
        move |old: T, new: T| fused::flush(keep * old + take * new)
    }

    /// S − G², which rounding must not make negative.
    #[inline(always)]
    fn variance(s: T, mean: T) -> T {
        let variance = s - mean * mean;
        if variance < T::zero() { T::zero() } else { variance }
    }
}

impl<T: Scalar> Rule<T, 1> for RmsPropRule<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 1]) {
        let (lr, average, scaled) = (self.lr, self.average(), self.scaled());
        fused::update_with(param, grad, state, move |p, g, [s]| {
            let s = average(s, g * g);
            (p - lr * scaled(g, s), [s])
        });
    }
}

impl<T: Scalar> Rule<T, 2> for RmsPropRule<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 2]) {
        let (lr, average, scaled) = (self.lr, self.average(), self.scaled());
        let momentum: T = Scalar::of(self.config.momentum);
        match self.config.centring {
            Centring::Zero => fused::update_with(param, grad, state, move |p, g, [s, v]| {
                let s = average(s, g * g);
                let v = fused::flush(momentum * v + scaled(g, s));
                (p - lr * v, [s, v])
            }),
            Centring::Mean => fused::update_with(param, grad, state, move |p, g, [s, mean]| {
                let (s, mean) = (average(s, g * g), average(mean, g));
                (p - lr * scaled(g, Self::variance(s, mean)), [s, mean])
            }),
        }
    }
}

impl<T: Scalar> Rule<T, 3> for RmsPropRule<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn prepare(&mut self, lr: f64, _step: u64) {
        self.lr = Scalar::of(lr);
    }

    fn apply(&self, param: &mut [T], grad: &[T], state: [&mut [T]; 3]) {
        let (lr, average, scaled) = (self.lr, self.average(), self.scaled());
        let momentum: T = Scalar::of(self.config.momentum);
        fused::update_with(param, grad, state, move |p, g, [s, mean, v]| {
            let (s, mean) = (average(s, g * g), average(mean, g));
            let v = fused::flush(momentum * v + scaled(g, Self::variance(s, mean)));
            (p - lr * v, [s, mean, v])
        });
    }
}
