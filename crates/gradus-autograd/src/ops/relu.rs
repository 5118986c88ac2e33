//! The rectified linear unit.

use gradus_linalg::{Scalar, vmath};

use crate::ops::unary::{Fused, Passing, Unary};
use crate::sample::Domain;
use crate::var::Var;

/// max(x, 0), with derivative 0 at 0, as in PyTorch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Relu;

impl<T: Scalar> Unary<T> for Relu {
    const NAME: &'static str = "relu";

    const PASSING: Passing = Passing::Gated;

    fn value(&self, x: &[T], y: &mut [T]) {
        vmath::relu(x, y);
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.positive())
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        g.iter_mut().zip(x).for_each(|(g, &x)| *g = if x > T::zero() { *g } else { T::zero() });
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// max(x, 0), with derivative 0 at 0.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(3.0);
    /// assert_eq!(x.relu().item(), 3.0);
    /// assert_eq!(x.relu().backward().item(x), Some(1.0));
    /// ```
    pub fn relu(self) -> Self {
        self.unary(Relu)
    }
}
