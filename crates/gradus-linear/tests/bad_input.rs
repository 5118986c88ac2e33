//! What every model says of data that it cannot use, or can use only in part: a clear error, or a result
//! that is flagged. One table: models by kinds of bad data.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{
    Design, ElasticNet, Firth, Intercept, LeastSquaresSolver, LinearError, LinearSvm, Logistic,
    Multinomial, Ols, PenalisedFit, PenalisedLogistic, PenalisedMultinomial, Poisson, RidgeGrid,
    Stepwise, SvmFit, SvmLoss, Weights,
};
use nalgebra::DMatrix;

/// What came of a fit.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// Finite estimates, and nothing to say.
    Fitted,
    /// Finite estimates, and a flag: not determined, no error left to estimate, a coefficient of 0.
    Flagged,
    Refused(LinearError),
}

type Model = (&'static str, fn(&Design<'_>, &Data) -> Result<Outcome, LinearError>);

/// Features, with an outcome of each kind.
#[derive(Debug, Clone)]
struct Data {
    x: DMatrix<f64>,
    values: Vec<f64>,
    sides: Vec<f64>,
    classes: Vec<usize>,
    counts: Vec<f64>,
}

/// A number between −1 and 1 from a fixed sequence.
fn noise(i: usize, j: usize) -> f64 {
    ((i * 37 + j * 101 + i * j * 13) as f64 * 0.7371).sin()
}

/// Classes that overlap, at every feature.
fn data(m: usize, p: usize) -> Data {
    let x = DMatrix::from_fn(m, p, noise);
    let values: Vec<f64> = (0..m).map(|i| x[(i, 0)] + noise(i, 97)).collect();
    Data {
        sides: (0..m).map(|i| f64::from(u8::from(noise(i, 55) > 0.0))).collect(),
        classes: (0..m).map(|i| (i * 7 + i / 3) % 3).collect(),
        counts: (0..m).map(|i| (3.0 * (1.0 + noise(i, 31))).floor()).collect(),
        x,
        values,
    }
}

fn finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.is_finite())
}

fn penalised(fit: &PenalisedFit) -> Outcome {
    assert!(fit.point.certificate.converged);
    assert!(fit.point.coefficients.iter().all(|w| finite(w)) && finite(&fit.point.intercepts));
    let dropped = |j: usize| fit.point.coefficients.iter().all(|w| w[j] == 0.0);
    if (0..fit.names.len()).any(dropped) { Outcome::Flagged } else { Outcome::Fitted }
}

fn machines(fit: &SvmFit) -> Outcome {
    assert!(fit.machines.iter().all(|machine| machine.certificate.converged));
    let dropped = |j: usize| fit.machines.iter().all(|machine| machine.coefficients[j] == 0.0);
    if (0..fit.names.len()).any(dropped) { Outcome::Flagged } else { Outcome::Fitted }
}

const MODELS: [Model; 12] = [
    ("ols", |design, data| {
        let fit = Ols::default().fit(design, &data.values)?;
        assert!(finite(&fit.coefficients));
        let flagged = fit.solver == LeastSquaresSolver::MinimumNorm;
        assert_eq!(flagged, fit.rank < design.features() + 1);
        Ok(if flagged { Outcome::Flagged } else { Outcome::Fitted })
    }),
    ("ridge grid", |design, data| {
        let path = RidgeGrid::default().fit(design, &data.values, &[0.1])?;
        assert!(finite(&path.points[0].coefficients) && path.points[0].leave_one_out.is_finite());
        let dropped = path.points[0].coefficients.contains(&0.0);
        Ok(if dropped { Outcome::Flagged } else { Outcome::Fitted })
    }),
    ("stepwise", |design, data| {
        let chosen = Stepwise::default().fit(design, &data.values)?;
        assert!(finite(&chosen.fit.coefficients));
        Ok(Outcome::Fitted)
    }),
    ("elastic net", |design, data| {
        Ok(penalised(&ElasticNet::default().fit(design, &data.values)?))
    }),
    ("penalised logistic", |design, data| {
        Ok(penalised(&PenalisedLogistic::default().fit(design, &data.sides)?))
    }),
    ("penalised multinomial", |design, data| {
        Ok(penalised(&PenalisedMultinomial::default().fit(design, &data.classes)?))
    }),
    ("logistic", |design, data| {
        let fit = Logistic::default().fit(design, &data.sides)?;
        assert!(fit.coefficients().iter().all(|row| row.standard_error.is_finite()));
        Ok(Outcome::Fitted)
    }),
    ("firth", |design, data| {
        let fit = Firth::default().fit(design, &data.sides)?;
        assert!(fit.coefficients().iter().all(|row| row.wald.estimate.is_finite()));
        Ok(Outcome::Fitted)
    }),
    ("multinomial", |design, data| {
        let fit = Multinomial::default().fit(design, &data.classes)?;
        assert!(finite(fit.covariance().as_slice()));
        Ok(Outcome::Fitted)
    }),
    ("poisson", |design, data| {
        let fit = Poisson::default().fit(design, &data.counts)?;
        assert!(fit.coefficients().iter().all(|row| row.standard_error.is_finite()));
        Ok(Outcome::Fitted)
    }),
    ("svm", |design, data| Ok(machines(&LinearSvm::default().fit(design, &data.classes)?))),
    ("squared-hinge svm", |design, data| {
        let svm = LinearSvm { loss: SvmLoss::SquaredHinge, ..LinearSvm::default() };
        Ok(machines(&svm.fit(design, &data.classes)?))
    }),
];

