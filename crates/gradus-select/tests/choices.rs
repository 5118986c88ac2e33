//! Searches, curves and checks: the same bits on any number of threads, failures that are recorded,
//! errors that name places.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Column, Table};
use gradus_resample::{Fold, Folds, KFold, ResampleError, Resampler};
use gradus_select::{
    Criterion, CurveConfig, Domain, ErrorRates, FittedLikelihood, FoldCosts, Goal, Halving, Job,
    Limits, NextStep, ParamValue, Params, PermutationConfig, Resource, Sample, SelectError,
    SelectionBiasConfig, ShiftTest, Space, Verdict, advise, advise_folds, choose_by_information,
    holm, learning_curve, nested_search, search, selection_bias, successive_halving,
    two_sample_test,
};
use proptest::prelude::*;

const Y: [f64; 24] = [
    3.1, 1.0, 4.2, 1.5, 5.9, 9.0, 2.6, 6.5, 3.5, 8.9, 7.9, 3.2, 3.8, 4.6, 2.6, 4.3, 3.8, 3.2, 7.9,
    5.0, 2.8, 8.4, 1.9, 7.1,
];

fn mean_of(rows: &[usize]) -> f64 {
    rows.iter().map(|&row| Y[row]).sum::<f64>() / rows.len() as f64
}

fn error_of(guess: f64, rows: &[usize]) -> f64 {
    rows.iter().map(|&row| (Y[row] - guess).powi(2)).sum::<f64>() / rows.len() as f64
}

fn shrunken(job: Job<'_, Params>) -> Result<f64, SelectError> {
    Ok(error_of(job.params.real("shrink")? * mean_of(job.train), job.test))
}

fn space() -> Space {
    Space::new().with("shrink", Domain::Uniform { low: 0.0, high: 2.0 })
}

fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

fn folds(count: usize) -> KFold {
    KFold { folds: count, ..KFold::default() }
}

#[test]
fn the_bits_do_not_depend_on_the_number_of_threads() {
    let everything = || {
        let candidates = space().sample(12, 5).unwrap();
        let m = Y.len();
        let halving = Halving { resource: Resource::Rows { seed: 2 }, ..Halving::up_to(16) };
        let membership: Vec<u32> = (0..24).map(|row| row % 2).collect();
        let config = PermutationConfig { permutations: 49, ..PermutationConfig::default() };
        let guess = |_: &[u32], train: &[usize], test: &[usize]| {
            Ok::<_, SelectError>(test.iter().map(|&row| (Y[row] - mean_of(train)).sin()).collect())
        };
        let fit = |rows: &[usize]| Ok::<_, SelectError>(mean_of(rows));
        (
            search(&candidates, Goal::Minimise, &folds(4), m, shrunken).unwrap(),
            successive_halving(&candidates, Goal::Minimise, &halving, &folds(4), m, shrunken)
                .unwrap(),
            nested_search(
                &candidates,
                Goal::Minimise,
                &folds(4),
                m,
                |rows| folds(3).folds(rows.len()),
                shrunken,
            )
            .unwrap(),
            learning_curve(&folds(4), m, &CurveConfig::up_to(18, 5), fit, |&g, rows| {
                error_of(g, rows)
            })
            .unwrap(),
            two_sample_test(&membership, &config, guess).unwrap(),
        )
    };
    let one = on_threads(1, everything);
    for threads in [2, 3, 7] {
        assert_eq!(on_threads(threads, everything), one);
    }
}

#[test]
fn failed_trials_are_recorded_and_never_best() {
    let score = |job: Job<'_, i64>| match job.params {
        0 => Err("does not converge".to_owned()),
        1 => Ok(f64::NAN),
        2 if job.fold == 2 => Err("singular".to_owned()),
        &other => Ok(other as f64),
    };
    let found = search(&[0, 1, 2, 7, 5], Goal::Minimise, &folds(4), 24, score).unwrap();
    assert_eq!(found.best().params, 5);
    let failure =
        |place: usize| found.trials[place].failure().map(|(fold, error)| (fold, error.to_string()));
    assert_eq!(failure(0), Some((0, "does not converge".to_owned())));
    assert_eq!(failure(1), Some((0, "the score is NaN".to_owned())));
    assert_eq!(failure(2), Some((2, "singular".to_owned())));
    assert_eq!((found.trials[2].folds[3].clone(), found.trials[2].score()), (Ok(2.0), None));
    assert_eq!(found.ranked().iter().map(|trial| trial.params).collect::<Vec<_>>(), [5, 7]);
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["trials"][2]["folds"][2]["error"], "singular");

    let failed = search(&[0, 1], Goal::Maximise, &folds(4), 24, score).unwrap_err();
    let said =
        "none of 2 candidate(s) could be scored; the first failed in fold 0: does not converge";
    assert_eq!(failed.to_string(), said);
}

