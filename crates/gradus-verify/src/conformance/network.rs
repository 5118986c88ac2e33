//! Fully connected networks from flat or listed parameters, over gradus-nn's linear layer.

use gradus_autograd::{Parameter, Tape, Var};
use gradus_linalg::Scalar;
use gradus_nn::{Layer, Linear, Pass, Reduction};
use nalgebra::DMatrix;

use super::case::Stop;
use super::costs::{CostFunction, Targets};
use super::functions::Elementwise;

/// Linear layers with an activation after each.
#[derive(Clone, Debug)]
pub(super) struct Network<T: Scalar> {
    pub(super) layers: Vec<Linear<T>>,
    pub(super) activations: Vec<Elementwise>,
}

impl<T: Scalar> Network<T> {
    /// A network with one activation between the layers and none at the end. `theta` holds each
    /// layer's weights, row by row as (outputs, inputs), and its biases.
    pub(super) fn from_flat(sizes: &[usize], hidden: &str, theta: &[T]) -> Result<Self, Stop> {
        let wanted = "as many numbers as the network has parameters";
        let malformed = || Stop::malformed("theta", wanted);
        let mut rest = theta;
        let mut take = |count: usize| {
            let (taken, left) = rest.split_at_checked(count)?;
            rest = left;
            Some(taken)
        };
        let mut layers = Vec::new();
        for (inputs, outputs) in sizes.iter().zip(sizes.iter().skip(1)) {
            let count = inputs.checked_mul(*outputs).ok_or_else(malformed)?;
            // (outputs, inputs) by rows is (inputs, outputs) by columns.
            let weight = take(count).ok_or_else(malformed)?;
            let weight = DMatrix::from_column_slice(*inputs, *outputs, weight);
            let bias = take(*outputs).ok_or_else(malformed)?;
            let bias = DMatrix::from_row_slice(1, *outputs, bias);
            layers
                .push(Linear { weight: Parameter::new(weight), bias: Some(Parameter::new(bias)) });
        }
        if layers.is_empty() || !rest.is_empty() {
            return Err(malformed());
        }
        let mut activations = vec![Elementwise::by_name(hidden)?; layers.len() - 1];
        activations.push(Elementwise::by_name("identity")?);
        Ok(Self { layers, activations })
    }

    /// The output for a batch.
    pub(super) fn forward<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let layers = self.layers.iter().zip(&self.activations);
        layers.fold(x, |a, (layer, f)| f.apply(layer.forward(a, &mut Pass::eval())))
    }

    /// The mean cost of a batch with ½·l2·Σw² over the weights.
    pub(super) fn cost<'t>(
        &self,
        x: Var<'t, T>,
        (function, targets): (&CostFunction, &Targets),
        l2: f64,
    ) -> Result<Var<'t, T>, Stop> {
        let cost = function.of(self.forward(x), targets, Reduction::Mean)?;
        if l2 == 0.0 {
            return Ok(cost);
        }
        let weights = self.layers.iter().map(|layer| x.parameter(&layer.weight));
        Ok(weights.fold(cost, |cost, w| cost + w.square().sum() * (0.5 * l2)))
    }

    /// The number of outputs.
    pub(super) fn outputs(&self) -> usize {
        self.layers.last().map_or(0, |layer| layer.weight.value().ncols())
    }

    /// The parameters as variables of a tape, in the order of `theta`.
    pub(super) fn variables<'t>(&self, tape: &'t Tape<T>) -> Vec<Var<'t, T>> {
        self.layers
            .iter()
            .flat_map(|layer| [&layer.weight].into_iter().chain(&layer.bias))
            .map(|parameter| tape.parameter(parameter))
            .collect()
    }
}

/// Matrices in the order of the parameters, as one list in the order of `theta`.
pub(super) fn flatten<'m, T: Scalar>(matrices: impl IntoIterator<Item = &'m DMatrix<T>>) -> Vec<T> {
    matrices.into_iter().flat_map(|matrix| matrix.as_slice().iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn flat_parameters_are_read_by_rows_of_outputs() {
        let theta = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.5, -0.5];
        let network = Network::from_flat(&[3, 2], "tanh", &theta).unwrap();
        let tape = Tape::new();
        let y = network.forward(tape.constant(dmatrix![1.0, 10.0, 100.0]));
        assert_eq!(y.value(), dmatrix![321.5, 653.5]);
        let matrices: Vec<_> =
            network.variables(&tape).into_iter().map(|variable| variable.value()).collect();
        assert_eq!(flatten(&matrices), theta);
    }

    #[test]
    fn too_many_or_too_few_parameters_are_refused() {
        for count in [0, 7, 9] {
            assert!(Network::<f64>::from_flat(&[3, 2], "tanh", &vec![0.0; count]).is_err());
        }
        assert!(Network::<f64>::from_flat(&[3], "tanh", &[]).is_err());
        assert!(Network::<f64>::from_flat(&[usize::MAX, 2], "tanh", &[]).is_err());
    }
}
