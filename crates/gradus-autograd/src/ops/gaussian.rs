//! The bell curve, which is the derivative of erf and of the normal distribution.

use gradus_linalg::{Scalar, vectorize, vmath};

use crate::ops::unary::Unary;
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
    pub(crate) fn all<T: Scalar>(self, x: &[T], y: &mut [T]) {
        match x.len() {
            1 => self.pieces::<1, T>(x, y),
            _ => self.pieces::<256, T>(x, y),
        }
    }

    /// `N` numbers at a time, with the same bits whatever N is.
    fn pieces<const N: usize, T: Scalar>(self, x: &[T], y: &mut [T]) {
        /// 1.5·2³²: adding it rounds to a multiple of 2⁻²⁰.
        const ROUND: f64 = 6_442_450_944.0;
        let (mut square, mut rest) = ([0.0; N], [0.0; N]);
        for (x, y) in x.chunks(N).zip(y.chunks_mut(N)) {
            let (square, rest) = (&mut square[..x.len()], &mut rest[..x.len()]);
            vectorize(|| {
                for ((square, rest), &x) in square.iter_mut().zip(rest.iter_mut()).zip(x) {
                    let x = x.to_f64();
                    // Farther out the result is 0 as well.
                    let x = if x > 40.0 { 40.0 } else { x };
                    let x = if x < -40.0 { -40.0 } else { x };
                    let head = (x + ROUND) - ROUND;
                    *square = -self.scale * head * head;
                    *rest = -self.scale * (x - head) * (x + head);
                }
            });
            vmath::exp_in_place(square);
            vmath::exp_in_place(rest);
            for ((y, square), rest) in y.iter_mut().zip(square).zip(rest) {
                *y = T::of(*square * *rest);
            }
        }
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
        self.all(x, y);
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
