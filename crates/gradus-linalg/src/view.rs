//! Strided views of matrices: what every kernel reads and writes.

use std::ops::Range;

use nalgebra::DMatrix;

use crate::Scalar;

/// A read-only view of a matrix with any strides.
///
/// Element (i, j) stands at `data[i * row_stride + j * col_stride]`.
#[derive(Clone, Copy, Debug)]
pub struct MatRef<'a, T> {
    data: &'a [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// A mutable view of a matrix with any strides, in which no two elements share a place.
#[derive(Debug)]
pub struct MatMut<'a, T> {
    data: &'a mut [T],
    rows: usize,
    cols: usize,
    row_stride: usize,
    col_stride: usize,
}

/// One past the last place that a view of this shape touches.
fn extent(rows: usize, cols: usize, row_stride: usize, col_stride: usize) -> usize {
    if rows == 0 || cols == 0 {
        return 0;
    }
    let last = |count: usize, stride: usize| (count - 1).checked_mul(stride);
    let places = last(rows, row_stride)
        .zip(last(cols, col_stride))
        .and_then(|(down, across)| down.checked_add(across)?.checked_add(1));
    // Every proof of an `unsafe` block rests on this number: it must not wrap around.
    places.unwrap_or_else(|| {
        panic!(
            "a {rows}x{cols} view with strides ({row_stride}, {col_stride}) reaches past all memory"
        )
    })
}

/// As [`extent`] for a column-major matrix, which every value in a graph is: it has to be quick.
#[inline]
fn check_dense(len: usize, rows: usize, cols: usize) {
    if rows.checked_mul(cols).is_none_or(|need| need > len) {
        too_short(len, rows, cols);
    }
}

#[cold]
#[inline(never)]
fn too_short(len: usize, rows: usize, cols: usize) -> ! {
    let need = extent(rows, cols, 1, rows);
    panic!("a {rows}x{cols} matrix needs {need} elements, the slice has {len}")
}

impl<'a, T: Scalar> MatRef<'a, T> {
    /// A column-major matrix over a slice.
    ///
    /// # Panics
    /// If `data` holds fewer than `rows * cols` elements.
    #[inline]
    pub fn new(data: &'a [T], rows: usize, cols: usize) -> Self {
        check_dense(data.len(), rows, cols);
        Self { data, rows, cols, row_stride: 1, col_stride: rows }
    }

    /// A view with given strides.
    ///
    /// # Panics
    /// If the view reaches past the end of `data`.
    pub fn with_strides(
        data: &'a [T],
        rows: usize,
        cols: usize,
        row_stride: usize,
        col_stride: usize,
    ) -> Self {
        let need = extent(rows, cols, row_stride, col_stride);
        assert!(
            data.len() >= need,
            "a {rows}x{cols} view with strides ({row_stride}, {col_stride}) needs {need} elements, \
             the slice has {}",
            data.len()
        );
        // Strides that lead nowhere may be any numbers: none of them is to overflow later.
        let (row_stride, col_stride) = if need == 0 { (1, 0) } else { (row_stride, col_stride) };
        Self { data, rows, cols, row_stride, col_stride }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// (rows, columns).
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    /// The distance between neighbours in a column.
    pub fn row_stride(&self) -> usize {
        self.row_stride
    }

    /// The distance between neighbours in a row.
    pub fn col_stride(&self) -> usize {
        self.col_stride
    }

    /// The elements under the view, from (0, 0) on.
    pub fn data(&self) -> &'a [T] {
        self.data
    }

    /// Element (i, j).
    ///
    /// # Panics
    /// If i or j is out of range.
    pub fn at(&self, i: usize, j: usize) -> T {
        assert!(i < self.rows && j < self.cols, "({i}, {j}) is outside {:?}", self.shape());
        self.data[i * self.row_stride + j * self.col_stride]
    }

    /// The transpose, without a copy.
    pub fn t(&self) -> Self {
        Self {
            data: self.data,
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
        }
    }

    /// The rows of a range, without a copy.
    ///
    /// # Panics
    /// If the range reaches past the last row.
    pub fn row_range(&self, range: Range<usize>) -> Self {
        assert!(
            range.start <= range.end && range.end <= self.rows,
            "rows {range:?} of {}",
            self.rows
        );
        let start = range.start.saturating_mul(self.row_stride).min(self.data.len());
        Self { data: &self.data[start..], rows: range.len(), ..*self }
    }

    /// The columns of a range, without a copy.
    ///
    /// # Panics
    /// If the range reaches past the last column.
    pub fn col_range(&self, range: Range<usize>) -> Self {
        self.t().row_range(range).t()
    }

    /// All elements in column-major order, if that is how they lie in memory without gaps.
    pub fn as_contiguous(&self) -> Option<&'a [T]> {
        let dense = (self.row_stride == 1 || self.rows <= 1)
            && (self.col_stride == self.rows || self.cols <= 1);
        dense.then(|| &self.data[..self.rows * self.cols])
    }

    /// Column j, if its elements are neighbours in memory.
    pub fn contiguous_col(&self, j: usize) -> Option<&'a [T]> {
        assert!(j < self.cols, "column {j} of {}", self.cols);
        if self.rows == 0 {
            return Some(&[]);
        }
        let start = j * self.col_stride;
        (self.row_stride == 1 || self.rows == 1).then(|| &self.data[start..start + self.rows])
    }

    /// A copy.
    pub fn to_matrix(&self) -> DMatrix<T> {
        DMatrix::from_fn(self.rows, self.cols, |i, j| self.at(i, j))
    }
}

