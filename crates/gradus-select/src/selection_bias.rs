//! Whether a sample looks like the population that it is to stand for.

use std::fmt;

use gradus_data::{Column, ColumnValues, Table};
use gradus_metrics::Label;
use gradus_resample::ResampleError;
use gradus_stats::Moments;
use nalgebra::DMatrix;
use serde::Serialize;

use crate::feature_shift::shifts;
use crate::{
    Aspect, FeatureShift, LinearDiscriminant, PermutationConfig, SelectError, ShiftTest,
    TwoSampleTest, holm, two_sample_test,
};

/// Some rows of a table.
#[derive(Debug, Clone, Copy)]
pub struct Sample<'t> {
    /// The table.
    pub table: &'t Table,
    /// The rows of it.
    pub rows: &'t [usize],
}

/// The settings of [`selection_bias`].
#[derive(Debug, Clone, PartialEq)]
pub struct SelectionBiasConfig {
    /// The chance of a false alarm over all features, and again of the two-sample test; 0.05 by
    /// default.
    pub level: f64,
    /// From where a shift matters: the standardised difference, the [distance](FeatureShift::distance)
    /// of the distributions, or the logarithm of the ratio of their standard deviations; 0.1 by
    /// default, the usual limit of the first (of the last it is a ratio of variances of 1.22, where
    /// Rubin's is 5/4).
    pub difference: f64,
    /// Columns to leave out, such as an identifier.
    pub ignore: Vec<String>,
    /// The two-sample test, none to omit it.
    pub classifier: Option<PermutationConfig>,
}

impl Default for SelectionBiasConfig {
    fn default() -> Self {
        Self {
            level: 0.05,
            difference: 0.1,
            ignore: Vec::new(),
            classifier: Some(PermutationConfig::default()),
        }
    }
}

/// What [`selection_bias`] found; it prints a table and a verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SelectionBias {
    /// The tests of the features, in the columns' order.
    pub features: Vec<FeatureShift>,
    /// Columns that only one of the samples has.
    pub unshared: Vec<String>,
    /// Whether a classifier can tell the samples apart, by all features together.
    pub classifier: Option<TwoSampleTest>,
    /// The level of the tests.
    pub level: f64,
    /// The size from which a shift matters.
    pub difference: f64,
}

impl SelectionBias {
    /// The features that shifted: whose adjusted p-value is at most the level.
    pub fn shifted(&self) -> impl Iterator<Item = &FeatureShift> {
        self.features.iter().filter(|feature| feature.adjusted_p <= self.level)
    }

    /// The features that [shifted](Self::shifted) by enough to matter, in mean, distribution or spread:
    /// with many rows a trifle is significant, too.
    pub fn material(&self) -> impl Iterator<Item = &FeatureShift> {
        self.shifted().filter(|feature| {
            feature.standardised_difference.abs() >= self.difference
                || feature.distance >= self.difference
                || feature.aspects.contains(&Aspect::Spread)
        })
    }

    /// Whether the classifier tells the samples apart.
    pub fn told_apart(&self) -> bool {
        self.classifier.is_some_and(|test| test.p_value <= self.level)
    }

    /// Whether anything suggests that the samples differ.
    pub fn is_suspect(&self) -> bool {
        self.shifted().next().is_some() || self.told_apart()
    }
}

