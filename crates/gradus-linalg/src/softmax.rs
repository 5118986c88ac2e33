//! Softmax and log-sum-exp of the rows of a matrix.
//!
//! Rows are taken in blocks whose columns lie side by side, so that the loops run down the
//! columns and are vectorised whatever the number of columns; other layouts are copied there and
//! back.

use std::ops::Range;

use crate::{
    MatMut, MatRef, Scalar, copy,
    dispatch::{Level, Work, run_at},
    reduce,
    vmath::{Elementwise, of},
    workspace::with_buffers,
};

/// Rows of a block.
const BLOCK: usize = 128;

/// out[i, j] ← exp(z[i, j]) / Σₗ exp(z[i, l]): softmax of each row.
///
/// The row's own maximum is subtracted first, so that nothing overflows. A logit of −∞ has
/// probability 0; a row of −∞ alone, or with +∞ or NaN in it, is NaN, as in PyTorch.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, softmax_rows};
/// let mut p = [0.0; 2];
/// softmax_rows(MatRef::new(&[1000.0, 1000.0 + 3_f64.ln()], 1, 2), MatMut::new(&mut p, 1, 2));
/// assert!((p[0] - 0.25).abs() < 1e-13 && (p[1] - 0.75).abs() < 1e-13);
/// ```
pub fn softmax_rows<T: Scalar>(z: MatRef<'_, T>, out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "softmax: {:?} into {:?}", z.shape(), out.shape());
    blocks(z, Some(out), Output::Softmax, |_, _, _| {});
}

/// out[i, j] ← z[i, j] − ln Σₗ exp(z[i, l]): log-softmax of each row.
///
/// # Panics
/// If the shapes differ.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, log_softmax_rows};
/// let mut l = [0.0; 2];
/// log_softmax_rows(MatRef::new(&[0.0, -1e4], 1, 2), MatMut::new(&mut l, 1, 2));
/// assert_eq!(l, [0.0, -1e4]);
/// ```
pub fn log_softmax_rows<T: Scalar>(z: MatRef<'_, T>, out: MatMut<'_, T>) {
    assert!(z.shape() == out.shape(), "log_softmax: {:?} into {:?}", z.shape(), out.shape());
    blocks(z, Some(out), Output::LogSoftmax, |_, _, _| {});
}

/// outᵢ ← ln Σⱼ exp(zᵢⱼ): log-sum-exp of each row; −∞ for a row of −∞ or without columns.
///
/// # Panics
/// If `out` has not one element for each row.
///
/// ```
/// use gradus_linalg::{MatRef, log_sum_exp_rows};
/// let mut l = [0.0];
/// log_sum_exp_rows(MatRef::new(&[1e308, 0.0], 1, 2), &mut l);
/// assert_eq!(l, [1e308]);
/// ```
pub fn log_sum_exp_rows<T: Scalar>(z: MatRef<'_, T>, out: &mut [T]) {
    assert!(out.len() == z.rows(), "log_sum_exp: {} values of {:?}", out.len(), z.shape());
    blocks(z, None, Output::None, |rows, max, log| {
        for (l, i) in rows.enumerate() {
            out[i] = if max[l].is_finite() {
                max[l] + log[l]
            } else {
                // An infinite maximum less itself is NaN, though the result is that maximum.
                let nan = (0..z.cols()).any(|j| z.at(i, j).partial_cmp(&max[l]).is_none());
                if nan { T::of(f64::NAN) } else { max[l] }
            };
        }
    });
}

/// The mean over the rows of lse(z) − z_class, and probs ← softmax(z).
///
/// The mean of no rows is NaN, as in PyTorch.
///
/// # Panics
/// If the shapes differ, there is not one class for each row, or a class is not below the number
/// of columns.
///
/// ```
/// use gradus_linalg::{MatMut, MatRef, softmax_cross_entropy};
/// let mut p = [0.0; 4];
/// let z = MatRef::new(&[0.0, 0.0, 0.0, 0.0], 2, 2);
/// let loss = softmax_cross_entropy(z, &[0, 1], MatMut::new(&mut p, 2, 2));
/// assert!((loss - 2_f64.ln()).abs() < 1e-15);
/// assert_eq!(p, [0.5; 4]);
/// ```
pub fn softmax_cross_entropy<T: Scalar>(
    logits: MatRef<'_, T>,
    classes: &[u32],
    probs: MatMut<'_, T>,
) -> T {
    assert!(
        logits.shape() == probs.shape(),
        "softmax_cross_entropy: probabilities {:?} for {:?}",
        probs.shape(),
        logits.shape()
    );
    mean_cost(logits, classes, Some(probs))
}

