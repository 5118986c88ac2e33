//! Costs: functions of the output and the target.
//!
//! Each family has a function for the losses themselves, one for each element or row, such as
//! [`squared_errors`], and one that reduces them to the cost, such as [`mean_squared_error`]. What
//! is in between, such as weights for examples, is [`Reduction::of_weighted`]'s. Classification
//! costs take logits, and compute in a form that stays exact where a probability rounds to 0 or 1;
//! those that take probabilities say so in their names.
//!
//! Any of them is an empirical risk, the mean of a loss over examples.

mod absolute;
mod binary_cross_entropy;
mod cross_entropy;
mod divergence;
mod hinge;
mod huber;
mod kind;
mod likelihood;
mod probability_loss;
mod reduction;
mod squared;
mod weights;
mod x_log_y;

pub use absolute::{absolute_errors, mean_absolute_error};
pub use binary_cross_entropy::{
    binary_cross_entropies, binary_cross_entropies_of_probabilities, binary_cross_entropy,
    binary_cross_entropy_of_probabilities, weighted_binary_cross_entropies,
    weighted_binary_cross_entropy,
};
pub use cross_entropy::{
    CrossEntropy, cross_entropies, soft_cross_entropies, softmax_cross_entropy,
};
pub use divergence::{
    binary_entropies, cross_entropy_of_distributions, entropy, kl_divergence,
    kl_divergence_of_logits,
};
pub use hinge::{hinge, hinge_losses, squared_hinge, squared_hinge_losses};
pub use huber::{huber, huber_losses};
pub use kind::{Cost, Target, TargetKind};
pub use likelihood::{
    bernoulli_log_likelihood, bernoulli_log_likelihood_of_probabilities,
    categorical_log_likelihood, gaussian_log_likelihood,
};
pub use reduction::Reduction;
pub use squared::{half_squared_error, mean_squared_error, quadratic_cost, squared_errors};
pub use weights::CostWeights;
