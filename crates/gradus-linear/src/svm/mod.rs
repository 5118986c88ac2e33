//! Linear support vector machines: hinge loss by dual coordinate descent, squared hinge by Newton.

mod face;
mod fit;
mod hinge;
mod model;
mod problem;
mod squared_hinge;

pub use fit::{SvmCertificate, SvmFit, SvmMachine};
pub use model::{LinearSvm, SvmIntercept, SvmLoss};
