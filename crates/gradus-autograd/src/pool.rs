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
        let data = self.data(rows * cols);
        DMatrix::from_data(VecStorage::new(Dyn(rows), Dyn(cols), data))
    }

    #[inline]
    fn data(&mut self, len: usize) -> Vec<T> {
        let shelf = self.shelves.iter_mut().find(|(size, _)| *size == len);
        shelf.and_then(|(_, shelf)| shelf.pop()).unwrap_or_else(|| fresh(len))
    }

    /// A matrix filled with one value.
    pub(crate) fn filled(&mut self, shape: (usize, usize), value: T) -> DMatrix<T> {
        let mut matrix = self.take(shape);
        matrix.as_mut_slice().fill(value);
        matrix
    }

    /// A 1×1 matrix. Inlined: one that is handed over in memory is waited for.
    #[inline(always)]
    pub(crate) fn number(&mut self, value: T) -> DMatrix<T> {
        let mut data = self.data(1);
        data[0] = value;
        DMatrix::from_data(VecStorage::new(Dyn(1), Dyn(1), data))
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

#[cold]
fn fresh<T: Scalar>(len: usize) -> Vec<T> {
    vec![T::zero(); len]
}
