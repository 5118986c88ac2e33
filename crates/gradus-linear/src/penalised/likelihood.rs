//! The mean negative log-likelihood of classes, its gradient and curvature.

use gradus_linalg::{reduce, vmath};
use nalgebra::DMatrix;

/// What the linear predictors η of all rows give.
#[derive(Debug, Clone, Default)]
pub(super) struct Evaluation {
    /// Σ vᵢ(−log pᵢ(yᵢ)).
    pub(super) loss: f64,
    /// −log pᵢ(yᵢ).
    losses: Vec<f64>,
    /// 1 − pᵢ(yᵢ).
    misses: Vec<f64>,
    /// pᵢₖ, class after class; of class 1 alone where there is one column.
    pub(super) probabilities: Vec<f64>,
    /// vᵢ(yᵢₖ − pᵢₖ), class after class.
    pub(super) residuals: Vec<f64>,
}

/// The classes of the rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes<'a> {
    pub(super) of_row: &'a [usize],
    /// Row weights that sum to 1.
    pub(super) v: &'a [f64],
    /// 1 for two classes with one predictor, else the number of classes.
    pub(super) columns: usize,
}

impl Classes<'_> {
    /// All there is to know at η, class after class.
    pub(super) fn evaluate(&self, eta: &[f64]) -> Evaluation {
        let m = self.v.len();
        let mut found = Evaluation {
            loss: 0.0,
            losses: vec![0.0; m],
            misses: vec![0.0; m],
            probabilities: vec![0.0; eta.len()],
            residuals: vec![0.0; eta.len()],
        };
        match self.columns {
            1 => self.two(eta, &mut found),
            _ => self.several(eta, &mut found),
        }
        // Pairwise: near a minimum steps are judged by the last digits of this sum.
        found.loss = reduce::dot(&found.losses, self.v);
        found
    }

    fn two(&self, eta: &[f64], found: &mut Evaluation) {
        // The predictor of the class that the row does not have.
        let away = |(eta, class): (&f64, &usize)| if *class == 1 { -eta } else { *eta };
        let away: Vec<f64> = eta.iter().zip(self.of_row).map(away).collect();
        vmath::softplus(&away, &mut found.losses);
        vmath::sigmoid(&away, &mut found.misses);
        vmath::sigmoid(eta, &mut found.probabilities);
        let rows = self.of_row.iter().zip(self.v).zip(&found.misses);
        for (residual, ((class, v), miss)) in found.residuals.iter_mut().zip(rows) {
            *residual = v * if *class == 1 { *miss } else { -miss };
        }
    }

    fn several(&self, eta: &[f64], found: &mut Evaluation) {
        let m = self.v.len();
        let mut top = eta[..m].to_vec();
        for column in eta[m..].chunks_exact(m) {
            top.iter_mut().zip(column).for_each(|(top, eta)| *top = top.max(*eta));
        }
        let p = &mut found.probabilities;
        for (p, eta) in p.chunks_exact_mut(m).zip(eta.chunks_exact(m)) {
            p.iter_mut().zip(eta.iter().zip(&top)).for_each(|(p, (eta, top))| *p = eta - top);
        }
        vmath::exp_in_place(p);
        // All classes, and those that the row does not have.
        let (mut total, others) = (vec![0.0; m], &mut found.misses);
        for (k, p) in p.chunks_exact(m).enumerate() {
            let sums = total.iter_mut().zip(others.iter_mut()).zip(self.of_row);
            for (((total, others), class), p) in sums.zip(p) {
                *total += p;
                *others += if *class == k { 0.0 } else { *p };
            }
        }
        // log(total/own) as log(1 + others), with its digits, where the row's own class is at the top,
        // and as log(total) + top − own elsewhere.
        let own = |i: usize| eta[self.of_row[i] * m + i];
        let beyond = |i: usize| if own(i) == top[i] { others[i] } else { total[i] - 1.0 };
        let beyond: Vec<f64> = (0..m).map(beyond).collect();
        vmath::ln_1p(&beyond, &mut found.losses);
        for (i, loss) in found.losses.iter_mut().enumerate() {
            *loss += top[i] - own(i);
        }
        others.iter_mut().zip(&total).for_each(|(others, total)| *others /= total);
        let columns = p.chunks_exact_mut(m).zip(found.residuals.chunks_exact_mut(m));
        for (k, (p, residuals)) in columns.enumerate() {
            let rows = self.of_row.iter().zip(self.v).zip(&total).zip(&*others);
            for ((p, residual), (((class, v), total), miss)) in
                p.iter_mut().zip(residuals).zip(rows)
            {
                *p /= total;
                *residual = v * if *class == k { *miss } else { -*p };
            }
        }
    }

    /// The curvature that two classes share in each row, vᵢpₖ(δₖₗ − pₗ).
    pub(super) fn curvature(&self, at: &Evaluation, k: usize, l: usize) -> Vec<f64> {
        let m = self.v.len();
        if self.columns == 1 {
            return at.misses.iter().zip(self.v).map(|(q, v)| v * q * (1.0 - q)).collect();
        }
        let (pk, pl) =
            (&at.probabilities[k * m..(k + 1) * m], &at.probabilities[l * m..(l + 1) * m]);
        let of_row =
            |(v, (pk, pl)): (&f64, (&f64, &f64))| v * pk * if k == l { 1.0 - pk } else { -pl };
        self.v.iter().zip(pk.iter().zip(pl)).map(of_row).collect()
    }

    /// Twice the distance of the quadratic model at η from its least value: Σ vᵢ(1 − pᵢ)/pᵢ of the
    /// rows' own classes.
    pub(super) fn model_size(&self, at: &Evaluation) -> f64 {
        let mut odds = vec![0.0; at.losses.len()];
        vmath::exp(&at.losses, &mut odds);
        let odds = odds.iter().zip(&at.misses).map(|(factor, miss)| (miss * factor).min(f64::MAX));
        odds.zip(self.v).map(|(odds, v)| v * odds).sum::<f64>().min(f64::MAX)
    }

    /// The duality gap of the loss for the residuals times s: Σ vᵢKL(qᵢ‖pᵢ) with
    /// qᵢ = (1−s)yᵢ + s·pᵢ.
    pub(super) fn gap(&self, at: &Evaluation, s: f64) -> f64 {
        if s >= 1.0 {
            return 0.0;
        }
        let own: Vec<f64> = at.misses.iter().map(|miss| (1.0 - s) + s * (1.0 - miss)).collect();
        let mut logs = vec![0.0; own.len()];
        vmath::ln(&own, &mut logs);
        let log_s = if s > 0.0 { s.ln() } else { 0.0 };
        let of_row = |(i, v): (usize, &f64)| {
            v * (own[i] * (logs[i] + at.losses[i]) + s * at.misses[i] * log_s)
        };
        let gap: f64 = self.v.iter().enumerate().map(of_row).sum();
        gap.max(0.0)
    }
}

