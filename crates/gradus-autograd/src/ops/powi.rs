//! Integer powers.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// xⁿ for an integer n, with derivative n·xⁿ⁻¹.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Powi(pub(crate) i32);

impl Default for Powi {
    fn default() -> Self {
        Self(-3)
    }
}

impl<T: Scalar> Unary<T> for Powi {
    const NAME: &'static str = "powi";

    fn value(&self, x: &[T], y: &mut [T]) {
        match self.0 {
            -1 => map(x, y, |x| T::one() / x),
            n => map(x, y, |x| x.powi(n)),
        }
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        match self.0 {
            0 => None,
            1 => Some(x.filled_like(1.0)),
            n => Some(x.powi(n - 1) * f64::from(n)),
        }
    }

    fn domain(&self) -> Domain {
        Domain::between(0.5, 2.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// xⁿ for an integer n.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(2.0);
    /// assert_eq!(x.powi(-1).item(), 0.5);
    /// assert_eq!(x.powi(3).backward().item(x), Some(12.0));
    /// ```
    pub fn powi(self, n: i32) -> Self {
        self.unary(Powi(n))
    }
}
