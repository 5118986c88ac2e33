//! Whether two samples are of one population.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_data::{Column, Table};
use gradus_resample::ResampleError;
use gradus_select::{
    Aspect, PermutationConfig, Sample, SelectError, SelectionBiasConfig, ShiftTest, holm,
    selection_bias, two_sample_test,
};
use proptest::prelude::*;

fn table(columns: &[(&str, Vec<Option<f64>>)]) -> Table {
    let columns = columns.iter().map(|(name, values)| Column::numeric(*name, values.clone()));
    Table::new(columns.collect::<Result<_, _>>().unwrap()).unwrap()
}

/// More columns than are compared are described one by one, without a matrix of all pairs.
#[test]
fn very_many_columns_are_not_compared() {
    let column = |j: i32| {
        let number = move |i: i32| Some(f64::from(i * (j % 7 + 1) % 5));
        Column::numeric(format!("x{j}"), (0..4).map(number)).unwrap()
    };
    let table = Table::new((0..3000).map(column).collect()).unwrap();
    let config = gradus_select::DescribeConfig::default();
    let found = gradus_select::describe_table(&table, None, &config).unwrap();
    let most = 2000;
    assert!(found.warnings.iter().any(|warning| matches!(
        warning,
        gradus_select::TableWarning::TooManyToCompare { columns, most: limit }
            if *limit == most && *columns > most
    )));
    assert!(found.correlated.is_empty() && found.columns.iter().all(|c| c.vif.is_none()));
}

#[test]
fn what_differs_only_together_is_seen() {
    // Two features, each the same in both samples; together of one sign, or of opposite signs.
    let value = |row: usize| ((row * 61 % 100) as f64 - 49.5) / 50.0;
    let a: Vec<Option<f64>> = (0..100).map(|row| Some(value(row))).collect();
    let opposite = (0..100).map(|row| Some(-value(row))).collect();
    let left = table(&[("a", a.clone()), ("b", a.clone())]);
    let right = table(&[("a", a.clone()), ("b", opposite)]);
    let rows: Vec<usize> = (0..100).collect();
    let check = |left: &Table, right: &Table| {
        let of = |table| Sample { table, rows: &rows };
        selection_bias(of(left), of(right), &SelectionBiasConfig::default()).unwrap()
    };
    let found = check(&left, &right);
    assert_eq!(found.shifted().count(), 0);
    // A linear score cannot see it; a caller's product can.
    assert!(!found.told_apart());
    let membership: Vec<u32> = (0..200).map(|row| u32::from(row >= 100)).collect();
    let product = |table: &Table, row: usize| {
        let number = |name| table.column(name).unwrap().number(row).unwrap();
        number("a") * number("b")
    };
    let products: Vec<f64> =
        (0..200).map(|row| product(if row < 100 { &left } else { &right }, row % 100)).collect();
    // Like the class whose mean product is nearer.
    let classifier = |classes: &[u32], train: &[usize], test: &[usize]| {
        let mean = |class| {
            let of: Vec<f64> = train
                .iter()
                .filter(|&&row| classes[row] == class)
                .map(|&row| products[row])
                .collect();
            of.iter().sum::<f64>() / of.len() as f64
        };
        let direction = mean(1) - mean(0);
        Ok::<_, SelectError>(test.iter().map(|&row| direction * products[row]).collect())
    };
    let test = two_sample_test(&membership, &PermutationConfig::default(), classifier).unwrap();
    assert!(test.p_value < 0.01, "{test:?}");
    // The spread is seen by the squares.
    let wide = table(&[("a", a.iter().map(|a| a.map(|a| 3.0 * a)).collect()), ("b", a.clone())]);
    let found = check(&left, &wide);
    assert!(found.told_apart());
    // 33 of 100 values lie below the least of the other sample, each a third as far from 0.
    let material: Vec<_> = found.material().collect();
    assert_eq!((material.len(), material[0].name.as_str()), (1, "a"));
    assert!(
        (material[0].distance - 0.33).abs() < 1e-15
            && material[0].standardised_difference.abs() < 1e-12
    );
    assert!((material[0].sd_ratio.unwrap() * 3.0 - 1.0).abs() < 1e-12);
    assert_eq!(material[0].aspects, [Aspect::Spread]);
    assert!(found.features[1].aspects.is_empty());
    let said = found.to_string();
    assert!(said.contains("verdict: the samples differ in a (the spread); an error"), "{said}");
}

