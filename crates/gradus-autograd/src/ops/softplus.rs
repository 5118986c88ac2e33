//! The smooth ReLU.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::Unary;
use crate::var::Var;

/// ln(1 + eˣ), with derivative σ(x).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Softplus;

impl<T: Scalar> Unary<T> for Softplus {
    const NAME: &'static str = "softplus";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::softplus(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.sigmoid())
    }
}

impl<T: Scalar> Var<'_, T> {
    /// ln(1 + eˣ).
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0_f64);
    /// assert_eq!(x.softplus().item(), 2.0_f64.ln());
    /// assert_eq!(x.softplus().backward().item(x), Some(0.5));
    /// ```
    pub fn softplus(self) -> Self {
        self.unary(Softplus)
    }
}
