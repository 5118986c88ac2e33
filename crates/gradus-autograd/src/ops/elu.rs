//! The exponential linear unit.

use gradus_linalg::Scalar;

use crate::ops::select::{Gate, Kept};
use crate::ops::unary::{Fused, Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// x for x > 0, α·(eˣ − 1) otherwise. At 0 the derivatives are those from the left: α.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Elu {
    alpha: f64,
}

impl Default for Elu {
    fn default() -> Self {
        Self { alpha: 0.5 }
    }
}

impl<T: Scalar> Unary<T> for Elu {
    const NAME: &'static str = "elu";

    fn value(&self, x: &[T], y: &mut [T]) {
        let alpha = T::of(self.alpha);
        map(x, y, |x| if x > T::zero() { x } else { alpha * x.exp_m1() });
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        // Without the gate the exponential would overflow where it is not used.
        let negative = Var::apply(Gate(Kept::Elsewhere), &[x, x]);
        Some(x.select(x.filled_like(1.0), negative.exp() * self.alpha))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let alpha = T::of(self.alpha);
        for (g, &x) in g.iter_mut().zip(x) {
            *g = if x > T::zero() { *g } else { *g * alpha * x.exp() };
        }
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x for x > 0 and α·(eˣ − 1) otherwise; at 0 its derivatives are those from the left, α.
    ///
    /// Some lecture notes print max(α(eˣ − 1), x), which is another function: for α = 1 it is eˣ − 1
    /// everywhere, since eˣ − 1 ≥ x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-1.0_f64);
    /// assert_eq!(x.elu(1.0).item(), (-1.0_f64).exp_m1());
    /// assert_eq!(tape.scalar(2.0).elu(1.0).item(), 2.0);
    /// ```
    ///
    /// Source: D.-A. Clevert, T. Unterthiner and S. Hochreiter, *Fast and accurate deep network
    /// learning by exponential linear units*, 2016.
    pub fn elu(self, alpha: f64) -> Self {
        Self::apply(Elu { alpha }, &[self])
    }
}
