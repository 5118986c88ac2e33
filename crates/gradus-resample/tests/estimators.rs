//! Estimates of error: identities, the same bits on any number of threads, errors that name places.

use gradus_resample::{
    Bootstrap, Error632, Fold, Folds, IntervalConfig, IntervalMethod, KFold, LeaveOneOut,
    NoInformation, PlusForm, PredictionTable, RepeatedKFold, ResampleError, Sample,
    StratifiedBootstrap, bootstrap_632, bootstrap_interval, cross_validate, out_of_bag,
    predict_by_round,
};
use proptest::prelude::*;

const Y: [f64; 12] = [3.1, 1.0, 4.2, 1.5, 5.9, 9.0, 2.6, 6.5, 3.5, 8.9, 7.9, 3.2];

fn mean_of(rows: &[usize]) -> Result<f64, ResampleError> {
    Ok(rows.iter().map(|&row| Y[row]).sum::<f64>() / rows.len() as f64)
}

fn squared(mean: &f64, row: usize) -> f64 {
    (Y[row] - mean).powi(2)
}

fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .expect("a few threads start")
        .install(work)
}

/// Leaving one row out of a mean multiplies its residual by m/(m − 1).
#[test]
fn leave_one_out_of_a_mean_has_a_closed_form() {
    let found = cross_validate(&LeaveOneOut, Y.len(), mean_of, squared).unwrap();
    let m = Y.len() as f64;
    let mean = Y.iter().sum::<f64>() / m;
    let expected = Y.iter().map(|y| ((y - mean) * m / (m - 1.0)).powi(2)).sum::<f64>() / m;
    assert!((found.mean() / expected - 1.0).abs() < 1e-13);
    assert_eq!(found.mean(), found.pooled());
}

/// Means 1 and 4 of folds of two rows and one: mean 2.5, spread 3/√2, error 1.5, pooled 2.
#[test]
fn mean_and_pooled_error_differ_for_unequal_folds() {
    let fold = |train: &[usize], test: &[usize]| Fold { train: train.into(), test: test.into() };
    let folds = Folds::given(3, vec![fold(&[2], &[0, 1]), fold(&[0, 1], &[2])]).unwrap();
    let loss = |_: &(), row: usize| [0.0, 2.0, 4.0][row];
    let found = cross_validate(&folds, 3, |_| Ok::<(), ResampleError>(()), loss).unwrap();
    assert_eq!((found.mean(), found.pooled()), (2.5, 2.0));
    assert!((found.spread().unwrap() - 3.0 / 2.0_f64.sqrt()).abs() < 1e-15);
    assert!((found.standard_error().unwrap() - 1.5).abs() < 1e-15);
    let one = Folds::given(3, vec![fold(&[2], &[0, 1])]).unwrap();
    let found = cross_validate(&one, 3, |_| Ok::<(), ResampleError>(()), loss).unwrap();
    assert_eq!((found.spread(), found.standard_error()), (None, None));
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let everything = || {
        let m = Y.len();
        let way = RepeatedKFold { folds: 4, repeats: 5, seed: 3 };
        let rounds = Bootstrap { rounds: 60, seed: 4 };
        let config = IntervalConfig { rounds: 300, ..IntervalConfig::default() };
        let loss = |row: usize, predicted: &f64| (Y[row] - predicted).abs();
        (
            cross_validate(&way, m, mean_of, squared).unwrap(),
            bootstrap_632(&rounds, m, NoInformation::AllPairs, mean_of, |mean, _| *mean, loss)
                .unwrap(),
            bootstrap_interval(m, &config, mean_of).unwrap(),
            predict_by_round(&rounds, &[0, 2, 4, 6, 8], &[1, 3], mean_of, |mean, _| *mean).unwrap(),
        )
    };
    let one = on_threads(1, everything);
    for threads in [2, 3, 7] {
        assert_eq!(on_threads(threads, everything), one);
    }
}

