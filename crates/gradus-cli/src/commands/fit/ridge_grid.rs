//! `gradus fit ridge --choose`: a grid of penalties from one decomposition.

use std::path::Path;

use gradus::io::{LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, save};
use gradus::linear::{Intercept, RidgeGrid, RidgePoint, Scaling, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use crate::args::{ChooseArg, FamilyArg, RidgeArgs};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, significant};
use crate::scores::Truth;

/// λ from 10⁻¹⁰ to 10³ times the square of the largest singular value, ten a decade.
const EXPONENTS: std::ops::RangeInclusive<i32> = -100..=30;
/// Of which so many apart are shown.
const SHOWN: usize = 10;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    rows: usize,
    dropped: usize,
    chosen_by: &'static str,
    chosen: &'r RidgePoint,
    names: &'r [String],
    path: &'r [RidgePoint],
    singular_values: &'r [f64],
    saved: &'r Path,
    notes: &'r [String],
}

pub(super) fn run(args: &RidgeArgs, output: &mut Output) -> Result<(), CliError> {
    let outcome = &args.outcome;
    let classes = outcome.family.is_some_and(|family| family != FamilyArg::Gaussian);
    if classes || outcome.event.is_some() || outcome.class_weights.is_some() {
        return Err(CliError::usage("--choose is for values; choose λ for classes by --cv"));
    }
    let out = super::begin(&args.data, &args.result, "ridge")?;
    let offset = outcome.offset.clone();
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::OneHot,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: None,
    };
    let data = DesignData::new(&args.data, &needs)?;
    let Truth::Values(y) = &data.truth else {
        return Err(CliError::usage("the outcome is no number; name another (--target)"));
    };
    let design = super::design(&data, Weights::Frequency)?;
    let grid = RidgeGrid {
        intercept: if args.data.no_intercept { Intercept::None } else { Intercept::Fitted },
        scaling: if args.penalty.solver.no_scaling { Scaling::None } else { Scaling::Standardize },
    };
    let largest = grid.fit(&design, y, &[1.0])?.singular_values.first().copied().unwrap_or(1.0);
    let unit = if largest > 0.0 { largest * largest } else { 1.0 };
    let lambdas: Vec<f64> =
        EXPONENTS.map(|tenth| unit * 10_f64.powf(f64::from(tenth) / 10.0)).collect();
    let path = grid.fit(&design, y, &lambdas)?;
    let (chosen, chosen_by) = match args.choose {
        Some(ChooseArg::Gcv) => (path.best_by_gcv(), "generalized cross-validation"),
        Some(ChooseArg::Loo) | None => (path.best_by_leave_one_out(), "leave-one-out"),
    };
    save(&out, &SavedModel::from(saved(args, &data, chosen, chosen_by)))?;
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "ridge",
            data: &data.name,
            target: data.target.column(),
            rows: data.rows(),
            dropped: data.dropped,
            chosen_by,
            chosen,
            names: &data.names,
            path: &path.points,
            singular_values: &path.singular_values,
            saved: &out,
            notes: &data.notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} features; the value of {:?} by ridge regression",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column()
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.text(format_args!("\n{}", trace(&path.points)))?;
    output.line(format_args!(
        "\nλ = {} by {chosen_by}: {} degrees of freedom, leave-one-out error {}, RSS {}\n",
        significant(chosen.lambda, 6),
        significant(chosen.degrees_of_freedom, 4),
        significant(chosen.leave_one_out, 6),
        significant(chosen.rss, 6)
    ))?;
    output.text(format_args!("{}", coefficients(args, &data, chosen)))?;
    super::next_steps(output, &args.data, &out)
}

/// Some of the points.
fn trace(points: &[RidgePoint]) -> String {
    let names = ["λ", "df", "RSS", "leave-one-out", "GCV"];
    let mut table = vec![names.map(str::to_owned).to_vec()];
    for point in points.iter().step_by(SHOWN) {
        let values = [
            (point.lambda, 3),
            (point.degrees_of_freedom, 4),
            (point.rss, 6),
            (point.leave_one_out, 6),
            (point.gcv, 6),
        ];
        table.push(values.map(|(value, digits)| significant(value, digits)).to_vec());
    }
    aligned(&table)
}

fn coefficients(args: &RidgeArgs, data: &DesignData, chosen: &RidgePoint) -> String {
    let mut table = vec![vec![String::new(), "estimate".to_owned()]];
    if !args.data.no_intercept {
        table.push(vec!["(intercept)".to_owned(), significant(chosen.intercept, 6)]);
    }
    for (name, estimate) in data.names.iter().zip(&chosen.coefficients) {
        table.push(vec![name.clone(), significant(*estimate, 6)]);
    }
    aligned(&table)
}

fn saved(args: &RidgeArgs, data: &DesignData, point: &RidgePoint, by: &str) -> SavedLinear {
    SavedLinear {
        family: LinearFamily::Gaussian,
        intercept: (!args.data.no_intercept).then(|| vec![point.intercept]),
        coefficients: DMatrix::from_column_slice(data.names.len(), 1, &point.coefficients),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: None,
        record: super::record(
            data,
            format!("ridge, λ by {by}"),
            Some((point.lambda, 0.0)),
            &[
                ("degrees of freedom", point.degrees_of_freedom),
                ("leave-one-out error", point.leave_one_out),
                ("GCV", point.gcv),
            ],
        ),
    }
}
