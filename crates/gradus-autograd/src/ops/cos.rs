//! The cosine.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// cos x, with derivative −sin x.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cos;

impl<T: Scalar> Unary<T> for Cos {
    const NAME: &'static str = "cos";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::cos(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(-x.sin())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, sin, g| {
            vmath::sin(x, sin);
            g.iter_mut().zip(&*sin).for_each(|(g, &sin)| *g *= -sin);
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// cos x, with derivative −sin x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.cos().item(), 1.0);
    /// assert_eq!(x.cos().backward().item(x), Some(-0.0));
    /// ```
    pub fn cos(self) -> Self {
        Self::apply(Cos, &[self])
    }
}
