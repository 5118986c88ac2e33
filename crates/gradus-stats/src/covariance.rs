//! How two variables vary together.

use crate::StatsError;
use crate::error::{check_pairs, check_values};
use crate::sum::sum;

/// The sample covariance Σ(xᵢ−x̄)(yᵢ−ȳ)/(n−1).
///
/// # Errors
///
/// [`StatsError::LengthMismatch`]; [`StatsError::TooFew`] below two pairs;
/// [`StatsError::NotFinite`].
///
/// # Examples
///
/// ```
/// use gradus_stats::covariance;
///
/// assert_eq!(covariance(&[1.0, 2.0, 3.0], &[2.0, 4.0, 9.0])?, 3.5);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// As numpy's `cov`, whose divisor is n − 1 too.
pub fn covariance(x: &[f64], y: &[f64]) -> Result<f64, StatsError> {
    let products = Products::of("covariance", x, y)?;
    Ok(products.xy / (x.len() - 1) as f64)
}

/// Pearson's correlation r = Σ(xᵢ−x̄)(yᵢ−ȳ) / √(Σ(xᵢ−x̄)² Σ(yᵢ−ȳ)²), in [−1, 1].
///
/// # Errors
///
/// As [`covariance`], and [`StatsError::NoVariation`] if either is constant.
///
/// # Examples
///
/// ```
/// use gradus_stats::correlation;
///
/// let r = correlation(&[1.0, 2.0, 3.0], &[-2.0, -4.0, -6.0])?;
/// assert!((r + 1.0).abs() < 1e-15);
/// # Ok::<(), gradus_stats::StatsError>(())
/// ```
///
/// numpy's `corrcoef` returns NaN for a constant.
pub fn correlation(x: &[f64], y: &[f64]) -> Result<f64, StatsError> {
    let of = "correlation";
    let products = Products::of(of, x, y)?;
    if products.xx == 0.0 || products.yy == 0.0 {
        return Err(StatsError::NoVariation { of });
    }
    Ok((products.xy / (products.xx.sqrt() * products.yy.sqrt())).clamp(-1.0, 1.0))
}

/// Sums of products of deviations, in two passes: the second sees small numbers only.
struct Products {
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Products {
    fn of(of: &'static str, x: &[f64], y: &[f64]) -> Result<Self, StatsError> {
        check_pairs(of, x, y)?;
        check_values(of, x, 2)?;
        check_values(of, y, 2)?;
        let n = x.len() as f64;
        let center = |v: &[f64]| {
            let mean = sum(v.iter().copied()) / n;
            // What rounding left in the mean shows in the deviations.
            mean + sum(v.iter().map(|value| value - mean)) / n
        };
        let (mx, my) = (center(x), center(y));
        let pairs = || x.iter().zip(y).map(|(a, b)| (a - mx, b - my));
        Ok(Self {
            xx: sum(pairs().map(|(a, _)| a * a)),
            xy: sum(pairs().map(|(a, b)| a * b)),
            yy: sum(pairs().map(|(_, b)| b * b)),
        })
    }
}