/// Models by whose coefficients dependent columns cannot be told apart.
const DETERMINED: [&str; 4] = ["logistic", "firth", "multinomial", "poisson"];
/// Models of classes.
const OF_CLASSES: [&str; 7] = [
    "penalised logistic",
    "penalised multinomial",
    "logistic",
    "firth",
    "multinomial",
    "svm",
    "squared-hinge svm",
];

fn each(data: &Data, weights: Option<&[f64]>, check: impl Fn(&str, Outcome)) {
    for (name, model) in MODELS {
        let design = Design::new(&data.x).and_then(|design| match weights {
            Some(weights) => design.with_weights(Weights::Frequency(weights)),
            None => Ok(design),
        });
        let outcome = design.and_then(|design| model(&design, data));
        check(name, outcome.unwrap_or_else(Outcome::Refused));
    }
}

#[test]
fn good_data_is_fitted() {
    each(&data(60, 2), None, |name, outcome| {
        assert!(!matches!(outcome, Outcome::Refused(_)), "{name}: {outcome:?}");
    });
}

#[test]
fn more_features_than_rows() {
    each(&data(12, 20), None, |name, outcome| match outcome {
        Outcome::Refused(error) if DETERMINED.contains(&name) => {
            assert_eq!(
                error,
                LinearError::MoreCoefficients { rows: 12, coefficients: 21 },
                "{name}"
            );
        }
        Outcome::Refused(LinearError::NoDegreesOfFreedom { .. }) if name == "stepwise" => {}
        Outcome::Flagged if name == "ols" => {}
        Outcome::Fitted | Outcome::Flagged if !DETERMINED.contains(&name) && name != "ols" => {}
        other => panic!("{name}: {other:?}"),
    });
}

#[test]
fn duplicate_columns() {
    let mut twice = data(60, 3);
    let first = twice.x.column(0).into_owned();
    twice.x.set_column(2, &first);
    each(&twice, None, |name, outcome| match outcome {
        Outcome::Refused(LinearError::Collinear { feature }) if DETERMINED.contains(&name) => {
            assert_eq!(feature, "x3", "{name}");
        }
        Outcome::Flagged if name == "ols" => {}
        Outcome::Fitted | Outcome::Flagged if !DETERMINED.contains(&name) && name != "ols" => {}
        other => panic!("{name}: {other:?}"),
    });
}

#[test]
fn a_constant_column() {
    let mut constant = data(60, 3);
    constant.x.column_mut(1).fill(4.2);
    each(&constant, None, |name, outcome| match outcome {
        Outcome::Refused(LinearError::Collinear { feature }) if DETERMINED.contains(&name) => {
            assert_eq!(feature, "x2", "{name}");
        }
        // Its coefficient is 0, or the intercept shares it.
        Outcome::Flagged if !DETERMINED.contains(&name) => {}
        Outcome::Fitted if name == "stepwise" => {}
        other => panic!("{name}: {other:?}"),
    });
    // Without an intercept it takes its place.
    let design = Design::new(&constant.x).unwrap();
    let fit = Ols { intercept: Intercept::None, ..Ols::default() };
    assert_eq!(fit.fit(&design, &constant.values).unwrap().rank, 3);
    let fit = Logistic { intercept: Intercept::None, ..Logistic::default() };
    assert_eq!(fit.fit(&design, &constant.sides).unwrap().coefficients().len(), 3);
}

#[test]
fn weights_that_count_no_row_or_are_none() {
    let good = data(60, 2);
    for (value, wanted) in
        [(0.0, LinearError::NoWeight), (-1.0, LinearError::NegativeWeight { row: 0, value: -1.0 })]
    {
        each(&good, Some(&[value; 60]), |name, outcome| {
            assert_eq!(outcome, Outcome::Refused(wanted.clone()), "{name}");
        });
    }
    each(&good, Some(&[f64::NAN; 60]), |name, outcome| {
        let refused = matches!(&outcome, Outcome::Refused(LinearError::NotFinite { .. }));
        assert!(refused, "{name}: {outcome:?}");
    });
    each(&good, Some(&[1.0; 59]), |name, outcome| {
        let refused = matches!(&outcome, Outcome::Refused(LinearError::LengthMismatch { .. }));
        assert!(refused, "{name}: {outcome:?}");
    });
}

