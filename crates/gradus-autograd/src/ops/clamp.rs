//! Values kept within bounds.

use gradus_linalg::Scalar;

use crate::ops::unary::{Fused, Passing, Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// x, but at least `low` and at most `high`, with derivative 1 from bound to bound, both included.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clamp {
    low: f64,
    high: f64,
}

/// 1 from bound to bound, both included, and 0 outside, with derivative 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    low: f64,
    high: f64,
}

impl Default for Clamp {
    fn default() -> Self {
        Self { low: -1.0, high: 0.5 }
    }
}

impl Default for Within {
    fn default() -> Self {
        Self { low: -1.0, high: 0.5 }
    }
}

impl<T: Scalar> Unary<T> for Clamp {
    const NAME: &'static str = "clamp";

    const PASSING: Passing = Passing::Gated;

    fn value(&self, x: &[T], y: &mut [T]) {
        let (low, high) = (T::of(self.low), T::of(self.high));
        map(x, y, |x| {
            if x < low {
                low
            } else if x > high {
                high
            } else {
                x
            }
        });
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(Var::apply(Within { low: self.low, high: self.high }, &[x]))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let (low, high) = (T::of(self.low), T::of(self.high));
        for (g, &x) in g.iter_mut().zip(x) {
            *g = if low <= x && x <= high { *g } else { T::zero() };
        }
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[self.low, self.high])
    }
}

impl<T: Scalar> Unary<T> for Within {
    const NAME: &'static str = "within";

    fn value(&self, x: &[T], y: &mut [T]) {
        let (low, high) = (T::of(self.low), T::of(self.high));
        map(x, y, |x| if low <= x && x <= high { T::one() } else { T::zero() });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[self.low, self.high])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x, but at least `low` and at most `high`. At the bounds the gradient passes, as in PyTorch.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![-2.0, 0.0, 1.0, 3.0]);
    /// let y = x.clamp(0.0, 2.0);
    /// assert_eq!(y.value(), dmatrix![0.0, 0.0, 1.0, 2.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 1.0, 1.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If `low` is not at most `high`.
    pub fn clamp(self, low: f64, high: f64) -> Self {
        assert!(low <= high, "clamp: {low} is not at most {high}");
        Self::apply(Clamp { low, high }, &[self])
    }
}
