//! Newton steps on the coordinates in which the problem is smooth.

use super::{Quadratic, Workspace};
use crate::penalised::term::Term;

/// Supports beyond this size are left to coordinate descent.
pub(super) const LARGEST_FACTOR: usize = 3_000;

/// How far a step went.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Full,
    Cut,
}

/// What becomes of a Newton step that a sign or a bound stops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    Taken,
    Refused,
}

impl Quadratic {
    /// A Newton step on the support, if it changes no sign and meets no bound: near a minimum the gap
    /// is so flat in a smooth penalty that it says little of the last digits.
    pub(in crate::penalised) fn polish(&mut self, names: &[usize], space: &mut Workspace) {
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
    pub(in crate::penalised) fn settle(&mut self, space: &mut Workspace) {
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

    /// The coordinates in which the problem is smooth at w, by name, with their β.
    pub(super) fn smooth(&self, names: &[usize]) -> Vec<(usize, u64)> {
        let points = self.terms.iter().zip(&self.w).zip(names);
        let smooth = points.filter(|((term, w), _)| term.is_smooth_at(**w));
        smooth.map(|((term, _), &name)| (name, term.beta.to_bits())).collect()
    }

    /// A Newton step on the smooth coordinates, cut where a sign would change or a bound is met.
    pub(super) fn newton_step(
        &mut self,
        key: Vec<(usize, u64)>,
        names: &[usize],
        space: &mut Workspace,
        cut: Cut,
    ) -> Step {
        if key.is_empty() {
            // An empty name is that of a factor which has been forgotten, too.
            return Step::Full;
        }
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
}

/// w + step, brought back to 0 where it crosses it and to the bound beyond which it lies.
fn allowed(term: &Term, w: f64, step: f64) -> f64 {
    let to = w + step;
    let to = if term.alpha > 0.0 && to * w < 0.0 { 0.0 } else { to };
    to.max(term.lower).min(term.upper)
}
