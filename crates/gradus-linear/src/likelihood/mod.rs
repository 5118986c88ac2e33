//! Maximum likelihood for models with linear predictors, by Newton's method.
//!
//! A model says what its likelihood is at a point; the search, the proof that there is a maximum,
//! and the proof that there is none are here.

mod blocks;
mod columns;
mod cone;
mod constrained;
#[cfg(test)]
pub(crate) mod derivatives;
mod figures;
mod independent;
mod margins;
mod newton;
mod scale;
mod separation;
mod simplex;
mod slopes;
mod wald;

pub(crate) use blocks::{Block, Order, Pass, Sums, Terms, add, one_predictor};
pub(crate) use columns::Columns;
pub(crate) use cone::Cone;
pub(crate) use constrained::{hold, profile_ends};
pub(crate) use figures::Figures;
pub(crate) use margins::Margins;
pub(crate) use newton::{Maximum, Search, Solution, ascend, maximise};
pub(crate) use separation::Separation;
pub use separation::SeparationKind;
pub(crate) use slopes::{Slope, Sloped, curve_of_one, slope_of_one};
pub use wald::WaldEstimate;
pub(crate) use wald::{estimates, write_table};

use nalgebra::{DMatrix, DVector};

/// A concave log-likelihood ℓ(γ) of linear predictors η = Zγ + offset.
pub(crate) trait Likelihood {
    /// Means of the outcome, or what else is needed of a point.
    type Means;

    /// Z, with what belongs to its rows.
    fn columns(&self) -> &Columns<'_>;

    /// ℓ with its derivatives at γ.
    fn at(&self, gamma: &DVector<f64>) -> Point<Self::Means>;

    /// Whether means that change by the linear approximation along `step` stay strictly inside
    /// their range. With a Newton step H⁻¹g they are then positive multipliers λ with Σλᵢaᵢ = 0
    /// for the rows aᵢ of the cone, which proves that the maximum exists: no direction has
    /// aᵢ·d ≥ 0 for all rows and > 0 for one (Stiemke).
    fn stays_inside(&self, at: &Point<Self::Means>, step: &DVector<f64>) -> bool;

    /// The directions along which ℓ never falls.
    fn cone(&self) -> impl Cone;
}

/// A log-likelihood at a point.
#[derive(Debug)]
pub(crate) struct Point<M> {
    pub(crate) means: M,
    pub(crate) log_likelihood: f64,
    /// ∂ℓ/∂γ.
    pub(crate) gradient: DVector<f64>,
    /// −∂²ℓ/∂γ².
    pub(crate) information: DMatrix<f64>,
}
