//! A model on a stream, with all that it needs to go on.

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::model::{Sgd, SgdLoss};
use crate::design::check_length;
use crate::{Design, Intercept, LinearError, Weights};

/// Beyond this a slope is cut, so that one row cannot throw the model out of range.
const STEEPEST: f64 = 1e12;

/// A model that has learned from the rows so far. It is plain data: written away and read back, it
/// goes on with the same bits.
///
/// See [`Sgd`] for how it is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SgdLearner {
    model: Sgd,
    features: usize,
    /// 0 for a number.
    classes: usize,
    /// Rows seen.
    rows: u64,
    predictors: Vec<Predictor>,
    /// Σ ηₜλρ: the L1 penalty that each coefficient has been due.
    due: f64,
}

/// One linear predictor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Predictor {
    w: Vec<f64>,
    b: f64,
    /// The L1 penalty that each coefficient has paid, with its sign.
    paid: Vec<f64>,
    /// The means from the row on that the average begins with.
    mean_w: Vec<f64>,
    mean_b: f64,
}

impl SgdLearner {
    pub(super) fn new(model: Sgd, features: usize, classes: usize, predictors: usize) -> Self {
        let zeros = vec![0.0; features];
        let one =
            Predictor { w: zeros.clone(), b: 0.0, paid: zeros.clone(), mean_w: zeros, mean_b: 0.0 };
        Self { model, features, classes, rows: 0, predictors: vec![one; predictors], due: 0.0 }
    }

    /// The options.
    pub fn model(&self) -> &Sgd {
        &self.model
    }

    /// How many rows it has seen.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Learns from rows whose outcome is a number, in their order.
    ///
    /// # Errors
    /// [`LinearError::OutcomeKind`] for a learner of classes; [`LinearError::LengthMismatch`] for
    /// another number of columns or outcomes; [`LinearError::NotFinite`]; [`LinearError::Diverged`] if a
    /// coefficient overflows. After an error the learner is as it was before.
    pub fn partial_fit(&mut self, design: &Design<'_>, y: &[f64]) -> Result<(), LinearError> {
        if self.classes > 0 {
            return Err(LinearError::OutcomeKind { needed: "classes", given: "a number" });
        }
        design.check_outcome(y)?;
        self.learn(design, |i, scores, slopes| slopes[0] = scores[0] - y[i])
    }

    /// Learns from rows whose outcome is a class, in their order.
    ///
    /// # Errors
    /// As [`partial_fit`](Self::partial_fit), for a learner of a number;
    /// [`LinearError::UnknownClass`] for a class that was not announced.
    pub fn partial_fit_classes(
        &mut self,
        design: &Design<'_>,
        classes: &[usize],
    ) -> Result<(), LinearError> {
        if self.classes == 0 {
            return Err(LinearError::OutcomeKind { needed: "a number", given: "classes" });
        }
        check_length("outcomes", classes.len(), design.rows())?;
        if let Some(row) = classes.iter().position(|&class| class >= self.classes) {
            let (class, classes) = (classes[row], self.classes);
            return Err(LinearError::UnknownClass { row, class, classes });
        }
        let loss = self.model.loss;
        self.learn(design, |i, scores, slopes| match loss {
            SgdLoss::Multinomial => softmax_slopes(scores, classes[i], slopes),
            _ => {
                for (k, (score, slope)) in scores.iter().zip(slopes.iter_mut()).enumerate() {
                    let own = if scores.len() == 1 { classes[i] == 1 } else { classes[i] == k };
                    *slope = side_slope(loss, *score, if own { 1.0 } else { -1.0 });
                }
            }
        })
    }

    /// A step for each row; `slopes` gives the derivatives of the loss by the predictors.
    fn learn(
        &mut self,
        design: &Design<'_>,
        slopes_of: impl Fn(usize, &[f64], &mut [f64]),
    ) -> Result<(), LinearError> {
        design.check_features()?;
        check_length("columns", design.features(), self.features)?;
        if design.offset().is_some() && self.predictors.len() > 1 {
            return Err(LinearError::OffsetCancels);
        }
        let mut next = self.clone();
        let weights = design.weights().map(Weights::values);
        let rows = design.x().transpose();
        let mut scores = vec![0.0; self.predictors.len()];
        let mut slopes = scores.clone();
        for i in 0..design.rows() {
            let x = &rows.as_slice()[i * self.features..(i + 1) * self.features];
            let offset = design.offset().map_or(0.0, |offset| offset[i]);
            for (score, predictor) in scores.iter_mut().zip(&next.predictors) {
                *score = offset + predictor.score(x);
            }
            slopes_of(i, &scores, &mut slopes);
            next.step(x, &slopes, weights.map_or(1.0, |weights| weights[i]));
            if !next.predictors.iter().all(|predictor| predictor.b.is_finite()) {
                return Err(LinearError::Diverged { row: i });
            }
        }
        let finite = |predictor: &Predictor| predictor.w.iter().all(|w| w.is_finite());
        if !next.predictors.iter().all(finite) {
            return Err(LinearError::Diverged { row: design.rows().saturating_sub(1) });
        }
        *self = next;
        Ok(())
    }

