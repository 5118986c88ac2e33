//! Euclidean norms.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::reduce::Axis;
use crate::sample::Sample;
use crate::var::Var;

/// √Σx² along an axis, with derivative x/‖x‖, and 0 where all elements are 0: a subgradient.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Norm {
    axis: Axis,
}

/// √Σx² without overflow or underflow on the way.
fn norm<T: Scalar>(x: impl Iterator<Item = T> + Clone) -> T {
    let largest = x.clone().fold(T::zero(), |m, x| if x.abs() > m { x.abs() } else { m });
    if largest == T::zero() || !largest.is_finite() {
        return x.fold(largest, |sum, x| sum + x.abs());
    }
    let sum = x.fold(T::zero(), |sum, x| {
        let scaled = x / largest;
        sum + scaled * scaled
    });
    largest * sum.sqrt()
}

/// 1/y, and 0 where y = 0.
fn reciprocal<'e, T: Scalar>(y: Var<'e, T>) -> Var<'e, T> {
    let none = y.equal(y.filled_like(0.0));
    none.select(none, y).powi(-1) - none
}

impl<T: Scalar> Operation<T> for Norm {
    fn name(&self) -> &'static str {
        match self.axis {
            Axis::All => "norm",
            Axis::Rows => "norm over rows",
            Axis::Columns => "norm over columns",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(self.axis.reduce(inputs[0]))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let x = inputs[0];
        let (rows, cols) = x.shape();
        match self.axis {
            Axis::All => {
                let all = (0..cols).flat_map(|j| (0..rows).map(move |i| x.at(i, j)));
                out.set(0, 0, norm(all));
            }
            Axis::Rows => {
                (0..cols).for_each(|j| out.set(0, j, norm((0..rows).map(|i| x.at(i, j)))));
            }
            Axis::Columns => {
                (0..rows).for_each(|i| out.set(i, 0, norm((0..cols).map(|j| x.at(i, j)))));
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(x[0] * (g * reciprocal(y)))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        Some((x[0] * dx[0]? * reciprocal(y)).sum_over(self.axis))
    }

    fn examples() -> Vec<Example<T>> {
        [Axis::All, Axis::Rows, Axis::Columns]
            .into_iter()
            .map(|axis| Example::new(Self { axis }, vec![Sample::reals(3, 4)]))
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The Euclidean (Frobenius) norm √Σx², 1×1, without overflow on the way; its gradient is
    /// x/‖x‖, and 0 at 0.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![3.0, 4.0]);
    /// assert_eq!(x.norm().item(), 5.0);
    /// assert_eq!((x * 0.0).norm().backward().get(x), Some(&dmatrix![0.0, 0.0]));
    /// ```
    pub fn norm(self) -> Self {
        self.norm_over(Axis::All)
    }

    /// Euclidean norms along an axis.
    ///
    /// ```
    /// use gradus_autograd::{Axis, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![3.0, 4.0; 0.0, 0.0]);
    /// assert_eq!(x.norm_over(Axis::Columns).value(), dmatrix![5.0; 0.0]);
    /// ```
    pub fn norm_over(self, axis: Axis) -> Self {
        Self::apply(Norm { axis }, &[self])
    }
}
