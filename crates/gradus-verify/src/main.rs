//! The programs behind `cargo xtask gradcheck`, `conformance` and `bench`.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, reason = "a program speaks on standard output")]

mod bench;
mod conformance;
mod gradcheck;
mod ulp;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "gradus-verify", about = "Checks gradus against what it did not compute itself")]
struct Cli {
    #[command(subcommand)]
    program: Program,
}

#[derive(Subcommand)]
enum Program {
    /// Measures speed, and prints the floor beside each figure.
    Bench(bench::Args),
    /// Compares the crates with reference values of other implementations.
    Conformance(conformance::Args),
    /// Checks every operation's derivative.
    Gradcheck(gradcheck::Args),
    /// Holds the elementary functions against exact values.
    Ulp(ulp::Args),
}

fn main() -> ExitCode {
    match Cli::parse().program {
        Program::Bench(args) => bench::run(&args),
        Program::Conformance(args) => conformance::run(&args),
        Program::Gradcheck(args) => gradcheck::run(&args),
        Program::Ulp(args) => ulp::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
