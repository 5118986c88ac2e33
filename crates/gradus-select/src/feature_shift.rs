//! Whether one feature has the same distribution in two samples.

use gradus_data::{Column, ColumnValues};
use gradus_stats::{Continuity, chi_squared_independence, kolmogorov_smirnov};
use serde::Serialize;

use crate::aspect::{Compared, ratio};
use crate::{Aspect, SelectError};

/// How a feature was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ShiftTest {
    /// Kolmogorov and Smirnov's test of the numbers.
    KolmogorovSmirnov,
    /// χ² of the levels by sample.
    ChiSquared,
    /// χ² of missing or not by sample.
    Missing,
    /// Nothing to test: a sample has no value, or all values are equal.
    None,
}

/// One feature in two samples.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureShift {
    /// The column.
    pub name: String,
    /// How it was tested.
    pub test: ShiftTest,
    /// D, or χ²; NaN without a test.
    pub statistic: f64,
    /// The test's p-value; NaN without a test.
    pub p_value: f64,
    /// The p-value by [Holm](crate::holm), over all features.
    pub adjusted_p: f64,
    /// The standardised difference of the means, (x̄ − ȳ)/√((s²ₓ + s²ᵧ)/2); for levels and missing
    /// values the largest in size of (p − q)/√((p(1−p) + q(1−q))/2) over the levels. Unlike a
    /// p-value it does not grow with the rows. ±∞ where the samples differ without any spread.
    pub standardised_difference: f64,
    /// The largest difference in the probability of an event: D of the two distribution functions,
    /// maxₓ |F(x) − G(x)|, for numbers; the total variation ½ Σ |p − q| for levels and missing values.
    pub distance: f64,
    /// The ratio of the standard deviations, sₓ/sᵧ, of numbers that have any.
    pub sd_ratio: Option<f64>,
    /// In what the samples differ; nothing unless the adjusted p-value is at most the level.
    pub aspects: Vec<Aspect>,
}

impl FeatureShift {
    /// In words in what the samples differ, such as "the mean and the spread"; nothing if they do not.
    pub fn what(&self) -> String {
        let named: Vec<String> = self.aspects.iter().map(ToString::to_string).collect();
        named.join(" and ")
    }
}

/// The tests of one feature: of its values, and of where they are missing; the level and the limit
/// are for the aspects of numbers.
pub(crate) fn shifts(
    left: (&Column, &[usize]),
    right: (&Column, &[usize]),
    level: f64,
    limit: f64,
) -> Result<Vec<FeatureShift>, SelectError> {
    let name = left.0.name();
    let untested = || FeatureShift {
        name: name.to_owned(),
        test: ShiftTest::None,
        statistic: f64::NAN,
        p_value: f64::NAN,
        adjusted_p: f64::NAN,
        standardised_difference: 0.0,
        distance: 0.0,
        sd_ratio: None,
        aspects: Vec::new(),
    };
    let of_counts = |counts: &[[u64; 2]], test, aspect| -> Result<FeatureShift, SelectError> {
        let mut shift = FeatureShift {
            standardised_difference: difference_of_shares(counts),
            distance: total_variation(counts),
            ..untested()
        };
        if let Some((statistic, p_value)) = chi_squared(counts)? {
            shift = FeatureShift { test, statistic, p_value, aspects: vec![aspect], ..shift };
        }
        Ok(shift)
    };
    let numeric =
        |(column, _): &(&Column, &[usize])| matches!(column.values(), ColumnValues::Numeric(_));
    let mut found = Vec::new();
    if numeric(&left) && numeric(&right) {
        let (x, y) = (numbers(left), numbers(right));
        if x.is_empty() || y.is_empty() || x.iter().chain(&y).all(|value| *value == x[0]) {
            found.push(untested());
        } else {
            let test = kolmogorov_smirnov(&x, &y)?;
            let Compared { standardised_difference, sd_ratio, aspects } =
                Compared::new(&x, &y, level, limit)?;
            found.push(FeatureShift {
                test: ShiftTest::KolmogorovSmirnov,
                statistic: test.statistic,
                p_value: test.p_value,
                standardised_difference,
                distance: test.statistic,
                sd_ratio,
                aspects,
                ..untested()
            });
        }
    } else {
        let counts = level_counts(left, right);
        found.push(of_counts(&counts, ShiftTest::ChiSquared, Aspect::Shares)?);
    }
    let missing = |(column, rows): (&Column, &[usize])| {
        let missing = rows.iter().filter(|&&row| column.is_missing(row)).count() as u64;
        [missing, rows.len() as u64 - missing]
    };
    let (left, right) = (missing(left), missing(right));
    let counts = vec![[left[0], right[0]], [left[1], right[1]]];
    let shift = of_counts(&counts, ShiftTest::Missing, Aspect::Missing)?;
    found.extend((shift.test == ShiftTest::Missing).then_some(shift));
    Ok(found)
}

fn numbers((column, rows): (&Column, &[usize])) -> Vec<f64> {
    rows.iter().filter_map(|&row| column.number(row)).collect()
}

/// The counts of each text in the two samples; a number counts as its text.
fn level_counts(left: (&Column, &[usize]), right: (&Column, &[usize])) -> Vec<[u64; 2]> {
    let mut counts = std::collections::BTreeMap::<String, [u64; 2]>::new();
    for (side, (column, rows)) in [left, right].into_iter().enumerate() {
        for &row in rows {
            let text = column
                .level(row)
                .map(str::to_owned)
                .or_else(|| column.number(row).map(|number| number.to_string()));
            if let Some(text) = text {
                counts.entry(text).or_default()[side] += 1;
            }
        }
    }
    counts.into_values().collect()
}

/// χ² and its p-value, unless a sample has no count or there is one level only.
fn chi_squared(counts: &[[u64; 2]]) -> Result<Option<(f64, f64)>, SelectError> {
    let levels: Vec<&[u64]> =
        counts.iter().filter(|pair| pair[0] + pair[1] > 0).map(|pair| pair.as_slice()).collect();
    let total = |side: usize| levels.iter().map(|pair| pair[side]).sum::<u64>();
    if levels.len() < 2 || total(0) == 0 || total(1) == 0 {
        return Ok(None);
    }
    let test = chi_squared_independence(&levels, Continuity::Plain)?;
    Ok(Some((test.statistic, test.p_value)))
}

fn difference_of_shares(counts: &[[u64; 2]]) -> f64 {
    let total = |side: usize| counts.iter().map(|pair| pair[side]).sum::<u64>() as f64;
    let (left, right) = (total(0), total(1));
    if left == 0.0 || right == 0.0 {
        return 0.0;
    }
    let of = |pair: &[u64; 2]| {
        let (p, q) = (pair[0] as f64 / left, pair[1] as f64 / right);
        ratio(p - q, ((p * (1.0 - p) + q * (1.0 - q)) / 2.0).sqrt())
    };
    counts
        .iter()
        .map(of)
        .fold(0.0, |most: f64, next| if next.abs() > most.abs() { next } else { most })
}

/// ½ Σ |p − q|.
fn total_variation(counts: &[[u64; 2]]) -> f64 {
    let total = |side: usize| counts.iter().map(|pair| pair[side]).sum::<u64>() as f64;
    let (left, right) = (total(0), total(1));
    if left == 0.0 || right == 0.0 {
        return 0.0;
    }
    counts.iter().map(|pair| (pair[0] as f64 / left - pair[1] as f64 / right).abs()).sum::<f64>()
        / 2.0
}
