//! Sums that do not lose what is small.

use serde::{Deserialize, Serialize};

/// A compensated sum: its error does not grow with the number of terms.
///
/// Source: A. Neumaier, *Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen*,
/// 1974.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sum {
    total: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        let next = self.total + term;
        self.lost += if self.total.abs() >= term.abs() {
            (self.total - next) + term
        } else {
            (term - next) + self.total
        };
        self.total = next;
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.add(other.total);
        self.lost += other.lost;
    }

    pub(crate) fn value(&self) -> f64 {
        // After an overflow the compensation is NaN, the sum is not.
        if self.total.is_finite() { self.total + self.lost } else { self.total }
    }
}

/// The compensated sum of some terms.
pub(crate) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let mut sum = Sum::default();
    terms.for_each(|term| sum.add(term));
    sum.value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_beside_large_terms() {
        assert_eq!(sum([1.0, 1e100, 1.0, -1e100].into_iter()), 2.0);
        assert_eq!(sum([1e308, 1e308].into_iter()), f64::INFINITY);
        assert_eq!(sum(std::iter::repeat_n(0.1, 1_000_000)), 100_000.0);
    }

    #[test]
    fn merged_sums_keep_what_each_had_lost() {
        let [mut left, mut right] = [Sum::default(); 2];
        [1.0, 1e100].into_iter().for_each(|term| left.add(term));
        [1.0, -1e100].into_iter().for_each(|term| right.add(term));
        left.merge(&right);
        assert_eq!(left.value(), 2.0);
    }
}
