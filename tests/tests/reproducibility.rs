//! The same seed gives the same bits, from run to run and on any number of threads.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Dataset, Targets, digits_dataset, purpose, stream};
use gradus_nn::{Activation, Cost, Layer, Mlp, Path};
use gradus_optim::Adam;
use gradus_train::{FitConfig, Quiet, fit};
use nalgebra::DMatrix;
use rand::RngExt;

fn weights(data: &Dataset<f32>, mlp: &Mlp, epochs: usize, seed: u64, threads: usize) -> Vec<u32> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let mut model = mlp.build::<f32>(&mut stream(seed, purpose::INIT)).unwrap();
        let mut adam = Adam::default().build::<f32>().unwrap();
        let config = FitConfig { epochs, batch_size: Some(256), seed, ..FitConfig::default() };
        let cost = Cost::SoftmaxCrossEntropy;
        fit(&mut model, cost, &mut adam, data, Some(data), &config, &mut Quiet).unwrap();
        let mut bits = Vec::new();
        model.visit(&Path::root(), &mut |_, p| {
            bits.extend(p.value().iter().map(|x| x.to_bits()));
        });
        bits
    })
}

#[test]
fn digits_train_to_the_same_bits_on_one_and_two_threads() {
    let data = digits_dataset::<f32>();
    let mlp = Mlp { inputs: 64, hidden: vec![64], outputs: 10, activation: Activation::Relu };
    let first = weights(&data, &mlp, 3, 7, 1);
    assert_eq!(first, weights(&data, &mlp, 3, 7, 1), "two runs differ");
    assert_eq!(first, weights(&data, &mlp, 3, 7, 2), "one and two threads differ");
    assert_ne!(first, weights(&data, &mlp, 3, 8, 1), "the seed has no influence");
}

#[test]
fn large_products_give_the_same_bits_on_any_number_of_threads() {
    let mut rng = stream(5, purpose::NOISE);
    let x = DMatrix::from_fn(512, 700, |_, _| rng.random());
    let codes = (0..512).map(|_| rng.random_range(0..10)).collect();
    let labels = (0..10).map(|i: u32| i.to_string()).collect();
    let names = (0..700).map(|i: u32| format!("x{i}")).collect();
    let data = Dataset::new(x, Targets::Classes { codes, labels }, names).unwrap();
    let hidden = vec![640, 600];
    let mlp = Mlp { inputs: 700, hidden, outputs: 10, activation: Activation::Tanh };
    let one = weights(&data, &mlp, 2, 3, 1);
    for threads in [2, 3] {
        assert!(one == weights(&data, &mlp, 2, 3, threads), "{threads} threads differ from one");
    }
}
