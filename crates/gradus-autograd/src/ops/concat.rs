//! Matrices joined to one.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::block::Block;
use crate::sample::Sample;
use crate::var::Var;

/// How matrices are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concat {
    /// One below the other.
    Rows,
    /// One beside the other.
    Columns,
}

impl Concat {
    /// Where part i begins.
    fn offset(self, i: usize, shapes: impl Iterator<Item = Shape>) -> Shape {
        shapes.take(i).fold((0, 0), |(row, col), (rows, cols)| match self {
            Self::Rows => (row + rows, col),
            Self::Columns => (row, col + cols),
        })
    }
}

impl<T: Scalar> Operation<T> for Concat {
    fn name(&self) -> &'static str {
        match self {
            Self::Rows => "concat_rows",
            Self::Columns => "concat_cols",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let name = <Self as Operation<T>>::name(self);
        let (rows, cols) = self.offset(inputs.len(), inputs.iter().copied());
        let (fits, shape) = match self {
            Self::Rows => (inputs.iter().all(|s| s.1 == inputs[0].1), (rows, inputs[0].1)),
            Self::Columns => (inputs.iter().all(|s| s.0 == inputs[0].0), (inputs[0].0, cols)),
        };
        if fits {
            Ok(shape)
        } else {
            Err(AutogradError::shape(name, "the other extent agrees", inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for (k, part) in inputs.iter().enumerate() {
            let (row, col) = self.offset(k, inputs.iter().map(MatRef::shape));
            for j in 0..part.cols() {
                for i in 0..part.rows() {
                    out.set(row + i, col + j, part.at(i, j));
                }
            }
        }
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let offset = self.offset(i, x.iter().map(|x| x.shape()));
        Some(Var::apply(Block::new(offset, x[i].shape()), &[g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let parts: Vec<_> =
            x.iter().zip(dx).map(|(x, dx)| dx.unwrap_or_else(|| x.filled_like(0.0))).collect();
        Some(Var::apply(*self, &parts))
    }

    fn examples() -> Vec<Example<T>> {
        vec![
            Example::new(Self::Rows, vec![Sample::reals(2, 3), Sample::reals(1, 3)]),
            Example::new(Self::Columns, [1, 2, 1, 3].map(|cols| Sample::reals(2, cols)).to_vec()),
        ]
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// Matrices with equally many columns, one below the other.
    ///
    /// ```
    /// use gradus_autograd::{Tape, Var};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (a, b) = (tape.variable(dmatrix![1.0, 2.0]), tape.variable(dmatrix![3.0, 4.0]));
    /// let y = Var::concat_rows(&[a, b]);
    /// assert_eq!(y.value(), dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// assert_eq!((y * y).sum().backward().get(b), Some(&dmatrix![6.0, 8.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no part, or if the columns are not equally many.
    pub fn concat_rows(parts: &[Self]) -> Self {
        assert!(!parts.is_empty(), "concat_rows needs at least one part");
        Self::apply(Concat::Rows, parts)
    }

    /// Matrices with equally many rows, one beside the other.
    ///
    /// ```
    /// use gradus_autograd::{Tape, Var};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (a, b) = (tape.variable(dmatrix![1.0; 2.0]), tape.variable(dmatrix![3.0; 4.0]));
    /// assert_eq!(Var::concat_cols(&[a, b]).value(), dmatrix![1.0, 3.0; 2.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no part, or if the rows are not equally many.
    pub fn concat_cols(parts: &[Self]) -> Self {
        assert!(!parts.is_empty(), "concat_cols needs at least one part");
        Self::apply(Concat::Columns, parts)
    }

    /// Matrices of one size, each as a row of the result, in column-major order.
    ///
    /// ```
    /// use gradus_autograd::{Tape, Var};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (a, b) = (tape.variable(dmatrix![1.0, 2.0]), tape.variable(dmatrix![3.0; 4.0]));
    /// assert_eq!(Var::stack(&[a, b]).value(), dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// ```
    ///
    /// # Panics
    /// If there is no part, or if they do not have equally many elements.
    pub fn stack(parts: &[Self]) -> Self {
        let rows: Vec<_> =
            parts.iter().map(|part| part.reshape(1, part.rows() * part.cols())).collect();
        Self::concat_rows(&rows)
    }
}
