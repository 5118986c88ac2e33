//! What can be done with an expression: compute it, or record it.

use std::sync::Arc;

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::error::Shape;
use crate::gradients::Gradients;
use crate::node::Id;
use crate::ops::Op;
use crate::parameter::{Identity, Parameter};

/// One reading of the expressions that are written over [`Var`](crate::Var).
///
/// The crate has two: the tape records, [`Eager`](crate::eager::Eager) computes. What was recorded
/// can be read once more, with tangents: see [`Dual`](crate::dual::Dual).
pub(crate) trait Interpreter<T: Scalar> {
    /// Applies an operation.
    fn apply(&self, op: Op<T>, inputs: &[Id]) -> Result<Id, AutogradError>;

    /// A constant.
    fn constant(&self, value: DMatrix<T>) -> Id;

    /// A constant that is read where it is.
    fn shared(&self, value: &Arc<DMatrix<T>>) -> Id;

    /// A constant matrix of one value.
    fn filled(&self, shape: Shape, value: T) -> Id;

    /// A parameter: the same one gives the same place.
    fn parameter(&self, parameter: &Parameter<T>) -> Id;

    /// The shape of a value.
    fn shape(&self, id: Id) -> Shape;

    /// Shows a value.
    fn read(&self, id: Id, reader: &mut dyn FnMut(MatRef<'_, T>));

    /// What tells its variables from others of the same number: the tape alone has an answer.
    fn recording(&self) -> Option<Identity> {
        None
    }

    /// Remembers a name for a value: the tape alone shows names.
    fn name(&self, _id: Id, _name: &str) {}

    /// Remembers what a state becomes: the tape alone, which is where steps are made.
    fn becomes(&self, _state: &Parameter<T>, _value: Id) {}

    /// The gradient of a 1×1 value with respect to the leaves: the tape alone has leaves.
    fn backward(&self, _root: Id) -> Result<Gradients<T>, AutogradError> {
        Err(AutogradError::Constant)
    }
}
