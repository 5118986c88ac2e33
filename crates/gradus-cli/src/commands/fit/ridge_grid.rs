//! `gradus fit ridge --choose`: a grid of penalties from one decomposition.

use gradus::io::{FitRecord, LinearFamily, Offset, OffsetScale};
use gradus::linear::{RidgeGrid, RidgePath, RidgePoint, Scaling};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::session::{Session, Told};
use crate::args::{ChooseArg, FamilyArg, RidgeArgs};
use crate::data::{LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, significant};

/// λ from 10⁻¹⁰ to 10³ times the square of the largest singular value, ten a decade.
const EXPONENTS: std::ops::RangeInclusive<i32> = -100..=30;
/// Of which so many apart are shown.
const SHOWN: usize = 10;

/// What only this model tells a machine.
#[derive(Serialize)]
struct Report<'r> {
    chosen_by: &'static str,
    chosen: &'r RidgePoint,
    names: &'r [String],
    path: &'r [RidgePoint],
    singular_values: &'r [f64],
}

pub(super) fn run(args: &RidgeArgs, output: &mut Output) -> Result<(), CliError> {
    let outcome = &args.outcome;
    let classes = outcome.family.is_some_and(|family| family != FamilyArg::Gaussian);
    if classes || outcome.event.is_some() || outcome.class_weights.is_some() {
        return Err(CliError::usage("--choose is for values; choose λ for classes by --cv"));
    }
    let offset = outcome.offset.clone();
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::OneHot,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: None,
    };
    let session = Session::begin("ridge", &args.data, &args.result, &needs)?;
    let path = along_the_grid(args, &session)?;
    let (chosen, chosen_by) = match args.choose {
        Some(ChooseArg::Gcv) => (path.best_by_gcv(), "generalized cross-validation"),
        Some(ChooseArg::Loo) | None => (path.best_by_leave_one_out(), "leave-one-out"),
    };
    if !(chosen.leave_one_out.is_finite() && chosen.gcv.is_finite()) {
        return Err(CliError::usage(format!(
            "no λ has an error by {chosen_by}: with so few rows a fit leaves none to judge it by; give \
             more rows, or a λ (--lambda)"
        )));
    }
    let text = format!(
        "{}\nλ = {} by {chosen_by}: {} degrees of freedom, leave-one-out error {}, RSS {}\n\n{}",
        trace(&path.points),
        significant(chosen.lambda, 6),
        significant(chosen.degrees_of_freedom, 4),
        significant(chosen.leave_one_out, 6),
        significant(chosen.rss, 6),
        coefficients(args, &session, chosen)
    );
    let record = FitRecord {
        lambda: Some(chosen.lambda),
        l1_ratio: Some(0.0),
        ..session.record(
            &format!("ridge, λ by {chosen_by}"),
            &[
                ("degrees of freedom", chosen.degrees_of_freedom),
                ("leave-one-out error", chosen.leave_one_out),
                ("GCV", chosen.gcv),
            ],
        )
    };
    let slopes = DMatrix::from_column_slice(chosen.coefficients.len(), 1, &chosen.coefficients);
    let told = Told {
        model: "ridge",
        meaning: format!("the value of {:?} by ridge regression", session.data.target.column()),
        notes: Vec::new(),
        text,
        saved: session.saved(LinearFamily::Gaussian, &[chosen.intercept], slopes, record),
        report: Report {
            chosen_by,
            chosen,
            names: &session.data.names,
            path: &path.points,
            singular_values: &path.singular_values,
        },
    };
    session.finish(told, output)
}

fn along_the_grid(args: &RidgeArgs, session: &Session<'_>) -> Result<RidgePath, CliError> {
    let (design, y) = (session.design()?, session.values()?);
    let grid = RidgeGrid {
        intercept: session.intercept(),
        scaling: if args.penalty.solver.no_scaling { Scaling::None } else { Scaling::Standardize },
    };
    let largest = grid.fit(&design, y, &[1.0])?.singular_values.first().copied().unwrap_or(1.0);
    let unit = if largest > 0.0 { largest * largest } else { 1.0 };
    let lambdas: Vec<f64> =
        EXPONENTS.map(|tenth| unit * 10_f64.powf(f64::from(tenth) / 10.0)).collect();
    Ok(grid.fit(&design, y, &lambdas)?)
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

fn coefficients(args: &RidgeArgs, session: &Session<'_>, chosen: &RidgePoint) -> String {
    let mut table = vec![vec![String::new(), "estimate".to_owned()]];
    if !args.data.no_intercept {
        table.push(vec!["(intercept)".to_owned(), significant(chosen.intercept, 6)]);
    }
    for (name, estimate) in session.data.names.iter().zip(&chosen.coefficients) {
        table.push(vec![name.clone(), significant(*estimate, 6)]);
    }
    aligned(&table)
}
