//! Tests of the crate as its users see it.

mod checking;
mod core;
mod kinks;
mod reference;
