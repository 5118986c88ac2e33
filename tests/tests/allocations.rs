//! A training step after the first allocates nothing above 1 KiB, and memory does not grow.
//! Without the test harness, which allocates too.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::sync::Arc;

use gradus_autograd::Tape;
use gradus_data::{purpose, stream};
use gradus_nn::{
    Activate, Activation, BatchNorm, Cost, Dropout, Init, Layer, LayerNorm, Linear, Mlp, Residual,
    Sequential, Target,
};
use gradus_optim::{Adam, Momentum, Optimizer, Sgd};
use gradus_testkit::CountingAllocator;
use gradus_train::Stepper;
use nalgebra::DMatrix;
use rand::RngExt;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1024);

fn main() {
    // Inside the thread pool, as `fit` runs, with all its threads started.
    rayon::scope(|_| {
        rayon::broadcast(|_| ());
        check_all();
        check_constants();
    });
}

fn check_all() {
    for activation in [Activation::Relu, Activation::Sigmoid, Activation::Tanh] {
        for hidden in [vec![32], vec![128, 64]] {
            let optimizers: [Box<dyn Optimizer<f32>>; 3] = [
                Box::new(Sgd::default().build().unwrap()),
                Box::new(Momentum::default().build().unwrap()),
                Box::new(Adam::default().build().unwrap()),
            ];
            for optimizer in optimizers {
                let mlp = Mlp { inputs: 200, hidden: hidden.clone(), outputs: 10, activation };
                check(&mlp, 64, optimizer);
            }
        }
    }
    // Large enough for several threads to share its products.
    let wide =
        Mlp { inputs: 784, hidden: vec![512, 512], outputs: 10, activation: Activation::Relu };
    check(&wide, 256, Box::new(Adam::default().build().unwrap()));
    let adam = Box::new(Adam::default().build().unwrap());
    check_model(normalised(), 300, 10, "normalised", 256, adam);
}

/// Every layer that works by more than one operation, with parameters tied and frozen.
fn normalised() -> Sequential<f32> {
    let mut rng = stream(2, purpose::NOISE);
    let mut linear = |inputs, outputs| -> Box<dyn Layer<f32>> {
        Box::new(Linear::without_bias(inputs, outputs, Init::HeNormal, &mut rng).unwrap())
    };
    let branch = vec![LayerNorm::new(300).unwrap().boxed(), linear(300, 300)];
    let mut model = Sequential::new(vec![
        linear(300, 300),
        BatchNorm::new(300).unwrap().boxed(),
        Box::new(Activate(Activation::Tanh)),
        Residual::new(branch).unwrap().boxed(),
        Box::new(Dropout::new(0.5).unwrap()),
        linear(300, 300),
        linear(300, 10),
    ])
    .unwrap();
    model.tie("5.weight", "3.residual.1.weight").unwrap();
    model.freeze(0).unwrap();
    model
}

fn check(mlp: &Mlp, rows: usize, optimizer: Box<dyn Optimizer<f32>>) {
    let model = mlp.build::<f32>(&mut stream(1, purpose::NOISE)).unwrap();
    let what = format!("{:?} with {}", mlp.hidden, mlp.activation);
    check_model(model, mlp.inputs, mlp.outputs, &what, rows, optimizer);
}

fn check_model(
    mut model: Sequential<f32>,
    inputs: usize,
    outputs: usize,
    what: &str,
    rows: usize,
    mut optimizer: Box<dyn Optimizer<f32>>,
) {
    let mut rng = stream(1, purpose::INIT);
    // Two sizes of batch, as the last one of an epoch is smaller.
    let batches: Vec<_> = [rows, rows / 2 + 1]
        .into_iter()
        .map(|rows| {
            let x = DMatrix::from_fn(rows, inputs, |_, _| rng.random());
            let classes = (0..rows).map(|_| rng.random_range(0..outputs as u32)).collect();
            (Arc::new(x), Target::Classes(Arc::new(classes)))
        })
        .collect();
    let mut stepper = Stepper::new();
    let mut noise = stream(1, purpose::BATCHES);
    let mut steps = |n: usize| {
        for _ in 0..n {
            for (x, target) in &batches {
                let cost = Cost::SoftmaxCrossEntropy;
                stepper
                    .step(&mut model, cost, optimizer.as_mut(), (x, target), &mut noise)
                    .unwrap();
            }
        }
    };
    // The second step may still meet a new constellation of free buffers.
    steps(2);
    let ((), few) = ALLOCATOR.measure(|| steps(5));
    assert_eq!(
        few.large, 0,
        "{what}: allocations above 1 KiB, the largest of {} bytes",
        few.largest
    );
    let n = if rows > 100 { 20 } else { 500 };
    let ((), many) = ALLOCATOR.measure(|| steps(n));
    assert_eq!(many.large, 0, "{what}: the largest of {} bytes", many.largest);
    let growth = many.current_bytes as i64 - few.current_bytes as i64;
    assert!(growth < 1024, "{what}: memory grew by {growth} bytes over {} steps", 2 * n);
}

/// Matrices that a loop gives to the tape are dropped with the graph, and not kept as buffers.
fn check_constants() {
    let mut tape = Tape::<f32>::new();
    let mut sizes = Vec::new();
    for _ in 0..20 {
        let x = tape.variable(DMatrix::from_element(64, 100, 1.0));
        let y = tape.constant(DMatrix::from_element(64, 100, 0.5));
        let gradients = (x - y).square().mean().backward();
        tape.reset();
        tape.recycle(gradients);
        sizes.push(tape.pooled_bytes());
    }
    assert!(sizes[1..].windows(2).all(|pair| pair[0] == pair[1]), "{sizes:?}");
}
