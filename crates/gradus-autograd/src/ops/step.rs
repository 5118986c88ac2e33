//! The step at zero.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// 1 for x > 0, 0 otherwise, with derivative 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Positive;

impl<T: Scalar> Unary<T> for Positive {
    const NAME: &'static str = "positive";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| if x > T::zero() { T::one() } else { T::zero() });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}
