//! Maximum-likelihood fits of degrees of freedom and shapes.
//!
//! Expected values: mpmath 1.4.1 at 40 digits, roots of the score; standard errors from the expected
//! information, that of F by quadrature of the second derivatives.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_stats::{Beta, ChiSquared, Continuous, Estimate, FisherF, Normal, StatsError, StudentT};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-10 * expected.abs().max(1.0), "{found} for {expected}");
}

#[test]
fn estimates_are_those_of_mpmath() {
    let fit = ChiSquared::fit(&[1.2, 3.4, 0.7, 5.1, 2.8, 0.05, 9.3]).unwrap();
    close(fit.df.value, 2.425850754103793);
    close(fit.df.standard_error, 0.676518479678081);
    close(fit.log_likelihood, -15.910571157901856);

    let fit = StudentT::fit(&[0.3, -0.8, 12.0, 0.1, -1.5, 0.6, -7.0, 2.2]).unwrap();
    close(fit.df.value, 0.8646278157357391);
    close(fit.df.standard_error, 0.43532263131651094);
    close(fit.log_likelihood, -21.84650723953775);

    let fit = FisherF::fit(&[0.2, 0.7, 1.1, 0.4, 2.9, 1.6, 0.9, 6.0, 0.05, 1.3]).unwrap();
    close(fit.first.value, 2.3803201055974554);
    close(fit.second.value, 6.166781611056207);
    close(fit.first.standard_error, 1.199020015532661);
    close(fit.second.standard_error, 6.085005447195071);
    close(fit.covariance, -1.852745135123426);
    close(fit.log_likelihood, -14.14725563086502);

    let fit = Beta::fit(&[0.2, 0.35, 0.3, 0.5, 0.25, 0.9, 0.05]).unwrap();
    close(fit.first.value, 1.0722961350968745);
    close(fit.second.value, 1.6980686197194457);
    close(fit.first.standard_error, 0.5185929292246587);
    close(fit.second.standard_error, 0.8860993865588871);
    close(fit.covariance, 0.32346691430730634);
    close(fit.log_likelihood, 0.6932150613545017);
}

/// How many standard errors an estimate is from the truth.
fn distance(estimate: Estimate, truth: f64) -> f64 {
    (estimate.value - truth).abs() / estimate.standard_error
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Estimates lie within the reach of their standard errors, at a maximum.
    #[test]
    fn samples_give_their_parameters_back(
        seed in any::<u64>(), a in 0.5..8.0_f64, b in 0.8..8.0_f64,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut draw = |law: &dyn Continuous| -> Vec<f64> { (0..3000).map(|_| law.sample(&mut rng)).collect() };
        let values = draw(&ChiSquared::new(a).unwrap());
        let fit = ChiSquared::fit(&values).unwrap();
        prop_assert!(distance(fit.df, a) < 5.0, "{fit:?}");
        for factor in [0.999, 1.001] {
            let other = ChiSquared::new(fit.df.value * factor).unwrap();
            prop_assert!(other.log_likelihood(&values) < fit.log_likelihood);
        }
        let values = draw(&StudentT::new(a).unwrap());
        let fit = StudentT::fit(&values).unwrap();
        prop_assert!(distance(fit.df, a) < 5.0, "{fit:?}");
        for factor in [0.999, 1.001] {
            let other = StudentT::new(fit.df.value * factor).unwrap();
            prop_assert!(other.log_likelihood(&values) < fit.log_likelihood);
        }
        let values = draw(&Beta::new(a, b).unwrap());
        let fit = Beta::fit(&values).unwrap();
        prop_assert!(distance(fit.first, a) < 5.0 && distance(fit.second, b) < 5.0, "{fit:?}");
        let turned: Vec<f64> = values.iter().map(|x| 1.0 - x).collect();
        let turned = Beta::fit(&turned).unwrap();
        prop_assert!((turned.first.value / fit.second.value - 1.0).abs() < 1e-6);
        let values = draw(&FisherF::new(a, b).unwrap());
        let fit = FisherF::fit(&values).unwrap();
        prop_assert!(distance(fit.first, a) < 5.0 && distance(fit.second, b) < 5.0, "{fit:?}");
        // 1/F has the degrees of freedom swapped.
        let inverse: Vec<f64> = values.iter().map(|x| 1.0 / x).collect();
        let inverse = FisherF::fit(&inverse).unwrap();
        prop_assert!((inverse.first.value / fit.second.value - 1.0).abs() < 1e-6);
        prop_assert!((inverse.second.standard_error / fit.first.standard_error - 1.0).abs() < 1e-6);
    }

    /// Whatever the values: an estimate or an error, after a bounded number of steps.
    #[test]
    fn fits_end_on_any_values(values in prop::collection::vec(prop_oneof![
        3 => any::<f64>(), 1 => 0.0..1.0_f64, 1 => Just(0.5), 1 => Just(1e-300)
    ], 0..12)) {
        let fits = [
            ChiSquared::fit(&values).map(|fit| fit.df),
            StudentT::fit(&values).map(|fit| fit.df),
            Beta::fit(&values).map(|fit| fit.first),
            FisherF::fit(&values).map(|fit| fit.second),
        ];
        for estimate in fits.into_iter().flatten() {
            prop_assert!(estimate.value > 0.0 && estimate.value.is_finite(), "{estimate:?}");
            prop_assert!(estimate.standard_error > 0.0, "{estimate:?}");
        }
    }
}

#[test]
fn what_has_no_estimate_is_refused() {
    use StatsError as E;
    assert!(matches!(ChiSquared::fit(&[]), Err(E::TooFew { .. })));
    assert!(matches!(ChiSquared::fit(&[1.0, 0.0]), Err(E::OutOfSupport { index: 1, .. })));
    assert!(matches!(FisherF::fit(&[1.0]), Err(E::TooFew { needed: 2, .. })));
    assert!(matches!(FisherF::fit(&[1.0, -2.0]), Err(E::OutOfSupport { value: -2.0, .. })));
    assert!(matches!(FisherF::fit(&[1.5; 9]), Err(E::NoMaximum { .. })));
    assert!(matches!(Beta::fit(&[0.5, 1.0]), Err(E::OutOfSupport { index: 1, .. })));
    assert!(matches!(Beta::fit(&[0.25; 9]), Err(E::NoMaximum { .. })));
    assert!(matches!(Beta::fit(&[0.5, f64::NAN]), Err(E::NotFinite { .. })));
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let narrow: Vec<f64> = (0..200).map(|_| 0.5 * Normal::standard().sample(&mut rng)).collect();
    let refused = StudentT::fit(&narrow).unwrap_err();
    assert!(refused.to_string().contains("normal distribution"), "{refused}");
}
