//! Sum, difference, product and quotient, element by element, with broadcasting.

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Operation, multilinear};
use crate::ops::Op;
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// a + b.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddOp;

/// a − b.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubOp;

/// a ⊙ b.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MulOp;

/// a / b.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DivOp;

/// The common shape: each extent agrees, or one of the two is 1.
pub(crate) fn broadcast_shape(op: &'static str, inputs: &[Shape]) -> Result<Shape, AutogradError> {
    let [a, b] = [inputs[0], inputs[1]];
    let extent = |a: usize, b: usize| match (a, b) {
        (a, b) if a == b => Some(a),
        (1, b) => Some(b),
        (a, 1) => Some(a),
        _ => None,
    };
    match (extent(a.0, b.0), extent(a.1, b.1)) {
        (Some(rows), Some(cols)) => Ok((rows, cols)),
        _ => Err(AutogradError::shape(op, "each extent must agree or be 1", &[a, b])),
    }
}

/// Marks each pair of operands, with broadcasting.
pub(crate) fn mark_zip<T: Scalar>(
    inputs: &[MatRef<'_, T>],
    mark: &mut dyn FnMut(u64),
    f: impl Fn(T, T) -> u64,
) {
    let (a, b) = (inputs[0], inputs[1]);
    let stretch = |m: MatRef<'_, T>, i: usize, j: usize| m.at(i % m.rows(), j % m.cols());
    for j in 0..a.cols().max(b.cols()) {
        for i in 0..a.rows().max(b.rows()) {
            mark(f(stretch(a, i, j), stretch(b, i, j)));
        }
    }
}

/// out = f(a, b) with broadcasting.
pub(crate) fn zip<T: Scalar>(
    inputs: &[MatRef<'_, T>],
    mut out: MatMut<'_, T>,
    f: impl Fn(T, T) -> T,
) {
    let (a, b) = (inputs[0], inputs[1]);
    if a.shape() == b.shape()
        && let (Some(a), Some(b), Some(out)) =
            (a.as_contiguous(), b.as_contiguous(), out.as_contiguous_mut())
    {
        for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
            *out = f(a, b);
        }
        return;
    }
    let (rows, cols) = out.shape();
    let stretch = |m: MatRef<'_, T>, i: usize, j: usize| {
        m.at(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })
    };
    for j in 0..cols {
        for i in 0..rows {
            out.set(i, j, f(stretch(a, i, j), stretch(b, i, j)));
        }
    }
}

/// Same shapes, a row, a column and a number: all ways in which two operands meet.
pub(crate) fn broadcast_examples<T: Scalar>(
    op: impl Into<Op<T>>,
    left: &Domain,
    right: &Domain,
) -> Vec<Example<T>> {
    let op = op.into();
    [((3, 4), (3, 4)), ((3, 4), (1, 4)), ((3, 1), (3, 4)), ((3, 4), (1, 1)), ((3, 1), (1, 4))]
        .into_iter()
        .map(|(a, b)| {
            let samples = vec![Sample::new(a, left.clone()), Sample::new(b, right.clone())];
            Example::new(op.clone(), samples)
        })
        .collect()
}

/// g reaches both operands of one shape as it is, up to a sign.
fn pass_on<T: Scalar>(
    backward: &mut Backward<'_, T>,
    node: &Node<T>,
    g: DMatrix<T>,
    sign: T,
) -> Option<DMatrix<T>> {
    let [a, b] = [node.inputs.as_slice()[0], node.inputs.as_slice()[1]];
    if backward.value(a).shape() != g.shape() || backward.value(b).shape() != g.shape() {
        return Some(g);
    }
    backward.write(b, |mut out, beta| {
        let out = out.as_contiguous_mut().expect("gradients are dense");
        for (out, &g) in out.iter_mut().zip(g.as_slice()) {
            *out = if beta == T::zero() { sign * g } else { *out + sign * g };
        }
    });
    backward.give(a, g);
    None
}

impl<T: Scalar> Operation<T> for AddOp {
    fn name(&self) -> &'static str {
        "add"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape("add", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |a, b| a + b);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g)
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        match (dx[0], dx[1]) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        }
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pass_on(backward, node, g, T::one())
    }

    fn examples() -> Vec<Example<T>> {
        broadcast_examples(Self, &Domain::reals(), &Domain::reals())
    }
}

impl<T: Scalar> Operation<T> for SubOp {
    fn name(&self) -> &'static str {
        "sub"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape("sub", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |a, b| a - b);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(if i == 0 { g } else { -g })
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        match (dx[0], dx[1]) {
            (Some(a), Some(b)) => Some(a - b),
            (Some(a), None) => Some(a),
            (None, b) => b.map(|b| -b),
        }
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pass_on(backward, node, g, -T::one())
    }

    fn examples() -> Vec<Example<T>> {
        broadcast_examples(Self, &Domain::reals(), &Domain::reals())
    }
}

impl<T: Scalar> Operation<T> for MulOp {
    fn name(&self) -> &'static str {
        "mul"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape("mul", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |a, b| a * b);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g * x[1 - i])
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn examples() -> Vec<Example<T>> {
        broadcast_examples(Self, &Domain::reals(), &Domain::reals())
    }
}

impl<T: Scalar> Operation<T> for DivOp {
    fn name(&self) -> &'static str {
        "div"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape("div", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |a, b| a / b);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let through = g / x[1];
        Some(if i == 0 { through } else { -(through * y) })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let numerator = match (dx[0], dx[1]) {
            (Some(a), Some(b)) => a - y * b,
            (Some(a), None) => a,
            (None, Some(b)) => -(y * b),
            (None, None) => return None,
        };
        Some(numerator / x[1])
    }

    fn examples() -> Vec<Example<T>> {
        broadcast_examples(Self, &Domain::reals(), &Domain::between(0.5, 2.0))
    }
}
