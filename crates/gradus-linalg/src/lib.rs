//! Matrix products, vectorised elementwise kernels and stable reductions for `f32` and `f64`.
//!
//! Storage is nalgebra's column-major [`DMatrix`](nalgebra::DMatrix); kernels read and write
//! through the strided views [`MatRef`] and [`MatMut`], so a transpose or a run of rows is free.
#![deny(unsafe_code)]

mod cholesky;
mod copy;
mod dispatch;
mod gemm;
mod pack;
mod prefetch;
pub mod reduce;
mod scalar;
mod simd;
mod softmax;
mod view;
pub mod vmath;
mod workspace;

pub use cholesky::{Cholesky, NotPositiveDefinite, cholesky};
pub use copy::{copy, gather_rows};
pub use dispatch::{Level, vectorize, vectorize_at};
pub use gemm::{Epilogue, affine, gemm, gemm_at, gemm_reference, gemv, gram};
pub use prefetch::prefetch;
pub use scalar::Scalar;
pub use softmax::{
    log_softmax_rows, log_sum_exp_rows, softmax_cross_entropy, softmax_cross_entropy_cost,
    softmax_rows,
};
pub use view::{MatMut, MatRef};
