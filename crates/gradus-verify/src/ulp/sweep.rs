//! The worst result of a function over many numbers.

use std::ops::Range;

use gradus_linalg::{Level, Scalar, vectorize};
use rayon::prelude::*;

use super::LIMIT;
use super::error::{SINGLE, error, error_single};
use super::functions::Function;
use super::points;
use super::progress::Progress;

/// Numbers that a thread takes at a time; all that belongs to them stays in cache.
const CHUNK: usize = 1 << 12;
/// Without its instruction a multiply-add is a slow call: of all numbers, the portable level takes
/// part in one of so many chunks; of a thousandth of them, in each.
const PORTABLE_STRIDE: u64 = 16;
/// Samples of f64, beside every edge.
const SAMPLES: u64 = 100_000_000;
/// Bit patterns of f32.
const PATTERNS: u64 = 1 << 32;
/// Of f32's bit patterns, a thousandth is each whose number is a multiple of this prime.
const STRIDE: u64 = 1009;
/// More than the error of an error of f32, which is 2⁻¹⁹ for errors near the limit.
const MARGIN: f64 = 1e-5;

/// How many numbers are tried, beside every edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    /// All of f32, and 10⁸ of f64.
    All,
    /// About a thousandth of them.
    Thousandth,
}

impl Numbers {
    /// The lowest level that takes part in a chunk.
    fn least(self, chunk: &Range<u64>) -> Level {
        let turn = (chunk.start / CHUNK as u64).is_multiple_of(PORTABLE_STRIDE);
        if turn || self == Self::Thousandth { Level::Portable } else { Level::Avx2 }
    }
}

/// The worst of what was tried.
#[derive(Clone, Copy, Debug)]
pub(super) struct Worst {
    pub(super) ulp: f64,
    pub(super) x: f64,
    pub(super) got: f64,
    pub(super) count: u64,
    /// Results of other levels that have other bits than those of the highest.
    pub(super) differing: u64,
}

impl Worst {
    const NONE: Self = Self { ulp: -1.0, x: 0.0, got: 0.0, count: 0, differing: 0 };

    /// The worse of two; the first where they are equal, so that threads do not matter.
    fn or(self, other: Self) -> Self {
        let (count, differing) = (self.count + other.count, self.differing + other.differing);
        let worse = if other.ulp > self.ulp { other } else { self };
        Self { count, differing, ..worse }
    }

    /// The worst of some results with their errors.
    fn of<T: Scalar>(x: &[T], y: &[T], errors: &[f64]) -> Self {
        let most =
            vectorize(|| errors.iter().fold(-1.0, |most, &e| if e > most { e } else { most }));
        let at = errors.iter().position(|&e| e == most).unwrap_or(0);
        let (x, got) = (x[at].to_f64(), y[at].to_f64());
        Self { ulp: most, x, got, count: errors.len() as u64, differing: 0 }
    }
}

/// What a thread needs for a chunk.
struct Buffers<T> {
    x: Vec<T>,
    y: Vec<T>,
    other: Vec<T>,
    wide: Vec<f64>,
    errors: Vec<f64>,
}

impl<T: Scalar> Buffers<T> {
    fn new() -> Self {
        Self { x: vec![], y: vec![], other: vec![], wide: vec![], errors: vec![] }
    }

    /// Takes numbers in, and computes their results at the levels from `least` on; gives back how
    /// many of the lower levels' have other bits than the highest's.
    fn evaluate(
        &mut self,
        numbers: impl Iterator<Item = T>,
        kernel: fn(Level, &[T], &mut [T]),
        least: Level,
    ) -> u64 {
        let Self { x, y, other, wide, errors } = self;
        x.clear();
        x.extend(numbers);
        for buffer in [&mut *y, &mut *other] {
            buffer.resize(x.len(), T::zero());
        }
        for buffer in [wide, errors] {
            buffer.resize(x.len(), 0.0);
        }
        kernel(Level::detected(), x, y);
        let mut count = 0;
        for level in Level::available() {
            if (least..Level::detected()).contains(&level) {
                kernel(level, x, other);
                count += differing(y, other);
            }
        }
        count
    }
}

/// How many results have other bits; NaNs count as equal.
fn differing<T: Scalar>(x: &[T], y: &[T]) -> u64 {
    vectorize(|| {
        let differ = |(&x, &y): (&T, &T)| {
            // Equal numbers have equal bits, but for zeros, whose quotients of 1 differ.
            let same = x == y && (x != T::zero() || T::one() / x == T::one() / y);
            u64::from(!(same || x.partial_cmp(&x).is_none() && y.partial_cmp(&y).is_none()))
        };
        x.iter().zip(y).map(differ).sum()
    })
}

