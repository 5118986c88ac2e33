//! A logistic regression as a classifier: calibration, a table of what it predicts, its ROC curve.

use gradus::linear::{ClassificationTable, HosmerLemeshow, LogisticFit};
use serde::Serialize;

use crate::error::CliError;
use crate::output::{aligned, p_value, short, significant};

/// The groups of Hosmer and Lemeshow.
const GROUPS: usize = 10;

/// What probabilities are worth on the rows that were fitted to.
#[derive(Debug, Serialize)]
pub(super) struct Classifier {
    /// None where probabilities are too few for groups.
    pub(super) hosmer_lemeshow: Option<HosmerLemeshow>,
    classification: Classification,
    pub(super) roc: Roc,
}

#[derive(Debug, Serialize)]
struct Classification {
    #[serde(flatten)]
    table: ClassificationTable,
    accuracy: f64,
    sensitivity: f64,
    specificity: f64,
}

/// The area under the ROC curve.
#[derive(Debug, Serialize)]
pub(super) struct Roc {
    pub(super) auc: f64,
    /// DeLong's; none where an outcome has one row.
    standard_error: Option<f64>,
    interval: Option<[f64; 2]>,
}

pub(super) fn classifier(fit: &LogisticFit, threshold: f64) -> Result<Classifier, CliError> {
    let table = fit.classification(threshold);
    let estimate = fit.roc_auc_estimate().ok();
    let interval = estimate.and_then(|estimate| estimate.interval(0.95).ok());
    Ok(Classifier {
        hosmer_lemeshow: fit.hosmer_lemeshow(GROUPS).ok(),
        classification: Classification {
            table,
            accuracy: table.accuracy(),
            sensitivity: table.sensitivity(),
            specificity: table.specificity(),
        },
        roc: Roc {
            auc: fit.roc_auc()?,
            standard_error: estimate.map(|estimate| estimate.standard_error),
            interval: interval.map(|interval| [interval.lower, interval.upper]),
        },
    })
}

impl Classifier {
    pub(super) fn text(&self, event: &str, other: &str) -> String {
        let calibration = self.hosmer_lemeshow.as_ref().map_or_else(
            || {
                "the test of Hosmer and Lemeshow needs three different probabilities or more\n"
                    .to_owned()
            },
            |test| calibrated(test, event, other),
        );
        format!("{calibration}\n{}\n{}", self.classification.text(event, other), self.roc.text())
    }
}

/// Observed and expected outcomes group by group, and the test that they differ by chance.
fn calibrated(test: &HosmerLemeshow, event: &str, other: &str) -> String {
    let names = [
        "Hosmer and Lemeshow, P up to".to_owned(),
        event.to_owned(),
        "expected".to_owned(),
        other.to_owned(),
        "expected".to_owned(),
        "rows".to_owned(),
    ];
    let row = |group: &gradus::linear::RiskGroup| {
        vec![
            format!("{:.4}", group.highest),
            short(group.observed, 9),
            format!("{:.3}", group.expected),
            short(group.rows - group.observed, 9),
            format!("{:.3}", group.rows - group.expected),
            short(group.rows, 9),
        ]
    };
    let rows = [names.to_vec()].into_iter().chain(test.groups.iter().map(row));
    format!(
        "{}χ² {} with {} degrees of freedom, p {}\n",
        aligned(&rows.collect::<Vec<_>>()),
        significant(test.chi2, 6),
        test.df,
        p_value(test.p)
    )
}

impl Classification {
    /// Outcomes by what the threshold predicts.
    fn text(&self, event: &str, other: &str) -> String {
        let table = &self.table;
        let percent = |x: f64| format!("{:.2} %", 100.0 * x);
        let row = |name: &str, [yes, no]: [f64; 2], right: f64| {
            vec![name.to_owned(), short(yes, 9), short(no, 9), percent(right)]
        };
        let header = [
            format!("predicted from {}", table.threshold),
            event.to_owned(),
            other.to_owned(),
            "correct".to_owned(),
        ];
        let rows = [
            header.to_vec(),
            row(event, [table.true_positives, table.false_negatives], self.sensitivity),
            row(other, [table.false_positives, table.true_negatives], self.specificity),
        ];
        format!("{}{} correctly classified\n", aligned(&rows), percent(self.accuracy))
    }
}

impl Roc {
    fn text(&self) -> String {
        let n = |x: f64| significant(x, 6);
        let uncertainty = match (self.standard_error, self.interval) {
            (Some(error), Some([low, high])) => {
                format!(", standard error {}, 95 % from {} to {}", n(error), n(low), n(high))
            }
            _ => String::new(),
        };
        format!("ROC AUC {}{uncertainty}: on the rows fitted to\n", n(self.auc))
    }
}
