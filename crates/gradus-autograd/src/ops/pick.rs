//! One element of each row.

use std::sync::Arc;

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::ops::shape::extent;
use crate::ops::softmax_cross_entropy::check_classes;
use crate::sample::Sample;
use crate::var::Var;

/// The element of each row that stands in a given column, m×1.
#[derive(Clone, Debug)]
pub(crate) struct Pick {
    columns: Arc<Vec<u32>>,
}

/// The adjoint: a matrix of zeros with the operand's elements in the given columns.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    columns: Arc<Vec<u32>>,
    count: u32,
}

fn columns() -> Arc<Vec<u32>> {
    Arc::new(vec![0, 2, 2])
}

impl<T: Scalar> Operation<T> for Pick {
    fn name(&self) -> &'static str {
        "pick"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        check_classes("pick", &self.columns, inputs[0]).map(|()| (inputs[0].0, 1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for (i, &column) in self.columns.iter().enumerate() {
            out.set(i, 0, inputs[0].at(i, column as usize));
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(Var::apply(
            Place { columns: Arc::clone(&self.columns), count: extent(x[0].cols()) },
            &[g],
        ))
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
        vec![Example::new(Self { columns: columns() }, vec![Sample::reals(3, 4)])]
    }
}

impl<T: Scalar> Operation<T> for Place {
    fn name(&self) -> &'static str {
        "place"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let shape = (inputs[0].0, self.count as usize);
        if inputs[0].1 != 1 {
            return Err(AutogradError::shape("place", "a column", inputs));
        }
        check_classes("place", &self.columns, shape).map(|()| shape)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for j in 0..out.cols() {
            for (i, &column) in self.columns.iter().enumerate() {
                out.set(i, j, if column as usize == j { inputs[0].at(i, 0) } else { T::zero() });
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
        Some(Var::apply(Pick { columns: Arc::clone(&self.columns) }, &[g]))
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
        vec![Example::new(Self { columns: columns(), count: 4 }, vec![Sample::reals(3, 1)])]
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The element of each row that stands in a given column, m×1: what a one-hot matrix Y selects
    /// by Σⱼ YᵢⱼXᵢⱼ.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// let y = x.pick(&Arc::new(vec![1, 0]));
    /// assert_eq!(y.value(), dmatrix![2.0; 3.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 1.0; 1.0, 0.0]));
    /// ```
    ///
    /// # Panics
    /// If there is not one column for each row, or no such column.
    pub fn pick(self, columns: &Arc<Vec<u32>>) -> Self {
        Self::apply(Pick { columns: Arc::clone(columns) }, &[self])
    }
}
