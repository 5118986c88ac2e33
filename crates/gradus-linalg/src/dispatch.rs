//! Run-time choice of the instruction set.
#![allow(unsafe_code)] // Calling code compiled for a feature found at run time has no safe form.

use std::sync::OnceLock;

/// The instruction sets that kernels are compiled for, weakest first.
///
/// ```
/// use gradus_linalg::Level;
/// assert!(Level::available().contains(&Level::Portable));
/// assert_eq!(Level::available().last(), Some(&Level::detected()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Level {
    /// What every machine of the target has.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512 F, BW, CD, DQ and VL, with FMA.
    Avx512,
}

impl Level {
    /// The best level of this machine, which every kernel uses.
    pub fn detected() -> Self {
        static LEVEL: OnceLock<Level> = OnceLock::new();
        *LEVEL.get_or_init(detect)
    }

    /// Every level that this machine can run, weakest first.
    pub fn available() -> Vec<Self> {
        [Self::Portable, Self::Avx2, Self::Avx512]
            .into_iter()
            .filter(|&level| level <= Self::detected())
            .collect()
    }
}

#[cfg(target_arch = "x86_64")]
fn detect() -> Level {
    let avx2 = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
    let avx512 = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512cd")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        // The compiler takes this one for granted beside AVX-512.
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2");
    match (avx2, avx512) {
        (true, true) => Level::Avx512,
        (true, false) => Level::Avx2,
        (false, _) => Level::Portable,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn detect() -> Level {
    Level::Portable
}

/// A loop to be compiled for each level; `run` is marked `#[inline(always)]`, which a closure
/// cannot be.
pub(crate) trait Work {
    /// What the loop gives back.
    type Output;

    /// Runs the loop.
    fn run(self) -> Self::Output;
}

struct Closure<F>(F);

impl<R, F: FnOnce() -> R> Work for Closure<F> {
    type Output = R;

    #[inline(always)]
    fn run(self) -> R {
        self.0()
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx2,fma,bmi1,bmi2")]
pub(crate) fn with_avx512<W: Work>(work: W) -> W::Output {
    work.run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
pub(crate) fn with_avx2<W: Work>(work: W) -> W::Output {
    work.run()
}

/// Runs a closure in a copy that is compiled for the best instruction set of this machine.
///
/// The compiler then vectorises loops in the closure with AVX-512, or with AVX2 and FMA, or with
/// what every machine of the target has. It can only do so for code that is inlined: write the
/// loop in the closure itself, or in a function marked `#[inline(always)]` that it calls. The
/// operations keep their order and their rounding, so the results are the same on every machine.
///
/// Choosing costs about a nanosecond: wrap the loop, not its body.
///
/// ```
/// let mut x = vec![1.0_f32; 100];
/// gradus_linalg::vectorize(|| {
///     for x in &mut x {
///         *x = x.mul_add(2.0, 0.5);
///     }
/// });
/// assert!(x.iter().all(|&x| x == 2.5));
/// ```
pub fn vectorize<R>(f: impl FnOnce() -> R) -> R {
    run_at(Level::detected(), Closure(f))
}

/// Runs a closure in a copy that is compiled for a level, so that levels can be compared; otherwise
/// as [`vectorize`].
///
/// # Panics
/// If this machine lacks the level.
///
/// ```
/// use gradus_linalg::{Level, vectorize_at};
/// for level in Level::available() {
///     assert_eq!(vectorize_at(level, || 2.0_f64.mul_add(3.0, 1.0)), 7.0);
/// }
/// ```
pub fn vectorize_at<R>(level: Level, f: impl FnOnce() -> R) -> R {
    run_at(level, Closure(f))
}

/// Runs a loop in the copy for a level, which this machine must have.
pub(crate) fn run_at<W: Work>(level: Level, work: W) -> W::Output {
    assert!(level <= Level::detected(), "this machine lacks {level:?}");
    #[cfg(target_arch = "x86_64")]
    match level {
        // SAFETY: the level is at most the detected one, so the machine has these features.
        Level::Avx512 => return unsafe { with_avx512(work) },
        // SAFETY: as above; `detect` asks for AVX2 and FMA for every level above the lowest.
        Level::Avx2 => return unsafe { with_avx2(work) },
        Level::Portable => {}
    }
    work.run()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_gives_the_same_bits() {
        let run = |level| {
            let mut x: Vec<f32> = (0..1001).map(|i| i as f32 * 0.37 - 100.0).collect();
            let work = Closure(|| {
                for x in &mut x {
                    *x = x.mul_add(*x, 0.1) / 3.0 - x.abs().sqrt();
                }
            });
            run_at(level, work);
            x
        };
        for level in Level::available() {
            assert_eq!(run(level), run(Level::Portable), "{level:?}");
        }
    }

    #[test]
    fn a_result_is_handed_back() {
        assert_eq!(vectorize(|| vec![1, 2, 3].len()), 3);
    }
}
