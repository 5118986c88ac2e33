//! Whether bias or variance is the trouble, and what to try next.

use std::fmt;

use gradus_stats::Moments;
use serde::Serialize;

use crate::SelectError;

/// The errors, or costs, of a model on the rows it was fitted on and on others; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ErrorRates {
    /// The error on the training rows.
    pub train: f64,
    /// The error on the dev rows.
    pub dev: f64,
    /// The error that cannot be undercut (Bayes), or that of a human; 0 by default.
    pub optimal: f64,
    /// The number of dev rows, if the errors are shares of wrong predictions: a gap within the
    /// chance of so few rows is then told apart.
    pub dev_rows: Option<usize>,
}

/// From where on a gap is trouble.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The avoidable bias that is tolerated, in units of the error; 0.02 by default.
    pub bias: f64,
    /// The gap between train and dev that is tolerated, in units of the error; 0.02 by default.
    pub gap: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bias: 0.02, gap: 0.02 }
    }
}

/// What is the trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Neither.
    Fits,
    /// The model is too simple for the training rows themselves: it underfits.
    HighBias,
    /// What it learned of the training rows does not carry over: it overfits.
    HighVariance,
    /// Both.
    Both,
}

impl Verdict {
    fn of(bias: bool, variance: bool) -> Self {
        match (bias, variance) {
            (false, false) => Self::Fits,
            (true, false) => Self::HighBias,
            (false, true) => Self::HighVariance,
            (true, true) => Self::Both,
        }
    }

    /// What to try, the most promising first. Against bias first where both are high, for what
    /// does not fit its own training rows cannot be told from luck.
    pub fn steps(self) -> Vec<NextStep> {
        use NextStep as S;
        let against_bias = [
            S::BiggerNetwork,
            S::LongerTraining,
            S::OtherOptimiser,
            S::FewerPenalties,
            S::OtherFeatures,
        ];
        let against_variance =
            [S::MoreData, S::Regularisation, S::Dropout, S::EarlyStopping, S::FewerFeatures];
        match self {
            Self::Fits => Vec::new(),
            Self::HighBias => against_bias.to_vec(),
            Self::HighVariance => against_variance.to_vec(),
            // Fewer penalties and less regularisation would be at odds.
            Self::Both => vec![
                S::BiggerNetwork,
                S::LongerTraining,
                S::OtherOptimiser,
                S::OtherFeatures,
                S::MoreData,
                S::EarlyStopping,
            ],
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fits => "neither bias nor variance is high",
            Self::HighBias => "high bias: the model underfits",
            Self::HighVariance => "high variance: the model overfits",
            Self::Both => "high bias and high variance",
        })
    }
}

/// A thing to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum NextStep {
    /// Against bias: more layers or units.
    BiggerNetwork,
    /// Against bias: more epochs.
    LongerTraining,
    /// Against bias: another optimiser or rate.
    OtherOptimiser,
    /// Against bias: weaker penalties, less dropout.
    FewerPenalties,
    /// Against bias: features that tell more.
    OtherFeatures,
    /// Against variance: more rows.
    MoreData,
    /// Against variance: an L2 or L1 penalty.
    Regularisation,
    /// Against variance: dropout.
    Dropout,
    /// Against variance: stopping on the dev set.
    EarlyStopping,
    /// Against variance: fewer features.
    FewerFeatures,
}

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BiggerNetwork => "a bigger network: more units or layers",
            Self::LongerTraining => "longer training: more epochs",
            Self::OtherOptimiser => "another optimiser, or another learning rate",
            Self::FewerPenalties => "weaker penalties, less dropout",
            Self::OtherFeatures => "other features, that tell more about the target",
            Self::MoreData => "more data",
            Self::Regularisation => "an L2 or L1 penalty, or a stronger one",
            Self::Dropout => "dropout",
            Self::EarlyStopping => "early stopping on the dev set",
            Self::FewerFeatures => "fewer features",
        })
    }
}

