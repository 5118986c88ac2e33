//! Small data sets that come with the crate.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::{CsvOptions, Dataset, Table, Target, Task, read_csv_from};

/// Fisher's irises: 150 flowers of three species, 50 each, by four lengths in cm.
///
/// Target: `species` (`setosa`, `versicolor`, `virginica`).
///
/// Source: R. A. Fisher, *The use of multiple measurements in taxonomic problems*, 1936, measured
/// by E. Anderson; as shipped by scikit-learn 1.9 and R, without the two mistyped rows of the UCI
/// file. Licence: CC BY 4.0 (UCI).
///
/// ```
/// let table = gradus_data::iris();
/// assert_eq!((table.rows(), table.columns().len()), (150, 5));
/// assert_eq!(table.column("petal_width")?.number(0), Some(0.2));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn iris() -> Table {
    parse(include_str!("../data/iris.csv"))
}

/// Wines of one region from three cultivars (59, 71, 48), by 13 chemical measurements.
///
/// Target: `cultivar` (0, 1, 2).
///
/// Source: M. Forina et al., UCI Wine, via scikit-learn. Licence: CC BY 4.0 (UCI).
///
/// ```
/// let table = gradus_data::wine();
/// assert_eq!((table.rows(), table.columns().len()), (178, 14));
/// assert_eq!(table.column("alcohol")?.number(0), Some(14.23));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn wine() -> Table {
    parse(include_str!("../data/wine.csv"))
}

/// Breast tumours, 212 malignant and 357 benign, by 30 measurements of cell nuclei.
///
/// Target: `diagnosis` (`benign`, `malignant`).
///
/// Source: W. Wolberg, W. Street, O. Mangasarian, *Breast Cancer Wisconsin (Diagnostic)*, 1995,
/// via scikit-learn. Licence: CC BY 4.0 (UCI).
///
/// ```
/// let table = gradus_data::breast_cancer();
/// assert_eq!((table.rows(), table.columns().len()), (569, 31));
/// assert_eq!(table.column("diagnosis")?.level(0), Some("malignant"));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn breast_cancer() -> Table {
    parse(include_str!("../data/breast_cancer.csv"))
}

/// Progression of diabetes a year on, for 442 patients, by ten measurements.
///
/// Target: `progression`, a value from 25 to 346. The columns are the original ones, unscaled
/// (scikit-learn's `load_diabetes(scaled=False)`); `sex` is coded 1 and 2.
///
/// Source: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, *Least angle regression*, 2004.
/// Licence: none is stated with the data; scikit-learn distributes it (BSD-3).
///
/// ```
/// let table = gradus_data::diabetes();
/// assert_eq!((table.rows(), table.columns().len()), (442, 11));
/// assert_eq!(table.column("progression")?.number(0), Some(151.0));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn diabetes() -> Table {
    parse(include_str!("../data/diabetes.csv"))
}

/// Handwritten digits, 1,797 images of 8×8 pixels with values 0 to 16.
///
/// Target: `digit` (0 to 9). [`digits_dataset`] has them scaled and ready to train on.
///
/// Source: E. Alpaydin, C. Kaynak, UCI Optical Recognition of Handwritten Digits (its test part),
/// via scikit-learn. Licence: CC BY 4.0 (UCI).
///
/// ```
/// let table = gradus_data::digits();
/// assert_eq!((table.rows(), table.columns().len()), (1797, 65));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn digits() -> Table {
    parse(include_str!("../data/digits.csv"))
}

/// The [`digits`] with pixels scaled to \[0, 1\] (value / 16), and the classes `0` to `9`.
///
/// ```
/// let data = gradus_data::digits_dataset::<f32>();
/// assert_eq!((data.rows(), data.features(), data.y.outputs()), (1797, 64, 10));
/// assert_eq!(data.x[(0, 2)], 5.0 / 16.0);
/// ```
pub fn digits_dataset<T: Scalar>() -> Dataset<T> {
    let table = digits();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let pixels = &table.columns()[..table.columns().len() - 1];
    let x = DMatrix::from_fn(rows.len(), pixels.len(), |row, pixel| {
        T::of(pixels[pixel].number(row).unwrap_or_default() / 16.0)
    });
    let names = pixels.iter().map(|column| column.name().to_owned()).collect();
    Target { column: "digit".to_owned(), task: Task::Classification }
        .fit(&table, &rows)
        .and_then(|target| target.encode(&table, &rows))
        .and_then(|y| Dataset::new(x, y, names))
        .expect("the embedded digits are complete, which the tests check")
}

fn parse(text: &str) -> Table {
    read_csv_from(text.as_bytes(), &CsvOptions::default())
        .expect("the embedded files are well-formed, which the tests check")
}
