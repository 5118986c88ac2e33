//! The sine.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// sin x, with derivative cos x.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sin;

impl<T: Scalar> Unary<T> for Sin {
    const NAME: &'static str = "sin";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::sin(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.cos())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, cos, g| {
            vmath::cos(x, cos);
            g.iter_mut().zip(&*cos).for_each(|(g, &cos)| *g *= cos);
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// sin x, with derivative cos x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.sin().item(), 0.0);
    /// assert_eq!(x.sin().backward().item(x), Some(1.0));
    /// ```
    pub fn sin(self) -> Self {
        Self::apply(Sin, &[self])
    }
}
