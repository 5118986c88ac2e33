//! Fitted penalised models: one, or a whole path.

use std::fmt;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::certificate::Certificate;
use crate::LinearError;
use crate::design::check_length;

/// The loss of a penalised model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PenalisedFamily {
    /// Half the squared error.
    Linear,
    /// The negative log-likelihood of a dichotomous outcome.
    Logistic,
    /// The negative log-likelihood of a class.
    Multinomial,
}

impl PenalisedFamily {
    /// From linear predictors to means: nothing, the logistic function, or softmax.
    pub(super) fn apply_mean(self, eta: &mut DMatrix<f64>) {
        match self {
            Self::Linear => {}
            Self::Logistic => eta.apply(|eta| *eta = 1.0 / (1.0 + (-*eta).exp())),
            Self::Multinomial => {
                let scores = eta.clone();
                gradus_linalg::softmax_rows((&scores).into(), eta.into());
            }
        }
    }
}

/// The solution at one λ, on the features' own scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PathPoint {
    /// λ.
    pub lambda: f64,
    /// The intercept; of each class in a multinomial model, where they sum to 0.
    pub intercepts: Vec<f64>,
    /// The coefficient of each feature; one list for each class in a multinomial model.
    pub coefficients: Vec<Vec<f64>>,
    /// 1 − loss/null loss: R² of a linear model, McFadden's R² of the others.
    pub deviance_explained: f64,
    /// The proof of optimality.
    pub certificate: Certificate,
}

impl PathPoint {
    /// The features with a coefficient other than 0, in any class.
    pub fn selected(&self) -> Vec<usize> {
        let features = self.coefficients.first().map_or(0, Vec::len);
        (0..features).filter(|&j| self.coefficients.iter().any(|w| w[j] != 0.0)).collect()
    }

    /// b + Xw for each row; one column for each class in a multinomial model.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] if X has another number of columns than there are
    /// coefficients.
    pub fn linear_predictor(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, LinearError> {
        let features = self.coefficients.first().map_or(0, Vec::len);
        check_length("columns", x.ncols(), features)?;
        let mut eta = DMatrix::zeros(x.nrows(), self.coefficients.len());
        for (k, (w, b)) in self.coefficients.iter().zip(&self.intercepts).enumerate() {
            let column = &mut eta.as_mut_slice()[k * x.nrows()..(k + 1) * x.nrows()];
            column.fill(*b);
            super::passes::add_product(x, w, 1.0, column);
        }
        Ok(eta)
    }
}

/// A penalised model at one λ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PenalisedFit {
    /// What was fitted.
    pub family: PenalisedFamily,
    /// The names of the features.
    pub names: Vec<String>,
    /// ρ.
    pub l1_ratio: f64,
    /// The solution with its certificate.
    pub point: PathPoint,
}

impl PenalisedFit {
    /// The coefficients of a linear or logistic model.
    pub fn coefficients(&self) -> &[f64] {
        self.point.coefficients.first().map_or(&[], Vec::as_slice)
    }

    /// The intercept of a linear or logistic model.
    pub fn intercept(&self) -> f64 {
        self.point.intercepts.first().copied().unwrap_or_default()
    }

    /// The mean of the outcome for each row without an offset: ŷ of a linear model, P(y = 1) of a
    /// logistic one, one column of probabilities for each class of a multinomial one.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] if X has another number of columns than the model.
    pub fn predict(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, LinearError> {
        let mut eta = self.point.linear_predictor(x)?;
        self.family.apply_mean(&mut eta);
        Ok(eta)
    }
}

/// Why a path ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathEnd {
    /// The values of λ are used up.
    LastLambda,
    /// More than 0.999 of the deviance is explained.
    AlmostAllExplained,
    /// The last step added less than 1e-5 of itself to the deviance explained.
    NothingGained,
}

/// Penalised models from the largest λ to the smallest, each with its certificate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PenalisedPath {
    /// What was fitted.
    pub family: PenalisedFamily,
    /// The names of the features.
    pub names: Vec<String>,
    /// ρ.
    pub l1_ratio: f64,
    /// The loss of the model without features.
    pub null_loss: f64,
    /// The least λ at which all penalised coefficients are 0 (for ρ < 1e-3, a multiple of what a
    /// lasso would have).
    pub largest_lambda: f64,
    /// The solutions.
    pub points: Vec<PathPoint>,
    /// Why there are no more.
    pub ended: PathEnd,
}

