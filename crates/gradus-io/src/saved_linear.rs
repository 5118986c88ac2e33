//! A linear model with all that is needed to use it.

use std::fmt;

use gradus_data::{DataError, FittedTarget, Table, UsableRows};
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::saved_network::softmax_rows;
use crate::{FitRecord, IoError, Prediction, Preparation, Uncertainty};

/// A fitted linear model, as a file holds it: η = b + X·w + offset, and what η means.
///
/// ```
/// use gradus_data::{Column, Encoder, Scaling, Table, Target, Task};
/// use gradus_io::{FitRecord, LinearFamily, Prediction, Preparation, SavedLinear, SavedModel};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let x = Column::numeric("x", [Some(0.0), Some(2.0)])?;
/// let table = Table::new(vec![x, Column::numeric("y", [Some(10.0), Some(30.0)])?])?;
/// let encoder = Encoder { scaling: Scaling::None, ..Encoder::default() };
/// let model = SavedLinear {
///     family: LinearFamily::Gaussian,
///     intercept: Some(vec![10.0]),
///     coefficients: dmatrix![10.0],
///     preparation: Preparation::Encoder(encoder.fit(&table, "y", &[0, 1])?),
///     target: Target { column: "y".to_owned(), task: Task::Regression }.fit(&table, &[0, 1])?,
///     offset: None,
///     uncertainty: None,
///     record: FitRecord::default(),
/// };
/// let bytes = gradus_io::to_bytes(&SavedModel::from(model))?;
/// let again = gradus_io::from_bytes(&bytes)?;
/// assert_eq!(again.predict_rows(&table, &[1])?, Prediction::Values(dmatrix![30.0]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SavedLinear {
    /// What η means.
    pub family: LinearFamily,
    /// b, one for each linear predictor; `None` for a model through the origin.
    pub intercept: Option<Vec<f64>>,
    /// w on the features' own scale, p×k: a column for each linear predictor, of which a
    /// multinomial model has one for each class (all zeros for a reference class), as have
    /// hyperplanes of more than two classes, others one.
    pub coefficients: DMatrix<f64>,
    /// How a table becomes features.
    pub preparation: Preparation,
    /// The target column, and its classes if it has any.
    pub target: FittedTarget,
    /// The column that is added to η, if one is.
    pub offset: Option<Offset>,
    /// How sure the coefficients are, where there is an answer: there is none with a penalty.
    pub uncertainty: Option<Uncertainty>,
    /// How the model came about.
    pub record: FitRecord,
}

/// What the linear predictor η says about the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinearFamily {
    /// E y = η.
    Gaussian,
    /// P(the second class) = 1/(1 + e^(−η)).
    Binomial,
    /// P(class j) = e^(ηⱼ) / Σ e^(ηᵢ).
    Multinomial,
    /// E y = e^η, a count or a rate.
    Poisson,
    /// The second class where η > 0: the side of a hyperplane, without a probability. Of several
    /// classes that of the largest ηⱼ.
    Hyperplane,
}

impl fmt::Display for LinearFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gaussian => "gaussian",
            Self::Binomial => "binomial",
            Self::Multinomial => "multinomial",
            Self::Poisson => "poisson",
            Self::Hyperplane => "hyperplane",
        })
    }
}

/// A column whose values are added to the linear predictor, with coefficient 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// The column.
    pub column: String,
    /// What of it is added.
    pub scale: OffsetScale,
}

/// What of an offset's column is added to the linear predictor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OffsetScale {
    /// The value.
    Identity,
    /// Its logarithm: the column is an exposure, such as a time or a population.
    Log,
}

impl Offset {
    /// The offsets of the given rows.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], [`DataError::RowOutOfRange`]; [`DataError::ColumnKind`] if the
    /// column holds no numbers; [`DataError::MissingValues`] if one is missing;
    /// [`IoError::Exposure`] for an exposure that is not above 0.
    pub fn values(&self, table: &Table, rows: &[usize]) -> Result<Vec<f64>, IoError> {
        let column = table.column(&self.column)?;
        if let Some(&row) = rows.iter().find(|&&row| row >= table.rows()) {
            return Err(DataError::RowOutOfRange { row, rows: table.rows() }.into());
        }
        let missing = rows.iter().filter(|&&row| column.is_missing(row)).count();
        if missing > 0 {
            let columns = vec![(self.column.clone(), missing)];
            return Err(DataError::MissingValues { columns }.into());
        }
        let value = |&row: &usize| {
            let value = column.number(row).ok_or_else(|| DataError::ColumnKind {
                column: self.column.clone(),
                expected: gradus_data::ColumnKind::Numeric,
                found: column.kind(),
                advice: "an offset is a number; correct its values",
            })?;
            match self.scale {
                OffsetScale::Identity => Ok(value),
                OffsetScale::Log if value > 0.0 => Ok(value.ln()),
                OffsetScale::Log => Err(IoError::Exposure {
                    place: table.place(row),
                    column: self.column.clone(),
                    value,
                }),
            }
        };
        rows.iter().map(value).collect()
    }
}

