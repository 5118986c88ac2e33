//! In what the distributions of two samples differ.

use std::fmt;

use gradus_stats::{Alternative, Moments, StatsError, median, welch_t_test};
use serde::Serialize;

use crate::SelectError;

/// In what two samples of a feature differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub enum Aspect {
    /// Numbers have another mean.
    Mean,
    /// Numbers lie wider or narrower around their middle.
    Spread,
    /// Numbers have another distribution, though not another mean or spread.
    Shape,
    /// Levels have other shares.
    Shares,
    /// Values are missing more often, or less.
    Missing,
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "the mean",
            Self::Spread => "the spread",
            Self::Shape => "the shape of the distribution",
            Self::Shares => "the shares",
            Self::Missing => "what is missing",
        })
    }
}

/// How the numbers of two samples compare.
#[derive(Debug)]
pub(crate) struct Compared {
    pub(crate) standardised_difference: f64,
    pub(crate) sd_ratio: Option<f64>,
    pub(crate) aspects: Vec<Aspect>,
}

impl Compared {
    /// What reaches the limit and is beyond chance at the level: the means by Welch's test, the spread
    /// by Brown's and Forsythe's, which is Welch's of the distances from the medians.
    pub(crate) fn new(x: &[f64], y: &[f64], level: f64, limit: f64) -> Result<Self, SelectError> {
        let (left, right) = (Moments::of(x)?, Moments::of(y)?);
        let gap = left.mean()? - right.mean()?;
        let variance = |moments: &Moments| moments.sample_variance().unwrap_or(0.0);
        let (a, b) = (variance(&left), variance(&right));
        let standardised_difference = ratio(gap, ((a + b) / 2.0).sqrt());
        let has_spread = x.len() > 1 && y.len() > 1 && a.max(b) > 0.0;
        let sd_ratio = has_spread.then(|| (a / b).sqrt());

        let large = |size: f64| size.abs() >= limit && size != 0.0;
        let mut aspects = Vec::new();
        if large(standardised_difference) && beyond_chance(x, y, level) {
            aspects.push(Aspect::Mean);
        }
        if sd_ratio.is_some_and(|ratio| large(ratio.ln()))
            && beyond_chance(&from_the_middle(x)?, &from_the_middle(y)?, level)
        {
            aspects.push(Aspect::Spread);
        }
        if aspects.is_empty() {
            aspects.push(Aspect::Shape);
        }
        Ok(Self { standardised_difference, sd_ratio, aspects })
    }
}

fn from_the_middle(values: &[f64]) -> Result<Vec<f64>, SelectError> {
    let middle = median(values)?;
    Ok(values.iter().map(|value| (value - middle).abs()).collect())
}

/// Two samples without variation differ for certain if they differ at all.
fn beyond_chance(x: &[f64], y: &[f64], level: f64) -> bool {
    match welch_t_test(x, y, Alternative::TwoSided) {
        Ok(test) => test.p_value <= level,
        Err(error) => matches!(error, StatsError::NoVariation { .. }),
    }
}

/// 0/0 is 0: no difference.
pub(crate) fn ratio(gap: f64, spread: f64) -> f64 {
    if gap == 0.0 { 0.0 } else { gap / spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let grid = |scale: f64, shift: f64| -> Vec<f64> {
            (0..200).map(|i| (f64::from(i) - 99.5) * scale + shift).collect()
        };
        let plain = grid(1.0, 0.0);
        // Variance of the numbers 1, …, n: n(n+1)/12.
        let sd = (200.0 * 201.0 / 12.0_f64).sqrt();
        let two: Vec<f64> = (0..200).map(|i| if i % 2 == 0 { -sd } else { sd }).collect();
        let cases = [
            (grid(1.0, sd), -1.0, 1.0, vec![Aspect::Mean]),
            (grid(4.0, 0.0), 0.0, 0.25, vec![Aspect::Spread]),
            (grid(2.0, -sd), 1.0 / 2.5_f64.sqrt(), 0.5, vec![Aspect::Mean, Aspect::Spread]),
            // As many standard deviations wide, up to 199/200.
            (two, 0.0, (199.0 / 200.0_f64).sqrt(), vec![Aspect::Shape]),
        ];
        for (other, difference, sd_ratio, aspects) in cases {
            let found = Compared::new(&plain, &other, 0.05, 0.1).unwrap();
            assert!((found.standardised_difference - difference).abs() < 1e-12, "{found:?}");
            assert!((found.sd_ratio.unwrap() / sd_ratio - 1.0).abs() < 1e-12, "{found:?}");
            assert_eq!(found.aspects, aspects);
        }
        // A few values say little: of the means 1.5 and 2.5 of 1, 2 and 2, 3 nothing is certain.
        let few = Compared::new(&[1.0, 2.0], &[2.0, 3.0], 0.05, 0.1).unwrap();
        assert_eq!(few.aspects, [Aspect::Shape]);
        let apart = Compared::new(&[1.0, 1.0], &[2.0, 2.0], 0.05, 0.1).unwrap();
        assert_eq!((apart.aspects, apart.sd_ratio), (vec![Aspect::Mean], None));
    }
}
