//! Splits partition the rows, keep the classes' shares, and refuse what cannot be split.

use gradus_resample::{
    Fractions, Part, ResampleError, Split, group_holdout, holdout, recommended_fractions,
    stratified_group_holdout, stratified_holdout, time_holdout,
};
use proptest::prelude::*;

fn assert_partition(split: &Split, m: usize) {
    for part in [&split.train, &split.dev, &split.test] {
        assert!(part.is_sorted(), "a part lists its rows in ascending order");
    }
    let mut all = [&split.train[..], &split.dev, &split.test].concat();
    all.sort_unstable();
    assert_eq!(all, (0..m).collect::<Vec<_>>());
}

fn sizes(split: &Split) -> [usize; 3] {
    [split.train.len(), split.dev.len(), split.test.len()]
}

/// Spec E1: 60/20/20 at 10⁴, 96/2/2 at 10⁶, linear in log m between, clamped outside.
#[test]
fn recommended_fractions_follow_the_table() {
    let expected = [
        (0, 0.6),
        (100, 0.6),
        (10_000, 0.6),
        (100_000, 0.78),
        (1_000_000, 0.96),
        (50_000_000, 0.96),
    ];
    for (m, train) in expected {
        let fractions = recommended_fractions(m);
        assert!((fractions.train - train).abs() < 1e-12, "m = {m}: {fractions:?}");
        assert!((fractions.dev - (1.0 - train) / 2.0).abs() < 1e-12, "m = {m}: {fractions:?}");
        assert_eq!(fractions.dev, fractions.test);
        fractions.validate().unwrap();
    }
}

#[test]
fn sizes_are_the_exact_shares_where_these_are_whole() {
    let shares = |train, dev, test| Fractions { train, dev, test };
    let table = [
        (10, shares(0.6, 0.2, 0.2), [6, 2, 2]),
        (100, shares(0.29, 0.42, 0.29), [29, 42, 29]),
        (1000, shares(0.7, 0.2, 0.1), [700, 200, 100]),
        (5, shares(0.8, 0.0, 0.2), [4, 0, 1]),
        (7, shares(1.0, 0.0, 0.0), [7, 0, 0]),
        // Shares 1797 · (0.6, 0.2, 0.2) = (1078.2, 359.4, 359.4): the larger remainder is first
        // met in dev.
        (1797, shares(0.6, 0.2, 0.2), [1078, 360, 359]),
        (1_000_000, shares(0.96, 0.02, 0.02), [960_000, 20_000, 20_000]),
    ];
    for (m, fractions, expected) in table {
        let split = holdout(m, fractions, 3).unwrap();
        assert_eq!(sizes(&split), expected, "{m} rows, {fractions:?}");
        assert_partition(&split, m);
    }
}

#[test]
fn another_seed_gives_another_split_and_the_same_seed_the_same() {
    let split = |seed| holdout(100, Fractions::default(), seed).unwrap();
    assert_eq!(split(1), split(1));
    assert_ne!(split(1), split(2));
}

/// Saved runs depend on the split of a seed. The order dealt out was computed by an independent
/// program (ChaCha8 keyed by PCG32 as in `rand_core`, Fisher–Yates with `rand`'s chunked draws):
/// 7 1 11 4 6 9 3 | 10 2 0 | 8 5.
#[test]
fn the_split_of_a_seed_does_not_change() {
    let split = holdout(12, Fractions::default(), 42).unwrap();
    assert_eq!(split.train, [1, 3, 4, 6, 7, 9, 11]);
    assert_eq!(split.dev, [0, 2, 10]);
    assert_eq!(split.test, [5, 8]);
}

#[test]
fn bad_fractions_are_refused() {
    let bad = [
        (0.5, 0.2, 0.2),
        (0.0, 0.5, 0.5),
        (1.2, -0.1, -0.1),
        (f64::NAN, 0.5, 0.5),
        (f64::INFINITY, 0.0, 0.0),
    ];
    for (train, dev, test) in bad {
        let fractions = Fractions { train, dev, test };
        for result in [holdout(100, fractions, 0), stratified_holdout(&[0; 100], fractions, 0)] {
            assert!(
                matches!(result, Err(ResampleError::InvalidFractions { .. })),
                "{train} {dev} {test}"
            );
        }
    }
}

