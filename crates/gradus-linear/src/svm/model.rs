//! What a linear support vector machine is to be.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::fit::{SvmFit, SvmMachine};
use super::problem::{Found, Machine};
use super::{hinge, squared_hinge};
use crate::design::check_length;
use crate::penalised::prepared::{Prepared, Rows};
use crate::{Design, Intercept, LinearError, Scaling, Weights};

/// What a row costs whose margin z = y(b + xᵀw) is below 1, y = ±1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SvmLoss {
    /// max(0, 1 − z): few support vectors, and outliers cost no more than their distance.
    #[default]
    Hinge,
    /// max(0, 1 − z)²: smooth, scikit-learn's default of `LinearSVC`.
    SquaredHinge,
}

/// The constant term of a support vector machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SvmIntercept {
    /// It is estimated and not penalised, as in libsvm and scikit-learn's `SVC(kernel="linear")`.
    #[default]
    Free,
    /// It is estimated and penalised like a coefficient, as in liblinear and scikit-learn's
    /// `LinearSVC` with `intercept_scaling=1`.
    Penalised,
    /// There is none.
    None,
}

/// A linear support vector machine:
/// min over b and w of Σ vᵢ·loss(yᵢ(b + xᵢᵀw)) + ½λ‖w‖², with yᵢ = ±1 and weights vᵢ that sum to 1.
///
/// Of several classes, one machine for each tells it from the rest, and the largest b + xᵀw wins.
/// By default features are divided by their standard deviations before they are penalised;
/// coefficients come back on their own scale.
///
/// The solution comes with a duality gap: with αᵢ ≥ 0 the dual objective of the hinge is
/// Σ αᵢ − ‖Σ αᵢyᵢxᵢ‖²/2λ, αᵢ ≤ vᵢ, and Σ αᵢyᵢ = 0 where there is a free intercept; of the squared hinge
/// αᵢ²/4vᵢ is taken off instead of the upper bound. Rows with αᵢ > 0 are the support vectors.
///
/// The hinge is minimised by an interior-point method for up to 256 features, which minds neither
/// their scale nor how many rows are near the margin; for more by coordinate descent in α with
/// shrinking, with the method of multipliers for the intercept, where features of one scale matter;
/// Newton steps over the α between their bounds end both. The squared hinge is minimised by Newton
/// steps on the rows that cost something, exact ones for up to 256 features and truncated conjugate
/// gradients for more.
///
/// ```
/// use gradus_linear::{Design, LinearSvm, Scaling};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// let x = dmatrix![0.0, 0.0; 1.0, 0.0; 0.0, 1.0; 3.0, 0.0; 4.0, 1.0; 3.0, 3.0];
/// let classes = [0, 0, 0, 1, 1, 1];
/// // Hardly any penalty: the widest street between the classes, from x₁ = 1 to x₁ = 3.
/// let (lambda, tolerance) = (1e-4, 1e-13);
/// let svm = LinearSvm { lambda, tolerance, scaling: Scaling::None, ..LinearSvm::default() };
/// let fit = svm.fit(&Design::new(&x)?, &classes)?;
/// let machine = &fit.machines[0];
/// assert!((machine.margin - 1.0).abs() < 1e-3);
/// assert!((machine.intercept + 2.0).abs() < 1e-3 && (machine.coefficients[0] - 1.0).abs() < 1e-3);
/// assert_eq!(fit.predict_classes(&x)?, classes);
/// # Ok(())
/// # }
/// ```
///
/// Source: C.-J. Hsieh et al., *A Dual Coordinate Descent Method for Large-scale Linear SVM*, 2008;
/// M. Ferris, T. Munson, *Interior-point methods for massive support vector machines*, 2002;
/// O. L. Mangasarian, *A finite Newton method for classification*, 2002; S. S. Keerthi, D. DeCoste,
/// *A modified finite Newton method for fast solution of large scale linear SVMs*, 2005.
///
/// Differs from scikit-learn in that the strength is λ = 1/(C·m) (see
/// [`from_sklearn_c`](Self::from_sklearn_c)), that the loss is a mean, that features are scaled and that
/// the gap is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LinearSvm {
    /// λ > 0.
    pub lambda: f64,
    /// What a row costs.
    pub loss: SvmLoss,
    /// The constant term.
    pub intercept: SvmIntercept,
    /// Whether features are brought to one scale first.
    pub scaling: Scaling,
    /// The largest duality gap, as a share of the loss of the best constant.
    pub tolerance: f64,
    /// Newton steps, or passes over the rows (hinge), that a machine may take.
    pub max_iterations: usize,
}

impl Default for LinearSvm {
    /// The hinge with λ = 0.01, scaled features, a gap of 1e-9.
    fn default() -> Self {
        Self {
            lambda: 0.01,
            loss: SvmLoss::Hinge,
            intercept: SvmIntercept::Free,
            scaling: Scaling::Standardize,
            tolerance: 1e-9,
            max_iterations: 10_000,
        }
    }
}

