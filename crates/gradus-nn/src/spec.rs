//! Layers written down, without their numbers.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{Activate, Activation, Dropout, DropoutScaling, Layer, Linear, NnError, Prelu};
use gradus_autograd::Parameter;

/// A layer's kind and extents, as a model file holds them. Names and order of variants and fields
/// are part of the format.
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
    /// A [`Dropout`] layer.
    Dropout {
        /// The probability of dropping a unit.
        rate: f64,
        /// Where it makes up for what it drops.
        scaling: DropoutScaling,
    },
    /// A [`Prelu`] layer.
    Prelu {
        /// 1, or the number of features.
        slopes: usize,
    },
}

impl LayerSpec {
    /// The number of parameters that the layer holds, or `None` if it overflows.
    pub fn parameter_count(&self) -> Option<usize> {
        match self {
            Self::Linear { inputs, outputs } => inputs.checked_mul(*outputs)?.checked_add(*outputs),
            Self::Activation(_) | Self::Dropout { .. } => Some(0),
            Self::Prelu { slopes } => Some(*slopes),
        }
    }

    /// The layer with all parameters 0, to be filled.
    ///
    /// # Errors
    /// If an extent is 0, or if an activation or a dropout has an impossible number.
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
            Self::Activation(activation) => {
                activation.check().map(|()| Box::new(Activate(activation)) as Box<dyn Layer<T>>)
            }
            Self::Dropout { rate, scaling } => {
                let dropout = Dropout::new(rate)?;
                Ok(Box::new(match scaling {
                    DropoutScaling::Inverted => dropout,
                    DropoutScaling::Plain => dropout.plain(),
                }))
            }
            Self::Prelu { slopes } => {
                let mut layer = Prelu::per_feature(slopes)?;
                layer.alpha.value_mut().fill(T::zero());
                Ok(Box::new(layer))
            }
        }
    }
}
