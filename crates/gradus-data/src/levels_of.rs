//! Indicators of levels, read back.

/// The level whose indicator is the largest; `None` if that of none of them is, 1 − Σ of all.
///
/// The first `skip` levels (the reference, or none) have no indicator: theirs is what the others leave
/// of 1, so that a row of zeros is the reference, or, without one, none of the levels.
pub(crate) fn level_of_indicators(
    levels: &[String],
    skip: usize,
    indicators: impl Iterator<Item = f64> + Clone,
) -> Option<&str> {
    let rest = 1.0 - indicators.clone().sum::<f64>();
    let mut best = (rest, (skip > 0).then_some(0));
    for (place, indicator) in indicators.enumerate() {
        if indicator > best.0 {
            best = (indicator, Some(place + skip));
        }
    }
    best.1.and_then(|place| levels.get(place)).map(String::as_str)
}
