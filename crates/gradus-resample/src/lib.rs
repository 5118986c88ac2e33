//! Splits of a data set, as index sets drawn from a seed, and estimates of error made with them.
//!
//! The crate knows no matrix and no table: it takes a number of rows (or the class of each row)
//! and returns row indices, so it serves any storage.
//!
//! | to | use |
//! |---|---|
//! | hold rows out at random | [`holdout`] |
//! | keep each class's share in every part | [`stratified_holdout`], [`StratifiedKFold`] |
//! | choose how much to hold out | [`recommended_fractions`] |
//! | hold whole patients, sites or series out | [`group_holdout`], [`stratified_group_holdout`] |
//! | hold the latest rows out | [`time_holdout`] |
//! | test each row once | [`KFold`], [`RepeatedKFold`], [`LeaveOneOut`], [`LeavePOut`] |
//! | stratify a regression | [`quantile_bins`] |
//! | keep patients, sites or series together | [`GroupKFold`], [`StratifiedGroupKFold`] |
//! | hold out at random again and again | [`RandomSubsampling`] |
//! | test only what comes after | [`TimeSeriesSplit`] |
//! | draw with replacement | [`Bootstrap`], [`StratifiedBootstrap`] |
//! | choose and measure on different rows | [`nested_folds`] |
//! | even out the classes | [`undersample`], [`oversample`], [`balanced_bootstrap`] |
//! | measure the error of a fit | [`cross_validate`], [`out_of_bag`], [`bootstrap_632`] |
//! | bound a statistic | [`bootstrap_interval`] |
//! | tell bias from variance | [`predict_by_round`], [`PredictionTable`] |
//!
//! All that splits again and again is a [`Resampler`] and makes [`Folds`]; folds that were made
//! elsewhere join in by [`Folds::given`].
//!
//! ```
//! use gradus_resample::{recommended_fractions, stratified_holdout};
//!
//! let classes: Vec<u32> = (0..150).map(|row| row / 50).collect();
//! let split = stratified_holdout(&classes, recommended_fractions(classes.len()), 42)?;
//! assert_eq!((split.train.len(), split.dev.len(), split.test.len()), (90, 30, 30));
//! # Ok::<(), gradus_resample::ResampleError>(())
//! ```
#![forbid(unsafe_code)]

mod bca;
mod bias_variance;
mod bootstrap;
mod bootstrap_632;
mod bootstrap_interval;
mod class_balance;
mod cross_validate;
mod error;
mod error_632;
mod fit_error;
mod folds;
mod fractions;
mod group_holdout;
mod group_k_fold;
mod holdout;
mod k_fold;
mod leave_out;
mod nested;
mod no_information;
mod out_of_bag;
mod out_of_bag_error;
mod quantile_bins;
mod random;
mod random_subsampling;
mod resampler;
mod rounds;
mod sample;
mod split;
mod stratified_bootstrap;
mod stratified_group_k_fold;
mod stratified_k_fold;
mod time_holdout;
mod time_series;

pub use bias_variance::{PredictionTable, SquaredParts, ZeroOneParts, predict_by_round};
pub use bootstrap::Bootstrap;
pub use bootstrap_632::{Bootstrap632, NoInformation, bootstrap_632};
pub use bootstrap_interval::{
    BootstrapInterval, IntervalConfig, IntervalMethod, bootstrap_interval,
};
pub use class_balance::{balanced_bootstrap, balanced_class_weights, oversample, undersample};
pub use cross_validate::{CrossValidation, FoldLosses, cross_validate};
pub use error::ResampleError;
pub use error_632::{Error632, PlusForm};
pub use fit_error::FitError;
pub use folds::{Fold, Folds};
pub use fractions::{Fractions, recommended_fractions};
pub use group_holdout::{group_holdout, stratified_group_holdout};
pub use group_k_fold::GroupKFold;
pub use holdout::{holdout, stratified_holdout};
pub use k_fold::{KFold, RepeatedKFold, RowOrder};
pub use leave_out::{LeaveOneOut, LeavePOut};
pub use nested::{NestedFold, nested_folds};
pub use no_information::{
    no_information_absolute, no_information_log_loss, no_information_squared,
    no_information_zero_one,
};
pub use out_of_bag::{OutOfBag, out_of_bag};
pub use quantile_bins::quantile_bins;
pub use random_subsampling::RandomSubsampling;
pub use resampler::Resampler;
pub use sample::Sample;
pub use split::{Part, Split};
pub use stratified_bootstrap::StratifiedBootstrap;
pub use stratified_group_k_fold::StratifiedGroupKFold;
pub use stratified_k_fold::{RareClass, StratifiedKFold};
pub use time_holdout::time_holdout;
pub use time_series::TimeSeriesSplit;
