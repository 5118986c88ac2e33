//! The MNIST digits, and whatever comes in files of the same layout.

use std::path::{Path, PathBuf};

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use super::MnistError;
use crate::{DataError, Dataset, IdxArray, IdxError, IdxValues, Targets, read_idx};

/// The names without the part that varies (`-idx` or `.idx`), and the rank.
const FILES: [(&str, u8); 4] =
    [("train-images", 3), ("train-labels", 1), ("t10k-images", 3), ("t10k-labels", 1)];

/// The number of classes of the MNIST layout.
const CLASSES: u8 = 10;

/// Loads the training and the test set of MNIST from its four IDX files.
///
/// Each image becomes a row of h·w features `pixel_row_column`, row by row, scaled to
/// \[0, 1\] (byte / 255); the classes are the labels `0` to `9`. The files may be
/// gzipped, and named with `-idx3-ubyte` or `.idx3-ubyte`. Fashion-MNIST and KMNIST
/// have the same layout.
///
/// # Errors
/// [`MnistError::Missing`] if one of the files is not in `dir`; [`DataError::InFile`] with
/// what is wrong with one: the errors of [`read_idx_from`](crate::read_idx_from), elements that
/// are no bytes, a wrong number of dimensions, no image, as many labels as images are not there,
/// a label above 9; [`MnistError::ImageSize`] if test images are of another size.
///
/// ```no_run
/// let (train, test) = gradus_data::load_mnist::<f32>("data/mnist")?;
/// assert_eq!((train.rows(), test.rows(), train.features()), (60_000, 10_000, 784));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
pub fn load_mnist<T: Scalar>(dir: impl AsRef<Path>) -> Result<(Dataset<T>, Dataset<T>), DataError> {
    let dir = dir.as_ref();
    let [train_images, train_labels, test_images, test_labels] = find_files(dir)?;
    let train = Images::read(&train_images)?;
    let test = Images::read(&test_images)?;
    if [train.height, train.width] != [test.height, test.width] {
        return Err(MnistError::ImageSize {
            train: [train.height, train.width],
            test: [test.height, test.width],
        }
        .into());
    }
    Ok((train.label(&train_labels)?, test.label(&test_labels)?))
}

fn find_files(dir: &Path) -> Result<[PathBuf; 4], DataError> {
    let found = FILES.map(|(stem, rank)| {
        let names = ["-", "."].into_iter().flat_map(|dot| {
            ["", ".gz"].map(|gz| dir.join(format!("{stem}{dot}idx{rank}-ubyte{gz}")))
        });
        names.into_iter().find(|path| path.is_file())
    });
    match found {
        [Some(a), Some(b), Some(c), Some(d)] => Ok([a, b, c, d]),
        found => {
            let lacking = FILES.iter().zip(&found).filter(|(_, path)| path.is_none());
            let missing =
                lacking.map(|((stem, rank), _)| format!("{stem}-idx{rank}-ubyte")).collect();
            Err(MnistError::Missing { dir: dir.to_owned(), missing }.into())
        }
    }
}

/// The images of one file, row by row.
struct Images {
    count: usize,
    height: usize,
    width: usize,
    pixels: Vec<u8>,
}

impl Images {
    fn read(path: &Path) -> Result<Self, DataError> {
        let IdxArray { shape, values } = read_idx(path)?;
        let pixels = bytes(values).map_err(|error| error.in_file(path))?;
        let &[count, height, width] = &shape[..] else {
            let error = DataError::from(IdxError::Rank { expected: "3", found: shape.len() });
            return Err(error.in_file(path));
        };
        if pixels.is_empty() {
            return Err(DataError::NoRows.in_file(path));
        }
        Ok(Self { count, height, width, pixels })
    }

    fn label<T: Scalar>(self, path: &Path) -> Result<Dataset<T>, DataError> {
        let IdxArray { shape, values } = read_idx(path)?;
        let codes = bytes(values).map_err(|error| error.in_file(path))?;
        if shape.len() != 1 {
            let error = DataError::from(IdxError::Rank { expected: "1", found: shape.len() });
            return Err(error.in_file(path));
        }
        if codes.len() != self.count {
            let (what, expected, found) = ("the label file".to_owned(), self.count, codes.len());
            return Err(DataError::RowCount { what, expected, found }.in_file(path));
        }
        if let Some(row) = codes.iter().position(|&code| code >= CLASSES) {
            let (code, labels) = (u32::from(codes[row]), usize::from(CLASSES));
            return Err(DataError::CodeOutOfRange { row, code, labels }.in_file(path));
        }
        let y = Targets::Classes {
            codes: codes.into_iter().map(u32::from).collect(),
            labels: (0..CLASSES).map(|label| label.to_string()).collect(),
        };
        let names = (0..self.height * self.width)
            .map(|pixel| format!("pixel_{}_{}", pixel / self.width, pixel % self.width));
        Dataset::new(self.features(), y, names.collect())
    }

    fn features<T: Scalar>(&self) -> DMatrix<T> {
        /// Rows that are transposed together: their bytes stay in the cache.
        const BLOCK: usize = 64;
        let scaled: Vec<T> = (0..=255).map(|byte| T::of(f64::from(byte) / 255.0)).collect();
        let size = self.height * self.width;
        let mut x = DMatrix::zeros(self.count, size);
        let out = x.as_mut_slice();
        for start in (0..self.count).step_by(BLOCK) {
            let end = (start + BLOCK).min(self.count);
            for pixel in 0..size {
                let column = &mut out[pixel * self.count + start..pixel * self.count + end];
                for (value, row) in column.iter_mut().zip(start..end) {
                    *value = scaled[usize::from(self.pixels[row * size + pixel])];
                }
            }
        }
        x
    }
}

fn bytes(values: IdxValues) -> Result<Vec<u8>, DataError> {
    match values {
        IdxValues::U8(bytes) => Ok(bytes),
        other => {
            let (code, expected) = (other.type_code(), "0x08, unsigned bytes");
            Err(IdxError::Type { code, expected }.into())
        }
    }
}
