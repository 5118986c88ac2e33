//! The softsign activation.

use gradus_linalg::Scalar;

use crate::ops::unary::{Fused, Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// x/(1 + |x|), with derivative 1/(1 + |x|)². The second derivative jumps at 0, where it is taken
/// to be 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Softsign;

impl<T: Scalar> Unary<T> for Softsign {
    const NAME: &'static str = "softsign";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| x / (T::one() + x.abs()));
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some((x.abs() + 1.0).powi(-2))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        for (g, &x) in g.iter_mut().zip(x) {
            let d = T::one() + x.abs();
            *g /= d * d;
        }
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x/(1 + |x|), between −1 and 1.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-3.0);
    /// assert_eq!(x.softsign().item(), -0.75);
    /// assert_eq!(x.softsign().backward().item(x), Some(0.0625));
    /// ```
    pub fn softsign(self) -> Self {
        Self::apply(Softsign, &[self])
    }
}
