//! Triangles of a matrix.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::sample::Sample;
use crate::var::Var;

/// The part of a matrix that is kept; the rest is 0. Each is its own adjoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Triangular {
    /// On and below the diagonal.
    Lower,
    /// On and above the diagonal.
    Upper,
    /// Below the diagonal, and half of the diagonal: what is left of L⁻¹·dA·L⁻ᵀ when A = L·Lᵀ
    /// moves.
    LowerHalf,
}

impl Triangular {
    fn weight(self, i: usize, j: usize) -> f64 {
        match self {
            Self::Lower if i >= j => 1.0,
            Self::Upper if i <= j => 1.0,
            Self::LowerHalf if i == j => 0.5,
            Self::LowerHalf if i > j => 1.0,
            _ => 0.0,
        }
    }
}

impl<T: Scalar> Operation<T> for Triangular {
    fn name(&self) -> &'static str {
        match self {
            Self::Lower => "lower_triangle",
            Self::Upper => "upper_triangle",
            Self::LowerHalf => "lower_triangle (half diagonal)",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        for j in 0..out.cols() {
            for i in 0..out.rows() {
                let weight = self.weight(i, j);
                out.set(
                    i,
                    j,
                    if weight == 0.0 { T::zero() } else { T::of(weight) * inputs[0].at(i, j) },
                );
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(Var::apply(*self, &[g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        [Self::Lower, Self::Upper, Self::LowerHalf]
            .into_iter()
            .map(|part| Example::new(part, vec![Sample::reals(3, 3)]))
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// The elements on and below the diagonal; the others become 0.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    /// assert_eq!(x.lower_triangle().value(), dmatrix![1.0, 0.0; 3.0, 4.0]);
    /// assert_eq!(x.upper_triangle().value(), dmatrix![1.0, 2.0; 0.0, 4.0]);
    /// ```
    pub fn lower_triangle(self) -> Self {
        Self::apply(Triangular::Lower, &[self])
    }

    /// The elements on and above the diagonal; the others become 0.
    pub fn upper_triangle(self) -> Self {
        Self::apply(Triangular::Upper, &[self])
    }
}
