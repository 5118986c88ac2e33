//! A least-squares report: what explains how diabetes progressed in a year, of 442 patients.
//!
//! First the whole table, then the columns that collinearity makes unreadable, a model chosen step by
//! step, its standard errors without the assumption of one variance, the rows that move it most, and a
//! prediction with both its intervals.
//!
//! Source of the data: B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, *Least angle regression*, 2004.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::linear::{CovarianceKind, StepCriterion};
use gradus::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::diabetes();
    let rows: Vec<usize> = (0..table.rows()).collect();
    let encoder = Encoder { scaling: data::Scaling::None, ..Encoder::default() };
    let encoder = encoder.fit(&table, "progression", &rows)?;
    let x: DMatrix<f64> = encoder.transform(&table, &rows)?;
    let column = table.column("progression")?;
    let y: Vec<f64> = rows.iter().filter_map(|&row| column.number(row)).collect();
    let design = Design::new(&x)?.with_names(encoder.feature_names())?;

    let fit = Ols::default().fit(&design, &y)?;
    println!("{}", fit.summary(&design, &y)?);

    println!("variance inflation: the serum measurements s1 to s5 say nearly the same");
    for (name, factor) in fit.names.iter().zip(fit.variance_inflation(&design)?) {
        println!("  {name:<4} {factor:6.2}");
    }

    let robust = Ols { covariance: CovarianceKind::Hc3, ..Ols::default() };
    let stepwise = Stepwise { criterion: StepCriterion::Bic, ols: robust, ..Stepwise::default() };
    let chosen = stepwise.fit(&design, &y)?;
    println!("\nstep by step, by BIC:\n{chosen}");
    println!("{}", chosen.fit.table());
    println!("These p are too good: they do not know that the columns were selected.\n");

    let selected = x.select_columns(&chosen.selected);
    let design = Design::new(&selected)?;
    let influence = chosen.fit.influence(&design, &y)?;
    let mut order = rows.clone();
    order.sort_by(|&a, &b| influence.cooks_distance[b].total_cmp(&influence.cooks_distance[a]));
    println!("rows that move the coefficients most:");
    for row in &order[..3] {
        println!(
            "  row {row}: Cook's distance {:.4}, leverage {:.4}, studentised residual {:.2}",
            influence.cooks_distance[*row],
            influence.leverage[*row],
            influence.externally_studentised[*row]
        );
    }

    let first = selected.rows(0, 1).into_owned();
    let predicted = chosen.fit.intervals(&Design::new(&first)?)?[0];
    println!("\na patient like the first (measured: {}):", y[0]);
    println!("  expected {:.1}", predicted.mean);
    let [low, high] = predicted.mean_interval;
    println!("  the mean of all such patients: {low:.1} to {high:.1}");
    let [low, high] = predicted.observation_interval;
    println!("  one such patient: {low:.1} to {high:.1}");
    Ok(())
}
