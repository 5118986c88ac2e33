//! Distributions, tests and intervals against other implementations' values.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_stats::{
    Alternative, Beta, Binomial, ChiSquared, Continuity, Continuous, Discrete, FisherF, KsMethod,
    McNemarMethod, Moments, Normal, ProportionMethod, RatePosterior, StudentT,
    chi_squared_independence, correlation, kolmogorov_smirnov, mcnemar, paired_t_test,
    proportion_interval, welch_t_test,
};
use serde_json::Value;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| value.as_str().unwrap().parse().unwrap())
}

/// A relative error that counts what a large logarithm loses when its argument is rounded.
fn error(got: f64, expected: f64) -> f64 {
    if got == expected { 0.0 } else { (got - expected).abs() / expected.abs() }
}

fn check(what: &str, tolerance: f64, got: f64, expected: f64, worst: &mut f64) {
    let error = error(got, expected);
    *worst = worst.max(error);
    assert!(error <= tolerance, "{what}: {got:e} is not {expected:e} (off by {error:e})");
}

/// Compares four logarithms and probabilities with their references.
fn check_row(what: &str, got: [f64; 6], row: &[f64], worst: &mut f64) {
    let [log_density, log_cdf, log_sf, density, cdf, sf] = got;
    let (pdf, lower, upper) = (row[1], row[2], row[3]);
    for (name, log, value, expected) in [
        ("pdf", log_density, density, pdf),
        ("cdf", log_cdf, cdf, lower),
        ("sf", log_sf, sf, upper),
    ] {
        // A logarithm near 0 is the tail beyond, whose own logarithm is large.
        let slack = match name {
            "pdf" => 1e-14 / expected.abs().min(1.0),
            _ => 2e-15 * expected.abs().ln().abs(),
        };
        check(&format!("{what} log {name}"), slack.max(2e-13), log, expected, worst);
        if expected > -700.0 {
            // e^x magnifies the rounding of x itself.
            let slack = 2e-13 + 2e-15 * expected.abs();
            check(&format!("{what} {name}"), slack, value, expected.exp(), worst);
        }
    }
}

#[test]
fn distributions_agree_with_mpmath_far_into_both_tails() {
    let data: Value = serde_json::from_str(include_str!("data/distributions.json")).unwrap();
    let cases = data["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 30);
    let mut worst = 0.0;
    for case in cases {
        let p: Vec<f64> = case["parameters"].as_array().unwrap().iter().map(number).collect();
        let name = case["distribution"].as_str().unwrap();
        for row in case["rows"].as_array().unwrap() {
            let row: Vec<f64> = row.as_array().unwrap().iter().map(number).collect();
            let (x, what) = (row[0], format!("{name} {p:?} at {}", row[0]));
            let got = if name == "binomial" {
                let (d, k) = (Binomial::new(p[0] as u64, p[1]).unwrap(), x as u64);
                [d.log_pmf(k), d.log_cdf(k), d.log_sf(k), d.pmf(k), d.cdf(k), d.sf(k)]
            } else {
                let d: Box<dyn Continuous> = match name {
                    "normal" => Box::new(Normal::new(p[0], p[1]).unwrap()),
                    "chi_squared" => Box::new(ChiSquared::new(p[0]).unwrap()),
                    "student_t" => Box::new(StudentT::new(p[0]).unwrap()),
                    "f" => Box::new(FisherF::new(p[0], p[1]).unwrap()),
                    _ => Box::new(Beta::new(p[0], p[1]).unwrap()),
                };
                [d.log_pdf(x), d.log_cdf(x), d.log_sf(x), d.pdf(x), d.cdf(x), d.sf(x)]
            };
            check_row(&what, got, &row, &mut worst);
        }
    }
    println!("largest relative error: {worst:e}");
}

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(error(got, expected) < 1e-12, "{got:e} is not {expected:e}");
}

const X: [f64; 8] = [1.2, 3.4, 2.2, 5.6, 4.1, 3.3, 2.9, 6.0];
const Y: [f64; 6] = [2.5, 6.1, 7.3, 5.9, 4.4, 8.0];

// scipy 1.17.1 and statsmodels 0.15.0; data/tests_and_intervals.py.

#[test]
fn t_tests_agree_with_scipy() {
    let test = welch_t_test(&X, &Y, Alternative::TwoSided).unwrap();
    close(test.t, -2.1192326355428794);
    close(test.df, 9.489383389533533);
    close(test.p_value, 0.06155936431666642);
    let interval = test.interval(0.95).unwrap();
    close(interval.lower, -4.349867211855619);
    close(interval.upper, 0.12486721185562066);
    close(welch_t_test(&X, &Y, Alternative::Less).unwrap().p_value, 0.03077968215833321);
    close(welch_t_test(&X, &Y, Alternative::Greater).unwrap().p_value, 0.9692203178416667);
    let test = paired_t_test(&X[..6], &Y, Alternative::TwoSided).unwrap();
    close(test.t, -2.7590459948616517);
    close(test.p_value, 0.03987977015646885);
}

