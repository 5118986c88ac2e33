//! Comparisons, element by element, as ones and zeros.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::elementwise::{broadcast_shape, mark_zip, zip};
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// What is asked of two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    /// a > b.
    Greater,
    /// a ≥ b.
    GreaterOrEqual,
    /// a = b.
    Equal,
}

impl Compare {
    fn holds<T: Scalar>(self, a: T, b: T) -> bool {
        match self {
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
            Self::Equal => a == b,
        }
    }
}

impl<T: Scalar> Operation<T> for Compare {
    fn name(&self) -> &'static str {
        match self {
            Self::Greater => "greater",
            Self::GreaterOrEqual => "greater_or_equal",
            Self::Equal => "equal",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape(<Self as Operation<T>>::name(self), inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |a, b| if self.holds(a, b) { T::one() } else { T::zero() });
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

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        mark_zip(inputs, mark, |a, b| u64::from(self.holds(a, b)));
    }

    fn examples() -> Vec<Example<T>> {
        [Self::Greater, Self::GreaterOrEqual, Self::Equal]
            .into_iter()
            .map(|op| {
                let left = Sample::new((3, 4), Domain::reals().except(&[0.0]));
                Example::new(op, vec![left, Sample::new((1, 4), Domain::between(-0.01, 0.01))])
            })
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// 1 where this is greater than the other, 0 elsewhere, with broadcasting and derivative 0.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0, 3.0]);
    /// let two = tape.scalar(2.0);
    /// assert_eq!(x.greater(two).value(), dmatrix![0.0, 0.0, 1.0]);
    /// assert_eq!(x.greater_or_equal(two).value(), dmatrix![0.0, 1.0, 1.0]);
    /// assert_eq!(two.greater(x).value(), dmatrix![1.0, 0.0, 0.0]);
    /// ```
    pub fn greater(self, other: Self) -> Self {
        Self::apply(Compare::Greater, &[self, other])
    }

    /// 1 where this is at least the other, 0 elsewhere, with broadcasting and derivative 0.
    pub fn greater_or_equal(self, other: Self) -> Self {
        Self::apply(Compare::GreaterOrEqual, &[self, other])
    }

    /// 1 where the two are equal, 0 elsewhere, with broadcasting and derivative 0.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0]);
    /// assert_eq!(x.equal(tape.scalar(2.0)).value(), dmatrix![0.0, 1.0]);
    /// ```
    pub fn equal(self, other: Self) -> Self {
        Self::apply(Compare::Equal, &[self, other])
    }
}
