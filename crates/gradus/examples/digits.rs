//! Trains a network on the embedded digits and scores it on rows it never saw.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let digits = data::digits_dataset::<f32>();
    let Targets::Classes { codes, labels } = &digits.y else { unreachable!("digits are classes") };
    let split = stratified_holdout(codes, Fractions::default(), 1)?;
    let part = |rows: &[usize]| digits.select(rows);
    let (train, dev, test) = (part(&split.train)?, part(&split.dev)?, part(&split.test)?);

    let mlp = Mlp { inputs: 64, hidden: vec![64], outputs: 10, activation: Activation::Relu };
    let mut model = mlp.build(&mut stream(1, purpose::INIT))?;
    let mut adam = Adam { lr: 0.005, ..Adam::default() }.build()?;
    let config = FitConfig { epochs: 30, batch_size: Some(32), ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    fit(&mut model, cost, &mut adam, &train, Some(&dev), &config, &mut Quiet)?;

    let predicted = predicted_classes(&model.predict(&test.x)?);
    let truth: Vec<u32> = split.test.iter().map(|&row| codes[row]).collect();
    let report = ClassificationReport::new(&truth, &predicted, labels, ZeroDivision::Zero)?;
    println!("{report}");
    assert!(report.accuracy > 0.95);
    Ok(())
}
