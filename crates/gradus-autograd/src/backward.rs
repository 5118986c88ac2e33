//! The fast gradient: one reverse scan with numbers.

use std::cell::RefCell;

use gradus_linalg::{MatMut, MatRef, Scalar, reduce, vectorize};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::eager::Eager;
use crate::gradients::Gradients;
use crate::node::{Id, Node};
use crate::operation::Dependence;
use crate::ops::Op;
use crate::pool::Pool;
use crate::tape::Tape;
use crate::var::Var;

/// What a fused rule works with: values to read, gradients to add to.
pub(crate) struct Backward<'a, T: Scalar> {
    nodes: &'a [Node<T>],
    kept: &'a [(Id, DMatrix<T>)],
    grads: &'a mut [Option<DMatrix<T>>],
    /// The node whose rule is applied.
    at: Id,
    pool: &'a RefCell<Pool<T>>,
}

impl<'a, T: Scalar> Backward<'a, T> {
    /// Whether a gradient is wanted here.
    pub(crate) fn wants(&self, id: Id) -> bool {
        self.nodes[id as usize].needs_grad
    }

    pub(crate) fn value(&self, id: Id) -> &'a DMatrix<T> {
        self.nodes[id as usize].value.matrix()
    }

    /// What the operation kept when it was computed.
    pub(crate) fn kept(&self) -> Option<&'a DMatrix<T>> {
        let place = self.kept.binary_search_by_key(&self.at, |(id, _)| *id).ok()?;
        Some(&self.kept[place].1)
    }

    /// A buffer with arbitrary content.
    pub(crate) fn take(&self, shape: (usize, usize)) -> DMatrix<T> {
        self.pool.borrow_mut().take(shape)
    }

    pub(crate) fn recycle(&self, matrix: DMatrix<T>) {
        self.pool.borrow_mut().put(matrix);
    }

    /// Adds a gradient that is no longer needed elsewhere.
    pub(crate) fn give(&mut self, id: Id, gradient: DMatrix<T>) {
        if !self.wants(id) {
            self.recycle(gradient);
            return;
        }
        match &mut self.grads[id as usize] {
            Some(sum) => {
                let (sum, gradient_slice) = (sum.as_mut_slice(), gradient.as_slice());
                if let ([sum], [g]) = (&mut *sum, gradient_slice) {
                    *sum += *g;
                } else {
                    vectorize(|| sum.iter_mut().zip(gradient_slice).for_each(|(s, g)| *s += *g));
                }
                self.recycle(gradient);
            }
            slot @ None => *slot = Some(gradient),
        }
    }

    /// Adds the gradient of a 1×1 operand, in a spare 1×1 buffer if it is the first. Gives the buffer
    /// back if it was not needed.
    pub(crate) fn give_number(
        &mut self,
        id: Id,
        gradient: T,
        spare: Option<DMatrix<T>>,
    ) -> Option<DMatrix<T>> {
        if !self.wants(id) {
            return spare;
        }
        match &mut self.grads[id as usize] {
            Some(sum) => {
                sum[0] += gradient;
                spare
            }
            slot @ None => {
                let mut first = spare.unwrap_or_else(|| self.pool.borrow_mut().take((1, 1)));
                first[0] = gradient;
                *slot = Some(first);
                None
            }
        }
    }

    /// Adds a gradient of the broadcast operand, summed over what was repeated.
    pub(crate) fn give_summed(&mut self, id: Id, gradient: DMatrix<T>) {
        let shape = self.nodes[id as usize].shape();
        if shape == gradient.shape() {
            self.give(id, gradient);
            return;
        }
        let mut sums = self.take(shape);
        match shape {
            (1, 1) => sums[0] = reduce::sum(gradient.as_slice()),
            (1, _) => reduce::col_sums(MatRef::from(&gradient), sums.as_mut_slice()),
            _ => reduce::row_sums(MatRef::from(&gradient), sums.as_mut_slice()),
        }
        self.recycle(gradient);
        self.give(id, sums);
    }

    /// Lets `write` compute a gradient where it belongs: out ← result + β·out, with β = 0 for the
    /// first contribution.
    pub(crate) fn write(&mut self, id: Id, write: impl FnOnce(MatMut<'_, T>, T)) {
        if !self.wants(id) {
            return;
        }
        match &mut self.grads[id as usize] {
            Some(sum) => write(MatMut::from(sum), T::one()),
            slot @ None => {
                let shape = self.nodes[id as usize].shape();
                let mut fresh = self.pool.borrow_mut().take(shape);
                write(MatMut::from(&mut fresh), T::zero());
                *slot = Some(fresh);
            }
        }
    }

    /// The rule, read by an eager interpreter that has no values of its own yet.
    fn by_rule(
        &mut self,
        eager: &Eager<'a, T>,
        node: &'a Node<T>,
        id: Id,
        g: DMatrix<T>,
    ) -> Result<(), AutogradError> {
        let Some(op) = &node.op else { return Ok(()) };
        check_differentiable(op)?;
        let operation = op.operation();
        let g = eager.own(g);
        let y = Var::new(eager, id);
        let inputs = node.inputs.as_slice();
        // Nearly all operations have at most three operands, which need no list.
        let (mut few, many);
        let x: &[Var<'_, T>] = if inputs.len() <= 3 {
            few = [y; 3];
            few.iter_mut().zip(inputs).for_each(|(x, &input)| *x = Var::new(eager, input));
            &few[..inputs.len()]
        } else {
            many = inputs.iter().map(|&input| Var::new(eager, input)).collect::<Vec<_>>();
            &many
        };
        let g = operation.passing(y, g);
        for (i, &input) in inputs.iter().enumerate() {
            if !self.wants(input) {
                continue;
            }
            if let Some(gradient) = operation.pullback(i, x, y, g) {
                let gradient = gradient.fit_to(x[i].shape());
                self.give(input, eager.copy_out(gradient));
            }
        }
        eager.clear();
        Ok(())
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The gradient of this scalar with respect to every differentiable leaf.
    ///
    /// # Panics
    /// If this is not 1×1, if it depends on nothing differentiable, or if an operation on the way
    /// has no derivative; [`Var::try_backward`] gives these as errors.
    pub fn backward(self) -> Gradients<T> {
        self.try_backward().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The gradient of this scalar, or the reason why there is none.
    ///
    /// # Errors
    /// If this is not 1×1, if it depends on nothing differentiable, or if an operation on the way
    /// has no derivative.
    pub fn try_backward(self) -> Result<Gradients<T>, AutogradError> {
        let shape = self.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        self.interpreter().backward(self.id())
    }
}

impl<T: Scalar> Tape<T> {
    pub(crate) fn reverse_scan(&self, root: Id) -> Result<Gradients<T>, AutogradError> {
        let (nodes, kept) = (self.nodes.borrow(), self.kept.borrow());
        let end = root as usize;
        if !nodes[end].needs_grad {
            return Err(AutogradError::Constant);
        }
        let recording = self.recording;
        let mut gradients = match self.spare.borrow_mut().take() {
            Some(spare) => Gradients { recording, ..spare },
            None => Gradients::new(recording),
        };
        gradients.by_node.resize_with(nodes.len(), || None);
        gradients.parameters.extend_from_slice(&self.parameters.borrow());
        for (identity, id) in self.states.borrow().iter() {
            let value = nodes[*id as usize].value.matrix();
            let mut copy = self.pool.borrow_mut().take(value.shape());
            copy.copy_from(value);
            gradients.states.push((*identity, copy));
        }
        gradients.by_node[end] = Some(self.pool.borrow_mut().filled((1, 1), T::one()));
        let (grads, pool) = (&mut gradients.by_node, &self.pool);
        let mut backward = Backward { nodes: &nodes, kept: &kept, grads, at: root, pool };
        let eager = Eager::over(&nodes, &self.pool);
        for id in (0..=end).rev() {
            let node = &nodes[id];
            let Some(op) = &node.op else { continue };
            let Some(g) = backward.grads[id].take() else { continue };
            backward.at = id as Id;
            if let Some(g) = op.operation().fused_backward(&mut backward, node, g) {
                backward.by_rule(&eager, node, id as Id, g)?;
            }
        }
        Ok(gradients)
    }
}

/// An operation without a derivative must not swallow a gradient.
pub(crate) fn check_differentiable<T: Scalar>(op: &Op<T>) -> Result<(), AutogradError> {
    let operation = op.operation();
    match operation.dependence() {
        Dependence::Jumping => Err(AutogradError::NotDifferentiable { op: operation.name() }),
        _ => Ok(()),
    }
}
