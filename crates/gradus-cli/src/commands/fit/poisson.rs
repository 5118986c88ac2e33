//! `gradus fit poisson`.

use gradus::io::{LinearFamily, Offset, OffsetScale};
use gradus::linear::{Poisson, PoissonFit};
use serde::Serialize;

use super::overall::{Overall, R2};
use super::session::{Session, Told};
use super::terms::{Ratio, TermRow, coefficient_table, ratio_table, wald_rows};
use crate::args::PoissonArgs;
use crate::data::{LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, p_value, significant};

/// Overdispersion is worth a word from this p-value down.
const DOUBTFUL: f64 = 0.01;

/// What only this model tells a machine.
#[derive(Serialize)]
struct Report<'r> {
    exposure: Option<&'r str>,
    observations: f64,
    coefficients: Vec<TermRow<'r>>,
    /// With standard errors for the dispersion that was found.
    quasi_coefficients: Vec<TermRow<'r>>,
    figures: Figures,
    iterations: usize,
}

#[derive(Serialize)]
struct Figures {
    #[serde(flatten)]
    overall: Overall,
    df_residual: f64,
    pearson_chi2: f64,
    /// None without degrees of freedom.
    dispersion: Option<f64>,
    dispersion_p: Option<f64>,
}

pub(super) fn run(args: &PoissonArgs, output: &mut Output) -> Result<(), CliError> {
    let exposure = args.exposure.clone().map(|column| Offset { column, scale: OffsetScale::Log });
    let offset = args.offset.clone().map(|column| Offset { column, scale: OffsetScale::Identity });
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::Treatment,
        offset: exposure.or(offset),
        event: None,
    };
    let session = Session::begin("poisson", &args.data, &args.result, &needs)?;
    let model = Poisson {
        intercept: session.intercept(),
        max_iterations: args.max_iter,
        ..Poisson::default()
    };
    let fit = model.fit(&session.design()?, session.values()?);
    let fit = fit.map_err(|error| session.data.placed(error))?;
    let figures = Figures::of(&fit);
    let doubtful = figures.dispersion_p.is_some_and(|p| p < DOUBTFUL).then(|| {
        format!(
            "counts vary more than Poisson's law has it (dispersion {}): standard errors are too small{}",
            significant(fit.dispersion(), 3),
            if args.quasi { " without --quasi" } else { "; --quasi widens them" }
        )
    });
    let quasi = fit.quasi_coefficients();
    let rows = |rows| wald_rows(rows, Ratio::Rate, args.confidence);
    let shown = rows(if args.quasi { &quasi } else { fit.coefficients() })?;
    let text =
        format!("{}\n{}\n{}", figures.text(), coefficient_table(&shown), ratio_table(&shown));
    let estimates: Vec<f64> = fit.coefficients().iter().map(|row| row.estimate).collect();
    let factor = if args.quasi { fit.dispersion() } else { 1.0 };
    let covariance = factor.is_finite().then(|| fit.covariance() * factor);
    let estimator = match args.quasi {
        true => "Poisson regression by quasi-likelihood",
        false => "Poisson regression by maximum likelihood",
    };
    let mut kept = figures.overall.kept();
    kept.extend([("deviance", fit.deviance()), ("Pearson's χ²", figures.pearson_chi2)]);
    let per = args.exposure.as_ref().map_or_else(String::new, |column| format!(" per {column}"));
    let told = Told {
        model: "poisson",
        meaning: format!("the logarithm of the mean of {}{per}", session.data.target.column()),
        notes: doubtful.into_iter().collect(),
        text,
        saved: session.saved_estimates(
            LinearFamily::Poisson,
            &estimates,
            covariance,
            session.record(estimator, &kept),
        ),
        report: Report {
            exposure: args.exposure.as_deref(),
            observations: fit.observations(),
            coefficients: rows(fit.coefficients())?,
            quasi_coefficients: rows(&quasi)?,
            figures,
            iterations: fit.iterations,
        },
    };
    session.finish(told, output)
}

impl Figures {
    fn of(fit: &PoissonFit) -> Self {
        Self {
            overall: Overall {
                deviance: fit.deviance(),
                null_deviance: fit.null_deviance(),
                log_likelihood: fit.log_likelihood,
                null_log_likelihood: fit.null_log_likelihood,
                likelihood_ratio: fit.likelihood_ratio(),
                likelihood_ratio_df: fit.likelihood_ratio_df(),
                likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
                aic: fit.aic(),
                bic: fit.bic(),
                r2: R2::Counts { r2_mcfadden: fit.r2_mcfadden(), r2_deviance: fit.r2_deviance() },
            },
            df_residual: fit.df_residual(),
            pearson_chi2: fit.pearson_chi2(),
            dispersion: Some(fit.dispersion()).filter(|dispersion| dispersion.is_finite()),
            dispersion_p: fit.dispersion_p().ok(),
        }
    }

    fn text(&self) -> String {
        let n = |x: f64| significant(x, 6);
        let dispersion = match (self.dispersion, self.dispersion_p) {
            (Some(dispersion), Some(p)) => {
                format!("; dispersion {}, p {}", n(dispersion), p_value(p))
            }
            _ => String::new(),
        };
        format!(
            "{}deviance {} (null model {}); Pearson's χ² {} with {} degrees of freedom{dispersion}\n",
            self.overall.text(),
            n(self.overall.deviance),
            n(self.overall.null_deviance),
            n(self.pearson_chi2),
            self.df_residual
        )
    }
}
