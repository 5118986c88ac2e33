//! What was encoded is turned back into the columns that it came from.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{
    Coding, Column, ColumnSteps, Columns, Constant, DataError, Encoder, Fill, Imputer, Indicators,
    MinMax, Missing, OneHot, OrdinalEncoder, Pipeline, Polynomial, RobustScaler, Scaling,
    Standardizer, Step, Table, Terms, Unseen,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

/// Two columns of numbers and one of levels, some of them missing, and a target.
fn table(rows: &[(f64, Option<f64>, Option<usize>)]) -> Table {
    let kinds = ["red", "green", "blue"];
    Table::new(vec![
        Column::numeric("a", rows.iter().map(|row| Some(row.0))).unwrap(),
        Column::numeric("b", rows.iter().map(|row| row.1)).unwrap(),
        Column::categorical("c", rows.iter().map(|row| row.2.map(|kind| kinds[kind]))).unwrap(),
        Column::numeric("y", rows.iter().map(|_| Some(0.0))).unwrap(),
    ])
    .unwrap()
}

fn assert_same(found: &Table, expected: &Table, names: &[&str]) {
    assert_eq!(found.names(), names);
    for name in names {
        let (found, expected) = (found.column(name).unwrap(), expected.column(name).unwrap());
        assert_eq!(found.missing(), expected.missing(), "{name}");
        for row in 0..expected.rows() {
            assert_eq!(found.level(row), expected.level(row), "{name}");
            if let Some(number) = expected.number(row) {
                let close =
                    (found.number(row).unwrap() - number).abs() <= 1e-9 * (1.0 + number.abs());
                assert!(close, "{name}: {found:?} {expected:?}");
            }
        }
    }
}

fn rows() -> impl Strategy<Value = Vec<(f64, Option<f64>, Option<usize>)>> {
    let number = || -1e3..1e3_f64;
    let row = (number(), prop::option::of(number()), prop::option::of(0..3_usize));
    // Two complete rows of different levels, so that there is something to learn of each column.
    prop::collection::vec(row, 0..20).prop_map(|rows| {
        [&[(1.0, Some(2.0), Some(0)), (3.0, Some(-2.0), Some(1))], &rows[..]].concat()
    })
}

proptest! {
    /// Scaling and indicators, of either coding, lose nothing of complete rows.
    #[test]
    fn an_encoder_is_undone(rows in rows(), treatment: bool, scaling in 0..3_usize) {
        let complete: Vec<_> =
            rows.into_iter().filter(|row| row.1.is_some() && row.2.is_some()).collect();
        let table = table(&complete);
        let all: Vec<usize> = (0..table.rows()).collect();
        let encoder = Encoder {
            coding: if treatment {
                Coding::Treatment { references: Default::default() }
            } else {
                Coding::OneHot
            },
            scaling: [
                Scaling::None,
                Scaling::Standardize(Standardizer::default()),
                Scaling::MinMax(MinMax::default()),
            ][scaling],
            ..Encoder::default()
        };
        let fitted = encoder.fit(&table, "y", &all).unwrap();
        let x: DMatrix<f64> = fitted.transform(&table, &all).unwrap();
        assert_same(&fitted.inverse(&x).unwrap(), &table, &["a", "b", "c"]);
    }

    /// With indicators of what was missing, imputation is undone, and so is what comes after it.
    #[test]
    fn a_pipeline_is_undone(rows in rows(), ordinal: bool, way in 0..3_usize) {
        let table = table(&rows);
        let all: Vec<usize> = (0..table.rows()).collect();
        let impute = |fill| {
            Step::Impute(Imputer { fill, indicators: Indicators::WhereMissing })
        };
        let levels = if ordinal {
            Step::Ordinal(OrdinalEncoder::default())
        } else {
            Step::OneHot(OneHot::default())
        };
        let scale = [
            Step::Standardize(Standardizer::default()),
            Step::MinMax(MinMax::default()),
            Step::Robust(RobustScaler::default()),
        ];
        let group = |columns, steps| ColumnSteps { columns, steps };
        let pipeline = Pipeline {
            groups: vec![
                group(Columns::Categorical, vec![impute(Fill::MostFrequent), levels]),
                group(Columns::Numeric, vec![impute(Fill::Median), scale[way].clone()]),
            ],
            last: vec![
                Step::Standardize(Standardizer::default()),
                Step::Polynomial(Polynomial {
                    degree: 2,
                    terms: Terms::All,
                    constant: Constant::Add,
                }),
            ],
            ..Pipeline::default()
        };
        let fitted = pipeline.fit(&table, "y", &all).unwrap();
        let x: DMatrix<f64> = fitted.transform(&table, &all).unwrap();
        assert_same(&fitted.inverse(&x).unwrap(), &table, &["c", "a", "b"]);
    }
}

/// A level that training did not show is encoded as zeros, and comes back as none, or as the reference.
#[test]
fn zeros_are_no_level_or_the_reference() {
    let rows = [(1.0, Some(1.0), Some(0)), (2.0, Some(2.0), Some(1)), (3.0, Some(3.0), Some(2))];
    let table = table(&rows);
    let level = |coding| {
        let encoder = Encoder { coding, unseen: Unseen::Zeros, ..Encoder::default() };
        let fitted = encoder.fit(&table, "y", &[0, 1]).unwrap();
        let x: DMatrix<f64> = fitted.transform(&table, &[2]).unwrap();
        fitted.inverse(&x).unwrap().column("c").unwrap().level(0).map(str::to_owned)
    };
    assert_eq!(level(Coding::OneHot), None);
    let treatment = Coding::Treatment { references: Default::default() };
    assert_eq!(level(treatment).as_deref(), Some("green"));
}

#[test]
fn what_has_no_inverse_is_refused() {
    let table = table(&[(1.0, Some(2.0), Some(0)), (3.0, None, Some(1))]);
    let encoder = Encoder { missing: Missing::Impute, ..Encoder::default() };
    let fitted = encoder.fit(&table, "y", &[0, 1]).unwrap();
    let refused = fitted.inverse(&DMatrix::<f64>::zeros(2, 3)).unwrap_err();
    assert!(matches!(refused, DataError::ColumnCount { expected: 4, found: 3 }), "{refused}");
    assert!(matches!(fitted.inverse(&DMatrix::<f32>::zeros(0, 4)), Err(DataError::NoRows)));
    let infinite = dmatrix![f64::INFINITY, 0.0, 1.0, 0.0];
    assert!(matches!(fitted.inverse(&infinite), Err(DataError::NonFinite { .. })));
    // Nothing tells an imputed value from others.
    let x: DMatrix<f64> = fitted.transform(&table, &[1]).unwrap();
    assert_eq!(fitted.inverse(&x).unwrap().column("b").unwrap().number(0), Some(2.0));

    let constant = Polynomial { degree: 0, terms: Terms::All, constant: Constant::Add };
    let pipeline = Pipeline {
        groups: vec![ColumnSteps {
            columns: Columns::Numeric,
            steps: vec![Step::Polynomial(constant)],
        }],
        ignore: vec!["b".to_owned(), "c".to_owned()],
        ..Pipeline::default()
    };
    let fitted = pipeline.fit(&table, "y", &[0, 1]).unwrap();
    let refused = fitted.inverse(&DMatrix::<f64>::zeros(1, 1)).unwrap_err();
    assert!(matches!(refused, DataError::NoInverse { .. }), "{refused}");
}