/// The worst of f32.
pub(super) fn single(function: &Function, numbers: Numbers, progress: &Progress) -> Worst {
    let stride = if numbers == Numbers::All { 1 } else { STRIDE };
    let exact = |x: f64, y: f64| error(y, (function.exact)(x), SINGLE);
    let chunk = |buffers: &mut Buffers<f32>, range: Range<u64>| {
        let least = numbers.least(&range);
        let patterns = range.map(|i| f32::from_bits((i * stride) as u32));
        let differing = buffers.evaluate(patterns, function.single, least);
        let Buffers { x, y, wide, errors, .. } = buffers;
        (function.wide)(x, wide);
        vectorize(|| {
            for ((error, &y), &wide) in errors.iter_mut().zip(&*y).zip(&*wide) {
                *error = error_single(y, wide);
            }
        });
        let mut worst = Worst::of(x, y, errors);
        if worst.ulp > LIMIT - MARGIN {
            // Nobody is acquitted or condemned by the quick error.
            for (i, e) in errors.iter_mut().enumerate() {
                if *e > LIMIT - MARGIN {
                    *e = exact(x[i].to_f64(), y[i].to_f64());
                }
            }
            worst = Worst::of(x, y, errors);
        }
        worst.ulp = exact(worst.x, worst.got);
        Worst { differing, ..worst }
    };
    let edges = edges(points::edges_f32(), function.single, exact);
    sweep(PATTERNS.div_ceil(stride), chunk, progress).or(edges)
}

/// The worst of f64.
pub(super) fn double(function: &Function, numbers: Numbers, progress: &Progress) -> Worst {
    let count = if numbers == Numbers::All { SAMPLES } else { SAMPLES / 1000 };
    let chunk = |buffers: &mut Buffers<f64>, range: Range<u64>| {
        let least = numbers.least(&range);
        let differing = buffers.evaluate(range.map(points::sample), function.double, least);
        let Buffers { x, y, errors, .. } = buffers;
        (function.errors)(x, y, errors);
        Worst { differing, ..Worst::of(x, y, errors) }
    };
    let exact = |x, y| error(y, (function.exact)(x), super::error::DOUBLE);
    sweep(count, chunk, progress).or(edges(points::edges(), function.double, exact))
}

/// The worst of the edges, by exact errors.
fn edges<T: Scalar>(
    edges: Vec<T>,
    kernel: fn(Level, &[T], &mut [T]),
    exact: impl Fn(f64, f64) -> f64,
) -> Worst {
    let mut buffers = Buffers::new();
    let differing = buffers.evaluate(edges.into_iter(), kernel, Level::Portable);
    let Buffers { x, y, .. } = &buffers;
    let errors: Vec<f64> = x.iter().zip(y).map(|(x, y)| exact(x.to_f64(), y.to_f64())).collect();
    Worst { differing, ..Worst::of(x, y, &errors) }
}

/// The worst of numbers 0 to `count`, by all threads.
fn sweep<T: Scalar>(
    count: u64,
    chunk: impl Fn(&mut Buffers<T>, Range<u64>) -> Worst + Sync,
    progress: &Progress,
) -> Worst {
    progress.expect(count);
    let size = CHUNK as u64;
    (0..count.div_ceil(size))
        .into_par_iter()
        .map_init(Buffers::new, |buffers, k| {
            let range = k * size..count.min((k + 1) * size);
            progress.add(range.end - range.start);
            chunk(buffers, range)
        })
        .reduce(|| Worst::NONE, Worst::or)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ulp::functions::FUNCTIONS;

    fn exp() -> Function {
        let [exp, ..] = FUNCTIONS;
        exp
    }

    #[test]
    fn a_function_that_is_three_units_off_fails() {
        let off = Function {
            name: "off",
            single: |_, x, y| {
                gradus_linalg::vmath::exp(x, y);
                // Far from the edges, three steps up.
                for (x, y) in x.iter().zip(y) {
                    if (1.0..1.1).contains(x) {
                        *y = f32::from_bits(y.to_bits() + 3);
                    }
                }
            },
            double: |_, x, y| {
                for (x, y) in x.iter().zip(y) {
                    *y = if *x < -700.0 { 0.0 } else { libm::exp(*x) };
                }
            },
            ..exp()
        };
        let worst = single(&off, Numbers::Thousandth, &Progress::hidden());
        assert!(worst.ulp > 2.0 && (1.0..1.1).contains(&worst.x), "{worst:?}");
        let worst = double(&off, Numbers::Thousandth, &Progress::hidden());
        assert!(worst.ulp > 2.0 && worst.x < -700.0, "{worst:?}");
    }

    #[test]
    fn a_level_with_other_bits_is_counted() {
        let x = [1.0, f64::NAN, -0.0];
        assert_eq!(differing(&x, &x), 0);
        assert_eq!(differing(&x, &[1.0, f64::NAN, 0.0]), 1);
        assert_eq!(differing(&x, &[1.0 + f64::EPSILON, 0.0, -0.0]), 2);
    }

    #[test]
    fn the_worst_does_not_depend_on_the_threads() {
        let exp = FUNCTIONS.iter().find(|f| f.name == "exp_m1").unwrap();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let Worst { ulp, x, count, .. } =
                pool.install(|| double(exp, Numbers::Thousandth, &Progress::hidden()));
            (ulp.to_bits(), x.to_bits(), count)
        };
        assert_eq!(on(1), on(3));
    }
}
