//! What a model is fitted to: features with their names, weights and offsets.

use std::collections::HashSet;
use std::sync::OnceLock;

use gradus_linalg::reduce;
use nalgebra::DMatrix;
use rayon::prelude::*;

use crate::LinearError;

/// Elements that one thread checks in one go.
const PART: usize = 1 << 16;
/// Elements up to which X is checked when a design is made.
const PROMPT: usize = 1 << 20;

/// What the weight of a row means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weights<'a> {
    /// Row i stands for wᵢ rows like it: there are Σw observations.
    Frequency(&'a [f64]),
    /// The variance of row i is σ²/wᵢ: there are as many observations as rows of positive weight,
    /// and the scale of the weights does not matter.
    Precision(&'a [f64]),
}

impl<'a> Weights<'a> {
    /// The weights themselves.
    pub fn values(self) -> &'a [f64] {
        match self {
            Self::Frequency(w) | Self::Precision(w) => w,
        }
    }
}

/// The features X (m×p, one observation a row), the names of their columns, and optionally a weight
/// and an offset for each row. It is checked when it is made, and borrows what it is made of.
///
/// The intercept is no column of X: a model adds it.
///
/// ```
/// use gradus_linear::{Design, Weights};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![1.0, 20.0; 2.0, 10.0; 3.0, 30.0];
/// let design = Design::new(&x)?
///     .with_names(["age", "dose"])?
///     .with_weights(Weights::Frequency(&[1.0, 2.0, 1.0]))?;
/// assert_eq!((design.rows(), design.features()), (3, 2));
/// assert_eq!(design.names(), ["age", "dose"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Design<'a> {
    x: &'a DMatrix<f64>,
    names: Vec<String>,
    weights: Option<Weights<'a>>,
    offset: Option<&'a [f64]>,
    /// Set once it is known that X holds finite numbers alone.
    finite: OnceLock<()>,
}

impl<'a> Design<'a> {
    /// The features alone; the columns are named x1, x2, ….
    ///
    /// To look at every value of a large X takes a tenth of a fit by least squares: beyond 2²⁰ values that
    /// is left to the fit, which refuses what is not finite with the same error, and sees it for nothing
    /// where it sums squares anyway.
    ///
    /// # Errors
    /// [`LinearError::Empty`] without a row; [`LinearError::NotFinite`] at the first value of X
    /// that is NaN or infinite, if there are no more than 2²⁰.
    pub fn new(x: &'a DMatrix<f64>) -> Result<Self, LinearError> {
        if x.nrows() == 0 {
            return Err(LinearError::Empty);
        }
        let names: Vec<String> = (1..=x.ncols()).map(|column| format!("x{column}")).collect();
        let design = Self { x, names, weights: None, offset: None, finite: OnceLock::new() };
        if x.len() <= PROMPT {
            design.check_features()?;
        }
        Ok(design)
    }

    /// Fails at the first value of X that is NaN or infinite.
    pub(crate) fn check_features(&self) -> Result<(), LinearError> {
        if self.finite.get().is_some() {
            return Ok(());
        }
        if !self.x.as_slice().par_chunks(PART).all(reduce::all_finite) {
            for (column, name) in self.x.column_iter().zip(&self.names) {
                check_finite(name, column.as_slice())?;
            }
        }
        self.features_are_finite();
        Ok(())
    }

    /// Notes that sums of squares have shown it.
    pub(crate) fn features_are_finite(&self) {
        self.finite.get_or_init(|| ());
    }

    /// The same with names for the columns of X.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless there is one name a column;
    /// [`LinearError::DuplicateName`].
    pub fn with_names(
        mut self,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, LinearError> {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        check_length("names of columns", names.len(), self.features())?;
        let mut seen = HashSet::new();
        if let Some(name) = names.iter().find(|name| !seen.insert(name.as_str())) {
            return Err(LinearError::DuplicateName { name: name.clone() });
        }
        self.names = names;
        Ok(self)
    }

    /// The same with a weight for each row.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`]; [`LinearError::NotFinite`];
    /// [`LinearError::NegativeWeight`]; [`LinearError::NoWeight`] if all are 0.
    pub fn with_weights(mut self, weights: Weights<'a>) -> Result<Self, LinearError> {
        let w = weights.values();
        check_length("weights", w.len(), self.rows())?;
        check_finite("weights", w)?;
        if let Some(row) = w.iter().position(|&w| w < 0.0) {
            return Err(LinearError::NegativeWeight { row, value: w[row] });
        }
        if w.iter().all(|&w| w == 0.0) {
            return Err(LinearError::NoWeight);
        }
        self.weights = Some(weights);
        Ok(self)
    }

    /// The same with a known term for each row, which is added to the linear predictor.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`]; [`LinearError::NotFinite`].
    pub fn with_offset(mut self, offset: &'a [f64]) -> Result<Self, LinearError> {
        check_length("offsets", offset.len(), self.rows())?;
        check_finite("offset", offset)?;
        self.offset = Some(offset);
        Ok(self)
    }

    /// X, m×p.
    pub fn x(&self) -> &'a DMatrix<f64> {
        self.x
    }

    /// The number m of rows.
    pub fn rows(&self) -> usize {
        self.x.nrows()
    }

    /// The number p of columns of X.
    pub fn features(&self) -> usize {
        self.x.ncols()
    }

