//! Estimates of error on a raw table: what is learned for the features is learned within each fold.

use std::error::Error;

use gradus_data::{Dataset, Encoder, FittedTarget, Prepare, Prepared, Table, Target};
use gradus_linalg::Scalar;
use gradus_resample::{
    Bootstrap632, CrossValidation, NoInformation, Resampler, bootstrap_632, cross_validate,
};
use nalgebra::DMatrix;

use crate::SelectError;

/// An error of a caller's closure or of the encoding, on its way out of a fold.
pub(crate) type FoldError = Box<dyn Error + Send + Sync>;

/// A table as it was read, and an [`Encoder`] or a [`Pipeline`](gradus_data::Pipeline) that has seen
/// none of its rows.
///
/// Means, deviations, levels and imputed values that are learned from all rows tell the training
/// rows about the held-out ones, and make every estimate of error too good. Here they cannot be:
/// what goes in is a [`Table`] and an unfitted encoder or pipeline, and each fold fits it to its
/// training rows. Neither an encoder that was fitted before the split, nor features that were scaled
/// before it, have the type:
///
/// ```compile_fail,E0277
/// use gradus_data::{Encoder, Target, Task, iris};
/// use gradus_select::RawData;
///
/// let (table, all): (_, Vec<usize>) = (iris(), (0..150).collect());
/// let target = Target { column: "species".to_owned(), task: Task::Auto };
/// let scaled_before_the_split = Encoder::default().fit(&table, "species", &all).unwrap();
/// let data = RawData::new(&table, &scaled_before_the_split, &target);
/// ```
///
/// ```compile_fail,E0277
/// use gradus_data::{Pipeline, Target, Task, iris};
/// use gradus_select::RawData;
///
/// let (table, all): (_, Vec<usize>) = (iris(), (0..150).collect());
/// let target = Target { column: "species".to_owned(), task: Task::Auto };
/// let fitted_before_the_split = Pipeline::default().fit(&table, "species", &all).unwrap();
/// let data = RawData::new(&table, &fitted_before_the_split, &target);
/// ```
///
/// ```compile_fail,E0308
/// use gradus_data::{Encoder, Target, Task, digits_dataset};
/// use gradus_select::RawData;
///
/// let target = Target { column: "digit".to_owned(), task: Task::Auto };
/// let data = RawData::new(&digits_dataset::<f64>(), &Encoder::default(), &target);
/// ```
///
/// The labels of the classes alone are those of all usable rows, so that codes agree between folds.
#[derive(Debug, Clone)]
pub struct RawData<'t, P = Encoder> {
    table: &'t Table,
    encoder: &'t P,
    target: FittedTarget,
    rows: Vec<usize>,
}

impl<'t, P: Prepare> RawData<'t, P> {
    /// The rows of the table that the encoder's policy for missing values keeps.
    ///
    /// # Errors
    /// [`SelectError::Data`] with what [`Prepare::usable_rows`] or [`Target::fit`] refused.
    pub fn new(table: &'t Table, encoder: &'t P, target: &Target) -> Result<Self, SelectError> {
        let rows = encoder.usable_rows(table, &target.column)?.rows;
        Self::of_rows(table, encoder, target, rows)
    }

    /// Some rows of the table alone: the training part of a split, or those whose weights are known.
    ///
    /// # Errors
    /// [`SelectError::Data`] with what [`Target::fit`] refused.
    pub fn of_rows(
        table: &'t Table,
        encoder: &'t P,
        target: &Target,
        rows: Vec<usize>,
    ) -> Result<Self, SelectError> {
        let target = target.fit(table, &rows)?;
        Ok(Self { table, encoder, target, rows })
    }

    /// The same with a target of two classes whose last is `event`: the one whose probability is
    /// modelled.
    ///
    /// # Errors
    /// [`SelectError::Data`] if there is no such class.
    pub fn with_event(mut self, event: &str) -> Result<Self, SelectError> {
        self.target = self.target.with_last(event)?;
        Ok(self)
    }

