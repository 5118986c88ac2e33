//! `gradus fit ols`.

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{
    CovarianceKind, Design, Intercept, LeastSquaresSolver, LinearError, Ols, OlsFit, StepCriterion,
    StepDirection, StepTerm, Stepwise, Weights,
};
use gradus::nalgebra::DMatrix;

use super::ols_report::{Figures, Report, text};
use crate::args::{DirectionArg, OlsArgs, RobustArg, StepwiseArg, WeightsArg};
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::Output;
use crate::scores::Truth;

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
    let covariance = args.robust.map_or(CovarianceKind::Classical, covariance);
    let ols = Ols { intercept, level: args.confidence, covariance, ..Ols::default() };
    let steps = args.stepwise.map(|criterion| stepwise(args, criterion, &data, ols));
    let steps = steps.map(|stepwise| stepwise.fit(&design, y)).transpose()?;
    let selected =
        steps.as_ref().map_or_else(|| (0..data.names.len()).collect(), |s| s.selected.clone());
    let x = data.x.select_columns(&selected);
    let design = of_columns(&data, &x, &selected, weights)?;
    let fit = match &steps {
        Some(steps) => steps.fit.clone(),
        None => ols.fit(&design, y)?,
    };
    save(&out, &SavedModel::from(saved(args, &data, &fit, &selected)))?;
    let summary = fit.summary(&design, y)?;
    let inflation = fit.variance_inflation(&design)?;
    let influence = args.influence.then(|| fit.influence(&design, y)).transpose()?;
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
            covariance,
            rank: fit.rank,
            figures: Figures::of(&fit),
            residual_quantiles: summary.residual_quantiles,
            table: summary.table,
            variance_inflation: inflation,
            steps: steps.as_ref().map(|steps| steps.trace.as_slice()),
            influence,
            saved: &out,
            notes: &data.notes,
        });
    }
    let shown = text(&data, &summary, &inflation, steps.as_ref(), influence.as_ref());
    output.text(format_args!("{shown}"))?;
    super::next_steps(output, &args.data, &out)
}

fn covariance(robust: RobustArg) -> CovarianceKind {
    match robust {
        RobustArg::Hc0 => CovarianceKind::Hc0,
        RobustArg::Hc1 => CovarianceKind::Hc1,
        RobustArg::Hc2 => CovarianceKind::Hc2,
        RobustArg::Hc3 => CovarianceKind::Hc3,
    }
}

fn stepwise(args: &OlsArgs, criterion: StepwiseArg, data: &DesignData, ols: Ols) -> Stepwise {
    let criterion = match criterion {
        StepwiseArg::Aic => StepCriterion::Aic,
        StepwiseArg::Bic => StepCriterion::Bic,
    };
    let direction = match args.direction {
        DirectionArg::Both => StepDirection::Both,
        DirectionArg::Backward => StepDirection::Backward,
        DirectionArg::Forward => StepDirection::Forward,
        DirectionArg::BothFromNone => StepDirection::BothFromNull,
    };
    Stepwise { criterion, direction, terms: Some(terms(data)), ols }
}

/// A term for each column of the table: the indicators of its levels come and go together.
fn terms(data: &DesignData) -> Vec<StepTerm> {
    let categorical = data.encoder.categorical_columns();
    let mut terms: Vec<StepTerm> = Vec::new();
    for (column, name) in data.names.iter().enumerate() {
        let of_level = categorical
            .iter()
            .find(|c| name.strip_prefix(**c).is_some_and(|level| level.starts_with('=')));
        let source = of_level.map_or(name.as_str(), |source| source);
        match terms.last_mut().filter(|term| term.name == source) {
            Some(term) => term.columns.push(column),
            None => terms.push(StepTerm { name: source.to_owned(), columns: vec![column] }),
        }
    }
    terms
}

/// The design of some columns.
fn of_columns<'d>(
    data: &'d DesignData,
    x: &'d DMatrix<f64>,
    selected: &[usize],
    weights: fn(&'d [f64]) -> Weights<'d>,
) -> Result<Design<'d>, LinearError> {
    let names = selected.iter().map(|&column| data.names[column].clone());
    let mut design = Design::new(x)?.with_names(names)?;
    if let Some(values) = &data.weights {
        design = design.with_weights(weights(values))?;
    }
    if let Some(offset) = &data.offset {
        design = design.with_offset(offset)?;
    }
    Ok(design)
}

/// The model over all columns: those that were not selected have the coefficient 0, without error.
fn saved(args: &OlsArgs, data: &DesignData, fit: &OlsFit, selected: &[usize]) -> SavedLinear {
    let constant = usize::from(!args.data.no_intercept);
    let columns = data.names.len();
    let mut coefficients = DMatrix::zeros(columns, 1);
    let mut covariance = DMatrix::zeros(constant + columns, constant + columns);
    let place: Vec<usize> = (0..constant).chain(selected.iter().map(|j| constant + j)).collect();
    for (i, &to) in place.iter().enumerate() {
        for (j, &across) in place.iter().enumerate() {
            covariance[(to, across)] = fit.covariance[(i, j)];
        }
    }
    for (&j, &w) in selected.iter().zip(&fit.coefficients) {
        coefficients[j] = w;
    }
    let known = fit.solver != LeastSquaresSolver::MinimumNorm && fit.sigma2.is_finite();
    SavedLinear {
        family: LinearFamily::Gaussian,
        intercept: (!args.data.no_intercept).then(|| vec![fit.intercept]),
        coefficients,
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: known.then_some(Uncertainty {
            covariance,
            residual_variance: Some(fit.sigma2),
            degrees_of_freedom: Some(fit.df_residual),
        }),
        record: super::record(
            data,
            if selected.len() == columns { "least squares" } else { "least squares, stepwise" }
                .to_owned(),
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
