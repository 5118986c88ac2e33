//! Tables, readers, scaling, batches and embedded data sets.
//!
//! | to | use |
//! |---|---|
//! | read a table | [`read_csv`], [`read_csv_from`] with [`CsvOptions`], [`Header`] |
//! | read nothing but numbers, fast, or piece by piece | [`read_matrix`], [`read_matrix_from`], [`CsvBlocks`] |
//! | see which columns a file has | [`read_csv_header`] |
//! | look at one, or build it | [`Table`], [`Column`] |
//! | have data at once | [`iris`], [`wine`], [`breast_cancer`], [`diabetes`], [`digits`] |
//! | read MNIST, or any IDX file | [`load_mnist`], [`read_idx`] |
//! | exchange arrays with numpy | [`read_npy`], [`write_npy`], [`NpyArray`]; [`read_npz`], [`NpzReader`], [`write_npz`] |
//! | read or write binary records by a format string | [`RecordFormat`], [`Value`] |
//! | turn columns into features | [`Encoder`] → [`FittedEncoder`], levels by [`Coding`] |
//! | turn a column into targets | [`Target`] → [`FittedTarget`] |
//! | scale a matrix | [`Standardizer`], [`MinMax`], [`RobustScaler`] |
//! | fill what is missing | [`Imputer`] with a [`Fill`] |
//! | encode levels or labels as numbers | [`OrdinalEncoder`], [`LabelEncoder`] |
//! | add powers and products of features | [`Polynomial`] |
//! | chain all of these, column by column | [`Pipeline`] → [`FittedPipeline`] |
//! | take an encoder or a pipeline, unfitted or fitted | [`Prepare`], [`Prepared`] |
//! | invent data whose truth is known | [`Blobs`], [`TwoMoons`], [`Circles`], [`Spirals`], [`Xor`], [`LinearProblem`], [`LogisticProblem`], [`Sinusoid`] |
//! | keep features and targets together | [`Dataset`], [`Targets`] |
//! | walk through it in batches | [`Batches`], [`suggested_batch_size`]; [`BalancedBatches`] |
//! | draw random numbers reproducibly | [`stream`], [`purpose`] |
//!
//! From text to training data: choose the usable rows, split them, fit the encoding on the
//! training rows, apply it to all.
//!
//! ```
//! use gradus_data::{Dataset, Encoder, Target, Task, iris};
//!
//! let table = iris();
//! let encoder = Encoder::default();
//! let rows = encoder.usable_rows(&table, "species")?.rows;
//! let target = Target { column: "species".to_owned(), task: Task::Auto }.fit(&table, &rows)?;
//!
//! let (train, test): (Vec<usize>, Vec<usize>) = rows.iter().partition(|&&row| row % 5 != 0);
//! let fitted = encoder.fit(&table, "species", &train)?;
//! let dataset = |rows: &[usize]| {
//!     let (x, y) = (fitted.transform::<f32>(&table, rows)?, target.encode(&table, rows)?);
//!     Dataset::new(x, y, fitted.feature_names())
//! };
//! assert_eq!((dataset(&train)?.rows(), dataset(&test)?.rows()), (120, 30));
//! # Ok::<(), gradus_data::DataError>(())
//! ```
#![forbid(unsafe_code)]

mod array_size;
mod balanced_batches;
mod batches;
mod column;
mod column_summary;
mod csv_error;
mod csv_header;
mod csv_options;
mod dataset;
mod decimal;
mod embedded;
mod encoder;
mod error;
mod fields;
mod find_columns;
mod fitted_encoder;
mod growing;
mod idx;
mod impute;
mod labels;
mod levels_of;
mod line_starts;
mod min_max;
mod mnist;
mod npy;
mod npz;
mod ordinal;
mod pipeline;
mod polynomial;
mod prepare;
mod quantile;
mod random;
mod read_csv;
mod read_matrix;
mod record;
mod robust;
mod scale;
mod standardize;
mod synthetic;
mod table;
mod target;
mod targets;

pub use balanced_batches::BalancedBatches;
pub use batches::{Batches, EpochBatches, Order, Remainder, suggested_batch_size};
pub use column::{Column, ColumnKind, ColumnValues};
pub use column_summary::{ColumnSummary, Encoding};
pub use csv_error::CsvError;
pub use csv_header::read_csv_header;
pub use csv_options::{CsvOptions, Header};
pub use dataset::Dataset;
pub use embedded::{breast_cancer, diabetes, digits, digits_dataset, iris, wine};
pub use encoder::{Coding, Encoder, Missing, Scaling, Unseen, UsableRows};
pub use error::{DataError, Place};
pub use fitted_encoder::FittedEncoder;
pub use idx::{IdxArray, IdxError, IdxValues, read_idx, read_idx_from};
pub use impute::{Fill, FittedImputer, Imputer, Indicators};
pub use labels::LabelEncoder;
pub use min_max::{FittedMinMax, MinMax};
pub use mnist::{MnistError, load_mnist};
pub use npy::{
    NpyArray, NpyError, NpyOrder, NpyValues, read_npy, read_npy_from, write_npy, write_npy_to,
};
pub use npz::{NpzCompression, NpzLimits, NpzReader, read_npz, write_npz, write_npz_to};
pub use ordinal::{FittedOrdinalEncoder, OrdinalEncoder, UnseenCode};
pub use pipeline::{ColumnSteps, Columns, FittedPipeline, OneHot, Pipeline, Step};
pub use polynomial::{Constant, FittedPolynomial, Polynomial, Terms};
pub use prepare::{Prepare, Prepared};
pub use random::{purpose, stream};
pub use read_csv::{read_csv, read_csv_from};
pub use read_matrix::{CsvBlocks, Gaps, NamedMatrix, read_matrix, read_matrix_from};
pub use record::{
    ByteOrder, Offset, RecordError, RecordField, RecordFormat, RecordReader, Records, Value,
};
pub use robust::{FittedRobustScaler, Middle, RobustScaler};
pub use scale::{Extent, Moments};
pub use standardize::{Divisor, FittedStandardizer, Standardizer};
pub use synthetic::{
    Blobs, Circles, LinearProblem, LogisticProblem, Sinusoid, Spirals, TwoMoons, Xor,
};
pub use table::Table;
pub use target::{FittedTarget, Target, Task};
pub use targets::Targets;
