//! Numbers with tangents, along one direction or several.

use std::cell::RefCell;
use std::sync::Arc;

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::eager::Eager;
use crate::error::Shape;
use crate::interpreter::Interpreter;
use crate::node::{Id, Node};
use crate::ops::Op;
use crate::parameter::Parameter;
use crate::var::Var;

/// Computes each value together with its derivatives along some directions.
pub(crate) struct Dual<'a, T: Scalar> {
    pub(crate) eager: Eager<'a, T>,
    /// The number of directions.
    width: usize,
    /// For each value its place in the eager interpreter below.
    primals: RefCell<Vec<Id>>,
    /// For each value the places of its tangents there, one for each direction. No tangent is a
    /// zero tangent.
    tangents: RefCell<Vec<Option<Id>>>,
}

impl<'a, T: Scalar> Dual<'a, T> {
    fn primal(&self, id: Id) -> Id {
        self.primals.borrow()[id as usize]
    }

    fn push(&self, primal: Id, tangents: impl IntoIterator<Item = Option<Id>>) -> Id {
        let mut primals = self.primals.borrow_mut();
        primals.push(primal);
        self.tangents.borrow_mut().extend(tangents);
        Id::try_from(primals.len() - 1).expect("fewer than 2^32 values")
    }

    fn push_constant(&self, primal: Id) -> Id {
        self.push(primal, (0..self.width).map(|_| None))
    }

    /// Adds the result `y` of an operation, with its tangents.
    fn push_result(&self, op: &Op<T>, inputs: &[Id], y: Id) -> Result<Id, AutogradError> {
        let width = self.width;
        let var = |id| Var::new(&self.eager, id);
        let mut dx: Vec<Option<Var<'_, T>>> = Vec::with_capacity(width * inputs.len());
        {
            let tangents = self.tangents.borrow();
            for k in 0..width {
                dx.extend(
                    inputs.iter().map(|&input| tangents[input as usize * width + k].map(var)),
                );
            }
        }
        if dx.iter().all(Option::is_none) {
            return Ok(self.push_constant(y));
        }
        check_differentiable(op)?;
        let x: Vec<_> = inputs.iter().map(|&input| var(self.primal(input))).collect();
        let dx: Vec<&[Option<Var<'_, T>>]> = dx.chunks(inputs.len()).collect();
        let result = var(y);
        let (rows, cols) = result.shape();
        let tangents = op.operation().tangents(&x, result, &dx);
        Ok(self.push(y, tangents.into_iter().map(|t| t.map(|t| t.broadcast(rows, cols).id()))))
    }

    /// Carries tangents through the nodes of a tape: for each direction, where it begins.
    pub(crate) fn along(
        eager: Eager<'a, T>,
        nodes: &'a [Node<T>],
        directions: &[Vec<(Id, &DMatrix<T>)>],
    ) -> Result<Self, AutogradError> {
        let width = directions.len();
        let dual = Self {
            eager,
            width,
            primals: RefCell::new(Vec::with_capacity(2 * nodes.len())),
            tangents: RefCell::new(Vec::with_capacity(2 * nodes.len() * width)),
        };
        for (id, node) in nodes.iter().enumerate() {
            let id = id as Id;
            let seed = |direction: &Vec<(Id, &DMatrix<T>)>| {
                direction
                    .iter()
                    .find(|(seeded, _)| *seeded == id)
                    .map(|(_, v)| dual.eager.copied(v))
            };
            let seeded = directions.iter().any(|d| d.iter().any(|(seeded, _)| *seeded == id));
            match &node.op {
                _ if seeded => dual.push(id, directions.iter().map(seed).collect::<Vec<_>>()),
                Some(op) => dual.push_result(op, node.inputs.as_slice(), id)?,
                None => dual.push_constant(id),
            };
        }
        Ok(dual)
    }

    pub(crate) fn tangent_matrix(&self, id: Id, direction: usize) -> DMatrix<T> {
        let tangent = self.tangents.borrow()[id as usize * self.width + direction];
        match tangent {
            Some(tangent) => Var::new(&self.eager, tangent).value(),
            None => {
                let (rows, cols) = self.eager.shape(self.primal(id));
                DMatrix::zeros(rows, cols)
            }
        }
    }

    pub(crate) fn primal_matrix(&self, id: Id) -> DMatrix<T> {
        Var::new(&self.eager, self.primal(id)).value()
    }
}

impl<T: Scalar> Interpreter<T> for Dual<'_, T> {
    fn apply(&self, op: Op<T>, inputs: &[Id]) -> Result<Id, AutogradError> {
        let primals: Vec<_> = inputs.iter().map(|&input| self.primal(input)).collect();
        let y = self.eager.apply(op.clone(), &primals)?;
        self.push_result(&op, inputs, y)
    }

    fn constant(&self, value: DMatrix<T>) -> Id {
        self.push_constant(self.eager.constant(value))
    }

    fn shared(&self, value: &Arc<DMatrix<T>>) -> Id {
        self.push_constant(self.eager.shared(value))
    }

    fn filled(&self, shape: Shape, value: T) -> Id {
        self.push_constant(self.eager.filled(shape, value))
    }

    fn parameter(&self, parameter: &Parameter<T>) -> Id {
        self.push_constant(self.eager.parameter(parameter))
    }

    fn shape(&self, id: Id) -> Shape {
        self.eager.shape(self.primal(id))
    }

    fn read(&self, id: Id, reader: &mut dyn FnMut(MatRef<'_, T>)) {
        self.eager.read(self.primal(id), reader);
    }
}
