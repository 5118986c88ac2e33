//! Linear models on a stream, by stochastic gradient descent.

mod learner;
mod model;

pub use learner::SgdLearner;
pub use model::{Sgd, SgdLoss, SgdRate};
