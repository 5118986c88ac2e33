//! Searches, halving, nested choices and curves: the same bits on any number of threads, failures
//! that are recorded, errors that name places.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_resample::{Fold, Folds, KFold, LeaveOneOut, ResampleError, Resampler};
use gradus_select::{
    Choice, CurveConfig, Domain, Goal, Halving, Job, Params, PermutationConfig, PooledJob,
    Resource, SelectError, Space, learning_curve, nested_halving, nested_search,
    nested_search_pooled, search, search_pooled, successive_halving, two_sample_test,
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
                Choice::best(Goal::Minimise),
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
        "none of 2 candidate(s) could be scored; the first failed in fold 1: does not converge";
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
    let found =
        nested_search(&[1, 2], Choice::best(Goal::Minimise), &folds(3), 24, inner, score).unwrap();
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

/// Of 1 + noise, 1.01 + noise and 2 + noise, with noise 0, 0.1 and 0.2 in the folds, whose standard error is
/// 0.1/√3, the second is the simplest within one error of the first.
#[test]
fn the_rule_of_the_choice_is_the_one_that_is_measured() {
    let inner = |rows: &[usize]| folds(3).folds(rows.len());
    let score = |job: Job<'_, i64>| {
        let noise = 0.1 * job.fold as f64;
        Ok::<_, SelectError>([1.0, 1.01, 2.0][*job.params as usize] + noise)
    };
    let candidates = [0, 1, 2];
    let simple = |params: &i64| -*params as f64;
    let best = Choice::best(Goal::Minimise);
    let simplest = Choice::simplest_within_one_error(Goal::Minimise, &simple);
    for (choice, candidate, mean) in [(best, 0, 1.1), (simplest, 1, 1.11)] {
        let found = nested_search(&candidates, choice, &folds(3), 24, inner, score).unwrap();
        assert!(found.folds.iter().all(|fold| fold.candidate == candidate));
        assert!((found.spread.mean - mean).abs() < 1e-12);
        let all = |_: &Folds| Halving { least: Some(4), ..Halving::up_to(4) };
        let halved = nested_halving(&candidates, choice, all, &folds(3), 24, inner, score).unwrap();
        assert!(halved.folds.iter().all(|fold| fold.candidate == candidate));
        assert!((halved.spread.mean - mean).abs() < 1e-12);
    }
    // A single fold has no standard error, whatever is simple.
    let one = Folds::given(2, vec![Fold { train: vec![0], test: vec![1] }]).unwrap();
    let equal = |_: Job<'_, i64>| Ok::<_, SelectError>(1.0);
    let found = search(&candidates, Goal::Minimise, &one, 2, equal).unwrap();
    assert_eq!(simplest.among(&found.trials).unwrap().params, 0);
}

/// A pooled score is one for all folds, and what fails is recorded; nested, no outer row is in an inner
/// fold, and the choice is scored on the outer fold alone.
#[test]
fn pooled_scores_are_of_all_folds_together() {
    let seen = std::sync::Mutex::new(Vec::new());
    let score = |job: PooledJob<'_, i64>| {
        let of = |fold: &Fold| (fold.train.clone(), fold.test.clone());
        seen.lock().unwrap().push(job.folds.iter().map(of).collect::<Vec<_>>());
        match job.params {
            0 => Err("singular"),
            1 => Ok(f64::INFINITY),
            &other => Ok(other as f64),
        }
    };
    let found = search_pooled(&[0, 1, 3, 2], Goal::Minimise, &LeaveOneOut, 24, score).unwrap();
    assert_eq!((found.best().params, found.best().folds.len()), (2, 1));
    let failures = found.trials.iter().filter(|trial| trial.failure().is_some()).count();
    assert_eq!((failures, found.best().spread().unwrap().standard_error()), (2, None));
    assert!(seen.lock().unwrap().drain(..).all(|folds| folds.len() == 24));
    let all = search_pooled(&[0, 1], Goal::Minimise, &LeaveOneOut, 24, score).unwrap_err();
    assert!(matches!(all, SelectError::AllFailed { trials: 2, .. }));

    seen.lock().unwrap().clear();
    let inner = |rows: &[usize]| LeaveOneOut.folds(rows.len());
    let choice = Choice::best(Goal::Maximise);
    let found = nested_search_pooled(&[3, 2], choice, &folds(3), 24, inner, score).unwrap();
    assert!(found.folds.iter().all(|fold| fold.candidate == 0 && fold.score == 3.0));
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen.len(), 3 * (2 + 1));
    for run in seen.chunks(3) {
        let (outer, inside) = run.split_last().unwrap();
        let (train, test) = &outer[0];
        assert_eq!((outer.len(), train.len(), test.len()), (1, 16, 8));
        for folds in inside {
            assert_eq!(folds.len(), 16);
            let rows = folds.iter().flat_map(|(train, test)| train.iter().chain(test));
            assert!(rows.clone().all(|row| !test.contains(row)));
        }
    }
}

/// Rationed rows are taken from the inner folds; the refit has all of the outer fold's. A rationed budget
/// ends with the most. With factor 2 four candidates are 4, 2 and 1.
#[test]
fn nested_halving_rations_inside_and_refits_with_everything() {
    let inner = |rows: &[usize]| folds(2).folds(rows.len());
    let jobs = std::sync::Mutex::new(Vec::new());
    let score = |job: Job<'_, i64>| {
        jobs.lock().unwrap().push((job.train.len(), job.test.to_vec(), job.budget));
        Ok::<_, SelectError>(*job.params as f64)
    };
    let by_rows = |folds: &Folds| {
        let most = folds.iter().map(|fold| fold.train.len()).min().unwrap();
        Halving { resource: Resource::Rows { seed: 1 }, factor: 2, ..Halving::up_to(most) }
    };
    let candidates = [4, 3, 2, 1];
    let found = nested_halving(
        &candidates,
        Choice::best(Goal::Minimise),
        by_rows,
        &folds(3),
        24,
        inner,
        score,
    )
    .unwrap();
    assert!(found.folds.iter().all(|fold| fold.search.best().params == 1 && fold.score == 1.0));
    let jobs = jobs.into_inner().unwrap();
    let runs: Vec<_> = jobs.chunks(2 * (4 + 2 + 1) + 1).collect();
    assert_eq!(runs.len(), 3);
    for run in runs {
        let (outer, inside) = run.split_last().unwrap();
        assert_eq!((outer.0, outer.1.len(), outer.2), (16, 8, None));
        let mut spent: Vec<usize> = inside.iter().map(|job| job.0).collect();
        spent.sort_unstable();
        assert_eq!(spent, [&[2; 8][..], &[4; 4], &[8; 2]].concat());
        assert!(inside.iter().all(|job| !job.1.iter().any(|row| outer.1.contains(row))));
    }

    let budgets = std::sync::Mutex::new(Vec::new());
    let score = |job: Job<'_, i64>| {
        budgets.lock().unwrap().push(job.budget);
        Ok::<_, SelectError>(*job.params as f64)
    };
    let by_budget = |_: &Folds| Halving { factor: 2, ..Halving::up_to(12) };
    nested_halving(
        &candidates,
        Choice::best(Goal::Minimise),
        by_budget,
        &folds(3),
        24,
        inner,
        score,
    )
    .unwrap();
    let budgets = budgets.into_inner().unwrap();
    assert!(budgets.chunks(15).all(|run| run[14] == Some(12) && run[0] == Some(3)));
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
    assert_eq!(failed.to_string(), "the fit on 3 rows of fold 1 failed");

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

proptest! {
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
