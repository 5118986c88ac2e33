//! `gradus tune`.

use std::time::Instant;

use gradus::io::write_atomically;
use gradus::resample::{Fold, Folds};
use gradus::select::{
    Choice, Halving, HalvingResult, Job, NestedResult, Params, PooledJob, RawData, Resource,
    SearchResult, SelectError, Spread, Trial, nested_halving, nested_search, nested_search_pooled,
    search, search_pooled, successive_halving,
};
use indicatif::ProgressBar;
use serde::Serialize;

use crate::args::{Given, ModelArg, SearchArg, TuneArgs};
use crate::data::{DevRows, RawRows, RawTable, TableSource, Way};
use crate::error::CliError;
use crate::measures::Measure;
use crate::output::Output;
use crate::progress::fits_bar;
use crate::recipe::{Outputs, Predicted, Recipe};
use crate::scores::Truth;

mod next;
mod report;
mod simplicity;
mod space;

use simplicity::Simplicity;
use space::{Tries, options};

/// The fewest rows that a candidate is judged by.
const FEWEST_ROWS: usize = 30;

pub(crate) fn run(args: &TuneArgs, given: &Given, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let tries = Tries::new(&args.tries)?;
    let source = TableSource::new(&args.data.source, &args.data.csv)?;
    if let Some(out) = &args.out {
        super::check_csv_out(out, source.path())?;
    }
    let kind = tries.search(args.search);
    let model = args.model.model.unwrap_or(ModelArg::Network);
    check(&tries, kind, model, given)?;
    if let (Some(out), Some(dev)) = (&args.out, &args.dev) {
        super::check_csv_out(out, Some(dev))?;
    }
    let raw = source.in_file(RawTable::read(&source, &args.data, &args.folds, model))?;
    let rows = source.in_file(raw.rows())?;
    let data = &rows.data;
    let truth = raw.truth(data)?;
    let candidates = tries.candidates(args, kind)?;
    // Whatever is wrong with a candidate is told before anything is fitted.
    let recipe = |candidate| Recipe::new(&options(&args.model, candidate, None)?, data.target());
    let recipes = candidates.iter().map(recipe).collect::<Result<Vec<_>, CliError>>()?;
    let outputs = recipes.first().map_or(Outputs::Values, Recipe::outputs);
    let measure = measure(args, data.target().column(), outputs)?;
    let way = raw.way(&args.folds, data, &truth, args.model.learning.seed);
    let dev = args.dev.as_ref().map(|file| raw.dev(&source, &rows, file, &args.data.csv));
    let dev = dev.transpose()?;
    let folds = match &dev {
        Some(dev) => dev_fold(data.rows().len(), dev.rows.len())?,
        None => source.in_file(way.all(data.rows().len()))?,
    };
    let pooled = dev.is_none() && lacks_scores(&folds, measure);
    if pooled && kind == SearchArg::Halving {
        return Err(CliError::usage(format!(
            "--search halving: where each test is one row, {} is of all held-out rows together, which \
             halving does not take; take --search grid or random, fewer --folds, or --measure {}",
            measure.name(),
            measure.of_single_rows()
        )));
    }
    let dev = dev.as_ref();
    let (raw, rows, truth, way) = (&raw, &rows, &truth, &way);
    let task = Task { args, raw, rows, truth, measure, way, dev, pooled, model };
    let simplicity = Simplicity::of(&tries, raw.columns());
    let complexity = |p: &Params| simplicity.map_or(0.0, |simplicity| simplicity.complexity(p));
    let choice = match simplicity {
        Some(_) => Choice::simplest_within_one_error(measure.goal(), &complexity),
        None => Choice::best(measure.goal()),
    };
    let begin = Instant::now();
    let search = source.in_file(task.search(kind, &candidates, &folds))?;
    let nested = args.nested.map(|outer| {
        let nested = task.nested(kind, &candidates, choice, outer, folds.len());
        source.in_file(nested)
    });
    let nested = nested.transpose()?;
    let seconds = begin.elapsed().as_secs_f64();
    // A single score has no standard error, within which there is a simplest.
    let has_error = search.last.best().folds.len() > 1;
    let by_simplicity = simplicity.is_some() && has_error;
    let candidates = candidates.len();
    let found = Found { kind, candidates, search, choice, by_simplicity, nested, seconds };
    if let Some(out) = &args.out {
        write_atomically(out, report::trials(&task, &tries, &found).as_bytes())?;
    }
    report::print(&task, &source, &tries, &found, given, output)
}

/// What is searched.
#[derive(Debug)]
struct Task<'t> {
    args: &'t TuneArgs,
    raw: &'t RawTable,
    rows: &'t RawRows<'t>,
    truth: &'t Truth,
    measure: Measure,
    way: &'t Way,
    /// The rows that candidates are compared by in place of folds.
    dev: Option<&'t DevRows>,
    /// Whether a candidate's score is of all held-out rows together.
    pooled: bool,
    model: ModelArg,
}

