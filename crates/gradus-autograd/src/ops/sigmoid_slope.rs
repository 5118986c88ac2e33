//! The derivative of the logistic sigmoid.

use gradus_linalg::{Scalar, vectorize, vmath};

use crate::ops::unary::Unary;
use crate::var::Var;

/// σ'(x) = σ(x)·σ(−x) = e^{−|x|}/(1 + e^{−|x|})², with derivative −σ'(x)·tanh(x/2).
///
/// σ(1 − σ) is the same number, but loses every digit beyond x ≈ 37; and so does the second
/// derivative σ'·(1 − 2σ), near 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SigmoidSlope;

impl<T: Scalar> Unary<T> for SigmoidSlope {
    const NAME: &'static str = "sigmoid_slope";

    fn value(&self, x: &[T], y: &mut [T]) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = -x.abs());
        vmath::exp_in_place(y);
        vectorize(|| {
            for e in y {
                let d = T::one() + *e;
                *e /= d * d;
            }
        });
    }

    fn derivative<'e>(&self, x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(-(y * (x * 0.5).tanh()))
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The derivative σ(x)·σ(−x) of the logistic sigmoid, accurate in relative terms everywhere.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(50.0_f64);
    /// assert!((x.sigmoid_slope().item() / (-50.0_f64).exp() - 1.0).abs() < 1e-15);
    /// ```
    pub fn sigmoid_slope(self) -> Self {
        Self::apply(SigmoidSlope, &[self])
    }
}
