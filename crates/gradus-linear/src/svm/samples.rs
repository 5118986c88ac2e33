//! Random machines for tests.

use nalgebra::DMatrix;
use proptest::prelude::*;

use super::model::{LinearSvm, SvmIntercept, SvmLoss};
use super::problem::Machine;

/// What a machine is made of, and numbers in [0, 1) for its rows and coefficients.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) rows: DMatrix<f64>,
    pub(super) y: Vec<f64>,
    v: Vec<f64>,
    pub(super) offset: Vec<f64>,
    pub(super) shares: Vec<f64>,
    pub(super) model: LinearSvm,
}

impl Sample {
    pub(super) fn machine(&self) -> Machine<'_> {
        Machine::new(&self.rows, self.y.clone(), &self.v, Some(&self.offset), &self.model)
    }
}

prop_compose! {
    pub(super) fn samples(loss: SvmLoss)(m in 4..30_usize, p in 1..5_usize)(
        rows in prop::collection::vec(-2.0..2.0_f64, m * p),
        y in prop::collection::vec(prop_oneof![Just(-1.0), Just(1.0)], m),
        v in prop::collection::vec(0.1..2.0_f64, m),
        offset in prop::collection::vec(-0.5..0.5_f64, m),
        shares in prop::collection::vec(0.0..1.0_f64, m + 5),
        lambda in 1e-2..2.0_f64,
        intercept in prop_oneof![
            Just(SvmIntercept::Free), Just(SvmIntercept::Penalised), Just(SvmIntercept::None)
        ],
        m in Just(m), p in Just(p),
    ) -> Sample {
        let total: f64 = v.iter().sum();
        let v = v.iter().map(|v| v / total).collect();
        let model = LinearSvm { lambda, loss, intercept, ..LinearSvm::default() };
        Sample { rows: DMatrix::from_vec(p, m, rows), y, v, offset, shares, model }
    }
}
