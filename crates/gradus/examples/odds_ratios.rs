//! Odds ratios: which traits of a cell's nucleus go with a malignant tumour, in 569 biopsies of breasts.
//!
//! First the reading of one 2×2 table by hand, then several traits at once, each per standard deviation so
//! that their ratios can be compared: estimates, intervals by Wald and by the likelihood's profile, the fit
//! as a whole, whether its probabilities hold group by group, what it predicts, its ROC curve. With all
//! thirty measurements the classes are separated: there are no estimates, which is said and proved, and
//! Firth's correction has an answer for the few traits where maximum likelihood has none.
//!
//! Source of the data: W. Wolberg, O. Mangasarian, N. Street, W. Street, *Breast Cancer Wisconsin
//! (Diagnostic)*, 1995.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::linear::LinearError;
use gradus::prelude::*;

/// Traits that do not all measure the same.
const TRAITS: [&str; 4] = ["mean_texture", "mean_area", "mean_smoothness", "mean_concavity"];

/// The odds ratio of large nuclei from four counts, beside that of a regression on the same table.
fn by_hand(table: &Table, rows: &[usize]) -> Result<(), Box<dyn std::error::Error>> {
    let (area, diagnosis) = (table.column("mean_area")?, table.column("diagnosis")?);
    let count = |large: bool, label: &str| {
        let of = |&&row: &&usize| {
            area.number(row).is_some_and(|area| (area > 600.0) == large)
                && diagnosis.level(row) == Some(label)
        };
        rows.iter().filter(of).count() as f64
    };
    let cells = [
        count(true, "malignant"),
        count(true, "benign"),
        count(false, "malignant"),
        count(false, "benign"),
    ];
    let [a, b, c, d] = cells;
    println!("nuclei above 600 µm²: {a} malignant, {b} benign; others: {c} malignant, {d} benign");
    let error = (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    let ratio = a * d / (b * c);
    let end = |z: f64| (ratio.ln() + z * error).exp();
    println!("by hand: odds ratio {ratio:.3}, 95 % from {:.3} to {:.3}", end(-1.96), end(1.96));

    let x = dmatrix![1.0; 1.0; 0.0; 0.0];
    let design = Design::new(&x)?.with_weights(Weights::Frequency(&cells))?;
    let fit = Logistic::default().fit(&design, &[1.0, 0.0, 1.0, 0.0])?;
    let large = &fit.coefficients()[1];
    let [low, high] = large.ratio_interval();
    println!("by regression: odds ratio {:.3}, 95 % from {low:.3} to {high:.3}\n", large.ratio());
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::breast_cancer();
    let rows: Vec<usize> = (0..table.rows()).collect();
    by_hand(&table, &rows)?;

    // Features come out with mean 0 and standard deviation 1.
    let encoder = Encoder::default().fit(&table, "diagnosis", &rows)?;
    let all: DMatrix<f64> = encoder.transform(&table, &rows)?;
    let names = encoder.feature_names();
    let places: Vec<usize> =
        TRAITS.iter().filter_map(|name| names.iter().position(|other| other == name)).collect();
    let x = all.select_columns(&places);
    let design = Design::new(&x)?.with_names(TRAITS)?;
    let column = table.column("diagnosis")?;
    let labels: Vec<&str> = rows.iter().filter_map(|&row| column.level(row)).collect();
    let outcome = BinaryOutcome::from_labels(&labels, "malignant")?;
    let y = outcome.values();

    let model = Logistic::default();
    let fit = model.fit(&design, y)?;
    println!("odds ratio of one standard deviation more, other traits equal:");
    println!("{:<16} {:>8} {:>9}  Wald's 95 %        by profile", "", "ratio", "p");
    let profile = model.profile_intervals(&design, y, 0.95)?;
    for (row, profile) in fit.coefficients().iter().zip(&profile).skip(1) {
        let ([low, high], [from, to]) = (row.ratio_interval(), profile.map(f64::exp));
        println!(
            "{:<16} {:>8.2} {:>9.1e}  {low:>6.2} to {high:<7.2}  {from:>6.2} to {to:.2}",
            row.name,
            row.ratio(),
            row.p_value()
        );
    }
    println!(
        "\n-2 log-likelihood {:.2}, without traits {:.2}: chi-squared {:.2}, df {}, p {:.1e}",
        fit.deviance(),
        fit.null_deviance(),
        fit.likelihood_ratio(),
        fit.likelihood_ratio_df(),
        fit.likelihood_ratio_p()?
    );
    println!(
        "R² {:.4} (McFadden), {:.4} (Cox and Snell), {:.4} (Nagelkerke)",
        fit.r2_mcfadden(),
        fit.r2_cox_snell(),
        fit.r2_nagelkerke()
    );
    let calibration = fit.hosmer_lemeshow(10)?;
    println!("Hosmer and Lemeshow: {:.2}, p {:.3}", calibration.chi2, calibration.p);
    let predicted = fit.classification(0.5);
    println!(
        "from ½ on: sensitivity {:.3}, specificity {:.3}, {:.1} % right",
        predicted.sensitivity(),
        predicted.specificity(),
        100.0 * predicted.accuracy()
    );
    let area = fit.roc_auc_estimate()?;
    let interval = area.interval(0.95)?;
    println!(
        "ROC AUC {:.4} ± {:.4}, 95 % from {:.4} to {:.4}",
        area.auc, area.standard_error, interval.lower, interval.upper
    );

    let whole = Design::new(&all)?.with_names(names.iter().map(String::as_str))?;
    match model.fit(&whole, y) {
        Err(LinearError::Separated { kind, direction, intercept, .. }) => {
            let scores = &all * nalgebra::DVector::from_vec(direction);
            let side = |(score, y): (&f64, &f64)| (score + intercept) * (2.0 * y - 1.0) > 0.0;
            let right = scores.iter().zip(y).filter(|row| side(*row)).count();
            println!("\nall {} traits: {kind} separation, proved by a direction", names.len());
            println!("with {right} of {} biopsies on their side: no odds ratio exists", rows.len());
        }
        other => println!("\nall traits: {other:?}"),
    }
    // Few rows separate sooner.
    let few: Vec<usize> = (0..40).collect();
    let (some, of_some) = (x.select_rows(&few), &y[..40]);
    let design = Design::new(&some)?.with_names(TRAITS)?;
    if let Err(error) = model.fit(&design, of_some) {
        println!("\nthe first 40 biopsies: {error}");
    }
    let firth = Firth::default().fit(&design, of_some)?;
    println!("with Firth's correction:");
    for row in &firth.coefficients()[1..] {
        let [low, high] = row.interval.map(f64::exp);
        println!(
            "{:<16} {:>8.2}, 95 % from {low:.2} to {high:.1}",
            row.wald.name,
            row.wald.ratio()
        );
    }
    Ok(())
}
