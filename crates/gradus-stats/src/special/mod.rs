//! Special functions, to nearly full precision in both tails and for any finite parameters.

mod deviance;
mod incomplete_beta;
mod incomplete_gamma;
mod normal_tail;
mod polygamma;
mod quadrature;
mod root;
mod tail;

pub(crate) use deviance::{log_gamma, stirling_error};
pub(crate) use incomplete_beta::{beta_tails, log_beta_kernel};
pub(crate) use incomplete_gamma::{gamma_tails, log_gamma_kernel};
pub(crate) use normal_tail::{LN_SQRT_2PI, density, log_upper, upper};
pub(crate) use polygamma::{digamma, trigamma};
pub(crate) use root::solve_tail;
pub(crate) use tail::{Side, Tails};