/// Moved by a twentieth of a standard deviation, 40,000 rows are significant, and as good as alike.
#[test]
fn what_is_significant_may_be_too_small_to_matter() {
    let (n, sd) = (40_000_u32, 40_000.0 / 12.0_f64.sqrt());
    let column = |shift: f64| (0..n).map(|i| Some(f64::from(i) + shift)).collect();
    let (left, right) = (table(&[("x", column(0.0))]), table(&[("x", column(0.05 * sd))]));
    let rows: Vec<usize> = (0..n as usize).collect();
    let config = SelectionBiasConfig { classifier: None, ..SelectionBiasConfig::default() };
    let of = |table| Sample { table, rows: &rows };
    let check = |difference| {
        let config = SelectionBiasConfig { difference, ..config.clone() };
        selection_bias(of(&left), of(&right), &config).unwrap()
    };
    let found = check(0.1);
    assert_eq!((found.shifted().count(), found.material().count()), (1, 0));
    assert_eq!(found.features[0].aspects, [Aspect::Shape]);
    assert!(found.to_string().contains("the shift may not matter"));
    let found = check(0.02);
    assert_eq!(found.material().count(), 1);
    assert_eq!(found.features[0].aspects, [Aspect::Mean]);
}

#[test]
fn missing_values_and_columns_are_compared() {
    let values: Vec<Option<f64>> = (0..60).map(|row| Some(f64::from(row * 7 % 60))).collect();
    let holes = values.iter().enumerate().map(|(row, x)| x.filter(|_| row % 2 == 0)).collect();
    let left = table(&[("x", values.clone()), ("only_left", values.clone())]);
    let right = table(&[("x", holes), ("only_right", values.clone())]);
    let rows: Vec<usize> = (0..60).collect();
    let of = |table| Sample { table, rows: &rows };
    let config = SelectionBiasConfig::default();
    let found = selection_bias(of(&left), of(&right), &config).unwrap();
    assert_eq!(found.unshared, ["only_left", "only_right"]);
    let shifted: Vec<ShiftTest> = found.shifted().map(|feature| feature.test).collect();
    assert_eq!(shifted, [ShiftTest::Missing]);
    assert!(found.told_apart());
    let said = found.to_string();
    assert!(said.contains("x (missing)") && said.contains("verdict: the samples differ in x"));

    let apart = table(&[("y", values)]);
    let refused = selection_bias(of(&left), of(&apart), &config);
    assert_eq!(refused.unwrap_err(), SelectError::NoSharedColumn);
    let far = Sample { table: &left, rows: &[60] };
    let refused = selection_bias(far, of(&left), &config).unwrap_err();
    assert_eq!(refused, SelectError::Resample(ResampleError::RowOutOfRange { row: 60, rows: 60 }));
    let few = Sample { table: &left, rows: &[1, 2] };
    assert!(selection_bias(few, of(&left), &config).is_err());
    let constant = table(&[("x", vec![Some(1.0); 60])]);
    let same = selection_bias(of(&constant), of(&constant), &config).unwrap();
    assert!(!same.is_suspect() && same.features[0].test == ShiftTest::None);
    for level in [0.0, 1.0, f64::NAN] {
        let config = SelectionBiasConfig { level, ..config.clone() };
        assert!(selection_bias(of(&left), of(&right), &config).is_err());
    }
}

#[test]
fn a_classifier_that_answers_wrongly_is_refused() {
    let membership: Vec<u32> = (0..20).map(|row| row % 2).collect();
    let config = PermutationConfig::default();
    let short = |_: &[u32], _: &[usize], _: &[usize]| Ok::<_, SelectError>(vec![0.0]);
    let refused = two_sample_test(&membership, &config, short).unwrap_err();
    assert_eq!(refused, SelectError::ClassifierScores { given: 1, rows: 4 });
    let failing = |_: &[u32], _: &[usize], _: &[usize]| Err::<Vec<f64>, _>("no");
    let refused = two_sample_test(&membership, &config, failing).unwrap_err();
    assert!(matches!(refused, SelectError::Classifier { fold: 0, .. }));
    let nan = |_: &[u32], _: &[usize], t: &[usize]| Ok::<_, SelectError>(vec![f64::NAN; t.len()]);
    assert!(matches!(two_sample_test(&membership, &config, nan), Err(SelectError::Metric(_))));
    assert!(two_sample_test(&[0; 20], &config, short).is_err());
}

proptest! {
    #[test]
    fn holm_lies_between_the_p_value_and_bonferroni(p in prop::collection::vec(0.0..=1.0_f64, 1..20)) {
        let adjusted = holm(&p);
        for (i, (&raw, &adjusted_p)) in p.iter().zip(&adjusted).enumerate() {
            prop_assert!(adjusted_p >= raw && adjusted_p <= (raw * p.len() as f64).min(1.0).max(adjusted_p.min(1.0)));
            for (j, &other) in p.iter().enumerate() {
                prop_assert!(raw > other || adjusted_p <= adjusted[j], "{} {}", i, j);
            }
        }
        let least = p.iter().copied().fold(1.0, f64::min);
        let first = adjusted.iter().copied().fold(1.0, f64::min);
        prop_assert!((first - (least * p.len() as f64).min(1.0)).abs() < 1e-15);
    }
}
