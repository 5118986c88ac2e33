//! What `gradus tune` says.

use gradus::select::{Goal, Params, Trial};
use serde::Serialize;

use super::space::{Tries, plain};
use super::{Found, Nested, Task, next};
use crate::args::{Given, ModelArg, SearchArg};
use crate::data::TableSource;
use crate::error::CliError;
use crate::measures::Measure;
use crate::output::{Output, aligned, field, short};

/// Candidates in the table.
const SHOWN: usize = 20;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: String,
    target: &'r str,
    task: &'static str,
    rows: usize,
    model: &'static str,
    how: String,
    /// Whether a score is of all held-out rows together, and not the mean over folds.
    pooled: bool,
    measure: Measure,
    goal: Goal,
    search: &'static str,
    candidates: usize,
    best: Taken<'r>,
    simplest_within_one_error: Option<Taken<'r>>,
    /// What `next` fits, and what `nested` measures.
    chosen_by: &'static str,
    trials: &'r [Trial<Params>],
    given_up: &'r [Trial<Params>],
    nested: Option<&'r Nested>,
    /// The command that fits the choice.
    next: &'r str,
    seconds: f64,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Taken<'r> {
    candidate: usize,
    params: &'r Params,
    mean: Option<f64>,
    standard_error: Option<f64>,
}

impl<'r> Taken<'r> {
    fn of(trial: &'r Trial<Params>) -> Self {
        let spread = trial.spread();
        Self {
            candidate: trial.candidate,
            params: &trial.params,
            mean: trial.score(),
            standard_error: spread.and_then(|spread| spread.standard_error()),
        }
    }

    fn told(&self, measure: Measure) -> String {
        format!(
            "{}: {} {}",
            self.params,
            measure.name(),
            with_error(self.mean, self.standard_error)
        )
    }
}

fn with_error(mean: Option<f64>, error: Option<f64>) -> String {
    let mean = mean.map_or_else(|| "–".to_owned(), |mean| short(mean, 5));
    error.map_or(mean.clone(), |error| format!("{mean} ± {}", short(error, 2)))
}

pub(super) fn print(
    task: &Task<'_>,
    source: &TableSource,
    tries: &Tries,
    found: &Found<'_>,
    given: &Given,
    output: &mut Output,
) -> Result<(), CliError> {
    let result = &found.search.last;
    let best = Taken::of(result.best());
    let taken = Taken::of(found.chosen());
    let next = next::command(task, given, taken.params);
    let (chosen_by, in_words) = if found.by_simplicity {
        ("simplest_within_one_error", "the simplest within one standard error")
    } else {
        ("best", "the best")
    };
    let simplest = found.by_simplicity.then_some(taken);
    let labels = task.data().target().labels();
    let mut notes = task.raw.notes(task.data());
    notes.extend(task.dev.iter().flat_map(|dev| dev.notes.iter().cloned()));
    notes.extend(task.pooled.then(|| {
        format!(
            "each test is one row, so {} is of all held-out rows together: it has no standard error, \
             and the best is taken",
            task.measure.name()
        )
    }));
    notes.extend(failed(task, found));
    notes.extend(remark(task, found));
    if task.args.general.json {
        return output.json(&Report {
            command: "tune",
            data: source.name(),
            target: task.data().target().column(),
            task: crate::commands::task(labels),
            rows: task.data().rows().len(),
            model: task.model.name(),
            how: how(task),
            pooled: task.pooled,
            measure: task.measure,
            goal: task.measure.goal(),
            search: search_name(found.kind),
            candidates: found.candidates,
            best,
            simplest_within_one_error: simplest,
            chosen_by,
            trials: &result.trials,
            given_up: &found.search.given_up,
            nested: found.nested.as_ref(),
            next: &next,
            seconds: found.seconds,
            notes,
        });
    }
    output.line(format_args!(
        "{}: {} rows, {} columns to predict {:?} by; model {}",
        source.name(),
        task.data().rows().len(),
        task.raw.columns(),
        task.data().target().column(),
        task.model.name()
    ))?;
    output.line(format_args!(
        "{} candidates ({}): {}",
        found.candidates,
        search_name(found.kind),
        tries.describe()
    ))?;
    let better = match task.measure.goal() {
        Goal::Minimise => "less",
        Goal::Maximise => "more",
    };
    output.line(format_args!(
        "{}; compared by {}, of which {better} is better ({:.1} s)",
        how(task),
        task.measure.name(),
        found.seconds
    ))?;
    output.text(format_args!("\n{}", aligned(&table(task, tries, found))))?;
    let shown = result.trials.len() + found.search.given_up.len();
    if shown > SHOWN {
        output.line(format_args!("and {} more (--json or --out has them all)", shown - SHOWN))?;
    }
    output.line(format_args!("\nbest: {}", best.told(task.measure)))?;
    if let Some(simplest) = &simplest {
        let told = simplest.told(task.measure);
        output.line(format_args!("simplest within one standard error of it: {told}"))?;
    }
    if let Some(nested) = &found.nested {
        let spread = nested.spread();
        output.line(format_args!(
            "the choice itself ({in_words} in each), measured on {} outer folds: {} {}",
            spread.scores.len(),
            task.measure.name(),
            with_error(Some(spread.mean), spread.standard_error())
        ))?;
    }
    notes.iter().try_for_each(|note| output.line(format_args!("note: {note}")))?;
    output.line(format_args!("\nto fit it: {next}"))
}

