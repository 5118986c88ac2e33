//! Which of two candidates is the simpler.

use gradus::select::Params;

use super::space::{Tries, plain};

/// What makes one candidate simpler than another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Simplicity {
    /// A larger λ.
    Lambda,
    /// A smaller C.
    C,
    /// Fewer weights of a network on so many columns.
    Weights { columns: usize },
}

impl Simplicity {
    /// What is known of the options that are tried, if anything.
    pub(super) fn of(tries: &Tries, columns: usize) -> Option<Self> {
        let known =
            [("lambda", Self::Lambda), ("c", Self::C), ("hidden", Self::Weights { columns })];
        known.into_iter().find(|(name, _)| tries.has(name)).map(|(_, simplicity)| simplicity)
    }

    /// How complex a candidate is: less is simpler.
    pub(super) fn complexity(self, params: &Params) -> f64 {
        match self {
            Self::Lambda => params.real("lambda").map_or(0.0, |lambda| -lambda),
            Self::C => params.real("c").unwrap_or(0.0),
            Self::Weights { columns } => {
                let hidden = params.get("hidden").map(plain).unwrap_or_default();
                let mut width = columns as f64;
                let mut weights = 0.0;
                for units in hidden.split(',').filter_map(|units| units.trim().parse::<f64>().ok())
                {
                    weights += (width + 1.0) * units;
                    width = units;
                }
                weights + width
            }
        }
    }
}
