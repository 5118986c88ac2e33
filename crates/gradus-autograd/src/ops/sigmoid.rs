//! The logistic sigmoid.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// σ(x) = 1/(1 + e⁻ˣ), with derivative σ(x)·σ(−x).
///
/// σ(1 − σ) is the same number, but loses every digit beyond x ≈ 37.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sigmoid;

impl<T: Scalar> Unary<T> for Sigmoid {
    const NAME: &'static str = "sigmoid";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::sigmoid(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.sigmoid_slope())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, e, g| {
            e.iter_mut().zip(x).for_each(|(e, &x)| *e = -x.abs());
            vmath::exp_in_place(e);
            for (g, &e) in g.iter_mut().zip(e.iter()) {
                let d = T::one() + e;
                *g *= e / (d * d);
            }
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The logistic sigmoid σ(x) = 1/(1 + e⁻ˣ).
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.sigmoid().item(), 0.5);
    /// assert_eq!(x.sigmoid().backward().item(x), Some(0.25));
    /// ```
    pub fn sigmoid(self) -> Self {
        self.unary(Sigmoid)
    }
}
