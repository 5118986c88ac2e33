//! The loops below the reductions, compiled for each level of instructions.

use std::{hint::black_box, ops::Range};

use super::columns::SumColumns;
use crate::{
    MatRef, Scalar,
    dispatch::{Level, Work, run_at},
};

/// Independent partial sums: enough to fill the vector units and hide the latency of an addition.
pub(super) const LANES: usize = 64;

/// Elements that one run of partial sums takes; longer slices are halved, so that the error grows
/// with the logarithm of the length.
pub(super) const RUN: usize = 4096;

/// One run's reduction of two slices of one length.
#[derive(Clone, Copy)]
enum Kind {
    /// Σ xᵢ; y is not read.
    Sum,
    /// Σ xᵢyᵢ.
    Dot,
}

/// The element types' loops, compiled in this crate alone.
pub(crate) trait Reductions: Sized {
    /// Σ xᵢ of a run.
    fn run_sum(level: Level, x: &[Self]) -> Self;
    /// Σ xᵢyᵢ of a run.
    fn run_dot(level: Level, x: &[Self], y: &[Self]) -> Self;
    /// The largest element.
    fn largest(level: Level, x: &[Self]) -> Self;
    /// Whether none is infinite or NaN.
    fn finite(level: Level, x: &[Self]) -> bool;
    /// out ← the sums of columns that are contiguous and no longer than a run.
    fn sum_columns(level: Level, x: MatRef<'_, Self>, out: &mut [Self]);
    /// out ← out + the sum of the rows of x, which lie side by side, at some columns.
    fn add_rows(level: Level, x: MatRef<'_, Self>, cols: Range<usize>, out: &mut [Self]);
}

macro_rules! reductions {
    ($t:ty) => {
        impl Reductions for $t {
            fn run_sum(level: Level, x: &[Self]) -> Self {
                run_at(level, Run { x, y: x, kind: Kind::Sum })
            }

            fn run_dot(level: Level, x: &[Self], y: &[Self]) -> Self {
                run_at(level, Run { x, y, kind: Kind::Dot })
            }

            fn largest(level: Level, x: &[Self]) -> Self {
                run_at(level, Largest(x))
            }

            fn finite(level: Level, x: &[Self]) -> bool {
                run_at(level, Finite(x))
            }

            fn sum_columns(level: Level, x: MatRef<'_, Self>, out: &mut [Self]) {
                run_at(level, SumColumns { x, out });
            }

            fn add_rows(level: Level, x: MatRef<'_, Self>, cols: Range<usize>, out: &mut [Self]) {
                run_at(level, AddRows { x, cols, out });
            }
        }
    };
}

reductions!(f32);
reductions!(f64);

struct Run<'a, T> {
    x: &'a [T],
    y: &'a [T],
    kind: Kind,
}

impl<T: Scalar> Work for Run<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        match self.kind {
            Kind::Sum => lanes::<T, false>(self.x, self.y),
            Kind::Dot => lanes::<T, true>(self.x, self.y),
        }
    }
}

#[inline(always)]
fn lanes<T: Scalar, const DOT: bool>(x: &[T], y: &[T]) -> T {
    let mut sums = [T::zero(); LANES];
    let (mut xs, mut ys) = (x.chunks_exact(LANES), y.chunks_exact(LANES));
    for (x, y) in (&mut xs).zip(&mut ys) {
        for l in 0..LANES {
            sums[l] = if DOT { x[l].mul_add(y[l], sums[l]) } else { sums[l] + x[l] };
        }
    }
    // The rest picks its sums by a number: in a copy, lest those of the loop live in memory.
    let mut sums = black_box(sums);
    for (sum, (&x, &y)) in sums.iter_mut().zip(xs.remainder().iter().zip(ys.remainder())) {
        *sum = if DOT { x.mul_add(y, *sum) } else { *sum + x };
    }
    halve::<32, T>(&mut sums);
    halve::<16, T>(&mut sums);
    halve::<8, T>(&mut sums);
    halve::<4, T>(&mut sums);
    halve::<2, T>(&mut sums);
    sums[0] + sums[1]
}

/// Adds the second `W` sums to the first.
#[inline(always)]
fn halve<const W: usize, T: Scalar>(sums: &mut [T; LANES]) {
    for l in 0..W {
        sums[l] += sums[l + W];
    }
}

struct Largest<'a, T>(&'a [T]);

impl<T: Scalar> Work for Largest<'_, T> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        let least = T::of(f64::NEG_INFINITY);
        let larger = |best, x| if x > best { x } else { best };
        let not_a_number = |nan, x| if x >= least { nan } else { x };
        let (mut best, mut nan) = ([least; LANES], [T::zero(); LANES]);
        let mut chunks = self.0.chunks_exact(LANES);
        for x in &mut chunks {
            for l in 0..LANES {
                best[l] = larger(best[l], x[l]);
                nan[l] = not_a_number(nan[l], x[l]);
            }
        }
        // In a copy, lest the lanes of the loop live in memory.
        let (mut best, mut nan) = black_box((best, nan));
        for (l, &x) in chunks.remainder().iter().enumerate() {
            best[l] = larger(best[l], x);
            nan[l] = not_a_number(nan[l], x);
        }
        best.into_iter().fold(least, larger) + lanes::<T, false>(&nan, &nan)
    }
}

struct Finite<'a, T>(&'a [T]);

impl<T: Scalar> Work for Finite<'_, T> {
    type Output = bool;

    #[inline(always)]
    fn run(self) -> bool {
        self.0.chunks(RUN).all(|x| x.iter().fold(true, |all, x| all & x.is_finite()))
    }
}

/// Adds rows that lie side by side, some columns of each.
struct AddRows<'a, T> {
    x: MatRef<'a, T>,
    cols: Range<usize>,
    out: &'a mut [T],
}

impl<T: Scalar> Work for AddRows<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for i in 0..self.x.rows() {
            if let Some(row) = self.x.t().contiguous_col(i) {
                for (out, &x) in self.out.iter_mut().zip(&row[self.cols.clone()]) {
                    *out += x;
                }
            }
        }
    }
}
