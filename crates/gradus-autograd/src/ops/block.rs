//! Parts of a matrix: ranges of rows and of columns.

use std::ops::Range;

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::ops::shape::extent;
use crate::sample::Sample;
use crate::var::Var;

/// `rows`×`cols` elements from (`row`, `col`) on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    row: u32,
    col: u32,
    rows: u32,
    cols: u32,
}

/// A matrix of `rows`×`cols` zeros with the operand at (`row`, `col`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pad {
    row: u32,
    col: u32,
    rows: u32,
    cols: u32,
}

impl Block {
    pub(crate) fn new((row, col): Shape, (rows, cols): Shape) -> Self {
        Self { row: extent(row), col: extent(col), rows: extent(rows), cols: extent(cols) }
    }

    fn ranges(self) -> (Range<usize>, Range<usize>) {
        let (row, col) = (self.row as usize, self.col as usize);
        (row..row + self.rows as usize, col..col + self.cols as usize)
    }
}

impl<T: Scalar> Operation<T> for Block {
    fn name(&self) -> &'static str {
        "block"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let (rows, cols) = self.ranges();
        if rows.end <= inputs[0].0 && cols.end <= inputs[0].1 {
            Ok((rows.len(), cols.len()))
        } else {
            let expected = format!("rows {rows:?} and columns {cols:?} lie within");
            Err(AutogradError::shape("block", expected, inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        let (rows, cols) = self.ranges();
        gradus_linalg::copy(inputs[0].row_range(rows).col_range(cols), out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let (rows, cols) = (extent(x[0].rows()), extent(x[0].cols()));
        Some(Var::apply(Pad { row: self.row, col: self.col, rows, cols }, &[g]))
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
        [Block::new((1, 0), (2, 4)), Block::new((0, 1), (3, 2))]
            .into_iter()
            .map(|block| Example::new(block, vec![Sample::reals(3, 4)]))
            .collect()
    }
}

impl<T: Scalar> Operation<T> for Pad {
    fn name(&self) -> &'static str {
        "pad"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let (rows, cols) = (self.rows as usize, self.cols as usize);
        if self.row as usize + inputs[0].0 <= rows && self.col as usize + inputs[0].1 <= cols {
            Ok((rows, cols))
        } else {
            let expected =
                format!("it lies within {rows}x{cols} from ({}, {}) on", self.row, self.col);
            Err(AutogradError::shape("pad", expected, inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let (row, col) = (self.row as usize, self.col as usize);
        for j in 0..out.cols() {
            for i in 0..out.rows() {
                let inside = i.checked_sub(row).zip(j.checked_sub(col));
                let value = match inside {
                    Some((i, j)) if i < inputs[0].rows() && j < inputs[0].cols() => {
                        inputs[0].at(i, j)
                    }
                    _ => T::zero(),
                };
                out.set(i, j, value);
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let (rows, cols) = (extent(x[0].rows()), extent(x[0].cols()));
        Some(Var::apply(Block { row: self.row, col: self.col, rows, cols }, &[g]))
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
        vec![Example::new(Self { row: 1, col: 0, rows: 4, cols: 3 }, vec![Sample::reals(2, 3)])]
    }
}

impl<T: Scalar> Var<'_, T> {
    /// A run of rows.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0; 5.0, 6.0]);
    /// let y = x.row_range(1..3);
    /// assert_eq!(y.value(), dmatrix![3.0, 4.0; 5.0, 6.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 0.0; 1.0, 1.0; 1.0, 1.0]));
    /// ```
    ///
    /// # Panics
    /// If the range reaches past the last row.
    pub fn row_range(self, rows: Range<usize>) -> Self {
        Self::apply(Block::new((rows.start, 0), (rows.len(), self.cols())), &[self])
    }

    /// A run of columns.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// assert_eq!(x.col_range(1..2).value(), dmatrix![2.0; 4.0]);
    /// ```
    ///
    /// # Panics
    /// If the range reaches past the last column.
    pub fn col_range(self, cols: Range<usize>) -> Self {
        Self::apply(Block::new((0, cols.start), (self.rows(), cols.len())), &[self])
    }
}
