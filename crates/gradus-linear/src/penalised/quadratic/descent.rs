//! Coordinate descent to a small gap, with Newton steps where these promise to be quicker.

use super::newton::{Cut, LARGEST_FACTOR, Step};
use super::{Quadratic, Workspace};
use crate::penalised::axpy::add_columns;
use crate::penalised::term::Term;

/// Sweeps over the support before their pace is judged.
const TRIAL_SWEEPS: usize = 3;
/// A sweep that moves less than this share of the model's size moves nothing but rounding.
const STILL: f64 = f64::EPSILON * f64::EPSILON;

/// How an attempt to solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::penalised) enum Ended {
    /// The gap of the model is at most the target.
    Reached,
    /// No coordinate moves any more, but for rounding.
    Still,
    /// The sweeps are used up.
    OutOfSweeps,
}

impl Quadratic {
    /// Descends until the gap of the model is at most `target`, and returns how it ended and after
    /// how many sweeps. As long as the workspace does not [`forget`](Workspace::forget), one name
    /// stands for one row and column of G.
    pub(in crate::penalised) fn solve(
        &mut self,
        target: f64,
        max_sweeps: usize,
        names: &[usize],
        space: &mut Workspace,
    ) -> (Ended, usize) {
        let mut sweeps = 0;
        loop {
            let moved = self.sweep();
            sweeps += 1;
            if self.gap() <= target {
                return (Ended::Reached, sweeps);
            }
            if moved <= STILL * self.rss {
                return (Ended::Still, sweeps);
            }
            if sweeps >= max_sweeps {
                return (Ended::OutOfSweeps, sweeps);
            }
            let in_play = |(term, w): &(&Term, &f64)| **w != 0.0 || term.is_free_at(**w);
            let count = self.terms.iter().zip(&self.w).filter(in_play).count();
            // Almost all of it: the others cost less than a copy of the products.
            sweeps += if 10 * count >= 7 * self.n() {
                self.descend(target, max_sweeps - sweeps, names, space)
            } else {
                self.solve_support(target, max_sweeps - sweeps, names, space)
            };
        }
    }

    /// Solves for the coordinates that are not 0, with the others held.
    fn solve_support(
        &mut self,
        target: f64,
        max_sweeps: usize,
        names: &[usize],
        space: &mut Workspace,
    ) -> usize {
        let n = self.n();
        let mut support = std::mem::take(&mut space.support);
        let mut inner = std::mem::take(&mut space.inner);
        support.clear();
        support.extend((0..n).filter(|&j| self.w[j] != 0.0 || self.terms[j].is_free_at(self.w[j])));
        inner.gram.clear();
        for &j in &support {
            let column = &self.gram[j * n..(j + 1) * n];
            inner.gram.extend(support.iter().map(|&i| column[i]));
        }
        inner.w.clear();
        inner.w.extend(support.iter().map(|&j| self.w[j]));
        inner.g.clear();
        inner.g.extend(support.iter().map(|&j| self.g[j]));
        inner.terms.clear();
        inner.terms.extend(support.iter().map(|&j| self.terms[j]));
        inner.rss = self.rss;
        let names: Vec<usize> = support.iter().map(|&j| names[j]).collect();
        let sweeps = inner.descend(0.3 * target, max_sweeps, &names, space);
        let Self { gram, w, g, .. } = self;
        let steps: Vec<(usize, f64)> =
            support.iter().zip(&inner.w).map(|(&j, new)| (j, w[j] - new)).collect();
        add_columns(g, &steps, |j| &gram[j * n..(j + 1) * n]);
        support.iter().zip(&inner.w).for_each(|(&j, new)| w[j] = *new);
        self.rss = inner.rss;
        (space.support, space.inner) = (support, inner);
        sweeps
    }

    /// Sweeps, and Newton steps where these promise to be quicker.
    fn descend(
        &mut self,
        target: f64,
        max_sweeps: usize,
        names: &[usize],
        space: &mut Workspace,
    ) -> usize {
        let k = self.n();
        let (mut sweeps, mut before, mut pace_known) = (0, f64::INFINITY, 0);
        // Sweeps that the present pace still asks for.
        let mut left = f64::INFINITY;
        while sweeps < max_sweeps {
            let free = self.smooth(names);
            let known = space.factored == free;
            // A new factor costs about k/6 sweeps, a step two.
            let price = 2.0 + if known { 0.0 } else { k as f64 / 6.0 };
            if k <= LARGEST_FACTOR && (known || pace_known >= TRIAL_SWEEPS) && left > price {
                sweeps += 1;
                if self.newton_step(free, names, space, Cut::Taken) == Step::Full {
                    return sweeps;
                }
                (pace_known, before) = (0, f64::INFINITY);
            }
            let moved = self.sweep();
            sweeps += 1;
            let gap = self.gap();
            if gap <= target || moved <= STILL * self.rss {
                break;
            }
            let pace = gap / before;
            left = if pace < 1.0 { (target / gap).ln() / pace.ln() } else { f64::INFINITY };
            (before, pace_known) = (gap, pace_known + 1);
        }
        sweeps
    }
}
