//! All scores of predicted probabilities at once.

use std::fmt;

use gradus_stats::{Interval, mean_interval};
use serde::Serialize;

use crate::log_loss::row_loss;
use crate::{
    Average, Bins, CalibrationCurve, ClassPairing, MetricError, RankedScores, Real, Threshold,
    ThresholdRule, auc_estimate, brier_score, brier_score_multiclass, calibration_curve, log_loss,
    roc_auc_multiclass, top_k_accuracy,
};

/// The confidence of all intervals in reports.
pub(crate) const LEVEL: f64 = 0.95;

/// The bins of equal width of the calibration.
const BINS: usize = 10;

/// Shares of rows whose truth is among the best k are told up to this k.
const MOST_K: usize = 5;

/// The scores of predicted probabilities; its `Display` is an aligned table.
///
/// Beside the classes that are predicted ([`ClassificationReport`](crate::ClassificationReport)): how
/// well the probabilities rank the rows, and whether they come true. Intervals are of 95%.
///
/// # Examples
///
/// ```
/// use gradus_metrics::ProbabilityReport;
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// let p = [0.1, 0.4, 0.35, 0.8];
/// let rest = p.map(|p| 1.0 - p);
/// let report = ProbabilityReport::new(&[0, 0, 1, 1], &[&rest, &p])?;
/// assert_eq!(report.roc_auc, 0.75);
/// assert!(report.to_string().starts_with("log-loss             0.4723 ("));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbabilityReport {
    /// The [mean negative log-probability](log_loss) of the truth.
    pub log_loss: f64,
    /// Its interval, from the spread of the rows' losses; none of a single row.
    pub log_loss_interval: Option<Interval>,
    /// The Brier score: [of class 1](brier_score) of two classes, else
    /// [summed over classes](brier_score_multiclass).
    pub brier_score: f64,
    /// The [area under the ROC curve](crate::roc_auc) of class 1 of two classes, else the
    /// [macro mean](roc_auc_multiclass) of each class against the rest; NaN when one class occurs.
    pub roc_auc: f64,
    /// DeLong's interval of it, of two classes with two rows each.
    pub roc_auc_interval: Option<Interval>,
    /// The mean area over pairs of classes (Hand and Till), of more than two classes.
    pub roc_auc_one_vs_one: Option<f64>,
    /// The [average precision](crate::average_precision) of class 1, of two classes.
    pub average_precision: Option<f64>,
    /// The share of rows whose truth is among the best k, for k from 2; empty of two classes.
    pub top_k: Vec<TopK>,
    /// The calibration in ten bins of equal width: of the probability of class 1 of two classes, else of
    /// that of the predicted class (is it right as often as it says?).
    pub calibration: CalibrationCurve,
    /// [`CalibrationCurve::expected_error`].
    pub calibration_error: f64,
    /// Thresholds that are best on these rows, of two classes that both occur.
    pub thresholds: Option<Thresholds>,
}

/// How often the truth is among the best k classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct TopK {
    /// The number of classes.
    pub k: usize,
    /// The [share](top_k_accuracy) of rows.
    pub accuracy: f64,
}

/// Thresholds for the probability of class 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// [`ThresholdRule::Youden`].
    pub youden: Threshold,
    /// [`ThresholdRule::FBeta`] with β = 1.
    pub f1: Threshold,
}

impl ProbabilityReport {
    /// Scores the probabilities; `probabilities` holds one slice of m values per class.
    ///
    /// # Errors
    ///
    /// As [`log_loss`]; [`MetricError::TooFewClasses`] below two classes.
    pub fn new<T: Real>(y_true: &[u32], probabilities: &[&[T]]) -> Result<Self, MetricError> {
        let n_classes = probabilities.len();
        if n_classes < 2 {
            let metric = "report of probabilities";
            return Err(MetricError::TooFewClasses { metric, n_classes });
        }
        let log_loss = log_loss(y_true, probabilities)?;
        let losses: Vec<f64> = y_true
            .iter()
            .enumerate()
            .map(|(row, &truth)| row_loss::<T>(probabilities[truth as usize][row].into()))
            .collect();
        let mut report = Self {
            log_loss,
            log_loss_interval: interval_of_mean(&losses)?,
            brier_score: f64::NAN,
            roc_auc: f64::NAN,
            roc_auc_interval: None,
            roc_auc_one_vs_one: None,
            average_precision: None,
            top_k: Vec::new(),
            calibration: CalibrationCurve { bins: Vec::new() },
            calibration_error: 0.0,
            thresholds: None,
        };
        if let [_, positive] = probabilities {
            report.score_two(y_true, positive)?;
        } else {
            report.score_many(y_true, probabilities)?;
        }
        report.calibration_error = report.calibration.expected_error();
        Ok(report)
    }