/// By what rows candidates are compared.
fn how(task: &Task<'_>) -> String {
    match task.dev {
        Some(dev) => {
            format!("the {} rows of {}, which none is fitted to", dev.rows.len(), dev.name)
        }
        None => task.way.describe(),
    }
}

fn search_name(kind: SearchArg) -> &'static str {
    match kind {
        SearchArg::Grid => "grid",
        SearchArg::Random => "random",
        SearchArg::Halving => "halving",
    }
}

/// Candidates that could not be fitted.
fn failed(task: &Task<'_>, found: &Found<'_>) -> Option<String> {
    let trials = || found.search.last.trials.iter().chain(&found.search.given_up);
    let (fold, error) = trials().find_map(Trial::failure)?;
    let count = trials().filter(|trial| trial.failure().is_some()).count();
    let place = match (task.pooled, task.dev) {
        (false, None) => format!(" in fold {}", fold + 1),
        _ => String::new(),
    };
    Some(format!(
        "{count} of {} candidates failed and were not chosen; the first{place}: {error}",
        found.candidates
    ))
}

/// That the best score flatters.
fn remark(task: &Task<'_>, found: &Found<'_>) -> Option<String> {
    let several = found.candidates > 1 && found.nested.is_none();
    let measured = match task.dev {
        Some(_) => "`gradus evaluate` measures the fitted choice on a file that took no part in it",
        None => "--nested 5 measures the choice on rows that took no part in it",
    };
    several.then(|| {
        format!(
            "the best of {} scores is partly luck, so it flatters the choice; {measured}",
            found.candidates
        )
    })
}

/// The candidates, the best first.
fn table(task: &Task<'_>, tries: &Tries, found: &Found<'_>) -> Vec<Vec<String>> {
    let halving = found.kind == SearchArg::Halving;
    let mut titles = vec!["rank".to_owned()];
    titles.extend(tries.names().map(str::to_owned));
    if halving {
        titles.push(if task.model == ModelArg::Network { "epochs" } else { "rows" }.to_owned());
    }
    titles.extend([task.measure.name(), "std. error", "seconds"].map(str::to_owned));
    let mut given_up: Vec<&Trial<Params>> = found.search.given_up.iter().collect();
    // Those that were given up late before those that were given up early.
    given_up.sort_by_key(|trial| std::cmp::Reverse(trial.budget));
    let ranked = found.search.last.ranked().into_iter().chain(given_up);
    let row = |(place, trial): (usize, &Trial<Params>)| {
        let choice = Taken::of(trial);
        let mut row = vec![(place + 1).to_string()];
        row.extend(trial.params.iter().map(|(_, value)| value.to_string()));
        if halving {
            row.push(trial.budget.map_or_else(|| "–".to_owned(), |budget| budget.to_string()));
        }
        let cell = |x: Option<f64>, digits| x.map_or_else(|| "–".to_owned(), |x| short(x, digits));
        row.extend([cell(choice.mean, 5), cell(choice.standard_error, 2)]);
        row.push(format!("{:.1}", trial.time.as_secs_f64()));
        row
    };
    [titles].into_iter().chain(ranked.take(SHOWN).enumerate().map(row)).collect()
}

/// Every trial with the score of each fold, as CSV.
pub(super) fn trials(task: &Task<'_>, tries: &Tries, found: &Found<'_>) -> String {
    // A score of all held-out rows is that of no fold.
    let of_folds = |trial: &Trial<Params>| if task.pooled { 0 } else { trial.folds.len() };
    let folds = found.search.last.trials.first().map_or(0, of_folds);
    let mut titles = vec!["candidate".to_owned()];
    titles.extend(tries.names().map(field));
    titles.extend(["budget", "mean", "standard_error"].map(str::to_owned));
    titles.extend((1..=folds).map(|fold| format!("fold_{fold}")));
    let mut text = titles.join(",") + "\n";
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    for trial in found.search.last.trials.iter().chain(&found.search.given_up) {
        let choice = Taken::of(trial);
        let mut cells = vec![(trial.candidate + 1).to_string()];
        cells.extend(trial.params.iter().map(|(_, value)| field(&plain(value))));
        cells.push(trial.budget.map_or_else(String::new, |budget| budget.to_string()));
        cells.extend([number(choice.mean), number(choice.standard_error)]);
        cells
            .extend(trial.folds.iter().take(folds).map(|fold| number(fold.as_ref().ok().copied())));
        text.push_str(&(cells.join(",") + "\n"));
    }
    text
}
