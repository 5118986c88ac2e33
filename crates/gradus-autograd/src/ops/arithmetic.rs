//! Sum, difference, product and quotient, element by element, with broadcasting.

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::dual::{Moving, TangentsOut};
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Dependence, Example, Moved, Operation, multilinear};
use crate::ops::elementwise::{broadcast_examples, broadcast_shape, pull_pair, zip};
use crate::ops::shape::repeat;
use crate::sample::Domain;
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

/// The tangents of a sum: f of both that move, the first alone, or g of the second alone.
fn move_pair<T: Scalar>(
    moving: &Moving<'_, T>,
    out: &mut TangentsOut<'_, T>,
    f: impl Fn(T, T) -> T,
    g: impl Fn(T) -> T,
) {
    for k in 0..moving.width() {
        match (moving.tangents(0), moving.tangents(1)) {
            (Some(a), Some(b)) => zip(&[a.along(k), b.along(k)], out.along(k), &f),
            (Some(a), None) => repeat(a.along(k), out.along(k)),
            (None, Some(b)) => {
                repeat(b.along(k), out.along(k));
                out.elements(k).iter_mut().for_each(|b| *b = g(*b));
            }
            (None, None) => {}
        }
    }
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

    fn number(&self, x: &[T]) -> Option<T> {
        Some(x[0] + x[1])
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

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        move_pair(moving, out, |a, b| a + b, |b| b);
        Moved::Written
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pull_pair(backward, node, g, |g, _, _| g, |g, _, _| g);
        None
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

    fn number(&self, x: &[T]) -> Option<T> {
        Some(x[0] - x[1])
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

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        move_pair(moving, out, |a, b| a - b, |b| -b);
        Moved::Written
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pull_pair(backward, node, g, |g, _, _| g, |g, _, _| -g);
        None
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

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pull_pair(backward, node, g, |g, _, b| g * b, |g, a, _| g * a);
        None
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

    fn number(&self, x: &[T]) -> Option<T> {
        Some(x[0] / x[1])
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

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        pull_pair(backward, node, g, |g, _, b| g / b, |g, a, b| -(g / b * (a / b)));
        None
    }

    fn examples() -> Vec<Example<T>> {
        broadcast_examples(Self, &Domain::reals(), &Domain::between(0.5, 2.0))
    }
}
