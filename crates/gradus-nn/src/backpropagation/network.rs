//! A network of plain matrices, forwards and backwards.

use gradus_autograd::Parameter;
use nalgebra::{DMatrix, RowDVector};

use crate::backpropagation::activations::{backward, value};
use crate::backpropagation::costs::CostGradient;
use crate::{Activation, LayerSpec, NnError, Path, Sequential};

/// a = f(x·W + 1·b) ⊙ M.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplicitLayer {
    /// W, of shape (inputs, outputs).
    pub weight: DMatrix<f64>,
    /// b, of shape (1, outputs).
    pub bias: DMatrix<f64>,
    /// f.
    pub activation: Activation,
    /// M, of shape (rows of the batch, outputs): the factors of dropout, 0 and 1/(1 − rate).
    pub mask: Option<DMatrix<f64>>,
}

/// Layers that fit each other.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplicitNetwork {
    layers: Vec<ExplicitLayer>,
}

/// Everything that a forward and a backward pass compute, layer by layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Backpropagation {
    /// C.
    pub cost: f64,
    /// zˡ.
    pub pre_activations: Vec<DMatrix<f64>>,
    /// aˡ, after the mask.
    pub outputs: Vec<DMatrix<f64>>,
    /// δˡ = ∂C/∂zˡ.
    pub deltas: Vec<DMatrix<f64>>,
    /// ∂C/∂Wˡ.
    pub weights: Vec<DMatrix<f64>>,
    /// ∂C/∂bˡ, of shape (1, outputs).
    pub biases: Vec<DMatrix<f64>>,
    /// ∂C/∂x.
    pub input: DMatrix<f64>,
}

/// zˡ and aˡ of each layer.
struct ForwardPass {
    pre_activations: Vec<DMatrix<f64>>,
    outputs: Vec<DMatrix<f64>>,
}

impl ExplicitNetwork {
    /// A network of given layers.
    ///
    /// # Errors
    /// If there is no layer, if neighbouring layers do not fit, if a bias or a mask does not fit its
    /// weights, or if an activation has an impossible number.
    pub fn new(layers: Vec<ExplicitLayer>) -> Result<Self, NnError> {
        if layers.is_empty() {
            return Err(NnError::EmptyLayer { layer: "a network", inputs: 0, outputs: 0 });
        }
        let mut width = None;
        for (position, layer) in layers.iter().enumerate() {
            let (inputs, outputs) = layer.weight.shape();
            match width {
                Some(found) if found != inputs => {
                    return Err(NnError::LayerWidth { position, expected: inputs, found });
                }
                _ => width = Some(outputs),
            }
            layer.activation.check()?;
            fits(position, "bias", &layer.bias, (1, outputs))?;
            if let Some(mask) = &layer.mask {
                fits(position, "mask", mask, (mask.nrows(), outputs))?;
            }
        }
        Ok(Self { layers })
    }

    /// The network of a model's linear layers and activations, with copies of its weights.
    ///
    /// ```
    /// use gradus_nn::backpropagation::ExplicitNetwork;
    /// use gradus_nn::{Activation, Mlp};
    /// use rand::SeedableRng;
    ///
    /// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 1, activation: Activation::Tanh };
    /// let model = mlp.build::<f64>(&mut rng).unwrap();
    /// assert_eq!(ExplicitNetwork::of(&model).unwrap().layers().len(), 2);
    /// ```
    ///
    /// # Errors
    /// If the model holds other layers, or an activation that follows no linear layer.
    pub fn of(model: &Sequential<f64>) -> Result<Self, NnError> {
        let mut layers: Vec<ExplicitLayer> = Vec::new();
        let mut activated = true;
        for (position, layer) in model.layers().iter().enumerate() {
            let mut parameters = Vec::new();
            layer.visit(&Path::root(), &mut |_, p: &Parameter<f64>| {
                parameters.push(p.value().clone());
            });
            match (layer.spec(), layers.last_mut(), parameters.as_slice()) {
                (Some(LayerSpec::Linear { .. }), _, [weight, bias]) => {
                    let (weight, bias) = (weight.clone(), bias.clone());
                    let activation = Activation::Identity;
                    layers.push(ExplicitLayer { weight, bias, activation, mask: None });
                    activated = false;
                }
                (Some(LayerSpec::Activation(activation)), Some(last), _) if !activated => {
                    last.activation = activation;
                    activated = true;
                }
                _ => return Err(NnError::NotExplicit { position, name: layer.name() }),
            }
        }
        Self::new(layers)
    }

    /// The layers.
    pub fn layers(&self) -> &[ExplicitLayer] {
        &self.layers
    }

