//! The learned scale and shift after a normalisation.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::Path;

/// Whether a normalising layer learns a scale and a shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Affine {
    /// It does: γ ⊙ x̂ + β.
    #[default]
    Learned,
    /// It gives x̂ itself.
    None,
}

/// γ ⊙ x + β, one γ and one β for each feature.
#[derive(Clone, Debug)]
pub struct ScaleShift<T: Scalar> {
    /// γ, of shape (1, features), 1 in the beginning. Files call it `weight`, as PyTorch does. Weight
    /// decay [leaves it alone](Path::spared): 0 is no simpler a scale than 1.
    pub gamma: Parameter<T>,
    /// β, of shape (1, features), 0 in the beginning. Files call it `bias`.
    pub beta: Parameter<T>,
}

impl<T: Scalar> ScaleShift<T> {
    pub(crate) fn new(features: usize, affine: Affine) -> Option<Self> {
        (affine == Affine::Learned).then(|| Self {
            gamma: Parameter::new(DMatrix::from_element(1, features, T::one())),
            beta: Parameter::new(DMatrix::zeros(1, features)),
        })
    }

    pub(crate) fn affine(this: Option<&Self>) -> Affine {
        if this.is_some() { Affine::Learned } else { Affine::None }
    }

    pub(crate) fn apply<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        x * x.parameter(&self.gamma) + x.parameter(&self.beta)
    }

    pub(crate) fn visit<'a>(
        &'a self,
        path: &Path<'_>,
        f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>),
    ) {
        f(&path.name("weight").spared(), &self.gamma);
        f(&path.name("bias"), &self.beta);
    }

    pub(crate) fn visit_mut(
        &mut self,
        path: &Path<'_>,
        f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>),
    ) {
        f(&path.name("weight").spared(), &mut self.gamma);
        f(&path.name("bias"), &mut self.beta);
    }
}

/// Whether an ε can keep a division from failing.
pub(crate) fn check_eps<T: Scalar>(eps: f64) -> Result<(), crate::NnError> {
    let rounded: T = Scalar::of(eps);
    if rounded > T::zero() && rounded <= T::MAX {
        return Ok(());
    }
    let (what, allowed) = ("the eps of a normalisation", "positive and finite, also when rounded");
    Err(crate::NnError::InvalidNumber { what, value: eps, allowed })
}