    /// The usable rows of the table. Resamplers and losses count in places of this list.
    pub fn rows(&self) -> &[usize] {
        &self.rows
    }

    /// The target, with the labels of its classes.
    pub fn target(&self) -> &FittedTarget {
        &self.target
    }

    /// Fits encoder and model on each fold's training rows, and measures the loss of each row of
    /// its test.
    ///
    /// `fit` is given the encoded training rows, `predict` a model and encoded rows, and returns a
    /// prediction for each. Both are told, too, which rows these are, by their places among
    /// [`rows`](Self::rows), so that they find the weight, the offset or whatever else is known of a
    /// row. `loss` is given the place of a row and its prediction.
    /// Folds run on all cores of the current rayon pool, with the same bits on any number.
    ///
    /// # Errors
    /// As [`gradus_resample::cross_validate`]; what the encoder, `fit` or `predict` refused names its
    /// fold.
    ///
    /// ```
    /// use gradus_data::{Dataset, Encoder, Target, Targets, Task, iris};
    /// use gradus_resample::KFold;
    /// use gradus_select::{RawData, SelectError};
    /// use nalgebra::DMatrix;
    ///
    /// let (table, encoder) = (iris(), Encoder::default());
    /// let target = Target { column: "species".to_owned(), task: Task::Auto };
    /// let data = RawData::new(&table, &encoder, &target)?;
    /// let Targets::Classes { codes, .. } = data.target().encode::<f64>(&table, data.rows()).unwrap()
    ///     else { unreachable!() };
    /// // The class of the nearest training row.
    /// let fit = |train: &Dataset<f64>, _: &[usize]| Ok::<_, SelectError>(train.clone());
    /// let predict = |train: &Dataset<f64>, x: &DMatrix<f64>, _: &[usize]| -> Vec<u32> {
    ///     let Targets::Classes { codes, .. } = &train.y else { return Vec::new() };
    ///     let nearest = |row: usize| {
    ///         let distance = |i: usize| (x.row(row) - train.x.row(i)).norm_squared();
    ///         (0..codes.len()).min_by(|&a, &b| distance(a).total_cmp(&distance(b))).unwrap()
    ///     };
    ///     (0..x.nrows()).map(|row| codes[nearest(row)]).collect()
    /// };
    /// let wrong = |place: usize, class: &u32| f64::from(u8::from(codes[place] != *class));
    /// let found = data.cross_validate(&KFold::default(), fit, predict, wrong)?;
    /// assert!(found.pooled() < 0.07);
    /// # Ok::<(), SelectError>(())
    /// ```
    ///
    /// As scikit-learn's `cross_val_score` of a `Pipeline`, which cannot refuse data that was
    /// scaled before.
    pub fn cross_validate<T, M, Q, E>(
        &self,
        resampler: &dyn Resampler,
        fit: impl Fn(&Dataset<T>, &[usize]) -> Result<M, E> + Sync,
        predict: impl Fn(&M, &DMatrix<T>, &[usize]) -> Vec<Q> + Sync,
        loss: impl Fn(usize, &Q) -> f64 + Sync,
    ) -> Result<CrossValidation, SelectError>
    where
        T: Scalar,
        Q: Sync,
        E: Into<FoldError>,
    {
        let predictions = |train: &[usize]| self.predictions(train, &fit, &predict);
        let row_loss = |predictions: &Vec<Q>, place: usize| loss(place, &predictions[place]);
        Ok(cross_validate(resampler, self.rows.len(), predictions, row_loss)?)
    }