    /// The output for a batch, one example in a row.
    ///
    /// # Errors
    /// If the batch does not have as many columns as the first weights have rows, or a mask not as
    /// many rows as the batch.
    pub fn forward(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, NnError> {
        let ForwardPass { mut outputs, .. } = self.pass(x)?;
        Ok(outputs.pop().expect("a network has a layer"))
    }

    /// One forward and one backward pass, for a function that gives the cost of an output and its
    /// gradient: [`cost_gradient`](super::cost_gradient), [`log_likelihood`](super::log_likelihood)
    /// or one of your own.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gradus_nn::backpropagation::{ExplicitLayer, ExplicitNetwork, cost_gradient};
    /// use gradus_nn::{Activation, Cost, Target};
    /// use nalgebra::dmatrix;
    ///
    /// let layer = ExplicitLayer {
    ///     weight: dmatrix![2.0],
    ///     bias: dmatrix![1.0],
    ///     activation: Activation::Identity,
    ///     mask: None,
    /// };
    /// let network = ExplicitNetwork::new(vec![layer]).unwrap();
    /// let target = Target::Values(Arc::new(dmatrix![0.0; 0.0]));
    /// let x = dmatrix![1.0; 3.0];
    /// let result =
    ///     network.backpropagate(&x, |a| cost_gradient(Cost::Quadratic, a, &target)).unwrap();
    /// assert_eq!(result.cost, (9.0 + 49.0) / 4.0);
    /// assert_eq!(result.weights[0], dmatrix![(1.0 * 3.0 + 3.0 * 7.0) / 2.0]);
    /// assert_eq!(result.biases[0], dmatrix![(3.0 + 7.0) / 2.0]);
    /// ```
    ///
    /// # Errors
    /// Those of [`ExplicitNetwork::forward`] and of the cost, and if the gradient of the cost does
    /// not have the output's shape.
    pub fn backpropagate(
        &self,
        x: &DMatrix<f64>,
        cost: impl FnOnce(&DMatrix<f64>) -> Result<CostGradient, NnError>,
    ) -> Result<Backpropagation, NnError> {
        let ForwardPass { pre_activations, outputs } = self.pass(x)?;
        let last = outputs.last().expect("a network has a layer");
        let CostGradient { cost, mut gradient } = cost(last)?;
        fits(self.layers.len() - 1, "gradient of the cost", &gradient, last.shape())?;
        let (mut deltas, mut weights, mut biases) = (Vec::new(), Vec::new(), Vec::new());
        for (l, layer) in self.layers.iter().enumerate().rev() {
            if let Some(mask) = &layer.mask {
                gradient.component_mul_assign(mask);
            }
            let delta = backward(layer.activation, &pre_activations[l], &gradient);
            let input = if l == 0 { x } else { &outputs[l - 1] };
            weights.push(input.transpose() * &delta);
            let sums = delta.column_iter().map(|column| column.sum());
            biases.push(DMatrix::from_iterator(1, delta.ncols(), sums));
            gradient = &delta * layer.weight.transpose();
            deltas.push(delta);
        }
        for list in [&mut deltas, &mut weights, &mut biases] {
            list.reverse();
        }
        let input = gradient;
        Ok(Backpropagation { cost, pre_activations, outputs, deltas, weights, biases, input })
    }

    /// zˡ and aˡ of each layer.
    fn pass(&self, x: &DMatrix<f64>) -> Result<ForwardPass, NnError> {
        let (expected, found) = (self.layers[0].weight.nrows(), x.ncols());
        if expected != found {
            return Err(NnError::InputWidth { expected, found });
        }
        let (mut pre_activations, mut outputs) = (Vec::new(), Vec::new());
        let mut a = x.clone();
        for (position, layer) in self.layers.iter().enumerate() {
            let mut z = &a * &layer.weight;
            let bias = RowDVector::from_row_slice(layer.bias.as_slice());
            z.row_iter_mut().for_each(|mut row| row += &bias);
            a = value(layer.activation, &z);
            if let Some(mask) = &layer.mask {
                fits(position, "mask", mask, a.shape())?;
                a.component_mul_assign(mask);
            }
            pre_activations.push(z);
            outputs.push(a.clone());
        }
        Ok(ForwardPass { pre_activations, outputs })
    }
}

/// Whether a matrix has the shape that it must have.
fn fits(
    position: usize,
    what: &str,
    matrix: &DMatrix<f64>,
    expected: (usize, usize),
) -> Result<(), NnError> {
    let found = matrix.shape();
    if found == expected {
        return Ok(());
    }
    let problem =
        format!("it is {}x{}, it must be {}x{}", found.0, found.1, expected.0, expected.1);
    Err(NnError::Parameter { name: format!("{position}.{what}"), problem })
}
