//! Compares gradus with reference values that other implementations computed.
//!
//! A folder holds JSON files, each with its tolerance and its cases. A case **passes** when every
//! field of it has been read and every expected value has been compared and agrees. It **fails**
//! when a value differs, a field is missing, or the library panics. It is **not implemented** when
//! it asks for something that gradus does not offer, or holds a field that nothing here compares:
//! such a case is never counted as passed.

mod activations;
mod backprop;
mod case;
mod compare;
mod costs;
mod error;
mod expression;
mod fields;
mod functions;
mod hessian;
mod init;
mod least_squares;
mod linear_models;
mod logistic_models;
mod losses;
mod metrics;
mod model_data;
mod multinomial_models;
#[cfg(test)]
mod mutations;
mod network;
mod optimizers;
mod penalised_models;
mod probability;
mod reference_data;
mod report;
mod resampling;
mod schedules;
mod single;
mod struct_formats;
mod suite;

use std::path::PathBuf;
use std::process::ExitCode;

use report::Report;

/// Arguments of `conformance`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The folder with the reference values, one JSON file a subject.
    dir: PathBuf,
    /// Prints the report as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs every case and prints the report. The exit code is 0 if none failed, 1 if any did, 2 if the
/// folder or a file cannot be read.
pub(crate) fn run(args: &Args) -> ExitCode {
    // A panic of the library is a failed case, reported as such.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = suite::run_folder(&args.dir);
    std::panic::set_hook(hook);
    let report = match outcome {
        Ok(files) => Report { files },
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    if args.json {
        println!("{}", report.to_json());
    } else {
        print!("{report}");
    }
    if report.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
