//! The table of coefficients with their odds ratios or rate ratios.

use gradus::linear::{FirthCoefficient, LinearError, WaldEstimate};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::output::{aligned, p_value, short, significant};

/// What e to a coefficient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ratio {
    Odds,
    Rate,
}

/// By what a coefficient is tested against 0.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Statistic {
    /// Wald's.
    Z(f64),
    /// Of a likelihood-ratio test with one degree of freedom.
    Chi2(f64),
}

/// A coefficient with its inference.
#[derive(Debug, Clone)]
pub(super) struct TermRow<'r> {
    term: &'r str,
    ratio: Ratio,
    estimate: f64,
    standard_error: f64,
    statistic: Statistic,
    p_value: f64,
    interval: [f64; 2],
    /// How often intervals hold.
    level: f64,
    /// From the profile of the likelihood, if asked for besides Wald's.
    profile: Option<[f64; 2]>,
}

impl<'r> TermRow<'r> {
    pub(super) fn wald(
        row: &'r WaldEstimate,
        ratio: Ratio,
        level: f64,
    ) -> Result<Self, LinearError> {
        Ok(Self {
            term: &row.name,
            ratio,
            estimate: row.estimate,
            standard_error: row.standard_error,
            statistic: Statistic::Z(row.z()),
            p_value: row.p_value(),
            interval: row.interval_at(level)?,
            level,
            profile: None,
        })
    }

    /// With an interval from the profile of the likelihood.
    pub(super) fn profiled(self, profile: Option<[f64; 2]>) -> Self {
        Self { profile, ..self }
    }

    /// Tested and bounded by the penalised likelihood.
    pub(super) fn firth(row: &'r FirthCoefficient, level: f64) -> Result<Self, LinearError> {
        Ok(Self {
            statistic: Statistic::Chi2(row.chi2),
            p_value: row.p,
            interval: row.interval,
            ..Self::wald(&row.wald, Ratio::Odds, level)?
        })
    }

    /// The interval to show.
    fn shown(&self) -> [f64; 2] {
        self.profile.unwrap_or(self.interval)
    }
}

impl Serialize for TermRow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("term", self.term)?;
        map.serialize_entry("estimate", &self.estimate)?;
        map.serialize_entry("standard_error", &self.standard_error)?;
        match self.statistic {
            Statistic::Z(z) => {
                map.serialize_entry("z", &z)?;
                map.serialize_entry("wald_chi2", &(z * z))?;
            }
            Statistic::Chi2(chi2) => map.serialize_entry("chi2", &chi2)?,
        }
        map.serialize_entry("p_value", &self.p_value)?;
        map.serialize_entry("interval", &self.interval)?;
        map.serialize_entry("confidence", &self.level)?;
        let [ratio, interval] = match self.ratio {
            Ratio::Odds => ["odds_ratio", "odds_ratio_interval"],
            Ratio::Rate => ["rate_ratio", "rate_ratio_interval"],
        };
        map.serialize_entry(ratio, &self.estimate.exp())?;
        map.serialize_entry(interval, &self.interval.map(f64::exp))?;
        if let Some(profile) = self.profile {
            map.serialize_entry("profile_interval", &profile)?;
        }
        map.end()
    }
}

pub(super) fn wald_rows(
    rows: &[WaldEstimate],
    ratio: Ratio,
    level: f64,
) -> Result<Vec<TermRow<'_>>, LinearError> {
    rows.iter().map(|row| TermRow::wald(row, ratio, level)).collect()
}

/// Coefficients, standard errors and tests.
pub(super) fn coefficient_table(rows: &[TermRow<'_>]) -> String {
    let header: &[&str] = match rows.first().map(|row| row.statistic) {
        Some(Statistic::Chi2(_)) => &["term", "coefficient", "std. error", "χ²", "p"],
        _ => &["term", "coefficient", "std. error", "z", "Wald χ²", "p"],
    };
    table(header, rows, |row| {
        let mut numbers = vec![row.estimate, row.standard_error];
        match row.statistic {
            Statistic::Z(z) => numbers.extend([z, z * z]),
            Statistic::Chi2(chi2) => numbers.push(chi2),
        }
        let cells = numbers.into_iter().map(|x| significant(x, 6));
        cells.chain([p_value(row.p_value)]).collect()
    })
}

/// Ratios with their intervals: of features, as that of the constant compares with nothing.
pub(super) fn ratio_table(rows: &[TermRow<'_>]) -> String {
    let of_features: Vec<TermRow<'_>> =
        rows.iter().filter(|row| row.term != "(intercept)").cloned().collect();
    let ratio = match rows.first().map(|row| row.ratio) {
        Some(Ratio::Rate) => "rate ratio",
        _ => "odds ratio",
    };
    let level = rows.first().map_or(0.95, |row| row.level);
    let from = format!("{} % from", short(100.0 * level, 6));
    table(&["term", ratio, &from, "to"], &of_features, |row| {
        let [low, high] = row.shown();
        [row.estimate, low, high].map(|x| significant(x.exp(), 5)).to_vec()
    })
}

fn table(
    header: &[&str],
    rows: &[TermRow<'_>],
    cells: impl Fn(&TermRow<'_>) -> Vec<String>,
) -> String {
    let header = header.iter().map(|&name| name.to_owned()).collect();
    let row = |row: &TermRow<'_>| [vec![row.term.to_owned()], cells(row)].concat();
    aligned(&[vec![header], rows.iter().map(row).collect()].concat())
}
