//! `gradus fit ols`.

use gradus::io::{LinearFamily, Offset, OffsetScale, SavedLinear, Uncertainty};
use gradus::linear::{CovarianceKind, LeastSquaresSolver, Ols, OlsFit, Stepwise, Weights};
use gradus::nalgebra::DMatrix;

use super::ols_report::{Figures, Report, text};
use super::session::{Session, Told};
use super::steps::{criterion, direction, over_all, terms};
use crate::args::{OlsArgs, RobustArg, WeightsArg};
use crate::data::{LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::Output;

pub(super) fn run(args: &OlsArgs, output: &mut Output) -> Result<(), CliError> {
    let offset = args.offset.clone();
    let needs = Needs {
        outcome: Outcome::Value,
        levels: LevelCoding::Treatment,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: None,
    };
    let session = Session::begin("ols", &args.data, &args.result, &needs)?;
    let (data, y) = (&session.data, session.values()?);
    let weights = match args.weights_are {
        WeightsArg::Frequency => Weights::Frequency,
        WeightsArg::Precision => Weights::Precision,
    };
    let covariance = args.robust.map_or(CovarianceKind::Classical, covariance);
    let ols = Ols {
        intercept: session.intercept(),
        level: args.confidence,
        covariance,
        ..Ols::default()
    };
    let design = data.design(weights)?;
    let steps = args.steps.stepwise.map(|by| Stepwise {
        criterion: criterion(by),
        direction: direction(args.steps.direction),
        terms: Some(terms(data)),
        ols,
    });
    let steps = steps.map(|stepwise| stepwise.fit(&design, y));
    let steps = steps.transpose().map_err(|error| data.placed(error))?;
    let selected =
        steps.as_ref().map_or_else(|| (0..data.names.len()).collect(), |s| s.selected.clone());
    let x = data.x.select_columns(&selected);
    let design = data.design_of(&x, selected.iter().map(|&j| data.names[j].clone()), weights)?;
    let fit = match &steps {
        Some(steps) => steps.fit.clone(),
        None => ols.fit(&design, y).map_err(|error| data.placed(error))?,
    };
    let summary = fit.summary(&design, y)?;
    let inflation = fit.variance_inflation(&design)?;
    let influence = args.influence.then(|| fit.influence(&design, y)).transpose()?;
    let told = Told {
        model: "ols",
        meaning: format!("the value of {:?} by least squares", data.target.column()),
        notes: Vec::new(),
        text: text(&summary, &inflation, steps.as_ref(), influence.as_ref()),
        saved: saved(&session, &fit, &selected),
        report: Report {
            observations: fit.observations,
            solver: fit.solver,
            covariance,
            rank: fit.rank,
            figures: Figures::of(&fit),
            residual_quantiles: summary.residual_quantiles,
            table: summary.table,
            variance_inflation: inflation,
            steps: steps.as_ref().map(|steps| steps.trace.as_slice()),
            influence,
        },
    };
    session.finish(told, output)
}

fn covariance(robust: RobustArg) -> CovarianceKind {
    match robust {
        RobustArg::Hc0 => CovarianceKind::Hc0,
        RobustArg::Hc1 => CovarianceKind::Hc1,
        RobustArg::Hc2 => CovarianceKind::Hc2,
        RobustArg::Hc3 => CovarianceKind::Hc3,
    }
}

/// The model over all columns: those that were not selected have the coefficient 0, without error.
fn saved(session: &Session<'_>, fit: &OlsFit, selected: &[usize]) -> SavedLinear {
    let columns = session.data.names.len();
    let (coefficients, covariance) =
        over_all(columns, selected, &fit.coefficients, &fit.covariance);
    let known = fit.solver != LeastSquaresSolver::MinimumNorm && fit.sigma2.is_finite();
    let stepwise = selected.len() < columns;
    let record = session.record(
        if stepwise { "least squares, stepwise" } else { "least squares" },
        &[
            ("R²", fit.r2),
            ("adjusted R²", fit.adjusted_r2),
            ("F", fit.f),
            ("log-likelihood", fit.log_likelihood),
            ("AIC", fit.aic),
            ("BIC", fit.bic),
        ],
    );
    SavedLinear {
        uncertainty: known.then_some(Uncertainty {
            covariance,
            residual_variance: Some(fit.sigma2),
            degrees_of_freedom: Some(fit.df_residual),
        }),
        ..session.saved(
            LinearFamily::Gaussian,
            &[fit.intercept],
            DMatrix::from_vec(columns, 1, coefficients),
            record,
        )
    }
}
