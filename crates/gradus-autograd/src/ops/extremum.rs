//! The larger and the smaller of two values, element by element.

use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Operation};
use crate::ops::elementwise::{broadcast_shape, mark_zip, pull_pair, zip};
use crate::ops::select::{Gate, Kept};
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// Which of several values is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extreme {
    /// The largest.
    Max,
    /// The smallest.
    Min,
}

/// The larger or the smaller of two values. Where they are equal, each gets half of the gradient, a
/// subgradient. NaN if one of them is, and then each gets the whole gradient, as in PyTorch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extremum(pub(crate) Extreme);

impl Extremum {
    /// The part of a gradient or of a tangent that belongs to operand i.
    fn share<'e, T: Scalar>(self, i: usize, x: &[Var<'e, T>], g: Var<'e, T>) -> Var<'e, T> {
        let (mine, other) = (x[i], x[1 - i]);
        // Where one of the two is not a number, neither loses.
        let loses = match self.0 {
            Extreme::Max => other.greater(mine),
            Extreme::Min => mine.greater(other),
        };
        let shared = mine.equal(other).select(g * 0.5, g);
        Var::apply(Gate(Kept::Elsewhere), &[loses, shared])
    }
}

impl<T: Scalar> Operation<T> for Extremum {
    fn name(&self) -> &'static str {
        match self.0 {
            Extreme::Max => "max",
            Extreme::Min => "min",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        broadcast_shape(<Self as Operation<T>>::name(self), inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        let pick = |a: T, b: T, a_wins: bool, b_wins: bool| match (a_wins, b_wins) {
            (true, _) => a,
            (_, true) => b,
            // Neither: one of the two is not a number.
            _ => a + b,
        };
        match self.0 {
            Extreme::Max => zip(inputs, out, |a, b| pick(a, b, a >= b, b > a)),
            Extreme::Min => zip(inputs, out, |a, b| pick(a, b, a <= b, b < a)),
        }
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(self.share(i, x, g))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let part = |i: usize| {
            dx[i].map(|dx: Var<'e, T>| self.share(i, x, dx.broadcast(y.rows(), y.cols())))
        };
        match (part(0), part(1)) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        }
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let share = |g: T, loses: bool, tie: bool| match (loses, tie) {
            (true, _) => T::zero(),
            (_, true) => g * T::of(0.5),
            _ => g,
        };
        match self.0 {
            Extreme::Max => pull_pair(
                backward,
                node,
                g,
                |g, a, b| share(g, b > a, a == b),
                |g, a, b| share(g, a > b, a == b),
            ),
            Extreme::Min => pull_pair(
                backward,
                node,
                g,
                |g, a, b| share(g, b < a, a == b),
                |g, a, b| share(g, a < b, a == b),
            ),
        }
        None
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        mark_zip(inputs, mark, |a, b| u64::from(a > b) + 2 * u64::from(a == b));
    }

    fn examples() -> Vec<Example<T>> {
        let level = || Domain::between(-0.01, 0.01);
        [Extreme::Max, Extreme::Min]
            .into_iter()
            .flat_map(|which| {
                let operand = || Sample::new((3, 4), Domain::reals().except(&[0.0]));
                [
                    Example::new(Self(which), vec![operand(), Sample::new((3, 4), level())]),
                    Example::new(Self(which), vec![Sample::new((1, 4), level()), operand()]),
                ]
            })
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The larger of two values, element by element, with broadcasting. Where they are equal, each
    /// gets half of the gradient, as in PyTorch's `maximum`; where one is NaN, so is the result, and
    /// each gets the whole.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0, 3.0]);
    /// let y = x.max(tape.scalar(2.0));
    /// assert_eq!(y.value(), dmatrix![2.0, 2.0, 3.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 0.5, 1.0]));
    /// ```
    pub fn max(self, other: Self) -> Self {
        Self::apply(Extremum(Extreme::Max), &[self, other])
    }

    /// The smaller of two values, element by element, as [`Var::max`].
    ///
    /// ```
    /// let tape = gradus_autograd::Tape::new();
    /// assert_eq!(tape.scalar(2.0).min(tape.scalar(-1.0)).item(), -1.0);
    /// ```
    pub fn min(self, other: Self) -> Self {
        Self::apply(Extremum(Extreme::Min), &[self, other])
    }
}
