//! The Gaussian error linear unit.

use gradus_linalg::Scalar;

use crate::ops::gaussian::Gaussian;
use crate::ops::normal_cdf::{FRAC_1_SQRT_2PI, NormalCdf};
use crate::ops::unary::{Fused, Unary, in_chunks, map};
use crate::var::Var;

/// x·Φ(x), with derivative Φ(x) + x·φ(x).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Gelu;

impl<T: Scalar> Unary<T> for Gelu {
    const NAME: &'static str = "gelu";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| x * NormalCdf::at(x));
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        let density = Var::apply(Gaussian::HALF, &[x]) * FRAC_1_SQRT_2PI;
        Some(x.normal_cdf() + x * density)
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let factor = T::of(FRAC_1_SQRT_2PI);
        in_chunks(x, g, |x, bell, g| {
            Gaussian::HALF.all(x, bell);
            for ((g, &x), &bell) in g.iter_mut().zip(x).zip(&*bell) {
                *g *= NormalCdf::at(x) + x * (bell * factor);
            }
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x·Φ(x), with the exact normal distribution function Φ.
    ///
    /// It goes through erfc, so that it keeps its digits far below 0.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-10.0_f64);
    /// assert!((x.gelu().item() / -7.619_853_024_160_527e-23 - 1.0).abs() < 1e-13);
    /// ```
    ///
    /// Source: D. Hendrycks and K. Gimpel, *Gaussian error linear units*, 2016. PyTorch's
    /// `approximate='tanh'` is another function, which is not offered.
    pub fn gelu(self) -> Self {
        Self::apply(Gelu, &[self])
    }
}
