//! Bayes and a medical test: what a result says depends on how common the disease is.
//!
//! The test is read off 569 real biopsies: it is positive where the nuclei's outlines have concave points
//! beyond a threshold. From the counts follow conditional probabilities; sensitivity and specificity with
//! what is known of them (Beta–binomial); predictive values at the prevalence of the sample and at that of a
//! screening; the same by odds and likelihood ratios; a second, independent test, one update after another;
//! and three diseases that one patient may have.
//!
//! Source: G. Gigerenzer, U. Hoffrage, *How to improve Bayesian reasoning without instruction*, 1995, for
//! the way of telling; data as of `odds_ratios`.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::prelude::*;
use gradus::stats::{ProportionMethod, logit, odds, probability_from_odds, proportion_interval};

/// Concave points from which on the test is positive.
const THRESHOLD: f64 = 0.05;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let table = data::breast_cancer();
    let (points, diagnosis) = (table.column("mean_concave_points")?, table.column("diagnosis")?);
    let mut counts = [[0_u64; 2]; 2];
    for row in 0..table.rows() {
        let positive = points.number(row).is_some_and(|x| x > THRESHOLD);
        let malignant = diagnosis.level(row) == Some("malignant");
        counts[usize::from(!malignant)][usize::from(!positive)] += 1;
    }
    let [[hit, miss], [alarm, clear]] = counts;
    println!(
        "malignant: {hit} positive, {miss} negative; benign: {alarm} positive, {clear} negative"
    );

    let joint = JointTable::from_counts(&[&counts[0], &counts[1]])?;
    let sensitivity = joint.column_given_row(0, 0)?;
    let specificity = joint.column_given_row(1, 1)?;
    println!("P(malignant) = {:.4}, P(positive) = {:.4}", joint.row(0)?, joint.column(0)?);
    println!("P(positive | malignant) = {sensitivity:.4}, the sensitivity");
    println!("P(negative | benign)    = {specificity:.4}, the specificity");
    println!("P(malignant | positive) = {:.4}\n", joint.row_given_column(0, 0)?);

    println!("what {hit} of {} say of the sensitivity, from a uniform prior:", hit + miss);
    let mut rate = RatePosterior::uniform();
    for (part, (successes, failures)) in
        [(hit / 10, miss / 10), (hit - hit / 10, miss - miss / 10)].into_iter().enumerate()
    {
        rate = rate.update(successes, failures)?;
        let (central, shortest) = (rate.credible_interval(0.95)?, rate.shortest_interval(0.95)?);
        println!(
            "  after {}: mean {:.4}, 95 % from {:.4} to {:.4} (shortest: {:.4} to {:.4})",
            ["a tenth", "all    "][part],
            rate.mean(),
            central.lower,
            central.upper,
            shortest.lower,
            shortest.upper
        );
    }
    let wilson = proportion_interval(hit, hit + miss, 0.95, ProportionMethod::Wilson)?;
    println!("  without a prior (Wilson): {:.4} to {:.4}", wilson.lower, wilson.upper);
    println!(
        "  all of the next 10 tumours are found with probability {:.3}\n",
        rate.predictive(10, 10)
    );

    let test = DiagnosticTest::new(sensitivity, specificity)?;
    println!("prevalence  P(ill | +)  P(well | -)  P(ill | -)");
    for prevalence in [joint.row(0)?, 0.1, 0.01, 0.001] {
        println!(
            "{prevalence:>10.4} {:>11.4} {:>12.5} {:>11.6}",
            test.ppv(prevalence)?,
            test.npv(prevalence)?,
            test.missed(prevalence)?
        );
    }

    let prevalence = 0.01;
    let factor = test.positive_likelihood_ratio()?;
    let after = odds(prevalence)? * factor;
    println!("\nby odds: {:.5} before, times {factor:.2}, {after:.5} after", odds(prevalence)?);
    println!("which is a probability of {:.4}", probability_from_odds(after)?);
    println!("by logits: {:.4} + {:.4} = {:.4}", logit(prevalence)?, factor.ln(), after.ln());

    println!("\nsecond tests that err independently of the first, one update after another:");
    let mut ill = Beliefs::new(&[prevalence, 1.0 - prevalence])?;
    for result in ["+", "+", "-", "+"] {
        let likelihoods = match result {
            "+" => [sensitivity, 1.0 - specificity],
            _ => [1.0 - sensitivity, specificity],
        };
        let evidence = ill.update(&likelihoods)?;
        let now = ill.probability(0)?;
        println!("  {result} (was to be expected with {evidence:.4}): P(ill) = {now:.4}");
    }

    println!("\nthree hypotheses, three signs (P(sign | hypothesis) as said):");
    let names = ["cold", "flu", "neither"];
    let mut beliefs = Beliefs::new(&[0.3, 0.1, 0.6])?;
    for (sign, likelihoods) in [
        ("fever    ", [0.1, 0.9, 0.02]),
        ("cough    ", [0.5, 0.8, 0.05]),
        ("no aches ", [0.8, 0.3, 0.95]),
    ] {
        beliefs.update(&likelihoods)?;
        let told = names.iter().zip(beliefs.probabilities());
        let told: Vec<String> = told.map(|(name, p)| format!("{name} {p:.4}")).collect();
        println!("  {sign} {}", told.join(", "));
    }
    Ok(())
}
