//! What cannot be fitted.

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// There is no row.
    #[error("there are no rows to fit to; give at least one for each coefficient")]
    Empty,
    /// A number is NaN or infinite.
    #[error("{what}: row {row} (counted from 0) is {value}; remove or impute it first")]
    NotFinite {
        /// The column or argument.
        what: String,
        /// The row.
        row: usize,
        /// The value.
        value: f64,
    },
    /// An argument has another length than the rows or columns it belongs to.
    #[error("{given} {what} were given where {needed} are needed")]
    LengthMismatch {
        /// What was given.
        what: &'static str,
        /// How many.
        given: usize,
        /// How many there must be.
        needed: usize,
    },
    /// Two columns have one name.
    #[error("two columns are named {name:?}; names tell coefficients apart, rename one")]
    DuplicateName {
        /// The name.
        name: String,
    },
    /// A weight is below 0.
    #[error("the weight of row {row} (counted from 0) is {value}; weights are not negative")]
    NegativeWeight {
        /// The row.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// All weights are 0.
    #[error("all weights are 0, so no row counts; give some rows a positive weight")]
    NoWeight,
    /// An option lies outside its range.
    #[error("{name} = {value} is invalid; it must be {must}")]
    InvalidOption {
        /// The option.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        must: &'static str,
    },
    /// The bounds of a penalised coefficient do not hold 0.
    #[error(
        "the bounds of column {feature} (counted from 0) are {lower} and {upper}; they must hold 0, \
         to which a penalty draws: subtract a known effect by an offset"
    )]
    BoundsExcludeZero {
        /// The column.
        feature: usize,
        /// The lower bound.
        lower: f64,
        /// The upper bound.
        upper: f64,
    },
    /// A penalised fit did not reach its tolerance.
    #[error(
        "no solution after {iterations} iterations at lambda = {lambda}: the relative gap is \
         {relative_gap:e} and falls too slowly or no more; bring the features to one scale, leave out one \
         of those that nearly repeat each other, or raise lambda, tolerance or max_iterations"
    )]
    NotConverged {
        /// λ.
        lambda: f64,
        /// Iterations used.
        iterations: usize,
        /// The duality gap over the loss of the null model.
        relative_gap: f64,
    },
    /// Coefficients that nothing penalises separate the classes.
    #[error(
        "there is no solution at lambda = {lambda}: features without a penalty tell the classes apart, \
         so that larger coefficients are better for ever (the loss is below any bound); raise lambda, \
         or their penalty factors"
    )]
    NothingHolds {
        /// λ.
        lambda: f64,
    },
    /// No λ can be chosen from the data.
    #[error(
        "no penalised feature moves the outcome of any row, so every lambda gives the null model; \
         give the values of lambda, or other features"
    )]
    NoPath,
    /// A list of λ is empty.
    #[error("the list of lambda is empty; give at least one value")]
    NoLambda,
    /// Folds cannot be made of the rows.
    #[error("cross-validation: {0}")]
    Folds(#[from] gradus_resample::ResampleError),
    /// A class is missing where a fold fits.
    #[error(
        "fold {} fits on no row of class {class}, and so cannot tell it; take fewer folds, or merge \
         or leave out the class", .fold + 1
    )]
    FoldWithoutClass {
        /// The fold, counted from 0; in the message from 1.
        fold: usize,
        /// The class that only held-out rows have.
        class: usize,
    },
    /// The loss of held-out rows is not a number.
    #[error(
        "the held-out {measure} of fold {} is {value} at lambda = {lambda}; take fewer folds so that \
         it is defined in each, or another measure", .fold + 1
    )]
    UndefinedLoss {
        /// What was measured.
        measure: String,
        /// The fold, counted from 0; in the message from 1.
        fold: usize,
        /// λ.
        lambda: f64,
        /// The value.
        value: f64,
    },
    /// An outcome of another kind than the model has was given.
    #[error("the model is one of {needed}, and {given} was asked for; call it for its own outcome")]
    OutcomeKind {
        /// What the model is of.
        needed: &'static str,
        /// What was given.
        given: &'static str,
    },
    /// A class was not announced.
    #[error(
        "row {row} (counted from 0) has class {class}, and the classes announced are 0 to {}; start \
         with all classes that may come",
        classes - 1
    )]
    UnknownClass {
        /// The row.
        row: usize,
        /// Its class.
        class: usize,
        /// How many were announced.
        classes: usize,
    },
    /// A coefficient of a model on a stream overflowed.
    #[error(
        "the model diverged at or before row {row} (counted from 0) of this batch and is left as it \
         was before it; take a smaller rate, or scale the features"
    )]
    Diverged {
        /// The row.
        row: usize,
    },
    /// A loss of classes was asked for, and the outcome is a number.
    #[error("misclassification needs classes, and the outcome is a number; take the deviance")]
    NoClasses,
    /// A dichotomous outcome has another value than 0 and 1.
    #[error(
        "the outcome of row {row} (counted from 0) is {value}; a dichotomous outcome is 0 or 1: code \
         it so, or take a model for several classes or for numbers"
    )]
    NotDichotomous {
        /// The row.
        row: usize,
        /// Its outcome.
        value: f64,
    },
    /// All rows that count have one class.
    #[error("all rows of positive weight have the same class; there is nothing to tell apart")]
    OneClass,
    /// A class has no row.
    #[error(
        "class {class} of 0 to {} has no row of positive weight; number the classes that occur from 0",
        classes - 1
    )]
    EmptyClass {
        /// The class.
        class: usize,
        /// How many there would be.
        classes: usize,
    },
    /// An offset was given where it changes nothing.
    #[error("the offset of a row is the same for all classes and cancels; leave it out")]
    OffsetCancels,
    /// A model has as many coefficients as rows, so there is nothing to compare it by.
    #[error(
        "a model of {columns} independent columns fits {rows} rows exactly, so nothing tells it from \
         others; begin with the null model, or leave columns out"
    )]
    NoDegreesOfFreedom {
        /// The rows.
        rows: usize,
        /// The independent columns, the intercept among them.
        columns: usize,
    },
    /// There is nothing to estimate.
    #[error("the model has no column and no intercept; give it one of them")]
    NoCoefficient,
    /// A sum of squares is not a number that fits.
    #[error("the values are too large to square; divide the columns or the outcome by a constant")]
    Overflow,
    /// An outcome from labels has not exactly two levels.
    #[error("the outcome has {} level(s) and must have two; found {}", found.len(), levels(found))]
    NotTwoLevels {
        /// Each level with how often it occurs.
        found: Vec<(String, usize)>,
    },
    /// The label to be counted as 1 does not occur.
    #[error("no row has the outcome {label:?}, which was to count as 1; found {}", levels(found))]
    UnknownLevel {
        /// The label.
        label: String,
        /// Each level with how often it occurs.
        found: Vec<(String, usize)>,
    },
    /// A column depends on others, so that its coefficient is not determined.
    #[error(
        "column {feature:?} is a linear combination of the columns before it (the intercept \
         included), within rounding; leave it out, or take a ridge penalty"
    )]
    Collinear {
        /// The column's name.
        feature: String,
    },
    /// There are more coefficients than rows that count.
    #[error(
        "there are {coefficients} coefficients and only {rows} rows of positive weight, so that \
         infinitely many coefficients fit as well as any; leave features out, or take a penalty"
    )]
    MoreCoefficients {
        /// The rows that count.
        rows: usize,
        /// The coefficients, the intercept among them.
        coefficients: usize,
    },
    /// A fit passes through a row whatever its outcome, so that HC2 and HC3 would divide 0 by 0.
    #[error(
        "row {row} (counted from 0) alone determines a coefficient, as {rows} of the rows do (their \
         leverage is 1): HC2 and HC3 are not defined; take HC0 or HC1, or leave such rows out"
    )]
    FullLeverage {
        /// The first such row.
        row: usize,
        /// How many there are.
        rows: usize,
    },
    /// The classes are separated: the likelihood has no maximum.
    #[error(
        "{kind} separation by {}: along a direction of these coefficients the likelihood rises for \
         ever, so there are no estimates; take Firth's correction (Firth) or a penalty \
         (PenalisedLogistic), or merge or leave out features",
        listed(features)
    )]
    Separated {
        /// How far the classes are apart.
        kind: crate::SeparationKind,
        /// The features that move along the direction.
        features: Vec<String>,
        /// The intercept of the direction; 0 if the model has none.
        intercept: f64,
        /// Its coefficients d: (2yᵢ − 1)(intercept + xᵢ·d) ≥ 0 for all rows, > 0 for some.
        direction: Vec<f64>,
    },
    /// Several classes are separated: the likelihood has no maximum.
    #[error(
        "{kind} separation of classes by {}: along a direction of these coefficients the likelihood \
         rises for ever, so there are no estimates; take a penalty (PenalisedMultinomial), or merge \
         classes, or merge or leave out features",
        listed(features)
    )]
    ClassesSeparated {
        /// How far the classes are apart.
        kind: crate::SeparationKind,
        /// The features that move along the direction.
        features: Vec<String>,
        /// The intercept aₖ of the direction for each class; 0 for the reference.
        intercepts: Vec<f64>,
        /// Its coefficients dₖ: aᵧ + x·dᵧ ≥ aⱼ + x·dⱼ for the class y of each row and all others j,
        /// > for some.
        directions: Vec<Vec<f64>>,
    },
    /// Rates of rows without counts fall for ever: the likelihood has no maximum.
    #[error(
        "the rates of rows without counts can be lowered to 0 by {} while those of all others stay, so \
         there are no estimates; leave features or these rows out, or merge levels",
        if features.is_empty() { "the constant".to_owned() } else { listed(features) }
    )]
    RatesUnbounded {
        /// The features that move along the direction.
        features: Vec<String>,
        /// The intercept of the direction; 0 if the model has none.
        intercept: f64,
        /// Its coefficients d: intercept + xᵢ·d is 0 for rows with counts, ≤ 0 for all others, < 0
        /// for some.
        direction: Vec<f64>,
    },
    /// An outcome is no count.
    #[error(
        "the outcome of row {row} (counted from 0) is {value}; a count is 0, 1, 2, …: give the counts \
         themselves, and times or populations as an exposure"
    )]
    NotCount {
        /// The row.
        row: usize,
        /// Its outcome.
        value: f64,
    },
    /// An exposure is not above 0.
    #[error("the exposure of row {row} (counted from 0) is {value}; it must be above 0 and finite")]
    Exposure {
        /// The row.
        row: usize,
        /// The exposure.
        value: f64,
    },
    /// A method for many features did not reach its tolerance.
    #[error(
        "no estimates within {iterations} iterations: {why} (norm of the gradient {gradient:e}); raise \
         max_iterations or tolerance, or take a penalty"
    )]
    NoMinimum {
        /// Iterations used.
        iterations: usize,
        /// The norm of the gradient at the end.
        gradient: f64,
        /// Why the method stopped.
        why: String,
    },
    /// Newton's method did not reach its tolerance.
    #[error(
        "no maximum of the likelihood within {iterations} iterations (squared decrement \
         {decrement:e}); raise max_iterations, rescale the features, or take a penalty"
    )]
    NoMaximum {
        /// Iterations used.
        iterations: usize,
        /// gᵀH⁻¹g at the end.
        decrement: f64,
    },
}

/// Levels with their counts, in words.
fn levels(found: &[(String, usize)]) -> String {
    let shown: Vec<String> =
        found.iter().take(8).map(|(level, count)| format!("{level:?} ({count})")).collect();
    let more = if found.len() > shown.len() { ", …" } else { "" };
    if shown.is_empty() { "none".to_owned() } else { shown.join(", ") + more }
}

/// Names as a message gives them: the first few, and how many more there are.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let shown = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
