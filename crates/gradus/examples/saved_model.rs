//! A model that the program fitted, used from Rust: its coefficients, its uncertainty, and what it says of
//! new rows.
//!
//! The file beside this example was written by
//!
//! ```sh
//! gradus fit logistic breast_cancer --target diagnosis --features mean_area,mean_texture,mean_concavity
//! ```
//!
//! and any other that `gradus fit` or `gradus train` writes can be named instead:
//! `cargo run --example saved_model FILE`. Columns are found by their names, so that a table may have more,
//! and in any order; `gradus predict FILE NEW.csv` does the same without a line of Rust.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::data::Column;
use gradus::io::{Prediction, from_bytes};
use gradus::prelude::*;

/// What `gradus fit` wrote.
const FILE: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/examples/data/breast_cancer-logistic.gradus"
));

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = match std::env::args().nth(1) {
        Some(path) => load(path)?,
        None => from_bytes(FILE)?,
    };
    let SavedModel::Linear(model) = model else {
        return Err("this example reads linear models; see `SavedModel::predict_rows`".into());
    };
    println!("{} of {:?}: {}", model.family, model.target.column(), model.record.estimator);
    let errors = model.uncertainty.as_ref().map(|uncertainty| uncertainty.standard_errors());
    for (j, (term, estimate)) in model.terms().iter().zip(model.estimates(0)).enumerate() {
        let error = errors.as_ref().map_or(f64::NAN, |errors| errors[j]);
        println!("{term:>15} {estimate:>11.6} ± {error:.6}");
    }

    // Three new biopsies; from a file they would come by `read_csv`.
    let column = |name: &str, values: [f64; 3]| Column::numeric(name, values.map(Some));
    let table = Table::new(vec![
        column("mean_texture", [14.0, 19.0, 25.0])?,
        column("mean_area", [420.0, 640.0, 1100.0])?,
        column("mean_concavity", [0.03, 0.09, 0.2])?,
    ])?;
    let rows = [0, 1, 2];
    let Prediction::Probabilities(probabilities) = model.predict_rows(&table, &rows)? else {
        return Err("a model of classes gives probabilities".into());
    };
    let labels = model.target.labels().unwrap_or_default();
    for (row, p) in probabilities.row_iter().enumerate() {
        let shown: Vec<String> =
            labels.iter().zip(p.iter()).map(|(label, p)| format!("{label} {p:.6}")).collect();
        println!("biopsy {row}: {}", shown.join(", "));
    }

    // The interval of the logit, on the scale of probabilities.
    let x: DMatrix<f64> = model.preparation.transform(&table, &rows)?;
    let logits = model.linear_predictor(&x, None)?;
    let sigmoid = |logit: f64| 1.0 / (1.0 + (-logit).exp());
    if let Some(errors) = model.standard_errors(&x)? {
        for (row, (logit, error)) in logits.iter().zip(errors).enumerate() {
            let [low, high] = [-1.96, 1.96].map(|z| sigmoid(logit + z * error));
            println!("biopsy {row}: 95 % from {low:.4} to {high:.4}");
        }
    }
    Ok(())
}
