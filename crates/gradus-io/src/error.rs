//! What can be wrong with a model file.

use std::path::{Path, PathBuf};

use gradus_data::{DataError, Place};
use gradus_nn::NnError;
use thiserror::Error;

/// Why a model could not be written, read or used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IoError {
    /// A file could not be read or written for the reason in `source`.
    #[error("{}: {source}", .path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What was wrong.
        source: Box<IoError>,
    },
    /// The operating system refused.
    #[error(transparent)]
    System(#[from] std::io::Error),
    /// The path names something that must not be replaced by a file.
    #[error("not a regular file: it is not replaced; name another file")]
    NotAFile,
    /// The bytes do not begin as a model file does.
    #[error(
        "not a gradus model file: name a file that `save`, `gradus train` or `gradus fit` wrote"
    )]
    NotAModel,
    /// The format is of another version.
    #[error(
        "the file has format version {found}, this program reads version {known}; {}",
        if .found > .known { "update gradus" } else { "the file is damaged: train the model again" }
    )]
    Version {
        /// The version in the file.
        found: u16,
        /// The version that is read.
        known: u16,
    },
    /// The file holds another kind of model.
    #[error("the file holds a model of the unknown kind {found}; update gradus")]
    Kind {
        /// The kind in the file.
        found: u16,
    },
    /// The file ends early.
    #[error(
        "the model file is cut off: it has {found} of {expected} bytes; copy it again or train the \
         model again"
    )]
    Truncated {
        /// The bytes that the file should have.
        expected: u64,
        /// The bytes that it has.
        found: u64,
    },
    /// The file goes on after its end.
    #[error(
        "the model file is altered: it has {found} bytes instead of {expected}; copy it again or \
         train the model again"
    )]
    Trailing {
        /// The bytes that the file should have.
        expected: u64,
        /// The bytes that it has.
        found: u64,
    },
    /// The checksum is not that of the bytes.
    #[error(
        "the model file is altered: its checksum is {found:08x}, its bytes give {expected:08x}; \
         copy it again or train the model again"
    )]
    Checksum {
        /// The checksum of the bytes.
        expected: u32,
        /// The checksum in the file.
        found: u32,
    },
    /// The model is larger than a file may be.
    #[error("the model takes {bytes} bytes, more than the {max} that a model file may hold")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// The payload cannot be decoded, though its checksum is right.
    #[error("the model file cannot be decoded ({reason}); train the model again")]
    Payload {
        /// What the decoder met.
        reason: String,
    },
    /// The payload is decoded, and its parts do not fit together.
    #[error("the model is inconsistent: {what}; train the model again")]
    Inconsistent {
        /// What does not fit.
        what: String,
    },
    /// A parameter is infinite or NaN.
    #[error(
        "parameter {name} has the value {value} at position {position}; train the model again with \
         a lower learning rate"
    )]
    NonFinite {
        /// The parameter.
        name: String,
        /// The first such value.
        value: f64,
        /// Its position, counted from 0, column after column.
        position: usize,
    },
    /// A number of a linear model is infinite or NaN.
    #[error("the {name} of the model hold {value} at position {position}; fit it again")]
    NonFiniteFit {
        /// What holds it.
        name: String,
        /// The first such value.
        value: f64,
        /// Its position, counted from 0, column after column.
        position: usize,
    },
    /// An exposure has no logarithm.
    #[error(
        "{place}, column {column:?}: an exposure of {value} is not above 0; correct it or remove \
         the row"
    )]
    Exposure {
        /// Where.
        place: Place,
        /// The column.
        column: String,
        /// The value.
        value: f64,
    },
    /// The network gives infinite or undefined numbers.
    #[error(
        "the network gives {value} for row {row}: its weights are too large for {precision}, or the \
         row's features are; train the model again in f64 or with a lower learning rate"
    )]
    Output {
        /// The first such row, from 0.
        row: usize,
        /// The value.
        value: f64,
        /// The network's element type.
        precision: &'static str,
    },
    /// A linear model gives infinite or undefined numbers.
    #[error(
        "the model gives {value} for row {row} (counted from 0): the row's features are too far \
         from those that were fitted on; correct the row or remove it"
    )]
    Extrapolation {
        /// The first such row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// The layers cannot be written down, or data does not fit them.
    #[error(transparent)]
    Network(#[from] NnError),
    /// Data cannot be prepared for the model.
    #[error(transparent)]
    Data(#[from] DataError),
}

impl IoError {
    /// Adds the file to an error that arose in it.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        Self::InFile { path: path.to_owned(), source: Box::new(self) }
    }

    pub(crate) fn inconsistent(what: impl Into<String>) -> Self {
        Self::Inconsistent { what: what.into() }
    }
}
