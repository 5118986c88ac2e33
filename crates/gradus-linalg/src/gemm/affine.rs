//! The layer's product with its bias and activation.

use crate::{MatMut, MatRef, Scalar, dispatch::Level, gemm::driver::Job};

/// What [`affine`] does to each element last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Epilogue {
    /// z.
    Identity,
    /// max(z, 0); NaN stays NaN.
    Relu,
    /// 1/(1 + e⁻ᶻ).
    Sigmoid,
    /// tanh z.
    Tanh,
}

/// out ← act(X·W + 1·bᵀ): one layer on a batch, the bias and the activation applied in cache.
///
/// X is m×k, W is k×n, the bias has n elements, out is m×n; its old content is not read.
///
/// # Panics
/// If the shapes do not fit.
///
/// ```
/// use gradus_linalg::{Epilogue, MatMut, MatRef, affine};
/// let (x, w, bias) = ([1.0, 2.0], [1.0, -1.0], [0.5, 0.25]);
/// let mut out = [0.0; 4];
/// let (x, w) = (MatRef::new(&x, 2, 1), MatRef::new(&w, 1, 2));
/// affine(x, w, Some(&bias), Epilogue::Relu, MatMut::new(&mut out, 2, 2));
/// assert_eq!(out, [1.5, 2.5, 0.0, 0.0]);
/// ```
pub fn affine<T: Scalar>(
    x: MatRef<'_, T>,
    w: MatRef<'_, T>,
    bias: Option<&[T]>,
    act: Epilogue,
    out: MatMut<'_, T>,
) {
    at_level(Level::detected(), x, w, bias, act, out);
}

pub(super) fn at_level<T: Scalar>(
    level: Level,
    x: MatRef<'_, T>,
    w: MatRef<'_, T>,
    bias: Option<&[T]>,
    act: Epilogue,
    out: MatMut<'_, T>,
) {
    if let Some(bias) = bias {
        assert!(bias.len() == w.cols(), "affine: {} biases for {:?}", bias.len(), w.shape());
    }
    let job = Job { a: x, b: w, alpha: T::one(), beta: T::zero(), bias, act };
    T::product(&job, level, out);
}
