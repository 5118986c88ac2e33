//! `gradus evaluate`.

use std::path::Path;

use gradus::io::{SavedModel, load};
use serde::Serialize;

use crate::args::{EvaluateArgs, RowsArg};
use crate::data::{ForModel, ModelData, Usable, test_rows};
use crate::error::CliError;
use crate::output::Output;
use crate::progress::steps_bar;
use crate::score_intervals::{Samples, ScoreIntervals};
use crate::scores::{Scores, Truth, predict};

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'r Path,
    data: &'r str,
    target: &'r str,
    task: &'static str,
    rows: usize,
    part: Part,
    scores: &'r Scores,
    #[serde(skip_serializing_if = "Option::is_none")]
    intervals: Option<&'r ScoreIntervals>,
    notes: &'r [String],
}

/// Which rows were evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Part {
    /// Those that were held out of the model's training.
    Test,
    /// All that are usable.
    All,
}

pub(crate) fn run(args: &EvaluateArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let model = load(&args.model)?;
    let data = ModelData::new(&args.data, &args.csv)?;
    let target = args.target.as_deref().unwrap_or_else(|| model.target().column());
    let reader = ForModel { model: &model, target: Some(target), csv: &args.csv };
    let usable = reader.read(&data)?;
    let Some(truth) = &usable.truth else {
        return Err(CliError::usage(format!("{}: the truth is not known", args.data)));
    };

    let mut notes = usable.notes.clone();
    let held_out = choose(args, &model, &usable, truth, &mut notes)?;
    let (part, prediction, truth) = match &held_out {
        Some(rows) => {
            notes.push(format!(
                "the model was trained on this data; evaluated are its {} test rows, which training \
                 never saw (--rows all takes all {})",
                rows.len(),
                usable.rows.len()
            ));
            let prediction = predict(&model, &usable.features.select(rows))?;
            (Part::Test, prediction, truth.select(rows))
        }
        None => (Part::All, predict(&model, &usable.features)?, truth.clone()),
    };
    let labels = model.labels();
    let scores = Scores::of(&prediction, &truth, labels)?;
    let intervals = (args.rounds > 0 && truth.rows() > 1).then(|| {
        let bar = steps_bar("sample", args.rounds, args.general.json);
        let samples = Samples { rounds: args.rounds, seed: args.seed };
        let intervals = ScoreIntervals::of((&prediction, &truth, labels), &scores, samples, &bar);
        bar.finish_and_clear();
        intervals
    });
    let intervals = intervals.transpose()?;
    let rows = held_out.as_ref().map_or(usable.rows.len(), Vec::len);

    if args.general.json {
        return output.json(&Report {
            command: "evaluate",
            model: &args.model,
            data: &args.data,
            target,
            task: super::task(model.labels()),
            rows,
            part,
            scores: &scores,
            intervals: intervals.as_ref(),
            notes: &notes,
        });
    }
    output.line(format_args!("{} on {}: {rows} rows", super::quoted(&args.model), args.data))?;
    for note in &notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.text(format_args!("\n{scores}"))?;
    match &intervals {
        Some(intervals) => output.text(format_args!("\n{}", intervals.text(rows))),
        None => Ok(()),
    }
}

/// The test rows, if they are to be evaluated alone.
fn choose(
    args: &EvaluateArgs,
    model: &SavedModel,
    usable: &Usable,
    truth: &Truth,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<usize>>, CliError> {
    let (known, fitted, data) = match model {
        SavedModel::Network(model) => {
            let training = &model.training;
            (test_rows(model, usable, truth)?, training.train_rows, training.data.as_str())
        }
        SavedModel::Linear(model) => {
            if args.rows != RowsArg::Test && model.record.fingerprint == usable.fingerprint(truth) {
                notes.push(
                    "the model was fitted to these very rows, which flatters it; rows that it never \
                     saw tell more"
                        .to_owned(),
                );
            }
            (None, model.record.rows, model.record.data.as_str())
        }
        _ => (None, 0, "unknown"),
    };
    if args.rows == RowsArg::All {
        if known.is_some() {
            notes.push(format!(
                "the model was trained on {fitted} of these rows, which flatters it"
            ));
        }
        return Ok(None);
    }
    if args.rows == RowsArg::Test && known.is_none() {
        return Err(CliError::usage(format!(
            "{}: holds no rows that were held out when the model was trained (on {data}), so there \
             are no test rows; evaluate all (--rows all)",
            args.data
        )));
    }
    Ok(known)
}
