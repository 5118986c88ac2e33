//! What a prediction of rows that were not fitted on costs.

use std::fmt;

use nalgebra::DMatrix;

use super::path::PenalisedFamily;

/// Rows that were held out, and what a model that did not see them says of them.
#[derive(Debug, Clone, Copy)]
pub struct HeldOut<'a> {
    /// The outcome of each row: its value, or its class as a number.
    pub y_true: &'a [f64],
    /// The prediction, as of [`PenalisedFit::predict`](crate::PenalisedFit::predict) with offsets:
    /// a row for each outcome.
    pub y_pred: &'a DMatrix<f64>,
    /// The weight of each row, if rows differ in it.
    pub weights: Option<&'a [f64]>,
}

/// By what a λ is judged on rows that were not fitted on.
#[derive(Clone, Copy, Default)]
pub enum HeldOutMeasure<'a> {
    /// (y − ŷ)² of a number, −2 log p̂ of the row's class; the weighted mean over rows.
    #[default]
    Deviance,
    /// (y − ŷ)²; for classes Σₖ (\[y = k\] − p̂ₖ)², Brier's score.
    SquaredError,
    /// |y − ŷ|; for classes Σₖ |\[y = k\] − p̂ₖ|.
    AbsoluteError,
    /// The share of rows whose most probable class is not theirs.
    Misclassification,
    /// A loss of a row, from its outcome (or class as a number) and its row of the prediction; the
    /// weighted mean over rows, the less the better.
    Loss(&'a str, &'a (dyn Fn(f64, &[f64]) -> f64 + Sync)),
    /// A figure of all held-out rows of a fold, such as an area under the ROC curve, the greater
    /// the better.
    Score(&'a str, &'a (dyn Fn(&HeldOut<'_>) -> f64 + Sync)),
}

impl fmt::Debug for HeldOutMeasure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Deviance => "Deviance",
            Self::SquaredError => "SquaredError",
            Self::AbsoluteError => "AbsoluteError",
            Self::Misclassification => "Misclassification",
            Self::Loss(name, _) | Self::Score(name, _) => name,
        })
    }
}

impl HeldOutMeasure<'_> {
    /// What is measured, in words.
    pub(super) fn name(&self, family: PenalisedFamily) -> String {
        let linear = family == PenalisedFamily::Linear;
        match self {
            Self::Deviance | Self::SquaredError if linear => "mean squared error",
            Self::Deviance => "deviance",
            Self::SquaredError => "Brier score",
            Self::AbsoluteError => "mean absolute error",
            Self::Misclassification => "misclassification",
            Self::Loss(name, _) | Self::Score(name, _) => name,
        }
        .to_owned()
    }

    pub(super) fn greater_is_better(&self) -> bool {
        matches!(self, Self::Score(..))
    }

    /// The measure of rows with the linear predictors η.
    pub(super) fn of(
        &self,
        family: PenalisedFamily,
        y_true: &[f64],
        eta: DMatrix<f64>,
        weights: Option<&[f64]>,
    ) -> f64 {
        let mut y_pred = eta;
        let deviance = matches!(self, Self::Deviance);
        if !deviance {
            family.apply_mean(&mut y_pred);
        }
        if let Self::Score(_, score) = self {
            return score(&HeldOut { y_true, y_pred: &y_pred, weights });
        }
        let mut row = vec![0.0; y_pred.ncols()];
        let (mut sum, mut total) = (0.0, 0.0);
        for (i, &y) in y_true.iter().enumerate() {
            row.iter_mut().zip(y_pred.row(i).iter()).for_each(|(to, from)| *to = *from);
            let loss = match self {
                Self::Deviance => deviance_of(family, y, &row),
                Self::Loss(_, loss) => loss(y, &row),
                Self::AbsoluteError => distance(family, y, &row, f64::abs),
                Self::SquaredError | Self::Score(..) => distance(family, y, &row, |d| d * d),
                Self::Misclassification => f64::from(u8::from(most_probable(family, &row) != y)),
            };
            let weight = weights.map_or(1.0, |weights| weights[i]);
            total += weight;
            // A row that does not count may have an infinite loss.
            if weight > 0.0 {
                sum += weight * loss;
            }
        }
        sum / total
    }
}

