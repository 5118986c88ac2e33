//! Linear support vector machines: hinge loss by an interior-point method or dual coordinate descent, squared hinge by Newton.

mod choice;
mod face;
mod fit;
mod hinge;
mod interior;
mod model;
mod problem;
#[cfg(test)]
mod samples;
mod squared_hinge;

pub use choice::CrossValidatedSvm;
pub use fit::{SvmCertificate, SvmFit, SvmMachine};
pub use model::{LinearSvm, SvmIntercept, SvmLoss};