/// What was found.
#[derive(Debug)]
struct Found<'c> {
    kind: SearchArg,
    candidates: usize,
    search: Searched,
    choice: Choice<'c, Params>,
    /// Whether the choice minds what is simple.
    by_simplicity: bool,
    nested: Option<Nested>,
    seconds: f64,
}

impl Found<'_> {
    /// The trial that is recommended.
    fn chosen(&self) -> &Trial<Params> {
        let found = &self.search.last;
        self.choice.among(&found.trials).unwrap_or(found.best())
    }
}

/// The trials that were compared to the end, and those given up before.
#[derive(Debug)]
struct Searched {
    last: SearchResult<Params>,
    given_up: Vec<Trial<Params>>,
}

/// What the choice itself is worth, with the search within each outer fold.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Nested {
    Search(NestedResult<SearchResult<Params>>),
    Halving(NestedResult<HalvingResult<Params>>),
}

impl Nested {
    fn spread(&self) -> &Spread {
        match self {
            Self::Search(found) => &found.spread,
            Self::Halving(found) => &found.spread,
        }
    }
}

impl Task<'_> {
    fn data(&self) -> &RawData<'_> {
        &self.rows.data
    }

    fn search(
        &self,
        kind: SearchArg,
        candidates: &[Params],
        folds: &Folds,
    ) -> Result<Searched, CliError> {
        let m = folds.rows();
        let goal = self.measure.goal();
        if kind != SearchArg::Halving {
            let bar = fits_bar(candidates.len() * folds.len(), self.args.general.json);
            let found = if self.pooled {
                search_pooled(candidates, goal, folds, m, |job| self.score_pooled(job, &bar))
            } else {
                search(candidates, goal, folds, m, |job| self.score(job, &bar))
            };
            bar.finish_and_clear();
            let last = found.map_err(|error| self.failed(error))?;
            return Ok(Searched { last, given_up: Vec::new() });
        }
        let halving = self.halving(folds);
        let fits: usize = halving.rungs(candidates.len())?.iter().map(|rung| rung.0).sum();
        let bar = fits_bar(fits * folds.len(), self.args.general.json);
        let found =
            successive_halving(candidates, goal, &halving, folds, m, |job| self.score(job, &bar));
        bar.finish_and_clear();
        let mut found = found.map_err(|error| self.failed(error))?;
        let best = found.best;
        let last = found.rungs.pop().map(|rung| rung.trials).unwrap_or_default();
        let survives = |trial: &Trial<Params>| last.iter().any(|x| x.candidate == trial.candidate);
        // Of a candidate the trial with the most.
        let mut given_up: Vec<Trial<Params>> = Vec::new();
        for trial in found.rungs.into_iter().rev().flat_map(|rung| rung.trials) {
            if !survives(&trial) && !given_up.iter().any(|x| x.candidate == trial.candidate) {
                given_up.push(trial);
            }
        }
        Ok(Searched { last: SearchResult { trials: last, best, goal }, given_up })
    }

    /// Why nothing was found: a fold is named where there are several.
    fn failed(&self, error: SelectError) -> CliError {
        let by = match self.dev {
            Some(dev) => format!(" by the rows of {}", dev.name),
            None if self.pooled => String::new(),
            None => return error.into(),
        };
        match error {
            SelectError::AllFailed { trials, source, .. } => CliError::usage(format!(
                "none of {trials} candidate(s) could be scored{by}: {source}"
            )),
            error => error.into(),
        }
    }

    /// Epochs for a network, rows for another model.
    fn halving(&self, folds: &Folds) -> Halving {
        if self.model == ModelArg::Network {
            return Halving::up_to(self.args.model.learning.epochs.unwrap_or(200));
        }
        let rows = folds.iter().map(|fold| fold.train.len()).min().unwrap_or(1);
        let seed = self.args.model.learning.seed;
        // Fewer would lack classes, and tell nothing.
        let least = Some((rows / 9).max(FEWEST_ROWS).min(rows));
        Halving { resource: Resource::Rows { seed }, least, ..Halving::up_to(rows) }
    }

    fn nested(
        &self,
        kind: SearchArg,
        candidates: &[Params],
        choice: Choice<'_, Params>,
        outer: usize,
        inner: usize,
    ) -> Result<Nested, CliError> {
        let m = self.data().rows().len();
        let folds = self.way.outer(outer).all(m)?;
        self.check_nested(&folds)?;
        let tried: usize = match kind {
            SearchArg::Halving => {
                self.halving(&folds).rungs(candidates.len())?.iter().map(|rung| rung.0).sum()
            }
            _ => candidates.len(),
        };
        let fits = outer * (tried * inner + 1);
        let bar = fits_bar(fits, self.args.general.json);
        let inner = |rows: &[usize]| self.way.folds_of(rows);
        let score = |job: Job<'_, Params>| self.score(job, &bar);
        let found = match kind {
            SearchArg::Halving => {
                let halving = |folds: &Folds| self.halving(folds);
                nested_halving(candidates, choice, halving, &folds, m, inner, score)
                    .map(Nested::Halving)
            }
            _ if self.pooled => {
                let score = |job: PooledJob<'_, Params>| self.score_pooled(job, &bar);
                nested_search_pooled(candidates, choice, &folds, m, inner, score)
                    .map(Nested::Search)
            }
            _ => nested_search(candidates, choice, &folds, m, inner, score).map(Nested::Search),
        };
        bar.finish_and_clear();
        Ok(found?)
    }

    /// Refuses outer folds with too few rows for the measure, in themselves or for folds within.
    fn check_nested(&self, outer: &Folds) -> Result<(), CliError> {
        let refused = |whose: &str, ask: &str| {
            Err(CliError::usage(format!(
                "--nested: each {whose} fold has one row to test, which has no {} of its own; ask for \
                 fewer ({ask}), or take --measure {}",
                self.measure.name(),
                self.measure.of_single_rows()
            )))
        };
        if lacks_scores(outer, self.measure) {
            return refused("outer", "--nested");
        }
        let inner = outer.iter().next().map(|fold| self.way.folds_of(&fold.train)).transpose()?;
        match inner {
            Some(inner) if !self.pooled && lacks_scores(&inner, self.measure) => {
                refused("inner", "--folds")
            }
            _ => Ok(()),
        }
    }

    fn score(&self, job: Job<'_, Params>, bar: &ProgressBar) -> Result<f64, CliError> {
        let budget = job.budget.filter(|_| self.model == ModelArg::Network);
        let more = budget.map(|epochs| ("epochs", epochs));
        let recipe =
            Recipe::new(&options(&self.args.model, job.params, more)?, self.data().target())?;
        let predicted = match self.dev {
            Some(dev) => recipe.predict_dev(self.rows, job.train, dev),
            None => recipe.predict_split(self.rows, job.train, job.test),
        };
        bar.inc(1);
        let predicted = predicted?;
        match self.dev {
            Some(dev) => self.measured(&dev.truth, &predicted),
            None => self.measured(&self.truth.select(job.test), &predicted),
        }
    }

    /// The score of the predictions of all folds together.
    fn score_pooled(&self, job: PooledJob<'_, Params>, bar: &ProgressBar) -> Result<f64, CliError> {
        let recipe =
            Recipe::new(&options(&self.args.model, job.params, None)?, self.data().target())?;
        let folds = Folds::given(self.data().rows().len(), job.folds.to_vec())?;
        let made = recipe.cross_predict(self.rows, &folds, bar)?;
        let rows: Vec<usize> = made.iter().flat_map(|fold| fold.rows.iter().copied()).collect();
        let predicted: Vec<Predicted> =
            made.into_iter().flat_map(|fold| fold.predictions).collect();
        self.measured(&self.truth.select(&rows), &predicted)
    }

    fn measured(&self, truth: &Truth, predicted: &[Predicted]) -> Result<f64, CliError> {
        let rows: Vec<&Predicted> = predicted.iter().collect();
        self.measure.value(truth, &rows).ok_or_else(|| {
            CliError::usage(format!(
                "the {} of {} rows is not defined, for lack of a class or of rows",
                self.measure.name(),
                rows.len()
            ))
        })
    }
}

