//! The distribution function of the standard normal distribution.

use gradus_linalg::Scalar;

use crate::ops::gaussian::Gaussian;
use crate::ops::unary::{Unary, map};
use crate::var::Var;

/// 1/√(2π).
pub(crate) const FRAC_1_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// Φ(x) = ½·erfc(−x/√2), with derivative e^{−x²/2}/√(2π).
///
/// ½·(1 + erf(x/√2)) is the same number, but loses every digit below x ≈ −8.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NormalCdf;

impl NormalCdf {
    pub(crate) fn at<T: Scalar>(x: T) -> T {
        T::of(0.5) * Scalar::erfc(x * T::of(-std::f64::consts::FRAC_1_SQRT_2))
    }
}

impl<T: Scalar> Unary<T> for NormalCdf {
    const NAME: &'static str = "normal_cdf";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, Self::at);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(Var::apply(Gaussian::HALF, &[x]) * FRAC_1_SQRT_2PI)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The distribution function Φ of the standard normal distribution, accurate in its lower
    /// tail.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-10.0_f64);
    /// assert!((x.normal_cdf().item() / 7.619_853_024_160_527e-24 - 1.0).abs() < 1e-13);
    /// ```
    pub fn normal_cdf(self) -> Self {
        Self::apply(NormalCdf, &[self])
    }
}
