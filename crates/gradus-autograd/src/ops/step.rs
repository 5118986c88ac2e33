//! The steps at zero.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// 1 for x > 0, 0 otherwise, with derivative 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Positive;

impl<T: Scalar> Unary<T> for Positive {
    const NAME: &'static str = "positive";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| if x > T::zero() { T::one() } else { T::zero() });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

/// 1 for x ≥ 0, 0 otherwise, with derivative 0: the activation of a threshold unit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Step;

impl<T: Scalar> Unary<T> for Step {
    const NAME: &'static str = "step";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| if x >= T::zero() { T::one() } else { T::zero() });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// 1 for x > 0, 0 otherwise: the derivative of ReLU.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// assert_eq!(tape.scalar(3.0).positive().item(), 1.0);
    /// assert_eq!(tape.scalar(0.0).positive().item(), 0.0);
    /// ```
    pub fn positive(self) -> Self {
        self.unary(Positive)
    }

    /// The binary step: 1 for x ≥ 0, 0 otherwise, with derivative 0 everywhere.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// assert_eq!(tape.scalar(0.0).step().item(), 1.0);
    /// assert_eq!(tape.scalar(0.0).positive().item(), 0.0);
    /// ```
    pub fn step(self) -> Self {
        Self::apply(Step, &[self])
    }
}
