//! `gradus fit logistic`.

use std::path::Path;

use gradus::io::{
    LinearFamily, Offset, OffsetScale, Preparation, SavedLinear, SavedModel, Uncertainty, save,
};
use gradus::linear::{
    ClassificationTable, HosmerLemeshow, Intercept, Logistic, LogisticFit, Weights,
};
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
    /// None where probabilities are too few for groups.
    hosmer_lemeshow: Option<Calibration>,
    classification: Classification,
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
    /// Of the estimate, from the profile of the likelihood, if asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_interval: Option<[f64; 2]>,
}

/// The groups of Hosmer and Lemeshow.
const GROUPS: usize = 10;

#[derive(Serialize)]
struct Calibration {
    chi2: f64,
    df: f64,
    p: f64,
    /// The largest probability, the number, the observed and the expected events of each group.
    groups: Vec<[f64; 4]>,
}

impl From<HosmerLemeshow> for Calibration {
    fn from(test: HosmerLemeshow) -> Self {
        let groups = test.groups.iter().map(|g| [g.highest, g.rows, g.observed, g.expected]);
        Self { chi2: test.chi2, df: test.df, p: test.p, groups: groups.collect() }
    }
}

#[derive(Serialize)]
struct Classification {
    threshold: f64,
    true_positives: f64,
    false_positives: f64,
    false_negatives: f64,
    true_negatives: f64,
    accuracy: f64,
    sensitivity: f64,
    specificity: f64,
}

impl From<ClassificationTable> for Classification {
    fn from(table: ClassificationTable) -> Self {
        Self {
            threshold: table.threshold,
            true_positives: table.true_positives,
            false_positives: table.false_positives,
            false_negatives: table.false_negatives,
            true_negatives: table.true_negatives,
            accuracy: table.accuracy(),
            sensitivity: table.sensitivity(),
            specificity: table.specificity(),
        }
    }
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
    if args.firth {
        return super::firth::run(args, output);
    }
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
    let design = super::design(&data, Weights::Frequency)?;
    let fit = model.fit(&design, &y)?;
    let profile = args.profile.then(|| model.profile_intervals(&design, &y, 0.95)).transpose()?;
    let figures = figures(&fit)?;
    let calibration = fit.hosmer_lemeshow(GROUPS).ok().map(Calibration::from);
    let classification = Classification::from(fit.classification(args.threshold));
    save(&out, &SavedModel::from(saved(args, &data, &fit, &figures)))?;
    let rows = rows(&fit, profile.as_deref());
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
            hosmer_lemeshow: calibration,
            classification,
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
    output.text(format_args!(
        "\n{}\n{}{}{}",
        table(&rows),
        summary(&figures),
        calibration.as_ref().map_or_else(String::new, calibrated),
        classified(&classification, event, other)
    ))?;
    super::next_steps(output, &args.data, &out)
}

fn rows<'f>(fit: &'f LogisticFit, profile: Option<&[[f64; 2]]>) -> Vec<Row<'f>> {
    let row = |(j, c): (usize, &'f gradus::linear::WaldEstimate)| Row {
        term: &c.name,
        estimate: c.estimate,
        standard_error: c.standard_error,
        z: c.z(),
        p_value: c.p_value(),
        interval: c.interval(),
        odds_ratio: c.ratio(),
        odds_ratio_interval: c.ratio_interval(),
        profile_interval: profile.map(|profile| profile[j]),
    };
    fit.coefficients().iter().enumerate().map(row).collect()
}

fn figures(fit: &LogisticFit) -> Result<Figures, CliError> {
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
        roc_auc: fit.roc_auc()?,
    })
}

fn table(rows: &[Row<'_>]) -> String {
    let names = ["term", "coefficient", "std. error", "z", "p", "odds ratio", "95 % from", "to"];
    let cells = |row: &Row<'_>| {
        let numbers = [row.estimate, row.standard_error, row.z];
        let profile = row.profile_interval.map(|ends| ends.map(f64::exp));
        let [low, high] = profile.unwrap_or(row.odds_ratio_interval);
        let ratio = [row.odds_ratio, low, high];
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

/// The line of the test of Hosmer and Lemeshow.
fn calibrated(test: &Calibration) -> String {
    format!(
        "Hosmer and Lemeshow χ² {} with {} degrees of freedom, p {}: {} groups by risk\n",
        significant(test.chi2, 6),
        test.df,
        significant(test.p, 3),
        test.groups.len()
    )
}

/// Outcomes by what the threshold predicts.
fn classified(table: &Classification, event: &str, other: &str) -> String {
    let count = |x: f64| crate::output::short(x, 9);
    let percent = |x: f64| format!("{:.2} %", 100.0 * x);
    let row = |cells: [String; 4]| cells.to_vec();
    let rows = [
        row([
            format!("predicted from {}", table.threshold),
            event.to_owned(),
            other.to_owned(),
            "correct".to_owned(),
        ]),
        row([
            event.to_owned(),
            count(table.true_positives),
            count(table.false_negatives),
            percent(table.sensitivity),
        ]),
        row([
            other.to_owned(),
            count(table.false_positives),
            count(table.true_negatives),
            percent(table.specificity),
        ]),
    ];
    format!("\n{}{} correctly classified\n", aligned(&rows), percent(table.accuracy))
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
