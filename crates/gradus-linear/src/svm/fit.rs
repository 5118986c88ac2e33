//! Fitted support vector machines.

use std::fmt;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::model::LinearSvm;
use crate::LinearError;
use crate::design::check_length;

/// What proves a machine optimal: P − D ≥ P − P* ≥ 0 for the dual objective D at the α told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SvmCertificate {
    /// The objective P: mean loss plus penalty, the latter on the scale on which features are
    /// penalised.
    pub objective: f64,
    /// P − D.
    pub gap: f64,
    /// The gap over the loss of the best constant.
    pub relative_gap: f64,
    /// Passes over the rows or Newton steps.
    pub iterations: usize,
    /// Whether the gap is within the tolerance.
    pub converged: bool,
}

/// One hyperplane, b + xᵀw = 0 on the features' own scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SvmMachine {
    /// b.
    pub intercept: f64,
    /// w.
    pub coefficients: Vec<f64>,
    /// 1/‖w‖: how far a row with z = 1 is from the hyperplane, on the scale on which features are
    /// penalised; half the width of the street. Infinite where w = 0.
    #[serde(with = "crate::infinite")]
    pub margin: f64,
    /// The support vectors: the rows with αᵢ > 0, on which alone the solution hangs.
    pub support: Vec<usize>,
    /// αᵢ of each support vector. scikit-learn's `dual_coef_` is yᵢαᵢ/λ.
    pub dual: Vec<f64>,
    /// The proof of optimality.
    pub certificate: SvmCertificate,
}

/// A fitted linear support vector machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SvmFit {
    /// The names of the features.
    pub names: Vec<String>,
    /// The number of classes.
    pub classes: usize,
    /// What was fitted.
    pub model: LinearSvm,
    /// That of class 1 against class 0, or one for each class against the rest.
    pub machines: Vec<SvmMachine>,
}

impl SvmFit {
    /// b + xᵀw for each row; a column for each machine.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] if X has another number of columns than the model.
    pub fn decision(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, LinearError> {
        check_length("columns", x.ncols(), self.names.len())?;
        let columns: Vec<f64> =
            self.machines.iter().flat_map(|machine| machine.coefficients.iter().copied()).collect();
        let mut scores = x * DMatrix::from_vec(self.names.len(), self.machines.len(), columns);
        for (mut column, machine) in scores.column_iter_mut().zip(&self.machines) {
            column.add_scalar_mut(machine.intercept);
        }
        Ok(scores)
    }

    /// The class of each row without an offset: 1 where the only machine is above 0, or the class
    /// of the largest value, of equal ones the first.
    ///
    /// # Errors
    /// As [`decision`](Self::decision).
    pub fn predict_classes(&self, x: &DMatrix<f64>) -> Result<Vec<usize>, LinearError> {
        let scores = self.decision(x)?;
        Ok((0..x.nrows()).map(|row| self.class_of(&scores, row)).collect())
    }

    /// The class of a row by its scores.
    pub(super) fn class_of(&self, scores: &DMatrix<f64>, row: usize) -> usize {
        if self.machines.len() == 1 {
            return usize::from(scores[(row, 0)] > 0.0);
        }
        let better = |best, k: usize| if scores[(row, k)] > scores[(row, best)] { k } else { best };
        (0..self.machines.len()).fold(0, better)
    }
}

/// The coefficients of each machine, with its margin, support vectors and certificate.
impl fmt::Display for SvmFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(11);
        write!(f, "{:<width$}", "(intercept)")?;
        for machine in &self.machines {
            write!(f, "  {:>12.6}", machine.intercept)?;
        }
        writeln!(f)?;
        for (j, name) in self.names.iter().enumerate() {
            write!(f, "{name:<width$}")?;
            for machine in &self.machines {
                write!(f, "  {:>12.6}", machine.coefficients[j])?;
            }
            writeln!(f)?;
        }
        for (k, machine) in self.machines.iter().enumerate() {
            let SvmCertificate { objective, relative_gap, iterations, .. } = machine.certificate;
            let which =
                if self.machines.len() == 1 { String::new() } else { format!("class {k}: ") };
            writeln!(
                f,
                "{which}margin {:.6}, {} support vectors; objective {objective:.8e}, relative gap \
                 {relative_gap:.1e}, {iterations} iterations",
                machine.margin,
                machine.support.len(),
            )?;
        }
        Ok(())
    }
}
