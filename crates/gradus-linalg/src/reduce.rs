//! Sums, products of vectors, and other reductions, in an order that depends on the length alone.

use crate::{MatRef, Scalar, dispatch::vectorize};

/// Independent partial sums: enough to fill the vector units and hide the latency of an addition.
const LANES: usize = 64;

/// Elements that one run of partial sums takes; longer slices are halved, so that the error grows
/// with the logarithm of the length.
const RUN: usize = 4096;

#[inline(always)]
fn lanes<T: Scalar>(x: &[T], y: &[T], f: impl Fn(T, T, T) -> T) -> T {
    let mut sums = [T::zero(); LANES];
    let (mut xs, mut ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    for (x, y) in (&mut xs).zip(&mut ys) {
        for l in 0..LANES {
            sums[l] = f(sums[l], x[l], y[l]);
        }
    }
    for (l, (&x, &y)) in xs.remainder().iter().zip(ys.remainder()).enumerate() {
        sums[l] = f(sums[l], x, y);
    }
    let mut width = LANES / 2;
    while width > 0 {
        for l in 0..width {
            sums[l] += sums[l + width];
        }
        width /= 2;
    }
    sums[0]
}

/// Halves long slices at multiples of [`RUN`] and adds the halves' sums.
fn pairwise<T: Scalar>(x: &[T], y: &[T], run: &impl Fn(&[T], &[T]) -> T) -> T {
    if x.len() <= RUN {
        return run(x, y);
    }
    let half = x.len().div_ceil(2 * RUN) * RUN;
    let ((x0, x1), (y0, y1)) = (x.split_at(half), y.split_at(half));
    pairwise(x0, y0, run) + pairwise(x1, y1, run)
}

/// Σ xᵢ, pairwise.
///
/// The order of the additions depends on the length alone, and the rounding error grows with its
/// logarithm. The sum of nothing is 0.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::sum(&[0.5_f32; 1000]), 500.0);
/// ```
pub fn sum<T: Scalar>(x: &[T]) -> T {
    pairwise(x, x, &|x: &[T], y: &[T]| vectorize(|| lanes(x, y, |s, x, _| s + x)))
}

/// Σ xᵢyᵢ, pairwise.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::dot(&[1.0, 2.0], &[3.0, 4.0]), 11.0);
/// ```
pub fn dot<T: Scalar>(x: &[T], y: &[T]) -> T {
    assert!(x.len() == y.len(), "dot: {} elements times {}", x.len(), y.len());
    pairwise(x, y, &|x: &[T], y: &[T]| vectorize(|| lanes(x, y, |s, x, y| x.mul_add(y, s))))
}

/// Σ xᵢ², pairwise.
///
/// ```
/// assert_eq!(gradus_linalg::reduce::sum_squares(&[3.0, 4.0]), 25.0);
/// ```
pub fn sum_squares<T: Scalar>(x: &[T]) -> T {
    dot(x, x)
}

/// The largest element; −∞ if there is none, NaN if one is NaN.
///
/// ```
/// use gradus_linalg::reduce::max;
/// assert_eq!(max(&[1.0, 3.0, 2.0]), 3.0);
/// assert_eq!(max::<f32>(&[]), f32::NEG_INFINITY);
/// assert!(max(&[1.0, f64::NAN, 2.0]).is_nan());
/// ```
pub fn max<T: Scalar>(x: &[T]) -> T {
    vectorize(|| {
        let least = <T as Scalar>::from_f64(f64::NEG_INFINITY);
        let mut best = [least; LANES];
        let mut nan = [T::zero(); LANES];
        for x in x.chunks(LANES) {
            for l in 0..x.len() {
                best[l] = if x[l] > best[l] { x[l] } else { best[l] };
                nan[l] = if x[l] >= least { nan[l] } else { x[l] };
            }
        }
        let nan = lanes(&nan, &nan, |s, x, _| s + x);
        best.into_iter().fold(best[0], |a, b| if b > a { b } else { a }) + nan
    })
}

/// Whether no element is infinite or NaN.
///
/// ```
/// use gradus_linalg::reduce::all_finite;
/// assert!(all_finite(&[0.0, f64::MAX]));
/// assert!(!all_finite(&[0.0, f64::INFINITY]));
/// ```
pub fn all_finite<T: Scalar>(x: &[T]) -> bool {
    vectorize(|| x.chunks(RUN).all(|x| x.iter().fold(true, |all, x| all & x.is_finite())))
}

/// out[j] ← Σᵢ X[i, j]: the sum over the rows, one for each column.
///
/// # Panics
/// If `out` has not one element for each column.
///
/// ```
/// use gradus_linalg::{MatRef, reduce::col_sums};
/// let mut sums = [0.0; 2];
/// col_sums(MatRef::new(&[1.0, 2.0, 3.0, 4.0], 2, 2), &mut sums);
/// assert_eq!(sums, [3.0, 7.0]);
/// ```
pub fn col_sums<T: Scalar>(x: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == x.cols(), "{} sums of {:?}", out.len(), x.shape());
    for (j, out) in out.iter_mut().enumerate() {
        *out = match x.contiguous_col(j) {
            Some(col) => sum(col),
            None => (0..x.rows()).fold(T::zero(), |s, i| s + x.at(i, j)),
        };
    }
}

/// out[i] ← Σⱼ X[i, j]: the sum over the columns, one for each row.
///
/// # Panics
/// If `out` has not one element for each row.
///
/// ```
/// use gradus_linalg::{MatRef, reduce::row_sums};
/// let mut sums = [0.0; 2];
/// row_sums(MatRef::new(&[1.0, 2.0, 3.0, 4.0], 2, 2), &mut sums);
/// assert_eq!(sums, [4.0, 6.0]);
/// ```
pub fn row_sums<T: Scalar>(x: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == x.rows(), "{} sums of {:?}", out.len(), x.shape());
    col_sums(x.t(), out);
}
