//! What can go wrong in a chore.

use std::path::PathBuf;
use std::process::ExitCode;

/// An error of a chore; the message says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum XtaskError {
    /// `cargo metadata` failed.
    #[error("cannot read the workspace: {0}")]
    Metadata(#[from] cargo_metadata::Error),
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Read { path: PathBuf, source: std::io::Error },
    /// A file could not be written.
    #[error("cannot write {path}: {source}")]
    Write { path: PathBuf, source: std::io::Error },
    /// A program could not be started.
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: std::io::Error },
    /// A program ran and reported failure.
    #[error("`{command}` failed")]
    Program { command: String, code: Option<i32> },
    /// Tidy found faults; they have been printed.
    #[error("tidy found {0} fault(s), listed above")]
    Untidy(usize),
    /// Examples print something else than expected; the lines have been printed.
    #[error("the output of {0} example(s) is not what is expected, see above")]
    Examples(usize),
    /// A step of `check` failed; its output has been printed.
    #[error("step `{step}` failed; run it alone with: {rerun}")]
    Step { step: &'static str, rerun: String },
}

impl XtaskError {
    /// The program's own exit code where one failed, 1 otherwise.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Program { code: Some(code), .. } => {
                ExitCode::from(u8::try_from(*code).unwrap_or(1))
            }
            _ => ExitCode::FAILURE,
        }
    }
}
