//! A value that counts as a constant.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation};
use crate::sample::Sample;
use crate::var::Var;

/// x, with derivative 0 by declaration.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StopGradient;

impl<T: Scalar> Operation<T> for StopGradient {
    fn name(&self) -> &'static str {
        "stop_gradient"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        gradus_linalg::copy(inputs[0], out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        None
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        None
    }

    fn dependence(&self) -> Dependence {
        Dependence::Declared
    }

    fn examples() -> Vec<Example<T>> {
        let why = "its derivative is declared to be 0, which differences cannot see";
        vec![Example { bound: Some((1.0, why)), ..Example::new(Self, vec![Sample::reals(2, 3)]) }]
    }
}
