//! The penalty λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²), and the same in the units of other systems.

use serde::{Deserialize, Serialize};

use crate::LinearError;
use crate::design::check_length;

/// The elastic-net penalty Σⱼ fⱼ·λ(ρ|wⱼ| + ½(1−ρ)wⱼ²), which is added to a mean loss.
///
/// The penalised models minimise, with row weights vᵢ that sum to 1 (1/m each without weights),
///
/// - linear: ½ Σ vᵢ(yᵢ − b − xᵢᵀw)² + penalty, which is RSS/2m + penalty,
/// - logistic and multinomial: Σ vᵢ(−log pᵢ(yᵢ)) + penalty, the mean negative log-likelihood.
///
/// The intercept b is never penalised. ρ = 1 is the lasso, ρ = 0 ridge.
///
/// This is the objective of scikit-learn's `ElasticNet` and of glmnet, but for the quadratic part of
/// glmnet's Gaussian family; scikit-learn's `Ridge` and `LogisticRegression` and most textbooks scale
/// it otherwise. [`from_sklearn_ridge`](Self::from_sklearn_ridge),
/// [`from_sklearn_c`](Self::from_sklearn_c), [`from_glmnet`](Self::from_glmnet) and
/// [`from_sum_form`](Self::from_sum_form) take their numbers.
///
/// ```
/// use gradus_linear::Penalty;
///
/// let penalty = Penalty::elastic_net(0.5, 0.8);
/// assert_eq!(penalty.value(&[3.0, -1.0]), 0.5 * (0.8 * 4.0 + 0.1 * 10.0));
/// // A feature of factor 0 goes free, one of factor 2 pays double.
/// let adaptive = Penalty::lasso(0.5).with_factors([0.0, 2.0]);
/// assert_eq!(adaptive.value(&[3.0, -1.0]), 1.0);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Penalty {
    /// λ ≥ 0.
    pub lambda: f64,
    /// ρ from 0 (ridge) to 1 (lasso).
    pub l1_ratio: f64,
    /// fⱼ ≥ 0 for each feature: 0 for one that is not penalised, ∞ for one that is left out; empty
    /// for 1 everywhere. They are used as they are, where glmnet scales them to a sum of p.
    #[serde(with = "crate::infinite::list")]
    pub factors: Vec<f64>,
}

/// The family of a glmnet fit, on which the meaning of its λ hangs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GlmnetFamily {
    /// `gaussian`: glmnet divides y by its standard deviation (with divisor m, weighted with
    /// weights) and penalises the coefficients of what comes out, so its quadratic part is divided
    /// by it.
    Gaussian {
        /// The standard deviation of the outcome with divisor m.
        y_sd: f64,
    },
    /// `binomial` and `multinomial`.
    Classification,
}

impl Penalty {
    /// λ‖w‖₁.
    pub fn lasso(lambda: f64) -> Self {
        Self::elastic_net(lambda, 1.0)
    }

    /// ½λ‖w‖².
    pub fn ridge(lambda: f64) -> Self {
        Self::elastic_net(lambda, 0.0)
    }

    /// λ(ρ‖w‖₁ + ½(1−ρ)‖w‖²).
    pub fn elastic_net(lambda: f64, l1_ratio: f64) -> Self {
        Self { lambda, l1_ratio, factors: Vec::new() }
    }

    /// The same with a factor for each feature.
    pub fn with_factors(mut self, factors: impl IntoIterator<Item = f64>) -> Self {
        self.factors = factors.into_iter().collect();
        self
    }

    /// The penalty of scikit-learn's `Ridge(alpha)` fitted to m rows, whose objective is
    /// RSS + α‖w‖²: λ = α/m, ρ = 0. With sample weights m is their sum.
    pub fn from_sklearn_ridge(alpha: f64, m: f64) -> Self {
        Self::ridge(alpha / m)
    }

    /// The penalty of scikit-learn's `LogisticRegression(C, l1_ratio)` fitted to m rows, whose
    /// objective is C·Σloss + ½(1−ρ)‖w‖² + ρ‖w‖₁: λ = 1/(C·m). With sample weights m is their sum.
    pub fn from_sklearn_c(c: f64, l1_ratio: f64, m: f64) -> Self {
        Self::elastic_net(1.0 / (c * m), l1_ratio)
    }

    /// The penalty of glmnet's `lambda` and `alpha`: the same numbers, but in its Gaussian family
    /// λα‖w‖₁ + ½λ(1−α)/s·‖w‖², where s is the standard deviation of the outcome.
    pub fn from_glmnet(lambda: f64, alpha: f64, family: GlmnetFamily) -> Self {
        let y_sd = match family {
            GlmnetFamily::Gaussian { y_sd } => y_sd,
            GlmnetFamily::Classification => 1.0,
        };
        Self::of_parts(lambda * alpha, lambda * (1.0 - alpha) / y_sd)
    }

