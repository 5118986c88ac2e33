//! Predictions for rows that the fit has not seen.

use gradus_data::{Dataset, Prepare, Table};
use gradus_linalg::Scalar;
use gradus_resample::{FitError, Fold, ResampleError, Resampler, Sample};
use nalgebra::DMatrix;

use crate::raw_data::FoldError;
use crate::rounds::each;
use crate::search::tested_folds;
use crate::{RawData, SelectError};

/// What the fit of one fold predicts for the rows that the fold holds out.
#[derive(Debug, Clone, PartialEq)]
pub struct FoldPredictions<P> {
    /// The number of rows that were fitted on.
    pub trained_on: usize,
    /// The rows held out, by their places among the usable rows.
    pub rows: Vec<usize>,
    /// The prediction for each.
    pub predictions: Vec<P>,
}

impl<F: Prepare> RawData<'_, F> {
    /// Predicts each fold's held-out rows by a fit of its other rows, the encoder fitted within.
    ///
    /// Where [`cross_validate`](Self::cross_validate) returns one loss a row, this returns the
    /// predictions, from which any score follows. Folds run on all cores of the current rayon pool;
    /// the result has the same bits on any number.
    ///
    /// # Errors
    /// Those of the resampler; [`ResampleError::Fit`] with the fold where the encoder or a closure
    /// failed; [`ResampleError::EmptyFold`]; of several errors that of the first fold.
    ///
    /// ```
    /// use gradus_data::{Dataset, Encoder, Target, Targets, Task, diabetes};
    /// use gradus_resample::KFold;
    /// use gradus_select::{RawData, SelectError};
    /// use nalgebra::DMatrix;
    ///
    /// let table = diabetes();
    /// let encoder = Encoder::default();
    /// let target = Target { column: "progression".to_owned(), task: Task::Regression };
    /// let data = RawData::new(&table, &encoder, &target)?;
    /// // The mean of the outcome, whatever the features.
    /// let fit = |data: &Dataset<f64>, _: &[usize]| match &data.y {
    ///     Targets::Values(y) => Ok::<_, SelectError>(y.mean()),
    ///     Targets::Classes { .. } => unreachable!("the target is a value"),
    /// };
    /// let predict = |mean: &f64, x: &DMatrix<f64>, _: &[usize]| Ok(vec![*mean; x.nrows()]);
    /// let folds = data.cross_predict(&KFold::default(), fit, predict)?;
    /// assert_eq!(folds.iter().map(|fold| fold.rows.len()).sum::<usize>(), 442);
    /// assert_eq!((folds[9].trained_on, folds[9].predictions.len()), (398, 44));
    /// # Ok::<(), SelectError>(())
    /// ```
    ///
    /// scikit-learn's `cross_val_predict`, which returns the predictions in the rows' order and so
    /// takes no folds that test a row twice.
    pub fn cross_predict<T, M, P, E>(
        &self,
        resampler: &dyn Resampler,
        fit: impl Fn(&Dataset<T>, &[usize]) -> Result<M, E> + Sync,
        predict: impl Fn(&M, &DMatrix<T>, &[usize]) -> Result<Vec<P>, E> + Sync,
    ) -> Result<Vec<FoldPredictions<P>>, SelectError>
    where
        T: Scalar,
        P: Send,
        E: Into<FoldError>,
    {
        let folds = tested_folds(resampler, self.rows().len())?;
        let made = each(folds.len(), |number| {
            let Fold { train, test } = &folds[number];
            let predictions = self
                .fit_and_predict(train, test, &fit, &predict)
                .map_err(|error| failed(Sample::Fold(number), error))?;
            Ok(FoldPredictions { trained_on: train.len(), rows: test.clone(), predictions })
        });
        made.into_iter().collect()
    }

    /// Predicts some rows by a fit of others, the encoder fitted to those, all by their places among
    /// the usable rows: one fold of [`cross_predict`](Self::cross_predict).
    ///
    /// # Errors
    /// [`ResampleError::RowOutOfRange`]; [`ResampleError::Fit`] without a fold where the encoder or a
    /// closure failed.
    pub fn predict_split<T, M, P, E>(
        &self,
        train: &[usize],
        test: &[usize],
        fit: impl Fn(&Dataset<T>, &[usize]) -> Result<M, E>,
        predict: impl Fn(&M, &DMatrix<T>, &[usize]) -> Result<Vec<P>, E>,
    ) -> Result<Vec<P>, SelectError>
    where
        T: Scalar,
        E: Into<FoldError>,
    {
        self.check_places(train.iter().chain(test))?;
        self.fit_and_predict(train, test, &fit, &predict)
            .map_err(|error| failed(Sample::AllRows, error))
    }

    /// Predicts rows of another table by a fit of some usable rows of this one, as of a dev set that is
    /// a file of its own. `predict` is given a model and the features of all the rows of `test`, which
    /// are numbered within that table.
    ///
    /// # Errors
    /// As [`predict_split`](Self::predict_split); what the other table lacks is among them.
    pub fn predict_table<T, M, P, E>(
        &self,
        train: &[usize],
        other: &Table,
        test: &[usize],
        fit: impl Fn(&Dataset<T>, &[usize]) -> Result<M, E>,
        predict: impl Fn(&M, &DMatrix<T>) -> Result<Vec<P>, E>,
    ) -> Result<Vec<P>, SelectError>
    where
        T: Scalar,
        E: Into<FoldError>,
    {
        self.check_places(train.iter())?;
        self.fit_and_predict_table(train, other, test, &fit, &predict)
            .map_err(|error| failed(Sample::AllRows, error))
    }

    fn check_places<'p>(
        &self,
        mut places: impl Iterator<Item = &'p usize>,
    ) -> Result<(), ResampleError> {
        let rows = self.rows().len();
        if let Some(&row) = places.find(|&&row| row >= rows) {
            return Err(ResampleError::RowOutOfRange { row, rows });
        }
        Ok(())
    }
}

fn failed(of: Sample, error: FoldError) -> SelectError {
    ResampleError::Fit { of, source: FitError::new(error) }.into()
}
