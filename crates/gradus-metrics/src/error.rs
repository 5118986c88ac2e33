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
    /// There is not one weight for each row.
    #[error("{metric}: {weights} weights for {rows} rows; pass one for each")]
    WeightCount {
        /// The metric that was asked for.
        metric: &'static str,
        /// The number of rows.
        rows: usize,
        /// The number of weights.
        weights: usize,
    },
    /// A weight is negative, NaN or infinite.
    #[error("weights[{index}] is {weight}; it must be finite and at least 0")]
    InvalidWeight {
        /// Its position.
        index: usize,
        /// The weight.
        weight: f64,
    },
    /// All weights are 0.
    #[error("{metric}: all weights are 0, so that nothing is left to score")]
    NoWeight {
        /// The metric that was asked for.
        metric: &'static str,
    },
    /// Two confusion matrices are of different classes.
    #[error("confusion matrices of {left} and {right} classes cannot be merged; count them alike")]
    UnequalClassCounts {
        /// The classes of the one.
        left: usize,
        /// The classes of the other.
        right: usize,
    },
    /// The k of a top-k accuracy is 0 or exceeds the number of classes.
    #[error("top-k accuracy: k = {k} is invalid; it must be from 1 to the {n_classes} classes")]
    InvalidTopK {
        /// What was given.
        k: usize,
        /// The number of classes.
        n_classes: usize,
    },
    /// A score between classes needs at least two.
    #[error("{metric}: {n_classes} class(es), but at least two are needed")]
    TooFewClasses {
        /// The metric that was asked for.
        metric: &'static str,
        /// The number of classes.
        n_classes: usize,
    },
    /// A standard error needs more rows of each class.
    #[error("{metric}: {rows} row(s) of class {class}, but at least two are needed")]
    TooFewRows {
        /// The metric that was asked for.
        metric: &'static str,
        /// The class.
        class: u32,
        /// Its rows.
        rows: usize,
    },
    /// The truth is of one class where both are needed.
    #[error("{metric}: no row is of class {missing}; choose it on rows of both classes")]
    OneClass {
        /// What was asked for.
        metric: &'static str,
        /// The class that does not occur.
        missing: u32,
    },
    /// Costs that make no decision worth choosing.
    #[error(
        "{costs:?}: all must be finite, no error may cost less than the right decision, and one must cost more"
    )]
    InvalidCosts {
        /// What was given.
        costs: crate::CostMatrix,
    },
    /// The number of bins is 0 or too large.
    #[error("calibration curve: {bins} bins are invalid; there must be from 1 to {most}")]
    BinCount {
        /// What was given.
        bins: usize,
        /// The most that are possible.
        most: usize,
    },
    /// An interval of a share was asked for of an F-score.
    #[error("an F-score is not a share of rows and has no Wilson interval; use the bootstrap")]
    NotAShare,
    /// A micro average was asked for of one class against one.
    #[error(
        "one class against one has no micro average; take macro or weighted, or one against the rest"
    )]
    MicroOneVsOne,
    /// Truth and predictions have different numbers of outputs, or none.
    #[error("{y_true} true and {y_pred} predicted outputs; pass as many, and at least one")]
    OutputCount {
        /// The outputs of the truth.
        y_true: usize,
        /// The outputs of the predictions.
        y_pred: usize,
    },
    /// The β of an F-score is negative or NaN.
    #[error("F-score: beta = {beta} is invalid; it must be at least 0")]
    InvalidBeta {
        /// What was given.
        beta: f64,
    },
    /// An interval or a test could not be computed.
    #[error(transparent)]
    Stats(#[from] gradus_stats::StatsError),
}
