//! Standardisation and min-max scaling against exact moments.

use gradus_data::{
    DataError, Divisor, FittedStandardizer, MinMax, Standardizer, Table, breast_cancer, diabetes,
    iris, wine,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

fn column(table: &Table, name: &str) -> DMatrix<f64> {
    let column = table.column(name).expect("the column exists");
    DMatrix::from_fn(table.rows(), 1, |row, _| column.number(row).expect("nothing is missing"))
}

/// Mean and the two deviations, computed in rational arithmetic and rounded once.
#[test]
fn moments_of_real_columns_are_exact() {
    let table = [
        (iris(), "sepal_length", 5.843333333333334, 0.8253012917851409, 0.828066127977863),
        (iris(), "petal_width", 1.1993333333333334, 0.7596926279021594, 0.7622376689603466),
        (wine(), "proline", 746.8932584269663, 314.0216568419878, 314.9074742768491),
        (breast_cancer(), "area_error", 40.33707908611599, 45.45101341563996, 45.49100551613181),
        (diabetes(), "progression", 152.13348416289594, 77.00574586945044, 77.09300453299109),
    ];
    for (table, name, mean, by_rows, by_rows_minus_one) in table {
        let x = column(&table, name);
        for (divisor, deviation) in
            [(Divisor::Rows, by_rows), (Divisor::RowsMinusOne, by_rows_minus_one)]
        {
            let fitted = Standardizer { divisor }.fit(&x).unwrap();
            let moments = fitted.moments()[0];
            assert!((moments.mean / mean - 1.0).abs() < 4e-16, "{name}: {moments:?}");
            assert!((moments.deviation / deviation - 1.0).abs() < 4e-16, "{name}: {moments:?}");
        }
    }
}

/// NIST StRD NumAcc4: mean 10000000.2, s = 0.1 (divisor m − 1); one-pass formulas lose it all.
#[test]
fn a_large_offset_costs_no_digits() {
    let x = DMatrix::from_fn(1001, 1, |row, _| match row {
        0 => 10_000_000.2,
        row if row % 2 == 1 => 10_000_000.1,
        _ => 10_000_000.3,
    });
    let fitted = Standardizer { divisor: Divisor::RowsMinusOne }.fit(&x).unwrap();
    let moments = fitted.moments()[0];
    assert!((moments.mean - 10_000_000.2).abs() <= 2e-9, "{moments:?}");
    // The decimals of the data are rounded to 1.9e-9 when they become binary.
    assert!((moments.deviation - 0.1).abs() < 1e-9, "{moments:?}");
}

#[test]
fn constant_columns_become_zero_or_low_and_are_listed() {
    // The sum of ten times 0.1 is not 1: the mean of a constant must be taken as it is.
    let x = DMatrix::from_fn(10, 2, |row, column| if column == 0 { 0.1 } else { row as f64 });
    let standard = Standardizer::default().fit(&x).unwrap();
    assert_eq!(standard.constant(), [0]);
    let z = standard.transform(&x).unwrap();
    assert!(z.column(0).iter().all(|&z| z == 0.0));
    assert_eq!(standard.transform(&dmatrix![1.1, 0.0]).unwrap()[0], 1.0);

    let onto = MinMax { low: -1.0, high: 1.0 }.fit(&x).unwrap();
    assert_eq!(onto.constant(), [0]);
    let z = onto.transform(&x).unwrap();
    assert_eq!((z[(4, 0)], z[(0, 1)], z[(9, 1)]), (-1.0, -1.0, 1.0));
    let one_row = Standardizer { divisor: Divisor::RowsMinusOne }.fit(&dmatrix![3.0]).unwrap();
    assert_eq!(one_row.transform(&dmatrix![5.0]).unwrap(), dmatrix![2.0]);
}

#[test]
fn what_cannot_be_scaled_is_refused() {
    let empty = DMatrix::<f64>::zeros(0, 2);
    assert!(matches!(Standardizer::default().fit(&empty), Err(DataError::NoFitRows)));
    assert!(matches!(MinMax::default().fit(&empty), Err(DataError::NoFitRows)));
    for bad in [f64::NAN, f64::INFINITY, f64::MAX] {
        let x = dmatrix![1.0, bad; 2.0, -bad];
        for error in
            [Standardizer::default().fit(&x).unwrap_err(), MinMax::default().fit(&x).unwrap_err()]
        {
            assert!(error.to_string().starts_with("column 1 cannot be scaled"), "{error}");
        }
    }
    for (low, high) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        let result = MinMax { low, high }.fit(&dmatrix![1.0]);
        assert!(matches!(result, Err(DataError::InvalidRange { .. })));
    }
    let fitted = Standardizer::default().fit(&dmatrix![1.0; 2.0]).unwrap();
    let wide = fitted.transform(&dmatrix![1.0, 2.0]);
    assert!(matches!(wide, Err(DataError::ColumnCount { expected: 1, found: 2 })));
}

#[test]
fn fitted_scalers_survive_serialisation() {
    let fitted = Standardizer::default().fit(&column(&iris(), "petal_width")).unwrap();
    let text = serde_json::to_string(&fitted).unwrap();
    assert_eq!(serde_json::from_str::<FittedStandardizer>(&text).unwrap(), fitted);
}

proptest! {
    #[test]
    fn standardised_columns_have_mean_0_and_deviation_1_and_come_back(
        values in prop::collection::vec(-1e6_f64..1e6, 2..60),
        low in -3.0_f64..0.0,
    ) {
        let x = DMatrix::from_vec(values.len(), 1, values);
        let fitted = Standardizer::default().fit(&x).unwrap();
        let z = fitted.transform(&x).unwrap();
        let m = z.nrows() as f64;
        let mean = z.sum() / m;
        let variance = z.map(|z| (z - mean) * (z - mean)).sum() / m;
        prop_assert!(mean.abs() < 1e-9);
        prop_assert!(!fitted.constant().is_empty() || (variance - 1.0).abs() < 1e-9);
        prop_assert!((fitted.inverse(&z).unwrap() - &x).amax() < 1e-8);

        let fitted = MinMax { low, high: 2.0 }.fit(&x).unwrap();
        let z = fitted.transform(&x).unwrap();
        prop_assert!(z.iter().all(|z| (low - 1e-12..=2.0 + 1e-12).contains(z)));
        prop_assert!((fitted.inverse(&z).unwrap() - &x).amax() < 1e-8);
    }
}
