//! All scores of predicted classes at once, as a table.

use std::fmt;

use gradus_stats::Interval;
use serde::Serialize;

use crate::probability_report::{LEVEL, Uncertain};
use crate::{Average, ConfusionMatrix, Disagreement, Label, MetricError, Ratio, ZeroDivision};

/// Confusion matrices of more classes are not printed.
const PRINTED_CLASSES: usize = 25;

/// The columns that the name of a class may take at the head of a row, and of a column.
const ROW_NAME: usize = 32;
const COLUMN_NAME: usize = 14;

/// By how much accuracy may exceed the mean recall before imbalance is said to carry it.
const CARRIED: f64 = 0.1;

/// The same, where accuracy is no better than always predicting the most frequent class.
const CARRIED_AT_MAJORITY: f64 = 0.01;

/// The scores of predicted classes; its `Display` is an aligned table.
///
/// Micro averages are not listed: they are the accuracy. Beside the accuracy stands the rate of the
/// majority class, which is what always predicting it would reach, and [`ReportWarning`]s say
/// where the figures mislead. Intervals are Wilson's, of 95%. The table shows names of classes as
/// [`Label`]s, shortened where they are long; what is serialised has them as they are.
///
/// # Examples
///
/// ```
/// use gradus_metrics::{ClassificationReport, ZeroDivision};
///
/// # fn main() -> Result<(), gradus_metrics::MetricError> {
/// // Nine healthy, one ill; the model calls everybody healthy.
/// let mut y_true = [0; 10];
/// y_true[9] = 1;
/// let report =
///     ClassificationReport::new(&y_true, &[0; 10], &["healthy", "ill"], ZeroDivision::Zero)?;
/// assert_eq!((report.accuracy, report.majority_rate), (0.9, 0.9));
/// assert_eq!(
///     report.to_string(),
///     "\
/// confusion matrix (rows: truth, columns: prediction)
///          healthy      ill
/// healthy        9        0
/// ill            1        0
///
///                precision     recall     95% of recall         F1    support
/// healthy           0.9000     1.0000  0.7009 to 1.0000     0.9474          9
/// ill               0.0000     0.0000  0.0000 to 0.7935     0.0000          1
/// macro mean        0.4500     0.5000                       0.4737         10
/// weighted mean     0.8100     0.9000                       0.8526         10
///
/// accuracy           0.9000 (95% interval 0.5958 to 0.9821); always `healthy`: 0.9000
/// balanced accuracy  0.5000
/// MCC                0.0000
/// Cohen's kappa      0.0000
/// warning: the accuracy misleads, because the classes are imbalanced: the mean recall is 0.5000
/// warning: `ill` is never predicted: its precision is undefined, shown as 0
/// "
/// );
/// # Ok(())
/// # }
/// ```
///
/// As scikit-learn's `classification_report`, with the confusion matrix and the warnings added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassificationReport {
    /// The counts.
    pub confusion: ConfusionMatrix,
    /// The scores of each class, in the labels' order.
    pub classes: Vec<ClassScores>,
    /// The plain means over classes.
    pub macro_mean: MeanScores,
    /// The means over classes, weighted by support.
    pub weighted_mean: MeanScores,
    /// The share of correct predictions.
    pub accuracy: f64,
    /// Its interval.
    pub accuracy_interval: Interval,
    /// The name of the most frequent true class.
    pub majority_class: String,
    /// Its share: the accuracy of always predicting it.
    pub majority_rate: f64,
    /// The mean recall over the classes that occur in the truth (balanced accuracy).
    pub mean_recall: f64,
    /// [`ConfusionMatrix::mcc`].
    pub mcc: f64,
    /// [`ConfusionMatrix::cohen_kappa`] of classes without an order.
    pub kappa: f64,
    /// Where figures mislead or are undefined.
    pub warnings: Vec<ReportWarning>,
}

/// The scores of one class.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClassScores {
    /// The class's name.
    pub label: String,
    /// [`ConfusionMatrix::precision`].
    pub precision: f64,
    /// [`ConfusionMatrix::recall`].
    pub recall: f64,
    /// [`ConfusionMatrix::specificity`].
    pub specificity: f64,
    /// [`ConfusionMatrix::f1`].
    pub f1: f64,
    /// The interval of the precision, where it is defined.
    pub precision_interval: Option<Interval>,
    /// The interval of the recall, where it is defined.
    pub recall_interval: Option<Interval>,
    /// The interval of the specificity, where it is defined.
    pub specificity_interval: Option<Interval>,
    /// How often the class is the truth.
    pub support: u64,
}