#[test]
fn a_candidate_that_fails_is_halved_away() {
    let score = |job: Job<'_, i64>| match job.params {
        0..3 => Err("no".to_owned()),
        &other => Ok(other as f64 + 1.0 / job.budget.unwrap() as f64),
    };
    let candidates: Vec<i64> = (0..9).collect();
    let halving = Halving::up_to(9);
    let found =
        successive_halving(&candidates, Goal::Maximise, &halving, &folds(3), 24, score).unwrap();
    let left =
        |rung: usize| found.rungs[rung].trials.iter().map(|trial| trial.params).collect::<Vec<_>>();
    assert_eq!((left(1), left(2)), (vec![6, 7, 8], vec![8]));
    assert_eq!((found.best().params, found.best().budget), (8, Some(9)));
    let none = |_: Job<'_, i64>| Err::<f64, _>("no");
    let failed = successive_halving(&candidates, Goal::Maximise, &halving, &folds(3), 24, none);
    assert!(matches!(failed, Err(SelectError::AllFailed { trials: 9, .. })));
}

#[test]
fn rationed_rows_grow_around_each_other() {
    let seen = std::sync::Mutex::new(Vec::new());
    let halving = Halving { resource: Resource::Rows { seed: 1 }, ..Halving::up_to(16) };
    let score = |job: Job<'_, i64>| {
        assert_eq!(job.budget, None);
        seen.lock().unwrap().push((job.fold, job.train.to_vec(), job.test.len()));
        Ok::<_, SelectError>(*job.params as f64)
    };
    let candidates: Vec<i64> = (0..9).collect();
    successive_halving(&candidates, Goal::Minimise, &halving, &folds(3), 24, score).unwrap();
    let seen_rows = seen.lock().unwrap().clone();
    for (fold, train, test) in &seen_rows {
        assert!([1, 3, 9].contains(&train.len()) && *test == 8);
        for (other, longer, _) in &seen_rows {
            if fold == other && longer.len() >= train.len() {
                assert_eq!(&longer[..train.len()], &train[..]);
            }
        }
    }
    let greedy = Halving { most: 100, ..halving };
    let refused = successive_halving(&candidates, Goal::Minimise, &greedy, &folds(3), 24, score);
    let expected = SelectError::CurveSize { size: 33, fold: 0, rows: 16 };
    assert_eq!(refused.unwrap_err(), expected);
}

#[test]
fn the_outer_test_never_takes_part_in_a_choice() {
    let tested = std::sync::Mutex::new(Vec::new());
    let score = |job: Job<'_, i64>| {
        tested.lock().unwrap().push((job.train.to_vec(), job.test.to_vec()));
        Ok::<_, SelectError>(0.0)
    };
    let inner = |rows: &[usize]| folds(2).folds(rows.len());
    let found = nested_search(&[1, 2], Goal::Minimise, &folds(3), 24, inner, score).unwrap();
    assert_eq!(found.folds.len(), 3);
    let tested = tested.into_inner().unwrap();
    assert_eq!(tested.len(), 3 * (2 * 2 + 1));
    for run in tested.chunks(5) {
        let outer = &run[4].1;
        assert_eq!(run[4].0.len() + outer.len(), 24);
        for (train, test) in &run[..4] {
            assert!(!train.iter().chain(test).any(|row| outer.contains(row)));
        }
    }
}

