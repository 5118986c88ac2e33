//! `gradcheck`: every derivative beside one that was computed another way.

use std::process::ExitCode;

use clap::Args as ClapArgs;
use gradus_autograd::AutogradError;
use gradus_autograd::check::{REGISTRY_HEADER, check_registry};

/// Checks the derivative of every operation, layer, activation and cost.
///
/// Operations are compared with central differences at first and second order, tangents with
/// gradients, the fast gradient with the rule, f32 with f64. Figures are
/// ‖a − b‖ / (‖a‖ + ‖b‖).
#[derive(ClapArgs, Debug)]
pub(crate) struct Args {
    /// Only what has this in its name.
    filter: Option<String>,
}

pub(crate) fn run(args: &Args) -> ExitCode {
    let tally = match table(args.filter.as_deref()) {
        Ok(tally) => tally,
        Err(error) => {
            eprintln!("gradcheck: an example has no derivative: {error}");
            return ExitCode::FAILURE;
        }
    };
    if tally.checked == 0 {
        eprintln!("gradcheck: nothing is called {}", args.filter.as_deref().unwrap_or(""));
        return ExitCode::from(2);
    }
    println!("{} checked, {} failed", tally.checked, tally.failed);
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Debug, Default)]
struct Tally {
    checked: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, passed: bool) {
        self.checked += 1;
        self.failed += usize::from(!passed);
    }
}

fn table(filter: Option<&str>) -> Result<Tally, AutogradError> {
    let chosen = |name: &str| filter.is_none_or(|filter| name.contains(filter));
    let mut tally = Tally::default();
    println!("{REGISTRY_HEADER}");
    for row in check_registry()? {
        if chosen(row.label) || chosen(row.operation) {
            println!("{row}");
            tally.add(row.passed);
        }
    }
    println!();
    println!("{:<10}  {:<44}  {:>8}  {:>8}  {:>6}", "", "", "1st", "2nd", "bound");
    for row in gradus_nn::check::rows()? {
        if chosen(&row.name) {
            println!("{row}");
            tally.add(row.passed);
        }
    }
    Ok(tally)
}
