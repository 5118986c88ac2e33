//! The hyperbolic tangent.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// tanh x, with derivative sech² x = 4σ(2x)σ(−2x) = 4σ'(2x).
///
/// 1 − tanh² is the same number, but loses every digit beyond |x| ≈ 19.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tanh;

impl<T: Scalar> Unary<T> for Tanh {
    const NAME: &'static str = "tanh";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::tanh(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some((x * 2.0).sigmoid_slope() * 4.0)
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let (two, four) = (T::of(2.0), T::of(4.0));
        in_chunks(x, g, |x, e, g| {
            e.iter_mut().zip(x).for_each(|(e, &x)| *e = -two * x.abs());
            vmath::exp_in_place(e);
            for (g, &e) in g.iter_mut().zip(e.iter()) {
                let d = T::one() + e;
                *g *= four * e / (d * d);
            }
        });
        Fused::Yes
    }
}