#[test]
fn what_fails_is_named() {
    use ResampleError as E;
    let way = KFold { folds: 4, order: gradus_resample::RowOrder::AsGiven };
    let fit = |rows: &[usize]| if rows.contains(&3) { Ok(0.0) } else { Err("singular") };
    let error = cross_validate(&way, 12, fit, squared).unwrap_err();
    assert!(
        matches!(&error, E::Fit { of: Sample::Fold(1), source } if source.to_string() == "singular")
    );
    assert_eq!(error.to_string(), "the fit of fold 2 failed");
    let nan = |_: &f64, row: usize| if row > 6 { f64::NAN } else { 0.0 };
    let error = cross_validate(&way, 12, mean_of, nan).unwrap_err();
    assert!(
        matches!(error, E::LossNotFinite { row: 7, of: Sample::Fold(2), value } if value.is_nan())
    );
    let rounds = Bootstrap { rounds: 5, seed: 0 };
    let only_samples = |rows: &[usize]| {
        let all = rows.windows(2).all(|pair| pair[0] < pair[1]);
        if all { Err("all rows") } else { Ok(0.0) }
    };
    let error = bootstrap_632(
        &rounds,
        12,
        NoInformation::Omit,
        only_samples,
        |mean, _| *mean,
        |row, predicted| (Y[row] - predicted).abs(),
    );
    assert!(matches!(error, Err(E::Fit { of: Sample::AllRows, .. })));
    let known = NoInformation::Known(f64::NAN);
    let error = bootstrap_632(&rounds, 12, known, mean_of, |mean, _| *mean, |_, _| 0.0);
    assert!(matches!(error, Err(E::InvalidNoInformation { .. })));
    let infinite = |_: &[f64]| Ok(f64::INFINITY);
    let rate = NoInformation::Of(&infinite);
    let error = bootstrap_632(&rounds, 12, rate, mean_of, |mean, _| *mean, |_, _| 0.0);
    assert!(matches!(error, Err(E::InvalidNoInformation { .. })));
    // Rounds draw, folds partition: errors say which is meant.
    let without_three = |rows: &[usize]| if rows.contains(&3) { Ok(0.0) } else { Err("no row 3") };
    let error = out_of_bag(&Bootstrap { rounds: 30, seed: 0 }, 12, without_three, squared);
    let error = error.unwrap_err();
    assert!(matches!(error, E::Fit { of: Sample::Round(_), .. }));
    assert!(error.to_string().starts_with("the fit of round "), "{error}");
    let whole = Folds::given(2, vec![Fold { train: vec![0, 1], test: vec![] }]).unwrap();
    assert_eq!(out_of_bag(&whole, 2, mean_of, squared), Err(E::NoneLeftOut { rounds: 1 }));
    let error = cross_validate(&whole, 2, mean_of, squared);
    assert_eq!(error, Err(E::EmptyFold { fold: 0, side: "test" }));
    let none = Folds::given(2, vec![]).unwrap();
    assert_eq!(cross_validate(&none, 2, mean_of, squared), Err(E::NoRounds { what: "folds" }));
}

/// Two rows of a class are missing from a plain sample of 12 rows with probability (10/12)¹² = 0.11.
#[test]
fn stratified_samples_hold_every_class() {
    let classes: Vec<u32> = (0..12).map(|row| u32::from(row % 6 == 0)).collect();
    let needs_both = |rows: &[usize]| {
        let both = [0, 1].iter().all(|class| rows.iter().any(|&row| classes[row] == *class));
        if both {
            mean_of(rows).map_err(|error| error.to_string())
        } else {
            Err("one class".into())
        }
    };
    let plain = Bootstrap { rounds: 200, seed: 0 };
    assert!(out_of_bag(&plain, 12, needs_both, squared).is_err());
    let within = StratifiedBootstrap::new(&classes);
    assert_eq!(out_of_bag(&within, 12, needs_both, squared).unwrap().never_left_out(), 0);
}

