//! What is done to gradients between the backward pass and the optimiser.

use gradus_optim::L1Step;
use serde::{Deserialize, Serialize};

use crate::TrainError;

/// How long gradients may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Clip {
    /// As long as they are.
    #[default]
    None,
    /// No entry beyond ±c: gᵢ ← min(max(gᵢ, −c), c).
    Value(f64),
    /// Each parameter's gradient on its own: g ← g·min(1, c/‖g‖).
    Norm(f64),
    /// All gradients together, which keeps their direction: g ← g·min(1, c/‖g‖) with ‖g‖² = Σ gᵢ² over
    /// all parameters.
    GlobalNorm(f64),
}

/// A penalty on the weights: the cost J becomes J + λ₁/m Σ|w| + λ₂/2m Σw² with m the rows of the
/// training set, the same for every batch.
///
/// Parameters that are [no weights](gradus_nn::Path::decays) are left out: biases, the scales of
/// normalisations and the slopes of PReLU. The costs that are reported are J's. For decay that the optimiser does not scale there are
/// [`AdamW`](gradus_optim::AdamW) and [`WeightDecay`](gradus_optim::WeightDecay).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Penalty {
    /// λ₁ ≥ 0: many weights become small, and with [`L1Step::Proximal`] exactly 0.
    pub l1: f64,
    /// How the L1 part is descended.
    pub l1_step: L1Step,
    /// λ₂ ≥ 0: for gradient descent w ← w(1 − αλ₂/m) − αg.
    pub l2: f64,
}

/// What a step does to its gradients: clips them, then adds those of the penalties.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GradientRules {
    /// How long the cost's gradient may be.
    pub clip: Clip,
    /// The penalty, for a cost over one row: divide λ by the rows of the training set.
    pub penalty: Penalty,
}

impl GradientRules {
    /// The rules of a run over so many rows.
    pub(crate) fn of_run(clip: Clip, penalty: Penalty, rows: usize) -> Self {
        let rows = rows as f64;
        let penalty = Penalty { l1: penalty.l1 / rows, l2: penalty.l2 / rows, ..penalty };
        Self { clip, penalty }
    }

    pub(crate) fn check(&self) -> Result<(), TrainError> {
        let config = |name, value: f64, allowed| {
            Err(TrainError::Config { name, value: value.to_string(), allowed })
        };
        if let Clip::Value(most) | Clip::Norm(most) | Clip::GlobalNorm(most) = self.clip
            && !(most > 0.0 && most.is_finite())
        {
            return config("clip", most, "positive and finite");
        }
        for (name, lambda) in [("penalty.l1", self.penalty.l1), ("penalty.l2", self.penalty.l2)] {
            if !(lambda >= 0.0 && lambda.is_finite()) {
                return config(name, lambda, "finite and not negative");
            }
        }
        Ok(())
    }
}
