//! How uncertain scores are: their spread over bootstrap samples of the rows that were scored.

use gradus::io::Prediction;
use gradus::resample::{Bootstrap, Resampler};
use gradus::stats::{Moments, quantiles};
use indicatif::ProgressBar;
use rayon::prelude::*;
use serde::Serialize;

use crate::error::CliError;
use crate::output::{aligned, significant};
use crate::scores::{Scores, Truth};

/// The share of samples that an interval holds.
const LEVEL: f64 = 0.95;

/// Intervals of scores, from samples of the rows with replacement: the model stays as it is.
#[derive(Debug, Serialize)]
pub(crate) struct ScoreIntervals {
    method: &'static str,
    level: f64,
    rounds: usize,
    seed: u64,
    scores: Vec<ScoreInterval>,
}

/// The percentile interval of a score.
#[derive(Debug, Serialize)]
struct ScoreInterval {
    score: &'static str,
    /// Of all rows; null where it is not defined.
    value: f64,
    /// None where no sample has another value, or a single one has any.
    standard_error: Option<f64>,
    interval: Option<[f64; 2]>,
    /// The samples in which the score is defined.
    defined: usize,
}

/// Which samples are drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Samples {
    pub(crate) rounds: usize,
    pub(crate) seed: u64,
}

impl ScoreIntervals {
    /// Scores every sample; there must be two rows.
    pub(crate) fn of(
        scored: (&Prediction, &Truth, Option<&[String]>),
        scores: &Scores,
        samples: Samples,
        bar: &ProgressBar,
    ) -> Result<Self, CliError> {
        let (prediction, truth, labels) = scored;
        let Samples { rounds, seed } = samples;
        let folds = Bootstrap { rounds, seed }.folds(truth.rows())?;
        let replicates: Vec<Vec<(&'static str, f64)>> = (0..rounds)
            .into_par_iter()
            .filter_map(|round| folds.get(round))
            .map(|fold| {
                let rows = fold.train;
                let sample = select(prediction, &rows);
                let scores = Scores::of(&sample, &truth.select(&rows), labels)?;
                bar.inc(1);
                Ok(scores.figures())
            })
            .collect::<Result<_, CliError>>()?;
        let of = |(place, (score, value)): (usize, (&'static str, f64))| {
            let values: Vec<f64> = replicates
                .iter()
                .filter_map(|figures| figures.get(place).map(|figure| figure.1))
                .filter(|value| value.is_finite())
                .collect();
            ScoreInterval::of(score, value, &values)
        };
        let scores = scores.figures().into_iter().enumerate().map(of);
        let scores = scores.collect::<Result<_, CliError>>()?;
        Ok(Self { method: "bootstrap percentiles", level: LEVEL, rounds, seed, scores })
    }

    /// An aligned table.
    pub(crate) fn text(&self, rows: usize) -> String {
        let header = ["score", "value", "std. error", "95% from", "to"].map(str::to_owned).to_vec();
        let shown = |x: Option<f64>| match x {
            Some(x) if x.is_finite() => significant(x, 4),
            _ => "–".to_owned(),
        };
        let row = |score: &ScoreInterval| {
            let [lower, upper] = match score.interval {
                Some(ends) => ends.map(Some),
                None => [None; 2],
            };
            let numbers = [Some(score.value), score.standard_error, lower, upper].map(shown);
            [vec![score.score.to_owned()], numbers.to_vec()].concat()
        };
        let table = aligned(&[vec![header], self.scores.iter().map(row).collect()].concat());
        let fewer = self.scores.iter().filter(|score| score.defined < self.rounds);
        let fewer: Vec<String> =
            fewer.map(|score| format!("{} in {}", score.score, score.defined)).collect();
        let fewer = match fewer.is_empty() {
            true => String::new(),
            false => format!("defined in fewer samples: {}\n", fewer.join(", ")),
        };
        format!(
            "intervals from {} bootstrap samples of the {rows} rows (percentiles; the model stays as it \
             is)\n{table}{fewer}",
            self.rounds
        )
    }
}

impl ScoreInterval {
    fn of(score: &'static str, value: f64, values: &[f64]) -> Result<Self, CliError> {
        let defined = values.len();
        let varies = values.iter().any(|other| *other != values[0]);
        if !varies {
            // Rows without a difference say nothing of those to come.
            return Ok(Self { score, value, standard_error: None, interval: None, defined });
        }
        let ends = quantiles(values, &[0.5 - LEVEL / 2.0, 0.5 + LEVEL / 2.0])?;
        Ok(Self {
            score,
            value,
            standard_error: Some(Moments::of(values)?.sample_sd()?),
            interval: Some([ends[0], ends[1]]),
            defined,
        })
    }
}

/// The predictions of some rows.
fn select(prediction: &Prediction, rows: &[usize]) -> Prediction {
    match prediction {
        Prediction::Probabilities(y) => Prediction::Probabilities(y.select_rows(rows)),
        Prediction::Values(y) => Prediction::Values(y.select_rows(rows)),
        Prediction::Margins(y) => Prediction::Margins(y.select_rows(rows)),
        other => other.clone(),
    }
}
