//! What a linear model is as plain data, and the way back with every check.

use gradus_data::FittedTarget;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{FitRecord, IoError, LinearFamily, Offset, Preparation, SavedLinear, Uncertainty};

/// The payload of a linear model. The order of fields and of variants is the format.
#[derive(Serialize, Deserialize)]
pub(crate) struct LinearPayload {
    family: LinearFamily,
    predictors: u64,
    intercept: Option<Vec<f64>>,
    /// Predictor after predictor.
    coefficients: Vec<f64>,
    preparation: Preparation,
    target: FittedTarget,
    offset: Option<Offset>,
    uncertainty: Option<Spread>,
    record: FitRecord,
}

/// An [`Uncertainty`], of whose covariance the lower triangle is written, column after column.
#[derive(Serialize, Deserialize)]
struct Spread {
    covariance: Vec<f64>,
    residual_variance: Option<f64>,
    degrees_of_freedom: Option<f64>,
}

impl LinearPayload {
    pub(crate) fn of(model: &SavedLinear) -> Result<Self, IoError> {
        model.check()?;
        Ok(Self {
            family: model.family,
            predictors: model.predictors() as u64,
            intercept: model.intercept.clone(),
            coefficients: model.coefficients.as_slice().to_vec(),
            preparation: model.preparation.clone(),
            target: model.target.clone(),
            offset: model.offset.clone(),
            uncertainty: model.uncertainty.as_ref().map(|uncertainty| Spread {
                covariance: lower(&uncertainty.covariance),
                residual_variance: uncertainty.residual_variance,
                degrees_of_freedom: uncertainty.degrees_of_freedom,
            }),
            record: model.record.clone(),
        })
    }

    pub(crate) fn into_linear(self) -> Result<SavedLinear, IoError> {
        let p = self.preparation.features();
        let k = usize::try_from(self.predictors).unwrap_or(usize::MAX);
        // What is announced is compared with what is there before it is built.
        if p.checked_mul(k) != Some(self.coefficients.len()) {
            return Err(IoError::inconsistent(format!(
                "{} coefficients for {p} features and {k} predictors",
                self.coefficients.len()
            )));
        }
        let model = SavedLinear {
            family: self.family,
            intercept: self.intercept,
            coefficients: DMatrix::from_vec(p, k, self.coefficients),
            preparation: self.preparation,
            target: self.target,
            offset: self.offset,
            uncertainty: self.uncertainty.map(Spread::into_uncertainty).transpose()?,
            record: self.record,
        };
        model.check()?;
        Ok(model)
    }
}

impl Spread {
    fn into_uncertainty(self) -> Result<Uncertainty, IoError> {
        Ok(Uncertainty {
            covariance: symmetric(&self.covariance)?,
            residual_variance: self.residual_variance,
            degrees_of_freedom: self.degrees_of_freedom,
        })
    }
}

/// The entries on and below the diagonal.
fn lower(a: &DMatrix<f64>) -> Vec<f64> {
    (0..a.ncols()).flat_map(|j| (j..a.nrows()).map(move |i| a[(i, j)])).collect()
}

/// The symmetric matrix with these entries on and below its diagonal. It takes twice their memory.
fn symmetric(lower: &[f64]) -> Result<DMatrix<f64>, IoError> {
    // q(q + 1)/2 entries, so q is the root of twice their number, rounded down.
    let q = lower.len().saturating_mul(2).isqrt();
    if q * (q + 1) / 2 != lower.len() {
        return Err(IoError::inconsistent(format!("{} entries make no triangle", lower.len())));
    }
    let mut entries = lower.iter();
    let mut a = DMatrix::zeros(q, q);
    for j in 0..q {
        for i in j..q {
            let entry = entries.next().copied().unwrap_or(f64::NAN);
            a[(i, j)] = entry;
            a[(j, i)] = entry;
        }
    }
    Ok(a)
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn a_triangle_holds_a_symmetric_matrix() {
        let a = dmatrix![1.0, 2.0, 4.0; 2.0, 3.0, 5.0; 4.0, 5.0, 6.0];
        assert_eq!(lower(&a), [1.0, 2.0, 4.0, 3.0, 5.0, 6.0]);
        assert_eq!(symmetric(&lower(&a)).unwrap(), a);
        assert_eq!(symmetric(&[]).unwrap().len(), 0);
        for size in [2, 4, 5, 7] {
            assert!(symmetric(&vec![1.0; size]).is_err(), "{size}");
        }
    }
}