/// The mean over the rows of lse(z) − z_class: the same bits as [`softmax_cross_entropy`], without the
/// probabilities.
///
/// # Panics
/// If there is not one class for each row, or a class is not below the number of columns.
///
/// ```
/// use gradus_linalg::{MatRef, softmax_cross_entropy_cost};
/// let z = MatRef::new(&[0.0, 0.0, 0.0, 0.0], 2, 2);
/// assert!((softmax_cross_entropy_cost(z, &[0, 1]) - 2_f64.ln()).abs() < 1e-15);
/// ```
pub fn softmax_cross_entropy_cost<T: Scalar>(logits: MatRef<'_, T>, classes: &[u32]) -> T {
    mean_cost(logits, classes, None)
}

fn mean_cost<T: Scalar>(logits: MatRef<'_, T>, classes: &[u32], probs: Option<MatMut<'_, T>>) -> T {
    assert!(
        logits.rows() == classes.len(),
        "softmax_cross_entropy: {} classes for {:?}",
        classes.len(),
        logits.shape()
    );
    for (i, &class) in classes.iter().enumerate() {
        assert!(
            (class as usize) < logits.cols(),
            "softmax_cross_entropy: class {class} of row {i} is not below {}",
            logits.cols()
        );
    }
    let output = if probs.is_some() { Output::Softmax } else { Output::None };
    let mut total = T::zero();
    blocks(logits, probs, output, |rows, max, log| {
        let mut costs = [T::zero(); BLOCK];
        for (l, i) in rows.clone().enumerate() {
            costs[l] = log[l] - (logits.at(i, classes[i] as usize) - max[l]);
        }
        total += reduce::sum(&costs[..rows.len()]);
    });
    total / T::of(logits.rows() as f64)
}

/// What is written for each element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    None,
    Softmax,
    LogSoftmax,
}

/// The element types' loops over a block, compiled in this crate alone.
pub(crate) trait Rows: Sized {
    /// Each row's maximum m and ln Σ exp(z − m), and the output; columns are contiguous.
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    );
}

impl Rows for f32 {
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    ) {
        run_at(Level::detected(), Block { z, out, output, max, log });
    }
}

impl Rows for f64 {
    fn block(
        z: MatRef<'_, Self>,
        out: MatMut<'_, Self>,
        output: Output,
        max: &mut [Self],
        log: &mut [Self],
    ) {
        run_at(Level::detected(), Block { z, out, output, max, log });
    }
}

/// Runs [`Rows::block`] over all rows, and hands each block's rows, maxima and logarithms on.
fn blocks<T: Scalar>(
    z: MatRef<'_, T>,
    mut out: Option<MatMut<'_, T>>,
    output: Output,
    mut done: impl FnMut(Range<usize>, &[T], &[T]),
) {
    let (m, n) = z.shape();
    let direct = z.row_stride() == 1 && out.as_ref().is_none_or(|out| out.row_stride() == 1);
    let (mut max, mut log) = ([T::zero(); BLOCK], [T::zero(); BLOCK]);
    for start in (0..m).step_by(BLOCK) {
        let rows = start..(start + BLOCK).min(m);
        let len = rows.len();
        let part = z.row_range(rows.clone());
        let (max, log) = (&mut max[..len], &mut log[..len]);
        let mut to = out.as_mut().map(|out| part_mut(out, rows.clone()));
        if direct {
            let to = to.unwrap_or_else(|| MatMut::new(&mut [], len, 0));
            T::block(part, to, output, max, log);
        } else {
            with_buffers([len * n, len * n], |[from, result]| {
                copy(part, MatMut::new(from, len, n));
                T::block(MatRef::new(from, len, n), MatMut::new(result, len, n), output, max, log);
                if let Some(to) = &mut to {
                    copy(MatRef::new(result, len, n), to.reborrow());
                }
            });
        }
        done(rows, max, log);
    }
}

/// Some rows of a matrix.
fn part_mut<'a, T: Scalar>(out: &'a mut MatMut<'_, T>, rows: Range<usize>) -> MatMut<'a, T> {
    let (rs, cs, n) = (out.row_stride(), out.col_stride(), out.cols());
    let data = out.data_mut();
    let start = rows.start.saturating_mul(rs).min(data.len());
    MatMut::with_strides(&mut data[start..], rows.len(), n, rs, cs)
}

