//! A quadratic model with the penalty: min over w of ½wᵀGw − cᵀw + Σφⱼ(wⱼ).
//!
//! Coordinate descent finds the support; where it crawls, as on correlated columns, a Newton step
//! on the support, where the problem is smooth, takes the rest of the way at once. The gradient
//! g = c − Gw is kept up to date, so that a coordinate at rest costs nothing.

mod descent;
mod newton;
#[cfg(test)]
mod tests;

pub(super) use descent::Ended;

use super::axpy::{add_columns, add_scaled};
use super::factor::Factor;
use super::term::Term;

/// The model, and a point.
#[derive(Debug, Default)]
pub(super) struct Quadratic {
    /// G, column-major, n×n.
    pub(super) gram: Vec<f64>,
    pub(super) terms: Vec<Term>,
    pub(super) w: Vec<f64>,
    /// c − Gw.
    pub(super) g: Vec<f64>,
    /// Twice the distance of the smooth part from its own least value, such as a residual sum of
    /// squares, or a bound on it.
    pub(super) rss: f64,
}

/// What solving needs beside a model, kept from one model to the next.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    support: Vec<usize>,
    inner: Quadratic,
    factor: Factor,
    /// The coordinates of the factor by the caller's names, with their β.
    factored: Vec<(usize, u64)>,
}

impl Workspace {
    /// Forgets the last factor: coordinates of one name need not have one G any more.
    pub(super) fn forget(&mut self) {
        self.factored.clear();
    }
}

impl Quadratic {
    fn n(&self) -> usize {
        self.w.len()
    }

    /// The duality gap of the model; a coordinate that is not penalised counts for what it could
    /// gain alone.
    pub(super) fn gap(&self) -> f64 {
        let n = self.n();
        let points = || self.terms.iter().zip(self.w.iter().zip(&self.g)).enumerate();
        let held = points().filter(|(_, (term, (w, _)))| !term.is_free_at(**w));
        let s = held.fold(1.0, |s: f64, (_, (term, (_, g)))| s.min(term.shrink(*g)));
        let sum: f64 = points()
            .map(|(j, (term, (&w, &g)))| {
                if term.is_free_at(w) {
                    let a = self.gram[j * n + j];
                    if a > 0.0 { 0.5 * g * g / a } else { 0.0 }
                } else {
                    term.fenchel_young(w, s * g)
                }
            })
            .sum();
        0.5 * (1.0 - s).powi(2) * self.rss + sum
    }

    /// g = c − Gw and twice the loss, ‖y‖² − wᵀ(c + g), without what earlier steps have rounded.
    pub(super) fn refresh(&mut self, c: &[f64], null_rss: f64) {
        let n = self.n();
        let steps: Vec<(usize, f64)> =
            self.w.iter().enumerate().filter(|(_, w)| **w != 0.0).map(|(j, w)| (j, -w)).collect();
        self.g.copy_from_slice(c);
        let Self { gram, g, .. } = self;
        add_columns(g, &steps, |j| &gram[j * n..(j + 1) * n]);
        let known: f64 =
            self.w.iter().zip(c.iter().zip(&self.g)).map(|(w, (c, g))| w * (c + g)).sum();
        self.rss = (null_rss - known).max(0.0);
    }

    /// One pass of coordinate descent; returns the largest aδ², twice what it gained.
    fn sweep(&mut self) -> f64 {
        let n = self.n();
        let Self { gram, terms, w, g, rss } = self;
        let mut largest = 0.0_f64;
        for j in 0..n {
            let column = &gram[j * n..(j + 1) * n];
            let a = column[j];
            if a + terms[j].beta <= 0.0 {
                continue;
            }
            let wanted = terms[j].prox(a, a * w[j] + g[j]);
            let step = wanted - w[j];
            if step != 0.0 {
                *rss += step * (a * step - 2.0 * g[j]);
                add_scaled(g, -step, column);
                w[j] = wanted;
                largest = largest.max(a * step * step);
            }
        }
        *rss = rss.max(0.0);
        largest
    }

    /// Moves coordinates to a point, if it is better or `anyway`.
    fn try_move(&mut self, free: &[usize], wanted: &[f64], anyway: bool) -> bool {
        let k = self.n();
        let mut g = self.g.clone();
        let steps: Vec<(usize, f64)> =
            free.iter().zip(wanted).map(|(&i, to)| (i, self.w[i] - to)).collect();
        add_columns(&mut g, &steps, |i| &self.gram[i * k..(i + 1) * k]);
        let (mut smooth, mut penalty) = (0.0, 0.0);
        for (&i, &to) in free.iter().zip(wanted) {
            smooth -= (to - self.w[i]) * (self.g[i] + g[i]);
            penalty += self.terms[i].value(to) - self.terms[i].value(self.w[i]);
        }
        let better = 0.5 * smooth + penalty < 0.0;
        if better || anyway {
            self.g = g;
            free.iter().zip(wanted).for_each(|(&i, &to)| self.w[i] = to);
            self.rss = (self.rss + smooth).max(0.0);
        }
        better || anyway
    }
}
