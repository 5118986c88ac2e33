//! Step sizes that shrink by a law.

use crate::{OptimError, checks::check};

/// A law by which step sizes shrink: they tend to 0 and their sum is infinite, which is what
/// sub-gradient and stochastic methods need.
///
/// Steps count from 1.
///
/// ```
/// use gradus_optim::minimise::Diminishing;
///
/// assert_eq!(Diminishing::Harmonic { a: 6.0, b: 1.0 }.step(2), 2.0);
/// assert_eq!(Diminishing::InverseRoot { a: 6.0 }.step(4), 3.0);
/// ```
///
/// Source: N. Z. Shor, *Minimization Methods for Non-Differentiable Functions*, 1985, chapter 2.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Diminishing {
    /// a/(b + t).
    Harmonic {
        /// The numerator, > 0.
        a: f64,
        /// The delay, ≥ 0.
        b: f64,
    },
    /// a/√t.
    InverseRoot {
        /// The first step, > 0.
        a: f64,
    },
}

impl Default for Diminishing {
    /// 1/√t.
    fn default() -> Self {
        Self::InverseRoot { a: 1.0 }
    }
}

impl Diminishing {
    /// The size of step `t`, counted from 1; 0 is taken for 1.
    pub fn step(self, t: usize) -> f64 {
        let t = t.max(1) as f64;
        match self {
            Self::Harmonic { a, b } => a / (b + t),
            Self::InverseRoot { a } => a / t.sqrt(),
        }
    }

    pub(super) fn validate(self, method: &'static str) -> Result<(), OptimError> {
        let (a, b) = match self {
            Self::Harmonic { a, b } => (a, b),
            Self::InverseRoot { a } => (a, 0.0),
        };
        let expected = "a step must be finite and positive";
        check(method, "a", a, expected, a > 0.0 && a.is_finite())?;
        check(method, "b", b, "it must be finite and not negative", b >= 0.0 && b.is_finite())
    }
}
