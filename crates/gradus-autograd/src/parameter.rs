//! What is learned.

use std::sync::Arc;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

/// A matrix that training changes.
///
/// A graph reads it without a copy; entered twice into one tape it is one variable. A clone is
/// another parameter with the same value, which the two share until one of them changes.
///
/// ```
/// use gradus_autograd::{Parameter, Tape};
/// use nalgebra::dmatrix;
///
/// let w = Parameter::new(dmatrix![2.0; 3.0]);
/// let tape = Tape::new();
/// let x = tape.constant(dmatrix![5.0, 7.0]);
/// let gradients = x.matmul(tape.parameter(&w)).backward();
/// assert_eq!(gradients.of(&w), Some(&dmatrix![5.0; 7.0]));
/// ```
#[derive(Debug)]
pub struct Parameter<T> {
    value: Arc<DMatrix<T>>,
    identity: Identity,
    trainable: bool,
}

/// What tells parameters, or recordings of a tape, apart: a place in memory that is taken for as long as anybody, gradients
/// included, remembers it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity(Arc<()>);

impl Identity {
    /// Becomes another one, unless nobody else remembers this one.
    pub(crate) fn renew(&mut self) {
        if Arc::get_mut(&mut self.0).is_none() {
            *self = Self::default();
        }
    }
}

impl PartialEq for Identity {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        let value = Arc::clone(&self.value);
        Self { value, identity: Identity::default(), trainable: self.trainable }
    }
}

impl<T: Scalar> Parameter<T> {
    /// A trainable parameter.
    pub fn new(value: DMatrix<T>) -> Self {
        Self { value: Arc::new(value), identity: Identity::default(), trainable: true }
    }

    /// Its value.
    pub fn value(&self) -> &DMatrix<T> {
        &self.value
    }

    /// Its value, to be changed in place. While a tape or a clone still holds it, the change goes
    /// to a copy of its own.
    pub fn value_mut(&mut self) -> &mut DMatrix<T> {
        Arc::make_mut(&mut self.value)
    }

    /// Whether training changes it.
    pub fn trainable(&self) -> bool {
        self.trainable
    }

    /// Freezes it: it costs no gradient and takes no update.
    pub fn freeze(&mut self) {
        self.trainable = false;
    }

    /// Lets training change it again.
    pub fn unfreeze(&mut self) {
        self.trainable = true;
    }

    pub(crate) fn shared(&self) -> &Arc<DMatrix<T>> {
        &self.value
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }
}
