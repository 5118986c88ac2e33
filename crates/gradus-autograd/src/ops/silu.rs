//! The sigmoid linear unit, or swish.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary, in_chunks};
use crate::var::Var;

/// x·σ(x), with derivative σ(x) + x·σ'(x).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Silu;

impl<T: Scalar> Unary<T> for Silu {
    const NAME: &'static str = "silu";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::sigmoid(x, y);
        y.iter_mut().zip(x).for_each(|(y, &x)| *y *= x);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.sigmoid() + x * x.sigmoid_slope())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        in_chunks(x, g, |x, e, g| {
            e.iter_mut().zip(x).for_each(|(e, &x)| *e = -x.abs());
            vmath::exp_in_place(e);
            for ((g, &e), &x) in g.iter_mut().zip(e.iter()).zip(x) {
                let d = T::one() + e;
                let sigmoid = if x < T::zero() { e } else { T::one() } / d;
                *g *= sigmoid + x * (e / (d * d));
            }
        });
        Fused::Yes
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x·σ(x), also called swish.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.0);
    /// assert_eq!(x.silu().backward().item(x), Some(0.5));
    /// ```
    ///
    /// Source: S. Elfwing, E. Uchibe and K. Doya, *Sigmoid-weighted linear units for neural network
    /// function approximation in reinforcement learning*, 2018.
    pub fn silu(self) -> Self {
        Self::apply(Silu, &[self])
    }
}
