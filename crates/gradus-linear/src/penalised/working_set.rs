//! The features that a step looks at.

use super::options::Screening;
use super::term::Term;

/// The least number of features that a working set begins with.
const START: usize = 20;

/// A set of coefficients.
#[derive(Debug)]
pub(super) struct WorkingSet {
    screening: Screening,
    member: Vec<bool>,
}

impl WorkingSet {
    /// The set to begin with at the solution for other terms, with its gradient.
    pub(super) fn new(
        screening: Screening,
        terms: &[Term],
        before: &[Term],
        w: &[f64],
        z: &[f64],
    ) -> Self {
        let member = (0..terms.len())
            .map(|j| {
                let strong = z[j].abs() >= 2.0 * terms[j].alpha - before[j].alpha;
                match screening {
                    _ if w[j] != 0.0 || terms[j].alpha == 0.0 => true,
                    Screening::Strong => strong,
                    Screening::WorkingSets => false,
                    Screening::None => true,
                }
            })
            .collect();
        Self { screening, member }
    }

    pub(super) fn members(&self) -> Vec<usize> {
        (0..self.member.len()).filter(|&j| self.member[j]).collect()
    }

    /// Adds features that violate the optimality conditions; returns whether there were any. A
    /// working set takes no more of them than it has coefficients or [`START`], the worst first,
    /// and none that the sphere of dual points proves to be 0.
    pub(super) fn grow(
        &mut self,
        terms: &[Term],
        w: &[f64],
        z: &[f64],
        squares: &[f64],
        s: f64,
        radius: f64,
    ) -> bool {
        let features = squares.len();
        let norm = |j: usize| squares[j % features].sqrt();
        let mut found: Vec<usize> = (0..terms.len())
            .filter(|&j| !self.member[j] && terms[j].violation(w[j], z[j]) > 0.0)
            .collect();
        if self.screening == Screening::WorkingSets {
            found.retain(|&j| s * z[j].abs() + radius * norm(j) >= terms[j].alpha);
            let distance =
                |j: &usize| (z[*j].abs() - terms[*j].alpha) / norm(*j).max(f64::MIN_POSITIVE);
            found.sort_by(|a, b| distance(b).total_cmp(&distance(a)).then(a.cmp(b)));
            let nonzero = w.iter().filter(|w| **w != 0.0).count();
            found.truncate(nonzero.max(START));
        }
        found.iter().for_each(|&j| self.member[j] = true);
        !found.is_empty()
    }
}
