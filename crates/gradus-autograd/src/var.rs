//! Variables, which read like mathematics.

use std::fmt;
use std::sync::Arc;

use gradus_linalg::{Epilogue, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::interpreter::Interpreter;
use crate::node::Id;
use crate::ops::Op;
use crate::ops::affine::Affine;
use crate::ops::matmul::{MatMul, Side};
use crate::ops::reduce::{Axis, Sum};
use crate::ops::shape::{Broadcast, Reshape, Transpose};
use crate::ops::softmax::{LogSoftmax, LogSumExp, Softmax};
use crate::ops::softmax_cross_entropy::SoftmaxCrossEntropy;
use crate::ops::stop_gradient;
use crate::parameter::Parameter;

/// A matrix-valued variable. `Copy`: use it as often as you like.
///
/// Operators work element by element and broadcast: beside an m×n operand, the other may be m×n,
/// 1×n (a row for all rows), m×1 (a column for all columns) or 1×1.
///
/// # Panics
/// Every operation panics when shapes do not fit, and names the operation and the shapes. Where
/// data decides the shapes, check them first, or use a `try_` method.
///
/// ```
/// use gradus_autograd::Tape;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let x = tape.variable(dmatrix![0.0, 1.0; 2.0, 3.0]);
/// let y = (x.tanh() * 2.0 + 1.0).sum();
/// let slope = y.backward().get(x).unwrap().clone();
/// assert_eq!(slope[(0, 0)], 2.0); // 2·(1 − tanh² 0)
/// ```
pub struct Var<'t, T: Scalar> {
    interpreter: &'t dyn Interpreter<T>,
    id: Id,
}

impl<T: Scalar> Copy for Var<'_, T> {}

impl<T: Scalar> Clone for Var<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Scalar> fmt::Debug for Var<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rows, cols) = self.shape();
        write!(f, "Var #{} ({rows}x{cols})", self.id)
    }
}

/// The operands of an operation have to live in one graph.
fn same_graph<T: Scalar>(a: Var<'_, T>, b: Var<'_, T>) {
    assert!(
        std::ptr::addr_eq(a.interpreter, b.interpreter),
        "the operands belong to different tapes: enter both into the same one"
    );
}

impl<'t, T: Scalar> Var<'t, T> {
    pub(crate) fn new(interpreter: &'t dyn Interpreter<T>, id: Id) -> Self {
        Self { interpreter, id }
    }

    pub(crate) fn id(self) -> Id {
        self.id
    }

