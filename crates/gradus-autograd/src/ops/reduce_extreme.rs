//! The largest and the smallest element along an axis.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::extremum::Extreme;
use crate::ops::reduce::Axis;
use crate::ops::select::{Gate, Kept};
use crate::sample::{Domain, Sample, Structure};
use crate::var::Var;

/// The largest or the smallest element along an axis. Equal ones share the gradient evenly, a
/// subgradient. NaN if there is one, and then so is each gradient, as in PyTorch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReduceExtreme {
    which: Extreme,
    axis: Axis,
}

impl ReduceExtreme {
    fn better<T: Scalar>(self, a: T, b: T) -> bool {
        match self.which {
            Extreme::Max => a > b,
            Extreme::Min => a < b,
        }
    }

    /// 1 for each element that is taken, and how many are; NaN in place of the number for a
    /// result that is none, which everything then shares.
    fn taken<'e, T: Scalar>(axis: Axis, x: Var<'e, T>, y: Var<'e, T>) -> (Var<'e, T>, Var<'e, T>) {
        let valid = y.equal(y);
        let taken = x.equal(y) + (valid * -1.0 + 1.0);
        // 0·∞ is NaN.
        (taken, taken.sum_over(axis) * (valid * valid.powi(-1)))
    }

    /// For each result, its place and its element.
    fn scan<T: Scalar>(self, x: MatRef<'_, T>, mut found: impl FnMut(usize, usize, T)) {
        let is_nan = |x: T| x.to_f64().is_nan();
        let (rows, cols) = self.axis.reduce(x.shape());
        for group in 0..rows * cols {
            let (count, at): (usize, &dyn Fn(usize) -> T) = match self.axis {
                Axis::All => (x.rows() * x.cols(), &|k| x.at(k % x.rows(), k / x.rows())),
                Axis::Rows => (x.rows(), &|k| x.at(k, group)),
                Axis::Columns => (x.cols(), &|k| x.at(group, k)),
            };
            let mut best = 0;
            for k in 1..count {
                let (new, old) = (at(k), at(best));
                if !is_nan(old) && (is_nan(new) || self.better(new, old)) {
                    best = k;
                }
            }
            found(group, best, at(best));
        }
    }
}

impl<T: Scalar> Operation<T> for ReduceExtreme {
    fn name(&self) -> &'static str {
        match (self.which, self.axis) {
            (Extreme::Max, Axis::All) => "max of all",
            (Extreme::Max, Axis::Rows) => "max over rows",
            (Extreme::Max, Axis::Columns) => "max over columns",
            (Extreme::Min, Axis::All) => "min of all",
            (Extreme::Min, Axis::Rows) => "min over rows",
            (Extreme::Min, Axis::Columns) => "min over columns",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        if inputs[0].0 * inputs[0].1 == 0 {
            let name = <Self as Operation<T>>::name(self);
            return Err(AutogradError::shape(name, "at least one element", inputs));
        }
        Ok(self.axis.reduce(inputs[0]))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let rows = out.rows();
        self.scan(inputs[0], |group, _, value| out.set(group % rows, group / rows, value));
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let (taken, counts) = Self::taken(self.axis, x[0], y);
        let share = (g / counts).broadcast(x[0].rows(), x[0].cols());
        Some(Var::apply(Gate(Kept::WherePositive), &[taken, share]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let (taken, counts) = Self::taken(self.axis, x[0], y);
        let moved = Var::apply(Gate(Kept::WherePositive), &[taken, dx[0]?]);
        Some(moved.sum_over(self.axis) / counts)
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        self.scan(inputs[0], |_, place, _| mark(place as u64));
    }

    fn examples() -> Vec<Example<T>> {
        [Extreme::Max, Extreme::Min]
            .into_iter()
            .flat_map(|which| {
                [Axis::All, Axis::Rows, Axis::Columns].map(|axis| {
                    let x =
                        Sample::new((3, 4), Domain::reals()).with_structure(Structure::Distinct);
                    Example::new(Self { which, axis }, vec![x])
                })
            })
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The largest elements along an axis. Equal ones share the gradient evenly, as in PyTorch's
    /// `amax`. NaN if there is one, as then is each gradient.
    ///
    /// ```
    /// use gradus_autograd::{Axis, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 5.0; 5.0, 2.0]);
    /// assert_eq!(x.max_over(Axis::Columns).value(), dmatrix![5.0; 5.0]);
    /// let top = x.max_over(Axis::All);
    /// assert_eq!(top.backward().get(x), Some(&dmatrix![0.0, 0.5; 0.5, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no element.
    pub fn max_over(self, axis: Axis) -> Self {
        Self::apply(ReduceExtreme { which: Extreme::Max, axis }, &[self])
    }

    /// The smallest elements along an axis, as [`Var::max_over`].
    ///
    /// ```
    /// use gradus_autograd::{Axis, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 5.0; 5.0, 2.0]);
    /// assert_eq!(x.min_over(Axis::Rows).value(), dmatrix![1.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no element.
    pub fn min_over(self, axis: Axis) -> Self {
        Self::apply(ReduceExtreme { which: Extreme::Min, axis }, &[self])
    }
}
