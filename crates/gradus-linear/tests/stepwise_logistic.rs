//! Stepwise logistic regression: the way of searches over statsmodels 0.15.0's `Logit`, model by model.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{
    Design, Intercept, LinearError, Logistic, StepAction, StepCriterion, StepDirection, StepTerm,
    StepwiseLogistic,
};
use nalgebra::DMatrix;

const NAMES: [&str; 6] = [
    "mean_texture",
    "mean_smoothness",
    "mean_compactness",
    "mean_concavity",
    "mean_symmetry",
    "mean_fractal_dimension",
];

/// Some columns of the embedded biopsies, 1 for malignant ones.
fn biopsies() -> (DMatrix<f64>, Vec<f64>) {
    let text = include_str!("../../gradus-data/data/breast_cancer.csv");
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let places: Vec<usize> =
        NAMES.iter().map(|name| header.iter().position(|other| other == name).unwrap()).collect();
    let rows: Vec<Vec<&str>> = lines.collect();
    let x = DMatrix::from_fn(rows.len(), 6, |i, j| rows[i][places[j]].parse().unwrap());
    let y = rows.iter().map(|row| f64::from(u8::from(row.last() == Some(&"malignant")))).collect();
    (x, y)
}

#[test]
fn steps_are_those_of_exhaustive_fits() {
    let (x, y) = biopsies();
    let design = Design::new(&x).unwrap().with_names(NAMES).unwrap();
    let forward: [(&str, f64); 6] = [
        ("start", 751.4400053841691),
        ("mean_concavity", 383.2272159448824),
        ("mean_fractal_dimension", 294.617814426237),
        ("mean_smoothness", 265.9356910615746),
        ("mean_texture", 221.62135696584068),
        ("mean_compactness", 205.7214351455509),
    ];
    let backward = [("start", 204.0143244259044), ("mean_symmetry", 205.7214351455509)];
    for (direction, criterion, way, last) in [
        (StepDirection::Backward, StepCriterion::Aic, &backward[..], 217.7214351455509),
        (StepDirection::Forward, StepCriterion::Bic, &forward[..], 243.78471775030891),
        (StepDirection::BothFromNull, StepCriterion::Aic, &forward[..], 217.7214351455509),
    ] {
        let stepwise = StepwiseLogistic { criterion, direction, ..StepwiseLogistic::default() };
        let chosen = stepwise.fit(&design, &y).unwrap();
        assert_eq!(chosen.selected, [0, 1, 2, 3, 5]);
        assert_eq!(chosen.trace.len(), way.len());
        for (row, (name, deviance)) in chosen.trace.iter().zip(way) {
            match &row.action {
                StepAction::Start => assert_eq!(*name, "start"),
                StepAction::Added(term) | StepAction::Removed(term) => assert_eq!(term, name),
            }
            assert!((row.deviance - deviance).abs() < 1e-7, "{name}: {}", row.deviance);
        }
        assert!((chosen.trace.last().unwrap().criterion - last).abs() < 1e-7);
        let text = chosen.to_string();
        assert!(text.contains("selected by these data") && text.contains("deviance"), "{text}");
    }
}

#[test]
fn terms_come_as_wholes_and_separated_models_are_not_taken() {
    let (x, y) = biopsies();
    let terms = vec![
        StepTerm { name: "shape".to_owned(), columns: vec![2, 3] },
        StepTerm { name: "texture".to_owned(), columns: vec![0] },
    ];
    let stepwise = StepwiseLogistic {
        direction: StepDirection::Forward,
        terms: Some(terms),
        ..StepwiseLogistic::default()
    };
    let chosen = stepwise.fit(&Design::new(&x).unwrap(), &y).unwrap();
    assert_eq!(chosen.selected, [0, 2, 3]);
    assert_eq!(chosen.trace[1].df_residual, 569.0 - 3.0);

    // A column that tells the outcome cannot be taken, and does not stop the others.
    let told = DMatrix::from_fn(569, 1, |i, _| y[i] + 0.1 * (i as f64).sin());
    let more = DMatrix::from_fn(569, 2, |i, j| if j == 0 { told[(i, 0)] } else { x[(i, 3)] });
    let design = Design::new(&more).unwrap();
    let forward =
        StepwiseLogistic { direction: StepDirection::Forward, ..StepwiseLogistic::default() };
    assert_eq!(forward.fit(&design, &y).unwrap().selected, [1]);
    let backward = StepwiseLogistic::default().fit(&design, &y);
    assert!(matches!(backward, Err(LinearError::Separated { .. })));
}

#[test]
fn without_an_intercept_it_begins_with_the_offset_alone() {
    let (x, y) = biopsies();
    let offset = vec![-0.5; 569];
    let design = Design::new(&x).unwrap().with_offset(&offset).unwrap();
    let logistic = Logistic { intercept: Intercept::None, ..Logistic::default() };
    let direction = StepDirection::Forward;
    let stepwise = StepwiseLogistic { direction, logistic, ..StepwiseLogistic::default() };
    let chosen = stepwise.fit(&design, &y).unwrap();
    let p: f64 = 1.0 / (1.0 + 0.5_f64.exp());
    let events: f64 = y.iter().sum();
    let deviance = -2.0 * (events * p.ln() + (569.0 - events) * (1.0 - p).ln());
    assert!((chosen.trace[0].deviance - deviance).abs() < 1e-9);
    assert!(chosen.trace.len() > 1);
    let cost = StepwiseLogistic { criterion: StepCriterion::Cost(-1.0), ..stepwise };
    assert!(matches!(cost.fit(&design, &y), Err(LinearError::InvalidOption { .. })));
}