impl SavedLinear {
    /// The number k of linear predictors.
    pub fn predictors(&self) -> usize {
        self.coefficients.ncols()
    }

    /// The names of the coefficients of one linear predictor, in order: `(intercept)` first if
    /// there is one, then the features.
    pub fn terms(&self) -> Vec<String> {
        let intercept = self.intercept.is_some().then(|| "(intercept)".to_owned());
        intercept.into_iter().chain(self.preparation.feature_names()).collect()
    }

    /// The coefficients of linear predictor `j`, in the order of [`terms`](Self::terms).
    ///
    /// # Panics
    /// If there is no such predictor.
    pub fn estimates(&self, j: usize) -> Vec<f64> {
        let intercept = self.intercept.as_ref().map(|intercept| intercept[j]);
        intercept.into_iter().chain(self.coefficients.column(j).iter().copied()).collect()
    }

    /// The rows of a table that can be used, as [`Preparation::usable_rows`], less those that
    /// lack the offset where the policy is to drop.
    ///
    /// # Errors
    /// As [`Preparation::usable_rows`]; [`DataError::UnknownColumn`] without the offset's column;
    /// [`DataError::MissingValues`] if it lacks values that are not to be dropped;
    /// [`DataError::AllRowsDropped`].
    pub fn usable_rows(
        &self,
        table: &Table,
        target: Option<&str>,
    ) -> Result<UsableRows, DataError> {
        let mut usable = self.preparation.usable_rows(table, target)?;
        let Some(offset) = &self.offset else { return Ok(usable) };
        let column = table.column(&offset.column)?;
        if column.missing().is_empty() {
            return Ok(usable);
        }
        if !self.preparation.drops_rows() {
            let columns = vec![(offset.column.clone(), column.missing().len())];
            return Err(DataError::MissingValues { columns });
        }
        let (lacking, rows): (Vec<usize>, Vec<usize>) =
            usable.rows.into_iter().partition(|&row| column.is_missing(row));
        if rows.is_empty() {
            return Err(DataError::AllRowsDropped { rows: table.rows() });
        }
        usable.dropped.extend(lacking);
        usable.dropped.sort_unstable();
        Ok(UsableRows { rows, dropped: usable.dropped })
    }

    /// η for prepared features, m×k.
    ///
    /// # Errors
    /// [`IoError::Inconsistent`] if x has not p columns or the offset not m values, or if one is
    /// given that the model does not know, or none where it does; [`IoError::Extrapolation`] if a
    /// result is not finite.
    pub fn linear_predictor(
        &self,
        x: &DMatrix<f64>,
        offset: Option<&[f64]>,
    ) -> Result<DMatrix<f64>, IoError> {
        let p = self.coefficients.nrows();
        if x.ncols() != p {
            let found = x.ncols();
            return Err(IoError::inconsistent(format!(
                "{found} features were given where it has {p} coefficients"
            )));
        }
        if offset.map(<[f64]>::len) != self.offset.as_ref().map(|_| x.nrows()) {
            return Err(IoError::inconsistent(match &self.offset {
                Some(offset) => format!("it needs the offset {:?} of each row", offset.column),
                None => "it has no offset, and one was given".to_owned(),
            }));
        }
        let mut eta = x * &self.coefficients;
        for (j, mut column) in eta.column_iter_mut().enumerate() {
            let intercept = self.intercept.as_ref().map_or(0.0, |intercept| intercept[j]);
            for (i, eta) in column.iter_mut().enumerate() {
                *eta += intercept + offset.map_or(0.0, |offset| offset[i]);
            }
        }
        refuse_infinite(eta)
    }

    /// The predictions for prepared features, m×p, with the offset of each row if the model has
    /// one.
    ///
    /// # Errors
    /// As [`linear_predictor`](Self::linear_predictor).
    pub fn predict(&self, x: &DMatrix<f64>, offset: Option<&[f64]>) -> Result<Prediction, IoError> {
        let eta = self.linear_predictor(x, offset)?;
        Ok(match self.family {
            LinearFamily::Gaussian => Prediction::Values(eta),
            LinearFamily::Poisson => Prediction::Values(refuse_infinite(eta.map(f64::exp))?),
            LinearFamily::Hyperplane => Prediction::Margins(eta),
            LinearFamily::Multinomial => Prediction::Probabilities(softmax_rows(eta)),
            LinearFamily::Binomial => {
                // Each from its own side: 1 − p would lose the digits of a small rest.
                let p = |i: usize, class| sigmoid(if class == 0 { -eta[i] } else { eta[i] });
                Prediction::Probabilities(DMatrix::from_fn(eta.len(), 2, p))
            }
        })
    }

