//! Triangular systems of equations.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::matmul::Side;
use crate::ops::triangular::Triangular;
use crate::sample::{Sample, Structure};
use crate::var::Var;

/// Which triangle of a matrix holds its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Triangle {
    /// The one on and below the diagonal.
    Lower,
    /// The one on and above the diagonal.
    Upper,
}

/// X with A'·X = B, where A' is the triangle of the first operand, as it is or transposed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TriangularSolve {
    triangle: Triangle,
    side: Side,
}

impl TriangularSolve {
    pub(crate) fn new(triangle: Triangle, side: Side) -> Self {
        Self { triangle, side }
    }

    fn solve<T: Scalar>(self, a: MatRef<'_, T>, b: MatRef<'_, T>, out: &mut MatMut<'_, T>) {
        let n = a.rows();
        let a = self.side.of(a);
        let forward = (self.triangle == Triangle::Lower) == (self.side == Side::Plain);
        for j in 0..b.cols() {
            for step in 0..n {
                let i = if forward { step } else { n - 1 - step };
                let done = if forward { 0..i } else { i + 1..n };
                let known = done.fold(T::zero(), |sum, k| sum + a.at(i, k) * out.as_ref().at(k, j));
                out.set(i, j, (b.at(i, j) - known) / a.at(i, i));
            }
        }
    }

    /// The part of a gradient that belongs to the triangle.
    fn of_triangle<'e, T: Scalar>(self, gradient: Var<'e, T>) -> Var<'e, T> {
        match self.triangle {
            Triangle::Lower => Var::apply(Triangular::Lower, &[gradient]),
            Triangle::Upper => Var::apply(Triangular::Upper, &[gradient]),
        }
    }
}

impl<T: Scalar> Operation<T> for TriangularSolve {
    fn name(&self) -> &'static str {
        match (self.triangle, self.side) {
            (Triangle::Lower, Side::Plain) => "triangular_solve (lower)",
            (Triangle::Lower, Side::Transposed) => "triangular_solve (lower, t)",
            (Triangle::Upper, Side::Plain) => "triangular_solve (upper)",
            (Triangle::Upper, Side::Transposed) => "triangular_solve (upper, t)",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let [a, b] = [inputs[0], inputs[1]];
        if a.0 == a.1 && a.1 == b.0 {
            Ok(b)
        } else {
            let expected = "A is n x n, B is n x k";
            Err(AutogradError::shape("triangular_solve", expected, inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        self.solve(inputs[0], inputs[1], &mut out);
    }

    fn try_forward(
        &self,
        inputs: &[MatRef<'_, T>],
        mut out: MatMut<'_, T>,
    ) -> Result<(), AutogradError> {
        match (0..inputs[0].rows()).find(|&i| inputs[0].at(i, i) == T::zero()) {
            Some(pivot) => Err(AutogradError::Singular { op: "triangular_solve", pivot }),
            None => {
                self.solve(inputs[0], inputs[1], &mut out);
                Ok(())
            }
        }
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let adjoint = Self { side: self.side.flip(), ..*self };
        let gb = Var::apply(adjoint, &[x[0], g]);
        Some(match (i, self.side) {
            (1, _) => gb,
            (_, Side::Plain) => self.of_triangle(-gb.matmul_t(y)),
            (_, Side::Transposed) => self.of_triangle(-y.matmul_t(gb)),
        })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let moved = dx[0].map(|da| {
            let da = self.of_triangle(da);
            match self.side {
                Side::Plain => da.matmul(y),
                Side::Transposed => da.t_matmul(y),
            }
        });
        let right = match (dx[1], moved) {
            (Some(db), Some(moved)) => db - moved,
            (Some(db), None) => db,
            (None, moved) => -moved?,
        };
        Some(Var::apply(*self, &[x[0], right]))
    }

    fn examples() -> Vec<Example<T>> {
        [Triangle::Lower, Triangle::Upper]
            .into_iter()
            .flat_map(|triangle| {
                [Side::Plain, Side::Transposed].map(|side| {
                    let a = Sample::reals(3, 3).with_structure(Structure::Dominant);
                    Example::new(Self { triangle, side }, vec![a, Sample::reals(3, 2)])
                })
            })
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// X with A·X = B, where this is B and only one triangle of A is read.
    ///
    /// ```
    /// use gradus_autograd::{Tape, Triangle};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![2.0, 99.0; 1.0, 4.0]);
    /// let b = tape.variable(dmatrix![4.0; 6.0]);
    /// assert_eq!(b.solve_triangular(a, Triangle::Lower).value(), dmatrix![2.0; 1.0]);
    /// ```
    ///
    /// # Panics
    /// If the shapes do not fit, or if A is singular; [`Var::try_solve_triangular`] gives these as
    /// errors.
    pub fn solve_triangular(self, a: Self, triangle: Triangle) -> Self {
        self.try_solve_triangular(a, triangle).unwrap_or_else(|error| panic!("{error}"))
    }

    /// As [`Var::solve_triangular`].
    ///
    /// # Errors
    /// If the shapes do not fit, or if A has a zero on its diagonal.
    pub fn try_solve_triangular(self, a: Self, triangle: Triangle) -> Result<Self, AutogradError> {
        Self::try_apply(TriangularSolve::new(triangle, Side::Plain), &[a, self])
    }
}
