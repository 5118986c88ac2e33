//! Linear models that were fitted on a fold, and what they predict.

use gradus::linear::{MultinomialFit, PathPoint, SvmFit};
use gradus::nalgebra::DMatrix;
use gradus::stats::expit;

use super::Predicted;
use crate::error::CliError;

/// A fitted linear model.
#[derive(Debug)]
pub(super) enum FittedLinear {
    /// η = b + Xw + offset.
    One {
        intercept: f64,
        coefficients: Vec<f64>,
        link: Link,
    },
    /// One linear predictor for each class, as far as the rows had them.
    Several {
        point: PathPoint,
        classes: usize,
    },
    Multinomial {
        fit: MultinomialFit,
        classes: usize,
    },
    Machines {
        fit: SvmFit,
        classes: usize,
    },
}

/// What η says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The value.
    Identity,
    /// Its logarithm.
    Log,
    /// The logit of the second class.
    Logit,
}

pub(super) fn one(intercept: f64, coefficients: &[f64], link: Link) -> FittedLinear {
    FittedLinear::One { intercept, coefficients: coefficients.to_vec(), link }
}

impl FittedLinear {
    pub(super) fn predict(
        &self,
        x: &DMatrix<f64>,
        offset: Option<&[f64]>,
    ) -> Result<Vec<Predicted>, CliError> {
        match self {
            Self::One { intercept, coefficients, link } => {
                let eta = |i: usize| {
                    let sum: f64 = x.row(i).iter().zip(coefficients).map(|(x, w)| x * w).sum();
                    intercept + sum + offset.map_or(0.0, |offset| offset[i])
                };
                let predicted = |i: usize| match link {
                    // Each from its own side: 1 − p would lose the digits of a small rest.
                    Link::Logit => vec![expit(-eta(i)), expit(eta(i))],
                    Link::Log => vec![eta(i).exp()],
                    Link::Identity => vec![eta(i)],
                };
                Ok((0..x.nrows()).map(predicted).collect())
            }
            Self::Several { point, classes } => {
                let mut eta = point.linear_predictor(x)?;
                if let Some(offset) = offset {
                    eta.column_iter_mut().for_each(|mut column| {
                        column.iter_mut().zip(offset).for_each(|(eta, offset)| *eta += offset);
                    });
                }
                Ok(eta.row_iter().map(|row| softmax(row.iter().copied(), *classes)).collect())
            }
            Self::Multinomial { fit, classes } => {
                let p = fit.predict(x)?;
                Ok(p.row_iter().map(|row| padded(row.iter().copied(), *classes, 0.0)).collect())
            }
            Self::Machines { fit, classes } => {
                let margins = fit.decision(x)?;
                let of_row = |i: usize| match margins.ncols() {
                    1 => {
                        padded([-margins[(i, 0)], margins[(i, 0)]].into_iter(), *classes, f64::MIN)
                    }
                    _ => padded(margins.row(i).iter().copied(), *classes, f64::MIN),
                };
                Ok((0..x.nrows()).map(of_row).collect())
            }
        }
    }
}

/// e^(zᵢ − max z)/Σ e^(zⱼ − max z), and 0 for classes that the rows did not have.
pub(super) fn softmax(z: impl Iterator<Item = f64> + Clone, classes: usize) -> Predicted {
    let largest = z.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut p: Predicted = z.map(|z| (z - largest).exp()).collect();
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p.resize(classes, 0.0);
    p
}

/// The values of the first classes, and `rest` for those that the rows did not have.
fn padded(values: impl Iterator<Item = f64>, classes: usize, rest: f64) -> Predicted {
    let mut values: Predicted = values.collect();
    values.resize(classes, rest);
    values
}
