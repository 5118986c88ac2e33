//! Imbalance: 96 % accuracy that is worth nothing, and what helps.
//!
//! One row in twenty-five is positive. Guessing "never" is right 96 times in 100. Figures that ask for
//! both classes tell: recall, balanced accuracy, MCC; and so does the report, by a warning. Balancing
//! the training rows moves the threshold, and so does choosing it; neither makes the ranking (AUC) much
//! better. Only training rows may be balanced: copies made before a split end up on both sides of it.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::metrics::{
    ConfusionMatrix, CostMatrix, RankedScores, ThresholdRule, brier_score, roc_auc,
};
use gradus::nn::Cost;
use gradus::prelude::*;
use gradus::resample::{oversample, undersample};
use gradus::stats::expit;

/// The probabilities of class 1 for some rows, of a logistic model of others.
fn probabilities(
    data: &Dataset<f64>,
    train: &[usize],
    rows: &[usize],
) -> Result<Vec<f64>, Box<dyn std::error::Error>> {
    let mlp = Mlp { inputs: 2, hidden: vec![], outputs: 2, activation: Activation::Relu };
    let mut network = mlp.build::<f64>(&mut stream(0, purpose::INIT))?;
    let mut optimizer = Adam { lr: 0.02, ..Adam::default() }.build()?;
    let config =
        FitConfig { epochs: 60, batch_size: Some(64), patience: None, ..FitConfig::default() };
    let cost = Cost::SoftmaxCrossEntropy;
    fit(&mut network, cost, &mut optimizer, &data.select(train)?, None, &config, &mut Quiet)?;
    let logits = gradus::nn::predict(&network, &data.select(rows)?.x);
    Ok(logits.row_iter().map(|z| expit(z[1] - z[0])).collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut rng = stream(1, purpose::NOISE);
    let mut bell = || Normal::standard().sample(&mut rng);
    let codes: Vec<u32> = (0..4000).map(|row| u32::from(row % 25 == 0)).collect();
    let x = DMatrix::from_fn(4000, 2, |row, _| bell() + 1.3 * f64::from(codes[row]));
    let labels = vec!["healthy".to_owned(), "ill".to_owned()];
    let y = Targets::Classes { codes: codes.clone(), labels: labels.clone() };
    let data = Dataset::new(x, y, vec!["a".to_owned(), "b".to_owned()])?;
    let parts = Fractions { train: 0.5, dev: 0.25, test: 0.25 };
    let Split { train, dev, test } = stratified_holdout(&codes, parts, 1)?;
    let truth = |rows: &[usize]| rows.iter().map(|&row| codes[row]).collect::<Vec<u32>>();
    let y_true = truth(&test);

    println!(
        "training rows     threshold  accuracy  recall  precision  balanced    MCC    AUC  Brier"
    );
    let show = |name: &str,
                threshold: f64,
                p: &[f64]|
     -> Result<ConfusionMatrix, Box<dyn std::error::Error>> {
        let y_pred: Vec<u32> = p.iter().map(|&p| u32::from(p >= threshold)).collect();
        let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, 2)?;
        println!(
            "{name:<16}  {threshold:>9.2}  {:>8.3}  {:>6.3}  {:>9.3}  {:>8.3}  {:>5.2}  {:>5.3}  {:>5.3}",
            matrix.accuracy(),
            matrix.recall(1, ZeroDivision::Zero),
            matrix.precision(1, ZeroDivision::Zero),
            matrix.balanced_accuracy(),
            matrix.mcc(),
            roc_auc(&y_true, p)?,
            brier_score(&y_true, p)?
        );
        Ok(matrix)
    };
    let never = show("none: never", 0.5, &vec![0.0; test.len()])?;
    let plain = probabilities(&data, &train, &test)?;
    show("as they are", 0.5, &plain)?;
    // A miss is 24 times as bad as a false alarm, as healthy people are 24 times as many.
    let costs = CostMatrix { false_negative: 24.0, ..CostMatrix::default() };
    let ranked = RankedScores::new(&truth(&dev), &probabilities(&data, &train, &dev)?)?;
    let threshold = ranked.best_threshold(ThresholdRule::Cost(costs))?.threshold;
    let moved = show("as they are", threshold, &plain)?;
    let over = oversample(&train, &codes, 1)?;
    show("oversampled", 0.5, &probabilities(&data, &over, &test)?)?;
    let under = undersample(&train, &codes, 1)?;
    show("undersampled", 0.5, &probabilities(&data, &under, &test)?)?;
    assert!(never.accuracy() > 0.95 && never.mcc() == 0.0);
    assert!(moved.recall(1, ZeroDivision::Zero) > 0.5);

    println!("\nthe report of \"never\" says so:\n");
    let y_pred = vec![0; test.len()];
    print!("{}", ClassificationReport::new(&y_true, &y_pred, &labels, ZeroDivision::Zero)?);
    Ok(())
}