/// What [`advise`] found; it prints as a few lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Advice {
    /// train − optimal: what a better fit could still gain.
    pub avoidable_bias: f64,
    /// dev − train: what is lost on rows not seen.
    pub gap: f64,
    /// The standard error of the dev error, √(e(1−e)/m), where the number of dev rows is known.
    pub dev_standard_error: Option<f64>,
    /// What is the trouble.
    pub verdict: Verdict,
    /// What to try, the most promising first.
    pub steps: Vec<NextStep>,
    /// Whether the gap exceeds its limit by less than two standard errors of the dev error: more dev
    /// rows would tell.
    pub uncertain: bool,
}

/// Tells bias from variance by the errors on training and dev rows.
///
/// ```text
/// avoidable bias = train − optimal,    gap = dev − train
/// ```
///
/// Bias is high if the first is above `limits.bias`, variance if the second is above `limits.gap`.
///
/// # Errors
/// [`SelectError::InvalidNumber`] for an error or limit that is not finite or below 0, and for a
/// share of wrong predictions above 1.
///
/// ```
/// use gradus_select::{ErrorRates, Limits, NextStep, Verdict, advise};
///
/// // 1 % on the training rows, 11 % on the dev rows, and people hardly ever err.
/// let errors = ErrorRates { train: 0.01, dev: 0.11, ..ErrorRates::default() };
/// let advice = advise(&errors, &Limits::default())?;
/// assert_eq!((advice.verdict, advice.steps[0]), (Verdict::HighVariance, NextStep::MoreData));
/// // 15 % and 16 %: bias, unless people err in 14 % of the cases, too.
/// let errors = ErrorRates { train: 0.15, dev: 0.16, ..ErrorRates::default() };
/// assert_eq!(advise(&errors, &Limits::default())?.verdict, Verdict::HighBias);
/// let errors = ErrorRates { optimal: 0.14, ..errors };
/// assert_eq!(advise(&errors, &Limits::default())?.verdict, Verdict::Fits);
/// # Ok::<(), gradus_select::SelectError>(())
/// ```
///
/// The four cases are those of A. Ng, *Machine Learning Yearning* (2018).
pub fn advise(errors: &ErrorRates, limits: &Limits) -> Result<Advice, SelectError> {
    let most = if errors.dev_rows.is_some() { 1.0 } else { f64::MAX };
    let must = if errors.dev_rows.is_some() { "in [0, 1]" } else { "finite and at least 0" };
    for (name, value) in [("train", errors.train), ("dev", errors.dev), ("optimal", errors.optimal)]
    {
        check(name, value, most, must)?;
    }
    for (name, value) in [("limits.bias", limits.bias), ("limits.gap", limits.gap)] {
        check(name, value, f64::MAX, "finite and at least 0")?;
    }
    if errors.dev_rows == Some(0) {
        return Err(SelectError::TooFew { what: "dev rows", needed: 1 });
    }
    let (avoidable_bias, gap) = (errors.train - errors.optimal, errors.dev - errors.train);
    let dev_standard_error =
        errors.dev_rows.map(|rows| (errors.dev * (1.0 - errors.dev) / rows as f64).sqrt());
    let verdict = Verdict::of(avoidable_bias > limits.bias, gap > limits.gap);
    let uncertain =
        dev_standard_error.is_some_and(|error| gap > limits.gap && gap < limits.gap + 2.0 * error);
    let steps = verdict.steps();
    Ok(Advice { avoidable_bias, gap, dev_standard_error, verdict, steps, uncertain })
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.verdict)?;
        writeln!(f, "  avoidable bias (train less optimal): {:.4}", self.avoidable_bias)?;
        write!(f, "  gap (dev less train): {:.4}", self.gap)?;
        match self.dev_standard_error {
            Some(error) => writeln!(f, ", standard error of the dev error {error:.4}")?,
            None => writeln!(f)?,
        }
        if self.uncertain {
            writeln!(f, "  the gap may be chance: more dev rows would tell")?;
        }
        list(f, &self.steps)
    }
}