    /// The names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The weights, if rows differ in weight.
    pub fn weights(&self) -> Option<Weights<'a>> {
        self.weights
    }

    /// The number of observations: Σw under frequency weights, else the rows that count.
    pub fn observations(&self) -> f64 {
        match self.weights() {
            None => self.rows() as f64,
            Some(Weights::Frequency(w)) => w.iter().sum(),
            Some(Weights::Precision(w)) => w.iter().filter(|w| **w > 0.0).count() as f64,
        }
    }

    /// The offset of each row, if any.
    pub fn offset(&self) -> Option<&'a [f64]> {
        self.offset
    }

    /// Fails unless `y` holds a finite number for each row.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`]; [`LinearError::NotFinite`].
    pub fn check_outcome(&self, y: &[f64]) -> Result<(), LinearError> {
        check_length("outcomes", y.len(), self.rows())?;
        check_finite("the outcome", y)
    }
}

/// Fails at the first value that is NaN or infinite.
pub(crate) fn check_finite(what: &str, values: &[f64]) -> Result<(), LinearError> {
    if reduce::all_finite(values) {
        return Ok(());
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(LinearError::NotFinite { what: what.to_owned(), row, value: values[row] }),
        None => Ok(()),
    }
}

/// Fails unless as many are given as needed.
pub(crate) fn check_length(
    what: &'static str,
    given: usize,
    needed: usize,
) -> Result<(), LinearError> {
    if given == needed { Ok(()) } else { Err(LinearError::LengthMismatch { what, given, needed }) }
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;
    use crate::{
        ElasticNet, Firth, LeastSquaresMethod, LinearSvm, Logistic, Multinomial, Ols,
        PenalisedLogistic, PenalisedMultinomial, Poisson, RidgeGrid, Sgd, SgdLoss, Stepwise,
    };

    /// Each way of fitting looks for what is not finite in a large X, and names it as a small one does.
    #[test]
    fn a_large_design_is_checked_by_its_fits() {
        let mut x = DMatrix::from_fn(PROMPT / 2 + 1, 2, |i, j| ((i * (3 + j)) as f64 * 0.7).sin());
        let y: Vec<f64> = (0..x.nrows()).map(|i| f64::from(u8::from(i % 3 == 0))).collect();
        let classes: Vec<usize> = y.iter().map(|y| *y as usize).collect();
        let fine = Design::new(&x).unwrap();
        assert!(fine.finite.get().is_none());
        Ols::default().fit(&fine, &y).unwrap();
        assert!(fine.finite.get().is_some());
        for bad in [f64::NAN, f64::INFINITY] {
            x[(7, 1)] = bad;
            let design = Design::new(&x).unwrap();
            let qr = Ols { method: LeastSquaresMethod::Qr, ..Ols::default() };
            let refusals = [
                Ols::default().fit(&design, &y).unwrap_err(),
                qr.fit(&design, &y).unwrap_err(),
                RidgeGrid::default().fit(&design, &y, &[0.1]).unwrap_err(),
                Stepwise::default().fit(&design, &y).unwrap_err(),
                ElasticNet::default().fit(&design, &y).unwrap_err(),
                PenalisedLogistic::default().fit(&design, &y).unwrap_err(),
                PenalisedMultinomial::default().fit(&design, &classes).unwrap_err(),
                Logistic::default().fit(&design, &y).unwrap_err(),
                Firth::default().fit(&design, &y).unwrap_err(),
                Multinomial::default().fit(&design, &classes).unwrap_err(),
                Poisson::default().fit(&design, &y).unwrap_err(),
                LinearSvm::default().fit(&design, &classes).unwrap_err(),
                Sgd::new(SgdLoss::Squared).start(2).unwrap().partial_fit(&design, &y).unwrap_err(),
            ];
            for refusal in refusals {
                let LinearError::NotFinite { what, row, .. } = &refusal else {
                    panic!("{refusal}");
                };
                assert_eq!((what.as_str(), *row), ("x2", 7));
            }
        }
    }

    #[test]
    fn what_cannot_be_fitted_to_is_refused() {
        let x = dmatrix![1.0, 2.0; 3.0, f64::NAN];
        let refusal = Design::new(&x).unwrap_err().to_string();
        assert!(refusal.starts_with("x2: row 1 (counted from 0) is NaN"), "{refusal}");
        assert_eq!(Design::new(&DMatrix::zeros(0, 3)).unwrap_err(), LinearError::Empty);

        let x = dmatrix![1.0, 2.0; 3.0, 4.0];
        let design = Design::new(&x).unwrap();
        assert!(design.clone().with_names(["a"]).is_err());
        assert_eq!(
            design.clone().with_names(["a", "a"]).unwrap_err(),
            LinearError::DuplicateName { name: "a".to_owned() }
        );
        let weigh = |w| design.clone().with_weights(Weights::Precision(w)).unwrap_err();
        assert_eq!(weigh(&[1.0, -0.5]), LinearError::NegativeWeight { row: 1, value: -0.5 });
        assert_eq!(weigh(&[0.0, 0.0]), LinearError::NoWeight);
        assert!(matches!(weigh(&[1.0]), LinearError::LengthMismatch { given: 1, needed: 2, .. }));
        assert!(design.clone().with_offset(&[f64::INFINITY, 0.0]).is_err());
        assert!(design.check_outcome(&[1.0, 2.0]).is_ok());
        assert!(design.check_outcome(&[1.0, 2.0, 3.0]).is_err());
    }
}
