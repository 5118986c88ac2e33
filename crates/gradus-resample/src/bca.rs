//! The levels of the bias-corrected and accelerated interval.

use gradus_stats::{Continuous, Normal};

use crate::rounds::mean;

/// At which quantiles of the replicates the ends lie; none where they are undefined.
pub(crate) fn bca_levels(
    estimate: f64,
    replicates: &[f64],
    without_one: &[f64],
    level: f64,
) -> Option<[f64; 2]> {
    let normal = Normal::standard();
    let below = replicates.iter().filter(|&&value| value < estimate).count();
    let at_most = replicates.iter().filter(|&&value| value <= estimate).count();
    let share = (below + at_most) as f64 / (2.0 * replicates.len() as f64);
    let z0 = normal.ppf(share).ok().filter(|z0| z0.is_finite())?;
    let acceleration = acceleration(without_one)?;
    let end = |z: f64| normal.cdf(z0 + (z0 + z) / (1.0 - acceleration * (z0 + z)));
    let z = normal.isf((1.0 - level) / 2.0).ok()?;
    let levels = [end(-z), end(z)];
    levels.iter().all(|level| level.is_finite()).then_some(levels)
}

/// Σ d³ / (6 (Σ d²)^{3/2}), with d scaled so that no power of it leaves the range.
fn acceleration(without_one: &[f64]) -> Option<f64> {
    let centre = mean(without_one);
    let largest = without_one.iter().map(|value| (centre - value).abs()).fold(0.0, f64::max);
    let scaled = || without_one.iter().map(|value| (centre - value) / largest);
    let (squares, cubes): (f64, f64) =
        scaled().fold((0.0, 0.0), |(squares, cubes), d| (squares + d * d, cubes + d * d * d));
    (largest > 0.0 && largest.is_finite()).then(|| cubes / (6.0 * squares.powf(1.5)))
}

#[cfg(test)]
mod tests {
    use gradus_stats::quantiles;

    use super::*;

    const REPLICATES: [f64; 40] = [
        2.67, 2.24, 1.99, 2.77, 1.94, 3.55, 2.84, 2.62, 1.02, 0.65, 1.09, 2.93, 2.59, 0.87, 2.91,
        1.55, 1.55, 4.39, 2.49, 2.77, 2.79, 0.85, 2.87, 7.45, 1.15, 3.72, 3.94, 3.91, 1.71, 1.98,
        1.16, 2.36, 5.01, 1.57, 0.56, 2.51, 3.96, 2.11, 6.01, 2.2,
    ];

    /// Values of scipy 1.17.1's steps, by tests/data/bca.py.
    #[test]
    fn the_ends_are_those_of_scipy() {
        let data = [1.2, 3.4, 0.3, 8.1, 2.2, 5.9, 0.7, 4.4];
        let total: f64 = data.iter().sum();
        let without_one: Vec<f64> = data.iter().map(|value| (total - value) / 7.0).collect();
        assert!(
            (acceleration(&without_one).unwrap() / 0.034_392_483_488_251_93 - 1.0).abs() < 1e-12
        );
        for (level, lower, upper) in [
            (0.9, 0.968_353_850_017_625_2, 6.205_275_258_057_204),
            (0.95, 0.852_761_694_140_332_6, 6.953_808_593_939_283),
        ] {
            let levels = bca_levels(2.6, &REPLICATES, &without_one, level).unwrap();
            let ends = quantiles(&REPLICATES, &levels).unwrap();
            assert!((ends[0] / lower - 1.0).abs() < 1e-12, "{ends:?}");
            assert!((ends[1] / upper - 1.0).abs() < 1e-12, "{ends:?}");
        }
    }

    #[test]
    fn one_sided_replicates_and_constant_statistics_have_none() {
        assert_eq!(bca_levels(9.0, &REPLICATES, &[1.0, 2.0, 4.0], 0.9), None);
        assert_eq!(bca_levels(2.6, &REPLICATES, &[1.0, 1.0], 0.9), None);
    }
}
