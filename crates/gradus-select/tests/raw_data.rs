//! Folds of a raw table: what is learned of the features is learned within.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::sync::Mutex;

use gradus_data::{
    Column, ColumnSteps, Columns, Dataset, Encoder, Fill, Imputer, Indicators, Missing, Pipeline,
    RobustScaler, Step, Table, Target, Targets, Task, iris,
};
use gradus_resample::{Bootstrap, KFold, NoInformation, ResampleError, RowOrder, Sample};
use gradus_select::{RawData, SelectError};
use nalgebra::DMatrix;

fn table() -> Table {
    let x = (0..30).map(|row| (row != 4).then(|| f64::from(row * row)));
    let y = (0..30).map(|row| Some(f64::from(row) + 0.5));
    Table::new(vec![Column::numeric("x", x).unwrap(), Column::numeric("y", y).unwrap()]).unwrap()
}

fn target() -> Target {
    Target { column: "y".to_owned(), task: Task::Regression }
}

fn dropping() -> Encoder {
    Encoder { missing: Missing::Drop, ..Encoder::default() }
}

fn values(data: &Dataset<f64>) -> Vec<f64> {
    match &data.y {
        Targets::Values(y) => y.as_slice().to_vec(),
        Targets::Classes { .. } => panic!("these are values"),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Features are standardised by the training rows: their mean is 0 there, and not over all rows.
#[test]
fn the_encoder_is_fitted_to_the_training_rows() {
    let (table, encoder) = (table(), dropping());
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    assert_eq!(data.rows().len(), 29);
    let means = Mutex::new(Vec::new());
    let fit = |train: &Dataset<f64>, _: &[usize]| {
        assert!(mean(train.x.as_slice()).abs() < 1e-12);
        Ok::<_, SelectError>(mean(&values(train)))
    };
    let predict = |guess: &f64, x: &DMatrix<f64>, _: &[usize]| {
        means.lock().unwrap().push(mean(x.as_slice()).to_bits());
        vec![*guess; x.nrows()]
    };
    let truth: Vec<f64> = data.rows().iter().map(|&row| row as f64 + 0.5).collect();
    let loss = |place: usize, guess: &f64| (truth[place] - guess).powi(2);
    let way = KFold { folds: 4, order: RowOrder::AsGiven };
    let found = data.cross_validate(&way, fit, predict, loss).unwrap();
    let means = means.into_inner().unwrap();
    assert!(means.iter().all(|&bits| f64::from_bits(bits).abs() > 0.01));
    assert_eq!(means.iter().collect::<BTreeSet<_>>().len(), 4, "each fold has its own scale");

    // The same by hand: fold 0 tests the first 8 usable rows.
    let guess = mean(&truth[8..]);
    let expected = mean(&truth[..8].iter().map(|y| (y - guess).powi(2)).collect::<Vec<_>>());
    assert!((found.folds[0].mean / expected - 1.0).abs() < 1e-12);
}

#[test]
fn the_bootstrap_is_that_of_the_rows() {
    let (table, encoder) = (table(), dropping());
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    let truth: Vec<f64> = data.rows().iter().map(|&row| row as f64 + 0.5).collect();
    let fit = |train: &Dataset<f64>, _: &[usize]| Ok::<_, SelectError>(mean(&values(train)));
    let predict = |guess: &f64, x: &DMatrix<f64>, _: &[usize]| vec![*guess; x.nrows()];
    let loss = |place: usize, guess: &f64| (truth[place] - guess).abs();
    let rounds = Bootstrap { rounds: 30, seed: 1 };
    let all = NoInformation::AllPairs;
    let found = data.bootstrap_632(&rounds, all, fit, predict, loss).unwrap();
    let plain = gradus_resample::bootstrap_632(
        &rounds,
        truth.len(),
        all,
        |rows| Ok::<_, SelectError>(mean(&rows.iter().map(|&r| truth[r]).collect::<Vec<_>>())),
        |guess, _| *guess,
        loss,
    )
    .unwrap();
    assert_eq!(found, plain);
}

#[test]
fn what_fails_in_a_fold_names_it() {
    let (table, encoder) = (table(), dropping());
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    let fit = |train: &Dataset<f64>, _: &[usize]| Ok::<_, SelectError>(train.rows());
    let way = KFold { folds: 4, order: RowOrder::AsGiven };
    let short = |_: &usize, _: &DMatrix<f64>, _: &[usize]| vec![0.0];
    let refused = data.cross_validate(&way, fit, short, |_, p: &f64| *p).unwrap_err();
    let SelectError::Resample(ResampleError::Fit { of: Sample::Fold(0), source }) = refused else {
        panic!("{refused}")
    };
    assert_eq!(source.to_string(), "there are 1 predictions for 29 rows; give one for each");

    // A level that only the first fold's test shows is unknown there.
    let kind = (0..12).map(|row| Some(if row == 0 { "rare" } else { "usual" }));
    let y = (0..12).map(|row| Some(f64::from(row)));
    let columns =
        vec![Column::categorical("kind", kind).unwrap(), Column::numeric("y", y).unwrap()];
    let (table, encoder) = (Table::new(columns).unwrap(), Encoder::default());
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    let predict = |_: &usize, x: &DMatrix<f64>, _: &[usize]| vec![0.0; x.nrows()];
    let refused = data.cross_validate(&way, fit, predict, |_, p: &f64| *p).unwrap_err();
    assert_eq!(refused.to_string(), "the fit of fold 1 failed");

    let strict = Encoder::default();
    let missing = RawData::new(&self::table(), &strict, &target()).map(|_| ()).unwrap_err();
    assert!(matches!(missing, SelectError::Data(_)), "{missing}");
}

/// A pipeline goes where an encoder does: the medians that it learns are those of the training rows.
#[test]
fn a_pipeline_is_fitted_to_the_training_rows() {
    let flags = Imputer { fill: Fill::Median, indicators: Indicators::WhereMissing };
    let pipeline = Pipeline {
        groups: vec![ColumnSteps {
            columns: Columns::Numeric,
            steps: vec![Step::Impute(flags), Step::Robust(RobustScaler::default())],
        }],
        ..Pipeline::default()
    };
    let table = table();
    let data = RawData::new(&table, &pipeline, &target()).unwrap();
    assert_eq!(data.rows().len(), 30);
    let widths = Mutex::new(Vec::new());
    let fit = |train: &Dataset<f64>, _: &[usize]| {
        let mut x: Vec<f64> = train.x.column(0).iter().copied().collect();
        x.sort_by(f64::total_cmp);
        let m = x.len();
        assert!((x[(m - 1) / 2] + x[m / 2]).abs() < 1e-12);
        widths.lock().unwrap().push(train.x.ncols());
        Ok::<_, SelectError>(mean(&values(train)))
    };
    let predict = |guess: &f64, x: &DMatrix<f64>, _: &[usize]| vec![*guess; x.nrows()];
    let loss = |place: usize, guess: &f64| (place as f64 + 0.5 - guess).powi(2);
    let way = KFold { folds: 5, order: RowOrder::AsGiven };
    data.cross_validate(&way, fit, predict, loss).unwrap();
    // Row 4 lacks its value: where it is held out, training has no gap and no indicator.
    let mut widths = widths.into_inner().unwrap();
    widths.sort_unstable();
    assert_eq!(widths, [1, 2, 2, 2, 2]);
}

/// A pipeline that standardises and makes indicators is the encoder that does; each row is held out
/// once, and predicted by what the fold has learned.
#[test]
fn held_out_rows_are_predicted_by_what_their_fold_has_learned() {
    let (table, encoder, pipeline) = (iris(), Encoder::default(), Pipeline::default());
    let target = Target { column: "petal_width".to_owned(), task: Task::Regression };
    // The sum of the features tells them all apart.
    let fit = |train: &Dataset<f64>, _: &[usize]| {
        assert!(mean(train.x.column(0).as_slice()).abs() < 1e-12);
        Ok::<_, SelectError>(mean(&values(train)))
    };
    let predict = |mean: &f64, x: &DMatrix<f64>, _: &[usize]| {
        Ok(x.row_iter().map(|row| mean + row.sum()).collect::<Vec<f64>>())
    };
    let way = KFold { folds: 7, order: RowOrder::Shuffled { seed: 3 } };
    let by_encoder = RawData::new(&table, &encoder, &target).unwrap();
    let by_pipeline = RawData::new(&table, &pipeline, &target).unwrap();
    let folds = by_encoder.cross_predict(&way, fit, predict).unwrap();
    let other = by_pipeline.cross_predict(&way, fit, predict).unwrap();
    let mut rows: Vec<usize> = Vec::new();
    for (fold, other) in folds.iter().zip(&other) {
        assert_eq!((&fold.rows, fold.trained_on), (&other.rows, other.trained_on));
        let close = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9;
        assert!(fold.predictions.iter().zip(&other.predictions).all(close));
        rows.extend_from_slice(&fold.rows);
    }
    rows.sort_unstable();
    assert_eq!(rows, (0..150).collect::<Vec<_>>());
    // One split is one fold.
    let test = folds[0].rows.clone();
    let train: Vec<usize> = (0..150).filter(|row| !test.contains(row)).collect();
    let alone = by_encoder.predict_split(&train, &test, fit, predict).unwrap();
    assert_eq!(alone, folds[0].predictions);
    let beyond = by_encoder.predict_split(&train, &[150], fit, predict).unwrap_err();
    assert_eq!(beyond, SelectError::Resample(ResampleError::RowOutOfRange { row: 150, rows: 150 }));
    let refused = |_: &Dataset<f64>, _: &[usize]| Err::<f64, _>(SelectError::NoSharedColumn);
    match by_encoder.cross_predict(&way, refused, predict).unwrap_err() {
        SelectError::Resample(ResampleError::Fit { of: Sample::Fold(0), .. }) => {}
        other => panic!("{other}"),
    }
}

/// x = 1 and 3 are fitted to: 2 is their mean, which becomes 0, and 3 stays what it is among them.
#[test]
fn rows_of_another_table_are_encoded_as_the_training_rows() {
    let of = |x: &[f64]| {
        let column = |name| Column::numeric(name, x.iter().map(|&x| Some(x))).unwrap();
        Table::new(vec![column("x"), column("y")]).unwrap()
    };
    let (table, encoder, other) = (of(&[1.0, 3.0, 90.0]), dropping(), of(&[50.0, 2.0, 3.0]));
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    let fit = |data: &Dataset<f64>, places: &[usize]| {
        assert_eq!((places, values(data)), (&[0, 1][..], vec![1.0, 3.0]));
        Ok::<_, SelectError>(data.x[1])
    };
    let relative = |three: &f64, x: &DMatrix<f64>| Ok(x.iter().map(|x| x / three).collect());
    let found = data.predict_table(&[0, 1], &other, &[1, 2], fit, relative).unwrap();
    assert_eq!(found, [0.0, 1.0]);
    let lacks = Table::new(vec![Column::numeric("z", [Some(1.0)]).unwrap()]).unwrap();
    let error = data.predict_table(&[0, 1], &lacks, &[0], fit, relative).unwrap_err();
    assert!(matches!(error, SelectError::Resample(ResampleError::Fit { of: Sample::AllRows, .. })));
    let beyond = data.predict_table(&[3], &other, &[0], fit, relative).unwrap_err();
    assert_eq!(beyond, ResampleError::RowOutOfRange { row: 3, rows: 3 }.into());
}

/// Rows are known by their places: a weighted mean finds the weights of its training rows, and a loss
/// by hand agrees. The rows differ from their places, as one of them lacks a value.
#[test]
fn closures_find_what_else_is_known_of_a_row() {
    let (table, encoder) = (table(), dropping());
    let data = RawData::new(&table, &encoder, &target()).unwrap();
    let truth: Vec<f64> = data.rows().iter().map(|&row| row as f64 + 0.5).collect();
    let weights: Vec<f64> = data.rows().iter().map(|&row| 1.0 + (row % 3) as f64).collect();
    let weighted = |places: &[usize], y: &[f64]| {
        let sum: f64 = places.iter().zip(y).map(|(&place, y)| weights[place] * y).sum();
        sum / places.iter().map(|&place| weights[place]).sum::<f64>()
    };
    let fit = |train: &Dataset<f64>, places: &[usize]| {
        Ok::<_, SelectError>(weighted(places, &values(train)))
    };
    let predict = |mean: &f64, _: &DMatrix<f64>, places: &[usize]| {
        Ok(places.iter().map(|&place| mean + place as f64).collect::<Vec<f64>>())
    };
    let way = KFold { folds: 4, order: RowOrder::AsGiven };
    let folds = data.cross_predict(&way, fit, predict).unwrap();
    let train: Vec<usize> = (8..29).collect();
    let mean = weighted(&train, &truth[8..]);
    let expected: Vec<f64> = (0..8).map(|place| mean + f64::from(place)).collect();
    assert!(folds[0].predictions.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12));
}

#[test]
fn some_rows_can_be_all_there_are() {
    let (table, encoder) = (table(), dropping());
    let data = RawData::of_rows(&table, &encoder, &target(), (10..20).collect()).unwrap();
    let fit = |train: &Dataset<f64>, _: &[usize]| Ok::<_, SelectError>(mean(&values(train)));
    let predict = |guess: &f64, x: &DMatrix<f64>, _: &[usize]| Ok(vec![*guess; x.nrows()]);
    let way = KFold { folds: 2, order: RowOrder::AsGiven };
    let folds = data.cross_predict(&way, fit, predict).unwrap();
    // Rows 15 to 19 have the mean 17.5, and are places 5 to 9.
    assert_eq!((&folds[0].rows[..], folds[0].predictions[0]), (&[0, 1, 2, 3, 4][..], 17.5));
    let beyond = RawData::of_rows(&table, &encoder, &target(), vec![30]).map(|_| ()).unwrap_err();
    assert!(matches!(beyond, SelectError::Data(_)), "{beyond}");
}

#[test]
fn the_event_is_the_last_class() {
    let (table, encoder) = (iris(), Encoder::default());
    let target = Target { column: "species".to_owned(), task: Task::Auto };
    let data = RawData::new(&table, &encoder, &target).unwrap();
    let turned = data.clone().with_event("setosa").unwrap();
    assert_eq!(turned.target().labels().unwrap(), ["versicolor", "virginica", "setosa"]);
    assert!(matches!(data.with_event("rose").unwrap_err(), SelectError::Data(_)));
}
