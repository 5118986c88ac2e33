//! Wrong calls and wrong settings.

use gradus_optim::{Accumulate, Adam, EvaluationPoint, Momentum, OptimError, Optimizer, Sgd};

use crate::table::all;

#[test]
fn misuse_is_a_typed_error_and_changes_nothing() {
    for mut optimizer in all::<f64>(0.1) {
        let mut theta = [1.0, 2.0];
        let early = optimizer.update(4, &mut theta, &[1.0, 1.0]);
        assert!(matches!(early, Err(OptimError::StepNotBegun { key: 4, .. })));
        optimizer.begin_step();
        let short = optimizer.update(4, &mut theta, &[1.0]);
        assert!(matches!(short, Err(OptimError::GradientLength { key: 4, param: 2, grad: 1, .. })));
        assert_eq!(theta, [1.0, 2.0]);
        assert!(optimizer.state().arrays.is_empty());
        if optimizer.evaluation_point() == EvaluationPoint::Ahead {
            let missing = optimizer.update(4, &mut theta, &[1.0, 1.0]);
            assert!(matches!(missing, Err(OptimError::NotLookedAhead { key: 4, .. })));
        }
        optimizer.look_ahead(4, &mut theta).unwrap();
        let lr = optimizer.lr();

        for lr in [f64::NAN, f64::INFINITY, -1.0] {
            let refused = optimizer.set_lr(lr);
            assert!(matches!(refused, Err(OptimError::InvalidHyperparameter { name: "lr", .. })));
        }
        assert_eq!(optimizer.lr(), lr);

        optimizer.update(4, &mut theta, &[1.0, 1.0]).unwrap();
        let keeps_arrays = optimizer.name() != "sgd";
        if keeps_arrays {
            let longer = optimizer.update(4, &mut [0.0; 3], &[1.0; 3]);
            assert!(matches!(longer, Err(OptimError::StateLength { param: 3, state: 2, .. })));
        }

        let good = optimizer.state();
        let mut other = good.clone();
        other.optimizer = "another".into();
        let refused = optimizer.load_state(other).unwrap_err();
        assert!(refused.to_string().contains("`another`"));
        let mut nested = good.clone();
        nested.inner = vec![good.clone()];
        let mut extra = good.clone();
        extra.arrays.insert(9, vec![vec![0.0]; 7]);
        let mut bad_lr = good.clone();
        bad_lr.lr = -2.0;
        for bad in [nested, extra, bad_lr] {
            assert!(optimizer.load_state(bad).is_err());
        }
        assert_eq!(optimizer.state(), good);
    }
    let mut adam = Adam::default().build::<f64>().unwrap();
    let mut ragged = adam.state();
    ragged.arrays.insert(0, vec![vec![0.0], vec![0.0, 0.0]]);
    assert!(matches!(adam.load_state(ragged), Err(OptimError::DamagedState { .. })));
}

#[test]
fn configs_are_validated_in_the_type_they_are_built_for() {
    let adam = Adam::default();
    for beta in [-0.1, 1.0, f64::NAN] {
        assert!(Momentum { beta, ..Momentum::default() }.build::<f64>().is_err());
        assert!(Adam { beta1: beta, ..adam }.build::<f64>().is_err());
        assert!(Adam { beta2: beta, ..adam }.build::<f64>().is_err());
    }
    for eps in [0.0, -1e-8, f64::INFINITY, f64::NAN] {
        assert!(Adam { eps, ..adam }.build::<f64>().is_err());
    }
    // What rounds to 1 or 0 in single precision is refused there only.
    assert!(Adam { beta2: 1.0 - 1e-12, ..adam }.build::<f64>().is_ok());
    assert!(Adam { beta2: 1.0 - 1e-12, ..adam }.build::<f32>().is_err());
    assert!(Adam { eps: 1e-60, ..adam }.build::<f64>().is_ok());
    assert!(Adam { eps: 1e-60, ..adam }.build::<f32>().is_err());
    assert!(Sgd { lr: 1e40 }.build::<f64>().is_ok());
    let error = Sgd { lr: 1e40 }.build::<f32>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "sgd: lr = 10000000000000000000000000000000000000000 is invalid: \
         a learning rate must be finite and not negative"
    );
}

/// Whatever a saved state says, an optimiser takes it or refuses it, and then goes on.
#[test]
fn states_at_the_ends_of_their_range_are_no_panic() {
    let build = || Adam::default().build::<f64>().unwrap();
    assert!(Accumulate::new(0, build()).is_err());
    for every in [1, 2, u64::MAX] {
        let mut optimizer = Accumulate::new(every, build()).unwrap();
        let mut state = optimizer.state();
        state.step = u64::MAX;
        state.inner[0].step = u64::MAX;
        optimizer.load_state(state).unwrap();
        for _ in 0..3 {
            optimizer.begin_step();
            optimizer.update(7, &mut [1.0], &[0.5]).unwrap();
        }
        let mut hostile = optimizer.state();
        hostile.arrays.insert(usize::MAX, vec![vec![f64::NAN; 3], vec![]]);
        assert!(optimizer.load_state(hostile).is_err());
    }
    for (mut a, mut b) in all::<f32>(0.1).into_iter().zip(all::<f32>(0.1)) {
        a.begin_step();
        let mut state = a.state();
        state.step = u64::MAX;
        b.load_state(state).unwrap();
        let mut theta = [1.0];
        b.look_ahead(usize::MAX, &mut theta).unwrap();
        b.begin_step();
        b.update(usize::MAX, &mut theta, &[0.5]).unwrap();
        assert!(theta[0].is_finite(), "{}", b.name());
        b.look_ahead(0, &mut []).unwrap();
        b.update(0, &mut [], &[]).unwrap();
    }
}
