//! a·x + b for two numbers: negation, scaling, shifting.

use gradus_linalg::Scalar;

use crate::ops::unary::{Fused, Unary, map};
use crate::var::Var;

/// scale·x + offset.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear {
    pub(crate) scale: f64,
    pub(crate) offset: f64,
}

impl Default for Linear {
    fn default() -> Self {
        Self { scale: -1.7, offset: 0.3 }
    }
}

impl<T: Scalar> Unary<T> for Linear {
    const NAME: &'static str = "linear";

    fn value(&self, x: &[T], y: &mut [T]) {
        let (scale, offset) = (T::of(self.scale), T::of(self.offset));
        if self.offset == 0.0 {
            map(x, y, |x| scale * x);
        } else {
            map(x, y, |x| scale * x + offset);
        }
    }

    fn derivative<'e>(&self, x: Var<'e, T>, _y: Var<'e, T>) -> Option<Var<'e, T>> {
        Some(x.filled_like(self.scale))
    }

    fn scale_by_derivative(&self, _x: &[T], _y: &[T], g: &mut [T]) -> Fused {
        let scale = T::of(self.scale);
        g.iter_mut().for_each(|g| *g *= scale);
        Fused::Yes
    }
}
