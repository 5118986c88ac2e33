//! Real powers.

use gradus_linalg::Scalar;

use crate::ops::unary::{Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// xᵖ for a real p, with derivative p·xᵖ⁻¹.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Powf(f64);

impl Default for Powf {
    fn default() -> Self {
        Self(1.7)
    }
}

impl<T: Scalar> Unary<T> for Powf {
    const NAME: &'static str = "powf";

    fn value(&self, x: &[T], y: &mut [T]) {
        let p = T::of(self.0);
        map(x, y, |x| x.powf(p));
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        // A whole power comes to an end here: 0·x⁻¹ would not be a number at 0.
        (self.0 != 0.0).then(|| x.powf(self.0 - 1.0) * self.0)
    }

    fn domain(&self) -> Domain {
        Domain::between(0.5, 2.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// xᵖ for a real p: NaN for x < 0 unless p is whole. Where p is an integer, `powi` is faster.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(4.0);
    /// assert_eq!(x.powf(1.5).item(), 8.0);
    /// assert_eq!(x.powf(1.5).backward().item(x), Some(3.0));
    /// ```
    pub fn powf(self, p: f64) -> Self {
        Self::apply(Powf(p), &[self])
    }
}
