//! Where hyper-parameters are looked for: spaces that hold nothing are refused, draws and grids stay
//! within.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_select::{Domain, ParamValue, Params, SelectError, Space};
use proptest::prelude::*;

#[test]
fn spaces_that_hold_nothing_are_refused() {
    for domain in [
        Domain::Values(Vec::new()),
        Domain::values([f64::NAN]),
        Domain::Uniform { low: 1.0, high: 0.0 },
        Domain::Uniform { low: -f64::MAX, high: f64::MAX },
        Domain::Uniform { low: f64::NAN, high: 1.0 },
        Domain::LogUniform { low: 0.0, high: 1.0 },
        Domain::LogUniform { low: 1.0, high: f64::INFINITY },
        Domain::Integer { low: 2, high: 1 },
        Domain::Integer { low: i64::MIN, high: i64::MAX },
    ] {
        let space = Space::new().with("x", domain.clone());
        for refused in [space.grid(), space.sample(1, 0)] {
            assert!(matches!(refused, Err(SelectError::InvalidDomain { .. })), "{domain}");
        }
    }
    let long = Domain::Integer { low: 0, high: 1_000_000 };
    let refused = Space::new().with("x", long.clone()).grid();
    assert_eq!(refused.unwrap_err(), SelectError::GridTooLarge { most: 1_000_000 });
    let pair = Domain::Integer { low: 1, high: 1001 };
    let refused = Space::new().with("x", pair.clone()).with("y", pair.clone()).grid();
    assert_eq!(refused.unwrap_err(), SelectError::GridTooLarge { most: 1_000_000 });
    let twice = Space::new().with("x", pair.clone()).with("x", pair).sample(1, 0);
    assert!(matches!(twice, Err(SelectError::DuplicateParameter { .. })));
    // No hyper-parameters: one way to choose none.
    assert_eq!(Space::new().grid().unwrap(), [Params::default()]);
}

proptest! {
    #[test]
    fn draws_stay_in_their_domains(low in -5.0..5.0_f64, width in 0.0..10.0_f64, seed: u64) {
        let high = low + width;
        let positive = (low.exp(), (low + width).exp());
        let space = Space::new()
            .with("u", Domain::Uniform { low, high })
            .with("l", Domain::LogUniform { low: positive.0, high: positive.1 })
            .with("i", Domain::Integer { low: -3, high: 4 })
            .with("v", Domain::values(["a", "b"]));
        for params in space.sample(20, seed).unwrap() {
            prop_assert!((low..=high).contains(&params.real("u").unwrap()));
            prop_assert!((positive.0..=positive.1).contains(&params.real("l").unwrap()));
            prop_assert!((-3..=4).contains(&params.integer("i").unwrap()));
            prop_assert!(["a", "b"].contains(&params.text("v").unwrap()));
        }
    }

    #[test]
    fn a_grid_holds_every_combination_once(a in 1_usize..5, b in 1_usize..5) {
        let list = |n: usize| Domain::Integer { low: 1, high: n as i64 };
        let grid = Space::new().with("a", list(a)).with("b", list(b)).grid().unwrap();
        prop_assert_eq!(grid.len(), a * b);
        for (place, params) in grid.iter().enumerate() {
            let expected = [place / b + 1, place % b + 1].map(|n| ParamValue::Integer(n as i64));
            let got: Vec<ParamValue> = params.iter().map(|(_, value)| value.clone()).collect();
            prop_assert_eq!(got, expected);
        }
    }
}
