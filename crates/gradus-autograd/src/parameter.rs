//! What is learned.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

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
    role: Role,
}

/// What changes a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The optimiser.
    Trainable,
    /// Nothing.
    Frozen,
    /// The layer itself, as it sees data.
    State,
}

/// What tells parameters, or recordings of a tape, apart: a number that no other one has or had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity(u64);

impl Identity {
    /// Another one than all before, whichever thread asks.
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl<T> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        let value = Arc::clone(&self.value);
        Self { value, identity: Identity::fresh(), role: self.role }
    }
}

impl<T: Scalar> Parameter<T> {
    /// A trainable parameter.
    pub fn new(value: DMatrix<T>) -> Self {
        Self { value: Arc::new(value), identity: Identity::fresh(), role: Role::Trainable }
    }

    /// What a layer remembers of the data it has seen, such as running means. It is saved and
    /// restored as parameters are, costs no gradient, and changes by [`Var::becomes`](crate::Var::becomes).
    pub fn state(value: DMatrix<T>) -> Self {
        Self { role: Role::State, ..Self::new(value) }
    }

    /// The same parameter for a second place: entered into one tape, the two are one variable, and
    /// their gradients add up. A change of one does not reach the other; whoever changes one shares
    /// it again.
    ///
    /// ```
    /// use gradus_autograd::{Parameter, Tape};
    /// use nalgebra::dmatrix;
    ///
    /// let a = Parameter::new(dmatrix![3.0]);
    /// let b = a.share();
    /// let tape = Tape::new();
    /// let gradients = (tape.parameter(&a) * tape.parameter(&b)).backward();
    /// assert_eq!(gradients.of(&a), Some(&dmatrix![6.0]));
    /// ```
    pub fn share(&self) -> Self {
        let (value, identity) = (Arc::clone(&self.value), self.identity);
        Self { value, identity, role: self.role }
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
        self.role == Role::Trainable
    }

    /// Whether it is what a layer remembers, and no parameter in the narrow sense.
    pub fn is_state(&self) -> bool {
        self.role == Role::State
    }

    /// Freezes it: it costs no gradient and takes no update.
    pub fn freeze(&mut self) {
        if self.role == Role::Trainable {
            self.role = Role::Frozen;
        }
    }

    /// Lets training change it again.
    pub fn unfreeze(&mut self) {
        if self.role == Role::Frozen {
            self.role = Role::Trainable;
        }
    }

    pub(crate) fn shared(&self) -> &Arc<DMatrix<T>> {
        &self.value
    }

    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }
}
