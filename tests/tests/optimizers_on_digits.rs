//! Every optimiser, at its default rate, learns the digits.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Targets, digits_dataset, purpose, stream};
use gradus_nn::{Activation, Cost, Mlp};
use gradus_optim::{
    Adagrad, Adam, AdamW, AmsGrad, Momentum, MomentumForm, NAdam, Nesterov, NesterovForm,
    Optimizer, RmsProp, Sgd,
};
use gradus_resample::{Fractions, stratified_holdout};
use gradus_train::{FitConfig, Quiet, evaluate, fit};

const SEEDS: u64 = 5;

fn optimizers() -> Vec<(String, Box<dyn Optimizer<f32>>)> {
    let momentum = |form| Momentum::of(form).build().unwrap();
    let nesterov = |form| Nesterov { form, ..Nesterov::default() }.build().unwrap();
    let all: Vec<Box<dyn Optimizer<f32>>> = vec![
        Box::new(Sgd::default().build().unwrap()),
        Box::new(momentum(MomentumForm::Notes)),
        Box::new(momentum(MomentumForm::Averaged)),
        Box::new(momentum(MomentumForm::PyTorch)),
        Box::new(nesterov(NesterovForm::LookAhead)),
        Box::new(nesterov(NesterovForm::Rewritten)),
        Box::new(Adagrad::default().build().unwrap()),
        Box::new(RmsProp::default().build().unwrap()),
        Box::new(Adam::default().build().unwrap()),
        Box::new(AdamW::default().build().unwrap()),
        Box::new(AmsGrad::default().build().unwrap()),
        Box::new(NAdam::default().build().unwrap()),
    ];
    all.into_iter()
        .map(|optimizer| (format!("{} at {}", optimizer.name(), optimizer.lr()), optimizer))
        .collect()
}

#[test]
fn every_optimiser_at_its_default_rate_passes_96_percent_within_30_epochs() {
    let digits = digits_dataset::<f32>();
    let Targets::Classes { codes, .. } = &digits.y else { unreachable!("digits are classes") };
    let mut accuracies = vec![0.0; optimizers().len()];
    for seed in 0..SEEDS {
        let split = stratified_holdout(codes, Fractions::default(), seed).unwrap();
        let part = |rows: &[usize]| digits.select(rows).unwrap();
        let (train, dev, test) = (part(&split.train), part(&split.dev), part(&split.test));
        for (accuracy, (_, mut optimizer)) in accuracies.iter_mut().zip(optimizers()) {
            let hidden = vec![64];
            let mlp = Mlp { inputs: 64, hidden, outputs: 10, activation: Activation::Relu };
            let mut model = mlp.build(&mut stream(seed, purpose::INIT)).unwrap();
            let config =
                FitConfig { epochs: 30, batch_size: Some(16), seed, ..FitConfig::default() };
            let (cost, rule) = (Cost::SoftmaxCrossEntropy, optimizer.as_mut());
            fit(&mut model, cost, rule, &train, Some(&dev), &config, &mut Quiet).unwrap();
            let score = evaluate(&model, cost, &test).unwrap();
            *accuracy += score.accuracy.unwrap() / SEEDS as f64;
        }
    }
    let table: Vec<_> = optimizers().into_iter().map(|(name, _)| name).zip(accuracies).collect();
    for (name, accuracy) in &table {
        assert!(*accuracy > 0.96, "{name}: {accuracy:.4}\n{table:#?}");
    }
}
