//! Mean 0 and variance 1 along an axis: what the normalising layers have in common.

use std::sync::Arc;

use gradus_autograd::{AutogradError, Axis, CustomOp, Var};
use gradus_linalg::{MatMut, MatRef, Scalar, reduce, vectorize};

/// (x − x̄)/√(v + ε), with the mean x̄ and the variance v (divisor: the number of elements) of each
/// column ([`Axis::Rows`]) or each row ([`Axis::Columns`]).
///
/// Two passes: the sum of squares is that of deviations from the mean, and the mean is corrected by
/// the mean of these deviations, so that it has no error of the order of the values themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standardize {
    pub(crate) axis: Axis,
    pub(crate) eps: f64,
}

impl Standardize {
    pub(crate) fn apply<T: Scalar>(self, x: Var<'_, T>) -> Var<'_, T> {
        Var::custom(Arc::new(self), &[x])
    }

    /// The Jacobian, which is symmetric, times `v`: (v − v̄ − y·mean(v⊙y))/√(variance + ε).
    fn linearised<'e, T: Scalar>(self, x: Var<'e, T>, y: Var<'e, T>, v: Var<'e, T>) -> Var<'e, T> {
        let spread = Var::custom(Arc::new(Spread(self)), &[x]);
        (v - v.mean_over(self.axis) - y * (v * y).mean_over(self.axis)) / spread
    }
}

/// √(v + ε) along the axis, with derivative standardised(x)/n.
#[derive(Clone, Copy, Debug)]
struct Spread(Standardize);

