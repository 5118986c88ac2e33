//! The project's chores, run as `cargo xtask …`.
//!
//! It links no gradus crate: it shells out to cargo and to `gradus-verify`, so that it builds in
//! seconds and still runs when a crate does not compile.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a program speaks on standard output")]

mod arrows;
mod check;
mod error;
mod examples;
mod tidy;
mod verify;
mod workspace;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::check::Depth;
use crate::error::XtaskError;
use crate::examples::Golden;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The project's chores")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs every check, the cheapest first, and stops at the first that fails.
    Check {
        /// Only formatting, tidy, clippy and the unit tests.
        #[arg(long)]
        fast: bool,
    },
    /// Checks the layout, the crates' dependencies, the sources and the documents.
    Tidy,
    /// Runs the examples and compares what they print with what is expected.
    Examples {
        /// Takes what they print as what is expected from now on.
        #[arg(long)]
        write: bool,
    },
    /// Compares every derivative with finite differences (passed to gradus-verify).
    Gradcheck(PassThrough),
    /// Compares the crates with reference values (passed to gradus-verify).
    Conformance(PassThrough),
    /// Measures speed in the release profile (passed to gradus-verify).
    Bench(PassThrough),
    /// Holds the elementary functions against exact values, in the release profile (passed to
    /// gradus-verify).
    Ulp(PassThrough),
}

#[derive(clap::Args)]
#[command(disable_help_flag = true)]
struct PassThrough {
    /// Arguments of the program, taken as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<OsString>,
}

fn run(command: Command) -> Result<(), XtaskError> {
    match command {
        Command::Check { fast } => check::run(if fast { Depth::Fast } else { Depth::Full }),
        Command::Tidy => tidy::run(),
        Command::Examples { write } => {
            examples::run(if write { Golden::Write } else { Golden::Compare })
        }
        Command::Gradcheck(pass) => verify::run("gradcheck", verify::Profile::Dev, &pass.args),
        Command::Conformance(pass) => verify::run("conformance", verify::Profile::Dev, &pass.args),
        Command::Bench(pass) => verify::run("bench", verify::Profile::Release, &pass.args),
        Command::Ulp(pass) => verify::run("ulp", verify::Profile::Release, &pass.args),
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.exit_code()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Command};

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_of_gradus_verify_pass_through() {
        let words = ["xtask", "conformance", "some/dir", "--json", "--help"];
        let Command::Conformance(pass) = Cli::try_parse_from(words).unwrap().command else {
            panic!("another command");
        };
        assert_eq!(pass.args, ["some/dir", "--json", "--help"]);
        let words = ["xtask", "gradcheck", "--help"];
        let Command::Gradcheck(pass) = Cli::try_parse_from(words).unwrap().command else {
            panic!("another command");
        };
        assert_eq!(pass.args, ["--help"]);
    }
}
