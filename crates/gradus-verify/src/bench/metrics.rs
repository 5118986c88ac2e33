//! `metrics`: figures of 10⁶ predictions beside a plain sort of the scores.

use std::hint::black_box;
use std::time::Instant;

use gradus_data::{purpose, stream};
use gradus_metrics::{
    Average, ClassPairing, ConfusionMatrix, MetricError, Ratio, ZeroDivision, auc_estimate,
    average_precision, binary_log_loss, log_loss, roc_auc, roc_auc_multiclass,
};
use rand::RngExt;

use super::Figures;
use super::measure::Spread;
use super::report::Figure;

const ROWS: usize = 1_000_000;
const CLASSES: usize = 10;
const ROUNDS: usize = 7;

/// Predictions that are a little right.
struct Predictions {
    binary: Vec<u32>,
    /// The probability of class 1.
    positive: Vec<f64>,
    /// The same in steps of a hundredth: many ties.
    rounded: Vec<f64>,
    truth: Vec<u32>,
    predicted: Vec<u32>,
    /// One column for each class.
    probabilities: Vec<Vec<f64>>,
}

impl Predictions {
    fn new(rows: usize) -> Self {
        let mut rng = stream(0, purpose::NOISE);
        let mut draw = || rng.random::<f64>();
        let positive: Vec<f64> = (0..rows).map(|_| draw()).collect();
        let binary = positive.iter().map(|p| u32::from(draw() < 0.3 + 0.4 * p)).collect();
        let rounded = positive.iter().map(|p| (p * 100.0).round() / 100.0).collect();
        let mut probabilities = vec![vec![0.0; rows]; CLASSES];
        let (mut truth, mut predicted) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let class = (draw() * CLASSES as f64) as usize;
            let mut weights = [0.0; CLASSES];
            weights.fill_with(|| 1e-3 + draw());
            weights[class] += 0.5;
            let total: f64 = weights.iter().sum();
            let mut best = 0;
            for (k, weight) in weights.iter().enumerate() {
                probabilities[k][row] = weight / total;
                best = if *weight > weights[best] { k } else { best };
            }
            truth.push(class as u32);
            predicted.push(best as u32);
        }
        Self { binary, positive, rounded, truth, predicted, probabilities }
    }

    fn columns(&self) -> Vec<&[f64]> {
        self.probabilities.iter().map(Vec::as_slice).collect()
    }
}

/// A figure's name, and how it is computed.
type Work<'a> = (&'static str, Box<dyn Fn() -> Result<f64, MetricError> + 'a>);

fn macro_f1(y_true: &[u32], y_pred: &[u32], n_classes: usize) -> Result<f64, MetricError> {
    let matrix = ConfusionMatrix::from_labels(y_true, y_pred, n_classes)?;
    matrix.average(Ratio::FBeta(1.0), Average::Macro, ZeroDivision::Zero)
}

fn works<'a>(data: &'a Predictions, columns: &'a [&'a [f64]], decided: &'a [u32]) -> Vec<Work<'a>> {
    let Predictions { binary, positive, rounded, truth, predicted, .. } = data;
    let rest = (ClassPairing::OneVsRest, Average::Macro);
    vec![
        ("ROC AUC", Box::new(|| roc_auc(binary, positive))),
        ("ROC AUC, 101 distinct scores", Box::new(|| roc_auc(binary, rounded))),
        ("ROC AUC with DeLong's error", {
            Box::new(|| auc_estimate(binary, positive).map(|estimate| estimate.standard_error))
        }),
        ("average precision", Box::new(|| average_precision(binary, positive))),
        ("log-loss", Box::new(|| binary_log_loss(binary, positive))),
        ("confusion matrix", {
            let matrix = || ConfusionMatrix::from_labels(binary, decided, 2);
            Box::new(move || matrix().map(|matrix| matrix.accuracy()))
        }),
        ("macro-F1", Box::new(|| macro_f1(binary, decided, 2))),
        ("confusion matrix, 10 classes", {
            let matrix = || ConfusionMatrix::from_labels(truth, predicted, CLASSES);
            Box::new(move || matrix().map(|matrix| matrix.accuracy()))
        }),
        ("macro-F1, 10 classes", Box::new(|| macro_f1(truth, predicted, CLASSES))),
        ("log-loss, 10 classes", Box::new(|| log_loss(truth, columns))),
        ("ROC AUC, 10 classes against the rest", {
            Box::new(move || roc_auc_multiclass(truth, columns, rest.0, rest.1))
        }),
    ]
}

pub(crate) fn measure() -> Result<Figures, String> {
    let data = Predictions::new(ROWS);
    let columns = data.columns();
    let decided: Vec<u32> = data.positive.iter().map(|p| u32::from(*p >= 0.5)).collect();
    let works = works(&data, &columns, &decided);
    let mut sorts = Vec::new();
    let mut times = vec![Vec::new(); works.len()];
    for _ in 0..ROUNDS {
        let mut scores = data.positive.clone();
        let start = Instant::now();
        scores.sort_unstable_by(f64::total_cmp);
        sorts.push(start.elapsed().as_secs_f64() * 1e3);
        black_box(&scores);
        for ((name, work), times) in works.iter().zip(&mut times) {
            let start = Instant::now();
            let value = work().map_err(|error| format!("{name}: {error}"))?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            black_box(value);
        }
    }
    let ratios: Vec<f64> = times[0].iter().zip(&sorts).map(|(auc, sort)| auc / sort).collect();
    let mut figures = vec![Figure::new("sort of the scores", "ms", Spread::of(&sorts)).by("std")];
    figures.extend(
        works
            .iter()
            .zip(&times)
            .map(|((name, _), times)| Figure::new(*name, "ms", Spread::of(times))),
    );
    figures.push(Figure::new("ROC AUC / sort", "", Spread::of(&ratios)));
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_predictions_are_a_little_right() {
        let data = Predictions::new(2_000);
        let area = roc_auc(&data.binary, &data.positive).unwrap();
        assert!((0.55..0.7).contains(&area), "{area}");
        let matrix = ConfusionMatrix::from_labels(&data.truth, &data.predicted, CLASSES).unwrap();
        assert!((0.2..0.7).contains(&matrix.accuracy()), "{}", matrix.accuracy());
        assert!(log_loss(&data.truth, &data.columns()).unwrap() < (CLASSES as f64).ln());
    }
}
