//! The networks that are measured.

use std::sync::Arc;

use gradus_data::{purpose, stream};
use gradus_nn::{Activation, Mlp, Sequential, Target};
use gradus_optim::{Adam, OptimError, Optimizer, Sgd};
use nalgebra::DMatrix;
use rand::RngExt;

/// A network, its batch and its optimiser.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    pub(crate) sizes: &'static [usize],
    pub(crate) batch: usize,
    pub(crate) rule: Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Sgd,
    Adam,
}

pub(crate) const MNIST: Network = Network { sizes: &[784, 128, 10], batch: 64, rule: Rule::Sgd };
pub(crate) const TINY: Network = Network { sizes: &[64, 32, 10], batch: 32, rule: Rule::Adam };
pub(crate) const LARGE: Network =
    Network { sizes: &[1024, 1024, 1024, 10], batch: 256, rule: Rule::Adam };

impl Network {
    pub(crate) fn model(&self) -> Sequential<f32> {
        let (inputs, rest) = self.sizes.split_first().expect("a network has layers");
        let (outputs, hidden) = rest.split_last().expect("a network has layers");
        let mlp = Mlp {
            inputs: *inputs,
            hidden: hidden.to_vec(),
            outputs: *outputs,
            activation: Activation::Relu,
        };
        mlp.build(&mut stream(0, purpose::INIT)).expect("extents are positive")
    }

    pub(crate) fn optimizer(&self) -> Result<Box<dyn Optimizer<f32>>, OptimError> {
        Ok(match self.rule {
            Rule::Sgd => Box::new(Sgd { lr: 0.1 }.build()?),
            Rule::Adam => Box::new(Adam::default().build()?),
        })
    }

    /// A batch of random numbers and classes.
    pub(crate) fn random_batch(&self) -> (Arc<DMatrix<f32>>, Target<f32>) {
        let mut rng = stream(0, purpose::NOISE);
        let x = DMatrix::from_fn(self.batch, self.sizes[0], |_, _| rng.random());
        let outputs = self.sizes[self.sizes.len() - 1] as u32;
        let classes = (0..self.batch).map(|_| rng.random_range(0..outputs)).collect();
        (Arc::new(x), Target::Classes(Arc::new(classes)))
    }

    /// Parameters, biases included.
    pub(crate) fn parameters(&self) -> usize {
        self.sizes.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum()
    }

    /// Floating-point operations of the products of a step.
    pub(crate) fn flops(&self) -> f64 {
        let product = |pair: &[usize]| 2.0 * (self.batch * pair[0] * pair[1]) as f64;
        let layers = self.sizes.windows(2).enumerate();
        // Forward and weight gradient in every layer, gradient of the input in all but the first.
        layers.map(|(i, pair)| product(pair) * if i == 0 { 2.0 } else { 3.0 }).sum()
    }
}
