//! `gradus fit ols`.

use std::path::Path;

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{CoefficientTable, Intercept, LeastSquaresSolver, Ols, OlsFit, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use crate::args::{OlsArgs, WeightsArg};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, significant};
use crate::scores::Truth;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    rows: usize,
    dropped: usize,
    observations: f64,
    solver: LeastSquaresSolver,
    rank: usize,
    table: CoefficientTable,
    figures: Figures,
    saved: &'r Path,
    notes: &'r [String],
}

/// The statistics of the whole fit.
#[derive(Serialize)]
struct Figures {
    df_model: f64,
    df_residual: f64,
    rss: f64,
    tss: f64,
    sigma2: f64,
    r2: f64,
    adjusted_r2: f64,
    f: f64,
    f_p: f64,
    log_likelihood: f64,
    aic: f64,
    bic: f64,
    condition_number: f64,
}

impl Figures {
    fn of(fit: &OlsFit) -> Self {
        Self {
            df_model: fit.df_model,
            df_residual: fit.df_residual,
            rss: fit.rss,
            tss: fit.tss,
            sigma2: fit.sigma2,
            r2: fit.r2,
            adjusted_r2: fit.adjusted_r2,
            f: fit.f,
            f_p: fit.f_p,
            log_likelihood: fit.log_likelihood,
            aic: fit.aic,
            bic: fit.bic,
            condition_number: fit.condition_number,
        }
    }
}

/// Condition numbers above it are worth a word.
const ILL_CONDITIONED: f64 = 1e8;

pub(super) fn run(args: &OlsArgs, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(&args.data, &args.result, "ols")?;
    let offset = args.offset.clone();
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::Treatment,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: None,
    };
    let data = DesignData::new(&args.data, &needs)?;
    let Truth::Values(y) = &data.truth else {
        return Err(CliError::usage("the outcome is no number; name another (--target)"));
    };
    let weights = match args.weights_are {
        WeightsArg::Frequency => Weights::Frequency,
        WeightsArg::Precision => Weights::Precision,
    };
    let design = super::design(&data, weights)?;
    let intercept = if args.data.no_intercept { Intercept::None } else { Intercept::Fitted };
    let fit = Ols { intercept, level: args.confidence, ..Ols::default() }.fit(&design, y)?;
    save(&out, &SavedModel::from(saved(args, &data, &fit)))?;
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "ols",
            data: &data.name,
            target: data.target.column(),
            rows: data.rows(),
            dropped: data.dropped,
            observations: fit.observations,
            solver: fit.solver,
            rank: fit.rank,
            table: fit.table(),
            figures: Figures::of(&fit),
            saved: &out,
            notes: &data.notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} features; the value of {:?} by least squares",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column()
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.text(format_args!("\n{}\n{}", fit.table(), summary(&fit)))?;
    super::next_steps(output, &args.data, &out)
}

fn summary(fit: &OlsFit) -> String {
    let n = |x: f64| significant(x, 6);
    let mut text = format!(
        "residual standard error {} with {} degrees of freedom\n\
         R² {}, adjusted {}; F {} with {} and {} degrees of freedom, p {}\n\
         log-likelihood {}, AIC {}, BIC {}; condition number {}\n",
        n(fit.sigma2.sqrt()),
        fit.df_residual,
        n(fit.r2),
        n(fit.adjusted_r2),
        n(fit.f),
        fit.df_model,
        fit.df_residual,
        significant(fit.f_p, 3),
        n(fit.log_likelihood),
        n(fit.aic),
        n(fit.bic),
        significant(fit.condition_number, 3)
    );
    if fit.solver == LeastSquaresSolver::MinimumNorm {
        text.push_str(&format!(
            "warning: columns depend on each other: only {} of the coefficients are determined by the \
             data, and these are the smallest that fit; leave columns out (--ignore) to read them\n",
            fit.rank
        ));
    } else if fit.condition_number > ILL_CONDITIONED {
        text.push_str(
            "warning: columns nearly depend on each other, or their units differ much: coefficients \
             are uncertain\n",
        );
    }
    if fit.df_residual == 0.0 {
        text.push_str(
            "warning: no degree of freedom is left, so nothing can be said about errors\n",
        );
    }
    text
}

fn saved(args: &OlsArgs, data: &DesignData, fit: &OlsFit) -> SavedLinear {
    let known = fit.solver != LeastSquaresSolver::MinimumNorm && fit.sigma2.is_finite();
    SavedLinear {
        family: LinearFamily::Gaussian,
        intercept: (!args.data.no_intercept).then(|| vec![fit.intercept]),
        coefficients: DMatrix::from_column_slice(fit.coefficients.len(), 1, &fit.coefficients),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: known.then(|| Uncertainty {
            covariance: fit.covariance.clone(),
            residual_variance: Some(fit.sigma2),
            degrees_of_freedom: Some(fit.df_residual),
        }),
        record: super::record(
            data,
            "least squares".to_owned(),
            None,
            &[
                ("R²", fit.r2),
                ("adjusted R²", fit.adjusted_r2),
                ("F", fit.f),
                ("log-likelihood", fit.log_likelihood),
                ("AIC", fit.aic),
                ("BIC", fit.bic),
            ],
        ),
    }
}
