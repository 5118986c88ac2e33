//! x·ln y with 0·ln 0 = 0, and what its derivative needs.

use std::sync::Arc;

use gradus_autograd::{AutogradError, CustomOp, Var};
use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::cost::probability_loss::same_shape;

/// x·ln y, and 0 where x = 0, whatever y is.
pub(super) fn x_log_y<'t, T: Scalar>(x: Var<'t, T>, y: Var<'t, T>) -> Var<'t, T> {
    Var::custom(Arc::new(XLogY), &[x, y])
}

/// x/y, and 0 where x = 0, whatever y is.
fn x_div_y<'t, T: Scalar>(x: Var<'t, T>, y: Var<'t, T>) -> Var<'t, T> {
    Var::custom(Arc::new(XDivY), &[x, y])
}

#[derive(Debug)]
struct XLogY;

#[derive(Debug)]
struct XDivY;

impl<T: Scalar> CustomOp<T> for XLogY {
    fn name(&self) -> &'static str {
        "x_log_y"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        same_shape("x_log_y", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        where_not_zero(inputs, out, |x, y| x * y.ln());
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(if i == 0 { x_log_y(g, x[1]) } else { g * x_div_y(x[0], x[1]) })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        tangent_of_two(self, x, y, dx)
    }
}

impl<T: Scalar> CustomOp<T> for XDivY {
    fn name(&self) -> &'static str {
        "x_div_y"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        same_shape("x_div_y", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        where_not_zero(inputs, out, |x, y| x / y);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(if i == 0 { x_div_y(g, x[1]) } else { -g * x_div_y(y, x[1]) })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        tangent_of_two(self, x, y, dx)
    }
}

/// The tangent of a function of single elements, whose pullback scales: Σᵢ pullbackᵢ(dxᵢ).
fn tangent_of_two<'e, T: Scalar>(
    op: &dyn CustomOp<T>,
    x: &[Var<'e, T>],
    y: Var<'e, T>,
    dx: &[Option<Var<'e, T>>],
) -> Option<Var<'e, T>> {
    let terms = (0..2).filter_map(|i| op.pullback(i, x, y, dx[i]?));
    terms.reduce(|sum, term| sum + term)
}

fn where_not_zero<T: Scalar>(
    inputs: &[MatRef<'_, T>],
    mut out: MatMut<'_, T>,
    f: impl Fn(T, T) -> T,
) {
    for j in 0..out.cols() {
        for i in 0..out.rows() {
            let x = inputs[0].at(i, j);
            let value = if x == T::zero() { x } else { f(x, inputs[1].at(i, j)) };
            out.set(i, j, value);
        }
    }
}
