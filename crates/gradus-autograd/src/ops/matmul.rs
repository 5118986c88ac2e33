//! The matrix product, with either side transposed.

use gradus_linalg::{MatMut, MatRef, Scalar, gemm};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::dual::{Moving, TangentsOut};
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Dependence, Example, Moved, Operation, multilinear};
use crate::ops::elementwise::pull_pair;
use crate::sample::Sample;
use crate::var::Var;

/// How an operand stands in a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// As it is.
    Plain,
    /// Transposed, by reading it with other strides.
    Transposed,
}

impl Side {
    pub(crate) fn flip(self) -> Self {
        match self {
            Self::Plain => Self::Transposed,
            Self::Transposed => Self::Plain,
        }
    }

    pub(crate) fn of<'m, T: Scalar>(self, m: MatRef<'m, T>) -> MatRef<'m, T> {
        match self {
            Self::Plain => m,
            Self::Transposed => m.t(),
        }
    }

    fn shape(self, (rows, cols): Shape) -> Shape {
        match self {
            Self::Plain => (rows, cols),
            Self::Transposed => (cols, rows),
        }
    }
}

/// A'·B', where each is as given or transposed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MatMul {
    left: Side,
    right: Side,
}

impl MatMul {
    pub(crate) fn new(left: Side, right: Side) -> Self {
        Self { left, right }
    }
}

impl<T: Scalar> Operation<T> for MatMul {
    fn name(&self) -> &'static str {
        "matmul"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let (m, k) = self.left.shape(inputs[0]);
        let (p, n) = self.right.shape(inputs[1]);
        if k != p {
            let name = match (self.left, self.right) {
                (Side::Plain, Side::Plain) => "matmul",
                (Side::Transposed, Side::Plain) => "t_matmul (left side transposed)",
                (Side::Plain, Side::Transposed) => "matmul_t (right side transposed)",
                (Side::Transposed, Side::Transposed) => "matmul (both sides transposed)",
            };
            return Err(AutogradError::shape(name, format!("inner extents {k} and {p}"), inputs));
        }
        Ok((m, n))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let (a, b) = (self.left.of(inputs[0]), self.right.of(inputs[1]));
        if (a.shape(), b.shape()) == ((1, 1), (1, 1)) {
            out.set(0, 0, a.at(0, 0) * b.at(0, 0));
            return;
        }
        gemm(T::one(), a, b, T::zero(), out);
    }

    fn number(&self, x: &[T]) -> Option<T> {
        Some(x[0] * x[1])
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let product = |left, a, right, b| Var::apply(Self { left, right }, &[a, b]);
        let (a, b) = (x[0], x[1]);
        Some(match (i, self.left, self.right) {
            (0, Side::Plain, right) => product(Side::Plain, g, right.flip(), b),
            (0, Side::Transposed, right) => product(right, b, Side::Transposed, g),
            (_, left, Side::Plain) => product(left.flip(), a, Side::Plain, g),
            (_, left, Side::Transposed) => product(Side::Transposed, g, left, a),
        })
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

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        let mut beta = T::zero();
        if let Some(da) = moving.tangents(0) {
            let b = self.right.of(moving.value(1));
            for k in 0..moving.width() {
                gemm(T::one(), self.left.of(da.along(k)), b, beta, out.along(k));
            }
            beta = T::one();
        }
        let Some(db) = moving.tangents(1) else { return Moved::Written };
        let a = self.left.of(moving.value(0));
        match self.right {
            Side::Plain => gemm(T::one(), a, db.side_by_side(), beta, out.side_by_side()),
            Side::Transposed => {
                for k in 0..moving.width() {
                    gemm(T::one(), a, db.along(k).t(), beta, out.along(k));
                }
            }
        }
        Moved::Written
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let [a, b] = [node.inputs.as_slice()[0], node.inputs.as_slice()[1]];
        let (va, vb) = (MatRef::from(backward.value(a)), MatRef::from(backward.value(b)));
        if (va.shape(), vb.shape()) == ((1, 1), (1, 1)) {
            pull_pair(backward, node, g, |g, _, b| g * b, |g, a, _| g * a);
            return None;
        }
        let dz = MatRef::from(&g);
        backward.write(a, |out, beta| match self.left {
            Side::Plain => gemm(T::one(), dz, self.right.of(vb).t(), beta, out),
            Side::Transposed => gemm(T::one(), self.right.of(vb), dz.t(), beta, out),
        });
        backward.write(b, |out, beta| match self.right {
            Side::Plain => gemm(T::one(), self.left.of(va).t(), dz, beta, out),
            Side::Transposed => gemm(T::one(), dz.t(), self.left.of(va), beta, out),
        });
        backward.recycle(g);
        None
    }

    fn examples() -> Vec<Example<T>> {
        let shape = |side: Side, rows, cols| {
            let (rows, cols) = side.shape((rows, cols));
            Sample::reals(rows, cols)
        };
        let sides = [Side::Plain, Side::Transposed];
        sides
            .iter()
            .flat_map(|&left| sides.iter().map(move |&right| Self { left, right }))
            .map(|op| Example::new(op, vec![shape(op.left, 3, 4), shape(op.right, 4, 2)]))
            .collect()
    }
}