#[test]
fn an_empty_part_is_refused_and_named() {
    for m in [0, 1, 2, 3] {
        let result = holdout(m, Fractions::default(), 0);
        assert!(matches!(result, Err(ResampleError::TooFewRows { .. })), "{m}: {result:?}");
    }
    let tiny = Fractions { train: 0.98, dev: 0.01, test: 0.01 };
    let error = holdout(20, tiny, 0).unwrap_err();
    assert_eq!(error, ResampleError::TooFewRows { rows: 20, part: Part::Dev, fraction: 0.01 });
    assert!(error.to_string().contains("the dev part"), "{error}");
    assert!(stratified_holdout(&[], Fractions::default(), 0).is_err());
}

#[test]
fn a_small_class_is_refused_and_named() {
    let mut classes = vec![0; 20];
    classes.extend([7, 7]);
    let error = stratified_holdout(&classes, Fractions::default(), 0).unwrap_err();
    assert_eq!(error, ResampleError::ClassTooSmall { class: 7, count: 2, needed: 3 });
    let in_two = Fractions { train: 0.5, dev: 0.0, test: 0.5 };
    assert_eq!(sizes(&stratified_holdout(&classes, in_two, 0).unwrap()), [11, 0, 11]);
}

/// The class counts of the digits: each class 60/20/20, and the whole too.
#[test]
fn digits_are_split_in_proportion() {
    let counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
    let classes: Vec<u32> =
        (0..).zip(counts).flat_map(|(class, count)| vec![class; count]).collect();
    let split = stratified_holdout(&classes, Fractions::default(), 5).unwrap();
    assert_partition(&split, 1797);
    for (part, share) in [(&split.train, 0.6), (&split.dev, 0.2), (&split.test, 0.2)] {
        for (class, count) in (0..).zip(counts) {
            let got = part.iter().filter(|&&row| classes[row] == class).count() as f64;
            assert!((got - count as f64 * share).abs() < 1.0, "class {class}");
        }
        assert!((part.len() as f64 - 1797.0 * share).abs() < 2.0);
    }
}

fn fractions() -> impl Strategy<Value = Fractions> {
    (1_u32..20, 0_u32..10, 0_u32..10).prop_map(|(train, dev, test)| {
        let whole = f64::from(train + dev + test);
        let [train, dev, test] = [train, dev, test].map(|part| f64::from(part) / whole);
        Fractions { train, dev, test }
    })
}

proptest! {
    #[test]
    fn holdout_partitions_within_one_row_of_the_shares(
        m in 0_usize..500,
        fractions in fractions(),
        seed: u64,
    ) {
        if let Ok(split) = holdout(m, fractions, seed) {
            assert_partition(&split, m);
            let shares = [fractions.train, fractions.dev, fractions.test];
            for (size, share) in sizes(&split).into_iter().zip(shares) {
                prop_assert!((size as f64 - m as f64 * share).abs() < 1.0);
            }
        }
    }

    #[test]
    fn stratified_holdout_keeps_every_class_within_one_row_of_its_share(
        classes in prop::collection::vec(0_u32..12, 0..400),
        fractions in fractions(),
        seed: u64,
    ) {
        if let Ok(split) = stratified_holdout(&classes, fractions, seed) {
            assert_partition(&split, classes.len());
            let shares = [fractions.train, fractions.dev, fractions.test];
            let parts = [&split.train, &split.dev, &split.test];
            for (part, share) in parts.into_iter().zip(shares) {
                for class in 0..12 {
                    let all = classes.iter().filter(|&&c| c == class).count() as f64;
                    let got = part.iter().filter(|&&row| classes[row] == class).count() as f64;
                    prop_assert!((got - all * share).abs() < 1.0);
                }
                prop_assert!((part.len() as f64 - classes.len() as f64 * share).abs() < 2.0);
            }
        }
    }

    #[test]
    fn one_class_is_split_like_plain_rows(m in 3_usize..200, fractions in fractions(), seed: u64) {
        let plain = holdout(m, fractions, seed);
        let stratified = stratified_holdout(&vec![4; m], fractions, seed);
        if let (Ok(plain), Ok(stratified)) = (plain, stratified) {
            prop_assert_eq!(plain, stratified);
        }
    }

    #[test]
    fn no_request_panics(
        m in 0_usize..50,
        train in any::<f64>(),
        dev in any::<f64>(),
        test in any::<f64>(),
    ) {
        let fractions = Fractions { train, dev, test };
        let _ = holdout(m, fractions, 0);
        let _ = stratified_holdout(&vec![1; m], fractions, 0);
    }
}

