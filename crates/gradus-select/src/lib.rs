//! Choosing a model, and knowing what the choice is worth.
//!
//! Models come as closures over row numbers, so that any model will do. Everything runs on all
//! cores of the current rayon pool, and has the same bits on any number of them.
//!
//! | to | use |
//! |---|---|
//! | see what a table holds, and what is odd about it | [`describe_table`] |
//! | estimate the error on a raw table, features learned within each fold | [`RawData`] |
//! | see whether more rows would help | [`learning_curve`] |
//! | be told whether bias or variance is the trouble, and what to try | [`advise`], [`advise_folds`] |
//! | name hyper-parameters and where to look for them | [`Space`], [`Domain`] → [`Params`] |
//! | try all of a grid, or a random draw | [`search`] over [`Space::grid`] or [`Space::sample`] |
//! | compare by one score of all held-out rows, each left out by itself | [`search_pooled`] |
//! | spend little on what is bad | [`successive_halving`] |
//! | measure a choice honestly | [`nested_search`], [`nested_halving`] |
//! | choose by complexity | [`choose_by_information`], [`Choice::simplest_within_one_error`] |
//! | see whether two samples are of one population | [`selection_bias`] |
//!
//! ```
//! use gradus_resample::KFold;
//! use gradus_select::{Domain, Goal, Job, Params, Space, search};
//!
//! // Which power of x predicts y = x²?
//! let space = Space::new().with("power", Domain::Integer { low: 1, high: 4 });
//! let score = |job: Job<'_, Params>| {
//!     let power = job.params.integer("power")? as i32;
//!     let loss = |&row: &usize| ((row as f64).powi(power) - (row as f64).powi(2)).abs();
//!     Ok::<_, gradus_select::SelectError>(job.test.iter().map(loss).sum::<f64>())
//! };
//! let found = search(&space.grid()?, Goal::Minimise, &KFold::default(), 30, score)?;
//! assert_eq!(found.best().params.integer("power")?, 2);
//! assert_eq!(found.trials.len(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]

mod adviser;
mod aspect;
mod choice;
mod collinearity;
mod cross_predict;
mod error;
mod feature_shift;
mod halving;
mod holm;
mod information;
mod leak;
mod learning_curve;
mod linear_discriminant;
mod nested;
mod params;
mod pooled;
mod raw_data;
mod rounds;
mod search;
mod selection_bias;
mod space;
mod spread;
mod table_description;
mod table_warning;
mod trial;
mod two_sample;

pub use adviser::{
    Advice, ErrorRates, FoldAdvice, FoldCosts, Limits, NextStep, Verdict, advise, advise_folds,
};
pub use aspect::Aspect;
pub use choice::Choice;
pub use collinearity::CorrelatedPair;
pub use cross_predict::FoldPredictions;
pub use error::{DataFault, SelectError};
pub use feature_shift::{FeatureShift, ShiftTest};
pub use halving::{Elimination, Halving, HalvingResult, Resource, Rung, successive_halving};
pub use holm::holm;
pub use information::{Criterion, FittedLikelihood, InformationTrial, choose_by_information};
pub use learning_curve::{CurveConfig, CurvePoint, LearningCurve, learning_curve};
pub use linear_discriminant::LinearDiscriminant;
pub use nested::{NestedOutcome, NestedResult, nested_halving, nested_search};
pub use params::{ParamValue, Params};
pub use pooled::{PooledJob, nested_search_pooled, search_pooled};
pub use raw_data::RawData;
pub use search::{SearchResult, search};
pub use selection_bias::{Sample, SelectionBias, SelectionBiasConfig, selection_bias};
pub use space::{Domain, Space};
pub use spread::Spread;
pub use table_description::{
    ColumnContent, ColumnDescription, DescribeConfig, LevelCount, TableDescription, describe_table,
};
pub use table_warning::{Evidence, TableWarning};
pub use trial::{Goal, Job, Trial};
pub use two_sample::{PermutationConfig, TwoSampleTest, two_sample_test};
