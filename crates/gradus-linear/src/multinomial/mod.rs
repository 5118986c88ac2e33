//! Multinomial logistic regression without a penalty, with its inference.

mod contrasts;
mod fit;
mod likelihood;

pub use fit::{MultinomialEquation, MultinomialFit};

use nalgebra::DVector;
use serde::{Deserialize, Serialize};

use crate::design::check_length;
use crate::likelihood::{Columns, Search, Separation, Solution, maximise};
use crate::{Design, Intercept, LinearError};
pub(crate) use likelihood::Categorical;

/// Multinomial logistic regression by maximum likelihood, each class against a reference class r:
///
/// P(y = k | x) = e^ηₖ / Σⱼ e^ηⱼ, ηₖ = bₖ + wₖ·x, ηᵣ = 0,
///
/// so that e^wₖ is the factor of the odds of class k against class r that one unit more brings.
/// K classes are numbered 0, …, K − 1, X is m×p, and there are K − 1 equations with 1 + p
/// coefficients each. Newton's method with step halving on centred and scaled columns. Where a
/// combination of features separates classes there is no maximum: that is an error with a
/// certificate.
///
/// ```
/// use gradus_linear::{Design, Multinomial};
/// use nalgebra::dmatrix;
///
/// # fn main() -> Result<(), gradus_linear::LinearError> {
/// // One indicator: the odds against class 0 are 1/2 and 3/2 without it, 2/1 and 2/1 with it.
/// let x = dmatrix![0.0; 0.0; 0.0; 0.0; 0.0; 0.0; 1.0; 1.0; 1.0; 1.0; 1.0];
/// let classes = [0, 0, 1, 2, 2, 2, 0, 1, 1, 2, 2];
/// let fit = Multinomial::default().fit(&Design::new(&x)?, &classes)?;
/// let [one, two] = fit.equations() else { unreachable!() };
/// assert!((one.coefficients[1].ratio() - 2.0 / 0.5).abs() < 1e-9);
/// assert!((two.coefficients[1].ratio() - 2.0 / 1.5).abs() < 1e-9);
/// # Ok(())
/// # }
/// ```
///
/// Source: A. Agresti, *Categorical Data Analysis*, 3rd edition, 2013, section 8.1. statsmodels'
/// `MNLogit` takes the first class for reference, R's `nnet::multinom` too; both report estimates on
/// separated data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Multinomial {
    /// Whether there are constants.
    pub intercept: Intercept,
    /// The class that the others are compared with.
    pub reference: usize,
    /// Stop at a squared Newton decrement gᵀH⁻¹g of this; the step that it promises is still taken.
    pub tolerance: f64,
    /// Newton steps at most.
    pub max_iterations: usize,
}

impl Default for Multinomial {
    /// Intercepts, class 0, 10⁻¹⁴, 100 steps.
    fn default() -> Self {
        Self { intercept: Intercept::Fitted, reference: 0, tolerance: 1e-14, max_iterations: 100 }
    }
}

impl Multinomial {
    /// The estimates, for classes numbered from 0.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`], also for a reference that is no class;
    /// [`LinearError::LengthMismatch`]; [`LinearError::OffsetCancels`]; [`LinearError::OneClass`];
    /// [`LinearError::EmptyClass`]; [`LinearError::NoCoefficient`]; [`LinearError::Collinear`];
    /// [`LinearError::MoreCoefficients`];
    /// [`LinearError::ClassesSeparated`]; [`LinearError::NoMaximum`].
    pub fn fit(
        &self,
        design: &Design<'_>,
        classes: &[usize],
    ) -> Result<MultinomialFit, LinearError> {
        let search = Search { tolerance: self.tolerance, max_iterations: self.max_iterations };
        search.check()?;
        let sums = class_weights(design, classes)?;
        if self.reference >= sums.len() {
            let must = "a class that occurs";
            let value = self.reference as f64;
            return Err(LinearError::InvalidOption { name: "reference", value, must });
        }
        let columns = Columns::new(design, self.intercept)?;
        let others: Vec<usize> = (0..sums.len()).filter(|&k| k != self.reference).collect();
        let categorical = Categorical { columns: &columns, classes, others: &others };
        let start = DVector::zeros(columns.len() * others.len());
        match maximise(&categorical, start, search)? {
            Solution::Maximum(maximum) => {
                Ok(MultinomialFit::new(&columns, self.reference, &others, &maximum, &sums))
            }
            Solution::Separated(separation) => {
                Err(self.separated(&columns, sums.len(), &others, &separation))
            }
        }
    }

    fn separated(
        &self,
        columns: &Columns<'_>,
        classes: usize,
        others: &[usize],
        separation: &Separation,
    ) -> LinearError {
        let of_class = separation.direction.as_slice().chunks_exact(columns.len());
        let of_class: Vec<&[f64]> = of_class.collect();
        let features = columns.moved(&of_class);
        let mut intercepts = vec![0.0; classes];
        let mut directions = vec![vec![0.0; columns.len() - columns.first()]; classes];
        for (d, &class) in of_class.into_iter().zip(others) {
            (intercepts[class], directions[class]) = columns.split(d);
        }
        let kind = separation.kind;
        LinearError::ClassesSeparated { kind, features, intercepts, directions }
    }
}

/// The sum of each class's weights, if the classes are those of a multinomial model.
pub(crate) fn class_weights(
    design: &Design<'_>,
    classes: &[usize],
) -> Result<Vec<f64>, LinearError> {
    check_length("classes", classes.len(), design.rows())?;
    if design.offset().is_some() {
        return Err(LinearError::OffsetCancels);
    }
    let count = classes.iter().max().map_or(0, |largest| largest.saturating_add(1));
    if count > classes.len() {
        // More classes than rows: some class is empty.
        let class = (0..classes.len()).find(|class| !classes.contains(class)).unwrap_or_default();
        return Err(LinearError::EmptyClass { class, classes: count });
    }
    let mut sums = vec![0.0; count];
    for (row, &class) in classes.iter().enumerate() {
        sums[class] += design.weights().map_or(1.0, |weights| weights.values()[row]);
    }
    if sums.iter().filter(|&&sum| sum > 0.0).count() < 2 {
        return Err(LinearError::OneClass);
    }
    match sums.iter().position(|&sum| sum == 0.0) {
        Some(class) => Err(LinearError::EmptyClass { class, classes: count }),
        None => Ok(sums),
    }
}
