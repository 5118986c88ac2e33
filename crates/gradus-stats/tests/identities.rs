//! What must hold for all distributions and data, and what is refused.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_stats::{
    Alternative, Beliefs, Bernoulli, Beta, Binomial, ChiSquared, Continuity, Continuous,
    DiagnosticTest, Discrete, FisherF, JointTable, McNemarMethod, Moments, Normal,
    ProportionMethod, RatePosterior, StatsError, StudentT, WeightedMoments, aicc, bic,
    chi_squared_independence, correlation, covariance, expit, gaussian_log_likelihood,
    kolmogorov_smirnov, logit, mcnemar, mean_interval, odds, paired_t_test, probability_from_odds,
    proportion_interval, quantile, standard_error, welch_t_test,
};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A parameter of any size, most often a usual one.
fn parameter() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 0.5..50.0_f64, 2 => (-3.0..6.0_f64).prop_map(|e| 10.0_f64.powf(e))]
}

fn continuous() -> impl Strategy<Value = Box<dyn Continuous>> {
    let boxed = |(kind, a, b): (u8, f64, f64)| -> Box<dyn Continuous> {
        match kind {
            0 => Box::new(Normal::new(a - b, b).unwrap()),
            1 => Box::new(StudentT::new(a).unwrap()),
            2 => Box::new(ChiSquared::new(a).unwrap()),
            3 => Box::new(FisherF::new(a, b).unwrap()),
            _ => Box::new(Beta::new(a, b).unwrap()),
        }
    };
    (0..5_u8, parameter(), parameter()).prop_map(boxed)
}

fn is_beta(d: &dyn Continuous) -> bool {
    format!("{d:?}").starts_with("Beta")
}

/// A probability, small ones on a logarithmic scale.
fn probability() -> impl Strategy<Value = f64> {
    prop_oneof![1e-9..0.999_f64, (-300.0..-1.0_f64).prop_map(|e| 10.0_f64.powf(e))]
}

