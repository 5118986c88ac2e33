//! Reads the files and runs their cases.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use serde_json::{Map, Value};

use super::case::{Outcome, Stop};
use super::compare::Checks;
use super::error::ConformanceError;
use super::fields::Fields;
use super::report::FileReport;
use super::{
    activations, backprop, hessian, init, linear_models, losses, metrics, optimizers, probability,
    resampling, schedules, struct_formats,
};

/// Runs one case of a file.
type Program = fn(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop>;

/// The program for a file's cases, by the file's name.
fn program(file: &str) -> Program {
    match file {
        "activations.json" => activations::run,
        "backprop.json" => backprop::run,
        "hessian.json" => hessian::run,
        "init.json" => init::run,
        "linear_models.json" => linear_models::run,
        "losses.json" => losses::run,
        "metrics.json" => metrics::run,
        "optimizers.json" => optimizers::run,
        "probability.json" => probability::run,
        "resampling.json" => resampling::run,
        "schedules.json" => schedules::run,
        "struct_formats.json" => struct_formats::run,
        _ => |_, _| Err(Stop::not_implemented("this file")),
    }
}

/// Runs every `*.json` of a folder, in the order of their names.
pub(super) fn run_folder(folder: &Path) -> Result<Vec<FileReport>, ConformanceError> {
    let unreadable = |source| ConformanceError::Read { path: folder.to_path_buf(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(ConformanceError::Empty { path: folder.to_path_buf() });
    }
    paths.sort();
    paths.iter().map(|path| run_file(path)).collect()
}

fn run_file(path: &Path) -> Result<FileReport, ConformanceError> {
    let owned = || path.to_path_buf();
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConformanceError::Read { path: owned(), source })?;
    let content: Value = serde_json::from_str(&text)
        .map_err(|source| ConformanceError::Syntax { path: owned(), source })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    run_content(name.unwrap_or_default(), &content, path.parent())
        .map_err(|what| ConformanceError::Schema { path: owned(), what })
}

/// Runs the cases of a file's content, or says how it is not a file of reference values. Data sets
/// that cases name are looked for from the file's folder.
pub(super) fn run_content(
    name: String,
    content: &Value,
    folder: Option<&Path>,
) -> Result<FileReport, &'static str> {
    let content = content.as_object().ok_or("the whole is not an object")?;
    let cases =
        content.get("cases").and_then(Value::as_array).ok_or("it has no list of `cases`")?;
    // A copy under another name still says what it is.
    let subject = content.get("file").and_then(Value::as_str);
    let program = program(subject.unwrap_or(&name));
    let mut outcomes = Vec::with_capacity(cases.len());
    for (number, case) in cases.iter().enumerate() {
        let case = case.as_object().ok_or("a case is not an object")?;
        let label = case.get("name").and_then(Value::as_str);
        let label = label.map_or_else(|| format!("#{number}"), str::to_owned);
        outcomes.push((label, run_case(program, case, &Fields::new(content).in_folder(folder))));
    }
    Ok(FileReport { name, cases: outcomes })
}

/// Runs a case; a panic is a failure that says so.
fn run_case(program: Program, case: &Map<String, Value>, file: &Fields<'_>) -> Outcome {
    let fields = Fields::new(case);
    fields.skip(&["name", "convention"]);
    let run = AssertUnwindSafe(|| program(&fields, file));
    let result = catch_unwind(run).unwrap_or_else(|payload| {
        Err(Stop::refused(format!("panic: {}", panic_message(payload.as_ref()))))
    });
    Outcome::judge(&fields, result)
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
