//! `gradus info` of a linear model.

use gradus::data::Missing;
use gradus::io::{FitRecord, LinearFamily, Preparation, SavedLinear};
use gradus::stats::{Continuous as _, Normal, StudentT};
use serde::Serialize;

use super::fit::FIRTH;
use super::info::columns;
use crate::args::InfoArgs;
use crate::error::CliError;
use crate::output::{Output, aligned, listed, significant};

/// Classes in a line.
const SHOWN: usize = 12;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'r std::path::Path,
    task: &'static str,
    family: String,
    target: &'r str,
    classes: Option<&'r [String]>,
    offset: Option<&'r gradus::io::Offset>,
    predictors: Vec<Predictor>,
    residual_variance: Option<f64>,
    degrees_of_freedom: Option<f64>,
    preparation: &'r Preparation,
    record: &'r FitRecord,
}

/// A linear predictor and its coefficients.
#[derive(Serialize)]
struct Predictor {
    /// The class it is for, if each has one.
    class: Option<String>,
    coefficients: Vec<Coefficient>,
}

#[derive(Serialize)]
struct Coefficient {
    term: String,
    estimate: f64,
    standard_error: Option<f64>,
    statistic: Option<f64>,
    p_value: Option<f64>,
}

pub(super) fn run(
    args: &InfoArgs,
    model: &SavedLinear,
    output: &mut Output,
) -> Result<(), CliError> {
    let predictors = predictors(model)?;
    let (target, labels) = (model.target.column(), model.target.labels());
    if args.json {
        let uncertainty = model.uncertainty.as_ref();
        return output.json(&Report {
            command: "info",
            model: &args.model,
            task: super::task(labels),
            family: model.family.to_string(),
            target,
            classes: labels,
            offset: model.offset.as_ref(),
            predictors,
            residual_variance: uncertainty.and_then(|u| u.residual_variance),
            degrees_of_freedom: uncertainty.and_then(|u| u.degrees_of_freedom),
            preparation: &model.preparation,
            record: &model.record,
        });
    }
    output.line(format_args!("{}: {}\n", super::quoted(&args.model), meaning(model)))?;
    for predictor in &predictors {
        if let Some(class) = &predictor.class {
            output.line(format_args!("for {target} = {class}:"))?;
        }
        output.text(format_args!("{}\n", table(model, &predictor.coefficients)))?;
    }
    if by_penalised_likelihood(model) {
        output.line(format_args!(
            "tests and intervals of Firth's correction need the data: `gradus fit logistic --firth` \
             prints them\n"
        ))?;
    }
    if let Some(offset) = &model.offset {
        output.line(format_args!("added to the linear predictor: {:?}\n", offset.column))?;
    }
    if !model.preparation.categorical_columns().is_empty() || imputes(&model.preparation) {
        output.text(format_args!("{}\n", columns(&model.preparation)))?;
    }
    output.text(format_args!("{}", record(&model.record)))
}

/// Whether tests are those of the penalised likelihood, which need the data: Wald's would contradict
/// them just where Firth's correction is needed.
fn by_penalised_likelihood(model: &SavedLinear) -> bool {
    model.record.estimator == FIRTH
}

/// Whether something takes the place of missing values.
fn imputes(preparation: &Preparation) -> bool {
    match preparation {
        Preparation::Encoder(encoder) => encoder.missing() == Missing::Impute,
        Preparation::Pipeline(pipeline) => pipeline.missing() == Missing::Impute,
        Preparation::Pixels(_) => true,
    }
}

fn meaning(model: &SavedLinear) -> String {
    let target = model.target.column();
    match (model.family, model.target.labels()) {
        (LinearFamily::Binomial, Some([other, event])) => {
            format!("predicts the probability that {target:?} is {event} and not {other}")
        }
        (LinearFamily::Hyperplane, Some([other, event])) => {
            format!("tells {event} from {other} in {target:?} by a hyperplane")
        }
        (LinearFamily::Hyperplane, Some(labels)) => format!(
            "tells each of {} classes of {target:?} from the rest by a hyperplane: {}",
            labels.len(),
            listed(labels, SHOWN)
        ),
        (_, Some(labels)) => format!(
            "predicts the probability of each of {} classes of {target:?}: {}",
            labels.len(),
            listed(labels, SHOWN)
        ),
        (LinearFamily::Poisson, None) => format!("predicts the expected count {target:?}"),
        (_, None) => format!("predicts the value of {target:?}"),
    }
}

fn predictors(model: &SavedLinear) -> Result<Vec<Predictor>, CliError> {
    let terms = model.terms();
    let uncertainty = model.uncertainty.as_ref();
    let errors = uncertainty.map(|uncertainty| uncertainty.standard_errors());
    let student = uncertainty
        .and_then(|uncertainty| uncertainty.degrees_of_freedom)
        .map(StudentT::new)
        .transpose()?;
    let sf = |statistic: f64| match &student {
        Some(student) => student.sf(statistic),
        None => Normal::standard().sf(statistic),
    };
    let penalised = by_penalised_likelihood(model);
    let coefficient = |j: usize, i: usize, estimate: f64| {
        let standard_error = errors.as_ref().map(|errors| errors[j * terms.len() + i]);
        let standard_error = standard_error.filter(|&error| error > 0.0);
        let statistic = standard_error.map(|error| estimate / error).filter(|_| !penalised);
        Coefficient {
            term: terms[i].clone(),
            estimate,
            standard_error,
            statistic,
            p_value: statistic.map(|statistic| (2.0 * sf(statistic.abs())).min(1.0)),
        }
    };
    let labels = model.target.labels().unwrap_or_default();
    Ok((0..model.predictors())
        .map(|j| Predictor {
            class: (model.predictors() > 1).then(|| labels[j].clone()),
            coefficients: model
                .estimates(j)
                .into_iter()
                .enumerate()
                .map(|(i, estimate)| coefficient(j, i, estimate))
                .collect(),
        })
        .collect())
}

fn table(model: &SavedLinear, coefficients: &[Coefficient]) -> String {
    let degrees = model.uncertainty.as_ref().map(|uncertainty| uncertainty.degrees_of_freedom);
    let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| significant(x, 6));
    let mut names = vec!["term".to_owned(), "coefficient".to_owned()];
    if let Some(degrees) = degrees {
        let statistic = if degrees.is_some() { "t" } else { "z" };
        names.extend(["std. error", statistic, "p"].map(str::to_owned));
    }
    let row = |c: &Coefficient| {
        let mut cells = vec![c.term.clone(), significant(c.estimate, 6)];
        if degrees.is_some() {
            cells.extend([c.standard_error, c.statistic, c.p_value].map(number));
        }
        cells
    };
    aligned(&[names].into_iter().chain(coefficients.iter().map(row)).collect::<Vec<_>>())
}

fn record(record: &FitRecord) -> String {
    let figures: Vec<String> = record
        .figures
        .iter()
        .map(|score| format!("{} {}", score.name, significant(score.value, 6)))
        .collect();
    let dropped = match record.dropped {
        0 => String::new(),
        dropped => format!(", {dropped} left out for missing values"),
    };
    format!(
        "{}, fitted to {}: {} rows{dropped}\n{}\nmade by {}\n",
        record.estimator,
        record.data,
        record.rows,
        figures.join(", "),
        record.program
    )
}