proptest! {
    #[test]
    fn groups_stay_whole_and_every_row_has_one_part(
        groups in prop::collection::vec(0_u32..12, 30..120),
        classes in prop::collection::vec(0_u32..3, 120),
        seed: u64,
    ) {
        let present: std::collections::BTreeSet<u32> = groups.iter().copied().collect();
        prop_assume!(present.len() >= 3);
        let classes = &classes[..groups.len()];
        let fractions = Fractions::default();
        for split in [
            group_holdout(&groups, fractions, seed).unwrap(),
            stratified_group_holdout(classes, &groups, fractions, seed).unwrap(),
        ] {
            let parts = [&split.train, &split.dev, &split.test];
            let mut all: Vec<usize> = parts.iter().copied().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..groups.len()).collect::<Vec<_>>());
            let of = |rows: &[usize]| rows.iter().map(|&row| groups[row]).collect::<std::collections::BTreeSet<_>>();
            prop_assert!(parts.iter().all(|part| !part.is_empty()));
            prop_assert!(of(&split.train).is_disjoint(&of(&split.dev)));
            prop_assert!(of(&split.train).is_disjoint(&of(&split.test)));
            prop_assert!(of(&split.dev).is_disjoint(&of(&split.test)));
        }
    }

    /// A group of one row each is a holdout: the shares are exact.
    #[test]
    fn groups_of_one_row_have_the_shares_of_a_holdout(m in 10_u32..200, seed: u64) {
        let groups: Vec<u32> = (0..m).collect();
        let split = group_holdout(&groups, Fractions::default(), seed).unwrap();
        for (rows, share) in [(split.train.len(), 0.6), (split.dev.len(), 0.2), (split.test.len(), 0.2)] {
            prop_assert!((rows as f64 - share * f64::from(m)).abs() <= 1.0);
        }
    }

    #[test]
    fn nothing_is_tested_before_it_is_trained_on(
        times in prop::collection::vec(0_u32..60, 40..150),
        gap in 0_usize..3,
    ) {
        if let Ok(split) = time_holdout(&times, Fractions::default(), gap) {
            let at = |rows: &[usize]| rows.iter().map(|&row| times[row]).collect::<Vec<_>>();
            let (train, dev, test) = (at(&split.train), at(&split.dev), at(&split.test));
            prop_assert!(train.last() < dev.first() && dev.last() < test.first());
            prop_assert!([&train, &dev, &test].iter().all(|part| part.is_sorted()));
            prop_assert_eq!(train.len() + dev.len() + test.len() + 2 * gap, times.len());
        }
    }
}

#[test]
fn groups_and_times_that_cannot_be_split_are_refused() {
    let fractions = Fractions::default();
    let two = group_holdout(&[7, 7, 9, 9], fractions, 0);
    assert_eq!(two.unwrap_err(), ResampleError::TooFewGroups { groups: 2, parts: 3 });
    let other = stratified_group_holdout(&[0, 1], &[1, 2, 3], fractions, 0).unwrap_err();
    assert!(matches!(other, ResampleError::LengthMismatch { what: "classes", .. }));
    let nan = time_holdout(&[0.0, f64::NAN, 1.0], fractions, 0).unwrap_err();
    assert_eq!(nan, ResampleError::TimeWithoutOrder { row: 1 });
    // One time alone is one part alone.
    let same = time_holdout(&[5; 20], fractions, 0).unwrap_err();
    assert!(matches!(same, ResampleError::TooFewRows { part: Part::Dev, .. }));
    assert!(time_holdout(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], fractions, 2).is_err());
}