impl PenalisedPath {
    /// Whether every point is converged.
    pub fn is_converged(&self) -> bool {
        self.points.iter().all(|point| point.certificate.converged)
    }

    /// The model at one point of the path, if there is such a point.
    pub fn fit_at(&self, point: usize) -> Option<PenalisedFit> {
        Some(PenalisedFit {
            family: self.family,
            names: self.names.clone(),
            l1_ratio: self.l1_ratio,
            point: self.points.get(point)?.clone(),
        })
    }

    /// The features in the order in which they come into the model, each with the point at which
    /// it does; those that come in together by their column.
    pub fn order_of_entry(&self) -> Vec<(usize, usize)> {
        let mut seen = vec![false; self.names.len()];
        let mut order = Vec::new();
        for (k, point) in self.points.iter().enumerate() {
            for j in point.selected() {
                if !std::mem::replace(&mut seen[j], true) {
                    order.push((j, k));
                }
            }
        }
        order
    }
}

/// Rows of a table that are shown of a long path.
const SHOWN: usize = 40;

/// A table with a row for each λ; of a long path every second, third, … and the last.
impl fmt::Display for PenalisedPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:>5}  {:>11}  {:>7}  {:>9}  {:>12}  {:>12}  {:>13}  {:>10}",
            "point",
            "lambda",
            "nonzero",
            "explained",
            "objective",
            "relative gap",
            "KKT violation",
            "iterations"
        )?;
        let step = self.points.len().div_ceil(SHOWN).max(1);
        for (k, point) in self.points.iter().enumerate() {
            if k % step != 0 && k + 1 != self.points.len() {
                continue;
            }
            let Certificate {
                objective,
                relative_gap,
                kkt_violation,
                nonzero,
                iterations,
                converged,
                ..
            } = point.certificate;
            writeln!(
                f,
                "{k:>5}  {:>11.5e}  {nonzero:>7}  {:>9.4}  {objective:>12.6e}  {relative_gap:>12.1e}  \
                 {kkt_violation:>13.1e}  {iterations:>10}{}",
                point.lambda,
                point.deviance_explained,
                if converged { "" } else { "  NOT CONVERGED" },
            )?;
        }
        let ended = match self.ended {
            PathEnd::LastLambda => "the last lambda",
            PathEnd::AlmostAllExplained => "more than 0.999 of the deviance is explained",
            PathEnd::NothingGained => "the last step added less than 1e-5 to what is explained",
        };
        let open = self.points.iter().filter(|point| !point.certificate.converged).count();
        let worst =
            self.points.iter().map(|point| point.certificate.relative_gap).fold(0.0, f64::max);
        write!(
            f,
            "{} points; ended: {ended}; largest relative gap {worst:.1e}",
            self.points.len()
        )?;
        if open > 0 {
            write!(f, "; {open} NOT CONVERGED")?;
        }
        writeln!(f)
    }
}

/// The coefficients that are not 0, and the certificate.
impl fmt::Display for PenalisedFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(11);
        let row =
            |f: &mut fmt::Formatter<'_>, name: &str, values: &mut dyn Iterator<Item = f64>| {
                write!(f, "{name:<width$}")?;
                for value in values {
                    write!(f, "  {value:>12.6}")?;
                }
                writeln!(f)
            };
        row(f, "(intercept)", &mut self.point.intercepts.iter().copied())?;
        for j in self.point.selected() {
            row(f, &self.names[j], &mut self.point.coefficients.iter().map(|w| w[j]))?;
        }
        let Certificate {
            objective,
            relative_gap,
            kkt_violation,
            nonzero,
            iterations,
            converged,
            ..
        } = self.point.certificate;
        writeln!(
            f,
            "lambda {:.5e}, l1_ratio {}; {nonzero} of {} coefficients not 0; {:.4} of the deviance explained",
            self.point.lambda,
            self.l1_ratio,
            self.names.len() * self.point.coefficients.len(),
            self.point.deviance_explained,
        )?;
        writeln!(
            f,
            "objective {objective:.8e}, relative gap {relative_gap:.1e}, KKT violation \
             {kkt_violation:.1e} lambda, {iterations} iterations{}",
            if converged { "" } else { ", NOT CONVERGED" },
        )
    }
}