/// (y − η)², or −2 log of the probability of class y.
fn deviance_of(family: PenalisedFamily, y: f64, eta: &[f64]) -> f64 {
    match family {
        PenalisedFamily::Linear => (y - eta[0]).powi(2),
        PenalisedFamily::Logistic => {
            // log(1 + e^z), without an overflow.
            let z = if y > 0.5 { -eta[0] } else { eta[0] };
            2.0 * (z.max(0.0) + (-z.abs()).exp().ln_1p())
        }
        PenalisedFamily::Multinomial => {
            let largest = eta.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = eta.iter().map(|eta| (eta - largest).exp()).sum();
            2.0 * (largest + sum.ln() - eta[y as usize])
        }
    }
}

/// Σ f(y − ŷ), over both classes where one of them is predicted.
fn distance(family: PenalisedFamily, y: f64, predicted: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    match family {
        PenalisedFamily::Linear => f(y - predicted[0]),
        PenalisedFamily::Logistic => 2.0 * f(y - predicted[0]),
        PenalisedFamily::Multinomial => {
            let indicator = |k: usize| f64::from(u8::from(k as f64 == y));
            predicted.iter().enumerate().map(|(k, p)| f(indicator(k) - p)).sum()
        }
    }
}

/// The most probable class as a number, of equal ones the first.
fn most_probable(family: PenalisedFamily, p: &[f64]) -> f64 {
    if family == PenalisedFamily::Multinomial {
        let best = (0..p.len()).fold(0, |best, k| if p[k] > p[best] { k } else { best });
        best as f64
    } else {
        f64::from(u8::from(p[0] > 0.5))
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn measures_are_their_formulas() {
        use HeldOutMeasure::{AbsoluteError, Deviance, Misclassification, SquaredError};
        use PenalisedFamily::{Linear, Logistic, Multinomial};
        let ln3 = 3.0_f64.ln();
        // p = 3/4, 1/2.
        let logit = dmatrix![ln3; 0.0];
        // p = (1/2, 1/4, 1/4).
        let scores = dmatrix![2.0_f64.ln(), 0.0, 0.0];
        for (measure, family, y, eta, expected) in [
            (Deviance, Linear, &[1.0, 2.0][..], dmatrix![2.0; 5.0], 5.0),
            (AbsoluteError, Linear, &[1.0, 2.0], dmatrix![2.0; 5.0], 2.0),
            (Deviance, Logistic, &[1.0, 0.0], logit.clone(), (8.0 / 3.0_f64).ln()),
            (SquaredError, Logistic, &[0.0, 1.0], logit.clone(), 0.5625 + 0.25),
            (Misclassification, Logistic, &[0.0, 0.0], logit, 0.5),
            (Deviance, Multinomial, &[2.0], scores.clone(), 2.0 * 4.0_f64.ln()),
            (SquaredError, Multinomial, &[1.0], scores.clone(), 0.25 + 0.5625 + 0.0625),
            (AbsoluteError, Multinomial, &[0.0], scores.clone(), 1.0),
            (Misclassification, Multinomial, &[0.0], scores, 0.0),
        ] {
            let found = measure.of(family, y, eta, None);
            assert!((found - expected).abs() < 1e-15, "{measure:?} {family:?}: {found}");
        }
    }

    #[test]
    fn rows_count_by_their_weight() {
        let eta = dmatrix![0.0; 1.0; 1e300];
        let found = HeldOutMeasure::Deviance.of(
            PenalisedFamily::Linear,
            &[1.0, 4.0, 0.0],
            eta,
            Some(&[3.0, 1.0, 0.0]),
        );
        assert_eq!(found, (3.0 + 9.0) / 4.0);
    }
}
