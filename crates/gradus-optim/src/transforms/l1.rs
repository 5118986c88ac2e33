//! The L1 penalty.

use gradus_linalg::Scalar;

use super::weight_decay::{check_rate, spared};
use crate::{Change, Changes, DecayOf, L1Step, OptimError, Transform, Transformed};

/// The penalty λ‖θ‖₁, which makes parameters small and many of them 0.
///
/// By its sub-gradient, g ← g + λ sgn(θ) with sgn(0) = 0; or by its proximal step after the
/// optimiser's, θ ← sgn(θ)·max(|θ| − αλ, 0).
///
/// The notes' cost J + λ/m Σ|w| with m rows of training has the rate λ/m: give that. (One note
/// prints the update as w(1 − ηλ/n), which is that of L2, and one the penalty as λ/2m ‖θ‖₁²: both
/// are mistakes.) The threshold αλ is the same for all entries, also over an optimiser that scales
/// their rates.
///
/// # Examples
///
/// ```
/// use gradus_optim::{L1, L1Step, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let l1 = L1 { rate: 0.5, step: L1Step::Proximal, ..L1::default() };
/// let mut optimizer = l1.over(Sgd { lr: 0.5 }.build::<f64>()?)?;
/// let mut theta = [2.0, 0.125];
/// optimizer.begin_step();
/// optimizer.update(0, &mut theta, &[1.0, 0.0])?;
/// assert_eq!(theta, [1.25, 0.0]); // 2 − 0.5 − 0.25, and exactly 0
/// # Ok(())
/// # }
/// ```
///
/// Source: R. Tibshirani, *Regression shrinkage and selection via the lasso*, 1996; the proximal
/// step: I. Daubechies, M. Defrise and C. De Mol, 2004.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct L1 {
    /// The rate λ ≥ 0.
    pub rate: f64,
    /// How it is descended.
    pub step: L1Step,
    /// What is penalised.
    pub decay_of: DecayOf,
}

impl L1 {
    /// `inner`, with the penalty.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] when the rate is negative or not finite.
    pub fn over<O>(self, inner: O) -> Result<Transformed<Self, O>, OptimError> {
        check_rate("l1", "rate", self.rate)?;
        Ok(Transformed::new(self, inner))
    }
}

impl<T: Scalar> Transform<T> for L1 {
    fn name(&self) -> &'static str {
        "l1"
    }

    fn changes(&self, lr: f64, _: &[T], _: &[T], before: &Changes<'_>) -> [Option<Change>; 2] {
        if spared(self.decay_of, before) {
            return [None, None];
        }
        penalty(lr, self.rate, 0.0, self.step)
    }
}

/// The changes of λ₁‖θ‖₁ + ½λ₂‖θ‖²; the L2 part by its gradient.
pub(crate) fn penalty(lr: f64, l1: f64, l2: f64, step: L1Step) -> [Option<Change>; 2] {
    let smooth = match step {
        L1Step::SubGradient => (l1, l2),
        L1Step::Proximal => (0.0, l2),
    };
    let threshold = if step == L1Step::Proximal { lr * l1 } else { 0.0 };
    [
        (smooth != (0.0, 0.0)).then_some(Change::Penalty { l1: smooth.0, l2: smooth.1 }),
        (threshold > 0.0).then_some(Change::SoftThreshold(threshold)),
    ]
}
