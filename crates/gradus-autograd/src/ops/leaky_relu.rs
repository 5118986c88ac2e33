//! The leaky rectified linear unit.

use gradus_linalg::Scalar;

use crate::ops::unary::{Fused, Unary, map};
use crate::sample::Domain;
use crate::var::Var;

/// x for x > 0, α·x otherwise, with derivative α at 0, as in PyTorch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeakyRelu {
    slope: f64,
}

/// 1 for x > 0, α otherwise, with derivative 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeakyStep {
    slope: f64,
}

impl Default for LeakyRelu {
    fn default() -> Self {
        Self { slope: 0.2 }
    }
}

impl Default for LeakyStep {
    fn default() -> Self {
        Self { slope: 0.2 }
    }
}

impl<T: Scalar> Unary<T> for LeakyRelu {
    const NAME: &'static str = "leaky_relu";

    fn value(&self, x: &[T], y: &mut [T]) {
        let slope = T::of(self.slope);
        map(x, y, |x| if x > T::zero() { x } else { slope * x });
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(Var::apply(LeakyStep { slope: self.slope }, &[x]))
    }

    fn scale_by_derivative(&self, x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let slope = T::of(self.slope);
        g.iter_mut().zip(x).for_each(|(g, &x)| *g = if x > T::zero() { *g } else { slope * *g });
        Fused::Yes
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Unary<T> for LeakyStep {
    const NAME: &'static str = "leaky_step";

    fn value(&self, x: &[T], y: &mut [T]) {
        let slope = T::of(self.slope);
        map(x, y, |x| if x > T::zero() { T::one() } else { slope });
    }

    fn derivative<'e>(&self, _x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        None
    }

    fn domain(&self) -> Domain {
        Domain::reals().except(&[0.0])
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x for x > 0 and α·x otherwise, with derivative α at 0.
    ///
    /// For 0 < α < 1 this is max(αx, x).
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(-2.0);
    /// assert_eq!(x.leaky_relu(0.25).item(), -0.5);
    /// assert_eq!(x.leaky_relu(0.25).backward().item(x), Some(0.25));
    /// ```
    ///
    /// Source: A. L. Maas, A. Y. Hannun and A. Y. Ng, *Rectifier nonlinearities improve neural
    /// network acoustic models*, 2013.
    pub fn leaky_relu(self, alpha: f64) -> Self {
        Self::apply(LeakyRelu { slope: alpha }, &[self])
    }
}
