//! Chains of steps: beside scikit-learn, without a look at other rows, and with every error named.
#![allow(clippy::unwrap_used, reason = "helpers of tests, and the lint spares tests alone")]

mod common;

use std::collections::BTreeMap;

use common::{assert_close, expected, matrix, numbers};
use gradus_data::{
    Coding, Column, ColumnSteps, Columns, DataError, Encoder, Fill, FittedPipeline, Imputer,
    Indicators, Missing, OneHot, OrdinalEncoder, Pipeline, Polynomial, RobustScaler, Standardizer,
    Step, Table, Terms, Unseen, iris,
};
use nalgebra::DMatrix;
use proptest::prelude::*;

fn named(names: &[&str], steps: Vec<Step>) -> ColumnSteps {
    let columns = Columns::Named(names.iter().map(|&name| name.to_owned()).collect());
    ColumnSteps { columns, steps }
}

fn impute(fill: Fill) -> Step {
    Step::Impute(Imputer { fill, indicators: Indicators::None })
}

fn standardize() -> Step {
    Step::Standardize(Standardizer::default())
}

/// Ages with gaps, incomes, sizes, and a target.
fn people() -> (Table, DMatrix<f64>, Vec<usize>) {
    let data = &expected()["pipeline"];
    let present = |x: f64| Some(x).filter(|x| !x.is_nan());
    let sizes: Vec<&str> =
        data["size"].as_array().unwrap().iter().map(|size| size.as_str().unwrap()).collect();
    let table = Table::new(vec![
        Column::numeric("age", numbers(&data["age"]).into_iter().map(present)).unwrap(),
        Column::numeric("income", numbers(&data["income"]).into_iter().map(Some)).unwrap(),
        Column::categorical("size", sizes.into_iter().map(Some)).unwrap(),
        Column::numeric("y", (0..40).map(|i| Some(f64::from(i)))).unwrap(),
    ])
    .unwrap();
    let train = data["train"].as_u64().unwrap() as usize;
    (table, matrix(&data["x"]), (0..train).collect())
}

fn whole() -> Pipeline {
    let references = BTreeMap::from([("size".to_owned(), "M".to_owned())]);
    let one_hot = OneHot { coding: Coding::Treatment { references }, ..OneHot::default() };
    Pipeline {
        groups: vec![
            named(&["age"], vec![impute(Fill::Median), standardize()]),
            named(&["income"], vec![Step::Robust(RobustScaler::default())]),
            ColumnSteps { columns: Columns::Categorical, steps: vec![Step::OneHot(one_hot)] },
        ],
        last: vec![Step::Polynomial(Polynomial {
            terms: Terms::Interactions,
            ..Polynomial::default()
        })],
        ..Pipeline::default()
    }
}

#[test]
fn a_pipeline_does_what_scikit_learn_does() {
    let (table, expected, train) = people();
    let all: Vec<usize> = (0..40).collect();
    assert_eq!(whole().usable_rows(&table, "y").unwrap().rows, all);
    let fitted = whole().fit(&table, "y", &train).unwrap();
    let x = fitted.transform::<f64>(&table, &all).unwrap();
    assert_close(&x, &expected, "pipeline");
    assert_eq!(fitted.features(), 10);
    assert_eq!(
        fitted.feature_names()[..6],
        ["age", "income", "size=L", "size=S", "age income", "age size=L"]
    );
    assert_eq!((fitted.columns(), fitted.target()), (vec!["age", "income", "size"], "y"));
    assert_eq!(fitted.categorical_columns(), ["size"]);
    let json = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<FittedPipeline>(&json).unwrap(), fitted);
}

#[test]
fn the_default_pipeline_is_the_default_encoder() {
    let (table, rows) = (iris(), (0..150).step_by(2).collect::<Vec<_>>());
    let ignore = vec!["sepal_width".to_owned()];
    let pipeline = Pipeline { ignore: ignore.clone(), ..Pipeline::default() };
    let encoder = Encoder { ignore, ..Encoder::default() };
    let (a, b) = (
        pipeline.fit(&table, "petal_width", &rows).unwrap(),
        encoder.fit(&table, "petal_width", &rows).unwrap(),
    );
    assert_eq!(a.feature_names(), b.feature_names());
    let all: Vec<usize> = (0..150).collect();
    assert_eq!(
        a.transform::<f64>(&table, &all).unwrap(),
        b.transform::<f64>(&table, &all).unwrap()
    );
}

