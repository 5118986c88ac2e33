//! A node of the graph.

use std::sync::Arc;

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

use crate::error::Shape;
use crate::ops::Op;

/// The place of a node in its interpreter.
pub(crate) type Id = u32;

/// The operands of a node. Nearly all have at most three, which need no allocation.
#[derive(Clone, Debug)]
pub(crate) enum Inputs {
    Few([Id; 3], u8),
    Many(Box<[Id]>),
}

impl Inputs {
    /// Each number by itself: a copy of unknown length would be a call.
    #[inline]
    pub(crate) fn new(ids: &[Id]) -> Self {
        match *ids {
            [] => Self::Few([0; 3], 0),
            [a] => Self::Few([a, 0, 0], 1),
            [a, b] => Self::Few([a, b, 0], 2),
            [a, b, c] => Self::Few([a, b, c], 3),
            _ => Self::Many(ids.into()),
        }
    }

    pub(crate) fn as_slice(&self) -> &[Id] {
        match self {
            Self::Few(ids, len) => &ids[..usize::from(*len)],
            Self::Many(ids) => ids,
        }
    }
}

/// Where a node's number stands.
#[derive(Debug)]
pub(crate) enum Value<T> {
    /// Computed, from the pool and back to it.
    Owned(DMatrix<T>),
    /// A parameter or an input, read where it is.
    Shared(Arc<DMatrix<T>>),
}

impl<T: Scalar> Value<T> {
    pub(crate) fn matrix(&self) -> &DMatrix<T> {
        match self {
            Self::Owned(matrix) => matrix,
            Self::Shared(matrix) => matrix,
        }
    }
}

#[derive(Debug)]
pub(crate) struct Node<T: Scalar> {
    /// `None` for a leaf.
    pub(crate) op: Option<Op<T>>,
    pub(crate) inputs: Inputs,
    pub(crate) value: Value<T>,
    /// Whether it depends on something differentiable.
    pub(crate) needs_grad: bool,
}

impl<T: Scalar> Node<T> {
    pub(crate) fn view(&self) -> MatRef<'_, T> {
        MatRef::from(self.value.matrix())
    }

    pub(crate) fn shape(&self) -> Shape {
        self.value.matrix().shape()
    }

    /// Whether it counts as a constant, whatever its operands do.
    pub(crate) fn is_constant(&self) -> bool {
        self.op.as_ref().is_none_or(Op::is_constant)
    }

    /// Whether it is a user's operation.
    pub(crate) fn is_custom(&self) -> bool {
        matches!(self.op, Some(Op::Custom(_)))
    }
}

/// For each node, whether it is one of `from` or depends on one of them.
pub(crate) fn dependents<T: Scalar>(
    nodes: &[Node<T>],
    from: impl IntoIterator<Item = Id>,
) -> Vec<bool> {
    let mut depends = vec![false; nodes.len()];
    for id in from {
        if let Some(slot) = depends.get_mut(id as usize) {
            *slot = true;
        }
    }
    for (id, node) in nodes.iter().enumerate() {
        let moves = |&input: &Id| depends[input as usize];
        depends[id] |= !node.is_constant() && node.inputs.as_slice().iter().any(moves);
    }
    depends
}
