//! `peak`: the multiply-adds that a machine can do, from registers alone.

use std::hint::black_box;
use std::time::Instant;

use gradus_linalg::{Level, Scalar, vectorize_at};

use super::Figures;
use super::measure::Spread;
use super::report::Figure;

/// Numbers that a pass works on: few enough for the first cache, enough to hide the latency.
const NUMBERS: usize = 1024;
/// Multiply-adds between a load and a store: enough that these two cost nothing, few enough that
/// the chains of several registers are under way at once.
const CHAIN: usize = 12;
/// Passes of a burst, which takes about half a millisecond.
const PASSES: usize = 4096;
/// Bursts of a sample, the fastest of which counts: nothing makes one faster than the machine.
const BURSTS: usize = 3;
const ROUNDS: usize = 25;

/// x ← a·x + b, [`CHAIN`] times, for all numbers.
#[inline(always)]
fn pass<T: Scalar>(numbers: &mut [T], a: T, b: T) {
    for number in numbers {
        let mut x = *number;
        for _ in 0..CHAIN {
            x = x.mul_add(a, b);
        }
        *number = x;
    }
}

fn burst<T: Scalar>(level: Level) {
    let mut numbers = black_box(vec![T::of(0.5); NUMBERS]);
    let (a, b) = black_box((T::of(0.999), T::of(0.001)));
    vectorize_at(level, || {
        for _ in 0..PASSES {
            pass(&mut numbers, a, b);
        }
    });
    black_box(numbers);
}

/// The rate of multiply-adds now, in GFLOP/s, of all threads of the pool together.
pub(crate) fn sample<T: Scalar>() -> f64 {
    sample_at::<T>(Level::detected())
}

/// The rate with the instructions of a level.
pub(crate) fn sample_at<T: Scalar>(level: Level) -> f64 {
    let flops = 2.0 * (NUMBERS * CHAIN * PASSES * rayon::current_num_threads()) as f64;
    let rate = || {
        let start = Instant::now();
        rayon::broadcast(|_| burst::<T>(level));
        flops / start.elapsed().as_secs_f64() * 1e-9
    };
    (0..BURSTS).map(|_| rate()).fold(0.0, f64::max)
}

pub(crate) fn measure() -> Figures {
    // Without its instruction a multiply-add is a slow call, which is no peak.
    let levels = Level::available().into_iter().filter(|&level| level > Level::Portable);
    let mut loops: Vec<_> = levels.rev().map(|level| (level, Vec::new(), Vec::new())).collect();
    for _ in 0..ROUNDS {
        for (level, single, double) in &mut loops {
            single.push(sample_at::<f32>(*level));
            double.push(sample_at::<f64>(*level));
        }
    }
    let figures = |(level, single, double): &(Level, Vec<f64>, Vec<f64>)| {
        [("f32", single), ("f64", double)].map(|(name, rates)| {
            let metric = format!("multiply-add peak, {name}, {level:?}");
            Figure::new(metric, "GFLOP/s", Spread::of(rates))
        })
    };
    loops.iter().flat_map(figures).collect()
}
