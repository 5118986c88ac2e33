//! The hyperbolic tangent.

use gradus_linalg::{Scalar, vectorize, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// tanh x, with derivative sech² x = 4σ(2x)σ(−2x).
///
/// 1 − tanh² is the same number, but loses every digit beyond |x| ≈ 19.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tanh;

/// sech² x = 4e^{−2|x|}/(1 + e^{−2|x|})², with derivative −2·sech² x·tanh x.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TanhSlope;

/// e ← e^{−2|x|}, and each sech² x to its place.
fn sech_squared<T: Scalar>(x: &[T], e: &mut [T], mut place: impl FnMut(usize, T)) {
    let (two, four) = (T::of(2.0), T::of(4.0));
    e.iter_mut().zip(x).for_each(|(e, &x)| *e = -two * x.abs());
    vmath::exp_in_place(e);
    vectorize(|| {
        for (k, &e) in e.iter().enumerate() {
            let d = T::one() + e;
            place(k, four * e / (d * d));
        }
    });
}

impl<T: Scalar> Unary<T> for Tanh {
    const NAME: &'static str = "tanh";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::tanh(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(Var::apply(TanhSlope, &[x]))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, e, g| sech_squared(x, e, |k, slope| g[k] *= slope));
        Fused::Yes
    }
}

impl<T: Scalar> Unary<T> for TanhSlope {
    const NAME: &'static str = "tanh_slope";

    fn value(&self, x: &[T], y: &mut [T]) {
        in_chunks(x, y, |x, e, y| sech_squared(x, e, |k, slope| y[k] = slope));
    }

    fn derivative<'e>(&self, x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.tanh() * y * -2.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// tanh x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.tanh().item(), 0.0);
    /// assert_eq!(x.tanh().backward().item(x), Some(1.0));
    /// ```
    pub fn tanh(self) -> Self {
        self.unary(Tanh)
    }
}
