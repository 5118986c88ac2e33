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
