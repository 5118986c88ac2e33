//! Transformations of gradients and parameters, as optimisers that own another one.

pub(crate) mod accumulate;
pub(crate) mod clip_norm;
pub(crate) mod clip_value;
pub(crate) mod elastic_net;
pub(crate) mod global_norm;
pub(crate) mod grouped;
pub(crate) mod l1;
pub(crate) mod transformed;
pub(crate) mod weight_decay;

use serde::{Deserialize, Serialize};

/// What weight decay and penalties act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DecayOf {
    /// All parameters but those that the caller marks with [`Change::Exempt`](crate::Change);
    /// `gradus-train` marks biases, scales of normalisations and slopes of PReLU.
    #[default]
    Weights,
    /// All parameters, marked or not, as in PyTorch.
    Everything,
}

/// How a penalty with a corner at 0 is descended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum L1Step {
    /// By its sub-gradient sgn(θ), with sgn(0) = 0: entries come close to 0 and swing around it.
    #[default]
    SubGradient,
    /// By its proximal step after the optimiser's, a soft threshold: entries become exactly 0.
    Proximal,
}
