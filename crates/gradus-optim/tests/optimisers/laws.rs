//! Identities for random parameters.

use gradus_optim::{Adam, AdamW, EpsPosition, Momentum, MomentumForm, Sgd};
use proptest::prelude::*;

use crate::table::step;

proptest! {
    #[test]
    fn momentum_of_zero_is_gradient_descent(
        theta in prop::collection::vec(-10.0..10.0_f64, 1..20),
        lr in 0.0..1.0_f64,
    ) {
        for form in [MomentumForm::Notes, MomentumForm::Averaged, MomentumForm::PyTorch] {
            let mut sgd = Sgd { lr }.build::<f64>().unwrap();
            let mut momentum = Momentum { lr, beta: 0.0, form }.build::<f64>().unwrap();
            let (mut a, mut b) = (theta.clone(), theta.clone());
            for _ in 0..5 {
                step(&mut sgd, &mut a, |x| x.iter().map(|x| x.sin()).collect());
                step(&mut momentum, &mut b, |x| x.iter().map(|x| x.sin()).collect());
            }
            prop_assert_eq!(&a, &b);
        }
    }

    #[test]
    fn adamw_without_decay_is_adam(
        theta in prop::collection::vec(-10.0..10.0_f64, 1..20),
        lr in 0.0..1.0_f64,
        beta1 in 0.0..0.999_f64,
        beta2 in 0.0..0.99999_f64,
    ) {
        let mut adam = Adam { lr, beta1, beta2, ..Adam::default() }.build::<f64>().unwrap();
        let config = AdamW { lr, beta1, beta2, weight_decay: 0.0, ..AdamW::default() };
        let mut adamw = config.build::<f64>().unwrap();
        let (mut a, mut b) = (theta.clone(), theta);
        for _ in 0..8 {
            step(&mut adam, &mut a, |x| x.iter().map(|x| x.sin()).collect());
            step(&mut adamw, &mut b, |x| x.iter().map(|x| x.sin()).collect());
        }
        prop_assert_eq!(&a, &b);
    }

    #[test]
    fn first_adam_step_is_the_sign(
        grad in prop::collection::vec(prop_oneof![-1e3..-1e-3_f64, 1e-3..1e3_f64], 1..20),
        beta1 in 0.0..0.999_f64,
        beta2 in 0.0..0.99999_f64,
    ) {
        for eps_position in [EpsPosition::OutsideRoot, EpsPosition::InsideRoot] {
            let config =
                Adam { lr: 0.1, beta1, beta2, eps: 1e-30, eps_position, ..Adam::default() };
            let mut optimizer = config.build::<f64>().unwrap();
            let mut theta = vec![0.0; grad.len()];
            step(&mut optimizer, &mut theta, |_| grad.clone());
            for (t, g) in theta.iter().zip(&grad) {
                prop_assert!((t + 0.1 * g.signum()).abs() < 1e-12, "{} after gradient {}", t, g);
            }
        }
    }

    /// lr ≤ 1/L never raises a convex cost: f = Σ hᵢxᵢ²/2, L = max hᵢ.
    #[test]
    fn small_steps_never_raise_a_convex_cost(
        terms in prop::collection::vec((0.01..10.0_f64, -5.0..5.0_f64), 1..10),
        fraction in 0.01..1.0_f64,
    ) {
        let (h, mut theta): (Vec<f64>, Vec<f64>) = terms.into_iter().unzip();
        let largest = h.iter().copied().fold(0.0, f64::max);
        let mut optimizer = Sgd { lr: fraction / largest }.build::<f64>().unwrap();
        let cost = |x: &[f64]| x.iter().zip(&h).map(|(x, h)| h * x * x / 2.0).sum::<f64>();
        for _ in 0..20 {
            let before = cost(&theta);
            step(&mut optimizer, &mut theta, |x| x.iter().zip(&h).map(|(x, h)| h * x).collect());
            prop_assert!(cost(&theta) <= before * (1.0 + 1e-12));
        }
    }
}