/// The columns of x in a list, after one of ones if asked for.
pub(super) fn gather(x: &DMatrix<f64>, features: &[usize], ones: bool) -> Vec<f64> {
    let m = x.nrows();
    let mut columns = Vec::with_capacity(m * (features.len() + 1));
    if ones {
        columns.resize(m, 1.0);
    }
    for &j in features {
        columns.extend_from_slice(&x.as_slice()[j * m..(j + 1) * m]);
    }
    columns
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Residuals are minus the gradient of the loss by the predictors; the curvature of a row is its
        /// block of the Hessian.
        #[test]
        fn derivatives_are_those_of_the_formula(
            columns in prop_oneof![Just(1_usize), 2..5_usize],
            rows in prop::collection::vec((0.0..1.0_f64, 0.1..2.0_f64, -9.0..9.0_f64), 2..12),
        ) {
            let m = rows.len();
            let classes = columns.max(2);
            let of_row: Vec<usize> = rows.iter().map(|row| (row.0 * classes as f64) as usize).collect();
            let total: f64 = rows.iter().map(|row| row.1).sum();
            let v: Vec<f64> = rows.iter().map(|row| row.1 / total).collect();
            let eta: Vec<f64> = (0..m * columns).map(|i| rows[i % m].2 * (1.0 + i as f64 * 0.7).sin()).collect();
            let model = Classes { of_row: &of_row, v: &v, columns };
            let at = model.evaluate(&eta);

            let tape = Tape::new();
            let variable = tape.variable(DMatrix::from_column_slice(m, columns, &eta));
            let weights = tape.constant(DMatrix::from_column_slice(m, 1, &v));
            let loss = if columns == 1 {
                let y = DMatrix::from_fn(m, 1, |i, _| f64::from(u8::from(of_row[i] == 1)));
                ((variable.softplus() - variable * tape.constant(y)) * weights).sum()
            } else {
                let own = DMatrix::from_fn(m, classes, |i, k| f64::from(u8::from(of_row[i] == k)));
                -(variable.log_softmax() * tape.constant(own) * weights).sum()
            };
            let hessian = tape.hessian(loss, &[variable]).expect("smooth operations");
            let gradient = tape.grad(loss, &[variable])[0].value();
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * (1.0 + b.abs());
            prop_assert!(close(at.loss, loss.item()), "{} {}", at.loss, loss.item());
            for (residual, gradient) in at.residuals.iter().zip(gradient.iter()) {
                prop_assert!(close(-residual, *gradient), "{residual} {gradient}");
            }
            for k in 0..columns {
                for l in 0..columns {
                    for (i, curvature) in model.curvature(&at, k, l).into_iter().enumerate() {
                        let expected = hessian[(k * m + i, l * m + i)];
                        prop_assert!(close(curvature, expected), "{curvature} {expected}");
                    }
                }
            }
        }
    }
}
