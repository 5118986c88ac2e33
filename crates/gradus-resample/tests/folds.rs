//! Folds partition, keep groups together and time in order, and are the same for a seed.

use std::collections::{BTreeMap, BTreeSet};

use gradus_resample::{
    Bootstrap, Fold, Folds, GroupKFold, KFold, LeaveOneOut, LeavePOut, RandomSubsampling,
    RareClass, RepeatedKFold, ResampleError, Resampler, RowOrder, StratifiedBootstrap,
    StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit, balanced_bootstrap,
    balanced_class_weights, nested_folds, oversample, quantile_bins, undersample,
};
use proptest::prelude::*;
use rayon::prelude::*;

fn assert_partitions(folds: &Folds) {
    let m = folds.rows();
    let mut tested: Vec<usize> = folds.iter().flat_map(|fold| fold.test).collect();
    tested.sort_unstable();
    assert_eq!(tested, (0..m).collect::<Vec<_>>(), "each row is tested once");
    for fold in folds.iter() {
        assert_complement(&fold, m);
    }
}

fn assert_complement(fold: &Fold, m: usize) {
    let mut all = [&fold.train[..], &fold.test].concat();
    all.sort_unstable();
    assert_eq!(all, (0..m).collect::<Vec<_>>(), "train is what is not tested");
    assert!(fold.train.is_sorted() && fold.test.is_sorted());
}

fn sizes(folds: &Folds) -> Vec<usize> {
    folds.iter().map(|fold| fold.test.len()).collect()
}

