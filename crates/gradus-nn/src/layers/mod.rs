//! The layers, one file each.

pub(crate) mod activate;
pub(crate) mod linear;
