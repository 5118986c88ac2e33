//! The conditions of optimality of penalised models with weights, offsets and bounds, from the gradient
//! that automatic differentiation takes of the objective's formula.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_autograd::{Tape, Var};
use gradus_linear::{
    Bounds, Design, ElasticNet, PathPoint, PenalisedLogistic, PenalisedMultinomial,
    PenalisedOptions, Penalty, Scaling, Weights,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

/// What is fitted, and how.
#[derive(Debug, Clone)]
struct Problem {
    x: DMatrix<f64>,
    y: Vec<f64>,
    weights: Vec<f64>,
    offset: Vec<f64>,
    penalty: Penalty,
    bounds: Vec<Bounds>,
}

impl Problem {
    fn design(&self) -> Design<'_> {
        Design::new(&self.x).unwrap().with_weights(Weights::Precision(&self.weights)).unwrap()
    }

    fn options(&self) -> PenalisedOptions {
        let bounds = self.bounds.clone();
        let mut options = PenalisedOptions { scaling: Scaling::None, bounds, ..Default::default() };
        options.solver.tolerance = 1e-13;
        options
    }

    /// The outcome as one of `count` classes, of which each occurs with a weight.
    fn classes(&self, count: usize) -> Vec<usize> {
        let mut classes: Vec<usize> =
            self.y.iter().map(|y| ((y + 3.0).max(0.0) / 2.0) as usize % count).collect();
        (0..count).for_each(|class| classes[class] = class);
        classes
    }

    fn column<'t>(&self, tape: &'t Tape<f64>, values: &[f64]) -> Var<'t, f64> {
        tape.constant(DMatrix::from_column_slice(self.y.len(), 1, values))
    }

    /// Row weights that sum to 1.
    fn shares<'t>(&self, tape: &'t Tape<f64>) -> Var<'t, f64> {
        let total: f64 = self.weights.iter().sum();
        self.column(tape, &self.weights.iter().map(|w| w / total).collect::<Vec<f64>>())
    }

    /// Checks a point: within its bounds, and no way to go by the gradient of `loss`, a formula in
    /// Xw + b (m×k).
    fn is_optimal(
        &self,
        point: &PathPoint,
        loss: impl for<'t> Fn(&'t Tape<f64>, Var<'t, f64>) -> Var<'t, f64>,
    ) -> Result<(), TestCaseError> {
        let (p, k) = (self.x.ncols(), point.coefficients.len());
        let tape = Tape::new();
        let w = tape.variable(DMatrix::from_vec(p, k, point.coefficients.concat()));
        let b = tape.variable(DMatrix::from_row_slice(1, k, &point.intercepts));
        let scores = tape.constant(self.x.clone()).matmul(w) + b;
        let gradients = loss(&tape, scores).backward();
        prop_assert!(gradients.get(b).unwrap().amax() < 1e-7, "{}", gradients.get(b).unwrap());
        let pull = -gradients.get(w).unwrap();
        for class in 0..k {
            for j in 0..p {
                let value = point.coefficients[class][j];
                let found = self.way_to_go(j, value, pull[(j, class)]);
                prop_assert!(found < 1e-6, "{class} {j}: {value} {found}");
            }
        }
        Ok(())
    }

    /// How far a pull is from the subgradients of the penalty at w, where w may move.
    fn way_to_go(&self, j: usize, w: f64, pull: f64) -> f64 {
        let bounds = self.bounds.get(j).copied().unwrap_or(Bounds::NONE);
        let factor = self.penalty.factors.get(j).copied().unwrap_or(1.0);
        if w < bounds.lower || w > bounds.upper {
            return f64::INFINITY;
        }
        if factor == f64::INFINITY {
            return w.abs();
        }
        let l1 = self.penalty.lambda * factor * self.penalty.l1_ratio;
        let rest = pull - self.penalty.lambda * factor * (1.0 - self.penalty.l1_ratio) * w;
        let up = rest - if w >= 0.0 { l1 } else { -l1 };
        let down = -rest - if w > 0.0 { -l1 } else { l1 };
        let up = if w < bounds.upper { up } else { 0.0 };
        let down = if w > bounds.lower { down } else { 0.0 };
        up.max(down).max(0.0)
    }
}

fn bounds() -> impl Strategy<Value = Bounds> {
    prop_oneof![
        Just(Bounds::NONE),
        Just(Bounds { lower: 0.0, upper: f64::INFINITY }),
        (-0.3..0.0_f64, 0.0..0.3_f64).prop_map(|(lower, upper)| Bounds { lower, upper }),
    ]
}

prop_compose! {
    fn problems()(m in 10..30_usize, p in 1..6_usize)(
        values in prop::collection::vec(-1.0..1.0_f64, m * p),
        noise in prop::collection::vec(-2.0..2.0_f64, m),
        weights in prop::collection::vec(prop_oneof![1 => Just(0.0), 5 => 0.2..3.0_f64], m),
        offset in prop::collection::vec(-1.0..1.0_f64, m),
        lambda in 2e-2..0.5_f64,
        l1_ratio in 0.0..=1.0_f64,
        factors in prop::collection::vec(
            prop_oneof![1 => Just(f64::INFINITY), 5 => 0.2..3.0_f64], p
        ),
        bounds in prop_oneof![Just(Vec::new()), prop::collection::vec(bounds(), p)],
        m in Just(m), p in Just(p),
    ) -> Problem {
        let x = DMatrix::from_vec(m, p, values);
        let y = (0..m).map(|i| 2.0 * x[(i, 0)] + noise[i] + offset[i]).collect();
        let mut weights = weights;
        weights[..4].fill(1.0);
        let penalty = Penalty::elastic_net(lambda, l1_ratio).with_factors(factors);
        Problem { x, y, weights, offset, penalty, bounds }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn linear(problem in problems()) {
        let design = problem.design().with_offset(&problem.offset).unwrap();
        let model = ElasticNet { penalty: problem.penalty.clone(), options: problem.options() };
        let fit = model.fit(&design, &problem.y).unwrap();
        problem.is_optimal(&fit.point, |tape, scores| {
            let rest = problem.column(tape, &problem.y) - problem.column(tape, &problem.offset) - scores;
            (rest.square() * problem.shares(tape)).sum() * 0.5
        })?;
    }

    #[test]
    fn logistic(problem in problems()) {
        let y: Vec<f64> = problem.classes(2).iter().map(|&class| class as f64).collect();
        let design = problem.design().with_offset(&problem.offset).unwrap();
        let model = PenalisedLogistic { penalty: problem.penalty.clone(), options: problem.options() };
        let fit = model.fit(&design, &y).unwrap();
        problem.is_optimal(&fit.point, |tape, scores| {
            let eta = scores + problem.column(tape, &problem.offset);
            ((eta.softplus() - eta * problem.column(tape, &y)) * problem.shares(tape)).sum()
        })?;
    }

    /// The intercepts are told with the sum 0, so that their gradients vanish too.
    #[test]
    fn multinomial(problem in problems(), count in 2..4_usize) {
        let classes = problem.classes(count);
        let model = PenalisedMultinomial { penalty: problem.penalty.clone(), options: problem.options() };
        let fit = model.fit(&problem.design(), &classes).unwrap();
        problem.is_optimal(&fit.point, |tape, scores| {
            let own = DMatrix::from_fn(classes.len(), count, |i, k| f64::from(u8::from(classes[i] == k)));
            -(scores.log_softmax() * tape.constant(own) * problem.shares(tape)).sum()
        })?;
        let sum: f64 = fit.point.intercepts.iter().sum();
        prop_assert!(sum.abs() < 1e-9, "{sum}");
    }
}
