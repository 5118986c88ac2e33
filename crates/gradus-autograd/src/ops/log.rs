//! The natural logarithm.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Unary};
use crate::sample::Domain;
use crate::var::Var;

/// ln x, with derivative 1/x.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Log;

impl<T: Scalar> Unary<T> for Log {
    const NAME: &'static str = "log";

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::ln(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.powi(-1))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        g.iter_mut().zip(x).for_each(|(g, &x)| *g /= x);
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::between(0.5, 3.0)
    }
}

impl<T: Scalar> Var<'_, T> {
    /// ln x.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(4.0);
    /// assert_eq!(x.log().item(), 4.0_f64.ln());
    /// assert_eq!(x.log().backward().item(x), Some(0.25));
    /// ```
    pub fn log(self) -> Self {
        self.unary(Log)
    }
}
