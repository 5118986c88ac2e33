//! Layers written down, without their numbers.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{Activate, Activation, Layer, Linear, NnError};
use gradus_autograd::Parameter;

/// A layer's kind and extents, as a model file holds them. Names of variants and fields are part of
/// the format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LayerSpec {
    /// A [`Linear`] layer.
    Linear {
        /// Rows of W.
        inputs: usize,
        /// Columns of W.
        outputs: usize,
    },
    /// An [`Activate`] layer.
    Activation(Activation),
}

impl LayerSpec {
    /// The number of parameters that the layer holds, or `None` if it overflows.
    pub fn parameter_count(&self) -> Option<usize> {
        match self {
            Self::Linear { inputs, outputs } => inputs.checked_mul(*outputs)?.checked_add(*outputs),
            Self::Activation(_) => Some(0),
        }
    }

    /// The layer with all parameters 0, to be filled.
    ///
    /// # Errors
    /// If an extent is 0.
    pub fn build<T: Scalar>(&self) -> Result<Box<dyn Layer<T>>, NnError> {
        match *self {
            Self::Linear { inputs, outputs } => {
                if inputs == 0 || outputs == 0 {
                    return Err(NnError::EmptyLayer { layer: "linear", inputs, outputs });
                }
                let weight = Parameter::new(DMatrix::zeros(inputs, outputs));
                let bias = Parameter::new(DMatrix::zeros(1, outputs));
                Ok(Box::new(Linear { weight, bias }))
            }
            Self::Activation(activation) => Ok(Box::new(Activate(activation))),
        }
    }
}
