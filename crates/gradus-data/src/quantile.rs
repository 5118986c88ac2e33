//! Quantiles of a column.

/// The quantile of sorted values, m ≥ 1, by linear interpolation between the two next to it: at
/// h = q·(m − 1), x₍⌊h⌋₎ + (h − ⌊h⌋)·(x₍⌊h⌋₊₁₎ − x₍⌊h⌋₎).
///
/// It is the seventh of Hyndman and Fan's definitions (*Sample quantiles in statistical packages*,
/// 1996), the default of R and numpy.
pub(crate) fn quantile(sorted: &[f64], q: f64) -> f64 {
    let place = q * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    let part = place - below as f64;
    let (low, high) = (sorted[below], sorted[above]);
    // Halves first, for the difference of two numbers may overflow where a mean does not.
    if part == 0.0 { low } else { low * (1.0 - part) + high * part }
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median(sorted: &[f64]) -> f64 {
    let m = sorted.len();
    let (low, high) = (sorted[(m - 1) / 2], sorted[m / 2]);
    if low == high { low } else { low / 2.0 + high / 2.0 }
}
