//! Activation functions by name.

use std::fmt;

use gradus_autograd::Var;
use gradus_linalg::{Epilogue, Scalar};
use serde::{Deserialize, Serialize};

use crate::Init;

/// An activation function, applied to each element.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::Activation;
///
/// let tape = Tape::new();
/// let z = tape.scalar(-3.0);
/// assert_eq!(Activation::Relu.apply(z).item(), 0.0);
/// assert_eq!(Activation::Identity.apply(z).item(), -3.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Activation {
    /// z.
    Identity,
    /// max(z, 0).
    Relu,
    /// 1/(1 + e⁻ᶻ).
    Sigmoid,
    /// tanh z.
    Tanh,
}

impl Activation {
    /// Every activation, for tables and help texts.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Relu, Self::Sigmoid, Self::Tanh];

    /// f(z).
    pub fn apply<T: Scalar>(self, z: Var<'_, T>) -> Var<'_, T> {
        match self {
            Self::Identity => z,
            Self::Relu => z.relu(),
            Self::Sigmoid => z.sigmoid(),
            Self::Tanh => z.tanh(),
        }
    }

    /// The initialisation that keeps the variance of signals through layers with this activation:
    /// He's for ReLU, Glorot's for the others.
    pub fn default_init(self) -> Init {
        match self {
            Self::Relu => Init::HeNormal,
            Self::Identity | Self::Sigmoid | Self::Tanh => Init::GlorotUniform,
        }
    }

    pub(crate) fn epilogue(self) -> Option<Epilogue> {
        match self {
            Self::Identity => Some(Epilogue::Identity),
            Self::Relu => Some(Epilogue::Relu),
            Self::Sigmoid => Some(Epilogue::Sigmoid),
            Self::Tanh => Some(Epilogue::Tanh),
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
        })
    }
}
