//! Rosenblatt's perceptron and its learning rule.

use nalgebra::{DMatrix, DVector};

use super::examples::{check, check_width};
use super::margin::{MistakeBound, mistake_bound, widest_margin};
use super::separation::{Certificate, Separation, linearly_separable};
use crate::NnError;

/// What a perceptron does where w·x + b = 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AtZero {
    /// It rests: y = 1 iff w·x + b > 0.
    #[default]
    Rest,
    /// It fires: y = 1 iff w·x + b ≥ 0.
    Fire,
}

/// A unit with real inputs and weights that fires above a threshold.
///
/// y = 1 iff w·x + b > 0, where −b is the threshold; [`AtZero`] says what happens at 0.
///
/// ```
/// use gradus_nn::threshold::{AtZero, Perceptron};
/// use nalgebra::{dmatrix, dvector};
///
/// let at_zero = AtZero::Rest;
/// let and = Perceptron { weights: dvector![1.0, 1.0], bias: -1.5, at_zero };
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// assert_eq!(and.predict(&x).unwrap(), [false, false, false, true]);
/// assert!((and.margin(&x, &[false, false, false, true]).unwrap() - 0.125_f64.sqrt()).abs() < 1e-15);
/// ```
///
/// Source: F. Rosenblatt, *The perceptron: a probabilistic model for information storage and
/// organization in the brain*, Psychological Review 65, 1958.
#[derive(Clone, Debug, PartialEq)]
pub struct Perceptron {
    /// w.
    pub weights: DVector<f64>,
    /// b, minus the threshold.
    pub bias: f64,
    /// What happens at w·x + b = 0.
    pub at_zero: AtZero,
}

impl Perceptron {
    /// A perceptron with w = 0 and b = 0.
    pub(super) fn zero(inputs: usize, at_zero: AtZero) -> Self {
        Self { weights: DVector::zeros(inputs), bias: 0.0, at_zero }
    }

    /// w·x + b for each row.
    ///
    /// # Errors
    /// If `x` does not have a column for each weight.
    pub fn scores(&self, x: &DMatrix<f64>) -> Result<DVector<f64>, NnError> {
        check_width(x, &self.weights)?;
        Ok(DVector::from_fn(x.nrows(), |i, _| self.score(x.row(i).iter())))
    }

    /// Whether it fires, for each row.
    ///
    /// # Errors
    /// If `x` does not have a column for each weight.
    pub fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<bool>, NnError> {
        Ok(self.scores(x)?.iter().map(|&score| self.fires(score)).collect())
    }

    /// min ±(w·x + b)/‖w‖, with + for the class `true`: the distance of the nearest example if all
    /// are on their sides, below 0 otherwise. With w = 0 nothing is near: it is infinite, but 0 for
    /// b = 0.
    ///
    /// # Errors
    /// If the data, the labels and the weights do not fit, or if a number is not finite.
    pub fn margin(&self, x: &DMatrix<f64>, labels: &[bool]) -> Result<f64, NnError> {
        check(x, labels)?;
        let scores = self.scores(x)?;
        let signed = scores.iter().zip(labels).map(|(&s, &label)| if label { s } else { -s });
        let least = signed.fold(f64::INFINITY, f64::min);
        Ok(if least == 0.0 { 0.0 } else { least / self.weights.norm() })
    }

    pub(super) fn score<'a>(&self, x: impl Iterator<Item = &'a f64>) -> f64 {
        self.weights.iter().zip(x).fold(self.bias, |sum, (w, x)| sum + w * x)
    }

    pub(super) fn fires(&self, score: f64) -> bool {
        match self.at_zero {
            AtZero::Rest => score > 0.0,
            AtZero::Fire => score >= 0.0,
        }
    }

    /// Shows it an example; if it is wrong, w ← w ± x and b ← b ± 1, with + where it should have
    /// fired. Returns whether it was right.
    pub(super) fn learn(&mut self, x: &[f64], label: bool) -> Result<bool, NnError> {
        let value = self.score(x.iter());
        if !value.is_finite() {
            let (what, allowed) = ("a score", "finite: scale the features");
            return Err(NnError::InvalidNumber { what, value, allowed });
        }
        if self.fires(value) == label {
            return Ok(true);
        }
        let sign = if label { 1.0 } else { -1.0 };
        for (w, x) in self.weights.iter_mut().zip(x) {
            *w += sign * x;
        }
        self.bias += sign;
        Ok(false)
    }
}

