//! Copies between layouts.

use crate::{MatMut, MatRef, Scalar};

/// dst ← src, whatever the layouts.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, copy};
/// let mut transposed = [0.0; 6];
/// let src = MatRef::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3);
/// copy(src.t(), MatMut::new(&mut transposed, 3, 2));
/// assert_eq!(transposed, [1.0, 3.0, 5.0, 2.0, 4.0, 6.0]);
/// ```
pub fn copy<T: Scalar>(src: MatRef<'_, T>, mut dst: MatMut<'_, T>) {
    assert!(src.shape() == dst.shape(), "copy: {:?} into {:?}", src.shape(), dst.shape());
    for j in 0..src.cols() {
        for i in 0..src.rows() {
            dst.set(i, j, src.at(i, j));
        }
    }
}

/// out[i, ·] ← samples[rows\[i\], ·]: the rows of a mini-batch, in the given order.
///
/// # Panics
/// If `out` is not `rows.len()` × `samples.cols()`, or a row is out of range.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, gather_rows};
/// let samples = MatRef::new(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2);
/// let mut batch = [0.0; 4];
/// gather_rows(samples, &[2, 0], MatMut::new(&mut batch, 2, 2));
/// assert_eq!(batch, [3.0, 1.0, 6.0, 4.0]);
/// ```
pub fn gather_rows<T: Scalar>(samples: MatRef<'_, T>, rows: &[usize], mut out: MatMut<'_, T>) {
    assert!(
        out.shape() == (rows.len(), samples.cols()),
        "gather_rows: {} rows of {:?} into {:?}",
        rows.len(),
        samples.shape(),
        out.shape()
    );
    for (i, &row) in rows.iter().enumerate() {
        assert!(row < samples.rows(), "gather_rows: row {row} of {}", samples.rows());
        for j in 0..samples.cols() {
            out.set(i, j, samples.at(row, j));
        }
    }
}
