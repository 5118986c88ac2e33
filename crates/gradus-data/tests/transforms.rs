//! Transforms of matrices and levels, beside scikit-learn's, and the identities that they obey.
#![allow(clippy::unwrap_used, reason = "helpers of tests, and the lint spares tests alone")]

mod common;

use common::{assert_close, expected, matrix, numbers};
use gradus_data::{
    Column, Constant, DataError, Fill, Imputer, Indicators, LabelEncoder, OrdinalEncoder,
    Polynomial, RobustScaler, Terms, UnseenCode,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

#[test]
fn robust_scaling_is_that_of_scikit_learn() {
    let data = expected();
    let (train, test) = (matrix(&data["train"]), matrix(&data["test"]));
    for case in data["robust"].as_array().unwrap() {
        let quantile = |name: &str| case[name].as_f64().unwrap();
        let scaler = RobustScaler { low: quantile("low"), high: quantile("high") };
        let fitted = scaler.fit(&train).unwrap();
        assert_close(&fitted.transform(&test).unwrap(), &matrix(&case["z"]), "robust");
    }
    // Six of nine values are equal.
    assert_eq!(RobustScaler::default().fit(&train).unwrap().constant(), [] as [usize; 0]);
    let narrow = RobustScaler { low: 0.5, high: 0.6 }.fit(&train).unwrap();
    assert_eq!(narrow.constant(), [2]);
}

#[test]
fn robust_scaling_refuses_what_it_cannot_do() {
    let fit = |x: DMatrix<f64>| RobustScaler::default().fit(&x);
    assert!(matches!(fit(DMatrix::zeros(0, 2)), Err(DataError::NoFitRows)));
    let error = fit(dmatrix![1.0, f64::NAN]).unwrap_err();
    assert!(error.to_string().contains("column 1 cannot be scaled"), "{error}");
    let wide = dmatrix![-f64::MAX; -f64::MAX; f64::MAX; f64::MAX];
    assert!(matches!(fit(wide), Err(DataError::NotScalable { .. })));
    for (low, high) in [(0.5, 0.5), (-0.1, 0.5), (0.2, 1.1), (f64::NAN, 1.0)] {
        let error = RobustScaler { low, high }.fit(&dmatrix![1.0]).unwrap_err();
        assert!(matches!(error, DataError::InvalidRange { .. }), "{error}");
    }
    let fitted = fit(dmatrix![1.0; 2.0]).unwrap();
    assert!(matches!(fitted.transform(&dmatrix![1.0, 2.0]), Err(DataError::ColumnCount { .. })));
}

#[test]
fn imputation_is_that_of_scikit_learn() {
    let data = expected();
    let (gaps, later) = (matrix(&data["gaps"]), matrix(&data["gaps_later"]));
    for case in data["impute"].as_array().unwrap() {
        let strategy = case["strategy"].as_str().unwrap();
        let fill = match strategy {
            "mean" => Fill::Mean,
            "median" => Fill::Median,
            "most_frequent" => Fill::MostFrequent,
            _ => Fill::Number(-1.0),
        };
        let imputer = Imputer { fill, indicators: Indicators::WhereMissing };
        let fitted = imputer.fit(&gaps).unwrap();
        assert_eq!(fitted.indicators(), [0, 2, 3]);
        let filled = fitted.transform(&gaps).unwrap();
        assert_close(&filled, &matrix(&case["train"]), strategy);
        assert_close(&fitted.inverse(&filled).unwrap(), &gaps, strategy);
        assert_close(&fitted.transform(&later).unwrap(), &matrix(&case["later"]), strategy);
        let without = Imputer { indicators: Indicators::None, ..imputer }.fit(&gaps).unwrap();
        let filled = without.transform(&gaps).unwrap();
        assert_close(&filled, &matrix(&case["train"]).columns(0, 4).into_owned(), strategy);
    }
}

#[test]
fn columns_without_a_value_need_a_constant() {
    let empty = dmatrix![f64::NAN, 1.0; f64::NAN, 2.0];
    let fit = |fill| Imputer { fill, indicators: Indicators::None }.fit(&empty);
    for fill in [Fill::Mean, Fill::Median, Fill::MostFrequent] {
        assert!(matches!(fit(fill), Err(DataError::EmptyColumn { .. })));
    }
    assert_eq!(
        fit(Fill::Number(4.0)).unwrap().transform(&empty).unwrap(),
        dmatrix![4.0, 1.0; 4.0, 2.0]
    );
    for fill in [Fill::Number(f64::INFINITY), Fill::Level("x".to_owned())] {
        let error = fit(fill).unwrap_err().to_string();
        assert!(error.contains("column \"0\" cannot be filled with the"), "{error}");
    }
    let infinite = dmatrix![1.0; f64::INFINITY; f64::NAN];
    assert!(matches!(Imputer::default().fit(&infinite), Err(DataError::NotScalable { .. })));
}

#[test]
fn polynomial_features_are_those_of_scikit_learn() {
    let data = expected();
    let test = matrix(&data["test"]);
    for case in data["polynomial"].as_array().unwrap() {
        let polynomial = Polynomial {
            degree: case["degree"].as_u64().unwrap() as u32,
            terms: if case["interactions"] == true { Terms::Interactions } else { Terms::All },
            constant: if case["constant"] == true { Constant::Add } else { Constant::Leave },
        };
        let fitted = polynomial.fit(3).unwrap();
        let names: Vec<&str> =
            case["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(fitted.names(&["a", "b", "c"]).unwrap(), names);
        assert_close(&fitted.transform(&test).unwrap(), &matrix(&case["x"]), &names.join(","));
    }
}

#[test]
fn too_many_terms_are_refused_before_they_are_made() {
    let error = Polynomial { degree: 20, ..Polynomial::default() }.fit(50).unwrap_err();
    assert!(error.to_string().contains("terms up to degree 20 of 50 column(s)"), "{error}");
    let huge = Polynomial { degree: u32::MAX, terms: Terms::Interactions, ..Polynomial::default() };
    assert_eq!(huge.fit(3).unwrap().terms().len(), 7);
    assert!(matches!(Polynomial::default().fit(0), Err(DataError::NoFeatures)));
    assert!(Polynomial::default().fit(usize::MAX).is_err());
}

#[test]
fn levels_and_labels_have_the_codes_of_scikit_learn() {
    let data = &expected()["encoded"];
    let texts = |name: &str| -> Vec<String> {
        data[name].as_array().unwrap().iter().map(|x| x.as_str().unwrap().to_owned()).collect()
    };
    let levels = texts("levels");
    let column = |levels: &[String]| {
        Column::categorical("fruit", levels.iter().map(|level| Some(&level[..]))).unwrap()
    };
    let encoder = OrdinalEncoder { levels: None, unseen: UnseenCode::Code(-1.0) };
    let fitted = encoder.fit(&column(&levels), &[0, 1, 2, 3, 4, 5, 6]).unwrap();
    assert_eq!(fitted.levels(), texts("categories"));
    let later = column(&[&levels[..], &["kiwi".to_owned()]].concat());
    let codes = fitted.encode(&later, &[0, 1, 2, 3, 4, 5, 6, 7]).unwrap();
    assert_eq!(codes, numbers(&data["codes"]));
    let decoded = fitted.decode(&codes).unwrap();
    assert_eq!((decoded[0], decoded[7]), (Some("pear"), None));

    let labels = LabelEncoder::fit(&levels).unwrap();
    let codes = labels.encode(&levels).unwrap();
    assert_eq!(codes.iter().map(|&c| f64::from(c)).collect::<Vec<_>>(), numbers(&data["labels"]));
    assert_eq!(labels.decode(&codes).unwrap(), levels);
    assert!(matches!(
        labels.decode(&[4]),
        Err(DataError::CodeOutOfRange { row: 0, code: 4, labels: 4 })
    ));
    let error = labels.encode(["fig", "kiwi"]).unwrap_err();
    assert!(error.to_string().starts_with("row 1 (counted from 0), column \"labels\""), "{error}");
    assert!(matches!(LabelEncoder::fit([""; 0]), Err(DataError::NoFitRows)));
}

#[test]
fn ordinal_codes_follow_the_order_given() {
    let size = Column::categorical("size", [Some("S"), Some("L"), None]).unwrap();
    let encoder = |levels: &[&str], unseen| OrdinalEncoder {
        levels: Some(levels.iter().map(|&level| level.to_owned()).collect()),
        unseen,
    };
    let order = encoder(&["S", "M", "L"], UnseenCode::Error).fit(&size, &[0, 1, 2]).unwrap();
    assert_eq!(order.encode(&size, &[1, 0]).unwrap(), [2.0, 0.0]);
    let short = encoder(&["S", "M"], UnseenCode::Error).fit(&size, &[0, 1]).unwrap_err();
    assert!(short.to_string().contains("row 1 (counted from 0), column \"size\": the level \"L\""));
    let lacking = encoder(&["S"], UnseenCode::Missing).fit(&size, &[0, 1]).unwrap();
    assert!(lacking.encode(&size, &[1]).unwrap()[0].is_nan());
    let twice = encoder(&["S", "L", "S"], UnseenCode::Error).fit(&size, &[0]);
    assert!(matches!(twice, Err(DataError::DuplicateName { .. })));
    for wrong in [0.5, 3.0, -1.0, f64::INFINITY] {
        assert!(matches!(order.decode(&[wrong]), Err(DataError::NotACode { .. })), "{wrong}");
    }
    let number = Column::numeric("size", [Some(1.0)]).unwrap();
    let any = OrdinalEncoder::default();
    assert!(matches!(any.fit(&number, &[0]), Err(DataError::ColumnKind { .. })));
    assert!(matches!(any.fit(&size, &[2]), Err(DataError::EmptyColumn { .. })));
    assert!(matches!(any.fit(&size, &[]), Err(DataError::NoFitRows)));
    assert!(matches!(any.fit(&size, &[3]), Err(DataError::RowOutOfRange { .. })));
}

/// A matrix of m×n numbers, some of which are missing if `gaps`.
fn some_matrix(gaps: bool) -> impl Strategy<Value = DMatrix<f64>> {
    let value = (-1e6_f64..1e6, 0..5_u32)
        .prop_map(move |(x, die)| if gaps && die == 0 { f64::NAN } else { x });
    (1_usize..12, 1_usize..5).prop_flat_map(move |(m, n)| {
        prop::collection::vec(value.clone(), m * n)
            .prop_map(move |values| DMatrix::from_vec(m, n, values))
    })
}

fn permuted(x: &DMatrix<f64>, seed: usize) -> DMatrix<f64> {
    let m = x.nrows();
    // 7919 is a prime above every m.
    x.select_rows(&(0..m).map(|i| (i * 7919 + seed) % m).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn robust_scaling_is_undone(x in some_matrix(false), seed in 0_usize..100) {
        let fitted = RobustScaler::default().fit(&x).unwrap();
        let back = fitted.inverse(&fitted.transform(&x).unwrap()).unwrap();
        prop_assert!((&back - &x).abs().max() <= 1e-9);
        prop_assert_eq!(&RobustScaler::default().fit(&permuted(&x, seed)).unwrap(), &fitted);
        // Scaled training rows have median 0, and a range of 1 where there is one.
        let again = RobustScaler::default().fit(&fitted.transform(&x).unwrap()).unwrap();
        for (middle, before) in again.middles().iter().zip(fitted.middles()) {
            prop_assert!(middle.median.abs() <= 1e-9);
            prop_assert!(before.range == 0.0 || (middle.range - 1.0).abs() <= 1e-9);
        }
    }

    #[test]
    fn imputation_changes_gaps_alone_and_is_undone(x in some_matrix(true), seed in 0_usize..100) {
        for fill in [Fill::Mean, Fill::Median, Fill::MostFrequent, Fill::Number(0.5)] {
            let imputer = Imputer { fill, indicators: Indicators::WhereMissing };
            let Ok(fitted) = imputer.fit(&x) else { continue };
            let filled = fitted.transform(&x).unwrap();
            prop_assert!(filled.iter().all(|x| x.is_finite()));
            let back = fitted.inverse(&filled).unwrap();
            let bits = |x: &DMatrix<f64>| x.map(|x| if x.is_nan() { 0 } else { x.to_bits() });
            prop_assert_eq!(bits(&back), bits(&x));
            let other = imputer.fit(&permuted(&x, seed)).unwrap();
            prop_assert_eq!(other.indicators(), fitted.indicators());
            for (a, b) in other.fills().iter().zip(fitted.fills()) {
                prop_assert!((a - b).abs() <= 1e-9);
            }
        }
    }

    /// There are (n + d)! / (n! d!) − 1 terms, and C(n, 1) + … + C(n, d) interactions.
    #[test]
    fn terms_are_counted_by_combinations(n in 1_u64..7, d in 1_u64..5) {
        let choose = |n: u64, k: u64| (0..k).fold(1, |c, i| c * (n - i) / (i + 1));
        let count = |terms| {
            let polynomial = Polynomial { degree: d as u32, terms, constant: Constant::Leave };
            polynomial.fit(n as usize).unwrap().terms().len() as u64
        };
        prop_assert_eq!(count(Terms::All), choose(n + d, d) - 1);
        let subsets: u64 = (1..=d.min(n)).map(|k| choose(n, k)).sum();
        prop_assert_eq!(count(Terms::Interactions), subsets);
    }

    #[test]
    fn labels_come_back(labels in prop::collection::vec("[a-c0-9]{0,2}", 1..30)) {
        let encoder = LabelEncoder::fit(&labels).unwrap();
        let codes = encoder.encode(&labels).unwrap();
        prop_assert_eq!(encoder.decode(&codes).unwrap(), &labels[..]);
        let reversed = LabelEncoder::fit(labels.iter().rev()).unwrap();
        prop_assert_eq!(reversed, encoder);
        let column = Column::categorical("c", labels.iter().map(|l| Some(&l[..]))).unwrap();
        let rows: Vec<usize> = (0..labels.len()).collect();
        let ordinal = OrdinalEncoder::default().fit(&column, &rows).unwrap();
        let numbers = ordinal.encode(&column, &rows).unwrap();
        prop_assert_eq!(numbers.iter().map(|&x| x as u32).collect::<Vec<_>>(), codes);
        let levels = ordinal.decode(&numbers).unwrap();
        prop_assert!(levels.iter().zip(&labels).all(|(level, label)| *level == Some(&label[..])));
    }
}