impl<'a, T: Scalar> MatMut<'a, T> {
    /// A column-major matrix over a slice.
    ///
    /// # Panics
    /// If `data` holds fewer than `rows * cols` elements.
    #[inline]
    pub fn new(data: &'a mut [T], rows: usize, cols: usize) -> Self {
        check_dense(data.len(), rows, cols);
        Self { data, rows, cols, row_stride: 1, col_stride: rows }
    }

    /// A view with given strides.
    ///
    /// # Panics
    /// If the view reaches past the end of `data`, or if two of its elements would share a place.
    pub fn with_strides(
        data: &'a mut [T],
        rows: usize,
        cols: usize,
        row_stride: usize,
        col_stride: usize,
    ) -> Self {
        let need = extent(rows, cols, row_stride, col_stride);
        assert!(
            data.len() >= need,
            "a {rows}x{cols} view with strides ({row_stride}, {col_stride}) needs {need} elements, \
             the slice has {}",
            data.len()
        );
        let apart = need == 0
            || ((rows == 1 || row_stride >= 1)
                && (cols == 1 || col_stride >= 1)
                && (rows == 1
                    || cols == 1
                    || col_stride > (rows - 1) * row_stride
                    || row_stride > (cols - 1) * col_stride));
        assert!(
            apart,
            "strides ({row_stride}, {col_stride}) make elements of a {rows}x{cols} view overlap"
        );
        Self { data, rows, cols, row_stride, col_stride }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// (rows, columns).
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.cols)
    }

    /// The distance between neighbours in a column.
    pub fn row_stride(&self) -> usize {
        self.row_stride
    }

    /// The distance between neighbours in a row.
    pub fn col_stride(&self) -> usize {
        self.col_stride
    }

    /// The elements under the view, from (0, 0) on.
    pub fn data_mut(&mut self) -> &mut [T] {
        self.data
    }

    /// The same view, read-only.
    pub fn as_ref(&self) -> MatRef<'_, T> {
        MatRef {
            data: self.data,
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }

    /// The same view for a shorter time.
    pub fn reborrow(&mut self) -> MatMut<'_, T> {
        MatMut {
            data: self.data,
            rows: self.rows,
            cols: self.cols,
            row_stride: self.row_stride,
            col_stride: self.col_stride,
        }
    }

    /// The transpose, without a copy.
    pub fn t(self) -> Self {
        Self {
            rows: self.cols,
            cols: self.rows,
            row_stride: self.col_stride,
            col_stride: self.row_stride,
            data: self.data,
        }
    }

    /// Sets element (i, j).
    ///
    /// # Panics
    /// If i or j is out of range.
    pub fn set(&mut self, i: usize, j: usize, value: T) {
        assert!(i < self.rows && j < self.cols, "({i}, {j}) is outside {:?}", self.shape());
        self.data[i * self.row_stride + j * self.col_stride] = value;
    }

    /// All elements in column-major order, if that is how they lie in memory without gaps.
    pub fn as_contiguous_mut(&mut self) -> Option<&mut [T]> {
        let dense = (self.row_stride == 1 || self.rows <= 1)
            && (self.col_stride == self.rows || self.cols <= 1);
        dense.then(|| &mut self.data[..self.rows * self.cols])
    }

    /// Column j, if its elements are neighbours in memory.
    pub fn contiguous_col_mut(&mut self, j: usize) -> Option<&mut [T]> {
        assert!(j < self.cols, "column {j} of {}", self.cols);
        if self.rows == 0 {
            return Some(&mut []);
        }
        let start = j * self.col_stride;
        (self.row_stride == 1 || self.rows == 1).then(|| &mut self.data[start..start + self.rows])
    }
}

impl<'a, T: Scalar> From<&'a DMatrix<T>> for MatRef<'a, T> {
    #[inline]
    fn from(m: &'a DMatrix<T>) -> Self {
        Self::new(m.as_slice(), m.nrows(), m.ncols())
    }
}

impl<'a, T: Scalar> From<&'a mut DMatrix<T>> for MatMut<'a, T> {
    #[inline]
    fn from(m: &'a mut DMatrix<T>) -> Self {
        let (rows, cols) = m.shape();
        Self::new(m.as_mut_slice(), rows, cols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "reaches past all memory")]
    fn a_view_whose_extent_wraps_around_is_refused() {
        let _ = MatRef::with_strides(&[1.0_f32; 4], 2, 1, usize::MAX, 1);
    }

    #[test]
    #[should_panic(expected = "reaches past all memory")]
    fn a_shape_beyond_memory_is_refused() {
        let _ = MatMut::<f32>::new(&mut [], 1 << 33, 1 << 33);
    }
}
