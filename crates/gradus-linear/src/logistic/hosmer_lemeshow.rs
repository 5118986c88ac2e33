//! The test of Hosmer and Lemeshow.

use gradus_stats::{ChiSquared, Continuous};
use serde::Serialize;

use super::LogisticFit;
use crate::LinearError;

/// Rows with probabilities in one range.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RiskGroup {
    /// The largest probability in it.
    pub highest: f64,
    /// The number of rows, as a sum of weights.
    pub rows: f64,
    /// How many of them have y = 1.
    pub observed: f64,
    /// How many should by their probabilities.
    pub expected: f64,
}

/// Whether probabilities are right, group by group of risk.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HosmerLemeshow {
    /// The groups, by rising risk.
    pub groups: Vec<RiskGroup>,
    /// Σ(O − E)²/E over both outcomes of each group.
    pub chi2: f64,
    /// The number of groups less 2.
    pub df: f64,
    /// P(χ² > that): small where probabilities are wrong.
    pub p: f64,
}

impl LogisticFit {
    /// The test of Hosmer and Lemeshow, with rows cut at the quantiles of their probabilities.
    ///
    /// Equal probabilities stay together, so that there may be fewer groups than asked for.
    ///
    /// # Errors
    /// [`LinearError::InvalidOption`] unless 3 groups or more are asked for and come out.
    ///
    /// Source: D. Hosmer, S. Lemeshow, *Goodness of fit tests for the multiple logistic regression
    /// model*, 1980. Cut as by `hoslem.test` of R's ResourceSelection: at R's quantiles of type 7, upper
    /// ends included; other programs cut otherwise, and the statistic depends on it.
    pub fn hosmer_lemeshow(&self, groups: usize) -> Result<HosmerLemeshow, LinearError> {
        let odd = |count: usize| LinearError::InvalidOption {
            name: "groups",
            value: count as f64,
            must: "at least 3, with as many different probabilities",
        };
        if groups < 3 {
            return Err(odd(groups));
        }
        let mut order: Vec<usize> = (0..self.y.len()).filter(|&i| self.weights[i] > 0.0).collect();
        order.sort_by(|&i, &j| self.probabilities[i].total_cmp(&self.probabilities[j]));
        let mut cuts: Vec<f64> =
            (1..=groups).map(|k| self.quantile(&order, k as f64 / groups as f64)).collect();
        cuts.dedup();
        let mut found: Vec<RiskGroup> = cuts
            .iter()
            .map(|&highest| RiskGroup { highest, rows: 0.0, observed: 0.0, expected: 0.0 })
            .collect();
        for &row in &order {
            let (p, w) = (self.probabilities[row], self.weights[row]);
            let group = cuts.partition_point(|cut| *cut < p).min(found.len() - 1);
            found[group].rows += w;
            found[group].observed += w * self.y[row];
            found[group].expected += w * p;
        }
        found.retain(|group| group.rows > 0.0);
        if found.len() < 3 {
            return Err(odd(found.len()));
        }
        let term = |group: &RiskGroup| {
            let square = (group.observed - group.expected).powi(2);
            square / group.expected + square / (group.rows - group.expected)
        };
        let chi2 = found.iter().map(term).sum();
        let df = found.len() as f64 - 2.0;
        let p = ChiSquared::new(df).map_or(f64::NAN, |law| law.sf(chi2));
        Ok(HosmerLemeshow { groups: found, chi2, df, p })
    }

    /// The quantile of the probabilities, rows repeated as often as they weigh.
    fn quantile(&self, order: &[usize], share: f64) -> f64 {
        let total: f64 = order.iter().map(|&row| self.weights[row]).sum();
        let place = (total - 1.0).max(0.0) * share;
        let at = |place: f64| {
            let mut passed = 0.0;
            let found = order.iter().find(|&&row| {
                passed += self.weights[row];
                passed > place
            });
            self.probabilities[*found.unwrap_or(&order[order.len() - 1])]
        };
        let low = at(place.floor());
        let part = place.fract();
        if part == 0.0 { low } else { low + part * (at(place.floor() + 1.0) - low) }
    }
}
