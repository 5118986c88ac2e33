//! The functions that are swept, each with what it is held against.

use gradus_linalg::Level;
use gradus_linalg::vmath::{self, Function as Kernel};

use super::exact::{self, Exact};

/// A function of `gradus_linalg::vmath`.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) single: fn(Level, &[f32], &mut [f32]),
    pub(super) double: fn(Level, &[f64], &mut [f64]),
    /// The value in f64 by another implementation, which is exact as far as f32 can tell.
    pub(super) wide: fn(f64) -> f64,
    /// The value to 80 bits.
    pub(super) exact: fn(f64) -> Exact,
}

macro_rules! function {
    ($kernel:ident, $name:ident, $wide:expr) => {
        Function {
            name: stringify!($name),
            single: |level, x, y| vmath::apply_at(level, Kernel::$kernel, x, y),
            double: |level, x, y| vmath::apply_at(level, Kernel::$kernel, x, y),
            wide: $wide,
            exact: exact::$name,
        }
    };
}

/// Every function of the module.
pub(super) const FUNCTIONS: [Function; 9] = [
    function!(Exp, exp, libm::exp),
    function!(ExpM1, exp_m1, libm::expm1),
    function!(Ln, ln, libm::log),
    function!(Ln1p, ln_1p, libm::log1p),
    function!(Tanh, tanh, libm::tanh),
    function!(Sigmoid, sigmoid, sigmoid),
    function!(Softplus, softplus, softplus),
    function!(Erf, erf, libm::erf),
    function!(Relu, relu, relu),
];

fn sigmoid(x: f64) -> f64 {
    let e = libm::exp(-x.abs());
    if x < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

fn softplus(x: f64) -> f64 {
    let rest = libm::log1p(libm::exp(-x.abs()));
    if x < 0.0 { rest } else { x + rest }
}

fn relu(x: f64) -> f64 {
    if x < 0.0 { 0.0 } else { x }
}
