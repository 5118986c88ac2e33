//! Copies between layouts.
#![allow(unsafe_code)] // Transposing tiles works on raw pointers.

use crate::{
    MatMut, MatRef, Scalar,
    dispatch::Level,
    pack::{Panel, interleave, pack},
    simd::{Registers, Simd, Task},
};

/// Columns that are transposed in one go, so that what is written stays in the cache until each
/// of its lines is full.
const BLOCK: usize = 256;

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
pub fn copy<T: Scalar>(src: MatRef<'_, T>, dst: MatMut<'_, T>) {
    assert!(src.shape() == dst.shape(), "copy: {:?} into {:?}", src.shape(), dst.shape());
    if src.rows() == 0 || src.cols() == 0 {
        return;
    }
    // What lies side by side in the target decides the order.
    if dst.row_stride() != 1 && dst.col_stride() == 1 {
        T::copy(Level::detected(), src.t(), dst.t());
    } else {
        T::copy(Level::detected(), src, dst);
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
pub fn gather_rows<T: Scalar>(samples: MatRef<'_, T>, rows: &[usize], out: MatMut<'_, T>) {
    assert!(
        out.shape() == (rows.len(), samples.cols()),
        "gather_rows: {} rows of {:?} into {:?}",
        rows.len(),
        samples.shape(),
        out.shape()
    );
    for &row in rows {
        assert!(row < samples.rows(), "gather_rows: row {row} of {}", samples.rows());
    }
    T::gather(Level::detected(), samples, rows, out);
}

/// The element types' copies, compiled in this crate alone.
pub(crate) trait Layouts: Sized {
    /// dst ← src, which have the same shape and are not empty.
    fn copy(level: Level, src: MatRef<'_, Self>, dst: MatMut<'_, Self>);

    /// out[i, ·] ← samples[rows\[i\], ·]; the shapes fit, and the rows are in range.
    fn gather(level: Level, samples: MatRef<'_, Self>, rows: &[usize], out: MatMut<'_, Self>);
}

impl Layouts for f32 {
    fn copy(level: Level, src: MatRef<'_, Self>, dst: MatMut<'_, Self>) {
        Self::dispatch(level, Copy { src, dst });
    }

    fn gather(level: Level, samples: MatRef<'_, Self>, rows: &[usize], out: MatMut<'_, Self>) {
        Self::dispatch(level, Gather { samples, rows, out });
    }
}

impl Layouts for f64 {
    fn copy(level: Level, src: MatRef<'_, Self>, dst: MatMut<'_, Self>) {
        Self::dispatch(level, Copy { src, dst });
    }

    fn gather(level: Level, samples: MatRef<'_, Self>, rows: &[usize], out: MatMut<'_, Self>) {
        Self::dispatch(level, Gather { samples, rows, out });
    }
}

struct Copy<'a, T> {
    src: MatRef<'a, T>,
    dst: MatMut<'a, T>,
}

impl<T: Scalar> Task<T> for Copy<'_, T> {
    type Output = ();

    unsafe fn run<V: Simd<Elem = T>>(mut self) {
        let (src, (m, n)) = (self.src, self.src.shape());
        if self.dst.row_stride() != 1 && m > 1 {
            for j in 0..n {
                for i in 0..m {
                    self.dst.set(i, j, src.at(i, j));
                }
            }
        } else if src.row_stride() == 1 {
            for j in 0..n {
                if let (Some(to), Some(from)) =
                    (self.dst.contiguous_col_mut(j), src.contiguous_col(j))
                {
                    to.copy_from_slice(from);
                }
            }
        } else {
            let stride = self.dst.col_stride();
            let to = self.dst.data_mut().as_mut_ptr();
            for start in (0..n).step_by(BLOCK) {
                let panel = Panel {
                    from: src.data().as_ptr().wrapping_add(start * src.col_stride()),
                    across: src.row_stride(),
                    along: src.col_stride(),
                    width: m,
                    k: BLOCK.min(n - start),
                };
                // SAFETY: the caller vouches for the level; the panel is inside `src`, and
                // element (r, p) of it has its place in `dst`, whose rows lie side by side.
                unsafe { pack::<V>(panel, to.wrapping_add(start * stride), stride) };
            }
        }
    }
}

struct Gather<'a, T> {
    samples: MatRef<'a, T>,
    rows: &'a [usize],
    out: MatMut<'a, T>,
}

