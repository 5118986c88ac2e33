//! What can go wrong while a graph is built or differentiated.

use std::fmt::Write as _;

use thiserror::Error;

/// (rows, columns).
pub(crate) type Shape = (usize, usize);

/// An error of graph building or of differentiation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AutogradError {
    /// The operands of an operation do not fit together.
    #[error("{op}: the operands {} do not fit: {expected}", shapes(.found))]
    Shape {
        /// The operation.
        op: &'static str,
        /// What it needs, in words.
        expected: String,
        /// The shapes it was given.
        found: Vec<(usize, usize)>,
    },
    /// A derivative was asked of something that is not a scalar.
    #[error("backward needs a 1x1 value, this one is {}x{}: reduce it first, for example by sum()", .shape.0, .shape.1)]
    NotScalar {
        /// The shape of the value.
        shape: (usize, usize),
    },
    /// A gradient reached an operation that has none.
    #[error("{op} is not differentiable: take its result out of the graph with stop_gradient()")]
    NotDifferentiable {
        /// The operation.
        op: &'static str,
    },
    /// The value does not depend on anything that was declared differentiable.
    #[error(
        "the value depends on no variable or parameter, unless through stop_gradient(), so it has no gradient"
    )]
    Constant,
    /// A derivative was asked of a variable that another tape holds.
    #[error(
        "{op}: a variable belongs to another tape: record all of them on the tape that is asked"
    )]
    OtherTape {
        /// The derivative.
        op: &'static str,
    },
    /// A matrix that has to be positive definite is not.
    #[error(
        "{op}: the matrix is not positive definite (pivot {pivot} is not above 0): add to its diagonal, or check for collinear columns"
    )]
    NotPositiveDefinite {
        /// The operation.
        op: &'static str,
        /// The row of the pivot, from 0.
        pivot: usize,
    },
    /// A triangular matrix has a zero on its diagonal.
    #[error("{op}: the matrix is singular (element {pivot} of its diagonal is 0)")]
    Singular {
        /// The operation.
        op: &'static str,
        /// The row of the zero, from 0.
        pivot: usize,
    },
    /// A matrix has an element that is infinite or not a number.
    #[error(
        "{op}: an element is not finite: look for an overflow, or for 0/0, where it was computed"
    )]
    NotFinite {
        /// The operation.
        op: &'static str,
    },
    /// A sum over paths has more of them than was allowed.
    #[error(
        "there are more than {limit} paths: use backward(), which adds them up without listing them"
    )]
    TooManyPaths {
        /// The number allowed.
        limit: usize,
    },
    /// A setting of a check makes no sense.
    #[error("{op}: {what} must be {allowed}")]
    Setting {
        /// The check.
        op: &'static str,
        /// The setting.
        what: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
}

fn shapes(found: &[Shape]) -> String {
    let mut text = String::new();
    for (i, (rows, cols)) in found.iter().enumerate() {
        let separator = if i == 0 { "" } else { " and " };
        let _ = write!(text, "{separator}{rows}x{cols}");
    }
    text
}

impl AutogradError {
    pub(crate) fn shape(op: &'static str, expected: impl Into<String>, found: &[Shape]) -> Self {
        Self::Shape { op, expected: expected.into(), found: found.to_vec() }
    }
}
