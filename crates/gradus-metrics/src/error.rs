//! What cannot be scored.

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// There is nothing to score.
    #[error("{metric}: there are no predictions; pass at least one")]
    Empty {
        /// The metric that was asked for.
        metric: &'static str,
    },
    /// Truth and predictions differ in number.
    #[error("{metric}: {y_true} true values but {predictions} predictions; pass one for each")]
    LengthMismatch {
        /// The metric that was asked for.
        metric: &'static str,
        /// The number of true values.
        y_true: usize,
        /// The number of predictions, or of probabilities of one class.
        predictions: usize,
    },
    /// A label is not the number of a class.
    #[error(
        "{argument}[{index}] is {label}, but the {n_classes} classes are numbered from 0; \
         number them so, or state how many there are"
    )]
    LabelOutOfRange {
        /// The argument that holds the label.
        argument: &'static str,
        /// Its position.
        index: usize,
        /// The label.
        label: u32,
        /// The number of classes.
        n_classes: usize,
    },
    /// The number of classes is 0, or its square does not fit into memory.
    #[error("a confusion matrix of {n_classes} classes cannot be made; check the labels")]
    ClassCount {
        /// The number of classes.
        n_classes: usize,
    },
    /// A class was asked for that the confusion matrix has not.
    #[error("class {class} was asked for, but the {n_classes} classes are numbered from 0")]
    ClassOutOfRange {
        /// The class.
        class: usize,
        /// The number of classes.
        n_classes: usize,
    },
    /// There is not one name for each class.
    #[error("{names} names for {n_classes} classes; pass one for each, in the labels' order")]
    NameCount {
        /// The number of names.
        names: usize,
        /// The number of classes.
        n_classes: usize,
    },
    /// A value is NaN or infinite.
    #[error("{argument}[{index}] is {value}; remove or impute such rows before scoring")]
    NotFinite {
        /// The argument that holds the value.
        argument: &'static str,
        /// Its position.
        index: usize,
        /// The value.
        value: f64,
    },
    /// A probability is NaN or lies outside [0, 1].
    #[error(
        "the probability of class {class} in row {row} is {value}, not in [0, 1]; \
         pass probabilities, not logits"
    )]
    NotAProbability {
        /// The row, counted from 0.
        row: usize,
        /// The class.
        class: usize,
        /// The value.
        value: f64,
    },
    /// The probabilities of a row do not sum to 1.
    #[error("the probabilities of row {row} sum to {sum}, not 1; normalise them (softmax)")]
    ProbabilitySum {
        /// The row, counted from 0.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// The β of an F-score is negative or NaN.
    #[error("F-score: beta = {beta} is invalid; it must be at least 0")]
    InvalidBeta {
        /// What was given.
        beta: f64,
    },
}

/// Checks that there is something to score and that both sides have as much of it.
pub(crate) fn check_lengths(
    metric: &'static str,
    y_true: usize,
    predictions: usize,
) -> Result<(), MetricError> {
    if y_true != predictions {
        return Err(MetricError::LengthMismatch { metric, y_true, predictions });
    }
    if y_true == 0 {
        return Err(MetricError::Empty { metric });
    }
    Ok(())
}
