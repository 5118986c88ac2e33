//! Probability, distributions with accurate tails, descriptive statistics and tests.
//!
//! Slices and numbers in, numbers out: the crate knows no matrix. What data can cause is a
//! [`StatsError`].
//!
//! - Probability: [`odds`], [`logit`], [`expit`]; Bayes' theorem over hypotheses, [`Beliefs`];
//!   conditional probability, [`JointTable`]; predictive values, [`DiagnosticTest`]; an unknown
//!   rate, [`RatePosterior`].
//! - Distributions: [`Normal`], [`StudentT`], [`ChiSquared`], [`FisherF`], [`Beta`] ([`Continuous`]);
//!   [`Binomial`], [`Bernoulli`] ([`Discrete`]). Maximum-likelihood fits with standard errors:
//!   [`Normal::fit`], [`Binomial::fit`], [`Bernoulli::fit`], [`StudentT::fit`], [`ChiSquared::fit`],
//!   [`FisherF::fit`], [`Beta::fit`].
//! - Description: [`Moments`], [`WeightedMoments`], [`quantiles`], [`median`], [`covariance`],
//!   [`correlation`], [`standard_error`].
//! - Intervals: [`mean_interval`], [`proportion_interval`].
//! - Information: [`aic`], [`aicc`], [`bic`], [`gaussian_log_likelihood`].
//! - Tests: [`welch_t_test`], [`paired_t_test`], [`chi_squared_independence`],
//!   [`kolmogorov_smirnov`], [`mcnemar`].
//!
//! ```
//! use gradus_stats::{Continuous, StudentT};
//!
//! # fn main() -> Result<(), gradus_stats::StatsError> {
//! // The two-sided p-value of t = 40 with 30 degrees of freedom: 1 − cdf would say 0.
//! let t = StudentT::new(30.0)?;
//! let p = 2.0 * t.sf(40.0);
//! assert!(p > 0.0 && 1.0 - t.cdf(40.0) == 0.0);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod bayes;
mod bernoulli;
mod beta;
mod binomial;
mod chi_squared;
mod covariance;
mod diagnostic_test;
mod distribution;
mod error;
mod fisher_f;
mod fit;
mod fit_shape;
mod independence;
mod information;
mod interval;
mod joint;
mod kolmogorov_smirnov;
mod mcnemar;
mod moments;
mod normal;
mod odds;
mod quantile;
mod rate;
mod special;
mod student_t;
mod sum;
mod t_test;
mod weighted_moments;

pub use bayes::Beliefs;
pub use bernoulli::Bernoulli;
pub use beta::Beta;
pub use binomial::Binomial;
pub use chi_squared::ChiSquared;
pub use covariance::{correlation, covariance};
pub use diagnostic_test::DiagnosticTest;
pub use distribution::{Continuous, Discrete};
pub use error::StatsError;
pub use fisher_f::FisherF;
pub use fit::{Estimate, NormalFit, ProportionFit, standard_error};
pub use fit_shape::{FreedomFit, ShapesFit};
pub use independence::{Continuity, IndependenceTest, chi_squared_independence};
pub use information::{aic, aicc, bic, gaussian_log_likelihood};
pub use interval::{Interval, ProportionMethod, mean_interval, proportion_interval};
pub use joint::JointTable;
pub use kolmogorov_smirnov::{KsMethod, KsTest, kolmogorov_smirnov};
pub use mcnemar::{McNemarMethod, McNemarTest, mcnemar};
pub use moments::Moments;
pub use normal::Normal;
pub use odds::{expit, logit, odds, probability_from_odds};
pub use quantile::{median, quantile, quantiles};
pub use rate::RatePosterior;
pub use student_t::StudentT;
pub use t_test::{Alternative, TTest, paired_t_test, welch_t_test};
pub use weighted_moments::WeightedMoments;
