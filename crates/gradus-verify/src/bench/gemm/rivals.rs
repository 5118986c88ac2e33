//! Other libraries' products, each called as its documentation advises.

use faer::linalg::matmul::matmul;
use faer::{Accum, Par};
use gradus_linalg::{Level, MatRef, Scalar};
use nalgebra::{DMatrix, DMatrixView, Dyn};

use super::problem::{Pattern, Problem, Shape};
use super::{Product, System};

/// nalgebra hands a product to matrixmultiply when every extent is above this.
const NALGEBRA_OWN: usize = 5;

/// The name of the kernels that faer runs: its own, or, built without them, those of gemm.
const FAER: &str = if cfg!(feature = "rivals") { "faer" } else { "gemm" };

/// What the libraries ask of an element type.
pub(crate) trait Element: Scalar + faer::traits::ComplexField {}
impl<T: Scalar + faer::traits::ComplexField> Element for T {}

pub(super) fn systems<T: Element>(shape: Shape) -> Vec<System<T>> {
    let system = |name, product: Product<T>| System { name, product };
    let mut systems = vec![system("nalgebra", by_nalgebra), system(FAER, by_faer)];
    let Shape { batch, inputs, outputs, .. } = shape;
    if batch.min(inputs).min(outputs) > NALGEBRA_OWN {
        systems.push(system("matrixmultiply", by_matrixmultiply));
    }
    systems
}

/// What a user of nalgebra writes.
fn by_nalgebra<T: Element>(_: Level, problem: &Problem<T>, out: &mut DMatrix<T>) {
    let Problem { pattern, a, b } = problem;
    let (zero, one) = (nalgebra::zero::<T>(), nalgebra::one::<T>());
    match pattern {
        Pattern::Plain => out.gemm(one, a, b, zero),
        Pattern::LeftTransposed => out.gemm_tr(one, a, b, zero),
        Pattern::RightTransposed => out.gemm(one, a, &b.transpose(), zero),
    }
}

type Strided<'a, T> = DMatrixView<'a, T, Dyn, Dyn>;

fn strided<T: Element>(view: MatRef<'_, T>) -> Strided<'_, T> {
    let (rows, cols) = view.shape();
    let (down, across) = (Dyn(view.row_stride()), Dyn(view.col_stride()));
    Strided::from_slice_with_strides_generic(view.data(), Dyn(rows), Dyn(cols), down, across)
}

/// matrixmultiply through nalgebra's views, which pass their strides on to it: its own functions
/// are unsafe.
fn by_matrixmultiply<T: Element>(_: Level, problem: &Problem<T>, out: &mut DMatrix<T>) {
    let (left, right) = (strided(problem.left()), strided(problem.right()));
    out.gemm(nalgebra::one(), &left, &right, nalgebra::zero());
}

fn by_faer<T: Element>(_: Level, problem: &Problem<T>, out: &mut DMatrix<T>) {
    let (rows, cols) = out.shape();
    let out = faer::MatMut::from_column_major_slice_mut(out.as_mut_slice(), rows, cols);
    let (a, b) = (faer_view(&problem.a), faer_view(&problem.b));
    let (a, b) = match problem.pattern {
        Pattern::Plain => (a, b),
        Pattern::LeftTransposed => (a.transpose(), b),
        Pattern::RightTransposed => (a, b.transpose()),
    };
    matmul(out, Accum::Replace, a, b, nalgebra::one(), Par::Seq);
}

fn faer_view<T: Element>(m: &DMatrix<T>) -> faer::MatRef<'_, T> {
    faer::MatRef::from_column_major_slice(m.as_slice(), m.nrows(), m.ncols())
}