#[test]
fn missing_values_are_filled_flagged_dropped_or_refused() {
    let (table, _, train) = people();
    let fit = |steps: Vec<Step>, missing| {
        let groups = vec![
            named(&["age"], steps),
            ColumnSteps { columns: Columns::Numeric, steps: Vec::new() },
            ColumnSteps {
                columns: Columns::Categorical,
                steps: vec![Step::Ordinal(OrdinalEncoder::default())],
            },
        ];
        let pipeline = Pipeline { groups, missing, ..Pipeline::default() };
        let rows = pipeline.usable_rows(&table, "y")?.rows;
        let train: Vec<usize> = rows.into_iter().filter(|row| *row < train.len()).collect();
        pipeline.fit(&table, "y", &train)
    };
    let flags = Imputer { fill: Fill::Mean, indicators: Indicators::WhereMissing };
    let fitted = fit(vec![Step::Impute(flags)], Missing::Impute).unwrap();
    assert_eq!(fitted.feature_names(), ["age", "age missing", "income", "size"]);
    let x = fitted.transform::<f32>(&table, &train).unwrap();
    let age = table.column("age").unwrap();
    assert!(train.iter().all(|&row| (x[(row, 1)] == 1.0) == age.is_missing(row)));

    for steps in [vec![], vec![standardize()]] {
        let error = fit(steps, Missing::Impute).unwrap_err();
        assert!(error.to_string().starts_with("values are missing: "), "{error}");
        assert!(error.to_string().contains("in \"age\""), "{error}");
    }
    let dropped = fit(vec![standardize()], Missing::Drop).unwrap();
    assert!(dropped.usable_rows(&table, Some("y")).unwrap().rows.len() < 40);
    assert!(matches!(fit(vec![], Missing::Error), Err(DataError::MissingValues { .. })));
}

#[test]
fn gaps_can_be_a_level_and_unseen_levels_have_a_policy() {
    let column = |name: &str, texts: [Option<&str>; 4]| Column::categorical(name, texts).unwrap();
    let table = Table::new(vec![
        column("c", [Some("a"), None, Some("b"), Some("z")]),
        column("y", [Some("0"), Some("1"), Some("0"), Some("1")]),
    ])
    .unwrap();
    let pipeline = |unseen| Pipeline {
        groups: vec![named(
            &["c"],
            vec![
                impute(Fill::Level("gap".to_owned())),
                Step::OneHot(OneHot { unseen, ..OneHot::default() }),
            ],
        )],
        ..Pipeline::default()
    };
    let fitted = pipeline(Unseen::Zeros).fit(&table, "y", &[0, 1, 2]).unwrap();
    assert_eq!(fitted.feature_names(), ["c=a", "c=b", "c=gap"]);
    let x = fitted.transform::<f64>(&table, &[3, 1]).unwrap();
    assert_eq!(x, nalgebra::dmatrix![0.0, 0.0, 0.0; 0.0, 0.0, 1.0]);
    let strict = pipeline(Unseen::Error).fit(&table, "y", &[0, 1, 2]).unwrap();
    let error = strict.transform::<f64>(&table, &[1, 3]).unwrap_err().to_string();
    assert!(error.starts_with("row 3 (counted from 0), column \"c\": the level \"z\""), "{error}");
    // A table of which the column holds nothing at all is read as numbers.
    let empty = Table::new(vec![Column::numeric("c", [None, None]).unwrap()]).unwrap();
    let x = strict.transform::<f64>(&empty, &[0, 1]).unwrap();
    assert_eq!(x, nalgebra::dmatrix![0.0, 0.0, 1.0; 0.0, 0.0, 1.0]);
}