/// The perceptron learning rule: begin with w = 0, b = 0, go through the examples in their order,
/// and after each mistake add the example to w, or subtract it.
///
/// There is no learning rate: it would multiply w and b alike and change no answer.
///
/// ```
/// use gradus_nn::threshold::{PerceptronOutcome, PerceptronRule};
/// use nalgebra::dmatrix;
///
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// let or = PerceptronRule::default().fit(&x, &[false, true, true, true]).unwrap();
/// assert_eq!(or.perceptron.predict(&x).unwrap(), [false, true, true, true]);
/// let PerceptronOutcome::Separated { bound: Some(bound), .. } = or.outcome else {
///     panic!("disjunction is separable");
/// };
/// assert!(or.mistakes as f64 <= bound.mistakes);
///
/// let xor = [false, true, true, false];
/// let fit = PerceptronRule::default().fit(&x, &xor).unwrap();
/// let PerceptronOutcome::Inseparable(certificate) = fit.outcome else { panic!("exclusive or") };
/// assert_eq!(certificate.proves(&x, &xor), Ok(true));
/// ```
///
/// scikit-learn's `Perceptron` shuffles, calls the classes −1 and 1, and stops when the loss no
/// longer falls; it does not tell why it stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerceptronRule {
    /// What happens at w·x + b = 0.
    pub at_zero: AtZero,
    /// The most times to go through the examples.
    pub max_epochs: usize,
}

impl Default for PerceptronRule {
    /// Rest at 0, and 1,000 epochs.
    fn default() -> Self {
        Self { at_zero: AtZero::Rest, max_epochs: 1_000 }
    }
}

/// What the perceptron rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct PerceptronFit {
    /// The perceptron in its last state.
    pub perceptron: Perceptron,
    /// The number of mistakes, each of which changed the weights.
    pub mistakes: usize,
    /// The times that it went through the examples, the last one without a mistake included.
    pub epochs: usize,
    /// Why it stopped.
    pub outcome: PerceptronOutcome,
}

/// Why the perceptron rule stopped.
#[derive(Clone, Debug, PartialEq)]
pub enum PerceptronOutcome {
    /// Every example is classified as its label says.
    Separated {
        /// [`Perceptron::margin`]. It is 0 if an example lies on the hyperplane and [`AtZero`] puts
        /// it on its side.
        margin: f64,
        /// What no order of the examples can exceed, from the widest margin of
        /// [`widest_margin`](super::widest_margin); `None` where doubles cannot resolve the margin.
        bound: Option<MistakeBound>,
    },
    /// No hyperplane separates the classes, and here is why. The last state of the weights is of
    /// little use: take [`Pocket`](super::Pocket).
    Inseparable(Certificate),
    /// The epochs are used up, and nothing is proved about inseparability.
    EpochLimit {
        /// If the data is separable: after how many mistakes the rule will have ended at the latest.
        /// `None` if that is not known, because the data is too large for the exact decision or the
        /// margin too small for doubles.
        bound: Option<MistakeBound>,
    },
}

/// Examples × (features + 2)² up to which a fit that used up its epochs asks for the exact decision.
const EXACT_REACH: usize = 200_000;

impl PerceptronRule {
    /// Learns to fire on the rows with the label `true` and on no other.
    ///
    /// If the epochs are used up and examples × (features + 2)² ≤ 200,000, it decides by
    /// [`linearly_separable`] whether the data can be separated at all. Labels that are 0 and 1 in
    /// doubles are read by [`binary_labels`](super::binary_labels).
    ///
    /// # Errors
    /// If there is no example, if there are not as many labels, if a number is not finite, if the
    /// scores overflow, or if there are no epochs.
    pub fn fit(self, x: &DMatrix<f64>, labels: &[bool]) -> Result<PerceptronFit, NnError> {
        check(x, labels)?;
        if self.max_epochs == 0 {
            let (what, allowed) = ("the perceptron rule's max_epochs", "at least 1");
            return Err(NnError::InvalidNumber { what, value: 0.0, allowed });
        }
        let examples = x.transpose();
        let mut perceptron = Perceptron::zero(x.ncols(), self.at_zero);
        let (mut mistakes, mut epochs, mut separated) = (0, 0, false);
        while epochs < self.max_epochs && !separated {
            let before = mistakes;
            for (example, &label) in examples.column_iter().zip(labels) {
                mistakes += usize::from(!perceptron.learn(example.as_slice(), label)?);
            }
            epochs += 1;
            separated = mistakes == before;
        }
        let outcome = if separated {
            let margin = perceptron.margin(x, labels)?;
            PerceptronOutcome::Separated { margin, bound: best_bound(x, labels) }
        } else {
            undecided(x, labels)?
        };
        Ok(PerceptronFit { perceptron, mistakes, epochs, outcome })
    }
}

fn best_bound(x: &DMatrix<f64>, labels: &[bool]) -> Option<MistakeBound> {
    widest_margin(x, labels).ok().map(|widest| widest.bound)
}

fn undecided(x: &DMatrix<f64>, labels: &[bool]) -> Result<PerceptronOutcome, NnError> {
    let width = x.ncols().saturating_add(2);
    if x.nrows().saturating_mul(width.saturating_mul(width)) > EXACT_REACH {
        return Ok(PerceptronOutcome::EpochLimit { bound: None });
    }
    Ok(match linearly_separable(x, labels)? {
        Separation::Inseparable(certificate) => PerceptronOutcome::Inseparable(certificate),
        Separation::Hyperplane(plane) => {
            let by_the_plane = || mistake_bound(x, labels, &plane.weights, plane.bias).ok();
            PerceptronOutcome::EpochLimit { bound: best_bound(x, labels).or_else(by_the_plane) }
        }
    })
}