/// Whether each fold tests a single row, which does not have such a score.
fn lacks_scores(folds: &Folds, measure: Measure) -> bool {
    !measure.is_mean_of_rows() && folds.iter().all(|fold| fold.test.len() == 1)
}

/// The only fold of a dev set, whose rows are numbered behind those that are fitted to.
fn dev_fold(train: usize, dev: usize) -> Result<Folds, CliError> {
    let fold = Fold { train: (0..train).collect(), test: (train..train + dev).collect() };
    Ok(Folds::given(train + dev, vec![fold])?)
}

fn measure(args: &TuneArgs, target: &str, outputs: Outputs) -> Result<Measure, CliError> {
    let measures = Measure::of(outputs);
    let measure = args.measure.map_or(measures[0], Measure::from);
    if measures.contains(&measure) {
        return Ok(measure);
    }
    let classes = outputs != Outputs::Values;
    let why = match measure {
        Measure::LogLoss if outputs == Outputs::Margins => {
            "is of probabilities, and a support vector machine has none".to_owned()
        }
        _ if classes => format!("is for values, and {target:?} holds classes"),
        _ => format!("is for classes, and {target:?} holds values"),
    };
    Err(CliError::usage(format!("{} {why}; take another --measure", measure.name())))
}

/// What does not go together, whatever the data.
fn check(tries: &Tries, kind: SearchArg, model: ModelArg, given: &Given) -> Result<(), CliError> {
    if let Some(fixed) = given.options().iter().find(|option| tries.has(&option.name)) {
        let value = fixed.value.as_ref().map(|value| format!(" {value}")).unwrap_or_default();
        return Err(CliError::usage(format!(
            "--{name}{value} fixes what --try {name} looks for; leave one of the two out",
            name = fixed.name
        )));
    }
    if kind == SearchArg::Halving && model == ModelArg::Network && tries.has("epochs") {
        return Err(CliError::usage(
            "--search halving gives out epochs, so they cannot be tried; leave --try epochs out",
        ));
    }
    Ok(())
}