impl<T: Scalar> CustomOp<T> for Spread {
    fn name(&self) -> &'static str {
        "spread"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        let (rows, cols) = inputs[0];
        Ok(if self.0.axis == Axis::Rows { (1, cols) } else { (rows, 1) })
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let x = inputs[0];
        let eps = T::of(self.0.eps);
        let per = |count: usize| T::of(1.0 / count as f64);
        if self.0.axis == Axis::Rows {
            let per = per(x.rows());
            for j in 0..x.cols() {
                let mut mean = T::zero();
                segments(x, j..j + 1, |part| mean += reduce::sum(part) * per);
                let (mut sum, mut squares) = (T::zero(), T::zero());
                segments(x, j..j + 1, |part| {
                    part.iter_mut().for_each(|x| *x -= mean);
                    sum += reduce::sum(part);
                    squares += reduce::sum_squares(part);
                });
                out.set(0, j, ((squares - sum * sum * per) * per + eps).sqrt());
            }
            return;
        }
        let per = per(x.cols());
        for start in (0..x.rows()).step_by(BLOCK) {
            let block = x.row_range(start..x.rows().min(start + BLOCK));
            let [mut means, mut sums, mut squares] = [[T::zero(); BLOCK]; 3];
            segments(block, 0..x.cols(), |part| add(&mut means, part));
            means.iter_mut().for_each(|mean| *mean *= per);
            segments(block, 0..x.cols(), |part| {
                part.iter_mut().zip(&means).for_each(|(x, mean)| *x -= *mean);
                add(&mut sums, part);
                squares.iter_mut().zip(&*part).for_each(|(sum, x)| *sum += *x * *x);
            });
            for i in 0..block.rows() {
                let variance = (squares[i] - sums[i] * sums[i] * per) * per;
                out.set(start + i, 0, (variance + eps).sqrt());
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let count = self.count(x[0].shape());
        Some(self.0.apply(x[0]) * (g / count))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        dx[0].map(|dx| (self.0.apply(x[0]) * dx).mean_over(self.0.axis))
    }
}

impl Spread {
    fn count(self, (rows, cols): (usize, usize)) -> f64 {
        if self.0.axis == Axis::Rows { rows as f64 } else { cols as f64 }
    }
}

/// Shows copies of columns, in pieces of at most [`BLOCK`] elements.
fn segments<T: Scalar>(
    x: MatRef<'_, T>,
    columns: std::ops::Range<usize>,
    mut f: impl FnMut(&mut [T]),
) {
    let mut buffer = [T::zero(); BLOCK];
    for j in columns {
        for start in (0..x.rows()).step_by(BLOCK) {
            let part = &mut buffer[..BLOCK.min(x.rows() - start)];
            match x.contiguous_col(j) {
                Some(column) => part.copy_from_slice(&column[start..start + part.len()]),
                None => part.iter_mut().enumerate().for_each(|(i, to)| *to = x.at(start + i, j)),
            }
            f(part);
        }
    }
}

impl<T: Scalar> CustomOp<T> for Standardize {
    fn name(&self) -> &'static str {
        "standardize"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        gradus_linalg::copy(inputs[0], out.reborrow());
        match self.axis {
            Axis::Rows => columns(out, self.eps),
            Axis::Columns => rows(out, self.eps),
            Axis::All => unreachable!("layers normalise columns or rows"),
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(self.linearised(x[0], y, g))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        dx[0].map(|dx| self.linearised(x[0], y, dx))
    }
}

const CONTIGUOUS: &str = "the result of an operation lies column by column";

/// Each column by itself.
fn columns<T: Scalar>(mut out: MatMut<'_, T>, eps: f64) {
    let per = T::of(1.0 / out.rows() as f64);
    for j in 0..out.cols() {
        let column = out.contiguous_col_mut(j).expect(CONTIGUOUS);
        for _ in 0..2 {
            let mean = reduce::sum(column) * per;
            vectorize(|| column.iter_mut().for_each(|x| *x -= mean));
        }
        let variance = reduce::sum_squares(column) * per;
        let factor = T::one() / (variance + T::of(eps)).sqrt();
        vectorize(|| column.iter_mut().for_each(|x| *x *= factor));
    }
}

/// Rows that are done together, side by side.
const BLOCK: usize = 64;

/// Each row by itself, a block of rows at a time.
fn rows<T: Scalar>(mut out: MatMut<'_, T>, eps: f64) {
    let (rows, cols) = out.shape();
    let per = T::of(1.0 / cols as f64);
    for start in (0..rows).step_by(BLOCK) {
        let block = start..rows.min(start + BLOCK);
        for _ in 0..2 {
            let mut means = [T::zero(); BLOCK];
            over_columns(&mut out, block.clone(), |x| add(&mut means, x));
            means.iter_mut().for_each(|mean| *mean *= per);
            over_columns(&mut out, block.clone(), |x| {
                x.iter_mut().zip(&means).for_each(|(x, mean)| *x -= *mean);
            });
        }
        let mut factors = [T::zero(); BLOCK];
        over_columns(&mut out, block.clone(), |x| {
            factors.iter_mut().zip(&*x).for_each(|(sum, x)| *sum += *x * *x);
        });
        let eps = T::of(eps);
        factors.iter_mut().for_each(|sum| *sum = T::one() / (*sum * per + eps).sqrt());
        over_columns(&mut out, block, |x| {
            x.iter_mut().zip(&factors).for_each(|(x, factor)| *x *= *factor);
        });
    }
}

fn add<T: Scalar>(sums: &mut [T], x: &[T]) {
    sums.iter_mut().zip(x).for_each(|(sum, x)| *sum += *x);
}

/// Shows the same rows of each column.
fn over_columns<T: Scalar>(
    out: &mut MatMut<'_, T>,
    rows: std::ops::Range<usize>,
    mut f: impl FnMut(&mut [T]),
) {
    vectorize(|| {
        for j in 0..out.cols() {
            f(&mut out.contiguous_col_mut(j).expect(CONTIGUOUS)[rows.clone()]);
        }
    });
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use nalgebra::DMatrix;

    use super::*;

    /// Single precision beside the definition in double precision, on the same numbers.
    #[test]
    fn single_precision_is_right_far_from_zero() {
        for offset in [0.0, 1e3, 1e5] {
            let x = DMatrix::from_fn(130, 70, |i, j| {
                (offset + ((i * 7 + j * 13) as f64 * 0.7).sin() * 3.0) as f32
            });
            let exact = x.map(f64::from);
            for axis in [Axis::Rows, Axis::Columns] {
                let tape = Tape::new();
                let y = Standardize { axis, eps: 1e-5 }.apply(tape.constant(x.clone())).value();
                let lines = |m: &DMatrix<f64>| match axis {
                    Axis::Rows => m.clone(),
                    _ => m.transpose(),
                };
                let (y, x) = (lines(&y.map(f64::from)), lines(&exact));
                for (y, x) in y.column_iter().zip(x.column_iter()) {
                    let mean = x.mean();
                    let variance =
                        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / x.len() as f64;
                    for (y, x) in y.iter().zip(&x) {
                        let expected = (x - mean) / (variance + 1e-5).sqrt();
                        assert!((y - expected).abs() < 2e-6, "{offset}: {y} for {expected}");
                    }
                }
            }
        }
    }
}
