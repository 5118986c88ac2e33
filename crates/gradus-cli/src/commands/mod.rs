//! The commands, one file each, and what they share.

use std::path::Path;

use gradus::io::SavedModel;

use crate::error::CliError;

pub(crate) mod evaluate;
pub(crate) mod info;
pub(crate) mod predict;
pub(crate) mod train;

/// Fixes the number of threads, if one is asked for.
fn use_threads(threads: Option<usize>) -> Result<(), CliError> {
    /// More would only cost memory for their stacks.
    const MOST: usize = 1024;
    let Some(threads) = threads else { return Ok(()) };
    if threads > MOST {
        return Err(CliError::usage(format!("--threads {threads} is more than {MOST}")));
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()
        .map_err(|error| CliError::usage(format!("--threads {threads}: {error}")))
}

fn task(model: &SavedModel) -> &'static str {
    match model.labels() {
        Some(_) => "classification",
        None => "regression",
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