    /// The predictions for rows of a table.
    ///
    /// # Errors
    /// As [`Preparation::transform`], [`Offset::values`] and [`predict`](Self::predict).
    pub fn predict_rows(&self, table: &Table, rows: &[usize]) -> Result<Prediction, IoError> {
        let x = self.preparation.transform::<f64>(table, rows)?;
        let offset = self.offset.as_ref().map(|offset| offset.values(table, rows)).transpose()?;
        self.predict(&x, offset.as_deref())
    }

    /// √(xᵢᵀ V xᵢ): the standard error of η for each row of prepared features, from the covariance
    /// V of the coefficients; `None` if that is not known, or if there are several linear
    /// predictors.
    ///
    /// # Errors
    /// [`IoError::Inconsistent`] if x has not p columns.
    pub fn standard_errors(&self, x: &DMatrix<f64>) -> Result<Option<Vec<f64>>, IoError> {
        let Some(uncertainty) = self.uncertainty.as_ref().filter(|_| self.predictors() == 1) else {
            return Ok(None);
        };
        let (p, found) = (self.coefficients.nrows(), x.ncols());
        if found != p {
            return Err(IoError::inconsistent(format!(
                "{found} features were given where it has {p} coefficients"
            )));
        }
        let x = if self.intercept.is_some() { x.clone().insert_column(0, 1.0) } else { x.clone() };
        let xv = &x * &uncertainty.covariance;
        let variance = |i: usize| x.row(i).dot(&xv.row(i)).max(0.0);
        Ok(Some((0..x.nrows()).map(|i| variance(i).sqrt()).collect()))
    }

    /// Whether the parts belong together, as they must in a file.
    pub(crate) fn check(&self) -> Result<(), IoError> {
        let (p, k) = self.coefficients.shape();
        let features = self.preparation.features();
        if features != p {
            return Err(IoError::inconsistent(format!(
                "the data gives {features} features, and there are {p} coefficients"
            )));
        }
        self.preparation.check()?;
        let classes = self.target.labels().map(<[String]>::len);
        let fits = match self.family {
            LinearFamily::Gaussian | LinearFamily::Poisson => classes.is_none() && k == 1,
            LinearFamily::Binomial => classes == Some(2) && k == 1,
            // Two classes need one hyperplane, more of them one each.
            LinearFamily::Hyperplane if k == 1 => classes == Some(2),
            LinearFamily::Hyperplane => classes == Some(k) && k >= 3,
            LinearFamily::Multinomial => classes == Some(k) && k >= 2,
        };
        if !fits {
            return Err(IoError::inconsistent(format!(
                "{k} linear predictor(s) do not suit a target of {}",
                classes.map_or("values".to_owned(), |classes| format!("{classes} classes"))
            )));
        }
        if let Some(found) = self.intercept.as_ref().map(Vec::len).filter(|&found| found != k) {
            return Err(IoError::inconsistent(format!("{found} intercepts for {k} predictors")));
        }
        check_finite("intercept", self.intercept.as_deref().unwrap_or_default())?;
        check_finite("coefficients", self.coefficients.as_slice())?;
        let Some(uncertainty) = &self.uncertainty else { return Ok(()) };
        let q = k.saturating_mul(p + usize::from(self.intercept.is_some()));
        if uncertainty.covariance.shape() != (q, q) {
            let (rows, columns) = uncertainty.covariance.shape();
            return Err(IoError::inconsistent(format!(
                "the covariance of {q} coefficients is {rows}×{columns}"
            )));
        }
        check_finite("covariance", uncertainty.covariance.as_slice())?;
        if let Some(j) = (0..q).find(|&j| uncertainty.covariance[(j, j)] < 0.0) {
            return Err(IoError::inconsistent(format!("coefficient {j} has a negative variance")));
        }
        let not_negative = |x: &Option<f64>| x.is_none_or(|x| x.is_finite() && x >= 0.0);
        if !not_negative(&uncertainty.residual_variance)
            || !not_negative(&uncertainty.degrees_of_freedom)
        {
            return Err(IoError::inconsistent("a variance or a number of degrees is negative"));
        }
        Ok(())
    }
}

/// 1/(1 + e^(−z)), without an overflow on either side.
fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 {
        1.0 / (1.0 + (-z).exp())
    } else {
        let e = z.exp();
        e / (1.0 + e)
    }
}

fn refuse_infinite(values: DMatrix<f64>) -> Result<DMatrix<f64>, IoError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) => {
            Err(IoError::Extrapolation { row: place % values.nrows(), value: values[place] })
        }
        None => Ok(values),
    }
}

fn check_finite(name: &str, values: &[f64]) -> Result<(), IoError> {
    match values.iter().position(|x| !x.is_finite()) {
        Some(position) => {
            let value = values[position];
            Err(IoError::NonFiniteFit { name: name.to_owned(), value, position })
        }
        None => Ok(()),
    }
}
