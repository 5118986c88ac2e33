//! `gradus fit logistic`.

use std::path::Path;

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{Intercept, Logistic, LogisticFit, Weights};
use gradus::metrics::roc_auc;
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use crate::args::LogisticArgs;
use crate::data::{DesignData, LevelCoding, Needs, Outcome};
use crate::error::CliError;
use crate::output::{Output, aligned, significant};
use crate::scores::Truth;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'static str,
    data: &'r str,
    target: &'r str,
    event: &'r str,
    classes: Option<&'r [String]>,
    rows: usize,
    dropped: usize,
    observations: f64,
    coefficients: Vec<Row<'r>>,
    figures: Figures,
    iterations: usize,
    saved: &'r Path,
    notes: &'r [String],
}

#[derive(Serialize)]
struct Row<'r> {
    term: &'r str,
    estimate: f64,
    standard_error: f64,
    z: f64,
    p_value: f64,
    interval: [f64; 2],
    odds_ratio: f64,
    odds_ratio_interval: [f64; 2],
}

#[derive(Serialize)]
struct Figures {
    deviance: f64,
    null_deviance: f64,
    likelihood_ratio: f64,
    likelihood_ratio_df: usize,
    likelihood_ratio_p: f64,
    log_likelihood: f64,
    aic: f64,
    bic: f64,
    r2_mcfadden: f64,
    r2_cox_snell: f64,
    r2_nagelkerke: f64,
    /// On the rows that were fitted to.
    roc_auc: f64,
}

pub(super) fn run(args: &LogisticArgs, output: &mut Output) -> Result<(), CliError> {
    let out = super::begin(&args.data, &args.result, "logistic")?;
    let offset = args.offset.clone();
    let needs = Needs {
        outcome: Outcome::Dichotomous,
        levels: LevelCoding::Treatment,
        offset: offset.map(|column| Offset { column, scale: OffsetScale::Identity }),
        event: args.event.clone(),
    };
    let mut data = DesignData::new(&args.data, &needs)?;
    super::weigh(&mut data, args.class_weights.as_ref())?;
    let (Truth::Classes(codes), Some([other, event])) = (&data.truth, data.target.labels()) else {
        return Err(CliError::usage("the outcome has not two classes; name another (--target)"));
    };
    let y: Vec<f64> = codes.iter().map(|&code| f64::from(code)).collect();
    let intercept = if args.data.no_intercept { Intercept::None } else { Intercept::Fitted };
    let model = Logistic { intercept, max_iterations: args.max_iter, ..Logistic::default() };
    let fit = model.fit(&super::design(&data, Weights::Frequency)?, &y)?;
    let figures = figures(&fit, roc_auc(codes, fit.probabilities())?)?;
    save(&out, &SavedModel::from(saved(args, &data, &fit, &figures)))?;
    let rows = rows(&fit);
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "logistic",
            data: &data.name,
            target: data.target.column(),
            event,
            classes: data.target.labels(),
            rows: data.rows(),
            dropped: data.dropped,
            observations: fit.observations(),
            coefficients: rows,
            figures,
            iterations: fit.iterations,
            saved: &out,
            notes: &data.notes,
        });
    }
    let events = codes.iter().filter(|&&code| code == 1).count();
    output.line(format_args!(
        "{}: {} rows, {} features; the logit of P({} = {event}), against {other}: {events} of {}",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column(),
        data.rows()
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.text(format_args!("\n{}\n{}", table(&rows), summary(&figures)))?;
    super::next_steps(output, &args.data, &out)
}

fn rows(fit: &LogisticFit) -> Vec<Row<'_>> {
    let row = |c: &'_ gradus::linear::WaldEstimate| {
        (
            c.estimate,
            c.standard_error,
            c.z(),
            c.p_value(),
            c.interval(),
            c.ratio(),
            c.ratio_interval(),
        )
    };
    fit.coefficients()
        .iter()
        .map(|c| {
            let (estimate, standard_error, z, p_value, interval, odds_ratio, odds_ratio_interval) =
                row(c);
            Row {
                term: &c.name,
                estimate,
                standard_error,
                z,
                p_value,
                interval,
                odds_ratio,
                odds_ratio_interval,
            }
        })
        .collect()
}

