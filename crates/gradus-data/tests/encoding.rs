//! Tables become matrices and targets, fitted on training rows, with errors that help.

use gradus_data::{
    Coding, ColumnKind, CsvOptions, DataError, Dataset, Encoder, FittedEncoder, FittedTarget,
    MinMax, Missing, Scaling, Table, Target, Targets, Task, Unseen, breast_cancer, diabetes,
    digits, iris, read_csv_from, wine,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;

fn read(text: &str) -> Table {
    read_csv_from(text.as_bytes(), &CsvOptions::default()).expect("the text is a table")
}

fn all(table: &Table) -> Vec<usize> {
    (0..table.rows()).collect()
}

fn plain() -> Encoder {
    Encoder { scaling: Scaling::None, ..Encoder::default() }
}

const GAPS: &str = "x,colour,y\n1,red,a\n?,blue,b\n3,,a\n5,red,?\n6,green,b\n";

#[test]
fn the_fit_sees_training_rows_only() {
    let table = read("x,c,y\n0,a,0\n2,b,1\n100,a,0\n");
    let fitted = Encoder::default().fit(&table, "y", &[0, 1]).unwrap();
    assert_eq!(fitted.feature_names(), ["x", "c=a", "c=b"]);
    // μ = 1, σ = 1 of the rows 0 and 1.
    let x = fitted.transform::<f64>(&table, &[2, 1, 0]).unwrap();
    assert_eq!(x, dmatrix![99.0, 1.0, 0.0; 1.0, 0.0, 1.0; -1.0, 1.0, 0.0]);
    let onto = Encoder { scaling: Scaling::MinMax(MinMax::default()), ..Encoder::default() };
    let x = onto.fit(&table, "y", &[0, 1]).unwrap().transform::<f64>(&table, &[2]).unwrap();
    assert_eq!(x, dmatrix![50.0, 1.0, 0.0]);
}

#[test]
fn missing_values_are_refused_counted_dropped_or_imputed() {
    let table = read(GAPS);
    let error = plain().usable_rows(&table, "y").unwrap_err().to_string();
    assert!(error.contains("1 in \"x\", 1 in \"colour\"; drop these rows, impute"), "{error}");

    let drop = Encoder { missing: Missing::Drop, ..plain() };
    let usable = drop.usable_rows(&table, "y").unwrap();
    assert_eq!((usable.rows, usable.dropped), (vec![0, 4], vec![1, 2, 3]));
    let fitted = drop.fit(&table, "y", &[0, 4]).unwrap();
    assert!(matches!(
        fitted.transform::<f32>(&table, &[0, 1]),
        Err(DataError::MissingValues { columns }) if columns == [("x".to_owned(), 1)]
    ));
    // To predict, a row without a target is usable.
    assert_eq!(fitted.usable_rows(&table, None).unwrap().rows, [0, 3, 4]);
    assert_eq!(fitted.usable_rows(&table, Some("y")).unwrap().rows, [0, 4]);

    let impute = Encoder { missing: Missing::Impute, ..plain() };
    let error = impute.usable_rows(&table, "y").unwrap_err();
    assert!(matches!(error, DataError::MissingTarget { count: 1, .. }), "{error}");
    let fitted = impute.fit(&table, "y", &[0, 1, 2, 3]).unwrap();
    let x = fitted.transform::<f64>(&table, &[1, 2]).unwrap();
    // Mean of 1, 3, 5; most frequent of red, blue, red; green is not in the training rows.
    assert_eq!(x, dmatrix![3.0, 1.0, 0.0; 3.0, 0.0, 1.0]);

    let hollow = read("x,c,y\n,,a\n,,b\n");
    assert!(matches!(impute.fit(&hollow, "y", &[0, 1]), Err(DataError::EmptyColumn { .. })));
    let error = drop.usable_rows(&hollow, "y").unwrap_err();
    assert!(matches!(error, DataError::AllRowsDropped { rows: 2 }), "{error}");
}

#[test]
fn unseen_levels_are_refused_with_their_place_or_become_zeros() {
    let table = read("c,y\nred,0\nblue,1\ngreen,0\n");
    let error = plain().fit(&table, "y", &[0, 1]).unwrap().transform::<f32>(&table, &all(&table));
    let message = error.unwrap_err().to_string();
    assert!(message.starts_with("line 4, column \"c\": the level \"green\""), "{message}");
    assert!(message.contains("\"blue\", \"red\""), "{message}");
    let zeros = Encoder { unseen: Unseen::Zeros, ..plain() };
    let x = zeros.fit(&table, "y", &[0, 1]).unwrap().transform::<f32>(&table, &[2]).unwrap();
    assert_eq!(x, dmatrix![0.0, 0.0]);
}

fn treatment(references: &[(&str, &str)]) -> Encoder {
    let references = references.iter().map(|&(name, level)| (name.to_owned(), level.to_owned()));
    Encoder { coding: Coding::Treatment { references: references.collect() }, ..plain() }
}

/// The columns of `patsy.dmatrix("C(c) + x")`, and with `Treatment("b")`, less the intercept.
#[test]
fn treatment_coding_leaves_the_reference_out() {
    let table = read("c,x,y\nb,7,0\na,8,1\nd,9,0\na,7,1\nc,5,0\n");
    let rows = [0, 1, 2, 3];
    let fitted = treatment(&[]).fit(&table, "y", &rows).unwrap();
    assert_eq!(
        (fitted.feature_names(), fitted.features()),
        (vec!["c=b".into(), "c=d".into(), "x".into()], 3)
    );
    let expected = dmatrix![1.0, 0.0, 7.0; 0.0, 0.0, 8.0; 0.0, 1.0, 9.0; 0.0, 0.0, 7.0];
    assert_eq!(fitted.transform::<f64>(&table, &rows).unwrap(), expected);
    // Not a level of the rows fitted on, and no reference in disguise.
    let unseen = fitted.transform::<f64>(&table, &[4]).unwrap_err();
    assert!(
        matches!(unseen, DataError::UnseenLevel { ref known, .. } if known.len() == 3),
        "{unseen}"
    );

    let fitted = treatment(&[("c", "b")]).fit(&table, "y", &rows).unwrap();
    assert_eq!(fitted.feature_names(), ["c=a", "c=d", "x"]);
    let expected = dmatrix![0.0, 0.0, 7.0; 1.0, 0.0, 8.0; 0.0, 1.0, 9.0; 1.0, 0.0, 7.0];
    assert_eq!(fitted.transform::<f64>(&table, &rows).unwrap(), expected);

    let impute = Encoder { missing: Missing::Impute, ..treatment(&[]) };
    let holes = read("c,y\n,0\na,1\nb,1\nb,0\n");
    let fitted = impute.fit(&holes, "y", &[0, 1, 2, 3]).unwrap();
    assert_eq!(fitted.transform::<f64>(&holes, &[0, 1]).unwrap(), dmatrix![1.0; 0.0]);
}

#[test]
fn levels_without_a_comparison_are_refused() {
    let table = read("c,one,x,y\na,s,1,0\nb,s,2,1\n");
    let error = treatment(&[]).fit(&table, "y", &[0, 1]).unwrap_err();
    assert!(matches!(error, DataError::OneLevel { ref column, .. } if column == "one"), "{error}");
    let ignore = |encoder| Encoder { ignore: vec!["one".to_owned()], ..encoder };
    let fit = |references| ignore(treatment(references)).fit(&table, "y", &[0, 1]).unwrap_err();
    let error = fit(&[("c", "z")]);
    assert!(error.to_string().ends_with("its levels are \"a\", \"b\""), "{error}");
    let error = fit(&[("x", "1")]);
    assert!(matches!(error, DataError::ColumnKind { found: ColumnKind::Numeric, .. }), "{error}");
    assert!(matches!(fit(&[("one", "s")]), DataError::UnknownColumn { .. }));
    // Levels that the rows fitted on do not show are none.
    let error = ignore(treatment(&[])).fit(&table, "y", &[0]).unwrap_err();
    assert!(matches!(error, DataError::OneLevel { .. }), "{error}");
}

#[test]
fn columns_are_found_by_name_and_checked() {
    let train = read("x,c,id,y\n1,a,7,0\n2,b,8,1\n");
    let encoder = Encoder { ignore: vec!["id".to_owned()], ..plain() };
    let fitted = encoder.fit(&train, "y", &[0, 1]).unwrap();
    assert_eq!((fitted.columns(), fitted.categorical_columns()), (vec!["x", "c"], vec!["c"]));

    let shuffled = read("extra,c,x\n5,b,3\n");
    assert_eq!(fitted.transform::<f64>(&shuffled, &[0]).unwrap(), dmatrix![3.0, 0.0, 1.0]);

    let message = |text: &str| fitted.transform::<f64>(&read(text), &[0]).unwrap_err().to_string();
    let lacking = message("X,c,y,id\n3,b,0,1\n");
    assert!(lacking.contains("lacks the column(s) \"x\"; it has, unexpected, \"X\";"), "{lacking}");
    let kind = message("x,c\n3,4\n");
    assert!(kind.contains("column \"c\" is numeric where categorical is expected"), "{kind}");
    let kind = message("x,c\nlow,a\n");
    assert!(kind.contains("column \"x\" is categorical where numeric is expected"), "{kind}");
    assert!(matches!(
        fitted.transform::<f64>(&train, &[2]),
        Err(DataError::RowOutOfRange { row: 2, rows: 2 })
    ));

    let ignore = |name: &str| Encoder { ignore: vec![name.to_owned()], ..plain() };
    let error = ignore("nothing").fit(&train, "y", &[0]).unwrap_err();
    assert!(matches!(error, DataError::UnknownColumn { .. }), "{error}");
    let error = ignore("x").fit(&read("x,y\n1,2\n"), "y", &[0]).unwrap_err();
    assert!(matches!(error, DataError::NoFeatures), "{error}");
    assert!(matches!(plain().fit(&train, "y", &[]), Err(DataError::NoFitRows)));
}

/// A file to predict from may lack every value of a column; its kind is then unknown.
#[test]
fn a_column_without_values_is_of_any_kind() {
    let impute = Encoder { missing: Missing::Impute, ..plain() };
    let fitted = impute.fit(&read("x,c,y\n1,a,0\n2,b,1\n3,b,1\n"), "y", &[0, 1, 2]).unwrap();
    let x = fitted.transform::<f64>(&read("x,c\n,\n"), &[0]).unwrap();
    assert_eq!(x, dmatrix![2.0, 0.0, 1.0]);
}

#[test]
fn identifiers_and_overflow_are_refused() {
    let table = read("id,x,y\na,1e300,0\nb,2,1\nc,3,0\n");
    let encoder = Encoder { max_levels: 2, ..plain() };
    let error = encoder.fit(&table, "y", &[0, 1, 2]).unwrap_err();
    assert!(matches!(error, DataError::TooManyLevels { levels: 3, max: 2, .. }), "{error}");
    let fitted = plain().fit(&table, "y", &[0, 1, 2]).unwrap();
    let error = fitted.transform::<f32>(&table, &[0]).unwrap_err().to_string();
    assert!(error.starts_with("line 2, column \"x\": 1"), "{error}");
    assert!(fitted.transform::<f64>(&table, &[0]).is_ok());
    let table = read("x,y\n1.7e308,0\n-1.7e308,1\n");
    let error = Encoder::default().fit(&table, "y", &[0, 1]).unwrap_err();
    assert!(matches!(error, DataError::NotScalable { .. }), "{error}");
}

#[test]
fn constant_columns_are_listed() {
    let table = digits();
    let fitted = Encoder::default().fit(&table, "digit", &all(&table)).unwrap();
    // scikit-learn's StandardScaler finds zero variance in the same three pixels.
    assert_eq!(fitted.constant_columns(), ["pixel_0_0", "pixel_4_0", "pixel_4_7"]);
}

#[test]
fn fitted_encoders_and_targets_survive_serialisation() {
    let table = read(GAPS);
    for scaling in [
        Scaling::None,
        Scaling::Standardize(gradus_data::Standardizer::default()),
        Scaling::MinMax(MinMax::default()),
    ] {
        let encoder = Encoder { missing: Missing::Impute, scaling, ..Encoder::default() };
        let fitted = encoder.fit(&table, "y", &[0, 1, 2, 4]).unwrap();
        let text = serde_json::to_string(&fitted).unwrap();
        assert_eq!(serde_json::from_str::<FittedEncoder>(&text).unwrap(), fitted);
    }
    let target = Target { column: "y".to_owned(), task: Task::Auto }.fit(&table, &[0, 1]).unwrap();
    let text = serde_json::to_string(&target).unwrap();
    assert_eq!(serde_json::from_str::<FittedTarget>(&text).unwrap(), target);
}

fn target(table: &Table, column: &str, task: Task) -> Result<FittedTarget, DataError> {
    Target { column: column.to_owned(), task }.fit(table, &all(table))
}

#[test]
fn the_task_follows_the_column_unless_it_is_given() {
    let class_counts = |table: &Table, column: &str| {
        let target = target(table, column, Task::Auto).unwrap();
        let Targets::<f64>::Classes { codes, labels } = target.encode(table, &all(table)).unwrap()
        else {
            panic!("{column} holds classes")
        };
        (0..)
            .zip(labels)
            .map(|(code, label)| (label, codes.iter().filter(|&&c| c == code).count()))
            .collect::<Vec<_>>()
    };
    let named = |counts: &[(&str, usize)]| {
        counts.iter().map(|&(label, count)| (label.to_owned(), count)).collect::<Vec<_>>()
    };
    // Counts as the data sets' own descriptions give them.
    let iris_counts = named(&[("setosa", 50), ("versicolor", 50), ("virginica", 50)]);
    assert_eq!(class_counts(&iris(), "species"), iris_counts);
    assert_eq!(class_counts(&wine(), "cultivar"), named(&[("0", 59), ("1", 71), ("2", 48)]));
    let cancer = named(&[("benign", 357), ("malignant", 212)]);
    assert_eq!(class_counts(&breast_cancer(), "diagnosis"), cancer);
    let digit_counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
    let labels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let digit_counts: Vec<(&str, usize)> = labels.into_iter().zip(digit_counts).collect();
    assert_eq!(class_counts(&digits(), "digit"), named(&digit_counts));

    assert_eq!(target(&diabetes(), "progression", Task::Auto).unwrap().labels(), None);
    let regression = target(&wine(), "cultivar", Task::Regression).unwrap();
    let y = regression.encode::<f32>(&wine(), &[0, 177]).unwrap();
    assert_eq!(y, Targets::Values(dmatrix![0.0; 2.0]));

    let halves = read("y\n0.5\n1.5\n0.5\n");
    assert_eq!(target(&halves, "y", Task::Auto).unwrap().labels(), None);
    let classes = target(&halves, "y", Task::Classification).unwrap();
    assert_eq!(classes.labels().unwrap(), ["0.5", "1.5"]);
    // The four rows of XOR: two integers are classes whatever the number of rows.
    assert!(target(&read("y\n0\n1\n1\n0\n"), "y", Task::Auto).unwrap().labels().is_some());
    // Three integers with fewer than five rows each are values.
    assert_eq!(target(&read("y\n1\n2\n3\n"), "y", Task::Auto).unwrap().labels(), None);
    let minus_zero = target(&read("y\n0\n-0\n-3\n10\n"), "y", Task::Classification).unwrap();
    assert_eq!(minus_zero.labels().unwrap(), ["-3", "0", "10"]);
}

#[test]
fn unusable_targets_are_explained() {
    let message = |text: &str, task| target(&read(text), "y", task).unwrap_err().to_string();
    assert!(message("x\n1\n", Task::Auto).contains("no column \"y\"; the columns are \"x\""));
    assert!(message("y,x\na,1\n,1\nb,1\n", Task::Auto).contains("lacks 1 value(s)"));
    assert!(message("y\na\na\n", Task::Auto).contains("the single class \"a\""));
    assert!(message("y\n3\n3\n", Task::Auto).contains("the single class \"3\""));
    assert!(message("y\na\nb\n", Task::Regression).contains("is categorical where numeric"));

    let fitted = target(&read("y\na\nb\n"), "y", Task::Auto).unwrap();
    let error = fitted.encode::<f32>(&read("y\nb\nc\n"), &[0, 1]).unwrap_err().to_string();
    assert!(error.starts_with("line 3, column \"y\": the class \"c\" was not seen"), "{error}");
    let values = target(&read("y\n0.5\n1e300\n"), "y", Task::Auto).unwrap();
    let error = values.encode::<f32>(&read("y\n1e300\n"), &[0]).unwrap_err();
    assert!(matches!(error, DataError::NonFinite { .. }), "{error}");
    let error = values.encode::<f32>(&read("y\nhigh\n"), &[0]).unwrap_err();
    assert!(matches!(error, DataError::ColumnKind { .. }), "{error}");
}

#[test]
fn datasets_are_checked_and_selected() {
    let x = dmatrix![1.0_f32, 2.0; 3.0, 4.0; 5.0, 6.0];
    let names = vec!["a".to_owned(), "b".to_owned()];
    let labels = vec!["no".to_owned(), "yes".to_owned()];
    let classes =
        |codes: &[u32]| Targets::Classes { codes: codes.to_vec(), labels: labels.clone() };
    let data = Dataset::new(x.clone(), classes(&[0, 1, 0]), names.clone()).unwrap();
    let picked = data.select(&[2, 0, 2]).unwrap();
    assert_eq!(picked.x, dmatrix![5.0, 6.0; 1.0, 2.0; 5.0, 6.0]);
    assert_eq!(picked.y, classes(&[0, 0, 0]));
    assert_eq!(data.select(&[]).unwrap().rows(), 0);
    assert!(matches!(data.select(&[3]), Err(DataError::RowOutOfRange { row: 3, rows: 3 })));
    let new = |y, names| Dataset::new(x.clone(), y, names);
    assert!(matches!(new(classes(&[0]), names.clone()), Err(DataError::RowCount { .. })));
    assert!(matches!(new(classes(&[0, 1, 1]), vec![]), Err(DataError::ColumnCount { .. })));
    let error = new(classes(&[0, 2, 1]), names.clone()).unwrap_err();
    assert!(matches!(error, DataError::CodeOutOfRange { row: 1, code: 2, labels: 2 }), "{error}");
    data.check_finite().unwrap();
    let y = Targets::Values(DMatrix::from_vec(3, 1, vec![0.0, f32::INFINITY, 0.0]));
    let error = new(y, names).unwrap().check_finite().unwrap_err().to_string();
    assert!(error.starts_with("row 1 (counted from 0), column \"target\": inf"), "{error}");
}

proptest! {
    /// Each row of a one-hot block has a single 1, in the column of its level.
    #[test]
    fn indicators_reproduce_the_levels(levels in prop::collection::vec("[a-e]", 1..40)) {
        let text = format!("c,y\n{}", levels.iter().map(|c| format!("{c},0\n")).collect::<String>());
        let table = read(&text);
        let fitted = plain().fit(&table, "y", &all(&table)).unwrap();
        let names = fitted.feature_names();
        prop_assert!(names.is_sorted());
        let x = fitted.transform::<f32>(&table, &all(&table)).unwrap();
        for (row, level) in levels.iter().enumerate() {
            prop_assert_eq!(x.row(row).sum(), 1.0);
            let column = names.iter().position(|name| *name == format!("c={level}")).unwrap();
            prop_assert_eq!(x[(row, column)], 1.0);
        }
    }
}
