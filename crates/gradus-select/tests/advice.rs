//! What is advised: complexity by information, and bias from variance.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_select::{
    Criterion, ErrorRates, FittedLikelihood, FoldCosts, Limits, NextStep, SelectError, Verdict,
    advise, advise_folds, choose_by_information,
};

#[test]
fn information_weighs_likelihood_against_parameters() {
    let fit = |&k: &usize| match k {
        9 => Err("no"),
        k => Ok(FittedLikelihood { log_likelihood: -100.0 + 2.0 * k as f64, parameters: k }),
    };
    // AIC falls by 2 a parameter, BIC rises by ln 100 − 4 a parameter.
    let best = |criterion| choose_by_information(&[1, 2, 9, 3], criterion, 100, fit).unwrap();
    assert_eq!((best(Criterion::Aic).1, best(Criterion::Bic).1), (3, 0));
    let trials = best(Criterion::Aic).0;
    assert_eq!((trials[2].criterion, trials[2].weight), (None, 0.0));
    // Δ = 4, 2, 0: e⁻² : e⁻¹ : 1.
    let e = std::f64::consts::E;
    assert!((trials[1].weight / trials[3].weight - 1.0 / e).abs() < 1e-14);
    let failed = choose_by_information(&[9], Criterion::Aic, 100, fit).unwrap_err();
    assert!(matches!(failed, SelectError::AllFailed { trials: 1, .. }));
}

#[test]
fn the_adviser_tells_bias_from_variance() {
    let errors = |train, dev| ErrorRates { train, dev, ..ErrorRates::default() };
    // The four cases of Ng's book, chapter 20 and 21.
    for (train, dev, verdict) in [
        (0.01, 0.11, Verdict::HighVariance),
        (0.15, 0.16, Verdict::HighBias),
        (0.15, 0.30, Verdict::Both),
        (0.005, 0.01, Verdict::Fits),
    ] {
        assert_eq!(advise(&errors(train, dev), &Limits::default()).unwrap().verdict, verdict);
    }
    let both = advise(&errors(0.15, 0.30), &Limits::default()).unwrap();
    let at_odds = [NextStep::FewerPenalties, NextStep::Regularisation];
    assert!(!both.steps.iter().any(|step| at_odds.contains(step)));
    // √(0.06·0.94/50) = 0.0336: a gap of 0.05 may be chance.
    let few = ErrorRates { dev_rows: Some(50), ..errors(0.01, 0.06) };
    let advice = advise(&few, &Limits::default()).unwrap();
    assert!((advice.dev_standard_error.unwrap() - 0.033586).abs() < 1e-6 && advice.uncertain);
    assert!(advice.to_string().contains("more dev rows would tell"));
    let many = ErrorRates { dev_rows: Some(50_000), ..few };
    assert!(!advise(&many, &Limits::default()).unwrap().uncertain);
    for bad in [f64::NAN, -0.1, f64::INFINITY] {
        assert!(advise(&errors(bad, 0.1), &Limits::default()).is_err());
        assert!(advise(&errors(0.1, bad), &Limits::default()).is_err());
    }
    assert!(advise(&ErrorRates { dev: 1.5, ..few }, &Limits::default()).is_err());
    // A perfect model has no spread.
    let of = |costs| FoldCosts { costs, acceptable: 0.1, relative_spread: 0.5 };
    assert_eq!(advise_folds(&of(&[0.0, 0.0])).unwrap().verdict, Verdict::Fits);
    assert!(advise_folds(&of(&[0.1])).is_err() && advise_folds(&of(&[0.1, f64::NAN])).is_err());
}
