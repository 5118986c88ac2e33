//! The functions that are swept, each with what it is held against.

use gradus_linalg::vmath::{self, Function as Kernel};
use gradus_linalg::{Level, vectorize};

use super::error::{DOUBLE, error};
use super::exact::{self, Exact};
use super::{exact_trigonometry, wide};

/// A function of `gradus_linalg::vmath`.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) single: fn(Level, &[f32], &mut [f32]),
    pub(super) double: fn(Level, &[f64], &mut [f64]),
    /// Values of f32 arguments in f64, to 2⁻⁴⁴ of themselves.
    pub(super) wide: fn(&[f32], &mut [f64]),
    /// The value to 80 bits.
    pub(super) exact: fn(f64) -> Exact,
    /// Errors of f64 results, in units in the last place.
    pub(super) errors: fn(&[f64], &[f64], &mut [f64]),
}

macro_rules! function {
    ($kernel:ident, $exact:ident::$name:ident) => {
        function!($kernel, $exact::$name, |x: &[f32], out: &mut [f64]| {
            for (out, &x) in out.iter_mut().zip(x) {
                *out = wide::$name(f64::from(x));
            }
        })
    };
    ($kernel:ident, $exact:ident::$name:ident, $wide:expr) => {
        Function {
            name: stringify!($name),
            single: |level, x, y| vmath::apply_at(level, Kernel::$kernel, x, y),
            double: |level, x, y| vmath::apply_at(level, Kernel::$kernel, x, y),
            wide: |x, out| vectorize(|| $wide(x, out)),
            exact: $exact::$name,
            errors: |x, y, out| {
                vectorize(|| {
                    for ((out, &x), &y) in out.iter_mut().zip(x).zip(y) {
                        *out = error(y, $exact::$name(x), DOUBLE);
                    }
                })
            },
        }
    };
}

/// Every function of the module.
pub(super) const FUNCTIONS: [Function; 12] = [
    function!(Exp, exact::exp),
    function!(ExpM1, exact::exp_m1),
    function!(Ln, exact::ln),
    function!(Ln1p, exact::ln_1p),
    function!(Tanh, exact::tanh),
    function!(Sigmoid, exact::sigmoid),
    function!(Softplus, exact::softplus),
    function!(Erf, exact::erf, wide::erf),
    function!(Relu, exact::relu),
    function!(Sin, exact_trigonometry::sin),
    function!(Cos, exact_trigonometry::cos),
    function!(Atan, exact_trigonometry::atan),
];
