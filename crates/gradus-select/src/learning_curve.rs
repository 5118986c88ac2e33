//! The score by the number of training rows.

use std::error::Error;
use std::fmt;

use gradus_resample::{FitError, Resampler, RowOrder};
use serde::Serialize;

use crate::rounds::{Draw, each, generator, shuffled};
use crate::{SelectError, Spread};

/// The settings of a [`learning_curve`].
#[derive(Debug, Clone, PartialEq)]
pub struct CurveConfig {
    /// The numbers of training rows, each at least 1 and at most what the smallest fold has.
    pub sizes: Vec<usize>,
    /// In which order the training rows of a fold are taken: as the fold has them, or shuffled by a
    /// seed; shuffled by default.
    pub order: RowOrder,
}

impl Default for CurveConfig {
    fn default() -> Self {
        Self { sizes: Vec::new(), order: RowOrder::Shuffled { seed: 0 } }
    }
}

impl CurveConfig {
    /// `count` sizes in even steps of the logarithm, from a tenth of `rows` up to `rows`.
    ///
    /// ```
    /// use gradus_select::CurveConfig;
    ///
    /// assert_eq!(CurveConfig::up_to(1000, 4).sizes, [100, 215, 464, 1000]);
    /// ```
    pub fn up_to(rows: usize, count: usize) -> Self {
        let steps = count.saturating_sub(1).max(1) as f64;
        let size = |step: usize| {
            let share = 0.1_f64.powf(1.0 - step as f64 / steps);
            ((rows as f64 * share).round() as usize).clamp(1, rows.max(1))
        };
        let mut sizes: Vec<usize> = (0..count).map(size).collect();
        sizes.dedup();
        Self { sizes, ..Self::default() }
    }
}

/// The scores of fits on one number of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CurvePoint {
    /// The number of training rows.
    pub size: usize,
    /// The scores on the rows fitted on, one a fold.
    pub train: Spread,
    /// The scores on the fold's test rows.
    pub test: Spread,
}

/// What [`learning_curve`] found; it prints as a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LearningCurve {
    /// A point for each size, in their order.
    pub points: Vec<CurvePoint>,
}

impl fmt::Display for LearningCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:>9}  {:>12}  {:>10}  {:>12}  {:>10}", "rows", "train", "±", "test", "±")?;
        for point in &self.points {
            let error = |spread: &Spread| {
                spread
                    .standard_error()
                    .map_or_else(|| "–".to_owned(), |error| format!("{error:.4}"))
            };
            writeln!(
                f,
                "{:>9}  {:>12.5}  {:>10}  {:>12.5}  {:>10}",
                point.size,
                point.train.mean,
                error(&point.train),
                point.test.mean,
                error(&point.test)
            )?;
        }
        Ok(())
    }
}

/// Scores fits on growing numbers of rows, on the rows fitted on and on a fold's test rows.
///
/// For each fold of the resampler its training rows are put in order once, and the fit of size n is
/// given the first n of them: a larger set contains the smaller ones. `fit` is given row numbers
/// and returns a model, `score` a model and row numbers; whether more is better is the caller's
/// affair. All fits run on all cores of the current rayon pool, with the same bits on any number.
///
/// Where the test score still improves at the last size, more rows would help. Where train and test
/// have met at a bad score, they would not: that is bias ([`advise`](crate::advise)).
///
/// # Errors
/// [`SelectError::TooFew`] without a size or a fold; [`SelectError::CurveSize`];
/// [`SelectError::CurveFit`], [`SelectError::CurveScore`] with size and fold, of several those of
/// the first fold; those of the resampler, among them an
/// [empty test](gradus_resample::ResampleError::EmptyFold).
///
/// ```
/// use gradus_resample::RepeatedKFold;
/// use gradus_select::{CurveConfig, SelectError, learning_curve};
///
/// // The mean as a model; its squared error on other rows falls as 1 + 1/n.
/// let y: Vec<f64> = (0..200).map(|row| f64::from(row * 73 % 101) / 101.0).collect();
/// let fit = |rows: &[usize]| -> Result<f64, SelectError> {
///     Ok(rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64)
/// };
/// let score = |mean: &f64, rows: &[usize]| {
///     rows.iter().map(|&row| (y[row] - mean).powi(2)).sum::<f64>() / rows.len() as f64
/// };
/// let config = CurveConfig { sizes: vec![2, 10, 160], ..CurveConfig::default() };
/// let way = RepeatedKFold { folds: 5, repeats: 10, seed: 0 };
/// let curve = learning_curve(&way, y.len(), &config, fit, score)?;
/// assert!(curve.points[0].test.mean > curve.points[2].test.mean);
/// assert!(curve.points[0].train.mean < curve.points[2].train.mean);
/// # Ok::<(), SelectError>(())
/// ```
///
/// As scikit-learn's `learning_curve`; `RowOrder::AsGiven` is its `shuffle=False`. It takes sizes as
/// shares, too, and drops those that repeat.
pub fn learning_curve<M, E>(
    resampler: &dyn Resampler,
    m: usize,
    config: &CurveConfig,
    fit: impl Fn(&[usize]) -> Result<M, E> + Sync,
    score: impl Fn(&M, &[usize]) -> f64 + Sync,
) -> Result<LearningCurve, SelectError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let sizes = &config.sizes;
    if sizes.is_empty() {
        return Err(SelectError::TooFew { what: "sizes", needed: 1 });
    }
    let folds = crate::search::tested_folds(resampler, m)?;
    for (fold, made) in folds.iter().enumerate() {
        let rows = made.train.len();
        if let Some(&size) = sizes.iter().find(|size| !(1..=rows).contains(*size)) {
            return Err(SelectError::CurveSize { size, fold, rows });
        }
    }
    let orders: Vec<Vec<usize>> = each(folds.len(), |fold| match config.order {
        RowOrder::AsGiven => folds[fold].train.clone(),
        RowOrder::Shuffled { seed } => {
            shuffled(&folds[fold].train, generator(seed, Draw::Order, fold))
        }
    });
    let scores = each(folds.len() * sizes.len(), |job| {
        let (fold, size) = (job / sizes.len(), sizes[job % sizes.len()]);
        let rows = &orders[fold][..size];
        let model = fit(rows).map_err(|error| SelectError::CurveFit {
            size,
            fold,
            source: FitError::new(error),
        })?;
        let scored = |side, rows: &[usize]| {
            let value = score(&model, rows);
            let refused = SelectError::CurveScore { side, size, fold, value };
            if value.is_finite() { Ok(value) } else { Err(refused) }
        };
        Ok([scored("training", rows)?, scored("test", &folds[fold].test)?])
    });
    let scores: Vec<[f64; 2]> = scores.into_iter().collect::<Result<_, SelectError>>()?;
    let point = |(place, &size): (usize, &usize)| {
        let of = |side: usize| {
            Spread::of(scores.iter().skip(place).step_by(sizes.len()).map(|s| s[side]).collect())
        };
        CurvePoint { size, train: of(0), test: of(1) }
    };
    Ok(LearningCurve { points: sizes.iter().enumerate().map(point).collect() })
}
