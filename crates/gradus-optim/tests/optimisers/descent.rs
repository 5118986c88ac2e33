//! Every optimiser on problems whose minimum is known.

use gradus_optim::{Momentum, MomentumForm, Nesterov, NesterovForm, Optimizer, Sgd};

use crate::table::{all, quadratic, rosenbrock, step};

#[test]
fn every_optimiser_descends_a_parabola() {
    for mut optimizer in all::<f64>(0.1) {
        let mut theta = [3.0];
        // RMSprop's steps have no end: their size is the rate's, which has to fall.
        for k in 0..3000 {
            if k >= 1000 {
                optimizer.set_lr(0.99 * optimizer.lr()).unwrap();
            }
            step(&mut *optimizer, &mut theta, |x| vec![2.0 * x[0]]);
        }
        assert!(theta[0].abs() < 1e-6, "{} ended at {}", optimizer.name(), theta[0]);
    }
}

/// From (−1.2, 1), where the cost is 24.2, into the valley and along it.
#[test]
fn every_optimiser_descends_rosenbrock() {
    for mut optimizer in all::<f64>(1e-3) {
        let mut theta = [-1.2, 1.0];
        // Velocities of 10 gradients need a tenth of the rate; averages of gradients need more.
        let lr = match optimizer.name() {
            name if name.starts_with("momentum") || name.starts_with("nesterov") => 1e-4,
            "sgd" => 1e-3,
            "adagrad" => 0.5,
            _ => 1e-2,
        };
        optimizer.set_lr(lr).unwrap();
        for _ in 0..20_000 {
            step(&mut *optimizer, &mut theta, rosenbrock);
        }
        let (x, y) = (theta[0], theta[1]);
        let cost = (1.0 - x) * (1.0 - x) + 100.0 * (y - x * x) * (y - x * x);
        assert!(cost < 0.1, "{} ended at {theta:?} with {cost}", optimizer.name());
    }
}

/// The runs that the notes print.
#[test]
fn worked_runs_of_gradient_descent() {
    let mut optimizer = Sgd { lr: 0.1 }.build::<f64>().unwrap();
    let mut x = [3.0];
    for expected in [2.4, 1.92, 1.536] {
        step(&mut optimizer, &mut x, |x| vec![2.0 * x[0]]);
        assert!((x[0] - expected).abs() < 1e-14);
    }

    let mut optimizer = Sgd { lr: 0.8 }.build::<f64>().unwrap();
    let mut x = [-4.0];
    for k in 0..30 {
        step(&mut optimizer, &mut x, |x| vec![2.0 * x[0]]);
        if let Some(expected) = [2.4, -1.44, 0.864, -0.5184, 0.31104].get(k) {
            assert!((x[0] - expected).abs() < 1e-14);
        }
    }
    assert!((x[0] - -8.84296e-07).abs() < 5e-13);
}

/// Where the rate drops to 0, old velocity still moves the notes' form, and PyTorch's stands.
#[test]
fn a_changed_rate_separates_the_forms_that_agree_at_a_fixed_one() {
    for (form, expected) in [(MomentumForm::Notes, -1.5), (MomentumForm::PyTorch, -1.0)] {
        let mut optimizer = Momentum { lr: 1.0, beta: 0.5, form }.build::<f64>().unwrap();
        let mut theta = [0.0];
        step(&mut optimizer, &mut theta, |_| vec![1.0]);
        optimizer.set_lr(0.0).unwrap();
        step(&mut optimizer, &mut theta, |_| vec![1.0]);
        assert_eq!(theta[0], expected, "{form:?}");
    }
}

/// At a constant rate the rewritten form's parameters are where the look-ahead form looks.
#[test]
fn the_forms_of_nesterov_agree() {
    let build = |form| Nesterov { lr: 0.05, momentum: 0.9, form }.build::<f64>().unwrap();
    let (mut rewritten, mut ahead) =
        (build(NesterovForm::Rewritten), build(NesterovForm::LookAhead));
    let (mut a, mut b) = ([2.0, 3.0], [2.0, 3.0]);
    for _ in 0..30 {
        ahead.look_ahead(0, &mut b).unwrap();
        assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} {b:?}");
        let grad = quadratic(&b);
        ahead.begin_step();
        ahead.update(0, &mut b, &grad).unwrap();
        step(&mut rewritten, &mut a, quadratic);
    }
}
