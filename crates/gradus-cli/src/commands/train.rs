//! `gradus train`.

use std::path::Path;
use std::time::Instant;

use gradus::io::{Network, SavedModel, SavedNetwork, TrainingRecord, save};
use gradus::nn::Cost;
use gradus::train::{History, StopReason, fit};
use serde::Serialize;

use crate::args::{NormArg, TrainArgs};
use crate::data::{Prepared, TrainingData};
use crate::error::CliError;
use crate::network;
use crate::output::{Output, listed};
use crate::progress::Progress;
use crate::scores::{Scores, finite};
use crate::settings::{Settings, Suited};

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: &'r str,
    target: &'r str,
    task: &'static str,
    classes: Option<&'r [String]>,
    rows: Rows,
    features: usize,
    layers: Vec<usize>,
    parameters: usize,
    cost: String,
    settings: &'r Settings,
    history: &'r History,
    test: &'r Scores,
    seconds: f64,
    model: &'r Path,
    notes: &'r [String],
}

#[derive(Serialize)]
struct Rows {
    train: usize,
    dev: usize,
    test: usize,
}

pub(crate) fn run(args: &TrainArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let source = TrainingData::new(args)?;
    let out = args.out.clone().unwrap_or_else(|| source.default_out());
    super::check_model_out(&out)?;
    let suited = match source {
        TrainingData::Digits => Suited::Digits,
        TrainingData::Mnist(_) => Suited::Mnist,
        TrainingData::Table { .. } => Suited::Table,
    };
    let mut settings = Settings::new(args, suited)?;
    let mut data = Prepared::new(&source, &args.table, settings.seed)?;
    let cost = settings.cost(&data.target)?;
    let weights = settings.weights(&data.target, data.weights.as_ref())?;
    let note = settings.fit_batches(counted(&data))?;
    data.notes.extend(note);
    let (inputs, outputs) = (data.train.features(), data.train.y.outputs());
    let mut network = network::build(&settings, inputs, outputs)?;
    let widths: Vec<usize> =
        [inputs].into_iter().chain(settings.hidden.iter().copied()).chain([outputs]).collect();
    let parameters = network.parameter_count();
    if !args.general.json {
        introduce(output, &source, &data, &settings, cost, &widths, parameters)?;
    }

    let begin = Instant::now();
    let config = settings.fit_config(&data.train, weights);
    let mut optimizer = settings.build_optimizer()?;
    let lines = if args.general.json { None } else { Some(&mut *output) };
    let mut progress = Progress::new(lines, settings.epochs);
    let fitted = fit(
        &mut network,
        cost,
        optimizer.as_mut(),
        &data.train,
        Some(&data.dev),
        &config,
        &mut progress,
    );
    let shown = progress.finish();
    let history = fitted?;
    shown?;
    let seconds = begin.elapsed().as_secs_f64();

    let mut model = SavedNetwork {
        network: Network::F32(network),
        cost,
        preparation: data.preparation.clone(),
        target: data.target.clone(),
        target_scaling: data.target_scaling.clone(),
        training: record(&source, &data, &settings, &history),
    };
    let prediction = finite(model.predict(&data.test.x))?;
    let test = Scores::of(&prediction, &data.truth, model.labels())?;
    model.training.test_scores = test.named();
    save(&out, &SavedModel::from(model.clone()))?;

    if args.general.json {
        return output.json(&Report {
            command: "train",
            data: &model.training.data,
            target: data.target.column(),
            task: super::task(model.labels()),
            classes: model.labels(),
            rows: Rows { train: data.train.rows(), dev: data.dev.rows(), test: data.test.rows() },
            features: data.train.features(),
            layers: widths,
            parameters,
            cost: cost.to_string(),
            settings: &settings,
            history: &history,
            test: &test,
            seconds,
            model: &out,
            notes: &data.notes,
        });
    }
    conclude(output, &history, seconds)?;
    output.text(format_args!(
        "\ntest: {} rows that training never saw\n\n{test}",
        data.test.rows()
    ))?;
    next_steps(output, &source, &out)
}