    fn step(&mut self, x: &[f64], slopes: &[f64], weight: f64) {
        let Sgd { penalty, intercept, rate, average_from, .. } = &self.model;
        self.rows += 1;
        let eta = rate.at(self.rows as f64, penalty.lambda);
        let shrink = eta * penalty.lambda * (1.0 - penalty.l1_ratio);
        self.due += eta * penalty.lambda * penalty.l1_ratio;
        // How many models the mean is of with this one.
        let averaged = average_from.filter(|from| *from <= self.rows);
        let count = averaged.map(|from| (self.rows - from + 1) as f64);
        for (predictor, slope) in self.predictors.iter_mut().zip(slopes) {
            let step = -eta * slope.clamp(-STEEPEST, STEEPEST) * weight;
            for (j, (w, x)) in predictor.w.iter_mut().zip(x).enumerate() {
                if penalty.factor(j) == f64::INFINITY {
                    continue;
                }
                // Not beyond 0, however large the rate.
                *w = *w * (1.0 - shrink * penalty.factor(j)).max(0.0) + step * x;
            }
            if *intercept == Intercept::Fitted {
                predictor.b += step;
            }
            if let Some(count) = count {
                for (mean, w) in predictor.mean_w.iter_mut().zip(&predictor.w) {
                    *mean += (w - *mean) / count;
                }
                predictor.mean_b += (predictor.b - predictor.mean_b) / count;
            }
            if penalty.l1_ratio > 0.0 {
                predictor.truncate(self.due, |j| penalty.factor(j));
            }
        }
    }

    /// Whether what is told is the mean.
    fn is_averaged(&self) -> bool {
        self.model.average_from.is_some_and(|from| from <= self.rows)
    }

    /// The coefficients of each predictor, those of the mean once that has begun.
    pub fn coefficients(&self) -> Vec<&[f64]> {
        let averaged = self.is_averaged();
        self.predictors
            .iter()
            .map(|one| if averaged { one.mean_w.as_slice() } else { one.w.as_slice() })
            .collect()
    }

    /// The intercept of each predictor.
    pub fn intercepts(&self) -> Vec<f64> {
        let averaged = self.is_averaged();
        self.predictors.iter().map(|one| if averaged { one.mean_b } else { one.b }).collect()
    }

    /// b + xᵀw for each row, without an offset; a column for each predictor.
    ///
    /// # Errors
    /// [`LinearError::LengthMismatch`] if X has another number of columns than the model.
    pub fn linear_predictor(&self, x: &DMatrix<f64>) -> Result<DMatrix<f64>, LinearError> {
        check_length("columns", x.ncols(), self.features)?;
        let w = self.coefficients().concat();
        let mut eta = x * DMatrix::from_vec(self.features, self.predictors.len(), w);
        for (mut column, b) in eta.column_iter_mut().zip(self.intercepts()) {
            column.add_scalar_mut(b);
        }
        Ok(eta)
    }

    /// The class of each row: 1 where the only predictor is above 0, or that of the largest one, of
    /// equal ones the first.
    ///
    /// # Errors
    /// As [`linear_predictor`](Self::linear_predictor); [`LinearError::OutcomeKind`] for a learner of
    /// a number.
    pub fn predict_classes(&self, x: &DMatrix<f64>) -> Result<Vec<usize>, LinearError> {
        if self.classes == 0 {
            return Err(LinearError::OutcomeKind { needed: "a number", given: "classes" });
        }
        let eta = self.linear_predictor(x)?;
        let of_row = |i: usize| {
            if eta.ncols() == 1 {
                return usize::from(eta[(i, 0)] > 0.0);
            }
            (0..eta.ncols()).fold(0, |best, k| if eta[(i, k)] > eta[(i, best)] { k } else { best })
        };
        Ok((0..x.nrows()).map(of_row).collect())
    }
}

impl Predictor {
    fn score(&self, x: &[f64]) -> f64 {
        self.b + self.w.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
    }

    /// Brings each coefficient towards 0 by what it was due and has not paid, and no further.
    fn truncate(&mut self, due: f64, factor: impl Fn(usize) -> f64) {
        for (j, (w, paid)) in self.w.iter_mut().zip(&mut self.paid).enumerate() {
            let (before, due) = (*w, due * factor(j));
            if *w > 0.0 {
                *w = (*w - (due + *paid)).max(0.0);
            } else if *w < 0.0 {
                *w = (*w + (due - *paid)).min(0.0);
            }
            *paid += *w - before;
        }
    }
}

/// The derivative by η of a loss of the side y = ±1.
fn side_slope(loss: SgdLoss, eta: f64, y: f64) -> f64 {
    let z = y * eta;
    match loss {
        // From the side on which e^z cannot overflow.
        SgdLoss::Logistic if z > 0.0 => -y * (-z).exp() / (1.0 + (-z).exp()),
        SgdLoss::Logistic => -y / (1.0 + z.exp()),
        SgdLoss::SquaredHinge => -2.0 * y * (1.0 - z).max(0.0),
        _ if z <= 1.0 => -y,
        _ => 0.0,
    }
}

/// p − \[k = class\] for p = softmax(η).
fn softmax_slopes(eta: &[f64], class: usize, slopes: &mut [f64]) {
    let largest = eta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = eta.iter().map(|eta| (eta - largest).exp()).sum();
    for (k, (slope, eta)) in slopes.iter_mut().zip(eta).enumerate() {
        *slope = (eta - largest).exp() / total - f64::from(u8::from(k == class));
    }
}