    /// Estimates the error by the .632 bootstrap, with encoder and model fitted on each sample.
    ///
    /// The closures are those of [`cross_validate`](Self::cross_validate).
    ///
    /// # Errors
    /// As [`gradus_resample::bootstrap_632`]; what the encoder, `fit` or `predict` refused names its
    /// round.
    pub fn bootstrap_632<T, M, Q, E>(
        &self,
        resampler: &dyn Resampler,
        no_information: NoInformation<'_, Q>,
        fit: impl Fn(&Dataset<T>, &[usize]) -> Result<M, E> + Sync,
        predict: impl Fn(&M, &DMatrix<T>, &[usize]) -> Vec<Q> + Sync,
        loss: impl Fn(usize, &Q) -> f64 + Sync,
    ) -> Result<Bootstrap632, SelectError>
    where
        T: Scalar,
        Q: Clone + Sync,
        E: Into<FoldError>,
    {
        let predictions = |train: &[usize]| self.predictions(train, &fit, &predict);
        let predicted = |predictions: &Vec<Q>, place: usize| predictions[place].clone();
        let m = self.rows.len();
        Ok(bootstrap_632(resampler, m, no_information, predictions, predicted, loss)?)
    }

    /// The predictions for all usable rows of a fit on some of them.
    fn predictions<T, M, Q, E>(
        &self,
        train: &[usize],
        fit: &impl Fn(&Dataset<T>, &[usize]) -> Result<M, E>,
        predict: &impl Fn(&M, &DMatrix<T>, &[usize]) -> Vec<Q>,
    ) -> Result<Vec<Q>, FoldError>
    where
        T: Scalar,
        E: Into<FoldError>,
    {
        let all: Vec<usize> = (0..self.rows.len()).collect();
        let certain =
            |model: &M, x: &DMatrix<T>, places: &[usize]| Ok::<_, E>(predict(model, x, places));
        self.fit_and_predict(train, &all, fit, &certain)
    }

    /// The predictions for some usable rows of a fit on others, by their places among the usable
    /// rows.
    pub(crate) fn fit_and_predict<T, M, Q, E>(
        &self,
        train: &[usize],
        test: &[usize],
        fit: &impl Fn(&Dataset<T>, &[usize]) -> Result<M, E>,
        predict: &impl Fn(&M, &DMatrix<T>, &[usize]) -> Result<Vec<Q>, E>,
    ) -> Result<Vec<Q>, FoldError>
    where
        T: Scalar,
        E: Into<FoldError>,
    {
        let rows = self.rows_at(test);
        let predict = |model: &M, x: &DMatrix<T>| predict(model, x, test);
        self.fit_and_predict_table(train, self.table, &rows, fit, &predict)
    }

    /// The rows of the table at these places.
    fn rows_at(&self, places: &[usize]) -> Vec<usize> {
        places.iter().map(|&place| self.rows[place]).collect()
    }

    /// The predictions for some rows of this or another table of a fit on some usable rows.
    pub(crate) fn fit_and_predict_table<T, M, Q, E>(
        &self,
        train: &[usize],
        other: &Table,
        test: &[usize],
        fit: &impl Fn(&Dataset<T>, &[usize]) -> Result<M, E>,
        predict: &impl Fn(&M, &DMatrix<T>) -> Result<Vec<Q>, E>,
    ) -> Result<Vec<Q>, FoldError>
    where
        T: Scalar,
        E: Into<FoldError>,
    {
        let rows = self.rows_at(train);
        let encoder = self.encoder.fit(self.table, self.target.column(), &rows)?;
        let x = encoder.transform::<T>(self.table, &rows)?;
        let y = self.target.encode(self.table, &rows)?;
        let data = Dataset::new(x, y, encoder.feature_names())?;
        let model = fit(&data, train).map_err(Into::into)?;
        let x = encoder.transform(other, test)?;
        let predictions = predict(&model, &x).map_err(Into::into)?;
        let (given, rows) = (predictions.len(), test.len());
        if given == rows {
            Ok(predictions)
        } else {
            Err(SelectError::PredictionCount { given, rows }.into())
        }
    }
}
