//! The embedded sets against their documentation, and MNIST where it is at hand.

use std::path::Path;

use gradus_data::{
    Dataset, Table, Targets, breast_cancer, diabetes, digits, digits_dataset, iris, load_mnist,
    wine,
};

#[test]
fn every_set_has_its_documented_shape_and_nothing_missing() {
    let sets: [(Table, usize, usize, &str); 5] = [
        (iris(), 150, 4, "species"),
        (wine(), 178, 13, "cultivar"),
        (breast_cancer(), 569, 30, "diagnosis"),
        (diabetes(), 442, 10, "progression"),
        (digits(), 1797, 64, "digit"),
    ];
    for (table, rows, features, target) in sets {
        assert_eq!((table.rows(), table.columns().len()), (rows, features + 1), "{target}");
        assert_eq!(table.names().last(), Some(&target));
        assert!(table.columns().iter().all(|column| column.missing().is_empty()), "{target}");
    }
}

fn class_counts<T: gradus_linalg::Scalar>(data: &Dataset<T>) -> Vec<usize> {
    let Targets::Classes { codes, labels } = &data.y else { panic!("digits are classes") };
    (0..).take(labels.len()).map(|code| codes.iter().filter(|&&c| c == code).count()).collect()
}

/// Class counts and the first image as scikit-learn's `load_digits` documents them.
#[test]
fn digits_are_those_of_uci() {
    let data = digits_dataset::<f64>();
    assert_eq!(class_counts(&data), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    let first: Vec<f64> = data.x.row(0).iter().take(16).map(|x| x * 16.0).collect();
    let expected = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0].map(f64::from);
    assert_eq!(first, expected);
    assert_eq!((data.x.min(), data.x.max()), (0.0, 1.0));
    assert_eq!(data.feature_names[63], "pixel_7_7");
    data.check_finite().unwrap();
}

/// Sums, counts and pixels taken from the files by an independent reader.
#[test]
fn mnist_is_read_whole() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/mnist");
    if !dir.is_dir() {
        println!("skipped: {} is not there", dir.display());
        return;
    }
    let (train, test) = load_mnist::<f32>(&dir).unwrap();
    assert_eq!((train.x.shape(), test.x.shape()), ((60_000, 784), (10_000, 784)));
    let expected = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];
    assert_eq!(class_counts(&train), expected);
    let expected = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009];
    assert_eq!(class_counts(&test), expected);
    let Targets::Classes { codes, .. } = &train.y else { panic!("digits are classes") };
    assert_eq!(codes[..10], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    let bytes = |data: &Dataset<f32>, start: usize| -> Vec<u32> {
        (start..start + 6).map(|pixel| (data.x[(0, pixel)] * 255.0).round() as u32).collect()
    };
    assert_eq!(bytes(&train, 28 * 7 + 6), [0, 49, 238, 253, 253, 253]);
    assert_eq!(bytes(&test, 28 * 7 + 6), [84, 185, 159, 151, 60, 36]);
    let sum =
        |data: &Dataset<f32>| -> u64 { data.x.iter().map(|&x| (x * 255.0).round() as u64).sum() };
    assert_eq!((sum(&train), sum(&test)), (1_567_298_545, 264_923_200));
    assert_eq!((train.x.min(), train.x.max()), (0.0, 1.0));
}
