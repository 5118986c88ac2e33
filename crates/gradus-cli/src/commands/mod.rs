//! The commands, one file each, and what they share.

use std::path::Path;

use gradus::io::is_model_file;

use crate::error::CliError;

pub(crate) mod cv;
pub(crate) mod describe;
pub(crate) mod evaluate;
pub(crate) mod fit;
pub(crate) mod info;
mod info_linear;
pub(crate) mod path;
pub(crate) mod predict;
pub(crate) mod split;
pub(crate) mod train;
pub(crate) mod tune;

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

fn task(labels: Option<&[String]>) -> &'static str {
    match labels {
        Some(_) => "classification",
        None => "regression",
    }
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    quoted_text(&path.display().to_string())
}

/// A text as a shell takes it.
fn quoted_text(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Before anything is computed: whether a table may go there.
fn check_csv_out(out: &Path, read: Option<&Path>) -> Result<(), CliError> {
    if let (Ok(a), Some(Ok(b))) = (out.canonicalize(), read.map(Path::canonicalize))
        && a == b
    {
        return Err(CliError::usage(format!(
            "{}: is read by this command and not replaced; name another file (--out)",
            out.display()
        )));
    }
    if let Some(dir) = out.parent().filter(|dir| !dir.as_os_str().is_empty())
        && !dir.is_dir()
    {
        return Err(CliError::usage(format!(
            "{}: there is no such directory to write to; make it, or choose another (--out)",
            dir.display()
        )));
    }
    if out.is_dir() || is_model_file(out).is_ok_and(|is_model| is_model) {
        return Err(CliError::usage(format!(
            "{}: is there and is no table; it is not replaced, name another file (--out)",
            out.display()
        )));
    }
    Ok(())
}

/// Before anything is computed: whether the model may go there.
fn check_model_out(out: &Path) -> Result<(), CliError> {
    let shown = out.display();
    if let Some(dir) = out.parent().filter(|dir| !dir.as_os_str().is_empty())
        && !dir.is_dir()
    {
        return Err(CliError::usage(format!(
            "{}: there is no such directory to save the model in; make it, or choose another \
             (--out)",
            dir.display()
        )));
    }
    match out.metadata() {
        Ok(found) if !found.is_file() => Err(CliError::usage(format!(
            "{shown}: is not a file; name a file to save the model in (--out)"
        ))),
        Ok(found) if found.len() > 0 && !is_model_file(out)? => Err(CliError::usage(format!(
            "{shown}: is there and is not a model; it is not replaced, name another file (--out)"
        ))),
        _ => Ok(()),
    }
}
