//! The place and the spread of a column.

use gradus_linalg::{reduce, vectorize};

use crate::Intercept;

/// The share of the squares around the first value that the variance must be for one pass to do.
const CANCELLED: f64 = 1e-6;
/// A spread below this share of the largest value is rounding.
const CONSTANT: f64 = 1e-14;
/// Sums side by side.
const LANES: usize = 32;

/// The mean (0 without an intercept) and the root of the mean square around it, weighted; `None`
/// for a column that varies by rounding alone.
pub(super) fn centre_and_scale(
    x: &[f64],
    weights: Option<&[f64]>,
    intercept: Intercept,
) -> Option<(f64, f64)> {
    let first = match intercept {
        Intercept::Fitted => weights.map_or(x.first(), |weights| {
            weights.iter().zip(x).find(|(w, _)| **w > 0.0).map(|(_, x)| x)
        }),
        Intercept::None => None,
    };
    let first = first.copied().unwrap_or(0.0);
    let [total, mean, square] = moments(x, weights, first);
    let (mean, square) = (mean / total, square / total);
    let variance = if intercept == Intercept::Fitted { square - mean * mean } else { square };
    // False where squares overflow.
    let clear = variance > CANCELLED * square && variance.is_normal() && square.is_finite();
    let centre = if intercept == Intercept::Fitted { first + mean } else { 0.0 };
    if clear && variance.sqrt() > 1e-6 * centre.abs() {
        return Some((centre, variance.sqrt()));
    }
    carefully(x, weights, intercept)
}

/// Σw, Σw(x − origin) and Σw(x − origin)².
fn moments(x: &[f64], weights: Option<&[f64]>, origin: f64) -> [f64; 3] {
    let (mut sums, mut squares) = ([0.0; LANES], [0.0; LANES]);
    let (chunks, rest) = x.as_chunks::<LANES>();
    let Some(weights) = weights else {
        vectorize(
            #[inline(always)]
            || {
                for chunk in chunks {
                    for l in 0..LANES {
                        let d = chunk[l] - origin;
                        sums[l] += d;
                        squares[l] = d.mul_add(d, squares[l]);
                    }
                }
            },
        );
        for (l, x) in rest.iter().enumerate() {
            sums[l] += x - origin;
            squares[l] += (x - origin).powi(2);
        }
        return [x.len() as f64, reduce::sum(&sums), reduce::sum(&squares)];
    };
    let mut totals = [0.0; LANES];
    let (weights, last) = weights.as_chunks::<LANES>();
    vectorize(
        #[inline(always)]
        || {
            for (chunk, w) in chunks.iter().zip(weights) {
                for l in 0..LANES {
                    let d = chunk[l] - origin;
                    totals[l] += w[l];
                    sums[l] = w[l].mul_add(d, sums[l]);
                    squares[l] = (w[l] * d).mul_add(d, squares[l]);
                }
            }
        },
    );
    for (l, (x, w)) in rest.iter().zip(last).enumerate() {
        totals[l] += w;
        sums[l] += w * (x - origin);
        squares[l] += w * (x - origin).powi(2);
    }
    [reduce::sum(&totals), reduce::sum(&sums), reduce::sum(&squares)]
}

/// The same in units of the largest value, whose squares stay finite, and around the mean.
fn carefully(x: &[f64], weights: Option<&[f64]>, intercept: Intercept) -> Option<(f64, f64)> {
    let size = x.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
    if size == 0.0 {
        return None;
    }
    let ones;
    let weights = match weights {
        Some(weights) => weights,
        None => {
            ones = vec![1.0; x.len()];
            &ones
        }
    };
    let total = reduce::sum(weights);
    let mut scaled: Vec<f64> = x.iter().map(|x| x / size).collect();
    let centre = match intercept {
        Intercept::Fitted => reduce::dot(&scaled, weights) / total,
        Intercept::None => 0.0,
    };
    scaled.iter_mut().for_each(|x| *x = (*x - centre).powi(2));
    let scale = (reduce::dot(&scaled, weights) / total).sqrt();
    let varies = scale > CONSTANT;
    varies.then_some((centre * size, scale * size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(x: &[f64], weights: Option<&[f64]>) -> Option<(f64, f64)> {
        centre_and_scale(x, weights, Intercept::Fitted)
    }

    /// Mean and standard deviation of 1, …, n are (n + 1)/2 and √((n² − 1)/12).
    #[test]
    fn place_and_spread_in_any_unit_and_from_any_origin() {
        for n in [5, 32, 101] {
            let wanted = ((f64::from(n * n) - 1.0) / 12.0).sqrt();
            for unit in [1e-300, 1e-170, 1.0, 1e170, 1e300] {
                for origin in [0.0, -7.0, 1e6] {
                    let x: Vec<f64> = (1..=n).map(|i| (f64::from(i) + origin) * unit).collect();
                    let ones = vec![0.5; x.len()];
                    for weights in [None, Some(&ones[..])] {
                        let (centre, scale) = of(&x, weights).unwrap();
                        let mean = f64::from(n + 1) / 2.0 + origin;
                        assert!((centre / unit - mean).abs() < 1e-9 * mean.abs().max(1.0));
                        assert!((scale / unit - wanted).abs() < 1e-8 * wanted, "{n} {unit}");
                    }
                }
            }
        }
    }

    #[test]
    fn rounding_is_no_spread_and_weights_of_zero_no_place() {
        assert_eq!(of(&[0.3; 50], None), None);
        assert_eq!(of(&[0.0; 3], None), None);
        let near = [1.0, 1.0 + f64::EPSILON, 1.0];
        assert_eq!(of(&near, None), None);
        assert_eq!(centre_and_scale(&[2.0; 9], None, Intercept::None), Some((0.0, 2.0)));
        // The first value, far off, does not count.
        let (centre, scale) = of(&[1e12, 1.0, 3.0], Some(&[0.0, 1.0, 1.0])).unwrap();
        assert_eq!((centre, scale), (2.0, 1.0));
        // It counts next to nothing.
        let (centre, scale) = of(&[1e9, 1.0, 3.0], Some(&[1e-30, 1.0, 1.0])).unwrap();
        assert!((centre - 2.0).abs() < 1e-9 && (scale - 1.0).abs() < 1e-9);
    }
}
