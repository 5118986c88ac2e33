//! Softmax, its logarithm, and log-sum-exp, row by row.

use gradus_linalg::{MatMut, MatRef, Scalar, log_softmax_rows, log_sum_exp_rows, softmax_rows};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::reduce::{Axis, dense};
use crate::sample::Sample;
use crate::var::Var;

/// pⱼ = e^{zⱼ} / Σₖ e^{zₖ} in each row. Its Jacobian diag(p) − p·pᵀ is symmetric.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Softmax;

/// zⱼ − ln Σₖ e^{zₖ} in each row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogSoftmax;

/// ln Σₖ e^{zₖ} of each row. Its derivative is the softmax.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogSumExp;

impl<T: Scalar> Operation<T> for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        softmax_rows(inputs[0], out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(y * (g - (g * y).sum_over(Axis::Columns)))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        self.pullback(0, x, y, dx[0]?)
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 4)])]
    }
}

impl<T: Scalar> Operation<T> for LogSoftmax {
    fn name(&self) -> &'static str {
        "log_softmax"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        log_softmax_rows(inputs[0], out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g - x[0].softmax() * g.sum_over(Axis::Columns))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let dx = dx[0]?;
        Some(dx - (x[0].softmax() * dx).sum_over(Axis::Columns))
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 4)])]
    }
}

impl<T: Scalar> Operation<T> for LogSumExp {
    fn name(&self) -> &'static str {
        "log_sum_exp"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok((inputs[0].0, 1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        log_sum_exp_rows(inputs[0], dense(&mut out));
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g * x[0].softmax())
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        Some((x[0].softmax() * dx[0]?).sum_over(Axis::Columns))
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 4)])]
    }
}
