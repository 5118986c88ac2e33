//! `ulp`: how far the elementary functions are from the exact values, in units in the last place.

mod error;
mod exact;
mod functions;
mod pair;
mod points;

use std::process::ExitCode;

use clap::Args as ClapArgs;
use gradus_linalg::{Level, Scalar};
use rayon::prelude::*;

use error::{DOUBLE, SINGLE, error};
use exact::Exact;
use functions::{FUNCTIONS, Function};

/// The bound that the kernels promise.
const LIMIT: f64 = 2.0;
/// Numbers that a thread takes at a time.
const CHUNK: u64 = 1 << 14;
/// Samples of f64, beside every edge.
const SAMPLES: u64 = 100_000_000;
/// Bit patterns of f32.
const PATTERNS: u64 = 1 << 32;
/// Without its instruction a multiply-add is a slow call: in a full sweep the portable level takes
/// part in one of so many pieces.
const PORTABLE_STRIDE: u64 = 16;
/// Of f32's bit patterns, `--quick` takes each whose number is a multiple of this prime.
const STRIDE: u64 = 1009;

/// Sweeps the elementary functions over f32, bit pattern by bit pattern, and over 10⁸ numbers and
/// every edge of f64; fails if one is off by more than 2 units in the last place, or if a level of
/// instructions of this machine gives other bits than the highest.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Only the functions whose name contains this.
    filter: Option<String>,
    /// About a thousandth of the numbers, and every edge.
    #[arg(long)]
    quick: bool,
}

/// The worst of what was tried.
#[derive(Clone, Copy, Debug)]
struct Worst {
    ulp: f64,
    x: f64,
    got: f64,
    count: u64,
    /// Numbers for which some level gives other bits than the highest.
    differing: u64,
}

impl Worst {
    const NONE: Self = Self { ulp: -1.0, x: 0.0, got: 0.0, count: 0, differing: 0 };

    /// The worse of two; the first where they are equal, so that threads do not matter.
    fn or(self, other: Self) -> Self {
        let (count, differing) = (self.count + other.count, self.differing + other.differing);
        let worse = if other.ulp > self.ulp { other } else { self };
        Self { count, differing, ..worse }
    }
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let chosen = |f: &&Function| args.filter.as_deref().is_none_or(|name| f.name.contains(name));
    let levels: Vec<_> = Level::available().iter().rev().map(|l| format!("{l:?}")).collect();
    println!("levels of instructions: {}", levels.join(", "));
    println!("max ulp 0: every result is the nearest number");
    println!(
        "{:<10} {:<4} {:>11} {:>10} {:>9}  at",
        "function", "type", "numbers", "other bits", "max ulp"
    );
    let (mut checked, mut failed) = (0, 0);
    for function in FUNCTIONS.iter().filter(chosen) {
        for (kind, worst) in
            [("f32", single(function, args.quick)), ("f64", double(function, args.quick))]
        {
            let Worst { ulp, x, got, count, differing } = worst;
            let bad = ulp > LIMIT || differing > 0;
            let verdict = if bad { "  FAILED" } else { "" };
            let name = function.name;
            println!(
                "{name:<10} {kind:<4} {count:>11} {differing:>10} {ulp:>9.4}  {x:e} -> {got:e}{verdict}"
            );
            checked += 1;
            failed += usize::from(bad);
        }
    }
    if checked == 0 {
        eprintln!("ulp: no function is called {}", args.filter.as_deref().unwrap_or(""));
        return ExitCode::from(2);
    }
    println!("{checked} checked against {LIMIT} ulp, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn single(function: &Function, quick: bool) -> Worst {
    let stride = if quick { STRIDE } else { 1 };
    let pattern = |i: u64| f32::from_bits((i * stride) as u32);
    let edges = points::edges_f32();
    // Most results are the nearest f32, which is soon seen; the others are off by half a unit at
    // least.
    let off = |x: f32, y: f32| {
        let wide = (function.wide)(f64::from(x));
        let nearest = (wide as f32).to_bits() == y.to_bits() && !y.is_nan();
        if nearest { 0.0 } else { error(f64::from(y), Exact::from(wide), SINGLE) }
    };
    let evaluate = |x: &[f32], least| evaluate(x, function.single, off, least);
    let portable = if quick { 1 } else { PORTABLE_STRIDE };
    sweep(PATTERNS.div_ceil(stride), portable, pattern, evaluate)
        .or(evaluate(&edges, Level::Portable))
}

fn double(function: &Function, quick: bool) -> Worst {
    let count = if quick { SAMPLES / 1000 } else { SAMPLES };
    let edges = points::edges();
    let off = |x, y| error(y, (function.exact)(x), DOUBLE);
    let evaluate = |x: &[f64], least| evaluate(x, function.double, off, least);
    let portable = if quick { 1 } else { PORTABLE_STRIDE };
    sweep(count, portable, points::sample, evaluate).or(evaluate(&edges, Level::Portable))
}

/// The worst of some numbers, at the highest level of instructions, which those from `least` on are
/// held against; `off` is the error of a result.
fn evaluate<T: Scalar>(
    x: &[T],
    kernel: fn(Level, &[T], &mut [T]),
    off: impl Fn(T, T) -> f64,
    least: Level,
) -> Worst {
    let at = |level| {
        let mut y = vec![T::zero(); x.len()];
        kernel(level, x, &mut y);
        y
    };
    let y = at(Level::detected());
    let of = |(&x, &y): (&T, &T)| Worst {
        ulp: off(x, y),
        x: x.to_f64(),
        got: y.to_f64(),
        count: 1,
        differing: 0,
    };
    let mut worst = x.iter().zip(&y).map(of).fold(Worst::NONE, Worst::or);
    for level in Level::available() {
        if (least..Level::detected()).contains(&level) {
            worst.differing += differing(&y, &at(level));
        }
    }
    worst
}

/// How many results have other bits; NaNs count as equal.
fn differing<T: Scalar>(x: &[T], y: &[T]) -> u64 {
    let bits = |x: T| if x.to_f64().is_nan() { None } else { Some(x.to_f64().to_bits()) };
    x.iter().zip(y).filter(|&(&x, &y)| bits(x) != bits(y)).count() as u64
}

/// The worst of numbers 0 to `count`, by all threads; the portable level takes part in every
/// `portable`-th piece.
fn sweep<T: Send>(
    count: u64,
    portable: u64,
    point: impl Fn(u64) -> T + Sync,
    evaluate: impl Fn(&[T], Level) -> Worst + Sync,
) -> Worst {
    let chunk = |chunk: u64| {
        let end = count.min((chunk + 1) * CHUNK);
        let x: Vec<T> = (chunk * CHUNK..end).map(&point).collect();
        let all = chunk.is_multiple_of(portable);
        evaluate(&x, if all { Level::Portable } else { Level::Avx2 })
    };
    (0..count.div_ceil(CHUNK)).into_par_iter().map(chunk).reduce(|| Worst::NONE, Worst::or)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            wide: libm::exp,
            exact: exact::exp,
        };
        let worst = single(&off, true);
        assert!(worst.ulp > 2.0 && (1.0..1.1).contains(&worst.x), "{worst:?}");
        let worst = double(&off, true);
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
            let Worst { ulp, x, count, .. } = pool.install(|| double(exp, true));
            (ulp.to_bits(), x.to_bits(), count)
        };
        assert_eq!(on(1), on(3));
    }
}
