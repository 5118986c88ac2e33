//! Maximum-likelihood fits of degrees of freedom and shapes.

use serde::Serialize;

use crate::error::check_values;
use crate::special::{digamma, trigamma};
use crate::sum::sum;
use crate::{Beta, ChiSquared, Continuous, Estimate, FisherF, StatsError, StudentT};

/// A parameter beyond it is told from its limit by no data.
const LARGEST: f64 = 1e6;
/// Steps at most.
const MAX_STEPS: usize = 500;

/// A distribution with unknown degrees of freedom, fitted by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FreedomFit<D> {
    /// The distribution of greatest likelihood.
    pub distribution: D,
    /// The degrees of freedom, with the standard error from the Fisher information at the estimate.
    pub df: Estimate,
    /// The log-likelihood at the estimate.
    pub log_likelihood: f64,
}

/// A distribution with two unknown shapes, fitted by maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ShapesFit<D> {
    /// The distribution of greatest likelihood.
    pub distribution: D,
    /// The first parameter: α, or the degrees of freedom of the numerator.
    pub first: Estimate,
    /// The second: β, or the degrees of freedom of the denominator.
    pub second: Estimate,
    /// The covariance of the two estimates.
    pub covariance: f64,
    /// The log-likelihood at the estimates.
    pub log_likelihood: f64,
}

impl ChiSquared {
    /// The χ² distribution of greatest likelihood: ψ(k/2) = mean of ln(x/2).
    ///
    /// The standard error is 2/√(n·ψ′(k/2)).
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without values; [`StatsError::NotFinite`];
    /// [`StatsError::OutOfSupport`] unless all are above 0.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::ChiSquared;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = ChiSquared::fit(&[1.2, 3.4, 0.7, 5.1, 2.8])?;
    /// assert!(fit.df.value > 2.0 && fit.df.value < 4.0 && fit.df.standard_error < 1.5);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(values: &[f64]) -> Result<FreedomFit<Self>, StatsError> {
        const OF: &str = "chi-squared fit";
        check_support(OF, values, 1, f64::MAX, "above 0")?;
        let n = values.len() as f64;
        let target = sum(values.iter().map(|x| (0.5 * x).ln())) / n;
        // ψ rises from −∞ and is concave: from below, Newton's steps never go too far.
        let mut half = if target > -2.2 { target.exp() } else { -1.0 / target };
        for _ in 0..MAX_STEPS {
            let step = (target - digamma(half)) / trigamma(half);
            half = (half + step).max(0.1 * half);
            if step.abs() <= 1e-15 * half {
                break;
            }
        }
        let distribution = Self::new(2.0 * half)?;
        Ok(FreedomFit {
            distribution,
            df: Estimate { value: 2.0 * half, standard_error: 2.0 / (n * trigamma(half)).sqrt() },
            log_likelihood: distribution.log_likelihood(values),
        })
    }
}

impl StudentT {
    /// The t distribution of greatest likelihood, of mean 0 and scale 1.
    ///
    /// Values with another mean or scale are standardised first, by what is known of them: this fits the
    /// weight of the tails alone.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] without values; [`StatsError::NotFinite`]; [`StatsError::NoMaximum`] where
    /// the tails are no heavier than the normal distribution's: the likelihood then rises with ν for ever.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::{StatsError, StudentT};
    ///
    /// # fn main() -> Result<(), StatsError> {
    /// let fit = StudentT::fit(&[0.3, -0.8, 12.0, 0.1, -1.5, 0.6, -7.0])?;
    /// assert!(fit.df.value < 2.0);
    /// let light = StudentT::fit(&[0.9, -1.1, 1.0, -0.8]);
    /// assert!(matches!(light, Err(StatsError::NoMaximum { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(values: &[f64]) -> Result<FreedomFit<Self>, StatsError> {
        const OF: &str = "Student t fit";
        check_values(OF, values, 1)?;
        let n = values.len() as f64;
        // 2∂ℓ/∂ν.
        let score = |df: f64| {
            let of_one = |x: &f64| {
                let ratio = x / df.sqrt();
                let square = ratio * ratio;
                let share = if square.is_finite() { square / (1.0 + square) } else { 1.0 };
                let log = if ratio.abs() > 1e9 { 2.0 * ratio.abs().ln() } else { square.ln_1p() };
                (1.0 + 1.0 / df) * share - log
            };
            n * growth(df) + sum(values.iter().map(of_one))
        };
        if score(LARGEST) >= 0.0 {
            return Err(StatsError::NoMaximum {
                of: OF,
                advice: "the tails are no heavier than the normal distribution's; fit that",
            });
        }
        // Near 0 the score is positive. Halvings of ln ν, down to the last bits.
        let (mut low, mut high) = ((1e-12_f64).ln(), LARGEST.ln());
        for _ in 0..100 {
            let middle = 0.5 * (low + high);
            if score(middle.exp()) > 0.0 { low = middle } else { high = middle }
        }
        let df = (0.5 * (low + high)).exp();
        let distribution = Self::new(df)?;
        Ok(FreedomFit {
            distribution,
            df: Estimate { value: df, standard_error: (n * information(df)).sqrt().recip() },
            log_likelihood: distribution.log_likelihood(values),
        })
    }
}

