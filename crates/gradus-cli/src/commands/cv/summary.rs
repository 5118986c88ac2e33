//! The scores of folds, and what they say together.

use gradus::select::FoldPredictions;
use serde::Serialize;

use crate::interval::quantile;
use crate::measures::Measure;
use crate::recipe::Predicted;
use crate::scores::Truth;

/// How often an interval is to hold.
const CONFIDENCE: f64 = 0.95;

/// The scores of one fold.
#[derive(Debug, Serialize)]
pub(super) struct FoldScores {
    pub(super) train: usize,
    pub(super) test: usize,
    /// In the order of the measures; none where a score is not defined for the fold's rows.
    pub(super) scores: Vec<Option<f64>>,
}

impl FoldScores {
    pub(super) fn of(
        fold: &FoldPredictions<Predicted>,
        truth: &Truth,
        measures: &[Measure],
        of_one_row: bool,
    ) -> Self {
        let truth = truth.select(&fold.rows);
        let predicted: Vec<&Predicted> = fold.predictions.iter().collect();
        // The root of one squared error is an absolute one, and the mean of such no RMSE.
        let has = |measure: &Measure| !of_one_row || measure.is_mean_of_rows();
        let value =
            |measure: &Measure| has(measure).then(|| measure.value(&truth, &predicted)).flatten();
        let scores = measures.iter().map(value).collect();
        Self { train: fold.trained_on, test: fold.rows.len(), scores }
    }
}

/// What the folds' scores by one measure say.
#[derive(Debug, Serialize)]
pub(super) struct Summary {
    pub(super) measure: Measure,
    /// The folds that have a score.
    pub(super) folds: usize,
    /// The mean of the folds' scores.
    pub(super) mean: Option<f64>,
    /// Their standard deviation, with divisor k − 1.
    pub(super) sd: Option<f64>,
    /// s √(1/k + test/train): as of Nadeau and Bengio, for folds that share training rows.
    pub(super) standard_error: Option<f64>,
    /// The mean and as many standard errors to each side as Student's t with k − 1 degrees says, as far
    /// as the score can go.
    pub(super) interval: Option<[f64; 2]>,
    /// The score of all held-out rows together.
    pub(super) pooled: Option<f64>,
}

impl Summary {
    pub(super) fn of(
        measure: Measure,
        place: usize,
        folds: &[FoldScores],
        pooled: Option<f64>,
    ) -> Self {
        let scored: Vec<(f64, f64)> = folds
            .iter()
            .filter_map(|fold| Some((fold.scores[place]?, fold.test as f64 / fold.train as f64)))
            .collect();
        let k = scored.len() as f64;
        let of = |value: fn(&(f64, f64)) -> f64| scored.iter().map(value).sum::<f64>() / k;
        let mean = (k > 0.0).then(|| of(|pair| pair.0));
        let sd = mean.filter(|_| k > 1.0).map(|mean| {
            let squares: f64 = scored.iter().map(|(score, _)| (score - mean).powi(2)).sum();
            (squares / (k - 1.0)).sqrt()
        });
        let standard_error = sd.map(|sd| sd * (1.0 / k + of(|pair| pair.1)).sqrt());
        let interval = mean.zip(standard_error).and_then(|(mean, error)| {
            let half = quantile(CONFIDENCE, Some(k - 1.0)).ok()? * error;
            let (least, most) = measure.range();
            Some([(mean - half).max(least), (mean + half).min(most)])
        });
        Self { measure, folds: scored.len(), mean, sd, standard_error, interval, pooled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: mean 0.8, s² = 0.01; √(0.01 (1/3 + 1/2)); R: qt(0.975, 2) = 4.302652729749464.
    #[test]
    fn intervals_mind_that_folds_share_rows() {
        let fold = |score| FoldScores { train: 20, test: 10, scores: vec![Some(score)] };
        let folds = [fold(0.7), fold(0.8), fold(0.9)];
        let found = Summary::of(Measure::Rmse, 0, &folds, None);
        let error = (0.01_f64 * (1.0 / 3.0 + 0.5)).sqrt();
        assert!((found.mean.unwrap() - 0.8).abs() < 1e-12);
        assert!((found.sd.unwrap() - 0.1).abs() < 1e-12);
        assert!((found.standard_error.unwrap() - error).abs() < 1e-12);
        let [lower, upper] = found.interval.unwrap();
        assert!((upper - lower - 2.0 * 4.302652729749464 * error).abs() < 1e-9);
        // A fold without a score does not count; a single one has no spread.
        let none = FoldScores { train: 20, test: 10, scores: vec![None] };
        let found = Summary::of(Measure::Rmse, 0, &[fold(0.7), none], None);
        assert_eq!((found.folds, found.mean, found.sd), (1, Some(0.7), None));
    }
}
