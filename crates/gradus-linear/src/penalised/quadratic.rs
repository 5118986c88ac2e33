//! A quadratic model with the penalty: min over w of ½wᵀGw − cᵀw + Σφⱼ(wⱼ).
//!
//! Coordinate descent finds the support; where it crawls, as on correlated columns, a Newton step
//! on the support, where the problem is smooth, takes the rest of the way at once. The gradient
//! g = c − Gw is kept up to date, so that a coordinate at rest costs nothing.

use super::axpy::{add_columns, add_scaled};
use super::factor::Factor;
use super::term::Term;

/// Sweeps over the support before their pace is judged.
const TRIAL_SWEEPS: usize = 3;
/// Supports beyond this size are left to coordinate descent.
const LARGEST_FACTOR: usize = 3_000;
/// A sweep that moves less than this share of the model's size moves nothing but rounding.
const STILL: f64 = f64::EPSILON * f64::EPSILON;

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

/// How an attempt to solve ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// The gap of the model is at most the target.
    Reached,
    /// No coordinate moves any more, but for rounding.
    Still,
    /// The sweeps are used up.
    OutOfSweeps,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Full,
    Cut,
}

/// What becomes of a Newton step that a sign or a bound stops.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Taken,
    Refused,
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

    /// Descends until the gap of the model is at most `target`, and returns how it ended and after
    /// how many sweeps. As long as the workspace does not [`forget`](Workspace::forget), one name
    /// stands for one row and column of G.
    pub(super) fn solve(
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

    /// A Newton step on the support, if it changes no sign and meets no bound: near a minimum the gap
    /// is so flat in a smooth penalty that it says little of the last digits.
    pub(super) fn polish(&mut self, names: &[usize], space: &mut Workspace) {
        if self.terms.iter().zip(&self.w).filter(|(t, w)| t.is_smooth_at(**w)).count()
            > LARGEST_FACTOR
        {
            return;
        }
        let key = self.smooth(names);
        self.newton_step(key, names, space, Cut::Refused);
    }

    /// Makes the gradient of the coordinates that nothing holds vanish but for rounding, by a Newton
    /// step on them alone: without, no residual is dual feasible.
    pub(super) fn settle(&mut self, space: &mut Workspace) {
        let n = self.n();
        let free: Vec<usize> = (0..n).filter(|&j| self.terms[j].is_free_at(self.w[j])).collect();
        if free.is_empty() {
            return;
        }
        let mut matrix = Vec::with_capacity(free.len() * free.len());
        for &j in &free {
            matrix.extend(free.iter().map(|&i| self.gram[j * n + i]));
        }
        space.forget();
        space.factor.refresh(free.len(), &matrix);
        // The second step takes the rounding of the first.
        for _ in 0..2 {
            let mut steps: Vec<f64> = free.iter().map(|&j| self.g[j]).collect();
            space.factor.solve(&mut steps);
            let ends = free.iter().zip(&steps).map(|(&j, &step)| {
                let end = if step > 0.0 { self.terms[j].upper } else { self.terms[j].lower };
                if step == 0.0 { f64::INFINITY } else { (end - self.w[j]) / step }
            });
            let t = ends.fold(1.0, f64::min);
            let wanted: Vec<f64> =
                free.iter().zip(&steps).map(|(&j, step)| self.w[j] + t * step).collect();
            self.try_move(&free, &wanted, true);
        }
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

    /// The coordinates in which the problem is smooth at w, by name, with their β.
    fn smooth(&self, names: &[usize]) -> Vec<(usize, u64)> {
        let points = self.terms.iter().zip(&self.w).zip(names);
        let smooth = points.filter(|((term, w), _)| term.is_smooth_at(**w));
        smooth.map(|((term, _), &name)| (name, term.beta.to_bits())).collect()
    }

    /// A Newton step on the smooth coordinates, cut where a sign would change or a bound is met.
    fn newton_step(
        &mut self,
        key: Vec<(usize, u64)>,
        names: &[usize],
        space: &mut Workspace,
        cut: Cut,
    ) -> Step {
        let k = self.n();
        let mut next = key.iter().map(|(name, _)| *name).peekable();
        let free: Vec<usize> = (0..k).filter(|&i| next.next_if_eq(&names[i]).is_some()).collect();
        if space.factored != key {
            let mut matrix = Vec::with_capacity(free.len() * free.len());
            for (place, &j) in free.iter().enumerate() {
                matrix.extend(free.iter().map(|&i| self.gram[j * k + i]));
                matrix[place * free.len() + place] += self.terms[j].beta;
            }
            space.factor.refresh(free.len(), &matrix);
            space.factored = key;
        }
        let mut steps: Vec<f64> = free
            .iter()
            .map(|&i| {
                let (term, w) = (&self.terms[i], self.w[i]);
                let sign = if w == 0.0 { 0.0 } else { w.signum() };
                self.g[i] - term.alpha * sign - term.beta * w
            })
            .collect();
        space.factor.solve(&mut steps);

        let wanted: Vec<f64> = free
            .iter()
            .zip(&steps)
            .map(|(&i, step)| allowed(&self.terms[i], self.w[i], *step))
            .collect();
        let full = free.iter().zip(&steps).zip(&wanted).all(|((&i, s), w)| self.w[i] + s == *w);
        if !full && cut == Cut::Refused {
            return Step::Cut;
        }
        if self.try_move(&free, &wanted, full) {
            return if full { Step::Full } else { Step::Cut };
        }
        // The point to which all that crossed 0 or a bound was brought back is no better. Up to the
        // first crossing the step descends.
        let reach = |i: usize, step: f64| {
            let (term, w) = (&self.terms[i], self.w[i]);
            let mut end = if step > 0.0 { term.upper } else { term.lower };
            if term.alpha > 0.0 && w * step < 0.0 {
                end = if step > 0.0 { end.min(0.0) } else { end.max(0.0) };
            }
            if step == 0.0 { f64::INFINITY } else { (end - w) / step }
        };
        let t = free.iter().zip(&steps).fold(1.0, |t: f64, (&i, s)| t.min(reach(i, *s)));
        let wanted: Vec<f64> = free
            .iter()
            .zip(&steps)
            .map(|(&i, s)| {
                if reach(i, *s) <= t {
                    allowed(&self.terms[i], self.w[i], *s)
                } else {
                    self.w[i] + t * s
                }
            })
            .collect();
        self.try_move(&free, &wanted, true);
        Step::Cut
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

/// w + step, brought back to 0 where it crosses it and to the bound beyond which it lies.
fn allowed(term: &Term, w: f64, step: f64) -> f64 {
    let to = w + step;
    let to = if term.alpha > 0.0 && to * w < 0.0 { 0.0 } else { to };
    to.max(term.lower).min(term.upper)
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::*;

    fn model(p: usize, alpha: f64, beta: f64, bound: f64) -> Quadratic {
        let x = DMatrix::from_fn(60, p, |i, j| {
            ((i * 5 + j * 3 + i * j) as f64 * 0.71).sin() + 1.5 * (i as f64 * 0.3).cos()
        });
        let y =
            DMatrix::from_fn(60, 1, |i, _| (i as f64 * 0.41).sin() + 0.5 * (i as f64 * 0.3).cos());
        let term = Term { alpha, beta, lower: -bound, upper: bound };
        Quadratic {
            gram: (x.transpose() * &x).as_slice().to_vec(),
            terms: vec![term; p],
            w: vec![0.0; p],
            g: (x.transpose() * &y).as_slice().to_vec(),
            rss: y.norm_squared(),
        }
    }

    fn worst(model: &Quadratic) -> f64 {
        let points = model.terms.iter().zip(model.w.iter().zip(&model.g));
        points.map(|(term, (w, g))| term.violation(*w, *g)).fold(0.0, f64::max)
    }

    #[test]
    fn correlated_columns_are_solved_to_rounding() {
        for (alpha, beta, bound) in [
            (3.0, 0.0, f64::INFINITY),
            (0.05, 0.0, f64::INFINITY),
            (0.5, 2.0, f64::INFINITY),
            (0.0, 0.5, f64::INFINITY),
            (0.05, 0.0, 0.03),
        ] {
            let mut model = model(30, alpha, beta, bound);
            let scale = model.rss;
            let names: Vec<usize> = (0..30).collect();
            let (ended, sweeps) =
                model.solve(1e-14 * scale, 10_000, &names, &mut Workspace::default());
            assert_ne!(ended, Ended::OutOfSweeps);
            assert!(sweeps < 300, "{alpha} {beta} {bound}: {sweeps}");
            assert!(worst(&model) < 1e-9, "{alpha} {beta} {bound}: {}", worst(&model));
        }
    }

    #[test]
    fn twin_columns_do_not_stop_it() {
        let mut model = model(6, 0.1, 0.0, f64::INFINITY);
        let n = 6;
        // Column 5 becomes column 2.
        for i in 0..n {
            model.gram[5 * n + i] = model.gram[2 * n + i];
        }
        for j in 0..n {
            model.gram[j * n + 5] = model.gram[j * n + 2];
        }
        model.g[5] = model.g[2];
        let names: Vec<usize> = (0..n).collect();
        let target = 1e-13 * model.rss;
        model.solve(target, 10_000, &names, &mut Workspace::default());
        assert!(worst(&model) < 1e-6, "{}", worst(&model));
    }
}