/// Scores averaged over classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MeanScores {
    /// The mean of the precisions.
    pub precision: f64,
    /// The mean of the recalls.
    pub recall: f64,
    /// The mean of the F1s.
    pub f1: f64,
}

/// Where a figure of a [`ClassificationReport`] is not what it seems.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub enum ReportWarning {
    /// The truth holds a single class, so accuracy says nothing about telling classes apart.
    OneClass {
        /// The class's name.
        label: String,
    },
    /// Imbalance carries the accuracy: it exceeds the mean recall by more than 0.1, or by more
    /// than 0.01 while it does not exceed the majority rate.
    AccuracyMisleads {
        /// The mean recall over the classes that occur.
        mean_recall: f64,
    },
    /// A ratio is 0/0 and shown as the caller chose.
    Undefined {
        /// The class's name.
        label: String,
        /// The ratio.
        ratio: Ratio,
        /// What is shown.
        shown: f64,
    },
}

impl ClassificationReport {
    /// Scores m predictions of classes that are named in the order of their numbers.
    ///
    /// # Errors
    ///
    /// As [`ConfusionMatrix::from_labels`] with as many classes as names.
    pub fn new(
        y_true: &[u32],
        y_pred: &[u32],
        labels: &[impl AsRef<str>],
        zero_division: ZeroDivision,
    ) -> Result<Self, MetricError> {
        let confusion = ConfusionMatrix::from_labels(y_true, y_pred, labels.len())?;
        Self::from_confusion(confusion, labels, zero_division)
    }

    /// The scores of counts that are already there.
    ///
    /// # Errors
    ///
    /// [`MetricError::NameCount`] when there is not one label for each class;
    /// [`MetricError::Empty`] when nothing was counted.
    pub fn from_confusion(
        confusion: ConfusionMatrix,
        labels: &[impl AsRef<str>],
        zero_division: ZeroDivision,
    ) -> Result<Self, MetricError> {
        let n_classes = confusion.n_classes();
        if labels.len() != n_classes {
            return Err(MetricError::NameCount { names: labels.len(), n_classes });
        }
        let accuracy_interval = confusion.accuracy_interval(LEVEL)?;
        let scores = |(class, label): (usize, &_)| {
            let interval = |ratio| confusion.interval(ratio, class, LEVEL);
            Ok(ClassScores {
                label: AsRef::<str>::as_ref(label).to_owned(),
                precision: confusion.precision(class, zero_division),
                recall: confusion.recall(class, zero_division),
                specificity: confusion.specificity(class, zero_division),
                f1: confusion.f1(class, zero_division),
                precision_interval: interval(Ratio::Precision)?,
                recall_interval: interval(Ratio::Recall)?,
                specificity_interval: interval(Ratio::Specificity)?,
                support: confusion.support(class),
            })
        };
        let classes = labels.iter().enumerate().map(scores);
        let classes = classes.collect::<Result<Vec<ClassScores>, MetricError>>()?;
        let mean = |average| MeanScores {
            precision: confusion.mean(Ratio::Precision, average, zero_division),
            recall: confusion.mean(Ratio::Recall, average, zero_division),
            f1: confusion.mean(Ratio::FBeta(1.0), average, zero_division),
        };
        let (majority, majority_rate) = confusion.majority();
        let mut report = Self {
            macro_mean: mean(Average::Macro),
            weighted_mean: mean(Average::Weighted),
            accuracy: confusion.accuracy(),
            accuracy_interval,
            majority_class: classes[majority].label.clone(),
            majority_rate,
            mean_recall: confusion.balanced_accuracy(),
            mcc: confusion.mcc(),
            kappa: confusion.cohen_kappa(Disagreement::Nominal),
            warnings: Vec::new(),
            classes,
            confusion,
        };
        report.warnings = report.find_warnings(zero_division.value());
        Ok(report)
    }

    fn find_warnings(&self, shown: f64) -> Vec<ReportWarning> {
        let mut warnings = Vec::new();
        let mean_recall = self.mean_recall;
        let carried = self.accuracy - mean_recall;
        if self.classes.iter().filter(|class| class.support > 0).count() == 1 {
            warnings.push(ReportWarning::OneClass { label: self.majority_class.clone() });
        } else if carried > CARRIED
            || (carried > CARRIED_AT_MAJORITY && self.accuracy <= self.majority_rate)
        {
            warnings.push(ReportWarning::AccuracyMisleads { mean_recall });
        }
        for (class, scores) in self.classes.iter().enumerate() {
            let (support, predicted) = (scores.support, self.confusion.predicted(class));
            for (ratio, undefined) in [
                (Ratio::Precision, predicted == 0),
                (Ratio::Recall, support == 0),
                (Ratio::Specificity, support == self.confusion.total()),
                (Ratio::FBeta(1.0), predicted == 0 && support == 0),
            ] {
                if undefined {
                    let label = scores.label.clone();
                    warnings.push(ReportWarning::Undefined { label, ratio, shown });
                }
            }
        }
        warnings
    }
}

