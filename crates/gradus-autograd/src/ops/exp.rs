//! The exponential function.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary};
use crate::var::Var;

/// eˣ, its own derivative.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Exp;

impl<T: Scalar> Unary<T> for Exp {
    const NAME: &'static str = "exp";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::exp(x, y);
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(y)
    }

    fn scale_by_derivative(&self, _x: &[T], y: &[T], g: &mut [T]) -> Fused {
        g.iter_mut().zip(y).for_each(|(g, &y)| *g *= y);
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// eˣ.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.exp().item(), 1.0);
    /// assert_eq!(x.exp().backward().item(x), Some(1.0));
    /// ```
    pub fn exp(self) -> Self {
        self.unary(Exp)
    }
}
