//! The multi-layer perceptron.

use gradus_linalg::Scalar;
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{Activate, Activation, Init, Layer, Linear, NnError, Sequential};

/// A multi-layer perceptron: linear layers with an activation between them. The last layer is
/// linear; what it means (logits, values) is the cost's business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mlp {
    /// Features.
    pub inputs: usize,
    /// Units of each hidden layer; empty for a linear model.
    pub hidden: Vec<usize>,
    /// Outputs.
    pub outputs: usize,
    /// The activation of the hidden layers.
    pub activation: Activation,
}

impl Mlp {
    /// The network with random weights: hidden layers begin as their activation's
    /// [`default_init`](Activation::default_init) says, the last one as Glorot's uniform.
    ///
    /// # Errors
    /// If an extent is 0, or if the activation has an impossible parameter.
    pub fn build<T: Scalar>(&self, rng: &mut dyn Rng) -> Result<Sequential<T>, NnError> {
        self.activation.check()?;
        let mut layers: Vec<Box<dyn Layer<T>>> = Vec::new();
        let mut width = self.inputs;
        for &units in &self.hidden {
            let init = self.activation.default_init();
            layers.push(Box::new(Linear::new(width, units, init, rng)?));
            layers.push(Box::new(Activate(self.activation)));
            width = units;
        }
        layers.push(Box::new(Linear::new(width, self.outputs, Init::GlorotUniform, rng)?));
        Sequential::new(layers)
    }
}
