//! Made-up data: the shapes of scikit-learn's, the truths that are promised, and balance.
#![allow(clippy::unwrap_used, reason = "helpers of tests, and the lint spares tests alone")]

mod common;

use common::{expected, matrix};
use gradus_data::{
    BalancedBatches, Blobs, Circles, DataError, Dataset, LinearProblem, LogisticProblem, Sinusoid,
    Spirals, Targets, TwoMoons, Xor,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn codes(data: &Dataset<f64>) -> &[u32] {
    let Targets::Classes { codes, .. } = &data.y else { panic!("classes") };
    codes
}

fn values(data: &Dataset<f64>) -> &DMatrix<f64> {
    let Targets::Values(values) = &data.y else { panic!("values") };
    values
}

type Maker = (&'static str, fn(u64) -> Result<Dataset<f64>, DataError>);

const MAKERS: [Maker; 8] = [
    ("blobs", |seed| Blobs::default().sample(seed)),
    ("moons", |seed| TwoMoons::default().sample(seed)),
    ("circles", |seed| Circles::default().sample(seed)),
    ("spirals", |seed| Spirals::default().sample(seed)),
    ("xor", |seed| Xor::default().sample(seed)),
    ("linear", |seed| LinearProblem::default().sample(seed)),
    ("logistic", |seed| LogisticProblem::default().sample(seed)),
    ("sinusoid", |seed| Sinusoid::default().sample(seed)),
];

#[test]
fn a_seed_makes_the_same_data_and_another_seed_other_data() {
    for (name, make) in MAKERS {
        let data = make(3).unwrap();
        data.check().unwrap();
        assert_eq!(make(3).unwrap(), data, "{name}");
        assert_ne!(make(4).unwrap(), data, "{name}");
    }
}

/// scikit-learn lists one class after the other; here they alternate.
#[test]
fn shapes_are_those_of_scikit_learn() {
    let made = &expected()["made"];
    let cases = [
        ("moons", TwoMoons { rows: 8, noise: 0.0 }.sample::<f64>(0).unwrap()),
        ("circles", Circles { rows: 8, factor: 0.3, noise: 0.0 }.sample::<f64>(0).unwrap()),
    ];
    for (name, data) in cases {
        let order = [0, 4, 1, 5, 2, 6, 3, 7];
        let expected = matrix(&made[name]["x"]).select_rows(&order);
        assert!((&data.x - expected).abs().max() < 1e-15, "{name}: {}", data.x);
        assert_eq!(codes(&data), [0, 1, 0, 1, 0, 1, 0, 1]);
    }
}

#[test]
fn truths_can_be_found_again() {
    // The mean of 50 points is within 5 standard errors of the centre.
    let blobs = Blobs { rows: 150, ..Blobs::default() }.sample::<f64>(5).unwrap();
    for (class, center) in Blobs::default().centers.iter().enumerate() {
        for (j, center) in center.iter().enumerate() {
            let mean = (class..150).step_by(3).map(|i| blobs.x[(i, j)]).sum::<f64>() / 50.0;
            assert!((mean - center).abs() < 5.0 / 50_f64.sqrt(), "{class} {j}: {mean}");
        }
    }
    let xor = Xor { rows: 400, noise: 0.1 }.sample::<f64>(1).unwrap();
    let differs = |i: usize| u32::from(xor.x[(i, 0)] * xor.x[(i, 1)] < 0.0);
    assert!((0..400).all(|i| differs(i) == codes(&xor)[i]));

    let problem = LinearProblem { rows: 2000, ..LinearProblem::default() };
    let data = problem.sample::<f64>(2).unwrap();
    let design = data.x.clone().insert_column(0, 1.0);
    let found = (design.transpose() * &design)
        .cholesky()
        .unwrap()
        .solve(&(design.transpose() * values(&data)));
    let truth = [&[problem.intercept], &problem.coefficients[..]].concat();
    for (found, truth) in found.iter().zip(truth) {
        // Standard errors are about 1/√2000.
        assert!((found - truth).abs() < 5.0 / 2000_f64.sqrt(), "{found} {truth}");
    }
    let residual = values(&data) - &design * found;
    assert!((residual.norm_squared() / 1995.0 - 1.0).abs() < 0.2);

    // Σ(y − p) has the variance Σp(1 − p).
    let problem = LogisticProblem { rows: 4000, ..LogisticProblem::default() };
    let data = problem.sample::<f64>(9).unwrap();
    let (mut difference, mut variance) = (0.0, 0.0);
    for i in 0..4000 {
        let products = problem.coefficients.iter().enumerate().map(|(j, w)| w * data.x[(i, j)]);
        let logit = problem.intercept + products.sum::<f64>();
        let p = 1.0 / (1.0 + (-logit).exp());
        difference += f64::from(codes(&data)[i]) - p;
        variance += p * (1.0 - p);
    }
    assert!(difference.abs() < 4.0 * variance.sqrt(), "{difference} {variance}");
}

#[test]
fn spirals_go_outwards() {
    let data = Spirals { rows: 9, classes: 3, turns: 0.0, noise: 0.0 }.sample::<f64>(0).unwrap();
    let third = 3_f64.sqrt() / 2.0;
    for (class, (x, y)) in [(1.0, 0.0), (-0.5, third), (-0.5, -third)].into_iter().enumerate() {
        for step in 0..3 {
            let (i, t) = (3 * step + class, (step + 1) as f64 / 3.0);
            let distance = (data.x[(i, 0)] - t * x).hypot(data.x[(i, 1)] - t * y);
            assert!(distance < 1e-15, "{i}");
        }
    }
}

#[test]
fn options_that_make_no_sense_are_errors() {
    let errors = [
        Blobs { rows: 0, ..Blobs::default() }.sample::<f64>(0).err(),
        Blobs { centers: vec![], ..Blobs::default() }.sample::<f64>(0).err(),
        Blobs { deviation: -1.0, ..Blobs::default() }.sample::<f64>(0).err(),
        TwoMoons { noise: f64::NAN, ..TwoMoons::default() }.sample::<f64>(0).err(),
        Circles { factor: 1.0, ..Circles::default() }.sample::<f64>(0).err(),
        Spirals { classes: 0, ..Spirals::default() }.sample::<f64>(0).err(),
        Spirals { turns: f64::INFINITY, ..Spirals::default() }.sample::<f64>(0).err(),
        LinearProblem { coefficients: vec![], ..LinearProblem::default() }.sample::<f64>(0).err(),
        LogisticProblem { coefficients: vec![], ..LogisticProblem::default() }
            .sample::<f64>(0)
            .err(),
        Sinusoid { phase: f64::NAN, ..Sinusoid::default() }.sample::<f64>(0).err(),
    ];
    for (place, error) in errors.iter().enumerate() {
        assert!(matches!(error, Some(DataError::InvalidOption { .. })), "{place}: {error:?}");
    }
    let uneven = Blobs { centers: vec![vec![0.0], vec![]], ..Blobs::default() };
    assert!(matches!(uneven.sample::<f64>(0), Err(DataError::ColumnCount { .. })));
    let empty = Sinusoid { low: 1.0, high: 1.0, ..Sinusoid::default() };
    assert!(matches!(empty.sample::<f64>(0), Err(DataError::InvalidRange { .. })));
    // Fewer rows than classes, and a single row.
    assert_eq!(
        Spirals { rows: 1, classes: 3, ..Spirals::default() }.sample::<f64>(0).unwrap().rows(),
        1
    );
    assert_eq!(Sinusoid { rows: 1, ..Sinusoid::default() }.sample::<f32>(0).unwrap().rows(), 1);
    assert_eq!(TwoMoons { rows: 1, noise: 0.0 }.sample::<f32>(0).unwrap().rows(), 1);
}

proptest! {
    #[test]
    fn balanced_epochs_are_balanced(
        codes in prop::collection::vec(prop::sample::select(&[0_u32, 0, 0, 0, 0, 3, 7][..]), 1..60),
        size in 1_usize..20,
        seed in any::<u64>(),
        epoch in 0_u64..1000,
    ) {
        let mut batches = BalancedBatches::new(&codes, size, seed).unwrap();
        let sizes: Vec<usize> = batches.epoch(epoch).map(<[usize]>::len).collect();
        prop_assert_eq!(sizes.len(), batches.per_epoch());
        prop_assert!(sizes[..sizes.len() - 1].iter().all(|&len| len == size));
        let order: Vec<usize> = batches.epoch(epoch).flatten().copied().collect();
        prop_assert_eq!(order.len(), codes.len());
        let again: Vec<usize> =
            BalancedBatches::new(&codes, size, seed).unwrap().epoch(epoch).flatten().copied().collect();
        prop_assert_eq!(&again, &order);
        let mut drawn = vec![0_usize; codes.len()];
        order.iter().for_each(|&row| drawn[row] += 1);
        let classes: std::collections::BTreeSet<u32> = codes.iter().copied().collect();
        let counts: Vec<usize> = classes
            .iter()
            .map(|class| order.iter().filter(|&&row| codes[row] == *class).count())
            .collect();
        prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
        // Within a class rows are drawn equally often, to within one.
        for class in classes {
            let of_class = || (0..codes.len()).filter(|&row| codes[row] == class).map(|row| drawn[row]);
            prop_assert!(of_class().max().unwrap() - of_class().min().unwrap() <= 1);
        }
    }
}

#[test]
fn balanced_batches_refuse_nothing_and_no_size() {
    assert!(matches!(BalancedBatches::new(&[], 4, 0), Err(DataError::NoFitRows)));
    assert!(matches!(BalancedBatches::new(&[0], 0, 0), Err(DataError::BatchSize { .. })));
}
