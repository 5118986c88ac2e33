//! The bell curve, which is the derivative of erf and of the normal distribution.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::var::Var;

/// e^{−s·x²} for s = 1 or ½, with derivative −2s·x·e^{−s·x²}.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gaussian {
    scale: f64,
}

impl Gaussian {
    /// e^{−x²}.
    pub(crate) const WHOLE: Self = Self { scale: 1.0 };

    /// e^{−x²/2}.
    pub(crate) const HALF: Self = Self { scale: 0.5 };

    /// Accurate in relative terms: x² is split into an exact square and a rest, since the
    /// rounding of x² alone would cost x²·2⁻⁵³ of the result.
    pub(crate) fn at(self, x: f64) -> f64 {
        const STEP: f64 = (1_u32 << 20) as f64;
        if x.abs() > 40.0 {
            return 0.0;
        }
        let head = (x * STEP).round() / STEP;
        let rest = (x - head) * (x + head);
        (-self.scale * head * head).exp() * (-self.scale * rest).exp()
    }
}

impl Default for Gaussian {
    fn default() -> Self {
        Self::HALF
    }
}

impl<T: Scalar> Unary<T> for Gaussian {
    const NAME: &'static str = "gaussian";

    fn value(&self, x: &[T], y: &mut [T]) {
        map(x, y, |x| T::of(self.at(x.to_f64())));
    }

    fn derivative<'e>(&self, x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x * y * (-2.0 * self.scale))
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The bell curve e^{−x²}, accurate in its tails.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(1.0_f64);
    /// assert!((x.gaussian().item() - 0.367_879_441_171_442_3).abs() < 1e-16);
    /// ```
    pub fn gaussian(self) -> Self {
        Self::apply(Gaussian::WHOLE, &[self])
    }
}