#[test]
fn intervals_that_do_not_exist_are_refused() {
    use ResampleError as E;
    let config = |method| IntervalConfig { rounds: 50, method, ..IntervalConfig::default() };
    let constant = |_: &[usize]| Ok::<f64, E>(1.0);
    assert_eq!(bootstrap_interval(5, &config(IntervalMethod::Bca), constant), Err(E::NoBca));
    let percentile = bootstrap_interval(5, &config(IntervalMethod::Percentile), constant).unwrap();
    assert_eq!((percentile.interval.lower, percentile.interval.upper), (1.0, 1.0));
    let largest = |rows: &[usize]| Ok::<f64, E>(if rows.len() > 4 { f64::NAN } else { 0.0 });
    let error = bootstrap_interval(5, &IntervalConfig::default(), largest).unwrap_err();
    assert!(matches!(error, E::StatisticNotFinite { of: Sample::AllRows, .. }));
    for level in [0.0, 1.0, f64::NAN] {
        let config = IntervalConfig { level, ..IntervalConfig::default() };
        assert!(matches!(bootstrap_interval(5, &config, constant), Err(E::InvalidLevel { .. })));
    }
    assert!(bootstrap_interval(1, &IntervalConfig::default(), constant).is_err());
}

/// The bootstrap's standard error of a mean is √(Σ(y − ȳ)²)/m, and the percentiles of enough
/// replicates lie where the normal distribution says, within the noise of 4,000 rounds.
#[test]
fn the_interval_of_a_mean_is_near_the_normal_one() {
    let config = IntervalConfig { rounds: 4000, level: 0.9, ..IntervalConfig::default() };
    let m = Y.len() as f64;
    let mean = Y.iter().sum::<f64>() / m;
    let exact = Y.iter().map(|y| (y - mean).powi(2)).sum::<f64>().sqrt() / m;
    for method in [IntervalMethod::Percentile, IntervalMethod::Bca] {
        let found = bootstrap_interval(Y.len(), &IntervalConfig { method, ..config }, mean_of);
        let found = found.unwrap();
        // Six standard errors of a standard deviation: 6/√(2·4000).
        assert!((found.standard_error.unwrap() / exact - 1.0).abs() < 0.067);
        assert!((found.interval.lower - (mean - 1.645 * exact)).abs() < 0.25 * exact);
        assert!((found.interval.upper - (mean + 1.645 * exact)).abs() < 0.25 * exact);
    }
}

proptest! {
    /// .632+ lies between .632 and E₁ for 0 ≤ R ≤ 1, in both forms, where E₁ ≤ γ.
    #[test]
    fn plus_lies_between(apparent in 0.0..1.0, excess in 0.0..1.0, room in 0.0..1.0) {
        let out_of_bag: f64 = apparent + excess;
        let errors =
            Error632 { apparent, out_of_bag, no_information: Some(out_of_bag + room) };
        let rate = errors.relative_overfitting().unwrap();
        prop_assert!((0.0..=1.0).contains(&rate));
        for form in [PlusForm::Clamped, PlusForm::Paper] {
            let plus = errors.err_632_plus(form).unwrap();
            prop_assert!(plus >= errors.err_632() - 1e-12 && plus <= out_of_bag + 1e-12);
        }
    }

    /// The mean squared error around a fixed target is bias² + variance exactly; also with noise.
    #[test]
    fn squared_error_is_bias_and_variance(
        rounds in prop::collection::vec(prop::collection::vec(-9.0..9.0, 3), 1..20),
        y in prop::array::uniform3(-9.0..9.0),
        noise in 0.0..2.0,
    ) {
        let parts = PredictionTable { predictions: rounds }.squared(&y, noise).unwrap();
        let sum = parts.bias_squared + parts.variance + parts.noise;
        prop_assert!((parts.error - sum).abs() <= 1e-12 * parts.error.max(1.0));
        prop_assert!(parts.variance >= 0.0);
    }

    /// The 0–1 error is bias + unbiased variance − biased variance exactly.
    #[test]
    fn zero_one_error_is_bias_and_net_variance(
        rounds in prop::collection::vec(prop::collection::vec(0_u32..3, 5), 1..20),
        y in prop::collection::vec(0_u32..3, 5),
    ) {
        let two = rounds.iter().flatten().chain(&y).all(|&class| class < 2);
        let parts = PredictionTable { predictions: rounds }.zero_one(&y).unwrap();
        let sum = parts.bias + parts.unbiased_variance - parts.biased_variance;
        prop_assert!((parts.error - sum).abs() < 1e-12);
        let both = parts.unbiased_variance + parts.biased_variance;
        prop_assert!(!two || (parts.variance - both).abs() < 1e-12);
    }
}
