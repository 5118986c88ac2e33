//! The square.

use gradus_linalg::Scalar;

use crate::ops::unary::{Fused, Unary, map};
use crate::var::Var;

/// x², with derivative 2x.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Square;

impl<T: Scalar> Unary<T> for Square {
    const NAME: &'static str = "square";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| x * x);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x * 2.0)
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        g.iter_mut().zip(x).for_each(|(g, &x)| *g *= x + x);
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x².
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(3.0);
    /// assert_eq!(x.square().item(), 9.0);
    /// assert_eq!(x.square().backward().item(x), Some(6.0));
    /// ```
    pub fn square(self) -> Self {
        self.unary(Square)
    }
}
