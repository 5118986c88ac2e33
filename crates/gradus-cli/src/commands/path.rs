//! `gradus path`.

use std::path::Path;

use gradus::io::write_atomically;
use gradus::linear::{EarlyStop, LambdaGrid, PenalisedPath, Penalty, Weights};
use serde::Serialize;

use super::fit::{penalised, weigh};
use crate::args::PathArgs;
use crate::data::DesignData;
use crate::error::CliError;
use crate::output::{Output, field, short};

/// Features in the list of those that come in.
const SHOWN: usize = 30;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: &'r str,
    family: String,
    target: &'r str,
    classes: Option<&'r [String]>,
    rows: usize,
    dropped: usize,
    path: &'r PenalisedPath,
    converged: bool,
    order_of_entry: Vec<Entry<'r>>,
    out: Option<&'r Path>,
    notes: &'r [String],
}

/// A feature that comes in.
#[derive(Serialize)]
struct Entry<'r> {
    feature: &'r str,
    point: usize,
    lambda: f64,
}

pub(crate) fn run(args: &PathArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    if let Some(out) = &args.out {
        let same = |a: &Path, b: &Path| match (a.canonicalize(), b.canonicalize()) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        if same(out, Path::new(&args.data.source)) {
            return Err(CliError::usage(format!(
                "{}: is read by this command and not replaced; name another file (--out)",
                out.display()
            )));
        }
    }
    let mut data = DesignData::new(&args.data, &penalised::needs(&args.outcome))?;
    weigh(&mut data, args.outcome.class_weights.as_ref())?;
    let model = penalised::Model::new(&data, &args.outcome)?;
    let design = data.design(Weights::Frequency)?;
    let mut options = penalised::options(&args.data, &args.solver);
    // Of values that the user chose none is left out.
    if args.all || !args.lambdas.is_empty() {
        options.solver.early_stop = EarlyStop::Never;
    }
    let grid = match args.lambdas.as_slice() {
        [] => LambdaGrid::LogSpaced { count: args.count, smallest: args.smallest },
        values => LambdaGrid::Given(values.to_vec()),
    };
    let waiting = crate::progress::spinner("along the path", args.general.json);
    let path = model.path(&design, Penalty::elastic_net(0.0, args.l1_ratio), options, &grid);
    waiting.finish_and_clear();
    let path = path?;

    if let Some(out) = &args.out {
        write_atomically(out, csv(&path, data.target.labels()).as_bytes())?;
    }
    let entries: Vec<Entry<'_>> = path
        .order_of_entry()
        .into_iter()
        .map(|(j, point)| Entry {
            feature: &path.names[j],
            point,
            lambda: path.points[point].lambda,
        })
        .collect();
    if args.general.json {
        return output.json(&Report {
            command: "path",
            data: &data.name,
            family: model.family().to_string(),
            target: data.target.column(),
            classes: data.target.labels(),
            rows: data.rows(),
            dropped: data.dropped,
            path: &path,
            converged: path.is_converged(),
            order_of_entry: entries,
            out: args.out.as_deref(),
            notes: &data.notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} features; {}; ρ = {}",
        data.name,
        data.rows(),
        data.names.len(),
        model.meaning(&data),
        args.l1_ratio
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.text(format_args!("\n{path}"))?;
    output.line(format_args!(
        "each relative gap bounds how far the objective can be above the least there is, as a share of \
         the null model's loss"
    ))?;
    if args.l1_ratio > 0.0 {
        output.line(format_args!("\nfeatures in the order in which they come in:"))?;
        for entry in entries.iter().take(SHOWN) {
            output.line(format_args!("  λ = {:<12} {}", short(entry.lambda, 6), entry.feature))?;
        }
        if entries.len() > SHOWN {
            output.line(format_args!("  and {} more", entries.len() - SHOWN))?;
        }
    }
    if let Some(out) = &args.out {
        output.line(format_args!("\nwrote the coefficients to {}", super::quoted(out)))?;
    }
    Ok(())
}

/// A row for each λ, and for each class if there are several, with all coefficients.
fn csv(path: &PenalisedPath, labels: Option<&[String]>) -> String {
    let several = path.points.first().is_some_and(|point| point.coefficients.len() > 1);
    let mut names = vec!["lambda".to_owned()];
    if several {
        names.push("class".to_owned());
    }
    names.push("(intercept)".to_owned());
    names.extend(path.names.iter().map(|name| field(name)));
    let mut text = names.join(",");
    text.push('\n');
    for point in &path.points {
        for (k, (w, b)) in point.coefficients.iter().zip(&point.intercepts).enumerate() {
            let mut cells = vec![point.lambda.to_string()];
            if several {
                cells.push(field(
                    labels.and_then(|labels| labels.get(k)).map_or("", String::as_str),
                ));
            }
            cells.push(b.to_string());
            cells.extend(w.iter().map(f64::to_string));
            text.push_str(&cells.join(","));
            text.push('\n');
        }
    }
    text
}
