//! Sums over rows, columns or everything.

use gradus_linalg::{MatMut, MatRef, Scalar, reduce};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::ops::shape::repeat;
use crate::sample::Sample;
use crate::var::Var;

/// What a reduction runs over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Axis {
    /// Over all elements: the result is 1×1.
    All,
    /// Over the rows, one result for each column: 1×n.
    Rows,
    /// Over the columns, one result for each row: m×1.
    Columns,
}

impl Axis {
    /// The shape of a reduction's result.
    pub(crate) fn reduce(self, (rows, cols): Shape) -> Shape {
        match self {
            Self::All => (1, 1),
            Self::Rows => (1, cols),
            Self::Columns => (rows, 1),
        }
    }

    /// How many elements each result is made of.
    pub(crate) fn count(self, (rows, cols): Shape) -> usize {
        match self {
            Self::All => rows * cols,
            Self::Rows => rows,
            Self::Columns => cols,
        }
    }
}

/// Σ along an axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    axis: Axis,
}

impl Sum {
    pub(crate) fn new(axis: Axis) -> Self {
        Self { axis }
    }
}

impl<T: Scalar> Operation<T> for Sum {
    fn name(&self) -> &'static str {
        match self.axis {
            Axis::All => "sum",
            Axis::Rows => "sum over rows",
            Axis::Columns => "sum over columns",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(self.axis.reduce(inputs[0]))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let x = inputs[0];
        match self.axis {
            Axis::All => {
                let total = match x.as_contiguous() {
                    Some(x) => reduce::sum(x),
                    None => (0..x.cols()).fold(T::zero(), |sum, j| {
                        (0..x.rows()).fold(sum, |sum, i| sum + x.at(i, j))
                    }),
                };
                out.set(0, 0, total);
            }
            Axis::Rows => reduce::col_sums(x, dense(&mut out)),
            Axis::Columns => reduce::row_sums(x, dense(&mut out)),
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.broadcast(x[0].rows(), x[0].cols()))
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

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let input = node.inputs.as_slice()[0];
        let mut repeated = backward.take(backward.value(input).shape());
        repeat(MatRef::from(&g), MatMut::from(&mut repeated));
        backward.give(input, repeated);
        backward.recycle(g);
        None
    }

    fn examples() -> Vec<Example<T>> {
        [Axis::All, Axis::Rows, Axis::Columns]
            .into_iter()
            .map(|axis| Example::new(Self { axis }, vec![Sample::reals(3, 4)]))
            .collect()
    }
}

/// The elements of a result, which the interpreters always keep dense.
pub(crate) fn dense<'o, T: Scalar>(out: &'o mut MatMut<'_, T>) -> &'o mut [T] {
    out.as_contiguous_mut().expect("a result is dense")
}