    pub(crate) fn interpreter(self) -> &'t dyn Interpreter<T> {
        self.interpreter
    }

    pub(crate) fn apply(op: impl Into<Op<T>>, inputs: &[Self]) -> Self {
        Self::try_apply(op, inputs).unwrap_or_else(|error| panic!("{error}"))
    }

    pub(crate) fn try_apply(op: impl Into<Op<T>>, inputs: &[Self]) -> Result<Self, AutogradError> {
        let first = inputs[0];
        let mut few = [0; 4];
        let interpreter = first.interpreter;
        let id = if inputs.len() <= few.len() {
            for (slot, input) in few.iter_mut().zip(inputs) {
                same_graph(first, *input);
                *slot = input.id;
            }
            interpreter.apply(op.into(), &few[..inputs.len()])?
        } else {
            inputs.iter().for_each(|input| same_graph(first, *input));
            let ids: Vec<Id> = inputs.iter().map(|input| input.id).collect();
            interpreter.apply(op.into(), &ids)?
        };
        Ok(Self { interpreter, id })
    }

    pub(crate) fn unary(self, op: impl Into<Op<T>>) -> Self {
        Self::apply(op, &[self])
    }

    /// (rows, columns).
    pub fn shape(self) -> (usize, usize) {
        self.interpreter.shape(self.id)
    }

    /// The number of rows.
    pub fn rows(self) -> usize {
        self.shape().0
    }

    /// The number of columns.
    pub fn cols(self) -> usize {
        self.shape().1
    }

    /// Gives it a name, which graphs and summaries show.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(2.0).name("x");
    /// let _ = x.square();
    /// assert!(tape.to_dot().contains("x"));
    /// ```
    pub fn name(self, name: &str) -> Self {
        self.interpreter.name(self.id, name);
        self
    }

    /// A copy of its value.
    pub fn value(self) -> DMatrix<T> {
        self.with_value(|m| match m.as_contiguous() {
            Some(elements) => DMatrix::from_column_slice(m.rows(), m.cols(), elements),
            None => m.to_matrix(),
        })
    }

    /// Shows its value without a copy.
    pub fn with_value<R>(self, reader: impl FnOnce(MatRef<'_, T>) -> R) -> R {
        let mut reader = Some(reader);
        let mut result = None;
        self.interpreter.read(self.id, &mut |m| {
            if let Some(reader) = reader.take() {
                result = Some(reader(m));
            }
        });
        result.expect("an interpreter shows each value once")
    }

    /// The number in a 1×1 variable.
    ///
    /// # Panics
    /// If it is not 1×1.
    pub fn item(self) -> T {
        let shape = self.shape();
        assert!(shape == (1, 1), "item needs a 1x1 value, this one is {}x{}", shape.0, shape.1);
        self.with_value(|m| m.at(0, 0))
    }

    /// A constant in the same graph.
    pub fn constant(self, value: DMatrix<T>) -> Self {
        Self { id: self.interpreter.constant(value), ..self }
    }

    /// A shared constant in the same graph, read where it is.
    pub fn shared(self, value: &Arc<DMatrix<T>>) -> Self {
        Self { id: self.interpreter.shared(value), ..self }
    }

    /// A parameter in the same graph: this is how a layer reads its weights.
    pub fn parameter(self, parameter: &Parameter<T>) -> Self {
        Self { id: self.interpreter.parameter(parameter), ..self }
    }

    /// Says that a [state](Parameter::state) takes this value when the step is taken. The gradients
    /// of the same tape carry it ([`Gradients::state`](crate::Gradients::state)); without a tape
    /// nothing happens.
    ///
    /// ```
    /// use gradus_autograd::{Parameter, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let mut count = Parameter::state(dmatrix![1.0]);
    /// let tape = Tape::new();
    /// let x = tape.scalar(3.0);
    /// (x.parameter(&count) + 1.0).becomes(&count);
    /// let gradients = x.square().backward();
    /// let next = gradients.state(&count).unwrap().clone();
    /// count.value_mut().copy_from(&next);
    /// assert_eq!(count.value(), &dmatrix![2.0]);
    /// ```
    ///
    /// # Panics
    /// If the parameter is not a state, or has another shape.
    pub fn becomes(self, state: &Parameter<T>) {
        let (found, expected) = (self.shape(), state.value().shape());
        assert!(state.is_state(), "becomes: the optimiser changes this parameter, not the layer");
        assert!(found == expected, "becomes: a state of {expected:?} cannot be {found:?}");
        self.interpreter.becomes(state, self.id);
    }

    /// A constant of the same shape, filled with one value.
    pub fn filled_like(self, value: f64) -> Self {
        let id = self.interpreter.filled(self.shape(), T::of(value));
        Self { id, ..self }
    }

    /// The matrix product A·B.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![1.0, 2.0]);
    /// let b = tape.variable(dmatrix![3.0; 4.0]);
    /// assert_eq!(a.matmul(b).item(), 11.0);
    /// assert_eq!(a.t_matmul(a).value(), dmatrix![1.0, 2.0; 2.0, 4.0]);
    /// assert_eq!(a.matmul_t(a).item(), 5.0);
    /// ```
    pub fn matmul(self, other: Self) -> Self {
        Self::apply(MatMul::new(Side::Plain, Side::Plain), &[self, other])
    }

    /// The matrix product A·B, or an error that names both shapes.
    ///
    /// # Errors
    /// If the columns of A are not as many as the rows of B.
    pub fn try_matmul(self, other: Self) -> Result<Self, AutogradError> {
        Self::try_apply(MatMul::new(Side::Plain, Side::Plain), &[self, other])
    }

    /// The product Aᵀ·B, without a transposed copy.
    pub fn t_matmul(self, other: Self) -> Self {
        Self::apply(MatMul::new(Side::Transposed, Side::Plain), &[self, other])
    }

    /// The product A·Bᵀ, without a transposed copy.
    pub fn matmul_t(self, other: Self) -> Self {
        Self::apply(MatMul::new(Side::Plain, Side::Transposed), &[self, other])
    }

    /// X·W + 1·bᵀ for a 1×n row b: a layer's affine map, in one pass.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.constant(dmatrix![1.0, 2.0]);
    /// let w = tape.variable(dmatrix![3.0; 4.0]);
    /// let b = tape.variable(dmatrix![0.5]);
    /// assert_eq!(x.affine(w, b).item(), 11.5);
    /// ```
    pub fn affine(self, weight: Self, bias: Self) -> Self {
        self.affine_then(weight, bias, Epilogue::Identity)
    }

    /// act(X·W + 1·bᵀ), with the activation applied while the block is in cache.
    ///
    /// The slope of the sigmoid and of tanh is taken from the result, y(1 − y) and 1 − y², and so
    /// loses digits where the unit is saturated; apply the activation by itself to keep them.
    pub fn affine_then(self, weight: Self, bias: Self, activation: Epilogue) -> Self {
        Self::apply(Affine::new(activation), &[self, weight, bias])
    }

    /// Aᵀ.
    pub fn transpose(self) -> Self {
        self.unary(Transpose)
    }

    /// The same elements, in column-major order, in another shape.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 3.0; 2.0, 4.0]);
    /// assert_eq!(x.reshape(1, 4).value(), dmatrix![1.0, 2.0, 3.0, 4.0]);
    /// ```
    pub fn reshape(self, rows: usize, cols: usize) -> Self {
        self.unary(Reshape::new(rows, cols))
    }

    /// Repeats a row, a column or a number until it fills a shape.
    pub fn broadcast(self, rows: usize, cols: usize) -> Self {
        if self.shape() == (rows, cols) { self } else { self.unary(Broadcast::new(rows, cols)) }
    }

    /// A gradient in the shape of its operand: summed where the operand was repeated, repeated
    /// where a rule gave one value for several elements.
    pub(crate) fn fit_to(self, (rows, cols): (usize, usize)) -> Self {
        self.sum_to((rows, cols)).broadcast(rows, cols)
    }

    /// Sums over repeated rows or columns until a shape is left: the adjoint of `broadcast`.
    pub fn sum_to(self, (rows, cols): (usize, usize)) -> Self {
        let mut sum = self;
        if (rows, cols) == (1, 1) && sum.shape() != (1, 1) {
            return sum.sum();
        }
        if rows == 1 && sum.rows() != 1 {
            sum = sum.sum_over(Axis::Rows);
        }
        if cols == 1 && sum.cols() != 1 {
            sum = sum.sum_over(Axis::Columns);
        }
        sum
    }

    /// The sum of all elements, 1×1.
    pub fn sum(self) -> Self {
        self.unary(Sum::new(Axis::All))
    }

    /// Sums along an axis: over rows gives 1×n, over columns m×1.
    pub fn sum_over(self, axis: Axis) -> Self {
        self.unary(Sum::new(axis))
    }

    /// The mean of all elements, 1×1.
    pub fn mean(self) -> Self {
        self.mean_over(Axis::All)
    }

    /// Means along an axis.
    ///
    /// ```
    /// use gradus_autograd::{Axis, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 6.0]);
    /// assert_eq!(x.mean_over(Axis::Rows).value(), dmatrix![2.0, 4.0]);
    /// assert_eq!(x.sum_over(Axis::Columns).value(), dmatrix![3.0; 9.0]);
    /// assert_eq!(x.mean().item(), 3.0);
    /// ```
    pub fn mean_over(self, axis: Axis) -> Self {
        let (rows, cols) = self.shape();
        let count = axis.count((rows, cols));
        self.sum_over(axis) * (1.0 / count as f64)
    }

    /// The softmax of each row: e^{zⱼ} / Σₖ e^{zₖ}.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let z = tape.variable(dmatrix![1000.0, 1000.0]);
    /// assert_eq!(z.softmax().value(), dmatrix![0.5, 0.5]);
    /// assert_eq!(z.log_sum_exp().item(), 1000.0 + 2.0_f64.ln());
    /// ```
    pub fn softmax(self) -> Self {
        self.unary(Softmax)
    }

    /// The logarithm of the softmax of each row.
    pub fn log_softmax(self) -> Self {
        self.unary(LogSoftmax)
    }

    /// ln Σₖ e^{zₖ} of each row, m×1.
    pub fn log_sum_exp(self) -> Self {
        self.unary(LogSumExp)
    }

    /// The mean over rows of −ln softmax(z)_class, 1×1, from logits and class numbers. Its gradient
    /// is (softmax(Z) − Y)/m.
    pub fn softmax_cross_entropy(self, classes: &Arc<Vec<u32>>) -> Self {
        self.unary(SoftmaxCrossEntropy::new(classes))
    }

    /// The same value, through which no gradient passes.
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// let x = tape.scalar(3.0);
    /// assert_eq!((x * x.stop_gradient()).backward().item(x), Some(3.0));
    /// ```
    pub fn stop_gradient(self) -> Self {
        self.unary(stop_gradient::StopGradient)
    }
}
