//! Whether a classifier can tell two samples apart.

use std::error::Error;

use gradus_metrics::roc_auc;
use gradus_resample::{FitError, Fold, RareClass, ResampleError, Resampler, StratifiedKFold};
use rand::seq::SliceRandom;
use serde::Serialize;

use crate::SelectError;
use crate::rounds::{Draw, each, generator};

/// The settings of [`two_sample_test`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermutationConfig {
    /// The number of permutations, 199 by default: the least p-value is 1/(permutations + 1).
    pub permutations: usize,
    /// The number of folds, 5 by default.
    pub folds: usize,
    /// The seed of folds and permutations.
    pub seed: u64,
}

impl Default for PermutationConfig {
    fn default() -> Self {
        Self { permutations: 199, folds: 5, seed: 0 }
    }
}

/// How well a classifier tells the samples apart, and whether that is chance.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TwoSampleTest {
    /// The mean over folds of the area under the ROC curve on rows not fitted on: ½ for a guess.
    pub auc: f64,
    /// (1 + the permutations with at least this area) / (1 + permutations).
    pub p_value: f64,
    /// The number of permutations.
    pub permutations: usize,
}

/// Tests whether two samples come from one population, by a classifier that tries to tell them
/// apart: if it cannot do better than on shuffled memberships, they may.
///
/// `membership[i]` is 0 or 1, the sample of row i. `fit_and_score` is given memberships, training
/// rows and test rows, and returns a score for each test row, the larger the more it looks like
/// sample 1; it must learn from the training rows alone. The p-value is exact whatever the
/// classifier, if rows are independent, for the memberships are shuffled and all is fitted again:
/// permutations·folds fits. Permutations run on all cores of the current rayon pool, with the same
/// bits on any number.
///
/// # Errors
/// [`SelectError::Classifier`], [`SelectError::ClassifierScores`]; [`SelectError::Metric`] for a score
/// that is not finite; those of [`StratifiedKFold`], also for a sample with fewer rows than folds;
/// [`SelectError::TooFew`] without a permutation or a second sample.
///
/// ```
/// use gradus_select::{PermutationConfig, SelectError, two_sample_test};
///
/// let x: Vec<f64> = (0..60).map(|row| f64::from(row * 37 % 60) + if row < 30 { 0.0 } else { 40.0 }).collect();
/// let membership: Vec<u32> = (0..60).map(|row| u32::from(row >= 30)).collect();
/// // "Larger is of sample 1" needs no fit.
/// let score = |_: &[u32], _: &[usize], test: &[usize]| -> Result<Vec<f64>, SelectError> {
///     Ok(test.iter().map(|&row| x[row]).collect())
/// };
/// let test = two_sample_test(&membership, &PermutationConfig::default(), score)?;
/// assert!(test.auc > 0.9 && test.p_value == 1.0 / 200.0);
/// # Ok::<(), SelectError>(())
/// ```
///
/// D. Lopez-Paz, M. Oquab, "Revisiting classifier two-sample tests" (2017); the p-value as in
/// B. Phipson, G. Smyth (2010).
pub fn two_sample_test<E>(
    membership: &[u32],
    config: &PermutationConfig,
    fit_and_score: impl Fn(&[u32], &[usize], &[usize]) -> Result<Vec<f64>, E> + Sync,
) -> Result<TwoSampleTest, SelectError>
where
    E: Into<Box<dyn Error + Send + Sync>>,
{
    if config.permutations == 0 {
        return Err(SelectError::TooFew { what: "permutations", needed: 1 });
    }
    let ones = membership.iter().filter(|&&sample| sample == 1).count();
    for count in [ones, membership.len() - ones] {
        if count < config.folds {
            let (folds, what) = (config.folds, "rows of a sample");
            return Err(ResampleError::TooManyFolds { folds, count, what }.into());
        }
    }
    let auc = |membership: &[u32]| -> Result<f64, SelectError> {
        let way = StratifiedKFold {
            folds: config.folds,
            classes: membership,
            seed: config.seed,
            rare: RareClass::Refuse,
        };
        let folds = way.folds(membership.len())?;
        let mut total = 0.0;
        for (fold, Fold { train, test }) in folds.iter().enumerate() {
            let scores = fit_and_score(membership, &train, &test)
                .map_err(|error| SelectError::Classifier { fold, source: FitError::new(error) })?;
            if scores.len() != test.len() {
                let (given, rows) = (scores.len(), test.len());
                return Err(SelectError::ClassifierScores { given, rows });
            }
            let truth: Vec<u32> = test.iter().map(|&row| membership[row]).collect();
            total += roc_auc(&truth, &scores)?;
        }
        Ok(total / folds.len() as f64)
    };
    let observed = auc(membership)?;
    let permuted = each(config.permutations, |round| {
        let mut shuffled = membership.to_vec();
        shuffled.shuffle(&mut generator(config.seed, Draw::Permutations, round));
        auc(&shuffled)
    });
    let permuted: Vec<f64> = permuted.into_iter().collect::<Result<_, _>>()?;
    let reached = permuted.iter().filter(|&&auc| auc >= observed).count();
    let p_value = (1 + reached) as f64 / (1 + config.permutations) as f64;
    Ok(TwoSampleTest { auc: observed, p_value, permutations: config.permutations })
}
