//! The error function.

use std::f64::consts::FRAC_2_SQRT_PI;

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::Unary;
use crate::var::Var;

/// erf x = 2/√π·∫₀ˣ e^{−t²} dt, with derivative 2/√π·e^{−x²}.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Erf;

impl<T: Scalar> Unary<T> for Erf {
    const NAME: &'static str = "erf";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::erf(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.gaussian() * FRAC_2_SQRT_PI)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The error function 2/√π·∫₀ˣ e^{−t²} dt.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(0.5_f64);
    /// assert!((x.erf().item() - 0.520_499_877_813_046_5).abs() < 1e-15);
    /// ```
    pub fn erf(self) -> Self {
        Self::apply(Erf, &[self])
    }
}