/// Compares a sample with its population, or train with test, and says whether they differ.
///
/// Columns are compared by name: numbers by Kolmogorov and Smirnov's test, levels by χ², and where
/// values are missing by χ² again; p-values are adjusted by [Holm](crate::holm) over all of them. As
/// p-values of many rows call any trifle significant, sizes stand beside them: standardised
/// differences, distances of the distributions and ratios of standard deviations; and of what shifted
/// it is said whether the mean, the spread or the shape differs ([`Aspect`]).
/// Features may each look alike and differ together: so a classifier tries to tell the samples apart
/// ([`two_sample_test`]). By default it is a [`LinearDiscriminant`] of the standardised numbers, their
/// squares, and indicators of levels and missing values; for another one omit it here, and call
/// [`two_sample_test`].
///
/// # Errors
/// [`SelectError::NoSharedColumn`]; [`SelectError::InvalidNumber`] unless 0 < level < 1 and
/// difference ≥ 0; [`ResampleError::RowOutOfRange`]; those of [`two_sample_test`].
///
/// ```
/// use gradus_data::iris;
/// use gradus_select::{Sample, SelectionBiasConfig, selection_bias};
///
/// let table = iris();
/// let config = SelectionBiasConfig { ignore: vec!["species".into()], ..Default::default() };
/// // Every other row is like the rest; the first hundred are of two species.
/// let (even, odd): (Vec<usize>, Vec<usize>) = (0..150).partition(|row| row % 2 == 0);
/// let of = |rows| Sample { table: &table, rows };
/// assert!(!selection_bias(of(&even), of(&odd), &config)?.is_suspect());
/// let (first, last): (Vec<usize>, Vec<usize>) = (0..150).partition(|&row| row < 100);
/// let found = selection_bias(of(&first), of(&last), &config)?;
/// // All but the widths of the sepals.
/// assert!(found.told_apart() && found.shifted().count() == 3);
/// # Ok::<(), gradus_select::SelectError>(())
/// ```
///
/// # Limitations
/// What is not a column is not seen. No finding is no proof: small samples hide large shifts.
///
/// P. Austin (2009) on standardised differences; D. Rubin (2001) on ratios of variances; M. Brown and
/// A. Forsythe (1974) on the test of spread.
pub fn selection_bias(
    sample: Sample<'_>,
    population: Sample<'_>,
    config: &SelectionBiasConfig,
) -> Result<SelectionBias, SelectError> {
    if !(config.level > 0.0 && config.level < 1.0) {
        let must = "above 0 and below 1";
        return Err(SelectError::InvalidNumber { name: "level", value: config.level, must });
    }
    if !(0.0..=f64::MAX).contains(&config.difference) {
        let (name, value) = ("difference", config.difference);
        return Err(SelectError::InvalidNumber { name, value, must: "finite and at least 0" });
    }
    for Sample { table, rows } in [sample, population] {
        if let Some(&row) = rows.iter().find(|&&row| row >= table.rows()) {
            return Err(ResampleError::RowOutOfRange { row, rows: table.rows() }.into());
        }
    }
    let ignored = |column: &Column| config.ignore.iter().any(|name| name == column.name());
    let mut shared: Vec<[&Column; 2]> = Vec::new();
    let mut unshared = Vec::new();
    for column in sample.table.columns().iter().filter(|column| !ignored(column)) {
        match population.table.column(column.name()) {
            Ok(other) => shared.push([column, other]),
            Err(_) => unshared.push(column.name().to_owned()),
        }
    }
    let only_there =
        |column: &&Column| !ignored(column) && sample.table.column(column.name()).is_err();
    let there = population.table.columns().iter().filter(only_there);
    unshared.extend(there.map(|column| column.name().to_owned()));
    if shared.is_empty() {
        return Err(SelectError::NoSharedColumn);
    }

    let mut features = Vec::new();
    for [left, right] in &shared {
        let (level, limit) = (config.level, config.difference);
        features.extend(shifts((left, sample.rows), (right, population.rows), level, limit)?);
    }
    let p_values: Vec<f64> = features.iter().map(|feature| feature.p_value).collect();
    for (feature, adjusted) in features.iter_mut().zip(holm(&p_values)) {
        feature.adjusted_p = adjusted;
        if adjusted > config.level {
            feature.aspects.clear();
        }
    }
    let classifier = config
        .classifier
        .map(|permutations| tell_apart(&shared, sample.rows, population.rows, &permutations))
        .transpose()?;
    let (level, difference) = (config.level, config.difference);
    Ok(SelectionBias { features, unshared, classifier, level, difference })
}

/// The two-sample test with the default classifier.
fn tell_apart(
    shared: &[[&Column; 2]],
    left: &[usize],
    right: &[usize],
    config: &PermutationConfig,
) -> Result<TwoSampleTest, SelectError> {
    let x = design(shared, left, right);
    let membership: Vec<u32> =
        std::iter::repeat_n(0, left.len()).chain(std::iter::repeat_n(1, right.len())).collect();
    let model = LinearDiscriminant::default();
    two_sample_test(&membership, config, |classes, train, test| {
        let w = model.fit(&x, classes, train);
        Ok::<_, SelectError>(LinearDiscriminant::score(&x, &w, test))
    })
}

/// The most levels of a column that get indicators; rarer ones get none.
const LEVELS: usize = 20;

/// The features of both samples' rows. They are scaled by all rows, without regard to membership, so
/// that permuted memberships see the same.
fn design(shared: &[[&Column; 2]], left: &[usize], right: &[usize]) -> DMatrix<f64> {
    let rows = left.len() + right.len();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for [a, b] in shared {
        let cells = || left.iter().map(|&row| (*a, row)).chain(right.iter().map(|&row| (*b, row)));
        let is_number = |column: &Column| matches!(column.values(), ColumnValues::Numeric(_));
        if is_number(a) && is_number(b) {
            let z = standardised(cells().map(|(column, row)| column.number(row)).collect());
            columns.push(standardised(z.iter().map(|z| Some(z * z)).collect()));
            columns.push(z);
        } else {
            columns.extend(indicators(cells()));
        }
        let missing: Vec<f64> =
            cells().map(|(column, row)| f64::from(u8::from(column.is_missing(row)))).collect();
        if missing.contains(&1.0) {
            columns.push(standardised(missing.into_iter().map(Some).collect()));
        }
    }
    DMatrix::from_iterator(rows, columns.len(), columns.into_iter().flatten())
}

