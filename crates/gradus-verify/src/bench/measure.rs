//! Times, and what they are like.

use std::time::{Duration, Instant};

/// The median of samples, with their range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) n: usize,
}

impl Spread {
    /// Of at least one sample.
    pub(crate) fn of(samples: &[f64]) -> Self {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let median = quantile(&sorted, 0.5);
        Self { median, min: sorted[0], max: sorted[n - 1], n }
    }

    pub(crate) fn once(value: f64) -> Self {
        Self { median: value, min: value, max: value, n: 1 }
    }
}

/// The quantile of sorted samples, by linear interpolation.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] * (1.0 - part) + sorted[above] * part
}

/// Tries of which the fastest counts: another program may interrupt one, and nothing hastens one.
const TRIES: usize = 3;

/// How often `work` has to run to take about `target`.
pub(crate) fn repeats(target: Duration, mut work: impl FnMut()) -> usize {
    work();
    let mut count = 1;
    loop {
        let start = Instant::now();
        (0..count).for_each(|_| work());
        if start.elapsed() * 4 >= target {
            return ((target.as_secs_f64() / fastest(count, work)) as usize).max(1);
        }
        count *= 2;
    }
}

/// Seconds of one run of `work`, averaged over `count` runs.
pub(crate) fn seconds(count: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..count).for_each(|_| work());
    start.elapsed().as_secs_f64() / count as f64
}

/// Seconds of one run of `work`, averaged over `count` runs, in the fastest of a few tries.
pub(crate) fn fastest(count: usize, mut work: impl FnMut()) -> f64 {
    (0..TRIES).map(|_| seconds(count, &mut work)).fold(f64::INFINITY, f64::min)
}

/// The most memory that this process has held, in MiB, where the system tells.
pub(crate) fn peak_memory_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        let spread = Spread::of(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(spread, Spread { median: 2.5, min: 1.0, max: 4.0, n: 4 });
        assert_eq!(quantile(&[1.0, 2.0, 3.0], 1.0), 3.0);
    }
}
