//! A user's operation.

use std::fmt;
use std::sync::Arc;

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::sample::Sample;
use crate::var::Var;

/// An operation that the crate does not have: a forward computation and a rule.
///
/// The rule is written over [`Var`], with every operation there is, so the result can be
/// differentiated to any order.
///
/// ```
/// use std::sync::Arc;
/// use gradus_autograd::{AutogradError, CustomOp, Tape, Var};
/// use gradus_linalg::{MatMut, MatRef};
///
/// /// x·|x|, with derivative 2|x|.
/// #[derive(Debug)]
/// struct SignedSquare;
///
/// impl CustomOp<f64> for SignedSquare {
///     fn name(&self) -> &'static str {
///         "signed_square"
///     }
///     fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
///         Ok(inputs[0])
///     }
///     fn forward(&self, inputs: &[MatRef<'_, f64>], mut out: MatMut<'_, f64>) {
///         for j in 0..inputs[0].cols() {
///             for i in 0..inputs[0].rows() {
///                 let x = inputs[0].at(i, j);
///                 out.set(i, j, x * x.abs());
///             }
///         }
///     }
///     fn pullback<'e>(
///         &self,
///         _i: usize,
///         x: &[Var<'e, f64>],
///         _y: Var<'e, f64>,
///         g: Var<'e, f64>,
///     ) -> Option<Var<'e, f64>> {
///         Some(g * x[0].abs() * 2.0)
///     }
///     fn tangent<'e>(
///         &self,
///         x: &[Var<'e, f64>],
///         _y: Var<'e, f64>,
///         dx: &[Option<Var<'e, f64>>],
///     ) -> Option<Var<'e, f64>> {
///         dx[0].map(|dx| dx * x[0].abs() * 2.0)
///     }
/// }
///
/// let tape = Tape::new();
/// let x = tape.scalar(-3.0);
/// let y = Var::custom(Arc::new(SignedSquare), &[x]);
/// assert_eq!(y.item(), -9.0);
/// assert_eq!(y.backward().item(x), Some(6.0));
/// ```
pub trait CustomOp<T: Scalar>: fmt::Debug + Send + Sync {
    /// Its name in messages and graphs.
    fn name(&self) -> &'static str;

    /// The shape of the result.
    ///
    /// # Errors
    /// If the operands do not fit.
    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError>;

    /// The result. `out` has the right shape and arbitrary content.
    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>);

    /// The gradient that reaches operand `i` when `g` reaches the result `y`; `None` if it is zero.
    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>>;

    /// The tangent of the result when the operands move along `dx`; `None` if it is zero.
    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>>;

    /// Marks on which smooth piece the operands lie, element by element, so that finite differences
    /// can skip a kink: two points with the same marks have none between them. An operation
    /// without kinks marks nothing.
    fn branches(&self, _inputs: &[MatRef<'_, T>], _mark: &mut dyn FnMut(u64)) {}
}

/// A user's operation as a node.
#[derive(Clone, Debug)]
pub(crate) struct Custom<T: Scalar>(Arc<dyn CustomOp<T>>);

impl<'t, T: Scalar> Var<'t, T> {
    /// Applies a user's operation.
    ///
    /// # Panics
    /// If there is no operand, or if the operands do not fit.
    pub fn custom(op: Arc<dyn CustomOp<T>>, inputs: &[Self]) -> Self {
        assert!(!inputs.is_empty(), "{} needs at least one operand", op.name());
        Self::apply(Custom(op), inputs)
    }
}

impl<T: Scalar> Operation<T> for Custom<T> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        self.0.shape(inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        self.0.forward(inputs, out);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        self.0.pullback(i, x, y, g)
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        self.0.tangent(x, y, dx)
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        self.0.branches(inputs, mark);
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self(Arc::new(Cube)), vec![Sample::reals(2, 3)])]
    }
}

/// The example of a user's operation that the registry checks: x³.
#[derive(Debug)]
struct Cube;

impl<T: Scalar> CustomOp<T> for Cube {
    fn name(&self) -> &'static str {
        "custom (cube)"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for j in 0..inputs[0].cols() {
            for i in 0..inputs[0].rows() {
                out.set(i, j, inputs[0].at(i, j).powi(3));
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
        Some(g * x[0].square() * 3.0)
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        dx[0].map(|dx| dx * x[0].square() * 3.0)
    }
}
