//! A function of matrices as finite differences see it.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::AutogradError;
use crate::node::Id;
use crate::tape::Tape;
use crate::var::Var;

/// A number and the smooth piece of the function on which it was computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evaluated {
    pub(crate) value: f64,
    pub(crate) piece: u64,
}

/// A gradient and the smooth piece on which it was computed.
#[derive(Clone, Debug)]
pub(crate) struct Slopes<T: Scalar> {
    pub(crate) gradients: Vec<DMatrix<T>>,
    pub(crate) piece: u64,
}

/// A function whose result is contracted to a scalar, with fixed weights if it is a matrix.
pub(crate) struct Problem<F> {
    f: F,
    seed: u64,
}

impl<F> Problem<F> {
    pub(crate) fn new(f: F, seed: u64) -> Self {
        Self { f, seed }
    }

    /// Records the function, and gives its operands and its scalar.
    pub(crate) fn record<'t, T: Scalar>(
        &self,
        tape: &'t Tape<T>,
        inputs: &[DMatrix<T>],
    ) -> (Vec<Var<'t, T>>, Var<'t, T>)
    where
        F: Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
    {
        let x: Vec<_> = inputs.iter().map(|input| tape.variable(input.clone())).collect();
        let y = (self.f)(tape, &x);
        let (rows, cols) = y.shape();
        if (rows, cols) == (1, 1) {
            return (x, y);
        }
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let weights = DMatrix::from_fn(rows, cols, |_, _| T::of(rng.random_range(0.5..1.5)));
        let weights = tape.constant(weights);
        (x, (y * weights).sum())
    }

    pub(crate) fn value<T: Scalar>(&self, inputs: &[DMatrix<T>]) -> Evaluated
    where
        F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
    {
        let tape = Tape::new();
        let (_, y) = self.record(&tape, inputs);
        Evaluated { value: y.item().to_f64(), piece: tape.piece(y.id()) }
    }

    pub(crate) fn gradients<T: Scalar>(
        &self,
        inputs: &[DMatrix<T>],
    ) -> Result<Slopes<T>, AutogradError>
    where
        F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
    {
        let tape = Tape::new();
        let (x, y) = self.record(&tape, inputs);
        let zeros = |x: &DMatrix<T>| DMatrix::zeros(x.nrows(), x.ncols());
        let gradients = match y.try_backward() {
            Ok(gradients) => x
                .iter()
                .zip(inputs)
                .map(|(&x, input)| gradients.get(x).cloned().unwrap_or_else(|| zeros(input)))
                .collect(),
            Err(AutogradError::Constant) => inputs.iter().map(zeros).collect(),
            Err(error) => return Err(error),
        };
        Ok(Slopes { gradients, piece: tape.piece(y.id()) })
    }
}

impl<T: Scalar> Tape<T> {
    /// A fingerprint of the smooth pieces on which the nodes up to `end` were computed.
    fn piece(&self, end: Id) -> u64 {
        let mut hasher = DefaultHasher::new();
        let nodes = self.nodes.borrow();
        for (id, node) in nodes.iter().enumerate().take(end as usize + 1) {
            let Some(op) = &node.op else { continue };
            let inputs: Vec<_> =
                node.inputs.as_slice().iter().map(|&input| nodes[input as usize].view()).collect();
            op.operation().branches(&inputs, &mut |mark| (id, mark).hash(&mut hasher));
        }
        hasher.finish()
    }
}