#[test]
fn one_class() {
    let mut one = data(60, 2);
    one.sides.fill(1.0);
    one.classes.fill(0);
    each(&one, None, |name, outcome| match outcome {
        Outcome::Refused(LinearError::OneClass) if OF_CLASSES.contains(&name) => {}
        Outcome::Fitted | Outcome::Flagged if !OF_CLASSES.contains(&name) => {}
        other => panic!("{name}: {other:?}"),
    });
    // One class among the rows that count.
    let two = data(60, 2);
    let counting: Vec<f64> = two.sides.iter().map(|y| 1.0 - y).collect();
    let two = Data { classes: two.sides.iter().map(|y| *y as usize).collect(), ..two };
    each(&two, Some(&counting), |name, outcome| match outcome {
        Outcome::Refused(LinearError::OneClass) if OF_CLASSES.contains(&name) => {}
        Outcome::Fitted | Outcome::Flagged if !OF_CLASSES.contains(&name) => {}
        other => panic!("{name}: {other:?}"),
    });
}

#[test]
fn numbers_that_are_none() {
    for odd in [f64::NAN, f64::INFINITY] {
        let mut hole = data(60, 2);
        hole.x[(7, 1)] = odd;
        each(&hole, None, |name, outcome| match outcome {
            Outcome::Refused(LinearError::NotFinite { what, row: 7, .. }) => {
                assert!(what.contains("x2") || what.contains("column"), "{name}: {what}");
            }
            other => panic!("{name}: {other:?}"),
        });
        let mut hole = data(60, 2);
        hole.values[7] = odd;
        hole.sides[7] = odd;
        hole.counts[7] = odd;
        each(&hole, None, |name, outcome| match outcome {
            Outcome::Refused(LinearError::NotFinite { row: 7, .. }) => {}
            // Classes are numbered and cannot be NaN.
            Outcome::Fitted | Outcome::Flagged
                if name.contains("multinomial") || name.contains("svm") => {}
            other => panic!("{name}: {other:?}"),
        });
    }
}

#[test]
fn perfectly_separated_classes() {
    let mut separated = data(60, 2);
    let side = |i: usize| separated.x[(i, 0)] > 0.1;
    let classes: Vec<usize> = (0..60).map(|i| usize::from(side(i))).collect();
    separated.sides = classes.iter().map(|&class| class as f64).collect();
    separated.classes = classes;
    each(&separated, None, |name, outcome| match (name, outcome) {
        ("logistic", Outcome::Refused(LinearError::Separated { features, .. })) => {
            assert!(features.contains(&"x1".to_owned()));
        }
        ("multinomial", Outcome::Refused(LinearError::ClassesSeparated { features, .. })) => {
            assert!(features.contains(&"x1".to_owned()));
        }
        ("logistic" | "multinomial", other) => panic!("{name}: {other:?}"),
        (_, outcome) => assert!(!matches!(outcome, Outcome::Refused(_)), "{name}: {outcome:?}"),
    });
}

#[test]
fn outcomes_of_another_kind() {
    let mut odd = data(60, 2);
    odd.sides[3] = 2.0;
    odd.counts[3] = 1.5;
    odd.classes[3] = 7;
    each(&odd, None, |name, outcome| match (name, outcome) {
        ("logistic" | "firth" | "penalised logistic", Outcome::Refused(error)) => {
            assert_eq!(error, LinearError::NotDichotomous { row: 3, value: 2.0 });
        }
        ("poisson", Outcome::Refused(error)) => {
            assert_eq!(error, LinearError::NotCount { row: 3, value: 1.5 });
        }
        (
            "multinomial" | "penalised multinomial" | "svm" | "squared-hinge svm",
            Outcome::Refused(error),
        ) => {
            assert!(matches!(error, LinearError::EmptyClass { class: 3, classes: 8 }), "{error}");
        }
        (_, Outcome::Fitted | Outcome::Flagged) => {}
        (_, other) => panic!("{name}: {other:?}"),
    });
    let mut short = data(60, 2);
    short.values.pop();
    short.sides.pop();
    short.counts.pop();
    short.classes.pop();
    each(&short, None, |name, outcome| {
        let refused = matches!(&outcome, Outcome::Refused(LinearError::LengthMismatch { .. }));
        assert!(refused, "{name}: {outcome:?}");
    });
    let empty = DMatrix::<f64>::zeros(0, 2);
    assert_eq!(Design::new(&empty).unwrap_err(), LinearError::Empty);
}