struct Block<'a, T> {
    z: MatRef<'a, T>,
    out: MatMut<'a, T>,
    output: Output,
    max: &'a mut [T],
    log: &'a mut [T],
}

impl<T: Scalar> Work for Block<'_, T>
where
    of::Exp: Elementwise<T>,
    of::Ln: Elementwise<T>,
{
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { z, mut out, output, max, log } = self;
        let rest = group::<16, T>(0, z, &mut out, output, max, log);
        let rest = group::<4, T>(rest, z, &mut out, output, max, log);
        group::<1, T>(rest, z, &mut out, output, max, log);
    }
}

/// Works on `N` rows at a time from row `start` on, while there are as many; gives back the first row
/// that is left. The rows' numbers stay in registers, and no loop has an end that is no multiple of
/// them.
#[inline(always)]
fn group<const N: usize, T: Scalar>(
    start: usize,
    z: MatRef<'_, T>,
    out: &mut MatMut<'_, T>,
    output: Output,
    max: &mut [T],
    log: &mut [T],
) -> usize
where
    of::Exp: Elementwise<T>,
    of::Ln: Elementwise<T>,
{
    let mut start = start;
    while start + N <= z.rows() {
        let mut most = [T::of(f64::NEG_INFINITY); N];
        for j in 0..z.cols() {
            let z = rows::<N, T>(z, start, j);
            for l in 0..N {
                most[l] = if z[l] > most[l] { z[l] } else { most[l] };
            }
        }
        let mut sums = [T::zero(); N];
        for j in 0..z.cols() {
            let z = rows::<N, T>(z, start, j);
            let mut e = [T::zero(); N];
            for l in 0..N {
                e[l] = of::Exp::of(z[l] - most[l]);
            }
            for l in 0..N {
                sums[l] += e[l];
            }
            if output == Output::Softmax {
                *rows_mut(out, start, j) = e;
            }
        }
        let mut logs = [T::zero(); N];
        for l in 0..N {
            logs[l] = of::Ln::of(sums[l]);
        }
        for j in 0..z.cols() {
            match output {
                Output::None => break,
                Output::Softmax => {
                    let out = rows_mut::<N, T>(out, start, j);
                    for l in 0..N {
                        out[l] /= sums[l];
                    }
                }
                Output::LogSoftmax => {
                    let (z, out) = (rows::<N, T>(z, start, j), rows_mut::<N, T>(out, start, j));
                    for l in 0..N {
                        out[l] = (z[l] - most[l]) - logs[l];
                    }
                }
            }
        }
        max[start..start + N].copy_from_slice(&most);
        log[start..start + N].copy_from_slice(&logs);
        start += N;
    }
    start
}

/// `N` elements of column j.
#[inline(always)]
fn rows<const N: usize, T: Scalar>(z: MatRef<'_, T>, start: usize, j: usize) -> &[T; N] {
    let column = z.contiguous_col(j).and_then(|column| column[start..].first_chunk());
    column.expect("a block's columns are contiguous")
}

