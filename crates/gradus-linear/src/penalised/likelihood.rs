//! The mean negative log-likelihood of classes, its gradient and curvature.

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
    probabilities: Vec<f64>,
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
            losses: Vec::with_capacity(m),
            misses: Vec::with_capacity(m),
            probabilities: vec![0.0; eta.len()],
            residuals: vec![0.0; eta.len()],
        };
        for i in 0..m {
            let (loss, miss) = if self.columns == 1 {
                self.two(i, eta, &mut found)
            } else {
                self.several(i, eta, &mut found)
            };
            found.losses.push(loss);
            found.misses.push(miss);
        }
        found.loss = found.losses.iter().zip(self.v).map(|(loss, v)| v * loss).sum();
        found
    }

    fn two(&self, i: usize, eta: &[f64], found: &mut Evaluation) -> (f64, f64) {
        // The predictor of the class that the row has.
        let toward = if self.of_row[i] == 1 { eta[i] } else { -eta[i] };
        let e = (-toward.abs()).exp();
        let (small, large) = (e / (1.0 + e), 1.0 / (1.0 + e));
        let miss = if toward >= 0.0 { small } else { large };
        let loss = e.ln_1p() + (-toward).max(0.0);
        found.probabilities[i] = if eta[i] >= 0.0 { large } else { small };
        found.residuals[i] = self.v[i] * if self.of_row[i] == 1 { miss } else { -miss };
        (loss, miss)
    }

    fn several(&self, i: usize, eta: &[f64], found: &mut Evaluation) -> (f64, f64) {
        let (m, own) = (self.v.len(), self.of_row[i]);
        let at = |k: usize| k * m + i;
        let top = (0..self.columns).fold(f64::NEG_INFINITY, |top, k| top.max(eta[at(k)]));
        let (mut total, mut others) = (0.0, 0.0);
        for k in 0..self.columns {
            let e = (eta[at(k)] - top).exp();
            found.probabilities[at(k)] = e;
            total += e;
            others += if k == own { 0.0 } else { e };
        }
        for k in 0..self.columns {
            let p = found.probabilities[at(k)] / total;
            found.probabilities[at(k)] = p;
            found.residuals[at(k)] = self.v[i] * if k == own { others / total } else { -p };
        }
        // log(total/own) with its digits where the row is all but certain.
        let loss =
            if eta[at(own)] == top { others.ln_1p() } else { total.ln() + top - eta[at(own)] };
        (loss, others / total)
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
        let odds = at.misses.iter().zip(&at.losses).map(|(miss, loss)| miss * loss.exp());
        odds.zip(self.v).map(|(odds, v)| v * odds.min(f64::MAX)).sum::<f64>().min(f64::MAX)
    }

    /// The duality gap of the loss for the residuals times s: Σ vᵢKL(qᵢ‖pᵢ) with
    /// qᵢ = (1−s)yᵢ + s·pᵢ.
    pub(super) fn gap(&self, at: &Evaluation, s: f64) -> f64 {
        if s >= 1.0 {
            return 0.0;
        }
        let of_row = |((v, loss), miss): ((&f64, &f64), &f64)| {
            let own = (1.0 - s) + s * (1.0 - miss);
            let rest = if s > 0.0 { s * miss * s.ln() } else { 0.0 };
            v * (own * (own.ln() + loss) + rest)
        };
        let gap: f64 = self.v.iter().zip(&at.losses).zip(&at.misses).map(of_row).sum();
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