/// ψ((ν+1)/2) − ψ(ν/2) − 1/ν.
fn growth(df: f64) -> f64 {
    let half = 0.5 * df;
    if df < 100.0 {
        return digamma(half + 0.5) - digamma(half) - 1.0 / df;
    }
    // Far out the difference of the two is lost to rounding, and its series is not.
    let s = 1.0 / (half * half);
    s * (1.0 / 8.0 - s * (1.0 / 64.0 - s * (1.0 / 128.0 - s * 17.0 / 2048.0)))
}

/// The Fisher information of one value about ν.
fn information(df: f64) -> f64 {
    if df < 300.0 {
        let half = 0.5 * df;
        return 0.25 * (trigamma(half) - trigamma(half + 0.5))
            - 0.5 * (df + 5.0) / (df * (df + 1.0) * (df + 3.0));
    }
    let t = 1.0 / df;
    t.powi(4) * (3.5 - t * (13.0 - t * (39.5 - t * (119.0 - t * 363.5))))
}

impl FisherF {
    /// The F distribution of greatest likelihood.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] below two values; [`StatsError::NotFinite`];
    /// [`StatsError::OutOfSupport`] unless all are above 0; [`StatsError::NoMaximum`] where the likelihood
    /// rises with a number of degrees of freedom for ever, as it does for values that hardly vary.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::FisherF;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = FisherF::fit(&[0.2, 0.7, 1.1, 0.4, 2.9, 1.6, 0.9, 6.0])?;
    /// assert!(fit.first.value > 1.0 && fit.second.value > 1.0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(values: &[f64]) -> Result<ShapesFit<Self>, StatsError> {
        const OF: &str = "F fit";
        check_support(OF, values, 2, f64::MAX, "above 0")?;
        let n = values.len() as f64;
        let at = |[a, b]: [f64; 2]| {
            let total = a + b;
            // 1 − u = b/(b + ax), u = ax/(b + ax).
            let parts = |x: &f64| {
                let odds = a / b * x;
                (odds / (1.0 + odds), 1.0 / (1.0 + odds))
            };
            let logs = [
                sum(values.iter().map(|x| parts(x).0.ln())),
                sum(values.iter().map(|x| parts(x).1.ln())),
            ];
            let shares =
                [sum(values.iter().map(|x| parts(x).0)), sum(values.iter().map(|x| parts(x).1))];
            let of_both = digamma(0.5 * total);
            let score = |k: usize, own: f64| {
                0.5 * (logs[k]
                    + n * (1.0 - total / own * shares[k] / n)
                    + n * (of_both - digamma(0.5 * own)))
            };
            let both = 0.25 * trigamma(0.5 * total);
            let own = |own: f64| {
                0.25 * trigamma(0.5 * own) - both - 0.5 / own + 1.0 / total
                    - 0.5 * (own + 2.0) / (own * (total + 2.0))
            };
            Information {
                score: [score(0, a), score(1, b)],
                own: [n * own(a), n * own(b)],
                shared: n * (1.0 / total - 0.5 / (total + 2.0) - both),
            }
        };
        let law = |[a, b]: [f64; 2]| Self::new(a, b);
        fit_shapes(OF, values, [4.0, 4.0], law, at)
    }
}