#[test]
fn requests_that_cannot_be_are_refused() {
    use SelectError as E;
    let fit = |rows: &[usize]| Ok::<_, SelectError>(mean_of(rows));
    let score = |&guess: &f64, rows: &[usize]| error_of(guess, rows);
    let curve = |sizes: &[usize]| {
        let config = CurveConfig { sizes: sizes.to_vec(), ..CurveConfig::default() };
        learning_curve(&folds(4), 24, &config, fit, score).unwrap_err()
    };
    assert_eq!(curve(&[]), E::TooFew { what: "sizes", needed: 1 });
    assert_eq!(curve(&[5, 19]), E::CurveSize { size: 19, fold: 0, rows: 18 });
    assert_eq!(curve(&[0]), E::CurveSize { size: 0, fold: 0, rows: 18 });
    let config = CurveConfig { sizes: vec![3, 9], ..CurveConfig::default() };
    let bad = |_: &f64, rows: &[usize]| if rows.len() == 9 { f64::NAN } else { 0.0 };
    match learning_curve(&folds(4), 24, &config, fit, bad).unwrap_err() {
        E::CurveScore { side: "training", size: 9, fold: 0, value } => assert!(value.is_nan()),
        other => panic!("{other}"),
    }
    let failing = |_: &[usize]| Err::<f64, _>("singular");
    let failed = learning_curve(&folds(4), 24, &config, failing, score).unwrap_err();
    assert_eq!(failed.to_string(), "the fit on 3 rows of fold 0 failed");

    let none = search(&[] as &[i64], Goal::Minimise, &folds(3), 24, |_| Ok::<_, E>(0.0));
    assert_eq!(none.unwrap_err(), E::TooFew { what: "candidates", needed: 1 });
    let untested = Folds::given(3, vec![Fold { train: vec![0, 1, 2], test: vec![] }]).unwrap();
    let empty = search(&[1], Goal::Minimise, &untested, 3, |_| Ok::<_, E>(0.0)).unwrap_err();
    assert_eq!(empty, E::Resample(ResampleError::EmptyFold { fold: 0, side: "test" }));
    for (halving, name) in [
        (Halving { factor: 1, ..Halving::up_to(9) }, "factor"),
        (Halving::up_to(0), "most"),
        (Halving { least: Some(10), ..Halving::up_to(9) }, "least"),
        (Halving { least: Some(0), ..Halving::up_to(9) }, "least"),
    ] {
        match halving.rungs(9).unwrap_err() {
            E::InvalidHalving { name: found, .. } => assert_eq!(found, name),
            other => panic!("{other}"),
        }
    }
    assert_eq!(Halving::up_to(usize::MAX).rungs(1).unwrap(), [(1, usize::MAX)]);
}

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

fn table(columns: &[(&str, Vec<Option<f64>>)]) -> Table {
    let columns = columns.iter().map(|(name, values)| Column::numeric(*name, values.clone()));
    Table::new(columns.collect::<Result<_, _>>().unwrap()).unwrap()
}