/// Values of scikit-learn 1.9.1 by tests/data/folds.py: the first and the end of train and of test.
#[test]
fn time_series_as_in_scikit_learn() {
    type Case = ((usize, usize, usize, Option<usize>), &'static [[usize; 4]]);
    let cases: [Case; 5] = [
        ((9, 3, 1, None), &[[0, 2, 3, 5], [0, 4, 5, 7], [0, 6, 7, 9]]),
        ((10, 3, 0, None), &[[0, 4, 4, 6], [0, 6, 6, 8], [0, 8, 8, 10]]),
        ((23, 4, 2, Some(5)), &[[0, 5, 7, 11], [4, 9, 11, 15], [8, 13, 15, 19], [12, 17, 19, 23]]),
        ((6, 5, 0, None), &[[0, 1, 1, 2], [0, 2, 2, 3], [0, 3, 3, 4], [0, 4, 4, 5], [0, 5, 5, 6]]),
        (
            (100, 7, 3, Some(20)),
            &[
                [0, 13, 16, 28],
                [5, 25, 28, 40],
                [17, 37, 40, 52],
                [29, 49, 52, 64],
                [41, 61, 64, 76],
                [53, 73, 76, 88],
                [65, 85, 88, 100],
            ],
        ),
    ];
    for ((m, folds, gap, longest_train), expected) in cases {
        let folds = TimeSeriesSplit { folds, gap, longest_train }.folds(m).unwrap();
        let got: Vec<_> = folds.iter().map(|fold| (fold.train, fold.test)).collect();
        let expected: Vec<(Vec<usize>, Vec<usize>)> =
            expected.iter().map(|e| ((e[0]..e[1]).collect(), (e[2]..e[3]).collect())).collect();
        assert_eq!(got, expected);
    }
}

/// Sizes of scikit-learn 1.9.1's GroupKFold for groups of these sizes.
#[test]
fn group_sizes_as_in_scikit_learn() {
    let group_sizes = [9, 7, 7, 6, 5, 5, 4, 3, 2, 2, 1, 1];
    let groups: Vec<u32> =
        (0..).zip(group_sizes).flat_map(|(group, size)| vec![group; size]).collect();
    let expected: [&[usize]; 4] =
        [&[26, 26], &[17, 17, 18], &[13, 13, 13, 13], &[10, 10, 10, 11, 11]];
    for (folds, expected) in (2..).zip(expected) {
        let mut got = sizes(&GroupKFold { folds, groups: &groups }.folds(groups.len()).unwrap());
        got.sort_unstable();
        assert_eq!(got, expected);
    }
}

/// Class counts by fold of scikit-learn 1.9.1's StratifiedGroupKFold, without shuffling. The
/// groups' spreads all differ, so that the seed changes nothing.
#[test]
fn stratified_groups_are_as_even_as_in_scikit_learn() {
    let counts = [(6, 1), (0, 4), (4, 4), (3, 0), (2, 8), (5, 4), (7, 0), (0, 2), (9, 1)];
    let (mut groups, mut classes) = (Vec::new(), Vec::new());
    for (group, (zeros, ones)) in (0..).zip(counts) {
        groups.extend(vec![group; zeros + ones]);
        classes.extend([vec![0; zeros], vec![1; ones]].concat());
    }
    let expected: [&[[usize; 2]]; 3] =
        [&[[17, 12], [19, 12]], &[[8, 9], [14, 7], [14, 8]], &[[5, 8], [7, 4], [10, 7], [14, 5]]];
    for (folds, expected) in (2..).zip(expected) {
        let way = StratifiedGroupKFold { folds, classes: &classes, groups: &groups, seed: 0 };
        let folds = way.folds(classes.len()).unwrap();
        assert_partitions(&folds);
        let mut got: Vec<[usize; 2]> = folds
            .iter()
            .map(|fold| [0, 1].map(|c| fold.test.iter().filter(|&&r| classes[r] == c).count()))
            .collect();
        got.sort_unstable();
        assert_eq!(got, expected);
    }
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    use ResampleError as E;
    let classes = [0, 0, 0, 1];
    let k = |folds| KFold { folds, ..KFold::default() };
    let random = |test_share| RandomSubsampling { test_share, ..RandomSubsampling::default() };
    let series = |folds, gap| TimeSeriesSplit { folds, gap, longest_train: None };
    let rows = |rows| E::InvalidLeaveOut { left_out: 1, rows };
    let stratified = StratifiedKFold { folds: 2, ..StratifiedKFold::new(&classes) };
    let cases: Vec<(Box<dyn Resampler + '_>, usize, ResampleError)> = vec![
        (Box::new(k(1)), 9, E::TooFewFolds { folds: 1 }),
        (Box::new(k(0)), 0, E::TooFewFolds { folds: 0 }),
        (Box::new(k(4)), 3, E::TooManyFolds { folds: 4, count: 3, what: "rows" }),
        (
            Box::new(RepeatedKFold { repeats: 0, ..RepeatedKFold::default() }),
            20,
            E::NoRounds { what: "repeats" },
        ),
        (Box::new(stratified), 4, E::ClassTooSmall { class: 1, count: 1, needed: 2 }),
        (Box::new(stratified), 5, E::LengthMismatch { what: "classes", given: 4, rows: 5 }),
        (
            Box::new(GroupKFold { folds: 3, groups: &classes }),
            4,
            E::TooManyFolds { folds: 3, count: 2, what: "groups" },
        ),
        (Box::new(LeaveOneOut), 0, rows(0)),
        (Box::new(LeaveOneOut), 1, rows(1)),
        (Box::new(LeavePOut { left_out: 0 }), 4, E::InvalidLeaveOut { left_out: 0, rows: 4 }),
        (Box::new(LeavePOut { left_out: 50 }), 100, E::TooManySubsets { left_out: 50, rows: 100 }),
        (Box::new(random(0.01)), 9, E::InvalidTestShare { share: 0.01, rows: 9 }),
        (Box::new(random(1.0)), 9, E::InvalidTestShare { share: 1.0, rows: 9 }),
        (Box::new(series(5, 0)), 5, E::SeriesTooShort { rows: 5, folds: 5, gap: 0 }),
        (Box::new(series(2, 4)), 10, E::SeriesTooShort { rows: 10, folds: 2, gap: 4 }),
        (Box::new(Bootstrap::default()), 1, E::NoRows { needed: 2 }),
        (Box::new(Bootstrap { rounds: 0, seed: 0 }), 9, E::NoRounds { what: "rounds" }),
        (
            Box::new(StratifiedBootstrap::new(&classes)),
            5,
            E::LengthMismatch { what: "classes", given: 4, rows: 5 },
        ),
        (Box::new(StratifiedBootstrap::new(&classes[..1])), 1, E::NoRows { needed: 2 }),
        (
            Box::new(StratifiedBootstrap { rounds: 0, ..StratifiedBootstrap::new(&classes) }),
            4,
            E::NoRounds { what: "rounds" },
        ),
    ];
    for (way, m, expected) in cases {
        assert_eq!(way.folds(m).unwrap_err(), expected, "{way:?}");
    }
    assert!(random(f64::NAN).folds(9).is_err());
    assert!(random(f64::INFINITY).folds(9).is_err());
    assert_eq!(quantile_bins(&[], 3), Err(E::NoRows { needed: 1 }));
    assert_eq!(quantile_bins(&[1.0], 1), Err(E::TooFewBins { bins: 1 }));
    let infinite = E::TargetNotFinite { row: 1, value: f64::INFINITY };
    assert_eq!(quantile_bins(&[1.0, f64::INFINITY], 2), Err(infinite));
    assert_eq!(undersample(&[4], &classes, 0), Err(E::RowOutOfRange { row: 4, rows: 4 }));
    assert_eq!(oversample(&[], &classes, 0), Err(E::NoRows { needed: 1 }));
    assert_eq!(balanced_class_weights(&[]), Err(E::NoRows { needed: 1 }));
}

#[test]
fn given_folds_are_checked() {
    use ResampleError as E;
    let fold =
        |train: &[usize], test: &[usize]| vec![Fold { train: train.into(), test: test.into() }];
    let folds = Folds::given(3, fold(&[0, 0], &[1, 2])).unwrap();
    assert_eq!(folds.folds(3).unwrap().get(0), folds.get(0));
    assert_eq!(folds.folds(4).unwrap_err(), E::OtherRows { made_for: 3, rows: 4 });
    let refused = |train: &[usize], test: &[usize]| Folds::given(3, fold(train, test)).unwrap_err();
    assert_eq!(refused(&[0], &[3]), E::RowOutOfRange { row: 3, rows: 3 });
    assert_eq!(refused(&[0, 1], &[1]), E::RowInBoth { fold: 0, row: 1 });
    assert_eq!(refused(&[], &[1]), E::EmptyFold { fold: 0, side: "train on" });
}

/// A row is left out of a sample with probability (1 − 1/m)ᵐ: within six standard deviations.
#[test]
fn bootstrap_draws_uniformly() {
    let (m, rounds) = (10, 4000);
    let folds = Bootstrap { rounds, seed: 11 }.folds(m).unwrap();
    let mut left_out = vec![0.0_f64; m];
    folds.iter().flat_map(|fold| fold.test).for_each(|row| left_out[row] += 1.0);
    let p = 0.348_678_440_1;
    let bound = 6.0 * (p * (1.0 - p) / rounds as f64).sqrt();
    for count in left_out {
        assert!((count / rounds as f64 - p).abs() < bound, "{count}");
    }
}

/// Of class c a row is left out with probability (1 − 1/m_c)^m_c, that of a single row never: within
/// six standard deviations.
#[test]
fn stratified_bootstrap_draws_uniformly_within_classes() {
    let (rounds, sizes) = (4000, [10_usize, 1, 2, 3]);
    let classes: Vec<u32> = (0..).zip(sizes).flat_map(|(class, size)| vec![class; size]).collect();
    let samples = StratifiedBootstrap { rounds, classes: &classes, seed: 11 };
    let mut left_out = vec![0.0_f64; classes.len()];
    for sample in samples.folds(classes.len()).unwrap().iter() {
        let count = |class| sample.train.iter().filter(|&&row| classes[row] == class).count();
        assert_eq!([count(0), count(1), count(2), count(3)], sizes);
        sample.test.iter().for_each(|&row| left_out[row] += 1.0);
    }
    // (9/10)¹⁰, 0, (1/2)², (2/3)³.
    let expected = [0.348_678_440_1, 0.0, 0.25, 8.0 / 27.0];
    for (count, class) in left_out.iter().zip(classes) {
        let p: f64 = expected[class as usize];
        let bound = 6.0 * (p * (1.0 - p) / rounds as f64).sqrt();
        assert!((count / rounds as f64 - p).abs() <= bound, "{count} of class {class}");
    }
}

#[test]
fn more_rounds_do_not_change_those_before() {
    let few = Bootstrap { rounds: 3, seed: 5 }.folds(20).unwrap();
    let many = Bootstrap { rounds: 9, seed: 5 }.folds(20).unwrap();
    assert!(few.iter().zip(many.iter()).all(|(few, many)| few == many));
    assert_ne!(many.get(0), many.get(1));
    let few = RepeatedKFold { folds: 4, repeats: 1, seed: 5 }.folds(20).unwrap();
    let many = RepeatedKFold { folds: 4, repeats: 3, seed: 5 }.folds(20).unwrap();
    assert!(few.iter().zip(many.iter()).all(|(few, many)| few == many));
}

#[test]
fn inner_folds_of_another_size_are_refused() {
    let mut nested = nested_folds(&KFold::default(), 20, |_| LeaveOneOut.folds(20)).unwrap();
    let error = nested.next().unwrap().unwrap_err();
    assert_eq!(error, ResampleError::OtherRows { made_for: 20, rows: 18 });
}

#[test]
fn bins_follow_quantiles_and_keep_ties_together() {
    assert_eq!(quantile_bins(&[5.0, 1.0, 4.0, 2.0, 3.0, 6.0], 3).unwrap(), [2, 0, 1, 0, 1, 2]);
    assert_eq!(quantile_bins(&[2.0; 5], 4).unwrap(), [3; 5]);
    assert_eq!(quantile_bins(&[1.0, 2.0], usize::MAX).unwrap(), [0, 1]);
}

proptest! {
    /// Folds partition; the first m mod k hold one more.
    #[test]
    fn k_folds_partition(m in 2_usize..120, k in 2_usize..20, seed: u64) {
        let k = k.min(m);
        for order in [RowOrder::Shuffled { seed }, RowOrder::AsGiven] {
            let folds = KFold { folds: k, order }.folds(m).unwrap();
            assert_partitions(&folds);
            let expected: Vec<usize> = (0..k).map(|i| m / k + usize::from(i < m % k)).collect();
            prop_assert_eq!(sizes(&folds), expected);
        }
        let repeated = RepeatedKFold { folds: k, repeats: 3, seed }.folds(m).unwrap();
        for repeat in 0..3 {
            let run = (0..k).filter_map(|i| repeated.get(repeat * k + i)).collect();
            assert_partitions(&Folds::given(m, run).unwrap());
        }
    }

    /// Folds partition; a class's counts differ by at most 1, and so do the sizes.
    #[test]
    fn stratified_folds_are_even(
        classes in prop::collection::vec(0_u32..5, 4..150),
        k in 2_usize..5,
        seed: u64,
    ) {
        let way = StratifiedKFold { folds: k, classes: &classes, seed, rare: RareClass::Spread };
        let folds = way.folds(classes.len()).unwrap();
        assert_partitions(&folds);
        for class in 0..6 {
            // Class 5 has no row: this round compares the sizes.
            let count = |fold: Fold| {
                fold.test.iter().filter(|&&row| class == 5 || classes[row] == class).count()
            };
            let counts: Vec<usize> = folds.iter().map(count).collect();
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        }
    }

    /// Groups never straddle, also where classes are kept in proportion; folds partition.
    #[test]
    fn groups_never_straddle(
        rows in prop::collection::vec((0_u32..15, 0_u32..3), 1..120),
        k in 2_usize..6,
        seed: u64,
    ) {
        let (groups, classes): (Vec<u32>, Vec<u32>) = rows.into_iter().unzip();
        let enough = groups.iter().collect::<BTreeSet<_>>().len() >= k;
        let stratified =
            StratifiedGroupKFold { folds: k, classes: &classes, groups: &groups, seed };
        let ways: [&dyn Resampler; 2] = [&GroupKFold { folds: k, groups: &groups }, &stratified];
        for way in ways {
            let folds = way.folds(groups.len());
            prop_assert_eq!(folds.is_ok(), enough);
            let Ok(folds) = folds else { continue };
            assert_partitions(&folds);
            for fold in folds.iter() {
                let trained: BTreeSet<u32> = fold.train.iter().map(|&row| groups[row]).collect();
                prop_assert!(fold.test.iter().all(|&row| !trained.contains(&groups[row])));
                prop_assert!(!fold.test.is_empty());
            }
        }
    }

    /// Train lies before the test in time, with the gap between.
    #[test]
    fn train_comes_before_test(
        m in 0_usize..80,
        folds in 0_usize..9,
        gap in 0_usize..9,
        longest_train in prop::option::of(0_usize..20),
    ) {
        if let Ok(folds) = (TimeSeriesSplit { folds, gap, longest_train }).folds(m) {
            let mut next = None;
            for fold in folds.iter() {
                let last = *fold.train.last().unwrap();
                prop_assert_eq!(fold.test[0], last + gap + 1);
                prop_assert!(fold.train.len() <= longest_train.unwrap_or(m));
                prop_assert_eq!(next.unwrap_or(fold.test[0]), fold.test[0]);
                next = Some(fold.test[0] + fold.test.len());
            }
            prop_assert_eq!(next, Some(m));
        }
    }

    /// The same seed gives the same splits, and fold i is the same on any thread and without those
    /// before it.
    #[test]
    fn a_seed_decides_all_splits(m in 12_usize..60, seed: u64, threads in 1_usize..5) {
        let classes: Vec<u32> = (0..m as u32).map(|row| row % 3).collect();
        let groups: Vec<u32> = (0..m as u32).map(|row| row / 2).collect();
        let ways: [&dyn Resampler; 8] = [
            &KFold { folds: 3, order: RowOrder::Shuffled { seed } },
            &RepeatedKFold { folds: 3, repeats: 2, seed },
            &StratifiedKFold { folds: 3, classes: &classes, seed, rare: RareClass::Refuse },
            &GroupKFold { folds: 3, groups: &groups },
            &StratifiedGroupKFold { folds: 3, classes: &classes, groups: &groups, seed },
            &RandomSubsampling { rounds: 4, test_share: 0.25, seed },
            &Bootstrap { rounds: 4, seed },
            &StratifiedBootstrap { rounds: 4, classes: &classes, seed },
        ];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for way in ways {
            let (once, again) = (way.folds(m).unwrap(), way.folds(m).unwrap());
            let backwards: Vec<_> = pool.install(|| {
                (0..again.len()).into_par_iter().rev().map(|index| again.get(index)).collect()
            });
            let in_order: Vec<_> = once.iter().map(Some).collect();
            prop_assert_eq!(in_order, backwards.into_iter().rev().collect::<Vec<_>>());
        }
    }

    /// In-bag and out-of-bag rows are disjoint, and together all.
    #[test]
    fn in_bag_and_out_of_bag_are_all(m in 2_usize..60, seed: u64) {
        let classes: Vec<u32> = (0..m as u32).map(|row| row % 7).collect();
        let plain = (Bootstrap { rounds: 5, seed }).folds(m).unwrap();
        let within = (StratifiedBootstrap { rounds: 5, classes: &classes, seed }).folds(m).unwrap();
        for fold in plain.iter().chain(within.iter()) {
            prop_assert_eq!(fold.train.len(), m);
            let mut distinct = fold.train.clone();
            distinct.dedup();
            assert_complement(&Fold { train: distinct, ..fold }, m);
        }
    }

    /// Every subset of p rows is tested once, in lexicographic order.
    #[test]
    fn leave_p_out_tests_every_subset(m in 2_usize..9, p in 1_usize..9) {
        let p = p.min(m - 1);
        let tests: Vec<Vec<usize>> =
            LeavePOut { left_out: p }.folds(m).unwrap().iter().map(|fold| fold.test).collect();
        let mut expected: Vec<Vec<usize>> = (0..1_usize << m)
            .filter(|set| set.count_ones() as usize == p)
            .map(|set| (0..m).filter(|row| set >> row & 1 == 1).collect())
            .collect();
        expected.sort();
        prop_assert_eq!(tests, expected);
    }

    #[test]
    fn subsamples_are_disjoint(m in 2_usize..60, test_share in 0.01..0.99, seed: u64) {
        let way = RandomSubsampling { rounds: 4, test_share, seed };
        if let Ok(folds) = way.folds(m) {
            for fold in folds.iter() {
                assert_complement(&fold, m);
                prop_assert!((fold.test.len() as f64 - m as f64 * test_share).abs() <= 0.5);
            }
        }
    }

    /// The inner folds partition the outer training rows, and hold no row that measures.
    #[test]
    fn nested_folds_stay_inside(m in 12_usize..60, k in 2_usize..5, seed: u64) {
        let way = KFold { folds: k, order: RowOrder::Shuffled { seed } };
        for nested in nested_folds(&way, m, |rows| way.folds(rows.len())).unwrap() {
            let nested = nested.unwrap();
            assert_complement(&nested.outer, m);
            let mut tested: Vec<usize> = nested.inner.iter().flat_map(|f| f.test.clone()).collect();
            tested.sort_unstable();
            prop_assert_eq!(&tested, &nested.outer.train);
            for fold in nested.inner {
                let mut all = [fold.train, fold.test].concat();
                all.sort_unstable();
                prop_assert_eq!(&all, &nested.outer.train);
            }
        }
    }

    /// Undersampling keeps distinct rows, oversampling every row; both even the classes out.
    #[test]
    fn classes_come_out_even(classes in prop::collection::vec(0_u32..4, 1..80), seed: u64) {
        let rows: Vec<usize> = (0..classes.len()).step_by(2).collect();
        let count = |chosen: &[usize]| -> BTreeMap<u32, usize> {
            let mut counts = BTreeMap::new();
            chosen.iter().for_each(|&row| *counts.entry(classes[row]).or_default() += 1);
            counts
        };
        let before = count(&rows);
        let under = undersample(&rows, &classes, seed).unwrap();
        let least = before.values().min().unwrap();
        prop_assert!(count(&under).values().all(|count| count == least));
        prop_assert!(under.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(under.iter().all(|row| rows.contains(row)));
        let over = oversample(&rows, &classes, seed).unwrap();
        let most = before.values().max().unwrap();
        prop_assert!(count(&over).values().all(|count| count == most));
        let kept: BTreeSet<usize> = over.into_iter().collect();
        prop_assert_eq!(kept, rows.iter().copied().collect::<BTreeSet<_>>());
        let drawn = balanced_bootstrap(&rows, &classes, 7, seed).unwrap();
        prop_assert!(drawn.len() == 7 && drawn.iter().all(|row| rows.contains(row)));
        let weights = balanced_class_weights(&classes).unwrap();
        let total: f64 = classes.iter().map(|class| weights[class]).sum();
        prop_assert!((total - classes.len() as f64).abs() < 1e-9);
    }
}
