//! The inverse tangent, which is also an activation.

use gradus_linalg::{Scalar, vectorize, vmath};

use crate::ops::unary::{Fused, Unary, map};
use crate::var::Var;

/// arctan x, with derivative 1/(1 + x²).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Atan;

/// 1/(1 + x²), with derivative −2x/(1 + x²)².
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AtanSlope;

impl AtanSlope {
    #[inline(always)]
    fn at<T: Scalar>(x: T) -> T {
        let square = x * x;
        // 1/x² may be a number where x² is none any more.
        if square.is_finite() { T::one() / (T::one() + square) } else { T::one() / x / x }
    }
}

impl<T: Scalar> Unary<T> for Atan {
    const NAME: &'static str = "atan";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::atan(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(Var::apply(AtanSlope, &[x]))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        vectorize(|| g.iter_mut().zip(x).for_each(|(g, &x)| *g *= AtanSlope::at(x)));
        Fused::Yes
    }
}

impl<T: Scalar> Unary<T> for AtanSlope {
    const NAME: &'static str = "atan_slope";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, Self::at);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x * y * y * -2.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// arctan x, between −π/2 and π/2, with derivative 1/(1 + x²).
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(1.0);
    /// assert_eq!(x.atan().item(), std::f64::consts::FRAC_PI_4);
    /// assert_eq!(x.atan().backward().item(x), Some(0.5));
    /// ```
    pub fn atan(self) -> Self {
        Self::apply(Atan, &[self])
    }
}