proptest! {
    #[test]
    fn quantiles_invert_both_tails(d in continuous(), p in probability()) {
        let (x, y) = (d.ppf(p).unwrap(), d.isf(p).unwrap());
        for (x, log) in [(x, d.log_cdf(x)), (y, d.log_sf(y))] {
            // Quantiles beyond the numbers, or crowded against an end that they cannot resolve.
            let slope = (d.log_pdf(x) + x.abs().ln() - log).exp();
            // Near the end of a beta distribution's support, x is known to an ulp of 1.
            let crowded = 1.0 - x.abs() < 1e-9 && x.abs() < 1.0 || x.abs() < 1e-9;
            if x.abs() > 1e-300 && x.abs() < 1e300 && !(is_beta(&*d) && crowded) && x != 1.0 {
                let tolerance = 1e-11 + 4.0 * f64::EPSILON * (slope + log.abs());
                prop_assert!((log - p.ln()).abs() < tolerance, "{} {} {}", x, log, p.ln());
            }
        }
    }

    #[test]
    fn tails_are_complements(d in continuous(), p in 1e-6..0.999_f64) {
        let x = d.ppf(p).unwrap();
        prop_assert!((d.cdf(x) + d.sf(x) - 1.0).abs() < 1e-14);
        prop_assert!((d.log_cdf(x).exp() - d.cdf(x)).abs() < 1e-14);
        prop_assert!((d.log_sf(x).exp() - d.sf(x)).abs() < 1e-14);
    }

    #[test]
    fn t_squared_is_f_and_f_inverts(df in 0.5..500.0_f64, df2 in 0.5..500.0_f64, x in 0.01..40.0_f64) {
        let (t, f) = (StudentT::new(df).unwrap(), FisherF::new(1.0, df).unwrap());
        prop_assert!((2.0 * t.sf(x) / f.sf(x * x) - 1.0).abs() < 1e-11);
        prop_assert_eq!(t.sf(x), t.cdf(-x));
        let (f, g) = (FisherF::new(df, df2).unwrap(), FisherF::new(df2, df).unwrap());
        prop_assert!((f.log_sf(x) - g.log_cdf(1.0 / x)).abs() < 1e-11 * (1.0 + f.log_sf(x).abs()));
    }

    #[test]
    fn binomial_sums(n in 0..60_u64, p in 0.0..=1.0_f64) {
        let d = Binomial::new(n, p).unwrap();
        let mut total = 0.0;
        for k in 0..=n {
            total += d.pmf(k);
            prop_assert!((d.cdf(k) - total).abs() < 1e-13);
            prop_assert!((d.cdf(k) + d.sf(k) - 1.0).abs() < 1e-14);
            let back = d.ppf(d.cdf(k)).unwrap();
            prop_assert!(back <= k && d.cdf(back) >= d.cdf(k));
            prop_assert!(d.isf(d.sf(k)).unwrap() <= k);
        }
        prop_assert!((total - 1.0).abs() < 1e-13);
    }

    #[test]
    fn parts_merge_to_the_whole(
        values in prop::collection::vec(-1e3..1e3_f64, 2..60), cut in 0..60_usize, shift in -1e6..1e6_f64,
    ) {
        let values: Vec<f64> = values.iter().map(|v| v + shift).collect();
        let cut = cut.min(values.len());
        let whole = Moments::of(&values).unwrap();
        let mut merged = Moments::of(&values[..cut]).unwrap();
        merged.merge(&Moments::of(&values[cut..]).unwrap());
        let close = |a: f64, b: f64, scale: f64| (a - b).abs() <= 1e-9 * scale;
        prop_assert_eq!(whole.count(), merged.count());
        prop_assert!(close(whole.mean().unwrap(), merged.mean().unwrap(), 1e3));
        let variance = whole.sample_variance().unwrap();
        prop_assert!(close(variance, merged.sample_variance().unwrap(), variance));
        if variance > 1.0 {
            prop_assert!(close(whole.skewness().unwrap(), merged.skewness().unwrap(), 1e3));
            let kurtosis = whole.excess_kurtosis().unwrap();
            prop_assert!(close(kurtosis, merged.excess_kurtosis().unwrap(), 1e3));
        }
    }

    #[test]
    fn weights_are_repetitions(pairs in prop::collection::vec((-50.0..50.0_f64, 0..5_u8), 1..30)) {
        let mut weighted = WeightedMoments::new();
        let mut repeated = Moments::new();
        for &(value, weight) in &pairs {
            weighted.push(value, f64::from(weight)).unwrap();
            for _ in 0..weight {
                repeated.push(value).unwrap();
            }
        }
        if repeated.count() > 1 {
            prop_assert!((weighted.mean().unwrap() - repeated.mean().unwrap()).abs() < 1e-12);
            let (a, b) = (weighted.frequency_variance().unwrap(), repeated.sample_variance().unwrap());
            prop_assert!((a - b).abs() < 1e-11 * (1.0 + b));
        } else if repeated.count() == 0 {
            prop_assert!(weighted.mean().is_err());
        }
    }

    #[test]
    fn updates_one_by_one_are_one_update(
        evidence in prop::collection::vec((0.01..1.0_f64, 0.01..1.0_f64, 0.01..1.0_f64), 1..20),
    ) {
        let prior = [0.2, 0.3, 0.5];
        let (mut one_by_one, mut at_once) = (Beliefs::new(&prior).unwrap(), Beliefs::new(&prior).unwrap());
        let mut logs = [0.0; 3];
        let mut log_evidence = 0.0;
        for (a, b, c) in evidence {
            log_evidence += one_by_one.update(&[a, b, c]).unwrap().ln();
            for (log, value) in logs.iter_mut().zip([a, b, c]) {
                *log += value.ln();
            }
        }
        prop_assert!((at_once.update_log(&logs).unwrap() - log_evidence).abs() < 1e-10);
        for (a, b) in one_by_one.probabilities().into_iter().zip(at_once.probabilities()) {
            prop_assert!((a - b).abs() < 1e-12);
        }
    }

    #[test]
    fn logit_and_odds_invert(p in 0.0..=1.0_f64, z in -700.0..30.0_f64) {
        prop_assert!((expit(logit(p).unwrap()) - p).abs() < 1e-15);
        prop_assert!((probability_from_odds(odds(p).unwrap()).unwrap() - p).abs() < 1e-15);
        prop_assert!((logit(expit(z)).unwrap() - z).abs() < 1e-13 * z.abs().max(1.0) + 2e-16 * z.exp());
        prop_assert!((expit(-z) + expit(z) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn predictive_values_are_conditional_probabilities(
        se in 0.01..1.0_f64, sp in 0.01..0.99_f64, prevalence in 0.01..0.99_f64,
    ) {
        let test = DiagnosticTest::new(se, sp).unwrap();
        let absent = 1.0 - prevalence;
        let table = JointTable::new(&[
            &[se * prevalence, (1.0 - se) * prevalence],
            &[(1.0 - sp) * absent, sp * absent],
        ]).unwrap();
        let ppv = test.ppv(prevalence).unwrap();
        prop_assert!((ppv - table.row_given_column(0, 0).unwrap()).abs() < 1e-14);
        prop_assert!((test.npv(prevalence).unwrap() - table.row_given_column(1, 1).unwrap()).abs() < 1e-14);
        let after = odds(prevalence).unwrap() * test.positive_likelihood_ratio().unwrap();
        prop_assert!((probability_from_odds(after).unwrap() - ppv).abs() < 1e-13);
    }

    #[test]
    fn intervals_hold_their_estimates(k in 0..500_u64, rest in 0..500_u64, level in 0.01..0.999_f64) {
        prop_assume!(k + rest > 0);
        let p = k as f64 / (k + rest) as f64;
        for method in [ProportionMethod::Wilson, ProportionMethod::ClopperPearson] {
            let interval = proportion_interval(k, k + rest, level, method).unwrap();
            prop_assert!(interval.lower >= 0.0 && interval.upper <= 1.0);
            prop_assert!(interval.lower <= p + 1e-12 && interval.upper >= p - 1e-12);
        }
    }
}

#[test]
fn quantiles_end_for_any_parameters() {
    let sizes = [1e-300, 1e-3, 1.0, 199.0, 201.0, 1e8, 1e15, 1e300];
    let probabilities = [5e-324, 1e-300, 0.1, 1.0 - 1e-16];
    for a in sizes {
        let mut all: Vec<Box<dyn Continuous>> =
            vec![Box::new(StudentT::new(a).unwrap()), Box::new(ChiSquared::new(a).unwrap())];
        for b in sizes {
            all.push(Box::new(FisherF::new(a, b).unwrap()));
            all.push(Box::new(Beta::new(a, b).unwrap()));
        }
        for (which, d) in all.iter().enumerate() {
            let mut before = f64::NEG_INFINITY;
            for p in probabilities {
                let (x, y) = (d.ppf(p).unwrap(), d.isf(p).unwrap());
                assert!(!x.is_nan() && !y.is_nan(), "{a:e} {which} {p:e}: {x} {y}");
                assert!(x >= before - 1e-6 * before.abs(), "{a:e} {which} {p:e}: {x} < {before}");
                before = x;
            }
        }
    }
    let binomial = Binomial::new(1 << 53, 1e-9).unwrap();
    for p in probabilities {
        let k = binomial.ppf(p).unwrap();
        assert!(binomial.cdf(k) >= p && (k == 0 || binomial.cdf(k - 1) < p));
    }
}

#[test]
fn samples_have_the_moments_of_their_distribution() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let all: [Box<dyn Continuous>; 5] = [
        Box::new(Normal::new(-3.0, 2.0).unwrap()),
        Box::new(StudentT::new(12.0).unwrap()),
        Box::new(ChiSquared::new(5.0).unwrap()),
        Box::new(FisherF::new(6.0, 30.0).unwrap()),
        Box::new(Beta::new(2.0, 5.0).unwrap()),
    ];
    for d in all {
        let values: Vec<f64> = (0..20_000).map(|_| d.sample(&mut rng)).collect();
        let moments = Moments::of(&values).unwrap();
        let z = (moments.mean().unwrap() - d.mean()) / moments.standard_error().unwrap();
        assert!(z.abs() < 4.5, "{z}");
        assert!((moments.sample_variance().unwrap() / d.variance() - 1.0).abs() < 0.1);
    }
    let all: [Box<dyn Discrete>; 2] =
        [Box::new(Binomial::new(40, 0.3).unwrap()), Box::new(Bernoulli::new(0.2).unwrap())];
    for d in all {
        let values: Vec<f64> = (0..20_000).map(|_| d.sample(&mut rng) as f64).collect();
        let moments = Moments::of(&values).unwrap();
        let z = (moments.mean().unwrap() - d.mean()) / moments.standard_error().unwrap();
        assert!(z.abs() < 4.5, "{z}");
    }
}

#[test]
fn fits_are_maxima() {
    let values = [1.0, 2.5, 2.0, 4.0, 3.5];
    let fit = Normal::fit(&values).unwrap();
    for (dm, ds) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
        let other = Normal::new(fit.mean.value + dm, fit.sd.value + ds).unwrap();
        assert!(other.log_likelihood(&values) < fit.log_likelihood);
    }
    let rss: f64 = values.iter().map(|v| (v - fit.mean.value).powi(2)).sum();
    assert!((gaussian_log_likelihood(rss, 5).unwrap() - fit.log_likelihood).abs() < 1e-13);
    let fit = Binomial::fit(10, &[0, 0]).unwrap();
    assert_eq!((fit.p.value, fit.log_likelihood), (0.0, 0.0));
    let fit = Bernoulli::fit(&[true, true]).unwrap();
    assert_eq!((fit.p.value, fit.log_likelihood), (1.0, 0.0));
}

#[test]
fn bad_input_is_refused() {
    use StatsError as E;
    let nan = f64::NAN;
    assert!(matches!(Normal::new(0.0, 0.0), Err(E::InvalidParameter { name: "sd", .. })));
    assert!(matches!(Normal::new(nan, 1.0), Err(E::InvalidParameter { name: "mean", .. })));
    assert!(matches!(StudentT::new(-1.0), Err(E::InvalidParameter { .. })));
    assert!(matches!(ChiSquared::new(nan), Err(E::InvalidParameter { .. })));
    assert!(matches!(FisherF::new(1.0, f64::INFINITY), Err(E::InvalidParameter { .. })));
    assert!(matches!(Beta::new(0.0, 1.0), Err(E::InvalidParameter { .. })));
    assert!(matches!(Binomial::new(3, 1.5), Err(E::NotAProbability { .. })));
    assert!(matches!(Binomial::new(u64::MAX, 0.5), Err(E::InvalidParameter { .. })));
    assert!(matches!(Normal::standard().ppf(1.1), Err(E::NotAProbability { .. })));
    assert!(matches!(Normal::standard().isf(nan), Err(E::NotAProbability { .. })));
    assert!(matches!(Normal::standard().central_interval(1.0), Err(E::InvalidParameter { .. })));
    assert!(matches!(Normal::fit(&[1.0]), Err(E::TooFew { needed: 2, got: 1, .. })));
    assert!(matches!(Normal::fit(&[1.0, 1.0]), Err(E::NoVariation { .. })));
    assert!(matches!(Normal::fit(&[1.0, nan]), Err(E::NotFinite { index: 1, .. })));
    assert!(matches!(Binomial::fit(3, &[4]), Err(E::TooManySuccesses { .. })));
    assert!(matches!(Binomial::fit(3, &[]), Err(E::TooFew { .. })));
    assert!(matches!(Bernoulli::fit(&[]), Err(E::TooFew { .. })));
    assert!(matches!(Moments::new().mean(), Err(E::TooFew { .. })));
    assert!(matches!(Moments::of(&[2.0]).unwrap().sample_variance(), Err(E::TooFew { .. })));
    assert!(matches!(Moments::of(&[2.0]).unwrap().skewness(), Err(E::NoVariation { .. })));
    assert!(matches!(Moments::new().push(nan), Err(E::NotFinite { .. })));
    assert!(matches!(WeightedMoments::new().push(1.0, -1.0), Err(E::InvalidParameter { .. })));
    assert!(matches!(standard_error(&[1.0]), Err(E::TooFew { .. })));
    assert!(matches!(quantile(&[], 0.5), Err(E::TooFew { .. })));
    assert!(matches!(quantile(&[1.0], -0.5), Err(E::NotAProbability { .. })));
    assert!(matches!(covariance(&[1.0, 2.0], &[1.0]), Err(E::LengthMismatch { .. })));
    assert!(matches!(correlation(&[1.0, 2.0], &[1.0, 1.0]), Err(E::NoVariation { .. })));
    assert!(matches!(mean_interval(&[1.0], 0.9), Err(E::TooFew { .. })));
    let wilson = ProportionMethod::Wilson;
    assert!(matches!(proportion_interval(0, 0, 0.9, wilson), Err(E::TooFew { .. })));
    assert!(matches!(proportion_interval(3, 2, 0.9, wilson), Err(E::TooManySuccesses { .. })));
    assert!(matches!(proportion_interval(1, 2, 0.0, wilson), Err(E::InvalidParameter { .. })));
    assert!(matches!(odds(1.5), Err(E::NotAProbability { .. })));
    assert!(matches!(probability_from_odds(-1.0), Err(E::InvalidParameter { .. })));
    assert!(matches!(Beliefs::new(&[]), Err(E::TooFew { .. })));
    assert!(matches!(Beliefs::new(&[0.5, 0.4]), Err(E::ProbabilitySum { .. })));
    let mut beliefs = Beliefs::new(&[1.0, 0.0]).unwrap();
    assert!(matches!(beliefs.update(&[0.0, 1.0]), Err(E::ZeroEvidence { .. })));
    assert!(matches!(beliefs.update(&[0.5]), Err(E::LengthMismatch { .. })));
    assert!(matches!(beliefs.update(&[nan, 1.0]), Err(E::InvalidParameter { .. })));
    assert!(matches!(beliefs.probability(2), Err(E::OutOfRange { .. })));
    assert_eq!(beliefs.probabilities(), [1.0, 0.0]);
    assert!(matches!(JointTable::new(&[]), Err(E::TooFew { .. })));
    assert!(matches!(JointTable::new(&[&[0.5], &[0.2, 0.3]]), Err(E::LengthMismatch { .. })));
    let table = JointTable::from_counts(&[&[1, 0], &[1, 0]]).unwrap();
    assert!(matches!(table.row_given_column(0, 1), Err(E::ZeroEvidence { .. })));
    assert!(matches!(table.joint(2, 0), Err(E::OutOfRange { .. })));
    let never = DiagnosticTest::new(0.0, 1.0).unwrap();
    assert!(matches!(never.ppv(0.5), Err(E::ZeroEvidence { .. })));
    assert!(matches!(never.positive_likelihood_ratio(), Err(E::ZeroEvidence { .. })));
    assert!(RatePosterior::jeffreys().shortest_interval(0.5).is_err());
    assert!(matches!(aicc(0.0, 3, 4), Err(E::TooFew { needed: 5, .. })));
    assert!(matches!(bic(0.0, 3, 0), Err(E::TooFew { .. })));
    let two = Alternative::TwoSided;
    assert!(matches!(welch_t_test(&[1.0], &[1.0, 2.0], two), Err(E::TooFew { .. })));
    assert!(matches!(welch_t_test(&[1.0; 2], &[2.0; 2], two), Err(E::NoVariation { .. })));
    assert!(matches!(paired_t_test(&[1.0, 2.0], &[0.0, 1.0], two), Err(E::NoVariation { .. })));
    assert!(matches!(kolmogorov_smirnov(&[], &[1.0]), Err(E::TooFew { .. })));
    let plain = Continuity::Plain;
    let empty_row: [&[u64]; 2] = [&[1, 2], &[0, 0]];
    assert!(matches!(chi_squared_independence(&empty_row, plain), Err(E::NoVariation { .. })));
    assert!(matches!(chi_squared_independence(&[&[1, 2]], plain), Err(E::TooFew { .. })));
    assert_eq!(mcnemar(0, 0, McNemarMethod::Exact).unwrap().p_value, 1.0);
    for x in [f64::NEG_INFINITY, f64::INFINITY] {
        let side = f64::from(u8::from(x > 0.0));
        assert_eq!(StudentT::new(3.0).unwrap().cdf(x), side);
        assert_eq!(ChiSquared::new(3.0).unwrap().cdf(x), side);
        assert_eq!(Normal::standard().cdf(x), side);
    }
    assert!(ChiSquared::new(3.0).unwrap().cdf(nan).is_nan());
    assert!(FisherF::new(3.0, 4.0).unwrap().sf(nan).is_nan());
    assert!(StudentT::new(3.0).unwrap().sf(nan).is_nan() && Normal::standard().cdf(nan).is_nan());
}