/// In a sentence or at the head of a row.
fn named(label: &str) -> Label {
    Label::shortened(label, ROW_NAME)
}

impl fmt::Display for ReportWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneClass { label } => write!(
                f,
                "the truth is always `{}`: the accuracy says nothing about other classes",
                named(label)
            ),
            Self::AccuracyMisleads { mean_recall } => write!(
                f,
                "the accuracy misleads, because the classes are imbalanced: \
                 the mean recall is {mean_recall:.4}"
            ),
            Self::Undefined { label, ratio, shown } => {
                let (name, reason) = match ratio {
                    Ratio::Precision => ("precision", "never predicted"),
                    Ratio::Recall | Ratio::TypeIIErrorRate => ("recall", "never the truth"),
                    Ratio::Specificity | Ratio::TypeIErrorRate => {
                        ("specificity", "always the truth")
                    }
                    Ratio::FBeta(_) => ("F-score", "neither predicted nor the truth"),
                };
                let label = named(label);
                write!(f, "`{label}` is {reason}: its {name} is undefined, shown as {shown}")
            }
        }
    }
}

impl fmt::Display for ClassificationReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<Label> = self.classes.iter().map(|class| named(&class.label)).collect();
        let longest = names.iter().map(Label::width).max().unwrap_or(0);
        let total = self.confusion.total();

        if self.classes.len() <= PRINTED_CLASSES {
            let heads =
                self.classes.iter().map(|class| Label::shortened(&class.label, COLUMN_NAME));
            let heads: Vec<Label> = heads.collect();
            let widest = heads.iter().map(Label::width).max().unwrap_or(0);
            let column = widest.max(total.to_string().len()).max(6);
            writeln!(f, "confusion matrix (rows: truth, columns: prediction)")?;
            write!(f, "{:longest$}", "")?;
            heads.iter().try_for_each(|head| write!(f, "  {head:>column$}"))?;
            writeln!(f)?;
            for (name, row) in names.iter().zip(self.confusion.rows()) {
                write!(f, "{name:longest$}")?;
                for count in row {
                    write!(f, "  {count:>column$}")?;
                }
                writeln!(f)?;
            }
        } else {
            let n = self.classes.len();
            writeln!(f, "confusion matrix of {n} classes: too wide to be printed")?;
        }

        let first = longest.max("weighted mean".len());
        let header = ["precision", "recall", "95% of recall", "F1", "support"];
        let [precision, recall, interval, f1, support] = header;
        write!(f, "\n{:first$}  {precision:>9}  {recall:>9}  {interval:>16}", "")?;
        writeln!(f, "  {f1:>9}  {support:>9}")?;
        let mut line = |label: &Label, mean: &MeanScores, interval: &str, support: u64| {
            let MeanScores { precision, recall, f1 } = mean;
            write!(f, "{label:first$}  {precision:>9.4}  {recall:>9.4}  {interval:>16}")?;
            writeln!(f, "  {f1:>9.4}  {support:>9}")
        };
        for (name, class) in names.iter().zip(&self.classes) {
            let &ClassScores { precision, recall, f1, support, .. } = class;
            let interval = class.recall_interval.map_or_else(String::new, |interval| {
                format!("{:.4} to {:.4}", interval.lower, interval.upper)
            });
            line(name, &MeanScores { precision, recall, f1 }, &interval, support)?;
        }
        line(&Label::new("macro mean"), &self.macro_mean, "", total)?;
        line(&Label::new("weighted mean"), &self.weighted_mean, "", total)?;

        let accuracy = Uncertain(self.accuracy, Some(self.accuracy_interval));
        let (majority, rate) = (named(&self.majority_class), self.majority_rate);
        writeln!(f, "\naccuracy           {accuracy}; always `{majority}`: {rate:.4}")?;
        writeln!(f, "balanced accuracy  {:.4}", self.mean_recall)?;
        writeln!(f, "MCC                {:.4}", self.mcc)?;
        writeln!(f, "Cohen's kappa      {:.4}", self.kappa)?;
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))
    }
}
