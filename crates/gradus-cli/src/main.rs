//! The `gradus` program: train, evaluate and predict from the command line.
#![forbid(unsafe_code)]

mod args;
mod class_weights;
mod commands;
mod data;
mod error;
mod fingerprint;
mod interval;
mod measures;
mod network;
mod output;
mod progress;
mod recipe;
mod schedule;
mod score_intervals;
mod scores;
mod settings;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::args::{Cli, Command, Given};
use crate::error::CliError;
use crate::output::Output;

/// The exit code of whatever the user can mend.
const BAD_INPUT: u8 = 2;

fn main() -> ExitCode {
    let command = Cli::command();
    let parsed = command.clone().try_get_matches().and_then(|matches| {
        let cli = Cli::from_arg_matches(&matches)?;
        Ok((cli, Given::to_subcommand(&command, &matches)))
    });
    let outcome = match parsed {
        Ok((cli, given)) => run(&cli, &given),
        Err(error) if !error.use_stderr() => Output::open().help(&error.render()),
        Err(error) => Err(CliError::usage_of(&error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gradus: {}", error.line());
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn run(cli: &Cli, given: &Given) -> Result<(), CliError> {
    let mut output = Output::open();
    match &cli.command {
        Command::Describe(args) => commands::describe::run(args, &mut output),
        Command::Split(args) => commands::split::run(args, &mut output),
        Command::Train(args) => commands::train::run(args, &mut output),
        Command::Evaluate(args) => commands::evaluate::run(args, &mut output),
        Command::Predict(args) => commands::predict::run(args, &mut output),
        Command::Fit(args) => commands::fit::run(args, &mut output),
        Command::Path(args) => commands::path::run(args, &mut output),
        Command::Cv(args) => commands::cv::run(args, &mut output),
        Command::Tune(args) => commands::tune::run(args, given, &mut output),
        Command::Info(args) => commands::info::run(args, &mut output),
    }
}
