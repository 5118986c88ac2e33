//! What multinomial regression found.

use gradus_linalg::{MatMut, MatRef, softmax_rows};
use gradus_stats::StatsError;
use nalgebra::DMatrix;

use crate::design::check_length;
use crate::likelihood::{Columns, Figures, Maximum, estimates};
use crate::{LinearError, WaldEstimate};

/// The log-odds of one class against the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct MultinomialEquation {
    /// The class.
    pub class: usize,
    /// Its coefficients, the intercept first if there is one.
    pub coefficients: Vec<WaldEstimate>,
}

/// A multinomial regression at the maximum of its likelihood. It prints as a table.
#[derive(Debug, Clone, PartialEq)]
pub struct MultinomialFit {
    equations: Vec<MultinomialEquation>,
    reference: usize,
    intercept: bool,
    covariance: DMatrix<f64>,
    probabilities: DMatrix<f64>,
    features: usize,
    n: f64,
    /// The log-likelihood at the estimates.
    pub log_likelihood: f64,
    /// The log-likelihood without features.
    pub null_log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: usize,
}

impl MultinomialFit {
    pub(super) fn new(
        columns: &Columns<'_>,
        reference: usize,
        others: &[usize],
        maximum: &Maximum<Vec<f64>>,
        class_weights: &[f64],
    ) -> Self {
        let q = columns.len();
        let covariance = columns.restore_covariance(&maximum.covariance);
        let variances = covariance.diagonal();
        let equation = |(k, &class): (usize, &usize)| {
            let part = k * q..(k + 1) * q;
            let restored = columns.restore(&maximum.gamma.as_slice()[part.clone()]);
            let variances = &variances.as_slice()[part];
            let coefficients = estimates(columns.terms(), restored.as_slice(), variances);
            MultinomialEquation { class, coefficients }
        };
        let equations = others.iter().enumerate().map(equation).collect();
        let classes = others.len() + 1;
        let rows = maximum.means.len() / classes;
        let place = |class: usize| others.binary_search(&class).unwrap_or(classes - 1);
        let p = &maximum.means;
        let probabilities =
            DMatrix::from_fn(rows, classes, |i, class| p[i * classes + place(class)]);
        let total: f64 = class_weights.iter().sum();
        let of_class = |w: &f64| match columns.first() {
            1 => w * (w / total).ln(),
            _ => -w * (classes as f64).ln(),
        };
        Self {
            equations,
            reference,
            intercept: columns.first() == 1,
            covariance,
            probabilities,
            features: q - columns.first(),
            n: columns.observations,
            log_likelihood: maximum.log_likelihood,
            null_log_likelihood: class_weights.iter().map(of_class).sum(),
            iterations: maximum.iterations,
        }
    }

    /// One equation for each class but the reference, in the order of classes.
    pub fn equations(&self) -> &[MultinomialEquation] {
        &self.equations
    }

    /// The class that the others are compared with.
    pub fn reference(&self) -> usize {
        self.reference
    }

    /// The number K of classes.
    pub fn classes(&self) -> usize {
        self.equations.len() + 1
    }

    /// The covariance of all coefficients: equation by equation, in each as its table.
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.covariance
    }

    /// P(y = k) of the rows that were fitted to, m×K.
    pub fn probabilities(&self) -> &DMatrix<f64> {
        &self.probabilities
    }

    /// P(y = k) for the rows of X, each row a row of the result.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] unless X has a column for each feature.
    pub fn predict(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, LinearError> {
        check_length("columns", x.ncols(), self.features)?;
        let mut eta = DMatrix::zeros(x.nrows(), self.classes());
        for equation in &self.equations {
            let w: Vec<f64> = equation.coefficients.iter().map(|c| c.estimate).collect();
            let (constant, slopes) = w.split_at(usize::from(self.intercept));
            for i in 0..x.nrows() {
                let sum: f64 = slopes.iter().enumerate().map(|(j, w)| w * x[(i, j)]).sum();
                eta[(i, equation.class)] = sum + constant.first().unwrap_or(&0.0);
            }
        }
        let mut p = DMatrix::zeros(x.nrows(), self.classes());
        softmax_rows(MatRef::from(&eta), MatMut::from(&mut p));
        Ok(p)
    }

    /// The number of observations: Σw under frequency weights, else rows that count.
    pub fn observations(&self) -> f64 {
        self.n
    }

    fn figures(&self) -> Figures {
        Figures {
            log_likelihood: self.log_likelihood,
            null_log_likelihood: self.null_log_likelihood,
            estimates: self.covariance.nrows(),
            tested: self.likelihood_ratio_df(),
            observations: self.n,
        }
    }

    /// −2ℓ.
    pub fn deviance(&self) -> f64 {
        self.figures().deviance()
    }

    /// −2ℓ without features.
    pub fn null_deviance(&self) -> f64 {
        self.figures().null_deviance()
    }

    /// −2ℓ + 2k.
    pub fn aic(&self) -> f64 {
        self.figures().aic()
    }

    /// −2ℓ + k ln n.
    pub fn bic(&self) -> f64 {
        self.figures().bic()
    }

    /// The likelihood-ratio χ² against the model without features.
    pub fn likelihood_ratio(&self) -> f64 {
        self.figures().ratio()
    }

    /// The degrees of freedom of the likelihood-ratio test: features times equations.
    pub fn likelihood_ratio_df(&self) -> usize {
        self.features * self.equations.len()
    }

    /// P(χ² > likelihood ratio).
    ///
    /// # Errors
    /// [`StatsError::InvalidParameter`] without features.
    pub fn likelihood_ratio_p(&self) -> Result<f64, StatsError> {
        self.figures().ratio_p()
    }

    /// McFadden's pseudo-R², 1 − ℓ/ℓ₀.
    pub fn r2_mcfadden(&self) -> f64 {
        self.figures().mcfadden()
    }

    /// Cox's and Snell's pseudo-R², 1 − e^(2(ℓ₀−ℓ)/n).
    pub fn r2_cox_snell(&self) -> f64 {
        self.figures().cox_snell()
    }

    /// Nagelkerke's pseudo-R²: Cox's and Snell's over the largest that it can be.
    pub fn r2_nagelkerke(&self) -> f64 {
        self.figures().nagelkerke()
    }
}

impl std::fmt::Display for MultinomialFit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "Multinomial regression: {} observations, {} iterations",
            self.n, self.iterations
        )?;
        self.figures().write_ratio(f)?;
        for equation in &self.equations {
            writeln!(f, "class {} against {}:", equation.class, self.reference)?;
            crate::likelihood::write_table(f, "odds ratio", &equation.coefficients)?;
        }
        self.figures().write_criteria(f)
    }
}
