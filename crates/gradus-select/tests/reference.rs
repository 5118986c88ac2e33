//! Agreement with scikit-learn and scipy: tests/data/reference.py.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{diabetes, iris};
use gradus_resample::{KFold, RowOrder};
use gradus_select::{
    CurveConfig, Domain, Elimination, Goal, Halving, Job, Params, Resource, Sample, SelectError,
    SelectionBiasConfig, ShiftTest, Space, learning_curve, search, selection_bias,
};
use serde_json::Value;

fn reference() -> Value {
    serde_json::from_str(include_str!("data/reference.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
}

fn target() -> Vec<f64> {
    let table = diabetes();
    let name = *table.names().last().unwrap();
    let column = table.column(name).unwrap();
    (0..table.rows()).map(|row| column.number(row).unwrap()).collect()
}

fn mean(y: &[f64], rows: &[usize]) -> f64 {
    rows.iter().map(|&row| y[row]).sum::<f64>() / rows.len() as f64
}

fn mse(y: &[f64], guess: f64, rows: &[usize]) -> f64 {
    rows.iter().map(|&row| (y[row] - guess).powi(2)).sum::<f64>() / rows.len() as f64
}

fn assert_close(got: &[f64], expected: &[f64]) {
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        assert!((got / expected - 1.0).abs() < 1e-12, "{got} {expected}");
    }
}

#[test]
fn a_learning_curve_is_scikit_learns() {
    let (reference, y) = (reference(), target());
    let expected = &reference["learning_curve"];
    let sizes: Vec<usize> =
        numbers(&expected["sizes"]).into_iter().map(|size| size as usize).collect();
    let config = CurveConfig { sizes: sizes.clone(), order: RowOrder::AsGiven };
    let way = KFold { folds: 5, order: RowOrder::AsGiven };
    let fit = |rows: &[usize]| Ok::<_, SelectError>(mean(&y, rows));
    let curve =
        learning_curve(&way, y.len(), &config, fit, |&guess, rows| mse(&y, guess, rows)).unwrap();
    for (place, point) in curve.points.iter().enumerate() {
        assert_eq!(point.size, sizes[place]);
        assert_close(&point.train.scores, &numbers(&expected["train"][place]));
        assert_close(&point.test.scores, &numbers(&expected["test"][place]));
    }
}

#[test]
fn a_grid_search_is_scikit_learns() {
    let (reference, y) = (reference(), target());
    let expected = &reference["grid"];
    let space = Space::new().with("shrink", Domain::values(numbers(&expected["shrinks"])));
    let way = KFold { folds: 5, order: RowOrder::AsGiven };
    let score = |job: Job<'_, Params>| -> Result<f64, SelectError> {
        Ok(mse(&y, job.params.real("shrink")? * mean(&y, job.train), job.test))
    };
    let found = search(&space.grid().unwrap(), Goal::Minimise, &way, y.len(), score).unwrap();
    assert_eq!(found.best as u64, expected["best"].as_u64().unwrap());
    for (place, trial) in found.trials.iter().enumerate() {
        assert_close(&trial.spread().unwrap().scores, &numbers(&expected["folds"][place]));
    }
}

#[test]
fn rungs_are_scikit_learns() {
    for case in reference()["halving"].as_array().unwrap() {
        let number = |name: &str| case[name].as_u64().map(|number| number as usize);
        let halving = Halving {
            resource: Resource::Budget,
            most: number("most").unwrap(),
            least: number("least"),
            factor: number("factor").unwrap(),
            elimination: if case["aggressive"] == true {
                Elimination::Aggressive
            } else {
                Elimination::Even
            },
        };
        let rungs = halving.rungs(number("candidates").unwrap()).unwrap();
        let got: Vec<Vec<f64>> =
            rungs.iter().map(|&(count, spent)| vec![count as f64, spent as f64]).collect();
        let expected: Vec<Vec<f64>> =
            case["rungs"].as_array().unwrap().iter().map(numbers).collect();
        assert_eq!(got, expected, "{case}");
    }
}

#[test]
fn shifts_of_features_are_scipys() {
    let (reference, table) = (reference(), iris());
    let (first, last): (Vec<usize>, Vec<usize>) = (0..150).partition(|&row| row < 60);
    let of = |rows| Sample { table: &table, rows };
    let config = SelectionBiasConfig { classifier: None, ..SelectionBiasConfig::default() };
    let found = selection_bias(of(&first), of(&last), &config).unwrap();
    let expected = reference["selection_bias"].as_array().unwrap();
    assert_eq!(found.features.len(), expected.len());
    for (feature, expected) in found.features.iter().zip(expected) {
        let number = |name: &str| expected[name].as_f64().unwrap();
        assert_close(&[feature.statistic], &[number("statistic")]);
        // scipy's exact p-values have lost some digits where they are small.
        assert!((feature.p_value / number("p_value") - 1.0).abs() < 1e-9, "{feature:?}");
        assert_close(&[feature.standardised_difference], &[number("difference")]);
    }
    assert_eq!(found.features[4].test, ShiftTest::ChiSquared);
}
