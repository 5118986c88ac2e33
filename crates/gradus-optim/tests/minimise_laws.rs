//! What every step of gradient descent must do, on problems drawn at random.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::minimise::{
    Armijo, Exact, Function, GradientDescent, Minimiser, Newton, Objective, Record, StepRule,
    Stopping, StrongWolfe,
};
use gradus_optim::test_functions::{Beale, Quadratic, TestFunction};
use proptest::prelude::*;

/// Any convex quadratic of three variables, ½xᵀBᵀBx − cᵀx, with a bound on its curvature.
fn convex(b: &[f64], c: &[f64]) -> (Function<'static>, f64) {
    let b = nalgebra::Matrix3::from_row_slice(b);
    let (a, c) = (b.transpose() * b, nalgebra::Vector3::from_row_slice(c));
    let f = Function::new(
        move |x| {
            let x = nalgebra::Vector3::from_row_slice(x);
            0.5 * (a * x).dot(&x) - c.dot(&x)
        },
        move |x, g| g.copy_from_slice((a * nalgebra::Vector3::from_row_slice(x) - c).as_slice()),
    );
    (f, a.symmetric_eigenvalues().max())
}

proptest! {
    #[test]
    fn newton_solves_any_quadratic_in_one_step(
        n in 1_usize..12,
        digits in 0.0..6.0_f64,
        x0 in prop::collection::vec(-9.0..9.0_f64, 12),
    ) {
        let mut f = Quadratic::new(n, 10.0_f64.powf(digits)).unwrap();
        let (least, start) = (f.minimisers().remove(0), &x0[..n]);
        prop_assume!(start.iter().zip(&least).any(|(a, b)| (a - b).abs() > 1e-3));
        let outcome = Newton::default().minimise(&mut f, start).unwrap();
        // Rounding of one part in 10⁶ of the largest curvature may ask for another look.
        prop_assert!(outcome.converged() && outcome.iterations <= 2, "{}", outcome.reason);
        let one = Newton { stopping: Stopping { max_iterations: 1, ..Stopping::default() }, ..Newton::default() };
        let first = one.minimise(&mut f, start).unwrap();
        for (x, least) in first.x.iter().zip(&least) {
            prop_assert!((x - least).abs() < 1e-8, "{} is not {}", x, least);
        }
    }

    #[test]
    fn short_steps_never_raise_a_convex_cost(
        b in prop::collection::vec(-3.0..3.0_f64, 9),
        c in prop::collection::vec(-3.0..3.0_f64, 3),
        x0 in prop::collection::vec(-3.0..3.0_f64, 3),
        share in 0.01..1.0_f64,
    ) {
        let (mut f, bound) = convex(&b, &c);
        prop_assume!(bound > 1e-3);
        let stopping = Stopping { max_iterations: 200, ..Stopping::default() };
        let (step, record) = (StepRule::Fixed(share / bound), Record::Trajectory);
        let method = GradientDescent { step, stopping, record };
        let way = method.minimise(&mut f, &x0).unwrap().trajectory.unwrap();
        let rounding = 1e-14 * way.values.iter().fold(1.0, |a: f64, v| a.max(v.abs()));
        for pair in way.values.windows(2) {
            prop_assert!(pair[1] <= pair[0] + rounding, "{} {}", pair[0], pair[1]);
        }
    }

    #[test]
    fn searched_steps_never_raise_a_cost(x0 in prop::collection::vec(-2.0..2.0_f64, 2)) {
        for step in [
            StepRule::Armijo(Armijo::default()),
            StepRule::Exact(Exact::default()),
            StepRule::StrongWolfe(StrongWolfe::default()),
        ] {
            let stopping = Stopping { max_iterations: 50, ..Stopping::default() };
            let method = GradientDescent { step, stopping, record: Record::Trajectory };
            let way = method.minimise(&mut Beale, &x0).unwrap().trajectory.unwrap();
            for pair in way.values.windows(2) {
                prop_assert!(pair[1] <= pair[0] * (1.0 + 1e-14), "{} {}", pair[0], pair[1]);
            }
        }
    }

    #[test]
    fn a_small_step_changes_the_cost_by_the_first_order_law(
        x in prop::collection::vec(-1.5..1.5_f64, 2),
        angle in 0.0..std::f64::consts::TAU,
    ) {
        let mut f = Beale;
        let mut g = [0.0; 2];
        let value = f.value_and_gradient(&x, &mut g);
        let squares = g[0] * g[0] + g[1] * g[1];
        prop_assume!(squares > 1e-2);
        // ΔC ≈ −η‖∇C‖², with an error of second order in η: at a tenth of η, a hundredth.
        let error = |eta: f64| {
            let stepped = f.value(&[x[0] - eta * g[0], x[1] - eta * g[1]]) - value;
            (stepped + eta * squares).abs()
        };
        let norm = squares.sqrt();
        let reach = 1e-4 / norm;
        let errors = [reach, 0.1 * reach].map(error);
        prop_assert!(errors[1] <= 0.02 * errors[0] + 1e-13 * (1.0 + value), "{errors:?}");
        // No direction of unit length falls faster than −∇C/‖∇C‖, to that order.
        let mut along = |d: [f64; 2]| f.value(&[x[0] + 1e-7 * d[0], x[1] + 1e-7 * d[1]]) - value;
        let steepest = along([-g[0] / norm, -g[1] / norm]);
        let other = along([angle.cos(), angle.sin()]);
        prop_assert!(steepest <= other + 1e-10 * (1.0 + value), "{steepest} {other}");
    }
}
