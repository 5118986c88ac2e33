//! `gradus info`.

use gradus::data::Encoding;
use gradus::io::{Preparation, SavedModel, SavedNetwork, TrainingRecord, load};
use gradus::nn::LayerSpec;
use serde::Serialize;

use crate::args::InfoArgs;
use crate::error::CliError;
use crate::output::{Output, aligned, listed};

/// Names in a line.
const SHOWN: usize = 12;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    model: &'r std::path::Path,
    task: &'static str,
    target: &'r str,
    classes: Option<&'r [String]>,
    cost: String,
    precision: &'static str,
    parameters: usize,
    layers: &'r [LayerSpec],
    preparation: &'r Preparation,
    training: &'r TrainingRecord,
}

pub(crate) fn run(args: &InfoArgs, output: &mut Output) -> Result<(), CliError> {
    match load(&args.model)? {
        SavedModel::Network(model) => network(args, &model, output),
        SavedModel::Linear(model) => super::info_linear::run(args, &model, output),
        _ => Err(CliError::usage("the model is of a kind that this program does not use")),
    }
}

fn network(args: &InfoArgs, model: &SavedNetwork, output: &mut Output) -> Result<(), CliError> {
    let layers = model.network.specs()?;
    if args.json {
        return output.json(&Report {
            command: "info",
            model: &args.model,
            task: super::task(model.labels()),
            target: model.target.column(),
            classes: model.labels(),
            cost: model.cost.to_string(),
            precision: model.network.precision(),
            parameters: model.network.parameter_count(),
            layers: &layers,
            preparation: &model.preparation,
            training: &model.training,
        });
    }
    let target = model.target.column();
    let what = match model.labels() {
        Some(labels) => {
            format!("tells {} classes of {target:?} apart: {}", labels.len(), listed(labels, SHOWN))
        }
        None => format!("predicts the value of {target:?}"),
    };
    output.line(format_args!("{}: {what}\n", super::quoted(&args.model)))?;
    output.text(format_args!("{}", layer_table(&layers)))?;
    output.line(format_args!(
        "{} parameters ({}), trained for the {}\n",
        model.network.parameter_count(),
        model.network.precision(),
        model.cost
    ))?;
    output.text(format_args!("{}\n", columns(&model.preparation)))?;
    output.text(format_args!("{}", training(&model.training)))
}

fn layer_table(layers: &[LayerSpec]) -> String {
    let row = |cells: [String; 5]| cells.to_vec();
    let mut rows =
        vec![["layer", "kind", "inputs", "outputs", "parameters"].map(str::to_owned).to_vec()];
    for (position, layer) in layers.iter().enumerate() {
        let parameters = layer.parameter_count().unwrap_or_default().to_string();
        let none = String::new;
        rows.push(match layer {
            LayerSpec::Linear { inputs, outputs } => row([
                position.to_string(),
                "linear".to_owned(),
                inputs.to_string(),
                outputs.to_string(),
                parameters,
            ]),
            LayerSpec::LinearWithoutBias { inputs, outputs } => row([
                position.to_string(),
                "linear, no bias".to_owned(),
                inputs.to_string(),
                outputs.to_string(),
                parameters,
            ]),
            LayerSpec::Activation(activation) => {
                row([position.to_string(), activation.to_string(), none(), none(), none()])
            }
            LayerSpec::Dropout { rate, .. } => {
                row([position.to_string(), format!("dropout {rate}"), none(), none(), none()])
            }
            LayerSpec::Prelu { .. } => {
                row([position.to_string(), "prelu".to_owned(), none(), none(), parameters])
            }
            LayerSpec::BatchNorm { .. } => {
                row([position.to_string(), "batch norm".to_owned(), none(), none(), parameters])
            }
            LayerSpec::LayerNorm { .. } => {
                row([position.to_string(), "layer norm".to_owned(), none(), none(), parameters])
            }
            other => row([position.to_string(), format!("{other:?}"), none(), none(), parameters]),
        });
    }
    aligned(&rows)
}

pub(super) fn columns(preparation: &Preparation) -> String {
    let encoder = match preparation {
        Preparation::Pixels(pixels) => {
            return format!(
                "features: {} pixels ({}), each divided by {}\n",
                pixels.columns.len(),
                listed(&pixels.columns, 3),
                pixels.full
            );
        }
        Preparation::Pipeline(pipeline) => {
            return format!(
                "features: {} made by a pipeline of the columns {}\n",
                pipeline.features(),
                pipeline.columns().join(", ")
            );
        }
        Preparation::Encoder(encoder) => encoder,
    };
    let mut rows =
        vec![["column", "becomes", "mean", "deviation", "if missing"].map(str::to_owned).to_vec()];
    let number = |x: f64| format!("{x:.6}");
    for summary in encoder.summaries() {
        let (becomes, mean, deviation, missing) = match summary.encoding {
            Encoding::Standardized { moments, impute } => (
                "scaled".to_owned(),
                number(moments.mean),
                number(moments.deviation),
                impute.map(number),
            ),
            Encoding::MinMax { extent, onto, impute } => (
                format!("{}…{} → {}…{}", extent.min, extent.max, onto.low, onto.high),
                String::new(),
                String::new(),
                impute.map(number),
            ),
            Encoding::Indicators { levels, impute } => (
                format!("{} indicators: {}", levels.len(), listed(levels, 4)),
                String::new(),
                String::new(),
                impute.map(str::to_owned),
            ),
            Encoding::Treatment { levels, impute } => {
                let (reference, others) =
                    levels.split_first().map_or(("", levels), |(r, o)| (r, o));
                (
                    format!("{} against {reference:?}", listed(others, 4)),
                    String::new(),
                    String::new(),
                    impute.map(str::to_owned),
                )
            }
            Encoding::Plain { impute } => {
                ("as it is".to_owned(), String::new(), String::new(), impute.map(number))
            }
            other => (format!("{other:?}"), String::new(), String::new(), None),
        };
        let missing = missing.unwrap_or_else(|| "–".to_owned());
        rows.push(vec![summary.name.to_owned(), becomes, mean, deviation, missing]);
    }
    aligned(&rows)
}

fn training(record: &TrainingRecord) -> String {
    // What was set beside the optimiser follows its name.
    let (optimizer, rules) = match record.optimizer.split_once(", ") {
        Some((optimizer, rules)) => (optimizer, format!(", {rules}")),
        None => (record.optimizer.as_str(), String::new()),
    };
    let patience =
        record.patience.map_or_else(|| "no early stopping".to_owned(), |n| format!("patience {n}"));
    let scores: Vec<String> = record
        .test_scores
        .iter()
        .map(|score| format!("{} {:.4}", score.name, score.value))
        .collect();
    format!(
        "trained on {}: {} train, {} dev, {} test rows, seed {}\n\
         by {optimizer} at rate {}{rules}, batches of {}, at most {} epochs, {patience}\n\
         {} epochs made, the best was {}: train cost {:.5}, dev cost {:.5}\n\
         on the test rows: {}\n\
         made by {}\n",
        record.data,
        record.train_rows,
        record.dev_rows,
        record.test_rows,
        record.seed,
        record.lr,
        record.batch_size,
        record.max_epochs,
        record.epochs,
        record.best_epoch,
        record.train_cost,
        record.dev_cost,
        scores.join(", "),
        record.program
    )
}
