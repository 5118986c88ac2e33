//! Rows by their numbers.

use std::sync::Arc;

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::ops::shape::extent;
use crate::sample::Sample;
use crate::var::Var;

/// The rows with given numbers, in their order, some perhaps more than once.
#[derive(Clone, Debug)]
pub(crate) struct Gather {
    rows: Arc<Vec<u32>>,
}

/// The adjoint: a matrix with `count` rows, to which row i of the operand is added at `rows[i]`.
#[derive(Clone, Debug)]
pub(crate) struct Scatter {
    rows: Arc<Vec<u32>>,
    count: u32,
}

fn check_below(
    op: &'static str,
    rows: &[u32],
    count: usize,
    shape: Shape,
) -> Result<(), AutogradError> {
    match rows.iter().find(|&&row| row as usize >= count) {
        None => Ok(()),
        Some(row) => {
            let expected = format!("row numbers below {count}, and {row} came");
            Err(AutogradError::shape(op, expected, &[shape]))
        }
    }
}

impl<T: Scalar> Operation<T> for Gather {
    fn name(&self) -> &'static str {
        "gather_rows"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        check_below("gather_rows", &self.rows, inputs[0].0, inputs[0])?;
        Ok((self.rows.len(), inputs[0].1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for j in 0..out.cols() {
            for (i, &row) in self.rows.iter().enumerate() {
                out.set(i, j, inputs[0].at(row as usize, j));
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
        Some(Var::apply(Scatter { rows: Arc::clone(&self.rows), count: extent(x[0].rows()) }, &[g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(self.clone(), x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        let rows = Arc::new(vec![2, 0, 2, 1]);
        vec![Example::new(Self { rows }, vec![Sample::reals(3, 2)])]
    }
}

impl<T: Scalar> Operation<T> for Scatter {
    fn name(&self) -> &'static str {
        "scatter_rows"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        check_below("scatter_rows", &self.rows, self.count as usize, inputs[0])?;
        if self.rows.len() != inputs[0].0 {
            return Err(AutogradError::shape("scatter_rows", "one number for each row", inputs));
        }
        Ok((self.count as usize, inputs[0].1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let x = inputs[0];
        for j in 0..x.cols() {
            (0..out.rows()).for_each(|i| out.set(i, j, T::zero()));
            for (i, &row) in self.rows.iter().enumerate() {
                let sum = out.as_ref().at(row as usize, j) + x.at(i, j);
                out.set(row as usize, j, sum);
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
        Some(Var::apply(Gather { rows: Arc::clone(&self.rows) }, &[g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(self.clone(), x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        let rows = Arc::new(vec![2, 0, 2, 1]);
        vec![Example::new(Self { rows, count: 3 }, vec![Sample::reals(4, 2)])]
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The rows with given numbers, in their order, some perhaps more than once: a look-up table.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// let y = x.gather_rows(&Arc::new(vec![1, 1]));
    /// assert_eq!(y.value(), dmatrix![3.0, 4.0; 3.0, 4.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 0.0; 2.0, 2.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such row.
    pub fn gather_rows(self, rows: &Arc<Vec<u32>>) -> Self {
        Self::apply(Gather { rows: Arc::clone(rows) }, &[self])
    }

    /// The columns with given numbers, in their order, some perhaps more than once.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// let y = x.gather_cols(&Arc::new(vec![1, 0, 1]));
    /// assert_eq!(y.value(), dmatrix![2.0, 1.0, 2.0; 4.0, 3.0, 4.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![1.0, 2.0; 1.0, 2.0]));
    /// ```
    ///
    /// # Panics
    /// If there is no such column.
    pub fn gather_cols(self, columns: &Arc<Vec<u32>>) -> Self {
        self.transpose().gather_rows(columns).transpose()
    }
}
