//! A training step holds little more than what it is about: parameters, gradients, the optimiser's
//! state and activations. Without the test harness, which allocates too.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::sync::Arc;

use gradus_data::{purpose, stream};
use gradus_linalg::{MatMut, MatRef, gemm};
use gradus_nn::{Activation, Cost, Mlp, Target};
use gradus_optim::Adam;
use gradus_testkit::CountingAllocator;
use gradus_train::Stepper;
use nalgebra::DMatrix;
use rand::RngExt;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1024);

const ROWS: usize = 256;
const SIZES: [usize; 4] = [1024, 1024, 1024, 10];
const NUMBER: usize = size_of::<f32>();

fn main() {
    rayon::scope(|_| {
        rayon::broadcast(|_| ());
        let mut rng = stream(0, purpose::NOISE);
        let x = Arc::new(DMatrix::from_fn(ROWS, SIZES[0], |_, _| rng.random()));
        let classes = (0..ROWS).map(|_| rng.random_range(0..SIZES[3] as u32)).collect();
        let target = Target::Classes(Arc::new(classes));
        reserve_workspaces(&x);

        let mlp = Mlp {
            inputs: SIZES[0],
            hidden: SIZES[1..3].to_vec(),
            outputs: SIZES[3],
            activation: Activation::Relu,
        };
        let parameters: usize = SIZES.windows(2).map(|pair| (pair[0] + 1) * pair[1]).sum();
        let activations: usize = SIZES[1..].iter().map(|width| ROWS * width).sum();
        // θ and g, and Adam's two moments.
        let least = NUMBER * (4 * parameters + activations);

        let ((), before) = ALLOCATOR.measure(|| ());
        let (_model, counts) = ALLOCATOR.measure(|| {
            let mut model = mlp.build::<f32>(&mut rng).unwrap();
            let mut optimizer = Adam::default().build::<f32>().unwrap();
            let mut stepper = Stepper::new();
            for _ in 0..3 {
                let batch = (&x, &target);
                let cost = Cost::SoftmaxCrossEntropy;
                stepper.step(&mut model, cost, &mut optimizer, batch, &mut rng).unwrap();
            }
            model
        });
        let held = counts.peak_bytes - before.current_bytes;
        assert!(held >= least, "the count of what must be held is wrong: {held} < {least}");
        assert!(held as f64 <= 1.1 * least as f64, "{held} bytes, at least {least} needed");
    });
}

/// Lets every thread allocate the buffers of the largest products, which are not counted.
fn reserve_workspaces(x: &DMatrix<f32>) {
    let w = DMatrix::from_element(SIZES[0], SIZES[1], 0.5_f32);
    let mut z = DMatrix::zeros(ROWS, SIZES[1]);
    let mut dw = DMatrix::zeros(SIZES[0], SIZES[1]);
    let mut dx = DMatrix::zeros(ROWS, SIZES[0]);
    for _ in 0..3 {
        gemm(1.0, MatRef::from(x), MatRef::from(&w), 0.0, MatMut::from(&mut z));
        gemm(1.0, MatRef::from(x).t(), MatRef::from(&z), 0.0, MatMut::from(&mut dw));
        gemm(1.0, MatRef::from(&z), MatRef::from(&w).t(), 0.0, MatMut::from(&mut dx));
    }
}
