//! What an operation is: a forward computation, a rule of differentiation, and its domain.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::backward::Backward;
use crate::dual::{Moving, TangentsOut};
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::ops::Op;
use crate::sample::Sample;
use crate::var::Var;

/// How the result of an operation depends on its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dependence {
    /// By a function with a derivative, at least almost everywhere.
    Smooth,
    /// By a function that is linear in each operand by itself, as a product is.
    Multilinear,
    /// Not at all, by declaration: it counts as a constant.
    Declared,
    /// It jumps: a gradient or a tangent that reaches it is an error.
    Jumping,
}

/// What a fused rule did with the tangents of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// They are written.
    Written,
    /// They are zero in every direction.
    Zero,
    /// Nothing: the rule is to be read.
    ByRule,
}

/// An operation on matrices.
///
/// The rule is written once, over [`Var`], and holds for numbers, for tangents and for graphs.
pub(crate) trait Operation<T: Scalar> {
    /// Its name in messages, tables and graphs.
    fn name(&self) -> &'static str;

    /// The shape of the result.
    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError>;

    /// The result. `out` has the right shape and arbitrary content.
    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>);

    /// The result, or why these operands have none.
    fn try_forward(
        &self,
        inputs: &[MatRef<'_, T>],
        out: MatMut<'_, T>,
    ) -> Result<(), AutogradError> {
        self.forward(inputs, out);
        Ok(())
    }

    /// The shape of what [`forward_keeping`](Self::forward_keeping) leaves for the fused backward pass,
    /// if there is such a thing. Operations of one operand may.
    fn keeps(&self, _input: Shape) -> Option<Shape> {
        None
    }

    /// The same result as `forward`, with what the fused backward pass would have to compute again
    /// in `kept`.
    fn forward_keeping(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>, _kept: MatMut<'_, T>) {
        self.forward(inputs, out);
    }

    /// The result for numbers, exactly as `forward` has it for 1×1 operands, if there is a shorter
    /// way. At most two are given.
    fn number(&self, _x: &[T]) -> Option<T> {
        None
    }

    /// What of the gradient `g` of the result `y` passes its last step, on the way to every operand.
    fn passing<'e>(&self, _y: Var<'e, T>, g: Var<'e, T>) -> Var<'e, T> {
        g
    }

    /// The gradient that reaches operand `i` when `g` reaches the result `y`: gᵀ·∂y/∂xᵢ, where
    /// `g` is what `passing` gave. `None` where the derivative is zero.
    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>>;

    /// The tangent of the result when the operands move along `dx`: Σ ∂y/∂xᵢ·dxᵢ. At least one is
    /// given. `None` where it is zero.
    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>>;

    /// Does the work of `tangent` for all directions at once, if there is a faster way than the rule.
    /// `out` has arbitrary content. At least one operand moves.
    fn fused_tangents(&self, _moving: &Moving<'_, T>, _out: &mut TangentsOut<'_, T>) -> Moved {
        Moved::ByRule
    }

    /// Does the work of `pullback` for all operands at once, in place, if there is a faster way
    /// than the rule. Gives back the gradient that came in when there is none.
    fn fused_backward(
        &self,
        _backward: &mut Backward<'_, T>,
        _node: &Node<T>,
        g: nalgebra::DMatrix<T>,
    ) -> Option<nalgebra::DMatrix<T>> {
        Some(g)
    }

    /// How the result depends on the operands.
    fn dependence(&self) -> Dependence {
        Dependence::Smooth
    }

    /// Marks on which smooth piece the operands lie, element by element. Two points with the same
    /// marks have no kink between them; an operation without kinks marks nothing.
    fn branches(&self, _inputs: &[MatRef<'_, T>], _mark: &mut dyn FnMut(u64)) {}

    /// Cases on which the derivative is checked: every operation names its own.
    fn examples() -> Vec<Example<T>>
    where
        Self: Sized;
}

/// An operation with operands on which its rule can be checked.
#[derive(Clone, Debug)]
pub struct Example<T: Scalar> {
    pub(crate) op: Op<T>,
    /// Its operands.
    pub inputs: Vec<Sample>,
    /// The largest relative error allowed against differences, where it cannot be 1e-6, and why.
    pub bound: Option<(f64, &'static str)>,
}

impl<T: Scalar> Example<T> {
    pub(crate) fn new(op: impl Into<Op<T>>, inputs: Vec<Sample>) -> Self {
        Self { op: op.into(), inputs, bound: None }
    }

    /// Applies the operation of the example.
    ///
    /// # Panics
    /// If the operands do not have the example's shapes.
    pub fn apply<'t>(&self, inputs: &[Var<'t, T>]) -> Var<'t, T> {
        Var::apply(self.op.clone(), inputs)
    }
}

/// The tangent of an operation that is linear in each operand by itself, as a product is:
/// Σ f(x₁, …, dxᵢ, …, xₙ).
pub(crate) fn multilinear<'e, T: Scalar>(
    op: impl Into<Op<T>>,
    x: &[Var<'e, T>],
    dx: &[Option<Var<'e, T>>],
) -> Option<Var<'e, T>> {
    let op = op.into();
    let mut total: Option<Var<'e, T>> = None;
    for (i, tangent) in dx.iter().enumerate() {
        let Some(tangent) = *tangent else { continue };
        let mut operands = x.to_vec();
        operands[i] = tangent;
        let term = Var::apply(op.clone(), &operands);
        total = Some(total.map_or(term, |sum| sum + term));
    }
    total
}
