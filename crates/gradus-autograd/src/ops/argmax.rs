//! The place of the largest element.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation};
use crate::ops::reduce::Axis;
use crate::sample::{Domain, Sample, Structure};
use crate::var::Var;

/// The place of the largest element along an axis, as a number. Not differentiable: it jumps, and
/// says so rather than pass a gradient of 0 on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArgMax {
    axis: Axis,
}

impl<T: Scalar> Operation<T> for ArgMax {
    fn name(&self) -> &'static str {
        "argmax"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        if inputs[0].0 * inputs[0].1 == 0 {
            return Err(AutogradError::shape("argmax", "at least one element", inputs));
        }
        Ok(self.axis.reduce(inputs[0]))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let x = inputs[0];
        let place = |count: usize, at: &dyn Fn(usize) -> T| {
            let is_nan = |k: usize| at(k).to_f64().is_nan();
            let better = |k: usize, best: usize| at(k) > at(best) || is_nan(k) && !is_nan(best);
            let best = (1..count).fold(0, |best, k| if better(k, best) { k } else { best });
            T::of(best as f64)
        };
        match self.axis {
            Axis::All => {
                let rows = x.rows();
                out.set(0, 0, place(rows * x.cols(), &|k| x.at(k % rows, k / rows)));
            }
            Axis::Rows => {
                (0..x.cols()).for_each(|j| out.set(0, j, place(x.rows(), &|i| x.at(i, j))));
            }
            Axis::Columns => {
                (0..x.rows()).for_each(|i| out.set(i, 0, place(x.cols(), &|j| x.at(i, j))));
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        None
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        None
    }

    fn dependence(&self) -> Dependence {
        Dependence::Jumping
    }

    fn examples() -> Vec<Example<T>> {
        let x = Sample::new((3, 4), Domain::reals()).with_structure(Structure::Distinct);
        vec![Example::new(Self { axis: Axis::Columns }, vec![x])]
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The place of the largest element along an axis, as a number: the first among equals, in
    /// column-major order over all elements. NaN counts as the largest, as in PyTorch.
    ///
    /// It is not differentiable: a gradient that reaches it is an error.
    ///
    /// ```
    /// use gradus_autograd::{AutogradError, Axis, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 5.0; 5.0, 2.0]);
    /// let place = x.argmax(Axis::Columns);
    /// assert_eq!(place.value(), dmatrix![1.0; 0.0]);
    /// let error = place.sum().try_backward().unwrap_err();
    /// assert_eq!(error, AutogradError::NotDifferentiable { op: "argmax" });
    /// ```
    ///
    /// # Panics
    /// If there is no element.
    pub fn argmax(self, axis: Axis) -> Self {
        Self::apply(ArgMax { axis }, &[self])
    }
}
