//! `gradus fit logistic --firth`.

use std::path::Path;

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{Firth, FirthFit, Intercept, Weights};
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
    rows: usize,
    dropped: usize,
    observations: f64,
    coefficients: Vec<Row<'r>>,
    likelihood_ratio: f64,
    likelihood_ratio_df: usize,
    /// None without features.
    likelihood_ratio_p: Option<f64>,
    iterations: usize,
    saved: &'r Path,
    notes: &'r [String],
}

#[derive(Serialize)]
struct Row<'r> {
    term: &'r str,
    estimate: f64,
    standard_error: f64,
    /// Of the likelihood-ratio test.
    chi2: f64,
    p_value: f64,
    /// From the profile of the penalised likelihood.
    interval: [f64; 2],
    odds_ratio: f64,
    odds_ratio_interval: [f64; 2],
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
    let steps = Firth::default().max_iterations.max(args.max_iter);
    let model = Firth { intercept, max_iterations: steps, ..Firth::default() };
    let fit = model.fit(&super::design(&data, Weights::Frequency)?, &y)?;
    if fit.lower_maxima > 0 {
        data.notes.push(
            "the penalised likelihood has several maxima, so tests and intervals may disagree; leave \
             out features, or take `gradus fit ridge`"
                .to_owned(),
        );
    }
    save(&out, &SavedModel::from(saved(args, &data, &fit)))?;
    let rows = rows(&fit);
    if args.result.general.json {
        return output.json(&Report {
            command: "fit",
            model: "logistic, Firth's correction",
            data: &data.name,
            target: data.target.column(),
            event,
            rows: data.rows(),
            dropped: data.dropped,
            observations: fit.observations(),
            coefficients: rows,
            likelihood_ratio: fit.likelihood_ratio(),
            likelihood_ratio_df: fit.likelihood_ratio_df(),
            likelihood_ratio_p: fit.likelihood_ratio_p().ok(),
            iterations: fit.iterations,
            saved: &out,
            notes: &data.notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} features; the logit of P({} = {event}), against {other}, with Firth's correction",
        data.name,
        data.rows(),
        data.names.len(),
        data.target.column()
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    let test = fit.likelihood_ratio_p().map_or_else(
        |_| String::new(),
        |p| {
            format!(
                "penalised likelihood ratio χ² {} with {} degrees of freedom, p {}\n",
                significant(fit.likelihood_ratio(), 6),
                fit.likelihood_ratio_df(),
                significant(p, 3)
            )
        },
    );
    output.text(format_args!("\n{}\n{test}", table(&rows)))?;
    super::next_steps(output, &args.data, &out)
}

fn rows(fit: &FirthFit) -> Vec<Row<'_>> {
    fit.coefficients()
        .iter()
        .map(|row| Row {
            term: &row.wald.name,
            estimate: row.wald.estimate,
            standard_error: row.wald.standard_error,
            chi2: row.chi2,
            p_value: row.p,
            interval: row.interval,
            odds_ratio: row.wald.ratio(),
            odds_ratio_interval: row.interval.map(f64::exp),
        })
        .collect()
}

fn table(rows: &[Row<'_>]) -> String {
    let names = ["term", "coefficient", "std. error", "χ²", "p", "odds ratio", "95 % from", "to"];
    let cells = |row: &Row<'_>| {
        let numbers = [row.estimate, row.standard_error, row.chi2].map(|x| significant(x, 6));
        let ratio = [row.odds_ratio, row.odds_ratio_interval[0], row.odds_ratio_interval[1]];
        let mut cells = vec![row.term.to_owned()];
        cells.extend(numbers);
        cells.push(significant(row.p_value, 3));
        cells.extend(ratio.map(|x| significant(x, 5)));
        cells
    };
    let header = names.map(str::to_owned).to_vec();
    aligned(&[header].into_iter().chain(rows.iter().map(cells)).collect::<Vec<_>>())
}

fn saved(args: &LogisticArgs, data: &DesignData, fit: &FirthFit) -> SavedLinear {
    let estimates: Vec<f64> = fit.coefficients().iter().map(|row| row.wald.estimate).collect();
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
            "logistic regression with Firth's correction".to_owned(),
            None,
            &[
                ("penalised log-likelihood", fit.penalised_log_likelihood),
                ("penalised likelihood ratio", fit.likelihood_ratio()),
            ],
        ),
    }
}
