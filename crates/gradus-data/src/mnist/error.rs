//! What a directory with MNIST's files can get wrong.

use std::path::PathBuf;

use thiserror::Error;

use crate::error::list;

/// Why files of the MNIST layout could not be loaded, where none of them is wrong by itself.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MnistError {
    /// Files of the MNIST layout are not in the directory.
    #[error(
        "{} lacks {}; put the four MNIST files train-images-idx3-ubyte, train-labels-idx1-ubyte, \
         t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte there (with or without .gz, and also \
         with a dot before idx)", .dir.display(), list(.missing)
    )]
    Missing {
        /// The directory.
        dir: PathBuf,
        /// The files that are lacking.
        missing: Vec<String>,
    },
    /// The images of train and test differ in size.
    #[error("the test images are {}×{} where the training images are {}×{}", .test[0], .test[1], .train[0], .train[1])]
    ImageSize {
        /// Height and width of the training images.
        train: [usize; 2],
        /// Height and width of the test images.
        test: [usize; 2],
    },
}