impl LinearSvm {
    /// The λ of scikit-learn's C for m rows, whose objective is C·Σloss + ½‖w‖²: λ = 1/(C·m). With
    /// sample weights m is their sum.
    ///
    /// `SVC(kernel="linear", C)` is the hinge with a free intercept; `LinearSVC(C)` the squared hinge
    /// with a penalised one; both are without scaling.
    pub fn from_sklearn_c(c: f64, m: f64) -> Self {
        Self { lambda: 1.0 / (c * m), scaling: Scaling::None, ..Self::default() }
    }

    /// The machine that tells class 1 from class 0, or one for each of the classes 0, 1, … of which
    /// each occurs.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`] for λ, the tolerance or the number of iterations;
    /// [`LinearError::LengthMismatch`]; [`LinearError::OneClass`]; [`LinearError::EmptyClass`];
    /// [`LinearError::OffsetCancels`] with an offset and several classes; [`LinearError::Overflow`];
    /// [`LinearError::NotConverged`].
    pub fn fit(&self, design: &Design<'_>, classes: &[usize]) -> Result<SvmFit, LinearError> {
        self.check()?;
        design.check_features()?;
        let count = count_classes(design, classes)?;
        if count > 2 && design.offset().is_some() {
            return Err(LinearError::OffsetCancels);
        }
        let centred = match self.intercept {
            SvmIntercept::Free => Intercept::Fitted,
            SvmIntercept::Penalised | SvmIntercept::None => Intercept::None,
        };
        let prepared = Prepared::new(design, centred, self.scaling, Rows::Plain);
        let rows = prepared.x.transpose();
        if rows.iter().any(|x| !x.is_finite()) {
            return Err(LinearError::Overflow);
        }
        let positives: Vec<usize> = if count == 2 { vec![1] } else { (0..count).collect() };
        let machines: Result<Vec<SvmMachine>, LinearError> = positives
            .par_iter()
            .map(|&positive| {
                let sign = |&class: &usize| if class == positive { 1.0 } else { -1.0 };
                let y = classes.iter().map(sign).collect();
                let machine = Machine::new(&rows, y, &prepared.v, design.offset(), self);
                self.fit_machine(&machine, &prepared)
            })
            .collect();
        Ok(SvmFit {
            names: design.names().to_vec(),
            classes: count,
            model: *self,
            machines: machines?,
        })
    }

    fn fit_machine(
        &self,
        machine: &Machine<'_>,
        prepared: &Prepared,
    ) -> Result<SvmMachine, LinearError> {
        let Found { w, b, alpha, certificate } = match self.loss {
            SvmLoss::Hinge => hinge::solve(machine, self),
            SvmLoss::SquaredHinge => squared_hinge::solve(machine, self),
        };
        if !certificate.converged {
            return Err(LinearError::NotConverged {
                lambda: self.lambda,
                iterations: certificate.iterations,
                relative_gap: certificate.relative_gap,
            });
        }
        let norm = w.iter().map(|w| w * w).sum::<f64>().sqrt();
        let (coefficients, shift) = prepared.restore(&w);
        let support: Vec<usize> = (0..alpha.len()).filter(|&i| alpha[i] > 0.0).collect();
        Ok(SvmMachine {
            intercept: b - shift,
            coefficients,
            margin: 1.0 / norm,
            dual: support.iter().map(|&i| alpha[i]).collect(),
            support,
            certificate,
        })
    }

    fn check(&self) -> Result<(), LinearError> {
        let refuse = |name, value, must| Err(LinearError::InvalidOption { name, value, must });
        if !(self.lambda.is_finite() && self.lambda > 0.0) {
            return refuse("lambda", self.lambda, "finite and above 0");
        }
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return refuse("tolerance", self.tolerance, "between 0 and 1");
        }
        if self.max_iterations == 0 {
            return refuse("max_iterations", 0.0, "at least 1");
        }
        Ok(())
    }
}

/// The number of classes, of which each has a row that counts.
pub(crate) fn count_classes(design: &Design<'_>, classes: &[usize]) -> Result<usize, LinearError> {
    check_length("outcomes", classes.len(), design.rows())?;
    let count = classes.iter().max().map_or(0, |largest| largest.saturating_add(1));
    // As many classes as rows at most, so that nothing of the size of a wrong label is made.
    if count > classes.len() {
        return Err(LinearError::EmptyClass { class: count - 1, classes: count });
    }
    let weights = design.weights().map(Weights::values);
    let mut occurs = vec![false; count];
    for (row, &class) in classes.iter().enumerate() {
        occurs[class] |= weights.is_none_or(|weights| weights[row] > 0.0);
    }
    if occurs.iter().filter(|occurs| **occurs).count() < 2 {
        return Err(LinearError::OneClass);
    }
    match occurs.iter().position(|occurs| !occurs) {
        Some(class) => Err(LinearError::EmptyClass { class, classes: count }),
        None => Ok(count),
    }
}