/// The costs of cross-validation's folds, and what to compare them with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FoldCosts<'c> {
    /// The cost of each fold's test rows.
    pub costs: &'c [f64],
    /// The mean cost up to which the model is good enough: a person's, a rival's, or what the use
    /// demands.
    pub acceptable: f64,
    /// The deviation between folds, in shares of their mean, up to which they agree.
    pub relative_spread: f64,
}

/// What [`advise_folds`] found; it prints as a few lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldAdvice {
    /// The mean cost over the folds: high means bias.
    pub mean: f64,
    /// The variance of the cost over the folds, with divisor k − 1: high means variance.
    pub variance: f64,
    /// The deviation over the mean; 0 where both are 0.
    pub relative_spread: f64,
    /// What is the trouble.
    pub verdict: Verdict,
    /// What to try, the most promising first.
    pub steps: Vec<NextStep>,
}

/// Tells bias from variance by the mean and the variance of the cost over cross-validation's folds.
///
/// Bias is high if the mean is above `acceptable`; variance if the deviation is above
/// `relative_spread` times the mean.
///
/// # Errors
/// [`SelectError::TooFew`] below two folds; [`SelectError::InvalidNumber`] for a cost or limit that
/// is not finite or below 0.
///
/// # Limitations
/// Small tests make folds differ by chance alone: of n rows each, error rates of p deviate by
/// √(p(1−p)/n). Choose `relative_spread` above that.
///
/// ```
/// use gradus_select::{FoldCosts, Verdict, advise_folds};
///
/// let of = |costs| FoldCosts { costs, acceptable: 0.2, relative_spread: 0.25 };
/// assert_eq!(advise_folds(&of(&[0.10, 0.11, 0.09]))?.verdict, Verdict::Fits);
/// assert_eq!(advise_folds(&of(&[0.40, 0.41, 0.39]))?.verdict, Verdict::HighBias);
/// assert_eq!(advise_folds(&of(&[0.02, 0.30, 0.05]))?.verdict, Verdict::HighVariance);
/// # Ok::<(), gradus_select::SelectError>(())
/// ```
pub fn advise_folds(folds: &FoldCosts<'_>) -> Result<FoldAdvice, SelectError> {
    const MUST: &str = "finite and at least 0";
    if folds.costs.len() < 2 {
        return Err(SelectError::TooFew { what: "folds", needed: 2 });
    }
    folds.costs.iter().try_for_each(|&cost| check("the cost of a fold", cost, f64::MAX, MUST))?;
    check("acceptable", folds.acceptable, f64::MAX, MUST)?;
    check("relative_spread", folds.relative_spread, f64::MAX, MUST)?;
    let moments = Moments::of(folds.costs)?;
    let (mean, variance) = (moments.mean()?, moments.sample_variance()?);
    let relative_spread = if mean > 0.0 { variance.sqrt() / mean } else { 0.0 };
    let verdict = Verdict::of(mean > folds.acceptable, relative_spread > folds.relative_spread);
    Ok(FoldAdvice { mean, variance, relative_spread, verdict, steps: verdict.steps() })
}

impl fmt::Display for FoldAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.verdict)?;
        writeln!(f, "  mean cost over the folds: {:.4}", self.mean)?;
        let percent = 100.0 * self.relative_spread;
        writeln!(f, "  its deviation: {:.4}, {percent:.0} % of it", self.variance.sqrt())?;
        list(f, &self.steps)
    }
}

fn list(f: &mut fmt::Formatter<'_>, steps: &[NextStep]) -> fmt::Result {
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(f, "try, in this order:")?;
    steps.iter().try_for_each(|step| writeln!(f, "  {step}"))
}

fn check(name: &'static str, value: f64, most: f64, must: &'static str) -> Result<(), SelectError> {
    if (0.0..=most).contains(&value) {
        Ok(())
    } else {
        Err(SelectError::InvalidNumber { name, value, must })
    }
}
