//! Matrix products, vectorised elementwise kernels and stable reductions for `f32` and `f64`.
//!
//! Storage is nalgebra's column-major [`DMatrix`](nalgebra::DMatrix); kernels read and write
//! through the strided views [`MatRef`] and [`MatMut`], so a transpose or a run of rows is free.
#![deny(unsafe_code)]

mod gemm;
mod scalar;
mod view;

pub use gemm::gemm;
pub use scalar::Scalar;
pub use view::{MatMut, MatRef};
