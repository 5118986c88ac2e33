//! The layers, one file each.

pub(crate) mod activate;
pub(crate) mod batch_norm;
pub(crate) mod dropout;
pub(crate) mod identity;
pub(crate) mod layer_norm;
pub(crate) mod linear;
pub(crate) mod prelu;
pub(crate) mod residual;
pub(crate) mod scale_shift;