fn figures(fit: &LogisticFit, roc_auc: f64) -> Result<Figures, CliError> {
    Ok(Figures {
        deviance: fit.deviance(),
        null_deviance: fit.null_deviance(),
        likelihood_ratio: fit.likelihood_ratio(),
        likelihood_ratio_df: fit.likelihood_ratio_df(),
        likelihood_ratio_p: fit.likelihood_ratio_p()?,
        log_likelihood: fit.log_likelihood,
        aic: fit.aic(),
        bic: fit.bic(),
        r2_mcfadden: fit.r2_mcfadden(),
        r2_cox_snell: fit.r2_cox_snell(),
        r2_nagelkerke: fit.r2_nagelkerke(),
        roc_auc,
    })
}

fn table(rows: &[Row<'_>]) -> String {
    let names = ["term", "coefficient", "std. error", "z", "p", "odds ratio", "95 % from", "to"];
    let cells = |row: &Row<'_>| {
        let numbers = [row.estimate, row.standard_error, row.z];
        let ratio = [row.odds_ratio, row.odds_ratio_interval[0], row.odds_ratio_interval[1]];
        let name = [row.term.to_owned()].into_iter();
        name.chain(numbers.map(|x| significant(x, 6)))
            .chain([significant(row.p_value, 3)])
            .chain(ratio.map(|x| significant(x, 5)))
            .collect::<Vec<String>>()
    };
    let header = names.map(str::to_owned).to_vec();
    aligned(&[header].into_iter().chain(rows.iter().map(cells)).collect::<Vec<_>>())
}

fn summary(figures: &Figures) -> String {
    let n = |x: f64| significant(x, 6);
    format!(
        "−2 log-likelihood {} (null model {}); likelihood ratio χ² {} with {} degrees of freedom, p {}\n\
         R² {} (McFadden), {} (Cox and Snell), {} (Nagelkerke)\n\
         AIC {}, BIC {}; ROC AUC {} on the rows fitted to\n",
        n(figures.deviance),
        n(figures.null_deviance),
        n(figures.likelihood_ratio),
        figures.likelihood_ratio_df,
        significant(figures.likelihood_ratio_p, 3),
        n(figures.r2_mcfadden),
        n(figures.r2_cox_snell),
        n(figures.r2_nagelkerke),
        n(figures.aic),
        n(figures.bic),
        n(figures.roc_auc)
    )
}

fn saved(
    args: &LogisticArgs,
    data: &DesignData,
    fit: &LogisticFit,
    figures: &Figures,
) -> SavedLinear {
    let estimates: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
    let constant = usize::from(!args.data.no_intercept);
    let slopes = &estimates[constant.min(estimates.len())..];
    SavedLinear {
        family: LinearFamily::Binomial,
        intercept: (constant == 1).then(|| estimates[..constant].to_vec()),
        coefficients: DMatrix::from_column_slice(slopes.len(), 1, slopes),
        preparation: Preparation::Encoder(data.encoder.clone()),
        target: data.target.clone(),
        offset: data.offset_column.clone(),
        uncertainty: Some(Uncertainty {
            covariance: fit.covariance().clone(),
            residual_variance: None,
            degrees_of_freedom: None,
        }),
        record: super::record(
            data,
            "logistic regression by maximum likelihood".to_owned(),
            None,
            &[
                ("−2 log-likelihood", figures.deviance),
                ("AIC", figures.aic),
                ("BIC", figures.bic),
                ("R² (McFadden)", figures.r2_mcfadden),
                ("ROC AUC", figures.roc_auc),
            ],
        ),
    }
}