    fn score_two<T: Real>(&mut self, y_true: &[u32], positive: &[T]) -> Result<(), MetricError> {
        let ranked = RankedScores::new(y_true, positive)?;
        self.brier_score = brier_score(y_true, positive)?;
        self.roc_auc = ranked.roc_auc();
        self.average_precision = Some(ranked.average_precision());
        self.calibration = calibration_curve(y_true, positive, Bins::Uniform(BINS))?;
        if ranked.positives() >= 2.0 && ranked.negatives() >= 2.0 {
            self.roc_auc_interval = Some(auc_estimate(y_true, positive)?.interval(LEVEL)?);
        }
        if ranked.positives() > 0.0 && ranked.negatives() > 0.0 {
            self.thresholds = Some(Thresholds {
                youden: ranked.best_threshold(ThresholdRule::Youden)?,
                f1: ranked.best_threshold(ThresholdRule::FBeta(1.0))?,
            });
        }
        Ok(())
    }

    fn score_many<T: Real>(&mut self, y_true: &[u32], columns: &[&[T]]) -> Result<(), MetricError> {
        let auc = |pairing| roc_auc_multiclass(y_true, columns, pairing, Average::Macro);
        self.brier_score = brier_score_multiclass(y_true, columns)?;
        self.roc_auc = auc(ClassPairing::OneVsRest)?;
        self.roc_auc_one_vs_one = Some(auc(ClassPairing::OneVsOne)?);
        for k in 2..columns.len().min(MOST_K + 1) {
            self.top_k.push(TopK { k, accuracy: top_k_accuracy(y_true, columns, k)? });
        }
        let best = |row: usize| {
            let first: f64 = columns[0][row].into();
            columns.iter().zip(0_u32..).fold((0, first), |best, (column, class)| {
                let p: f64 = column[row].into();
                if p > best.1 { (class, p) } else { best }
            })
        };
        let (right, confidence): (Vec<u32>, Vec<f64>) = y_true
            .iter()
            .enumerate()
            .map(|(row, &truth)| {
                let (class, p) = best(row);
                (u32::from(class == truth), p)
            })
            .unzip();
        self.calibration = calibration_curve(&right, &confidence, Bins::Uniform(BINS))?;
        Ok(())
    }
}

/// The interval of a mean from the spread of its terms; none where it would not be finite.
pub(crate) fn interval_of_mean(terms: &[f64]) -> Result<Option<Interval>, MetricError> {
    if terms.len() < 2 || terms.iter().any(|term| !term.is_finite()) {
        return Ok(None);
    }
    Ok(Some(mean_interval(terms, LEVEL)?))
}

/// A figure with its interval, if it has one.
pub(crate) struct Uncertain(pub(crate) f64, pub(crate) Option<Interval>);

impl fmt::Display for Uncertain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(4);
        write!(f, "{:.digits$}", self.0)?;
        if let Some(Interval { lower, upper, .. }) = self.1 {
            write!(f, " (95% interval {lower:.digits$} to {upper:.digits$})")?;
        }
        Ok(())
    }
}

impl fmt::Display for ProbabilityReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |name: &str, figure: Uncertain| writeln!(f, "{name:19}  {figure:.4}");
        line("log-loss", Uncertain(self.log_loss, self.log_loss_interval))?;
        line("Brier score", Uncertain(self.brier_score, None))?;
        line("ROC AUC", Uncertain(self.roc_auc, self.roc_auc_interval))?;
        for (name, value) in [
            ("ROC AUC of pairs", self.roc_auc_one_vs_one),
            ("average precision", self.average_precision),
        ] {
            if let Some(value) = value {
                line(name, Uncertain(value, None))?;
            }
        }
        for best in &self.top_k {
            line(&format!("among the best {}", best.k), Uncertain(best.accuracy, None))?;
        }
        line("calibration error", Uncertain(self.calibration_error, None))?;
        if let Some(Thresholds { youden, f1 }) = &self.thresholds {
            for (rule, best, name) in [("Youden", youden, "J"), ("F1", f1, "F1")] {
                let (label, value) = (format!("threshold by {rule}"), best.value);
                writeln!(f, "{label:19}  {:.4} ({name} {value:.4} on these rows)", best.threshold)?;
            }
        }
        Ok(())
    }
}
