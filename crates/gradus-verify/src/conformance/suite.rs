//! Reads the files and runs their cases.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use gradus_linalg::Scalar;
use serde_json::{Map, Value};

use super::case::{Outcome, Stop};
use super::compare::Checks;
use super::error::ConformanceError;
use super::fields::{Fields, Rounding};
use super::report::FileReport;
use super::single::{Roundings, Runs};
use super::{
    activations, backprop, hessian, init, linear_models, losses, metrics, optimizers, probability,
    resampling, schedules, struct_formats,
};

/// Runs one case of a file.
type Program = fn(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop>;

/// The program for a file's cases, by the file's name.
fn program(file: &str) -> Program {
    match file {
        "activations.json" => activations::run::<f64>,
        "backprop.json" => backprop::run::<f64>,
        "hessian.json" => hessian::run,
        "init.json" => init::run::<f64>,
        "linear_models.json" => linear_models::run,
        "losses.json" => losses::run::<f64>,
        "metrics.json" => metrics::run,
        "optimizers.json" => optimizers::run::<f64>,
        "probability.json" => probability::run,
        "resampling.json" => resampling::run,
        "schedules.json" => schedules::run::<f64>,
        "struct_formats.json" => struct_formats::run,
        _ => |_, _| Err(Stop::not_implemented("this file")),
    }
}

/// The program for a file's cases in single precision, if the subject has one, and how many
/// roundings it may be off.
///
/// A rate is rounded once, a variance a few times. Activations have the 8 ulp that functions made of
/// several vectorised ones need, and costs and gradients as many, of the largest term of the sums
/// that they are. Errors of a trajectory add up step by step; no case is so unstable that they
/// multiply.
fn single_program(file: &str) -> Option<(Program, Roundings)> {
    let roundings =
        |of_itself, of_the_largest, growth| Roundings { of_itself, of_the_largest, growth };
    Some(match file {
        "activations.json" => (activations::run::<f32>, roundings(8.0, 0.0, 0.0)),
        "backprop.json" => (backprop::run::<f32>, roundings(4.0, 4.0, 0.0)),
        "init.json" => (init::run::<f32>, roundings(2.0, 0.0, 0.0)),
        "losses.json" => (losses::run::<f32>, roundings(4.0, 4.0, 0.0)),
        "optimizers.json" => (optimizers::run::<f32>, roundings(4.0, 4.0, 0.5)),
        "schedules.json" => (schedules::run::<f32>, roundings(1.0, 0.0, 0.0)),
        _ => return None,
    })
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
    let mut reports = Vec::new();
    for path in &paths {
        reports.extend(run_file(path)?);
    }
    Ok(reports)
}

fn run_file(path: &Path) -> Result<Vec<FileReport>, ConformanceError> {
    let owned = || path.to_path_buf();
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConformanceError::Read { path: owned(), source })?;
    let content: Value = serde_json::from_str(&text)
        .map_err(|source| ConformanceError::Syntax { path: owned(), source })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    run_content(name.unwrap_or_default(), &content, path.parent())
        .map_err(|what| ConformanceError::Schema { path: owned(), what })
}

/// Runs the cases of a file's content, in double and then in single precision if the subject is
/// computed in it, or says how it is not a file of reference values. Data sets that cases name are
/// looked for from the file's folder.
pub(super) fn run_content(
    name: String,
    content: &Value,
    folder: Option<&Path>,
) -> Result<Vec<FileReport>, &'static str> {
    let content = content.as_object().ok_or("the whole is not an object")?;
    let cases =
        content.get("cases").and_then(Value::as_array).ok_or("it has no list of `cases`")?;
    // A copy under another name still says what it is.
    let subject = content.get("file").and_then(Value::as_str);
    let subject = subject.unwrap_or(&name);
    let (program, single) = (program(subject), single_program(subject));
    let (mut double, mut singles) = (Vec::with_capacity(cases.len()), Vec::new());
    for (number, case) in cases.iter().enumerate() {
        let case = case.as_object().ok_or("a case is not an object")?;
        let label = case.get("name").and_then(Value::as_str);
        let label = label.map_or_else(|| format!("#{number}"), str::to_owned);
        let file = Fields::new(content).in_folder(folder);
        let fields = Fields::new(case);
        fields.skip(&["name", "convention"]);
        let result = run_case(program, &fields, &file);
        if let Some(single) = single {
            singles.push((label.clone(), run_single(program, single, case, &file, &result)));
        }
        double.push((label, Outcome::judge(&fields, result)));
    }
    let mut reports = vec![FileReport { name: name.clone(), numbers: f64::NAME, cases: double }];
    if single.is_some() {
        reports.push(FileReport { name, numbers: f32::NAME, cases: singles });
    }
    Ok(reports)
}

/// Runs a case; a panic is a failure that says so.
fn run_case(program: Program, case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let run = AssertUnwindSafe(|| program(case, file));
    catch_unwind(run).unwrap_or_else(|payload| {
        Err(Stop::refused(format!("panic: {}", panic_message(payload.as_ref()))))
    })
}

/// Runs a case in single precision, given what came of it in double precision.
fn run_single(
    program: Program,
    (single, roundings): (Program, Roundings),
    case: &Map<String, Value>,
    file: &Fields<'_>,
    double: &Result<Checks, Stop>,
) -> Outcome {
    let fields = Fields::new(case).rounded(Rounding::ToSingle);
    fields.skip(&["name", "convention"]);
    let run = || {
        let double = double.clone()?;
        let rounded = run_case(program, &fields, file)?;
        let single = run_case(single, &fields, file)?;
        Ok(Runs { double, rounded, single })
    };
    match run() {
        Err(stop) => Outcome::stopped(stop),
        Ok(runs) => runs.judge(&fields, roundings),
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
