//! The operation behind the binary cross-entropy of probabilities.

use std::sync::Arc;

use gradus_autograd::{AutogradError, CustomOp, Var};
use gradus_linalg::{MatMut, MatRef, Scalar};

/// The least value that a logarithm may have, and the least p(1 − p) that the gradient is divided
/// by: PyTorch's `BCELoss`. Its divisor is the single-precision number next to 10⁻¹².
const LEAST_LOG: f64 = -100.0;
const LEAST_VARIANCE: f64 = 1e-12_f32 as f64;

/// −y ln p − (1 − y) ln(1 − p), as a function of p and y.
#[derive(Debug)]
pub(super) struct ProbabilityLoss;

impl<T: Scalar> CustomOp<T> for ProbabilityLoss {
    fn name(&self) -> &'static str {
        "binary_cross_entropy_of_probabilities"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        same_shape("binary_cross_entropy_of_probabilities", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let least = T::of(LEAST_LOG);
        for j in 0..out.cols() {
            for i in 0..out.rows() {
                let (p, y) = (inputs[0].at(i, j), inputs[1].at(i, j));
                let yes = bounded(p.ln(), least);
                let no = bounded((-p).ln_1p(), least);
                out.set(i, j, -(y * yes + (T::one() - y) * no));
            }
        }
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g * slope(i, x[0], x[1]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let terms = (0..2).filter_map(|i| dx[i].map(|dx| dx * slope(i, x[0], x[1])));
        terms.reduce(|sum, term| sum + term)
    }
}

/// max(x, least), but NaN for NaN.
fn bounded<T: Scalar>(x: T, least: T) -> T {
    if x < least { least } else { x }
}

/// The derivative with respect to p or to y. The loss is linear in y, so the latter is the loss at
/// y = 1 less the loss at y = 0.
fn slope<'e, T: Scalar>(i: usize, p: Var<'e, T>, y: Var<'e, T>) -> Var<'e, T> {
    if i == 0 {
        let variance = p * (1.0 - p);
        // max(v, b) as max(v − b, 0) + b: one rounding of b, which is far below v's where v counts.
        (p - y) / ((variance - LEAST_VARIANCE).relu() + LEAST_VARIANCE)
    } else {
        let at = |y: f64| Var::custom(Arc::new(ProbabilityLoss), &[p, p.filled_like(y)]);
        at(1.0) - at(0.0)
    }
}

/// The shape of operands that have to have one.
pub(super) fn same_shape(
    op: &'static str,
    inputs: &[(usize, usize)],
) -> Result<(usize, usize), AutogradError> {
    if inputs.len() == 2 && inputs[0] == inputs[1] {
        Ok(inputs[0])
    } else {
        let expected = "two operands of one shape".to_owned();
        Err(AutogradError::Shape { op, expected, found: inputs.to_vec() })
    }
}
