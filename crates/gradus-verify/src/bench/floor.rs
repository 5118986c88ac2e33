//! The floor of a training step: its matrix products alone, and the optimiser's traffic.

use std::time::Duration;

use gradus_linalg::{MatMut, MatRef, gemm};
use nalgebra::DMatrix;

use super::measure::{repeats, seconds};
use super::network::{Network, Rule};

/// The buffers of one layer.
struct Layer {
    a: DMatrix<f32>,
    w: DMatrix<f32>,
    z: DMatrix<f32>,
    da: DMatrix<f32>,
    dw: DMatrix<f32>,
}

/// The work that no implementation of a step can avoid.
pub(crate) struct Floor {
    layers: Vec<Layer>,
    arrays: usize,
    source: Vec<f32>,
    target: Vec<f32>,
    copies: usize,
}

impl Floor {
    pub(crate) fn of(network: &Network) -> Self {
        let batch = network.batch;
        let number = |i: usize, j: usize| ((i * 31 + j * 17) % 101) as f32 * 0.01 - 0.5;
        let layer = |pair: &[usize]| Layer {
            a: DMatrix::from_fn(batch, pair[0], number),
            w: DMatrix::from_fn(pair[0], pair[1], number),
            z: DMatrix::from_fn(batch, pair[1], number),
            da: DMatrix::zeros(batch, pair[0]),
            dw: DMatrix::zeros(pair[0], pair[1]),
        };
        let parameters = network.parameters();
        let mut floor = Self {
            layers: network.sizes.windows(2).map(layer).collect(),
            // Arrays that the update reads or writes, once each way: θ, g → θ; and with Adam's two
            // moments θ, g, v, s → θ, v, s.
            arrays: match network.rule {
                Rule::Sgd => 3,
                Rule::Adam => 7,
            },
            source: vec![1.0; parameters],
            target: vec![0.0; parameters],
            copies: 1,
        };
        floor.copies = repeats(Duration::from_millis(2), || floor.copy());
        floor
    }

    fn copy(&mut self) {
        self.target.copy_from_slice(std::hint::black_box(&self.source));
        std::hint::black_box(&mut self.target);
    }

    /// Forward and backward products on the buffers of a step, without a gradient of the input.
    fn products(&mut self) {
        for layer in &mut self.layers {
            let (a, w) = (MatRef::from(&layer.a), MatRef::from(&layer.w));
            gemm(1.0, a, w, 0.0, MatMut::from(&mut layer.z));
        }
        for (i, layer) in self.layers.iter_mut().enumerate().rev() {
            let (a, w, dz) =
                (MatRef::from(&layer.a), MatRef::from(&layer.w), MatRef::from(&layer.z));
            gemm(1.0, a.t(), dz, 0.0, MatMut::from(&mut layer.dw));
            if i > 0 {
                gemm(1.0, dz, w.t(), 0.0, MatMut::from(&mut layer.da));
            }
        }
        std::hint::black_box(&mut self.layers);
    }

    /// Seconds of the products of one step.
    pub(crate) fn product_seconds(&mut self, count: usize) -> f64 {
        seconds(count, || self.products())
    }

    /// Bytes a second that a copy of the parameters moves, reading and writing.
    pub(crate) fn copy_bandwidth(&mut self) -> f64 {
        let bytes = 2.0 * (self.source.len() * size_of::<f32>()) as f64;
        bytes / seconds(self.copies, || self.copy())
    }

    /// Arrays as long as the parameters that the update reads or writes.
    pub(crate) fn arrays(&self) -> usize {
        self.arrays
    }

    /// Seconds of the optimiser's traffic at a bandwidth.
    pub(crate) fn traffic_seconds(&self, bandwidth: f64) -> f64 {
        (self.arrays * self.source.len() * size_of::<f32>()) as f64 / bandwidth
    }
}