fn introduce(
    output: &mut Output,
    source: &TrainingData,
    data: &Prepared,
    settings: &Settings,
    cost: Cost,
    widths: &[usize],
    parameters: usize,
) -> Result<(), CliError> {
    let target = data.target.column();
    let (what, how) = match data.target.labels() {
        Some(labels) => (
            format!("{} classes of {target:?} ({})", labels.len(), listed(labels, 12)),
            "stratified",
        ),
        None => (format!("values of {target:?}"), "at random"),
    };
    let (train, dev, test) = (data.train.rows(), data.dev.rows(), data.test.rows());
    output.line(format_args!(
        "{}: {} rows, {} features, {what}",
        source.name(),
        data.rows(),
        data.train.features()
    ))?;
    output.line(format_args!(
        "split: {train} train, {dev} dev, {test} test ({how}, seed {})",
        settings.seed
    ))?;
    let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
    let mut layers = settings.activation.to_string();
    match settings.norm {
        Some(NormArg::Batch) => layers.push_str(", batch normalisation"),
        Some(NormArg::Layer) => layers.push_str(", layer normalisation"),
        None => {}
    }
    if settings.dropout.iter().any(|rate| *rate > 0.0) {
        let rates: Vec<String> = settings.dropout.iter().map(f64::to_string).collect();
        layers.push_str(&format!(", dropout {}", rates.join("-")));
    }
    output.line(format_args!(
        "network: {}, {layers}, {parameters} parameters; cost: {cost}",
        widths.join("-")
    ))?;
    let rules: String = settings.rules().iter().map(|rule| format!(", {rule}")).collect();
    let patience = settings.patience.map_or_else(String::new, |patience| {
        format!(", until {patience} epochs bring no lower dev cost")
    });
    output.line(format_args!(
        "training: {}, rate {}{rules}, batches of {}, at most {} epochs{patience}",
        settings.optimizer_name(),
        settings.lr,
        settings.batch_size.min(train),
        settings.epochs
    ))?;
    for note in &data.notes {
        output.line(format_args!("note: {note}"))?;
    }
    output.line(format_args!(""))
}

fn conclude(output: &mut Output, history: &History, seconds: f64) -> Result<(), CliError> {
    let best = history.best_epoch;
    let epochs = history.epochs.len();
    let end = match history.stopped {
        StopReason::EarlyStopping => "stopped early",
        StopReason::Completed | StopReason::Observer => "all epochs made",
    };
    output.line(format_args!(
        "\n{end}: {epochs} epochs in {seconds:.1} s; kept are the weights of epoch {best}, whose dev \
         cost is the lowest"
    ))
}

fn next_steps(output: &mut Output, source: &TrainingData, out: &Path) -> Result<(), CliError> {
    let (model, data) = (super::quoted(out), super::quoted(Path::new(&source.argument())));
    output.line(format_args!("\nsaved {model}; try next:"))?;
    output.line(format_args!("  gradus info {model}"))?;
    output.line(format_args!("  gradus evaluate {model} {data}"))?;
    output.line(format_args!("  gradus predict {model} {data} | head"))
}

fn record(
    source: &TrainingData,
    data: &Prepared,
    settings: &Settings,
    history: &History,
) -> TrainingRecord {
    let best = history.epochs.iter().find(|epoch| epoch.epoch == history.best_epoch);
    let dev = best.and_then(|best| best.dev.as_ref());
    TrainingRecord {
        program: concat!("gradus ", env!("CARGO_PKG_VERSION")).to_owned(),
        data: source.name(),
        fingerprint: data.fingerprint,
        train_rows: data.train.rows() as u64,
        dev_rows: data.dev.rows() as u64,
        test_rows: data.test.rows() as u64,
        seed: settings.seed,
        optimizer: [settings.optimizer_name().to_owned()]
            .into_iter()
            .chain(settings.rules())
            .collect::<Vec<_>>()
            .join(", "),
        lr: settings.lr,
        batch_size: history.batch_size as u64,
        max_epochs: settings.epochs as u64,
        patience: settings.patience.map(|patience| patience as u64),
        epochs: history.epochs.len() as u64,
        best_epoch: history.best_epoch as u64,
        train_cost: best.map_or(0.0, |best| best.train.cost),
        dev_cost: dev.map_or(0.0, |dev| dev.cost),
        test_scores: Vec::new(),
    }
}

/// The rows that are trained on.
fn counted(data: &Prepared) -> usize {
    match &data.weights {
        Some(weights) => weights.train.iter().filter(|weight| **weight > 0.0).count(),
        None => data.train.rows(),
    }
}
