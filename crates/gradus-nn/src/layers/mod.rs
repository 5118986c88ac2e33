//! The layers, one file each.

pub(crate) mod activate;
pub(crate) mod dropout;
pub(crate) mod linear;
pub(crate) mod prelu;
