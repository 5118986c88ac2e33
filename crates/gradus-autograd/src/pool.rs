//! Buffers that are used again.

use gradus_linalg::Scalar;
use nalgebra::{DMatrix, Dyn, VecStorage};

/// Buffers by length, so that a step of training after the first asks the system for none.
#[derive(Debug)]
pub(crate) struct Pool<T> {
    shelves: Vec<(usize, Vec<Vec<T>>)>,
}

impl<T: Scalar> Pool<T> {
    pub(crate) fn new() -> Self {
        Self { shelves: Vec::new() }
    }

    /// A matrix with arbitrary content: whoever takes it writes every element.
    pub(crate) fn take(&mut self, (rows, cols): (usize, usize)) -> DMatrix<T> {
        let len = rows * cols;
        let data = self
            .shelves
            .iter_mut()
            .find(|(size, _)| *size == len)
            .and_then(|(_, shelf)| shelf.pop())
            .unwrap_or_else(|| vec![T::zero(); len]);
        DMatrix::from_data(VecStorage::new(Dyn(rows), Dyn(cols), data))
    }

    /// A matrix filled with one value.
    pub(crate) fn filled(&mut self, shape: (usize, usize), value: T) -> DMatrix<T> {
        let mut matrix = self.take(shape);
        matrix.as_mut_slice().fill(value);
        matrix
    }

    /// A 1×1 matrix.
    pub(crate) fn number(&mut self, value: T) -> DMatrix<T> {
        let mut matrix = self.take((1, 1));
        matrix.as_mut_slice()[0] = value;
        matrix
    }

    pub(crate) fn put(&mut self, matrix: DMatrix<T>) {
        let data: Vec<T> = matrix.data.into();
        let len = data.len();
        if len == 0 {
            return;
        }
        match self.shelves.iter_mut().find(|(size, _)| *size == len) {
            Some((_, shelf)) => shelf.push(data),
            None => self.shelves.push((len, vec![data])),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.shelves.clear();
    }

    /// The bytes that wait to be used again.
    pub(crate) fn bytes(&self) -> usize {
        self.shelves.iter().map(|(len, shelf)| len * shelf.len() * size_of::<T>()).sum()
    }
}
