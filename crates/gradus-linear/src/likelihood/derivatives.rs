//! What tests hold likelihoods to: automatic differentiation of their formulas.

use gradus_autograd::{Tape, Var};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

use super::{Columns, Likelihood, Point, Sloped};
use crate::{Design, Intercept, Weights};

/// Rows of a design with weights, some of which are 0, and offsets; numbers to make outcomes of, and
/// numbers for coefficients.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    x: DMatrix<f64>,
    weights: Vec<f64>,
    offset: Vec<f64>,
    intercept: Intercept,
    /// In [0, 1).
    pub(crate) shares: Vec<f64>,
    pub(crate) coefficients: Vec<f64>,
}

impl Sample {
    pub(crate) fn columns(&self) -> Columns<'_> {
        self.of(Some(&self.offset))
    }

    /// For models whose offset would cancel.
    pub(crate) fn columns_without_offset(&self) -> Columns<'_> {
        self.of(None)
    }

    fn of<'s>(&'s self, offset: Option<&'s [f64]>) -> Columns<'s> {
        let mut design = Design::new(&self.x).expect("finite numbers");
        design = design.with_weights(Weights::Precision(&self.weights)).expect("weights");
        if let Some(offset) = offset {
            design = design.with_offset(offset).expect("offsets");
        }
        Columns::new(&design, self.intercept).expect("columns that vary")
    }
}

prop_compose! {
    /// Up to three features, with an intercept or without.
    pub(crate) fn samples()(m in 12..60_usize, p in 1..4_usize)(
        x in prop::collection::vec(-2.0..2.0_f64, m * p),
        weights in prop::collection::vec(prop_oneof![1 => Just(0.0), 6 => 0.2..3.0_f64], m),
        offset in prop::collection::vec(-1.0..1.0_f64, m),
        shares in prop::collection::vec(0.0..1.0_f64, m),
        coefficients in prop::collection::vec(-1.5..1.5_f64, 12),
        constant in any::<bool>(),
        m in Just(m),
        p in Just(p),
    ) -> Sample {
        let mut weights = weights;
        weights[..8].fill(1.0);
        let intercept = if constant { Intercept::Fitted } else { Intercept::None };
        Sample { x: DMatrix::from_vec(m, p, x), weights, offset, intercept, shares, coefficients }
    }
}

/// A column of numbers on a tape.
pub(crate) fn column<'t>(tape: &'t Tape<f64>, values: &[f64]) -> Var<'t, f64> {
    tape.constant(DMatrix::from_column_slice(values.len(), 1, values))
}

/// η = ZΓ + offset on a tape.
pub(crate) fn predictors<'t>(
    tape: &'t Tape<f64>,
    columns: &Columns<'_>,
    gamma: Var<'t, f64>,
) -> Var<'t, f64> {
    let eta = tape.constant(columns.whole()).matmul(gamma);
    columns.offset.map_or(eta, |offset| eta + column(tape, offset))
}

/// The likelihood at Γ (q×k), of `k` predictors, and the same by a formula on a tape with its gradient
/// and its Hessian. Value and gradient must agree here; the information is the model's to compare.
pub(crate) fn compare<L: Likelihood>(
    likelihood: &L,
    coefficients: &[f64],
    k: usize,
    formula: impl for<'t> Fn(&'t Tape<f64>, Var<'t, f64>) -> Var<'t, f64>,
) -> Result<(Point<L::Means>, DMatrix<f64>), TestCaseError> {
    let q = likelihood.columns().len();
    let gamma = DMatrix::from_column_slice(q, k, &coefficients[..q * k]);
    let point = likelihood.at(&DVector::from_column_slice(gamma.as_slice()));
    let tape = Tape::new();
    let variable = tape.variable(gamma);
    let value = formula(&tape, variable);
    close(&[point.log_likelihood], &[value.item()])?;
    close(point.gradient.as_slice(), tape.grad(value, &[variable])[0].value().as_slice())?;
    let hessian = tape.hessian(value, &[variable]).expect("smooth operations");
    Ok((point, hessian))
}

/// The information is minus the Hessian, and no direction has a negative curvature.
pub(crate) fn informs(
    information: &DMatrix<f64>,
    hessian: &DMatrix<f64>,
) -> Result<(), TestCaseError> {
    close(information.as_slice(), (-hessian).as_slice())?;
    let eigenvalues = information.clone().symmetric_eigenvalues();
    prop_assert!(eigenvalues.min() >= -1e-12 * eigenvalues.max(), "{eigenvalues}");
    Ok(())
}

/// What is computed without the information: the same gradient, and the information times a vector.
pub(crate) fn slopes_agree<L: Sloped>(
    likelihood: &L,
    point: &Point<L::Means>,
    coefficients: &[f64],
) -> Result<(), TestCaseError> {
    let unknowns = point.gradient.len();
    let slope = likelihood.slope(&coefficients[..unknowns]);
    close(&[slope.log_likelihood], &[point.log_likelihood])?;
    close(&slope.gradient, point.gradient.as_slice())?;
    let v = DVector::from_fn(unknowns, |j, _| ((j * j + 3) as f64).sin());
    let product = likelihood.curve(&slope.means, v.as_slice());
    close(&product, (&point.information * v).as_slice())
}

/// To 1e-11 of the largest.
pub(crate) fn close(found: &[f64], expected: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(1.0_f64, |scale, value| scale.max(value.abs()));
    for (found, expected) in found.iter().zip(expected) {
        prop_assert!((found - expected).abs() <= 1e-11 * scale, "{found} for {expected}");
    }
    Ok(())
}
