//! Activations and their derivatives, without the tape.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::Activation;
use crate::activation::{SELU_ALPHA, SELU_SCALE};

/// f(z).
pub(super) fn value(activation: Activation, z: &DMatrix<f64>) -> DMatrix<f64> {
    match activation {
        Activation::Softmax => log_softmax(z).map(f64::exp),
        Activation::LogSoftmax => log_softmax(z),
        _ => z.map(|z| of_number(activation, z)),
    }
}

/// ∂C/∂z from ∂C/∂a: each row times the transposed Jacobian of f, which is diagonal but for softmax.
pub(super) fn backward(
    activation: Activation,
    z: &DMatrix<f64>,
    gradient: &DMatrix<f64>,
) -> DMatrix<f64> {
    if !matches!(activation, Activation::Softmax | Activation::LogSoftmax) {
        return gradient.component_mul(&z.map(|z| slope(activation, z)));
    }
    let mut delta = DMatrix::zeros(z.nrows(), z.ncols());
    for i in 0..z.nrows() {
        let p = log_softmax(&z.rows(i, 1).into_owned()).map(f64::exp);
        let jacobian = match activation {
            Activation::Softmax => {
                DMatrix::from_diagonal(&p.transpose().column(0)) - p.transpose() * &p
            }
            _ => DMatrix::from_fn(z.ncols(), z.ncols(), |j, k| f64::from(u8::from(j == k)) - p[k]),
        };
        delta.row_mut(i).copy_from(&(gradient.row(i) * jacobian));
    }
    delta
}

fn log_softmax(z: &DMatrix<f64>) -> DMatrix<f64> {
    let mut result = z.clone();
    for mut row in result.row_iter_mut() {
        let largest = row.max();
        let log_sum = row.iter().map(|z| (z - largest).exp()).sum::<f64>().ln();
        row.iter_mut().for_each(|z| *z = (*z - largest) - log_sum);
    }
    result
}

pub(super) fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

pub(super) fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// Φ(z), the distribution function of the standard normal distribution.
fn normal_cdf(z: f64) -> f64 {
    0.5 * Scalar::erfc(-z * FRAC_1_SQRT_2)
}

fn of_number(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Identity => z,
        Activation::Relu => z.max(0.0),
        Activation::Sigmoid => sigmoid(z),
        Activation::Tanh => z.tanh(),
        Activation::BinaryStep => f64::from(u8::from(z >= 0.0)),
        Activation::Arctan => z.atan(),
        Activation::Softsign => z / (1.0 + z.abs()),
        Activation::LeakyRelu { slope } => {
            if z > 0.0 {
                z
            } else {
                slope * z
            }
        }
        Activation::Elu { alpha } => {
            if z > 0.0 {
                z
            } else {
                alpha * z.exp_m1()
            }
        }
        Activation::Gelu => z * normal_cdf(z),
        Activation::Silu => z * sigmoid(z),
        Activation::Softplus => softplus(z),
        Activation::Selu => SELU_SCALE * if z > 0.0 { z } else { SELU_ALPHA * z.exp_m1() },
        Activation::Softmax | Activation::LogSoftmax => {
            unreachable!("a function of a row, which the callers have taken care of")
        }
    }
}

fn slope(activation: Activation, z: f64) -> f64 {
    match activation {
        Activation::Identity => 1.0,
        Activation::Relu => f64::from(u8::from(z > 0.0)),
        // σ(−z) rather than 1 − σ(z), which loses its digits where σ is close to 1.
        Activation::Sigmoid => sigmoid(z) * sigmoid(-z),
        Activation::Tanh => 4.0 * sigmoid(2.0 * z) * sigmoid(-2.0 * z),
        Activation::BinaryStep => 0.0,
        Activation::Arctan => 1.0 / (1.0 + z * z),
        Activation::Softsign => (1.0 + z.abs()).powi(-2),
        Activation::LeakyRelu { slope } => {
            if z > 0.0 {
                1.0
            } else {
                slope
            }
        }
        Activation::Elu { alpha } => {
            if z > 0.0 {
                1.0
            } else {
                alpha * z.exp()
            }
        }
        Activation::Gelu => normal_cdf(z) + z * (-0.5 * z * z).exp() / TAU.sqrt(),
        Activation::Silu => sigmoid(z) * (1.0 + z * sigmoid(-z)),
        Activation::Softplus => sigmoid(z),
        Activation::Selu => SELU_SCALE * if z > 0.0 { 1.0 } else { SELU_ALPHA * z.exp() },
        Activation::Softmax | Activation::LogSoftmax => {
            unreachable!("a function of a row, which the callers have taken care of")
        }
    }
}
