//! The command that fits what `gradus tune` chose.

use clap::{Command, CommandFactory};
use gradus::select::Params;

use super::Task;
use super::space::plain;
use crate::args::{Cli, Given, ModelArg};
use crate::commands::quoted_text;

/// Options that say how to search and what to print, and not what to fit.
const OF_SEARCH: [&str; 3] = ["out", "json", "threads"];

/// The command line: what was chosen, and every option that was fixed and that it knows.
pub(super) fn command(task: &Task<'_>, given: &Given, chosen: &Params) -> String {
    let path: &[&str] = match task.model {
        ModelArg::Network => &["train"],
        model => &["fit", model.name()],
    };
    let cli = Cli::command();
    let target = path.iter().try_fold(&cli, |command, name| command.find_subcommand(name));
    let knows = |name: &str| target.is_some_and(|command| has_option(command, name));
    let data = &task.args.data;
    let mut words = vec![quoted_text(&data.source)];
    for option in given.options() {
        let name = option.name.as_str();
        let is_chosen = chosen.iter().any(|(tried, _)| tried == name);
        // The seed of a fit is that of the folds by which it would choose λ.
        let of_folds = name == "seed" && task.model != ModelArg::Network;
        // What is held out together, or in time, is no feature of the choice either.
        let is_key = data.columns.features.is_empty() && ["group", "time"].contains(&name);
        if name == "ignore" || is_chosen || of_folds || OF_SEARCH.contains(&name) {
            continue;
        }
        if knows(name) && !is_key {
            words.push(format!("--{name}"));
            words.extend(option.value.as_deref().map(quoted_text));
        }
    }
    let folds = &task.args.folds;
    let mut ignore = data.columns.ignore.clone();
    if data.columns.features.is_empty() {
        ignore.extend(folds.group.iter().chain(&folds.time).cloned());
    }
    if !ignore.is_empty() {
        words.extend(["--ignore".to_owned(), quoted_text(&ignore.join(","))]);
    }
    // `fit` takes numbers for values, unless it is told otherwise.
    if task.model.is_penalised()
        && task.raw.holds_numbers()
        && let Some(labels) = task.data().target().labels()
    {
        let family = if labels.len() == 2 { "binomial" } else { "multinomial" };
        words.extend(["--family".to_owned(), family.to_owned()]);
    }
    for (name, value) in chosen.iter() {
        words.extend([format!("--{name}"), quoted_text(&plain(value))]);
    }
    format!("gradus {} {}", path.join(" "), words.join(" "))
}

fn has_option(command: &Command, name: &str) -> bool {
    command.get_arguments().any(|argument| argument.get_long() == Some(name))
}
