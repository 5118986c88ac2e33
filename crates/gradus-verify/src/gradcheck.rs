//! `gradcheck`: every derivative beside one that was computed another way.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use gradus_autograd::check::{REGISTRY_HEADER, check_registry};

/// Checks every operation's derivative against differences, tangents and a second evaluation.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Only the operations whose name contains this.
    filter: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let rows = match check_registry() {
        Ok(rows) => rows,
        Err(error) => {
            eprintln!("gradcheck: an operation fails on its own example: {error}");
            return ExitCode::FAILURE;
        }
    };
    let chosen = |name: &str| args.filter.as_deref().is_none_or(|filter| name.contains(filter));
    println!("{REGISTRY_HEADER}");
    let (mut checked, mut failed) = (0, 0);
    for row in rows.iter().filter(|row| chosen(row.label) || chosen(row.operation)) {
        println!("{row}");
        checked += 1;
        failed += usize::from(!row.passed);
    }
    if checked == 0 {
        eprintln!("gradcheck: nothing is called {}", args.filter.as_deref().unwrap_or(""));
        return ExitCode::from(2);
    }
    println!("{checked} checked, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