#[test]
fn what_differs_only_together_is_seen() {
    // Two features, each the same in both samples; together of one sign, or of opposite signs.
    let value = |row: usize| ((row * 61 % 100) as f64 - 49.5) / 50.0;
    let a: Vec<Option<f64>> = (0..100).map(|row| Some(value(row))).collect();
    let opposite = (0..100).map(|row| Some(-value(row))).collect();
    let left = table(&[("a", a.clone()), ("b", a.clone())]);
    let right = table(&[("a", a.clone()), ("b", opposite)]);
    let rows: Vec<usize> = (0..100).collect();
    let check = |left: &Table, right: &Table| {
        let of = |table| Sample { table, rows: &rows };
        selection_bias(of(left), of(right), &SelectionBiasConfig::default()).unwrap()
    };
    let found = check(&left, &right);
    assert_eq!(found.shifted().count(), 0);
    // A linear score cannot see it; a caller's product can.
    assert!(!found.told_apart());
    let membership: Vec<u32> = (0..200).map(|row| u32::from(row >= 100)).collect();
    let product = |table: &Table, row: usize| {
        let number = |name| table.column(name).unwrap().number(row).unwrap();
        number("a") * number("b")
    };
    let products: Vec<f64> =
        (0..200).map(|row| product(if row < 100 { &left } else { &right }, row % 100)).collect();
    // Like the class whose mean product is nearer.
    let classifier = |classes: &[u32], train: &[usize], test: &[usize]| {
        let mean = |class| {
            let of: Vec<f64> = train
                .iter()
                .filter(|&&row| classes[row] == class)
                .map(|&row| products[row])
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        let direction = mean(1) - mean(0);
        Ok::<_, SelectError>(test.iter().map(|&row| direction * products[row]).collect())
    };
    let test = two_sample_test(&membership, &PermutationConfig::default(), classifier).unwrap();
    assert!(test.p_value < 0.01, "{test:?}");
    // The spread is seen by the squares.
    let wide = table(&[("a", a.iter().map(|a| a.map(|a| 3.0 * a)).collect()), ("b", a.clone())]);
    assert!(check(&left, &wide).told_apart());
}

#[test]
fn missing_values_and_columns_are_compared() {
    let values: Vec<Option<f64>> = (0..60).map(|row| Some(f64::from(row * 7 % 60))).collect();
    let holes = values.iter().enumerate().map(|(row, x)| x.filter(|_| row % 2 == 0)).collect();
    let left = table(&[("x", values.clone()), ("only_left", values.clone())]);
    let right = table(&[("x", holes), ("only_right", values.clone())]);
    let rows: Vec<usize> = (0..60).collect();
    let of = |table| Sample { table, rows: &rows };
    let config = SelectionBiasConfig::default();
    let found = selection_bias(of(&left), of(&right), &config).unwrap();
    assert_eq!(found.unshared, ["only_left", "only_right"]);
    let shifted: Vec<ShiftTest> = found.shifted().map(|feature| feature.test).collect();
    assert_eq!(shifted, [ShiftTest::Missing]);
    assert!(found.told_apart());
    let said = found.to_string();
    assert!(said.contains("x (missing)") && said.contains("verdict: the samples differ in x"));

    let apart = table(&[("y", values)]);
    let refused = selection_bias(of(&left), of(&apart), &config);
    assert_eq!(refused.unwrap_err(), SelectError::NoSharedColumn);
    let far = Sample { table: &left, rows: &[60] };
    let refused = selection_bias(far, of(&left), &config).unwrap_err();
    assert_eq!(refused, SelectError::Resample(ResampleError::RowOutOfRange { row: 60, rows: 60 }));
    let few = Sample { table: &left, rows: &[1, 2] };
    assert!(selection_bias(few, of(&left), &config).is_err());
    let constant = table(&[("x", vec![Some(1.0); 60])]);
    let same = selection_bias(of(&constant), of(&constant), &config).unwrap();
    assert!(!same.is_suspect() && same.features[0].test == ShiftTest::None);
    for level in [0.0, 1.0, f64::NAN] {
        let config = SelectionBiasConfig { level, ..config.clone() };
        assert!(selection_bias(of(&left), of(&right), &config).is_err());
    }
}

#[test]
fn a_classifier_that_answers_wrongly_is_refused() {
    let membership: Vec<u32> = (0..20).map(|row| row % 2).collect();
    let config = PermutationConfig::default();
    let short = |_: &[u32], _: &[usize], _: &[usize]| Ok::<_, SelectError>(vec![0.0]);
    let refused = two_sample_test(&membership, &config, short).unwrap_err();
    assert_eq!(refused, SelectError::ClassifierScores { given: 1, rows: 4 });
    let failing = |_: &[u32], _: &[usize], _: &[usize]| Err::<Vec<f64>, _>("no");
    let refused = two_sample_test(&membership, &config, failing).unwrap_err();
    assert!(matches!(refused, SelectError::Classifier { fold: 0, .. }));
    let nan = |_: &[u32], _: &[usize], t: &[usize]| Ok::<_, SelectError>(vec![f64::NAN; t.len()]);
    assert!(matches!(two_sample_test(&membership, &config, nan), Err(SelectError::Metric(_))));
    assert!(two_sample_test(&[0; 20], &config, short).is_err());
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

    #[test]
    fn holm_lies_between_the_p_value_and_bonferroni(p in prop::collection::vec(0.0..=1.0_f64, 1..20)) {
        let adjusted = holm(&p);
        for (i, (&raw, &adjusted_p)) in p.iter().zip(&adjusted).enumerate() {
            prop_assert!(adjusted_p >= raw && adjusted_p <= (raw * p.len() as f64).min(1.0).max(adjusted_p.min(1.0)));
            for (j, &other) in p.iter().enumerate() {
                prop_assert!(raw > other || adjusted_p <= adjusted[j], "{} {}", i, j);
            }
        }
        let least = p.iter().copied().fold(1.0, f64::min);
        let first = adjusted.iter().copied().fold(1.0, f64::min);
        prop_assert!((first - (least * p.len() as f64).min(1.0)).abs() < 1e-15);
    }

    #[test]
    fn rungs_shrink_and_never_overspend(n in 1_usize..500, most in 1_usize..2000, factor in 2_usize..6) {
        let rungs = Halving { factor, ..Halving::up_to(most) }.rungs(n).unwrap();
        prop_assert_eq!(rungs[0].0, n);
        prop_assert!(rungs.iter().all(|&(_, spent)| (1..=most).contains(&spent)));
        for pair in rungs.windows(2) {
            prop_assert_eq!(pair[1].0, pair[0].0.div_ceil(factor));
            prop_assert_eq!(pair[1].1, pair[0].1 * factor);
        }
    }
}