#[test]
fn kolmogorov_smirnov_agrees_with_scipy() {
    let test = kolmogorov_smirnov(&X, &Y).unwrap();
    close(test.statistic, 0.5833333333333334);
    close(test.p_value, 0.13919413919413917);
    let range = |n: u32, shift: f64| (0..n).map(|i| f64::from(i) + shift).collect::<Vec<_>>();
    let test = kolmogorov_smirnov(&range(200, 0.0), &range(150, 100.5)).unwrap();
    assert_eq!(test.method, KsMethod::Exact);
    close(test.statistic, 0.505);
    close(test.p_value, 2.1439200292295736e-20);
    let test = kolmogorov_smirnov(&range(2000, 0.0), &range(2000, 70.5)).unwrap();
    close(test.p_value, 0.1607718238327084);
    // One value more, and the limit takes over: it is near.
    let test = kolmogorov_smirnov(&range(2001, 0.0), &range(2000, 70.5)).unwrap();
    assert_eq!(test.method, KsMethod::Asymptotic);
    assert!((test.p_value - 0.1607718238327084).abs() < 5e-4);
}

#[test]
fn tests_of_tables_agree_with_scipy_and_statsmodels() {
    let table: [&[u64]; 2] = [&[12, 5, 7], &[3, 9, 14]];
    let test = chi_squared_independence(&table, Continuity::Plain).unwrap();
    close(test.statistic, 8.810286935286934);
    close(test.p_value, 0.012214353924559529);
    assert_eq!(test.df, 2.0);
    close(test.least_expected, 6.72);
    // The correction is for one degree of freedom alone.
    assert_eq!(chi_squared_independence(&table, Continuity::Yates).unwrap(), test);
    let table: [&[u64]; 2] = [&[10, 20], &[30, 40]];
    let test = chi_squared_independence(&table, Continuity::Yates).unwrap();
    close(test.statistic, 0.4464285714285714);
    close(test.p_value, 0.5040358664525046);
    for (method, statistic, p_value) in [
        (McNemarMethod::Exact, 4.0, 0.0192108154296875),
        (McNemarMethod::ChiSquared, 6.368421052631579, 0.011616891434158384),
        (McNemarMethod::Corrected, 5.2631578947368425, 0.021781462791119595),
    ] {
        let test = mcnemar(4, 15, method).unwrap();
        close(test.statistic, statistic);
        close(test.p_value, p_value);
    }
}

#[test]
fn intervals_agree_with_statsmodels_and_scipy() {
    for (method, k, lower, upper) in [
        (ProportionMethod::Wilson, 0, 0.0, 0.1611251580528194),
        (ProportionMethod::Wilson, 7, 0.18119182410108203, 0.5671457233147638),
        (ProportionMethod::Wilson, 20, 0.8388748419471804, 1.0),
        (ProportionMethod::ClopperPearson, 0, 0.0, 0.16843347098308534),
        (ProportionMethod::ClopperPearson, 7, 0.15390920478454118, 0.5921885345328282),
        (ProportionMethod::ClopperPearson, 20, 0.8315665290169146, 1.0),
    ] {
        let interval = proportion_interval(k, 20, 0.95, method).unwrap();
        close(interval.lower, lower);
        close(interval.upper, upper);
    }
    let rate = RatePosterior::new(Beta::new(8.0, 14.0).unwrap());
    let central = rate.credible_interval(0.95).unwrap();
    close(central.lower, 0.18107162554017314);
    close(central.upper, 0.5696754829041243);
    let shortest = rate.shortest_interval(0.95).unwrap();
    // The minimum is flat: half the digits of its place are noise in scipy's as well.
    assert!((shortest.lower - 0.17339066472931844).abs() < 1e-9);
    assert!((shortest.upper - 0.5605553390515032).abs() < 1e-9);
    let predictive = |a, b, k, n| RatePosterior::new(Beta::new(a, b).unwrap()).predictive(k, n);
    close(predictive(2.5, 4.0, 3, 10), 0.15851334218117055);
    close(predictive(0.5, 0.5, 70, 100), 0.0069048696450778385);
}

#[test]
fn moments_agree_with_scipy_and_numpy() {
    let moments = Moments::of(&X).unwrap();
    close(moments.skewness().unwrap(), 0.20480049788723598);
    close(moments.excess_kurtosis().unwrap(), -0.9380462867278139);
    close(moments.sample_variance().unwrap(), 2.62125);
    close(correlation(&X[..6], &Y).unwrap(), 0.2908342905927441);
}
