//! The table of coefficients with their ratios, as models of odds and of rates print it.

use gradus::linear::WaldEstimate;
use serde::Serialize;

use crate::output::{aligned, significant};

/// A coefficient, for a machine.
#[derive(Serialize)]
pub(super) struct RatioRow<'r> {
    pub(super) term: &'r str,
    pub(super) estimate: f64,
    pub(super) standard_error: f64,
    pub(super) z: f64,
    pub(super) p_value: f64,
    pub(super) interval: [f64; 2],
    /// e to the estimate: the odds ratio, or the rate ratio.
    pub(super) ratio: f64,
    pub(super) ratio_interval: [f64; 2],
}

pub(super) fn ratio_rows(rows: &[WaldEstimate]) -> Vec<RatioRow<'_>> {
    rows.iter()
        .map(|row| RatioRow {
            term: &row.name,
            estimate: row.estimate,
            standard_error: row.standard_error,
            z: row.z(),
            p_value: row.p_value(),
            interval: row.interval(),
            ratio: row.ratio(),
            ratio_interval: row.ratio_interval(),
        })
        .collect()
}

/// The rows for people; `ratio` says what e to the estimate is.
pub(super) fn ratio_table(rows: &[RatioRow<'_>], ratio: &str) -> String {
    let names = ["term", "coefficient", "std. error", "z", "p", ratio, "95 % from", "to"];
    let cells = |row: &RatioRow<'_>| {
        let numbers = [row.estimate, row.standard_error, row.z];
        let ratio = [row.ratio, row.ratio_interval[0], row.ratio_interval[1]];
        let name = [row.term.to_owned()].into_iter();
        name.chain(numbers.map(|x| significant(x, 6)))
            .chain([significant(row.p_value, 3)])
            .chain(ratio.map(|x| significant(x, 5)))
            .collect::<Vec<String>>()
    };
    let header = names.map(str::to_owned).to_vec();
    aligned(&[header].into_iter().chain(rows.iter().map(cells)).collect::<Vec<_>>())
}

/// The line of the likelihood-ratio test: its χ², degrees of freedom and p.
pub(super) fn likelihood_ratio(
    deviance: f64,
    null_deviance: f64,
    (chi2, df, p): (f64, usize, Option<f64>),
) -> String {
    let n = |x: f64| significant(x, 6);
    let test = p.map_or_else(String::new, |p| {
        format!(
            "; likelihood ratio χ² {} with {df} degrees of freedom, p {}",
            n(chi2),
            significant(p, 3)
        )
    });
    format!("−2 log-likelihood {} (null model {}){test}\n", n(deviance), n(null_deviance))
}
