//! Confusion matrix: one classifier, many figures, and a threshold that what errors cost decides.
//!
//! A score of tumours is learned on half of the rows, and decided upon on the others. Each threshold is
//! another table of TP, FP, FN and TN, and all the usual figures are shares of it: sensitivity
//! TP/(TP+FN), specificity TN/(TN+FP), precision TP/(TP+FP), accuracy, F1.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::metrics::{ConfusionMatrix, CostMatrix, RankedScores, ThresholdRule};
use gradus::prelude::*;
use gradus::select::LinearDiscriminant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::breast_cancer();
    let all: Vec<usize> = (0..table.rows()).collect();
    let target = Target { column: "diagnosis".to_owned(), task: Task::Auto }.fit(&table, &all)?;
    let Targets::Classes { codes, labels } = target.encode::<f64>(&table, &all)? else {
        return Err("a diagnosis is a class".into());
    };
    let halves = Fractions { train: 0.5, dev: 0.25, test: 0.25 };
    let split = stratified_holdout(&codes, halves, 1)?;
    let encoder = Encoder::default().fit(&table, "diagnosis", &split.train)?;
    let x = encoder.transform::<f64>(&table, &all)?;
    let w = LinearDiscriminant::default().fit(&x, &codes, &split.train);
    let truth = |rows: &[usize]| rows.iter().map(|&row| codes[row]).collect::<Vec<u32>>();
    let score = |rows: &[usize]| LinearDiscriminant::score(&x, &w, rows);

    // A miss is as bad as a false alarm, or twenty times as bad: chosen on dev, shown on test.
    let dev = RankedScores::new(&truth(&split.dev), &score(&split.dev))?;
    let (y_true, scores) = (truth(&split.test), score(&split.test));
    println!(
        "miss : alarm   TP  FN  FP  TN   sensitivity  specificity  precision  accuracy     F1"
    );
    let mut misses = Vec::new();
    for ratio in [1.0, 20.0] {
        let costs = CostMatrix { false_negative: ratio, ..CostMatrix::default() };
        let threshold = dev.best_threshold(ThresholdRule::Cost(costs))?.threshold;
        let y_pred: Vec<u32> = scores.iter().map(|&score| u32::from(score >= threshold)).collect();
        let matrix = ConfusionMatrix::from_labels(&y_true, &y_pred, 2)?;
        let zero = ZeroDivision::Zero;
        println!(
            "{ratio:>4} : 1      {:>4}{:>4}{:>4}{:>4}   {:>11.3}  {:>11.3}  {:>9.3}  {:>8.3}  {:>5.3}",
            matrix.true_positives(1),
            matrix.false_negatives(1),
            matrix.false_positives(1),
            matrix.true_negatives(1),
            matrix.recall(1, zero),
            matrix.specificity(1, zero),
            matrix.precision(1, zero),
            matrix.accuracy(),
            matrix.f1(1, zero)
        );
        misses.push((matrix.false_negatives(1), y_pred));
    }
    assert!(misses[1].0 <= misses[0].0, "dearer misses are rarer");

    println!("\nthe report of the first:\n");
    print!("{}", ClassificationReport::new(&y_true, &misses[0].1, &labels, ZeroDivision::Zero)?);
    Ok(())
}