impl Beta {
    /// The beta distribution of greatest likelihood.
    ///
    /// # Errors
    ///
    /// [`StatsError::TooFew`] below two values; [`StatsError::NotFinite`];
    /// [`StatsError::OutOfSupport`] unless all are above 0 and below 1; [`StatsError::NoMaximum`] where
    /// the likelihood rises with the shapes for ever, as it does for values that hardly vary.
    ///
    /// # Examples
    ///
    /// ```
    /// use gradus_stats::Beta;
    ///
    /// # fn main() -> Result<(), gradus_stats::StatsError> {
    /// let fit = Beta::fit(&[0.2, 0.35, 0.3, 0.5, 0.25])?;
    /// assert!((fit.distribution.alpha() / fit.distribution.beta() - 0.32 / 0.68).abs() < 0.02);
    /// # Ok(())
    /// # }
    /// ```
    pub fn fit(values: &[f64]) -> Result<ShapesFit<Self>, StatsError> {
        const OF: &str = "beta fit";
        check_support(OF, values, 2, 1.0, "above 0 and below 1")?;
        let n = values.len() as f64;
        let logs =
            [sum(values.iter().map(|x| x.ln())) / n, sum(values.iter().map(|x| (-x).ln_1p())) / n];
        let at = |[a, b]: [f64; 2]| {
            let (both, shared) = (digamma(a + b), trigamma(a + b));
            Information {
                score: [n * (logs[0] - digamma(a) + both), n * (logs[1] - digamma(b) + both)],
                own: [n * (trigamma(a) - shared), n * (trigamma(b) - shared)],
                shared: -n * shared,
            }
        };
        fit_shapes(OF, values, [1.0, 1.0], |[a, b]| Self::new(a, b), at)
    }
}

/// The score of two parameters and its variance, the Fisher information.
struct Information {
    score: [f64; 2],
    own: [f64; 2],
    shared: f64,
}

impl Information {
    fn determinant(&self) -> f64 {
        self.own[0] * self.own[1] - self.shared * self.shared
    }

    /// The step of Fisher's scoring.
    fn step(&self) -> [f64; 2] {
        let ([g, h], [a, b]) = (self.score, self.own);
        let d = self.determinant();
        [(b * g - self.shared * h) / d, (a * h - self.shared * g) / d]
    }
}

/// Fisher's scoring with steps that keep both parameters positive and the likelihood rising.
fn fit_shapes<D: Continuous>(
    of: &'static str,
    values: &[f64],
    start: [f64; 2],
    law: impl Fn([f64; 2]) -> Result<D, StatsError>,
    at: impl Fn([f64; 2]) -> Information,
) -> Result<ShapesFit<D>, StatsError> {
    let refused = || StatsError::NoMaximum {
        of,
        advice: "the likelihood rises with a parameter for ever; take a simpler distribution",
    };
    let mut shapes = start;
    let mut likelihood = law(shapes)?.log_likelihood(values);
    for _ in 0..MAX_STEPS {
        let information = at(shapes);
        let step = information.step();
        let decrement: f64 = step.iter().zip(information.score).map(|(s, g)| s * g).sum();
        if !decrement.is_finite() || shapes.iter().any(|shape| *shape > LARGEST) {
            return Err(refused());
        }
        // On a logarithmic scale, so that parameters stay positive; no further than e² at once.
        let mut share = 1.0;
        let relative = [step[0] / shapes[0], step[1] / shapes[1]];
        let longest = relative[0].abs().max(relative[1].abs());
        if longest > 2.0 {
            share = 2.0 / longest;
        }
        let before = shapes;
        loop {
            let next = [0, 1].map(|k| before[k] * (share * relative[k]).exp().clamp(1e-3, 1e3));
            let there = law(next)?.log_likelihood(values);
            // Near the maximum all changes are rounding.
            if decrement < 1e-8 || there >= likelihood || share < 1e-9 {
                (shapes, likelihood) = (next, there);
                break;
            }
            share *= 0.5;
        }
        if decrement < 1e-24 || shapes == before {
            let information = at(shapes);
            let determinant = information.determinant();
            let error = |k: usize| (information.own[1 - k] / determinant).sqrt();
            return Ok(ShapesFit {
                distribution: law(shapes)?,
                first: Estimate { value: shapes[0], standard_error: error(0) },
                second: Estimate { value: shapes[1], standard_error: error(1) },
                covariance: -information.shared / determinant,
                log_likelihood: likelihood,
            });
        }
    }
    Err(refused())
}

/// Checks that values are finite, at least `needed` in number, above 0 and below `end`.
fn check_support(
    of: &'static str,
    values: &[f64],
    needed: usize,
    end: f64,
    must: &'static str,
) -> Result<(), StatsError> {
    check_values(of, values, needed)?;
    match values.iter().position(|&value| value <= 0.0 || value >= end) {
        Some(index) => Err(StatsError::OutOfSupport { of, index, value: values[index], must }),
        None => Ok(()),
    }
}
