//! What keeps a run from being a result.

use std::path::PathBuf;

/// The folder or a file of it cannot be used; the exit code is 2.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ConformanceError {
    /// The folder or a file could not be read.
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// The folder holds nothing to compare with.
    #[error("no *.json file in {path}: name the folder with the reference values")]
    Empty { path: PathBuf },
    /// A file is not JSON.
    #[error("{path} is not valid JSON: {source}")]
    Syntax { path: PathBuf, source: serde_json::Error },
    /// A file is JSON of another shape.
    #[error("{path} is not a file of reference values: {what}")]
    Schema { path: PathBuf, what: &'static str },
}
