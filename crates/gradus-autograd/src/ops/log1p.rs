//! ln(1 + x).

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary};
use crate::sample::Domain;
use crate::var::Var;

/// ln(1 + x), accurate near 0, with derivative 1/(1 + x).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Log1p;

impl<T: Scalar> Unary<T> for Log1p {
    const NAME: &'static str = "log1p";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::ln_1p(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some((x + 1.0).powi(-1))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        g.iter_mut().zip(x).for_each(|(g, &x)| *g /= T::one() + x);
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::between(-0.5, 2.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// ln(1 + x), accurate near 0.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(1e-20);
    /// assert_eq!(x.log1p().item(), 1e-20);
    /// assert_eq!(x.log1p().backward().item(x), Some(1.0));
    /// ```
    pub fn log1p(self) -> Self {
        Self::apply(Log1p, &[self])
    }
}
