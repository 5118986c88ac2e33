//! Selection of columns step by step.

mod least_squares;
mod logistic;
mod search;

pub use least_squares::Stepwise;
pub use logistic::StepwiseLogistic;
pub use search::{StepAction, StepCriterion, StepDirection, StepRow, StepTerm, StepwiseFit};