impl<T: Scalar> Task<T> for Gather<'_, T> {
    type Output = ();

    unsafe fn run<V: Simd<Elem = T>>(mut self) {
        let (samples, rows, n) = (self.samples, self.rows, self.samples.cols());
        if rows.is_empty() || n == 0 {
            return;
        }
        let columns = self.out.row_stride() == 1 || rows.len() == 1;
        if samples.col_stride() == 1 && columns {
            let (from, step) = (samples.data().as_ptr(), samples.row_stride());
            let stride = self.out.col_stride();
            let to = self.out.data_mut().as_mut_ptr();
            let run = |r: usize| from.wrapping_add(rows[r] * step);
            // SAFETY: the caller vouches for the level; the rows are in range, so that each run
            // has n elements, and element (r, p) has its place in `out`.
            unsafe { interleave::<V, _>(run, rows.len(), n, to, stride) };
        } else if samples.col_stride() == 1 && self.out.col_stride() == 1 {
            let (step, stride) = (samples.row_stride(), self.out.row_stride());
            let to = self.out.data_mut();
            for (i, &row) in rows.iter().enumerate() {
                to[i * stride..i * stride + n]
                    .copy_from_slice(&samples.data()[row * step..row * step + n]);
            }
        } else {
            for j in 0..n {
                for (i, &row) in rows.iter().enumerate() {
                    self.out.set(i, j, samples.at(row, j));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRIDES: [(bool, usize); 4] = [(false, 0), (true, 0), (false, 3), (true, 3)];

    fn strides(rows: usize, cols: usize, (transposed, gap): (bool, usize)) -> (usize, usize) {
        if transposed { (cols + gap, 1) } else { (1, rows + gap) }
    }

    fn numbered<T: Scalar>(len: usize) -> Vec<T> {
        (0..len).map(|i| T::of(i as f64)).collect()
    }

    fn copies<T: Scalar>(m: usize, n: usize) {
        for from in STRIDES {
            for to in STRIDES {
                for level in Level::available() {
                    let data: Vec<T> = numbered((m + 3) * (n + 3));
                    let (rs, cs) = strides(m, n, from);
                    let src = MatRef::with_strides(&data, m, n, rs, cs);
                    let mut target = vec![T::of(-1.0); (m + 3) * (n + 3)];
                    let (rs, cs) = strides(m, n, to);
                    T::copy(level, src, MatMut::with_strides(&mut target, m, n, rs, cs));
                    let mut untouched = target.len();
                    for i in 0..m {
                        for j in 0..n {
                            assert_eq!(target[i * rs + j * cs], src.at(i, j), "{level:?} {m}x{n}");
                            untouched -= 1;
                        }
                    }
                    let minus = target.iter().filter(|&&x| x < T::zero()).count();
                    assert_eq!(minus, untouched, "{level:?} {m}x{n} {from:?} {to:?}");
                }
            }
        }
    }

    #[test]
    fn a_copy_equals_its_source_and_touches_nothing_else() {
        for (m, n) in [(1, 1), (1, 9), (9, 1), (16, 16), (17, 5), (5, 35), (33, 300), (70, 21)] {
            copies::<f32>(m, n);
            copies::<f64>(m, n);
        }
    }

    #[test]
    fn gathered_rows_equal_the_samples() {
        let (m, n) = (50, 37);
        let data: Vec<f32> = numbered((m + 3) * (n + 3));
        for from in STRIDES {
            for to in STRIDES {
                for count in [0, 1, 7, 16, 37] {
                    for level in Level::available() {
                        let (rs, cs) = strides(m, n, from);
                        let samples = MatRef::with_strides(&data, m, n, rs, cs);
                        let rows: Vec<usize> = (0..count).map(|i| (i * 31 + 7) % m).collect();
                        let (rs, cs) = strides(count, n, to);
                        let mut target = vec![0.0; (count + 3) * (n + 3)];
                        let out = MatMut::with_strides(&mut target, count, n, rs, cs);
                        f32::gather(level, samples, &rows, out);
                        for (i, &row) in rows.iter().enumerate() {
                            for j in 0..n {
                                assert_eq!(
                                    target[i * rs + j * cs],
                                    samples.at(row, j),
                                    "{level:?}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    #[should_panic(expected = "gather_rows: row 3 of 3")]
    fn a_row_out_of_range_is_named() {
        let samples = [0.0; 3];
        gather_rows(MatRef::new(&samples, 3, 1), &[3], MatMut::new(&mut [0.0], 1, 1));
    }
}
