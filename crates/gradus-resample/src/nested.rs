//! Folds within the training rows of folds.

use crate::{Fold, Folds, ResampleError, Resampler};

/// An outer fold, with inner folds of its training rows.
///
/// Choose hyper-parameters by the inner folds, refit on `outer.train`, measure on `outer.test`: no
/// row that measures has taken part in the choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NestedFold {
    /// Rows to refit on after the choice, and rows that measure.
    pub outer: Fold,
    /// Folds of `outer.train`, in the numbers of the whole.
    pub inner: Vec<Fold>,
}

/// Nested cross-validation: for each fold of m rows, folds of its training rows.
///
/// `inner` is given the outer training rows, and returns folds of as many rows; they are numbered
/// from 0 there and come back in the numbers of the whole. As it sees the rows, it can stratify or
/// group them.
///
/// # Errors
/// That of `outer` at once; items are those of `inner`, or [`ResampleError::OtherRows`] if its
/// folds are not of as many rows as it was given.
///
/// # Limitations
/// It takes (inner folds · candidates + 1) · outer folds fits. It measures the whole procedure,
/// choice included, and not one model: different outer folds may choose differently.
///
/// ```
/// use gradus_resample::{KFold, Resampler, nested_folds};
///
/// let (outer, inner) = (KFold { folds: 5, ..KFold::default() }, KFold::default());
/// for nested in nested_folds(&outer, 50, |rows| inner.folds(rows.len()))? {
///     let nested = nested?;
///     assert_eq!(nested.inner.len(), 10);
///     let seen = |row| nested.outer.test.contains(row);
///     assert!(nested.inner.iter().all(|fold| !fold.test.iter().any(seen)));
/// }
/// # Ok::<(), gradus_resample::ResampleError>(())
/// ```
///
/// S. Varma, R. Simon (2006).
pub fn nested_folds<F>(
    outer: &dyn Resampler,
    m: usize,
    inner: F,
) -> Result<impl Iterator<Item = Result<NestedFold, ResampleError>> + use<F>, ResampleError>
where
    F: Fn(&[usize]) -> Result<Folds, ResampleError>,
{
    let outer = outer.folds(m)?;
    Ok((0..outer.len()).filter_map(move |index| outer.get(index)).map(move |outer| {
        let folds = inner(&outer.train)?.folds(outer.train.len())?;
        let inner = folds.iter().map(|fold| fold.within(&outer.train)).collect::<Result<_, _>>()?;
        Ok(NestedFold { outer, inner })
    }))
}
