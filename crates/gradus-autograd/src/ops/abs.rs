//! The absolute value and the sign.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// |x|, with derivative sign(x): 0 at 0, a subgradient.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Abs;

/// −1, 0 or 1, with derivative 0. NaN stays NaN.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sign;

impl<T: Scalar> Unary<T> for Abs {
    const NAME: &'static str = "abs";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| x.abs());
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.sign())
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Unary<T> for Sign {
    const NAME: &'static str = "sign";

    fn value(&self, x: &[T], y: &mut [T]) {
        let (zero, one) = (T::zero(), T::one());
        map(x, y, |x| {
            if x > zero {
                one
            } else if x < zero {
                -one
            } else {
                x
            }
        });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// |x|, with derivative 0 at 0.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-3.0);
    /// assert_eq!(x.abs().item(), 3.0);
    /// assert_eq!(x.abs().backward().item(x), Some(-1.0));
    /// ```
    pub fn abs(self) -> Self {
        self.unary(Abs)
    }

    /// The sign of x: −1, 0 or 1.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// assert_eq!(tape.scalar(-3.0).sign().item(), -1.0);
    /// assert_eq!(tape.scalar(0.0).sign().item(), 0.0);
    /// ```
    pub fn sign(self) -> Self {
        self.unary(Sign)
    }
}
