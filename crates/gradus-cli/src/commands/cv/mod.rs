//! `gradus cv`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use gradus::io::write_atomically;
use gradus::resample::Resampler as _;
use gradus::select::{FoldPredictions, RawData};

use crate::args::{CvArgs, ModelArg};
use crate::data::{RawRows, RawTable, TableSource, Way};
use crate::error::CliError;
use crate::measures::Measure;
use crate::output::{Output, field};
use crate::progress::fits_bar;
use crate::recipe::{Predicted, Recipe};
use crate::scores::Truth;

mod bootstrap;
mod report;
mod summary;

use summary::{FoldScores, Summary};

pub(crate) fn run(args: &CvArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let source = TableSource::new(&args.data.source, &args.data.csv)?;
    if let Some(out) = &args.out {
        super::check_csv_out(out, source.path())?;
    }
    let model = args.model.model.unwrap_or(ModelArg::Network);
    let raw = source.in_file(RawTable::read(&source, &args.data, &args.folds, model))?;
    let rows = source.in_file(raw.rows())?;
    let data = &rows.data;
    let truth = raw.truth(data)?;
    let recipe = Recipe::new(&args.model, data.target())?;
    let task =
        Task { args, source: &source, raw: &raw, rows: &rows, truth: &truth, recipe: &recipe };
    if args.bootstrap.is_some() {
        return bootstrap::run(&task, output);
    }
    let begin = Instant::now();
    let way = raw.way(&args.folds, data, &truth, args.model.learning.seed);
    let folds = source.in_file(way.all(data.rows().len()))?;
    let made = folds.folds(data.rows().len())?;
    let bar = fits_bar(made.len(), args.general.json);
    let predicted = recipe.cross_predict(&rows, &made, &bar);
    bar.finish_and_clear();
    let predicted = source.in_file(predicted.map_err(CliError::from))?;
    let found = Found::new(&task, way, predicted, begin.elapsed().as_secs_f64());
    if let Some(out) = &args.out {
        write_atomically(out, found.predictions(&task).as_bytes())?;
    }
    report::print(&task, &found, output)
}

/// What is to be estimated.
#[derive(Debug)]
struct Task<'t> {
    args: &'t CvArgs,
    source: &'t TableSource,
    raw: &'t RawTable,
    rows: &'t RawRows<'t>,
    truth: &'t Truth,
    recipe: &'t Recipe,
}

impl Task<'_> {
    fn notes(&self) -> Vec<String> {
        self.raw.notes(self.data())
    }

    fn data(&self) -> &RawData<'_> {
        &self.rows.data
    }

    fn labels(&self) -> Option<&[String]> {
        self.data().target().labels()
    }

    /// The data in a line.
    fn introduction(&self) -> String {
        let target = self.data().target().column();
        let what = match self.labels() {
            Some(labels) => {
                format!(
                    "{} classes of {target:?} ({})",
                    labels.len(),
                    crate::output::listed(labels, 12)
                )
            }
            None => format!("values of {target:?}"),
        };
        format!(
            "{}: {} rows, {} columns to predict by, {what}",
            self.source.name(),
            self.data().rows().len(),
            self.raw.columns()
        )
    }
}

/// What the folds predicted, and how good that is.
#[derive(Debug)]
struct Found {
    way: Way,
    folds: Vec<FoldScores>,
    summaries: Vec<Summary>,
    predicted: Vec<FoldPredictions<Predicted>>,
    /// Whether each fold tests a single row.
    of_one_row: bool,
    seconds: f64,
}

impl Found {
    fn new(
        task: &Task<'_>,
        way: Way,
        predicted: Vec<FoldPredictions<Predicted>>,
        seconds: f64,
    ) -> Self {
        let measures = Measure::of(task.recipe.outputs());
        let of_one_row = predicted.iter().all(|fold| fold.rows.len() == 1);
        let folds: Vec<FoldScores> = predicted
            .iter()
            .map(|fold| FoldScores::of(fold, task.truth, measures, of_one_row))
            .collect();
        let rows: Vec<usize> = predicted.iter().flat_map(|fold| fold.rows.clone()).collect();
        let all: Vec<&Predicted> = predicted.iter().flat_map(|fold| &fold.predictions).collect();
        let truth = task.truth.select(&rows);
        let summaries = measures
            .iter()
            .enumerate()
            .map(|(place, &measure)| {
                Summary::of(measure, place, &folds, measure.value(&truth, &all))
            })
            .collect();
        Self { way, folds, summaries, predicted, of_one_row, seconds }
    }

    /// Each held-out row with its truth and what was predicted, as CSV.
    fn predictions(&self, task: &Task<'_>) -> String {
        let labels = task.labels();
        let mut names: Vec<String> =
            ["fold", "row", "truth", "prediction"].map(str::to_owned).to_vec();
        names.extend(labels.unwrap_or_default().iter().map(|label| field(label)));
        let mut text = names.join(",") + "\n";
        for (number, fold) in self.predicted.iter().enumerate() {
            for (&row, predicted) in fold.rows.iter().zip(&fold.predictions) {
                let place = task.data().rows()[row] + 1;
                let mut cells = vec![(number + 1).to_string(), place.to_string()];
                match (task.truth, labels) {
                    (Truth::Classes(codes), Some(labels)) => {
                        let best = (0..predicted.len()).fold(0, |best, k| {
                            if predicted[k] > predicted[best] { k } else { best }
                        });
                        cells.extend([field(&labels[codes[row] as usize]), field(&labels[best])]);
                        cells.extend(predicted.iter().map(f64::to_string));
                    }
                    (Truth::Values(y), _) => {
                        cells.push(y[row].to_string());
                        cells.extend(predicted.iter().map(f64::to_string));
                    }
                    _ => {}
                }
                text.push_str(&(cells.join(",") + "\n"));
            }
        }
        text
    }

    fn out(&self, task: &Task<'_>) -> Option<PathBuf> {
        task.args.out.as_deref().map(Path::to_owned)
    }
}
