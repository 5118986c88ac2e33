//! What all ways of splitting have in common.

use std::fmt;

use crate::{Folds, ResampleError};

/// A way to divide rows again and again into those to train on and those to test.
///
/// Object-safe: a `Box<dyn Resampler>` can be a setting. The same resampler gives the same folds
/// on every platform and any number of threads.
///
/// ```
/// use gradus_resample::{Bootstrap, KFold, Resampler};
///
/// let ways: Vec<Box<dyn Resampler>> =
///     vec![Box::new(KFold::default()), Box::new(Bootstrap::default())];
/// for way in &ways {
///     for fold in way.folds(30)?.iter() {
///         assert!(fold.test.iter().all(|row| !fold.train.contains(row)));
///     }
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
pub trait Resampler: fmt::Debug {
    /// The folds of rows 0..m.
    ///
    /// # Errors
    /// A [`ResampleError`] if the settings do not fit the rows.
    fn folds(&self, m: usize) -> Result<Folds, ResampleError>;
}

/// Fails unless there are at least 2 folds and as many `what` as folds.
pub(crate) fn check_folds(
    folds: usize,
    count: usize,
    what: &'static str,
) -> Result<(), ResampleError> {
    if folds < 2 {
        Err(ResampleError::TooFewFolds { folds })
    } else if count < folds {
        Err(ResampleError::TooManyFolds { folds, count, what })
    } else {
        Ok(())
    }
}

/// Fails unless there is one label a row.
pub(crate) fn check_length(
    what: &'static str,
    given: usize,
    rows: usize,
) -> Result<(), ResampleError> {
    if given == rows { Ok(()) } else { Err(ResampleError::LengthMismatch { what, given, rows }) }
}
