//! Learning-rate schedules: rates over epochs or steps, one file a law.
//!
//! A law is a plain config; `lr(t)` is the rate at t = 0, 1, 2, …, whether they are epochs or steps:
//! that is for the training loop to say, which passes the result to
//! [`Optimizer::set_lr`](crate::Optimizer::set_lr). The laws that the notes count from 1 add the 1
//! themselves. [`Schedule`] holds any law, and [`Sequence`] puts them one after another;
//! [`ReduceOnPlateau`] has a memory, and so a state.
//!
//! ```
//! use gradus_optim::schedules::{Exponential, Schedule};
//! use gradus_optim::{Optimizer, Sgd};
//!
//! # fn main() -> Result<(), gradus_optim::OptimError> {
//! let schedule = Schedule::Exponential(Exponential { lr0: 0.1, gamma: 0.95 });
//! let mut sgd = Sgd::default().build::<f64>()?;
//! for epoch in 0..10 {
//!     sgd.set_lr(schedule.lr(epoch))?;
//!     // … the epoch's steps …
//! }
//! assert!((sgd.lr() - 0.1 * 0.95_f64.powi(9)).abs() < 1e-15);
//! # Ok(())
//! # }
//! ```

mod cosine;
mod cosine_restarts;
mod exponential;
mod inverse_linear;
mod inverse_sqrt;
mod inverse_sqrt_epoch;
mod inverse_time;
mod linear_warmup;
mod multi_step;
mod one_cycle;
mod reduce_on_plateau;
mod sequence;
mod step;

pub use cosine::Cosine;
pub use cosine_restarts::CosineRestarts;
pub use exponential::Exponential;
pub use inverse_linear::InverseLinear;
pub use inverse_sqrt::InverseSqrt;
pub use inverse_sqrt_epoch::InverseSqrtEpoch;
pub use inverse_time::InverseTime;
pub use linear_warmup::LinearWarmup;
pub use multi_step::MultiStep;
pub use one_cycle::{Anneal, OneCycle, Phases};
pub use reduce_on_plateau::{Better, Plateau, ReduceOnPlateau, Threshold};
pub use sequence::{Sequence, Stage};
pub use step::Step;

use serde::{Deserialize, Serialize};

use crate::OptimError;
use crate::checks::check;

/// Any law without a memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Schedule {
    /// The same rate for ever.
    Constant(f64),
    /// α₀/(1 + βt).
    InverseTime(InverseTime),
    /// α₀γᵗ.
    Exponential(Exponential),
    /// k/√epoch · α₀.
    InverseSqrtEpoch(InverseSqrtEpoch),
    /// a/(b + t).
    InverseLinear(InverseLinear),
    /// a/√t.
    InverseSqrt(InverseSqrt),
    /// A staircase of equal steps.
    Step(Step),
    /// A staircase with given edges.
    MultiStep(MultiStep),
    /// Half a cosine wave.
    Cosine(Cosine),
    /// Cosine waves that begin anew.
    CosineRestarts(CosineRestarts),
    /// A straight climb, then a constant.
    LinearWarmup(LinearWarmup),
    /// One climb and one descent.
    OneCycle(OneCycle),
    /// Laws in succession.
    Sequence(Sequence),
}

impl Schedule {
    /// A warm-up over `warmup` steps, from α₀/w to α₀, then the cosine down to `lr_min` at `total`.
    ///
    /// α₀(t + 1)/w for t < w, else α₁ + (α₀ − α₁)(1 + cos(π(t − w)/(n − w)))/2.
    ///
    /// ```
    /// use gradus_optim::schedules::Schedule;
    /// let law = Schedule::warmup_cosine(0.1, 5, 30, 0.0);
    /// for (t, lr) in [(0, 0.02), (4, 0.1), (30, 0.0)] {
    ///     assert!((law.lr(t) - lr).abs() < 1e-15);
    /// }
    /// ```
    pub fn warmup_cosine(lr0: f64, warmup: u64, total: u64, lr_min: f64) -> Self {
        let start_factor = 1.0 / warmup.max(1) as f64;
        let climb = LinearWarmup { lr0, warmup: warmup.saturating_sub(1), start_factor };
        let t_max = total.saturating_sub(warmup).max(1);
        Self::Sequence(Sequence {
            stages: vec![Stage { length: warmup, law: Self::LinearWarmup(climb) }],
            last: Box::new(Self::Cosine(Cosine { lr0, t_max, lr_min })),
        })
    }

    /// The rate at `t`, from 0.
    pub fn lr(&self, t: u64) -> f64 {
        match self {
            Self::Constant(lr) => *lr,
            Self::InverseTime(law) => law.lr(t),
            Self::Exponential(law) => law.lr(t),
            Self::InverseSqrtEpoch(law) => law.lr(t),
            Self::InverseLinear(law) => law.lr(t),
            Self::InverseSqrt(law) => law.lr(t),
            Self::Step(law) => law.lr(t),
            Self::MultiStep(law) => law.lr(t),
            Self::Cosine(law) => law.lr(t),
            Self::CosineRestarts(law) => law.lr(t),
            Self::LinearWarmup(law) => law.lr(t),
            Self::OneCycle(law) => law.lr(t),
            Self::Sequence(law) => law.lr(t),
        }
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for the first that cannot.
    pub fn check(&self) -> Result<(), OptimError> {
        match self {
            Self::Constant(lr) => not_negative("constant", "lr", *lr),
            Self::InverseTime(law) => law.check(),
            Self::Exponential(law) => law.check(),
            Self::InverseSqrtEpoch(law) => law.check(),
            Self::InverseLinear(law) => law.check(),
            Self::InverseSqrt(law) => law.check(),
            Self::Step(law) => law.check(),
            Self::MultiStep(law) => law.check(),
            Self::Cosine(law) => law.check(),
            Self::CosineRestarts(law) => law.check(),
            Self::LinearWarmup(law) => law.check(),
            Self::OneCycle(law) => law.check(),
            Self::Sequence(law) => law.check(),
        }
    }
}

/// From `start` at 0 to `end` at 1, along half a cosine wave.
fn anneal_cosine(start: f64, end: f64, part: f64) -> f64 {
    end + (start - end) * (1.0 + libm::cos(std::f64::consts::PI * part)) / 2.0
}

fn positive(law: &'static str, name: &'static str, value: f64) -> Result<(), OptimError> {
    check(law, name, value, "it must be positive and finite", value > 0.0 && value.is_finite())
}

fn not_negative(law: &'static str, name: &'static str, value: f64) -> Result<(), OptimError> {
    let expected = "it must be finite and not negative";
    check(law, name, value, expected, value >= 0.0 && value.is_finite())
}

fn fraction(law: &'static str, name: &'static str, value: f64) -> Result<(), OptimError> {
    check(law, name, value, "it must lie in (0, 1]", value > 0.0 && value <= 1.0)
}

fn at_least_one(law: &'static str, name: &'static str, value: u64) -> Result<(), OptimError> {
    check(law, name, value as f64, "it must be at least 1", value >= 1)
}