    /// The penalty of a textbook's cost over m rows, (l1/m)Σ|w| + (l2/2m)Σw², next to RSS/2m or
    /// to the mean negative log-likelihood.
    pub fn from_sum_form(l1: f64, l2: f64, m: f64) -> Self {
        Self::of_parts(l1 / m, l2 / m)
    }

    /// a‖w‖₁ + ½b‖w‖².
    fn of_parts(a: f64, b: f64) -> Self {
        let lambda = a + b;
        Self::elastic_net(lambda, if lambda > 0.0 { a / lambda } else { 1.0 })
    }

    /// The value of the penalty at w. Where `factors` is shorter than w, a missing factor is 1.
    pub fn value(&self, w: &[f64]) -> f64 {
        // Not ∞·0 for a feature that is left out.
        let used = w.iter().enumerate().filter(|(_, w)| **w != 0.0);
        used.map(|(j, &w)| self.factor(j) * self.of_one(w)).sum()
    }

    fn of_one(&self, w: f64) -> f64 {
        self.lambda * (self.l1_ratio * w.abs() + 0.5 * (1.0 - self.l1_ratio) * w * w)
    }

    /// fⱼ.
    pub(crate) fn factor(&self, feature: usize) -> f64 {
        self.factors.get(feature).copied().unwrap_or(1.0)
    }

    /// Fails unless λ, ρ and the factors are in range and fit `features` columns.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`]; [`LinearError::LengthMismatch`] with another number of
    /// factors.
    pub fn check(&self, features: usize) -> Result<(), LinearError> {
        check_lambda(self.lambda)?;
        let refuse = |name, value, must| Err(LinearError::InvalidOption { name, value, must });
        if !(0.0..=1.0).contains(&self.l1_ratio) {
            return refuse("l1_ratio", self.l1_ratio, "from 0 (ridge) to 1 (lasso)");
        }
        if !self.factors.is_empty() {
            check_length("penalty factors", self.factors.len(), features)?;
        }
        match self.factors.iter().find(|factor| factor.is_nan() || **factor < 0.0) {
            Some(&factor) => refuse("a penalty factor", factor, "not negative (∞ leaves it out)"),
            None => Ok(()),
        }
    }
}

/// Fails unless λ is finite and not negative.
pub(crate) fn check_lambda(lambda: f64) -> Result<(), LinearError> {
    if lambda.is_finite() && lambda >= 0.0 {
        Ok(())
    } else {
        let must = "finite and not negative";
        Err(LinearError::InvalidOption { name: "lambda", value: lambda, must })
    }
}

/// Each system's solution of its own objective is a stationary point of ours under the converted
/// penalty. The solutions are those of `tests/data/penalties.py`; glmnet's are from glmnet 4.1.6 in
/// R 4.2.2, fitted with thresh = 1e-22 to the same standardised columns.
#[cfg(test)]
mod tests {
    use super::*;

    const M: f64 = 21.0;
    const Y: [f64; 21] = [
        42.0, 37.0, 37.0, 28.0, 18.0, 18.0, 19.0, 20.0, 15.0, 14.0, 14.0, 13.0, 11.0, 12.0, 8.0,
        7.0, 8.0, 8.0, 9.0, 15.0, 15.0,
    ];