#[test]
fn wrong_pipelines_are_typed_errors() {
    let (table, _, train) = people();
    let fit = |groups: Vec<ColumnSteps>, ignore: &[&str]| {
        let ignore = ignore.iter().map(|&name| name.to_owned()).collect();
        let error = Pipeline { groups, ignore, ..Pipeline::default() }.fit(&table, "y", &train);
        error.unwrap_err().to_string()
    };
    let numeric = |steps| ColumnSteps { columns: Columns::Numeric, steps };
    let messages = [
        (fit(vec![numeric(vec![])], &[]), "no step takes the column(s) \"size\""),
        (fit(vec![], &["age", "income", "size"]), "no feature column is left"),
        (fit(vec![named(&["nobody"], vec![])], &[]), "no column \"nobody\""),
        (fit(vec![named(&["y"], vec![])], &[]), "no column \"y\""),
        (fit(vec![numeric(vec![])], &["nobody"]), "no column \"nobody\""),
        (
            fit(vec![named(&["income"], vec![]), named(&["income"], vec![])], &["age", "size"]),
            "two columns are named \"income\"",
        ),
        (
            fit(vec![named(&["size"], vec![standardize()])], &["age", "income"]),
            "column \"size\" is categorical where numeric is expected; encode its levels before",
        ),
        (
            fit(vec![named(&["size"], vec![])], &["age", "income"]),
            "column \"size\" is categorical where numeric is expected; encode its levels with a step",
        ),
        (
            fit(vec![named(&["size"], vec![impute(Fill::Mean)])], &["age", "income"]),
            "column \"size\" cannot be filled with the mean; its values are levels",
        ),
        (
            fit(vec![named(&["age"], vec![impute(Fill::Level("x".into()))])], &["size", "income"]),
            "column \"age\" cannot be filled with the level \"x\"; take a finite number",
        ),
    ];
    for (message, expected) in messages {
        assert!(message.contains(expected), "{message}");
    }
    let fitted = whole().fit(&table, "y", &train).unwrap();
    let lacking = Table::new(vec![Column::numeric("age", [Some(1.0)]).unwrap()]).unwrap();
    let error = fitted.transform::<f64>(&lacking, &[0]).unwrap_err();
    assert!(matches!(error, DataError::ColumnMismatch { .. }), "{error}");
    assert!(matches!(fitted.transform::<f64>(&table, &[40]), Err(DataError::RowOutOfRange { .. })));
    assert!(matches!(whole().fit(&table, "y", &[]), Err(DataError::NoFitRows)));
}

/// A file can hold anything; what does not fit together is an error when it is used.
#[test]
fn tampered_pipelines_are_errors() {
    let (table, _, train) = people();
    let json = serde_json::to_string(&whole().fit(&table, "y", &train).unwrap()).unwrap();
    for (from, to) in [
        ("\"terms\":[[0]", "\"terms\":[[77]"),
        ("\"columns\":4,\"terms\"", "\"columns\":5,\"terms\""),
        ("\"names\":[\"age\",", "\"names\":["),
        ("{\"Number\":", "{\"Level\":\"x\"},{\"Number\":"),
        ("\"indicators\":[]", "\"indicators\":[9]"),
    ] {
        assert!(json.contains(from), "{from} is not in {json}");
        let fitted: FittedPipeline = serde_json::from_str(&json.replacen(from, to, 1)).unwrap();
        assert!(fitted.transform::<f64>(&table, &train).is_err(), "{to}");
    }
}

proptest! {
    /// What is learned depends on the training rows, not on their order nor on any other row.
    #[test]
    fn only_training_rows_count(
        values in prop::collection::vec((prop::option::of(-100.0..100.0_f64), 0..3_usize), 6..30),
        other in -1e6..1e6_f64,
    ) {
        let table = |last: f64| {
            let numbers = values.iter().map(|&(x, _)| x).chain([Some(last)]);
            let levels = values.iter().map(|&(_, code)| ["a", "b", "c"][code]).chain(["d"]);
            let y = (0..=values.len()).map(|i| Some(i as f64));
            Table::new(vec![
                Column::numeric("x", numbers).unwrap(),
                Column::categorical("c", levels.map(Some)).unwrap(),
                Column::numeric("y", y).unwrap(),
            ]).unwrap()
        };
        let groups = vec![
            ColumnSteps {
                columns: Columns::Numeric,
                steps: vec![impute(Fill::Median), Step::Robust(RobustScaler::default())],
            },
            ColumnSteps { columns: Columns::Categorical, steps: vec![Step::OneHot(OneHot::default())] },
        ];
        let pipeline = Pipeline { groups, ..Pipeline::default() };
        let rows: Vec<usize> = (0..values.len()).collect();
        let backwards: Vec<usize> = rows.iter().rev().copied().collect();
        let (here, there) = (table(0.0), table(other));
        match pipeline.fit(&here, "y", &rows) {
            Ok(fitted) => {
                prop_assert_eq!(&pipeline.fit(&there, "y", &rows).unwrap(), &fitted);
                prop_assert_eq!(&pipeline.fit(&here, "y", &backwards).unwrap(), &fitted);
                let x = fitted.transform::<f64>(&here, &rows).unwrap();
                let y = fitted.transform::<f64>(&here, &backwards).unwrap();
                prop_assert_eq!(x.select_rows(&backwards), y);
            }
            Err(error) => prop_assert!(matches!(error, DataError::EmptyColumn { .. }), "{}", error),
        }
    }
}