/// Mean 0 and deviation 1; missing values at the mean, and all 0 without spread.
fn standardised(values: Vec<Option<f64>>) -> Vec<f64> {
    let present: Vec<f64> = values.iter().flatten().copied().collect();
    let moments = Moments::of(&present).unwrap_or_default();
    let (mean, sd) = (moments.mean().unwrap_or(0.0), moments.population_sd().unwrap_or(0.0));
    let scaled = |value: f64| if sd > 0.0 && sd.is_finite() { (value - mean) / sd } else { 0.0 };
    values.into_iter().map(|value| value.map_or(0.0, scaled)).collect()
}

fn indicators<'c>(cells: impl Iterator<Item = (&'c Column, usize)>) -> Vec<Vec<f64>> {
    let texts: Vec<Option<String>> = cells
        .map(|(column, row)| {
            let number = || column.number(row).map(|number| number.to_string());
            column.level(row).map(str::to_owned).or_else(number)
        })
        .collect();
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    texts.iter().flatten().for_each(|text| *counts.entry(text).or_default() += 1);
    let mut levels: Vec<(usize, &str)> = counts.into_iter().map(|(text, n)| (n, text)).collect();
    levels.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let indicator = |(_, level): (usize, &str)| {
        let is = |text: &Option<String>| Some(f64::from(u8::from(text.as_deref() == Some(level))));
        standardised(texts.iter().map(is).collect())
    };
    levels.into_iter().take(LEVELS).map(indicator).collect()
}

impl fmt::Display for SelectionBias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |feature: &FeatureShift| match feature.test {
            ShiftTest::Missing => Label::new(&format!("{} (missing)", feature.name)),
            _ => Label::new(&feature.name),
        };
        let width = self.features.iter().map(|x| name(x).width()).max().unwrap_or(0).max(7);
        writeln!(
            f,
            "{:width$}  test  {:>10}  {:>9}  {:>10}  distance  sd ratio",
            "feature", "statistic", "p (Holm)", "difference"
        )?;
        for feature in &self.features {
            let test = match feature.test {
                ShiftTest::KolmogorovSmirnov => "KS",
                ShiftTest::ChiSquared | ShiftTest::Missing => "χ²",
                ShiftTest::None => "–",
            };
            let number = |value: f64, digits: usize| {
                if value.is_nan() { "–".to_owned() } else { format!("{value:.digits$}") }
            };
            let mark = if feature.adjusted_p <= self.level { "  *" } else { "" };
            writeln!(
                f,
                "{:width$}  {test:4}  {:>10}  {:>9}  {:>10}  {:>8}  {:>8}{mark}",
                name(feature),
                number(feature.statistic, 4),
                number(feature.adjusted_p, 4),
                number(feature.standardised_difference, 3),
                number(feature.distance, 3),
                number(feature.sd_ratio.unwrap_or(f64::NAN), 3)
            )?;
        }
        if let Some(test) = &self.classifier {
            writeln!(
                f,
                "\na classifier tells the samples apart with an AUC of {:.3} (½ is a guess), p = {:.4}",
                test.auc, test.p_value
            )?;
        }
        self.verdict(f)
    }
}

impl SelectionBias {
    fn verdict(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.unshared.is_empty() {
            let names: Vec<String> =
                self.unshared.iter().map(|name| Label::new(name).to_string()).collect();
            writeln!(f, "only one of the samples has: {}", names.join(", "))?;
        }
        let named =
            |feature: &FeatureShift| format!("{} ({})", Label::new(&feature.name), feature.what());
        let shifted: Vec<String> = self.shifted().map(named).collect();
        match (shifted.is_empty(), self.told_apart()) {
            (true, false) => writeln!(
                f,
                "verdict: nothing suggests that the samples are of different populations"
            ),
            (true, true) => writeln!(
                f,
                "verdict: no feature differs by itself, but together they do: the samples are of \
                 different populations; look at pairs of features"
            ),
            (false, _) => {
                writeln!(
                    f,
                    "verdict: the samples differ in {}; an error measured on one does not hold for \
                     the other",
                    shifted.join(", ")
                )?;
                if self.material().next().is_none() {
                    writeln!(
                        f,
                        "no mean or share differs by {0} deviations, no distribution by {0}, no standard \
                         deviation by a factor of e^{0}, so that the shift may not matter",
                        self.difference
                    )?;
                }
                writeln!(
                    f,
                    "next: find out how rows came to be selected, draw the sample anew or weigh its \
                     rows, or leave the features out"
                )
            }
        }
    }
}
