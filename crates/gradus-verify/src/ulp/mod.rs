//! `ulp`: how far the elementary functions are from the exact values, in units in the last place.

mod error;
mod exact;
mod exact_trigonometry;
mod functions;
mod pair;
mod points;
mod progress;
mod sweep;
mod turns;
mod wide;

use std::process::ExitCode;

use clap::Args as ClapArgs;
use gradus_linalg::Level;

use functions::{FUNCTIONS, Function};
use progress::Progress;
use sweep::{Numbers, Worst};

/// The bound that the kernels promise.
const LIMIT: f64 = 2.0;

/// Sweeps the elementary functions over all 2³² bit patterns of f32, and over 10⁸ numbers and every
/// edge of f64; fails if one is off by more than 2 units in the last place, or if a level of
/// instructions of this machine gives other bits than the highest. In a full sweep the portable
/// level, which is slow, takes part in every sixteenth piece.
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Only the functions whose name contains this.
    filter: Option<String>,
    /// About a thousandth of the numbers, and every edge.
    #[arg(long)]
    quick: bool,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let chosen = |f: &&Function| args.filter.as_deref().is_none_or(|name| f.name.contains(name));
    let levels: Vec<_> = Level::available().iter().rev().map(|l| format!("{l:?}")).collect();
    println!("levels of instructions: {}", levels.join(", "));
    println!(
        "{:<10} {:<4} {:>11} {:>10} {:>9}  at",
        "function", "type", "numbers", "other bits", "max ulp"
    );
    let numbers = if args.quick { Numbers::Thousandth } else { Numbers::All };
    let (mut checked, mut failed) = (0, 0);
    for function in FUNCTIONS.iter().filter(chosen) {
        for (kind, sweep) in
            [("f32", sweep::single as fn(&_, _, &_) -> Worst), ("f64", sweep::double)]
        {
            let progress = Progress::new(function.name, kind);
            let Worst { ulp, x, got, count, differing } = sweep(function, numbers, &progress);
            progress.finish();
            let bad = ulp > LIMIT || differing > 0;
            let verdict = if bad { "  FAILED" } else { "" };
            let name = function.name;
            println!(
                "{name:<10} {kind:<4} {count:>11} {differing:>10} {ulp:>9.4}  {x:e} -> {got:e}{verdict}"
            );
            checked += 1;
            failed += usize::from(bad);
        }
    }
    if checked == 0 {
        eprintln!("ulp: no function is called {}", args.filter.as_deref().unwrap_or(""));
        return ExitCode::from(2);
    }
    println!("{checked} checked against {LIMIT} ulp, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
