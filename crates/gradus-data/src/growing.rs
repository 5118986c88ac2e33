//! A matrix that grows by rows.

use std::io;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::DataError;

/// A column-major matrix with room for further rows; at most a quarter more than is used.
#[derive(Debug)]
pub(crate) struct Growing<T> {
    values: Vec<T>,
    columns: usize,
    rows: usize,
    /// The rows that there is room for: the distance between two columns.
    room: usize,
}

impl<T: Scalar> Growing<T> {
    /// Room for `rows` rows at first.
    pub(crate) fn with_rows(rows: usize, columns: usize) -> Result<Self, DataError> {
        let mut growing = Self { values: Vec::new(), columns, rows: 0, room: 0 };
        growing.make_room(rows)?;
        Ok(growing)
    }

    /// Appends rows that lie one after the other in `block`.
    pub(crate) fn append(&mut self, block: &[T]) -> Result<(), DataError> {
        let Some(added) = block.len().checked_div(self.columns) else { return Ok(()) };
        if self.rows + added > self.room {
            self.make_room((self.rows + added).max(self.room + self.room / 4))?;
        }
        for (j, column) in self.values.chunks_exact_mut(self.room.max(1)).enumerate() {
            let free = &mut column[self.rows..self.rows + added];
            for (value, row) in free.iter_mut().zip(block.chunks_exact(self.columns)) {
                *value = row[j];
            }
        }
        self.rows += added;
        Ok(())
    }

    pub(crate) fn into_matrix(mut self) -> DMatrix<T> {
        for j in 1..self.columns {
            let start = j * self.room;
            self.values.copy_within(start..start + self.rows, j * self.rows);
        }
        self.values.truncate(self.rows * self.columns);
        self.values.shrink_to_fit();
        DMatrix::from_vec(self.rows, self.columns, self.values)
    }

    fn make_room(&mut self, room: usize) -> Result<(), DataError> {
        let too_large = || DataError::Io(io::ErrorKind::OutOfMemory.into());
        let size = room.checked_mul(self.columns).ok_or_else(too_large)?;
        let more = size.saturating_sub(self.values.len());
        self.values.try_reserve_exact(more).map_err(|_| too_large())?;
        if self.room == 0 {
            // Zeros that the system gives need not be written.
            self.values = Vec::new();
            self.values = vec![T::default(); size];
        } else {
            self.values.resize(size, T::default());
        }
        for j in (1..self.columns).rev() {
            let start = j * self.room;
            self.values.copy_within(start..start + self.rows, j * room);
        }
        self.room = room;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_where_they_are_as_it_grows() {
        for first in [0, 1, 5, 400] {
            let mut growing = Growing::<f64>::with_rows(first, 3).unwrap();
            for row in 0..100 {
                let x = f64::from(row);
                growing.append(&[x, x + 0.5, -x]).unwrap();
            }
            growing.append(&[]).unwrap();
            let matrix = growing.into_matrix();
            let part = [0.0, 0.5, 0.0];
            let expected =
                DMatrix::from_fn(100, 3, |i, j| i as f64 * [1.0, 1.0, -1.0][j] + part[j]);
            assert_eq!(matrix, expected);
        }
        assert_eq!(Growing::<f32>::with_rows(7, 2).unwrap().into_matrix().shape(), (0, 2));
    }
}
