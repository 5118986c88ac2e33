//! The Cholesky factor of a positive-definite matrix, and what follows from it.

use gradus_linalg::{MatMut, MatRef, Scalar, cholesky};
use nalgebra::DMatrix;

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::matmul::Side;
use crate::ops::reduce::dense;
use crate::ops::triangular::Triangular;
use crate::ops::triangular_solve::{Triangle, TriangularSolve};
use crate::sample::{Sample, Structure};
use crate::var::Var;

/// The lower triangular L with L·Lᵀ = ½(A + Aᵀ), for a positive-definite A.
///
/// Its tangent is L·Φ(L⁻¹·dA·L⁻ᵀ), where Φ keeps the lower triangle and half of the diagonal.
/// Source: I. Murray, *Differentiation of the Cholesky decomposition*, 2016, equations 8 and 10.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cholesky;

/// ½(A + Aᵀ).
fn symmetric<T: Scalar>(a: Var<'_, T>) -> Var<'_, T> {
    (a + a.transpose()) * 0.5
}

/// L⁻ᵀ·B.
fn back<'e, T: Scalar>(l: Var<'e, T>, b: Var<'e, T>) -> Var<'e, T> {
    Var::apply(TriangularSolve::new(Triangle::Lower, Side::Transposed), &[l, b])
}

/// L of ½(A + Aᵀ), or the place of a pivot that is not positive.
fn factor<T: Scalar>(a: MatRef<'_, T>, out: &mut [T]) -> Result<(), usize> {
    let n = a.rows();
    out.fill(T::zero());
    for j in 0..n {
        for i in j..n {
            out[i + j * n] = T::of(0.5) * (a.at(i, j) + a.at(j, i));
        }
    }
    cholesky(out, n).map_err(|error| error.pivot)
}

impl<T: Scalar> Operation<T> for Cholesky {
    fn name(&self) -> &'static str {
        "cholesky"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        match inputs[0] {
            (rows, cols) if rows == cols => Ok((rows, cols)),
            _ => Err(AutogradError::shape("cholesky", "a square matrix", inputs)),
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let elements = dense(&mut out);
        if factor(inputs[0], elements).is_err() {
            elements.fill(T::of(f64::NAN));
        }
    }

    fn try_forward(
        &self,
        inputs: &[MatRef<'_, T>],
        mut out: MatMut<'_, T>,
    ) -> Result<(), AutogradError> {
        factor(inputs[0], dense(&mut out))
            .map_err(|pivot| AutogradError::NotPositiveDefinite { op: "cholesky", pivot })
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        // sym(L⁻ᵀ·Φ(Lᵀ·g)·L⁻¹), the second solve on the transpose.
        let inner = Var::apply(Triangular::LowerHalf, &[y.t_matmul(g)]);
        let left = back(y, inner);
        Some(symmetric(back(y, left.transpose())))
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let solve = |b: Var<'e, T>| b.solve_triangular(y, Triangle::Lower);
        let inner = solve(solve(symmetric(dx[0]?)).transpose());
        Some(y.matmul(Var::apply(Triangular::LowerHalf, &[inner])))
    }

    fn examples() -> Vec<Example<T>> {
        let a = Sample::reals(4, 4).with_structure(Structure::PositiveDefinite);
        vec![Example::new(Self, vec![a])]
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// The lower triangular L with L·Lᵀ = A, for a symmetric, positive-definite A.
    ///
    /// The symmetric part ½(A + Aᵀ) is what is factorised, so the gradient is symmetric.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![4.0, 2.0; 2.0, 10.0]);
    /// assert_eq!(a.try_cholesky().unwrap().value(), dmatrix![2.0, 0.0; 1.0, 3.0]);
    /// assert!((-a).try_cholesky().is_err());
    /// ```
    ///
    /// # Errors
    /// If A is not square, or not positive definite: the pivot that fails is named.
    pub fn try_cholesky(self) -> Result<Self, AutogradError> {
        Self::try_apply(Cholesky, &[self])
    }

    /// A⁻¹·B for a symmetric, positive-definite A, which this is.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![4.0, 0.0; 0.0, 16.0]);
    /// let b = tape.variable(dmatrix![2.0; 4.0]);
    /// assert_eq!(a.try_cholesky_solve(b).unwrap().value(), dmatrix![0.5; 0.25]);
    /// ```
    ///
    /// # Errors
    /// If the shapes do not fit, or if A is not positive definite.
    pub fn try_cholesky_solve(self, b: Self) -> Result<Self, AutogradError> {
        let l = self.try_cholesky()?;
        Ok(back(l, b.try_solve_triangular(l, Triangle::Lower)?))
    }

    /// ln det A for a symmetric, positive-definite A, 1×1.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![4.0, 0.0; 0.0, 16.0]);
    /// let y = a.try_log_det().unwrap();
    /// assert!((y.item() - 64.0_f64.ln()).abs() < 1e-15);
    /// assert_eq!(y.backward().get(a), Some(&dmatrix![0.25, 0.0; 0.0, 0.0625])); // A⁻¹
    /// ```
    ///
    /// # Errors
    /// If A is not square, or not positive definite.
    pub fn try_log_det(self) -> Result<Self, AutogradError> {
        Ok(self.try_cholesky()?.diagonal().log().sum() * 2.0)
    }

    /// A⁻¹ for a symmetric, positive-definite A. To solve a system, use
    /// [`Var::try_cholesky_solve`], which is faster and more accurate.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let a = tape.variable(dmatrix![4.0, 0.0; 0.0, 16.0]);
    /// assert_eq!(a.try_inverse_spd().unwrap().value(), dmatrix![0.25, 0.0; 0.0, 0.0625]);
    /// ```
    ///
    /// # Errors
    /// If A is not square, or not positive definite.
    pub fn try_inverse_spd(self) -> Result<Self, AutogradError> {
        let n = self.rows();
        self.try_cholesky_solve(self.constant(DMatrix::identity(n, n)))
    }
}
