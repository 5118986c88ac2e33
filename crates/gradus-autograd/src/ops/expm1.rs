//! eˣ − 1.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// eˣ − 1, accurate near 0, with derivative eˣ.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Expm1;

impl<T: Scalar> Unary<T> for Expm1 {
    const NAME: &'static str = "expm1";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::exp_m1(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.exp())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, e, g| {
            vmath::exp(x, e);
            g.iter_mut().zip(e.iter()).for_each(|(g, &e)| *g *= e);
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// eˣ − 1, accurate near 0.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(1e-20);
    /// assert_eq!(x.expm1().item(), 1e-20);
    /// assert_eq!(x.expm1().backward().item(x), Some(1.0));
    /// ```
    pub fn expm1(self) -> Self {
        Self::apply(Expm1, &[self])
    }
}
