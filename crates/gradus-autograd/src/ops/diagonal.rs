//! Diagonals and traces.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::sample::Sample;
use crate::var::Var;

/// The diagonal of an n×n matrix, n×1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Diagonal;

/// The n×n matrix with a given diagonal, n×1, and zeros elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ToDiagonal;

impl<T: Scalar> Operation<T> for Diagonal {
    fn name(&self) -> &'static str {
        "diagonal"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        match inputs[0] {
            (rows, cols) if rows == cols => Ok((rows, 1)),
            _ => Err(AutogradError::shape("diagonal", "a square matrix", inputs)),
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        (0..out.rows()).for_each(|i| out.set(i, 0, inputs[0].at(i, i)));
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.to_diagonal())
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 3)])]
    }
}

impl<T: Scalar> Operation<T> for ToDiagonal {
    fn name(&self) -> &'static str {
        "to_diagonal"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        match inputs[0] {
            (rows, 1) => Ok((rows, rows)),
            _ => Err(AutogradError::shape("to_diagonal", "a column", inputs)),
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for j in 0..out.cols() {
            for i in 0..out.rows() {
                out.set(i, j, if i == j { inputs[0].at(i, 0) } else { T::zero() });
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.diagonal())
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 1)])]
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The diagonal of a square matrix, as a column.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// assert_eq!(x.diagonal().value(), dmatrix![1.0; 4.0]);
    /// ```
    ///
    /// # Panics
    /// If the matrix is not square.
    pub fn diagonal(self) -> Self {
        Self::apply(Diagonal, &[self])
    }

    /// The square matrix with this column as its diagonal.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0; 2.0]);
    /// assert_eq!(x.to_diagonal().value(), dmatrix![1.0, 0.0; 0.0, 2.0]);
    /// ```
    ///
    /// # Panics
    /// If this is not a column.
    pub fn to_diagonal(self) -> Self {
        Self::apply(ToDiagonal, &[self])
    }

    /// The trace Σ xᵢᵢ of a square matrix, 1×1.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// assert_eq!(x.trace().item(), 5.0);
    /// assert_eq!(x.trace().backward().get(x), Some(&dmatrix![1.0, 0.0; 0.0, 1.0]));
    /// ```
    ///
    /// # Panics
    /// If the matrix is not square.
    pub fn trace(self) -> Self {
        self.diagonal().sum()
    }
}
