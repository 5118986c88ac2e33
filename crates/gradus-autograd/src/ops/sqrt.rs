//! The square root.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// √x, with derivative 1/(2√x), which is infinite at 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sqrt;

impl<T: Scalar> Unary<T> for Sqrt {
    const NAME: &'static str = "sqrt";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, T::sqrt);
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(y.powi(-1) * 0.5)
    }

    fn domain(&self) -> Domain {
        Domain::between(0.5, 3.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// √x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(4.0);
    /// assert_eq!(x.sqrt().item(), 2.0);
    /// assert_eq!(x.sqrt().backward().item(x), Some(0.25));
    /// ```
    pub fn sqrt(self) -> Self {
        self.unary(Sqrt)
    }
}
