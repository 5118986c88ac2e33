//! Tests of the crate as its users see it.

mod checking;
mod core;
mod full;
mod graphs;
mod hostile;
mod kinks;
mod reference;