    /// Brownlee's stack loss data, as shipped by R (`stackloss`), each column standardised.
    fn columns() -> [Vec<f64>; 3] {
        let raw: [[u8; 21]; 3] = [
            [80, 80, 75, 62, 62, 62, 62, 62, 58, 58, 58, 58, 58, 58, 50, 50, 50, 50, 50, 56, 70],
            [27, 27, 25, 24, 22, 23, 24, 24, 23, 18, 18, 17, 18, 19, 18, 18, 19, 19, 20, 20, 20],
            [89, 88, 90, 87, 87, 87, 93, 93, 87, 80, 89, 88, 82, 93, 89, 86, 72, 79, 80, 82, 91],
        ];
        raw.map(|column| {
            let column = column.map(f64::from);
            let mean = column.iter().sum::<f64>() / M;
            let sd = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / M).sqrt();
            column.iter().map(|x| (x - mean) / sd).collect()
        })
    }

    #[derive(Clone, Copy)]
    enum Loss {
        Squared,
        /// Of y > 14.
        Logistic,
    }

    /// How far w is from stationary: the largest distance of a gradient from the subdifferential
    /// of the penalty, over λ, and the mean residual.
    fn violation(penalty: &Penalty, loss: Loss, w: [f64; 3], b: f64) -> f64 {
        let columns = columns();
        let residuals: Vec<f64> = (0..21)
            .map(|i| {
                let eta = b + (0..3).map(|j| columns[j][i] * w[j]).sum::<f64>();
                match loss {
                    Loss::Squared => Y[i] - eta,
                    Loss::Logistic => f64::from(u8::from(Y[i] > 14.0)) - 1.0 / (1.0 + (-eta).exp()),
                }
            })
            .collect();
        let (l1, l2) =
            (penalty.lambda * penalty.l1_ratio, penalty.lambda * (1.0 - penalty.l1_ratio));
        let mut worst = (residuals.iter().sum::<f64>() / M).abs();
        for j in 0..3 {
            let dot: f64 = columns[j].iter().zip(&residuals).map(|(x, r)| x * r).sum();
            let gradient = dot / M - l2 * w[j];
            worst = worst.max(match w[j] {
                0.0 => gradient.abs() - l1,
                w => (gradient - l1 * w.signum()).abs(),
            });
        }
        worst / penalty.lambda
    }

    #[test]
    fn solutions_of_other_systems_are_stationary() {
        use Loss::{Logistic, Squared};
        let mean = 17.523809523809526;
        let y_sd = (Y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / M).sqrt();
        let gaussian = GlmnetFamily::Gaussian { y_sd };
        let logistic_l2 = [0.7410141441073459, 1.202151794376678, 0.2750425050099405];
        for (name, penalty, loss, w, b, tolerance) in [
            (
                "scikit-learn Ridge(7)",
                Penalty::from_sklearn_ridge(7.0, M),
                Squared,
                [4.562828060393632, 3.797986685623622, 0.15154062020835657],
                mean,
                1e-13,
            ),
            (
                "scikit-learn ElasticNet(0.8, 0.3)",
                Penalty::elastic_net(0.8, 0.3),
                Squared,
                [3.908607318643545, 3.385807319714203, 0.2887148805682426],
                mean,
                1e-12,
            ),
            (
                "scikit-learn LogisticRegression(0.5, 0)",
                Penalty::from_sklearn_c(0.5, 0.0, M),
                Logistic,
                logistic_l2,
                0.3735318340034251,
                1e-9,
            ),
            (
                "scikit-learn LogisticRegression(0.5, 1)",
                Penalty::from_sklearn_c(0.5, 1.0, M),
                Logistic,
                [0.3062987478063811, 1.769708192945603, 0.0],
                0.3971162258391368,
                1e-9,
            ),
            (
                "scikit-learn LogisticRegression(2, 0.4)",
                Penalty::from_sklearn_c(2.0, 0.4, M),
                Logistic,
                [1.3947243278074555, 2.395038713474577, 0.0],
                0.9654358055088162,
                1e-9,
            ),
            (
                "glmnet gaussian 0.1, 0.5",
                Penalty::from_glmnet(0.1, 0.5, gaussian),
                Squared,
                [6.271208552584057, 3.979377650626406, -0.6699186710094965],
                mean,
                1e-9,
            ),
            (
                "glmnet gaussian 2, 0",
                Penalty::from_glmnet(2.0, 0.0, gaussian),
                Squared,
                [5.047440844087672, 3.9787969842257422, -0.09239209920039938],
                mean,
                1e-9,
            ),
            (
                "normal equations of the textbook's ridge",
                Penalty::from_sum_form(0.0, 5.0, M),
                Squared,
                [4.895970749589381, 3.9319287432967363, -0.013672638137922006],
                mean,
                1e-13,
            ),
            (
                "BFGS on the textbook's logistic cost",
                Penalty::from_sum_form(0.0, 2.0, M),
                Logistic,
                [0.7410141440440839, 1.2021517943643547, 0.27504250501037597],
                0.37353183395107403,
                1e-8,
            ),
        ] {
            let found = violation(&penalty, loss, w, b);
            assert!(found < tolerance, "{name}: {found}");
            // And of no other penalty.
            let wrong = Penalty { lambda: penalty.lambda * 1.01, ..penalty };
            assert!(violation(&wrong, loss, w, b) > 1e-4, "{name}");
        }
    }

    #[test]
    fn classification_in_glmnet_is_ours() {
        let same = Penalty::from_glmnet(0.3, 0.4, GlmnetFamily::Classification);
        assert!((same.lambda - 0.3).abs() < 1e-15 && (same.l1_ratio - 0.4).abs() < 1e-15);
        assert_eq!(Penalty::from_sum_form(0.0, 0.0, 9.0), Penalty::lasso(0.0));
    }

    #[test]
    fn what_is_out_of_range_is_refused() {
        assert!(Penalty::lasso(0.0).check(3).is_ok());
        for bad in [
            Penalty::lasso(-1.0),
            Penalty::lasso(f64::NAN),
            Penalty::ridge(f64::INFINITY),
            Penalty::elastic_net(1.0, 1.5),
            Penalty::elastic_net(1.0, f64::NAN),
            Penalty::lasso(1.0).with_factors([1.0, 1.0]),
            Penalty::lasso(1.0).with_factors([1.0, -1.0, 1.0]),
            Penalty::lasso(1.0).with_factors([1.0, f64::NEG_INFINITY, 1.0]),
            Penalty::lasso(1.0).with_factors([1.0, f64::NAN, 1.0]),
        ] {
            assert!(bad.check(3).is_err(), "{bad:?}");
        }
    }
}