#[inline(always)]
fn rows_mut<'a, const N: usize, T: Scalar>(
    out: &'a mut MatMut<'_, T>,
    start: usize,
    j: usize,
) -> &'a mut [T; N] {
    let column = out.contiguous_col_mut(j).and_then(|column| column[start..].first_chunk_mut());
    column.expect("a block's columns are contiguous")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INF: f64 = f64::INFINITY;

    fn rows(z: &[f64], m: usize) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
        let n = z.len() / m;
        let (mut p, mut l, mut s) = (vec![0.0; z.len()], vec![0.0; z.len()], vec![0.0; m]);
        let z = MatRef::new(z, m, n);
        softmax_rows(z, MatMut::new(&mut p, m, n));
        log_softmax_rows(z, MatMut::new(&mut l, m, n));
        log_sum_exp_rows(z, &mut s);
        (p, l, s)
    }

    /// Softmax and log-sum-exp of 1, 2, 3, computed by mpmath with 50 digits.
    #[test]
    fn known_values() {
        let (p, l, s) = rows(&[1.0, 2.0, 3.0], 1);
        let expected =
            [0.090_030_573_170_380_46, 0.244_728_471_054_797_67, 0.665_240_955_774_821_8];
        for j in 0..3 {
            assert!((p[j] - expected[j]).abs() < 1e-16);
            assert!((l[j] - (j as f64 + 1.0 - 3.407_605_964_444_38)).abs() < 1e-14);
        }
        assert!((s[0] - 3.407_605_964_444_38).abs() < 1e-14);
    }

    #[test]
    fn infinities_and_nan() {
        let (p, l, s) = rows(&[-INF, 0.0], 1);
        assert_eq!((p, l, s), (vec![0.0, 1.0], vec![-INF, 0.0], vec![0.0]));
        let (p, _, s) = rows(&[-INF, -INF], 1);
        assert!(p.iter().all(|p| p.is_nan()) && s[0] == -INF);
        let (p, _, s) = rows(&[INF, 0.0], 1);
        assert!(p[0].is_nan() && s[0] == INF);
        let (p, _, s) = rows(&[f64::NAN, 0.0], 1);
        assert!(p[0].is_nan() && s[0].is_nan());
        let (_, _, s) = rows(&[f64::NAN, INF], 1);
        assert!(s[0].is_nan());
    }

    #[test]
    fn empty_matrices() {
        let (mut s, none) = ([0.0; 2], MatRef::new(&[], 2, 0));
        log_sum_exp_rows(none, &mut s);
        assert_eq!(s, [-INF; 2]);
        softmax_rows(none, MatMut::new(&mut [], 2, 0));
        let none = MatRef::new(&[], 0, 2);
        assert!(softmax_cross_entropy::<f64>(none, &[], MatMut::new(&mut [], 0, 2)).is_nan());
    }

    #[test]
    #[should_panic(expected = "class 2 of row 1 is not below 2")]
    fn a_class_out_of_range_is_named() {
        let z = [0.0; 4];
        softmax_cross_entropy(MatRef::new(&z, 2, 2), &[0, 2], MatMut::new(&mut [0.0; 4], 2, 2));
    }

    proptest! {
        #[test]
        fn identities(
            z in prop::collection::vec(-50.0..50.0_f64, 1..600),
            m in 1..300_usize,
            shift in -700.0..700.0_f64,
        ) {
            let m = m.min(z.len());
            let n = z.len() / m;
            let z = &z[..m * n];
            let (p, l, s) = rows(z, m);
            let shifted: Vec<f64> = z.iter().map(|z| z + shift).collect();
            let (q, _, t) = rows(&shifted, m);
            let classes: Vec<u32> = (0..m).map(|i| (i % n) as u32).collect();
            let mut probs = vec![0.0; m * n];
            let loss = softmax_cross_entropy(MatRef::new(z, m, n), &classes, MatMut::new(&mut probs, m, n));
            prop_assert_eq!(&probs, &p);
            prop_assert_eq!(softmax_cross_entropy_cost(MatRef::new(z, m, n), &classes), loss);
            let mut mean = 0.0;
            for i in 0..m {
                let row = |x: &[f64]| (0..n).map(|j| x[j * m + i]).collect::<Vec<_>>();
                prop_assert!((row(&p).iter().sum::<f64>() - 1.0).abs() < 1e-13);
                prop_assert!(row(z).iter().all(|&z| s[i] >= z));
                prop_assert!((t[i] - s[i] - shift).abs() < 1e-12);
                for j in 0..n {
                    prop_assert!((p[j * m + i] - q[j * m + i]).abs() < 1e-11);
                    prop_assert!((l[j * m + i] - (z[j * m + i] - s[i])).abs() < 1e-12);
                    prop_assert!((p[j * m + i] - l[j * m + i].exp()).abs() < 1e-13);
                }
                mean += (s[i] - z[(i % n) * m + i]) / m as f64;
            }
            prop_assert!((loss - mean).abs() < 1e-11);
            // The layout changes no bit.
            let (mut across, mut back) = (vec![0.0; m * n], vec![0.0; m * n]);
            copy(MatRef::new(z, m, n).t(), MatMut::new(&mut across, n, m));
            softmax_rows(MatRef::new(&across, n, m).t(), MatMut::new(&mut back, n, m).t());
            let mut p2 = vec![0.0; m * n];
            copy(MatRef::new(&back, n, m).t(), MatMut::new(&mut p2, m, n));
            prop_assert_eq!(p2, p);
        }
    }
}
