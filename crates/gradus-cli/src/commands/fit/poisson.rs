//! `gradus fit poisson`.

use std::path::Path;

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{Intercept, Poisson, PoissonFit, Weights};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::ratios::{RatioRow, ratio_rows, ratio_table};
use crate::args::PoissonArgs;
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, significant};
use crate::scores::Truth;

/// Overdispersion is worth a word from this p-value down.
const DOUBTFUL: f64 = 0.01;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    exposure: Option<&'r str>,
    rows: usize,
    dropped: usize,
    observations: f64,
    coefficients: Vec<RatioRow<'r>>,
    /// With standard errors for the dispersion that was found.
    quasi_coefficients: Vec<RatioRow<'r>>,
    figures: Figures,
    iterations: usize,
    saved: &'r Path,
    notes: &'r [String],
}

#[derive(Serialize)]
struct Figures {
    deviance: f64,
    null_deviance: f64,
    df_residual: f64,
    pearson_chi2: f64,
    /// None without degrees of freedom.
    dispersion: Option<f64>,
    dispersion_p: Option<f64>,
    log_likelihood: f64,
    null_log_likelihood: f64,
    likelihood_ratio: f64,
    likelihood_ratio_df: usize,
    /// None without features.
    likelihood_ratio_p: Option<f64>,
    aic: f64,
    bic: f64,
    r2_mcfadden: f64,
    r2_deviance: f64,
}

pub(super) fn run(args: &PoissonArgs, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(&args.data, &args.result, "poisson")?;
    let exposure = args.exposure.clone().map(|column| Offset { column, scale: OffsetScale::Log });
    let offset = args.offset.clone().map(|column| Offset { column, scale: OffsetScale::Identity });
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::Treatment,
        offset: exposure.or(offset),
        event: None,
    };
    let mut data = DesignData::new(&args.data, &needs)?;
    let Truth::Values(y) = &data.truth else {
        return Err(CliError::usage("the outcome holds no counts; name another (--target)"));
    };
    let intercept = if args.data.no_intercept { Intercept::None } else { Intercept::Fitted };
    let model = Poisson { intercept, max_iterations: args.max_iter, ..Poisson::default() };
    let fit = model.fit(&super::design(&data, Weights::Frequency)?, y)?;
    let figures = figures(&fit);
    if figures.dispersion_p.is_some_and(|p| p < DOUBTFUL) {
        data.notes.push(format!(
            "counts vary more than Poisson's law has it (dispersion {}): standard errors are too small{}",
            significant(fit.dispersion(), 3),
            if args.quasi { " without --quasi" } else { "; --quasi widens them" }
        ));
    }
    save(&out, &SavedModel::from(saved(args, &data, &fit, &figures)))?;
    let quasi = fit.quasi_coefficients();
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "poisson",
            data: &data.name,
            target: data.target.column(),
            exposure: args.exposure.as_deref(),
            rows: data.rows(),
            dropped: data.dropped,
            observations: fit.observations(),
            coefficients: ratio_rows(fit.coefficients()),
            quasi_coefficients: ratio_rows(&quasi),
            figures,
            iterations: fit.iterations,
            saved: &out,
            notes: &data.notes,
        });
    }
    let per = args.exposure.as_ref().map_or_else(String::new, |column| format!(" per {column}"));
    output.line(format_args!(
        "{}: {} rows, {} features; the logarithm of the mean of {}{per}",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column()
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    let shown = if args.quasi { &quasi[..] } else { fit.coefficients() };
    let table = ratio_table(&ratio_rows(shown), "rate ratio");
    output.text(format_args!("\n{table}\n{}", summary(&figures)))?;
    super::next_steps(output, &args.data, &out)
}

fn figures(fit: &PoissonFit) -> Figures {
    Figures {
        deviance: fit.deviance(),
        null_deviance: fit.null_deviance(),
        df_residual: fit.df_residual(),
        pearson_chi2: fit.pearson_chi2(),
        dispersion: Some(fit.dispersion()).filter(|dispersion| dispersion.is_finite()),
        dispersion_p: fit.dispersion_p().ok(),
        log_likelihood: fit.log_likelihood,
        null_log_likelihood: fit.null_log_likelihood,
        likelihood_ratio: fit.likelihood_ratio(),
        likelihood_ratio_df: fit.likelihood_ratio_df(),
        likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
        aic: fit.aic(),
        bic: fit.bic(),
        r2_mcfadden: fit.r2_mcfadden(),
        r2_deviance: fit.r2_deviance(),
    }
}

fn summary(figures: &Figures) -> String {
    let n = |x: f64| significant(x, 6);
    let likelihoods = super::ratios::likelihood_ratio(
        -2.0 * figures.log_likelihood,
        -2.0 * figures.null_log_likelihood,
        (figures.likelihood_ratio, figures.likelihood_ratio_df, figures.likelihood_ratio_p),
    );
    let dispersion = match (figures.dispersion, figures.dispersion_p) {
        (Some(dispersion), Some(p)) => {
            format!("; dispersion {}, p {}", n(dispersion), significant(p, 3))
        }
        _ => String::new(),
    };
    format!(
        "{likelihoods}deviance {} (null model {}); Pearson's χ² {} with {} degrees of freedom{dispersion}\n\
         R² {} (McFadden), {} (of the deviance); AIC {}, BIC {}\n",
        n(figures.deviance),
        n(figures.null_deviance),
        n(figures.pearson_chi2),
        figures.df_residual,
        n(figures.r2_mcfadden),
        n(figures.r2_deviance),
        n(figures.aic),
        n(figures.bic)
    )
}

fn saved(
    args: &PoissonArgs,
    data: &DesignData,
    fit: &PoissonFit,
    figures: &Figures,
) -> SavedLinear {
    let estimates: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
    let constant = usize::from(!args.data.no_intercept);
    let slopes = &estimates[constant.min(estimates.len())..];
    let factor = if args.quasi { fit.dispersion() } else { 1.0 };
    SavedLinear {
        family: LinearFamily::Poisson,
        intercept: (constant == 1).then(|| estimates[..constant].to_vec()),
        coefficients: DMatrix::from_column_slice(slopes.len(), 1, slopes),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: factor.is_finite().then(|| Uncertainty {
            covariance: fit.covariance() * factor,
            residual_variance: None,
            degrees_of_freedom: None,
        }),
        record: super::record(
            data,
            match args.quasi {
                true => "Poisson regression by quasi-likelihood".to_owned(),
                false => "Poisson regression by maximum likelihood".to_owned(),
            },
            None,
            &[
                ("−2 log-likelihood", -2.0 * figures.log_likelihood),
                ("deviance", figures.deviance),
                ("Pearson's χ²", figures.pearson_chi2),
                ("AIC", figures.aic),
                ("BIC", figures.bic),
            ],
        ),
    }
}
