//! `gradus fit`.

use std::path::PathBuf;

use gradus::io::{FitRecord, NamedScore};
use gradus::linear::{Design, LinearError, Weights};

use crate::args::{DataArgs, FitArgs, FitModel, ResultArgs};
use crate::data::{DesignData, TableSource};
use crate::error::CliError;
use crate::output::Output;

mod chosen;
mod class_weights;
mod firth;
mod logistic;
mod multinomial;
mod ols;
mod ols_report;
pub(super) mod penalised;
mod penalised_report;
mod poisson;
mod ratios;
mod ridge_grid;
mod svm;

pub(super) use class_weights::weigh;

pub(crate) fn run(args: &FitArgs, output: &mut Output) -> Result<(), CliError> {
    match &args.model {
        FitModel::Ols(args) => ols::run(args, output),
        FitModel::Logistic(args) => logistic::run(args, output),
        FitModel::Multinomial(args) => multinomial::run(args, output),
        FitModel::Poisson(args) => poisson::run(args, output),
        FitModel::Svm(args) => svm::run(args, output),
        FitModel::Lasso(args) => penalised::run(
            &penalised::Request {
                model: "lasso",
                l1_ratio: 1.0,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
        FitModel::Ridge(args) if args.choose.is_some() => ridge_grid::run(args, output),
        FitModel::Ridge(args) => penalised::run(
            &penalised::Request {
                model: "ridge",
                l1_ratio: 0.0,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
        FitModel::ElasticNet(args) => penalised::run(
            &penalised::Request {
                model: "elastic-net",
                l1_ratio: args.l1_ratio,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
    }
}

/// Fixes the threads and where the model goes, before anything is computed.
fn begin(data: &DataArgs, result: &ResultArgs, model: &str) -> Result<PathBuf, CliError> {
    super::use_threads(result.general.threads)?;
    let source = TableSource::new(&data.source, &data.csv)?;
    let out = result.out.clone().unwrap_or_else(|| source.default_out(model));
    super::check_model_out(&out)?;
    Ok(out)
}

/// The data as the library takes it; what weights mean is the model's to say.
pub(super) fn design<'d>(
    data: &'d DesignData,
    weights: fn(&'d [f64]) -> Weights<'d>,
) -> Result<Design<'d>, LinearError> {
    let mut design = Design::new(&data.x)?.with_names(data.names.iter().map(String::as_str))?;
    if let Some(values) = &data.weights {
        design = design.with_weights(weights(values))?;
    }
    if let Some(offset) = &data.offset {
        design = design.with_offset(offset)?;
    }
    Ok(design)
}

/// What a model file remembers of a fit.
fn record(
    data: &DesignData,
    estimator: String,
    penalty: Option<(f64, f64)>,
    figures: &[(&str, f64)],
) -> FitRecord {
    FitRecord {
        program: concat!("gradus ", env!("CARGO_PKG_VERSION")).to_owned(),
        data: data.name.clone(),
        fingerprint: data.fingerprint,
        rows: data.rows() as u64,
        dropped: data.dropped as u64,
        estimator,
        lambda: penalty.map(|(lambda, _)| lambda),
        l1_ratio: penalty.map(|(_, l1_ratio)| l1_ratio),
        figures: figures
            .iter()
            .map(|&(name, value)| NamedScore { name: name.to_owned(), value })
            .collect(),
    }
}

/// What to do with the saved model.
fn next_steps(output: &mut Output, data: &DataArgs, out: &std::path::Path) -> Result<(), CliError> {
    let (model, data) = (super::quoted(out), super::quoted(std::path::Path::new(&data.source)));
    output.line(format_args!("\nsaved {model}; try next:"))?;
    output.line(format_args!("  gradus info {model}"))?;
    output.line(format_args!("  gradus predict {model} {data} | head"))
}
