//! Conditions on hyper-parameters, as typed errors.

use gradus_linalg::Scalar;

use crate::OptimError;

/// Checks a learning rate, which must be finite in `T` too.
pub(crate) fn check_lr<T: Scalar>(optimizer: &'static str, lr: f64) -> Result<(), OptimError> {
    let expected = "a learning rate must be finite and not negative";
    check(optimizer, "lr", lr, expected, lr >= 0.0 && T::of(lr) <= T::MAX)
}

/// Turns a failed condition on a hyper-parameter into its error.
pub(crate) fn check(
    optimizer: &'static str,
    name: &'static str,
    value: f64,
    expected: &'static str,
    holds: bool,
) -> Result<(), OptimError> {
    if holds {
        Ok(())
    } else {
        Err(OptimError::InvalidHyperparameter { optimizer, name, value, expected })
    }
}

/// Checks a term that bounds a denominator away from 0.
pub(crate) fn check_eps<T: Scalar>(optimizer: &'static str, eps: f64) -> Result<(), OptimError> {
    let rounded: T = Scalar::of(eps);
    let expected = "it must be positive and finite, and not round to 0";
    check(optimizer, "eps", eps, expected, rounded > T::zero() && rounded <= T::MAX)
}

/// Checks the weight of a moving average, which must lie in [0, 1) after rounding to `T` too.
pub(crate) fn check_beta<T: Scalar>(
    optimizer: &'static str,
    name: &'static str,
    beta: f64,
) -> Result<(), OptimError> {
    let expected = "it must lie in [0, 1), and not round to 1";
    check(optimizer, name, beta, expected, beta >= 0.0 && T::of(beta) < T::one())
}
