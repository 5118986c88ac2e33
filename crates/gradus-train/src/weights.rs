//! How much classes and rows count.

use std::sync::Arc;

use gradus_data::{Dataset, Targets};
use gradus_linalg::Scalar;
use gradus_nn::cost::CostWeights;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{Part, TrainError};

/// How much each class counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum ClassWeights {
    /// As much as it has rows: w = 1 for each.
    #[default]
    Equal,
    /// All the same, however many rows they have: w_c = m/(k·m_c) with m rows of k classes, m_c of
    /// them of class c; with weights of rows, the sums of these instead of the counts.
    /// scikit-learn's `class_weight="balanced"`.
    Balanced,
    /// One positive weight for each class, in the order of their numbers: PyTorch's `weight`, Keras'
    /// `class_weight`.
    Each(Vec<f64>),
}

/// How much rows count, by their class and each by itself.
///
/// A cost becomes Σ sᵢ·w_{cᵢ}·ℓᵢ / Σ sᵢ·w_{cᵢ} over a batch, with the weight s of a row, which is
/// called `sample_weight` elsewhere, and the weight w of its class. So is the mean of an epoch and
/// that of the dev set, which early stopping watches; accuracies count rows. All weights times a
/// number change nothing, and a row of weight 0 is left out. The m that penalties are divided by is
/// the number of rows that are not.
///
/// PyTorch divides by the weights of the classes in the same way. Keras divides by the number of
/// rows, weighs by rows but not by classes on the dev set, and multiplies the learning rate by
/// large weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// Of the classes; needs a target of classes.
    pub classes: ClassWeights,
    /// Of the rows of the training set, finite and not negative.
    pub train: Option<Vec<f64>>,
    /// Of the rows of the dev set.
    pub dev: Option<Vec<f64>>,
}

impl Weights {
    /// Whether everything counts the same.
    pub fn are_equal(&self) -> bool {
        *self == Self::default()
    }

    /// The weights of the classes of a training set.
    ///
    /// ```
    /// use gradus_data::{Dataset, Targets};
    /// use gradus_train::{ClassWeights, Weights};
    /// use nalgebra::DMatrix;
    ///
    /// let labels = vec!["no".to_owned(), "yes".to_owned()];
    /// let y = Targets::Classes { codes: vec![0, 0, 0, 1], labels };
    /// let data = Dataset::new(DMatrix::<f64>::zeros(4, 1), y, vec!["x".to_owned()])?;
    /// let weights = Weights { classes: ClassWeights::Balanced, ..Weights::default() };
    /// assert_eq!(weights.of_classes(&data)?, Some(vec![4.0 / 6.0, 2.0]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// If there are weights and no classes, not as many as classes, or one that is not positive and
    /// finite.
    pub fn of_classes<T: Scalar>(
        &self,
        train: &Dataset<T>,
    ) -> Result<Option<Vec<f64>>, TrainError> {
        if self.classes == ClassWeights::Equal {
            return Ok(None);
        }
        let Targets::Classes { codes, labels } = &train.y else {
            return Err(TrainError::ClassWeightsOfValues);
        };
        let ClassWeights::Each(weights) = &self.classes else {
            return Ok(Some(balanced(codes, labels.len(), self.train.as_deref())));
        };
        if weights.len() != labels.len() {
            let (what, expected) = ("class weights", labels.len());
            return Err(TrainError::Weights {
                what,
                part: Part::Train,
                expected,
                found: weights.len(),
            });
        }
        match weights.iter().position(|&w| in_type::<T>(w).is_none_or(|w| w <= 0.0)) {
            None => Ok(Some(weights.clone())),
            Some(place) => Err(TrainError::Weight {
                of: format!("class {:?}", labels[place]),
                value: weights[place],
                allowed: "positive and finite; to leave a class out, leave its rows out",
            }),
        }
    }

    /// Whether the weights of rows fit their sets.
    pub(crate) fn check<T: Scalar>(
        &self,
        train: &Dataset<T>,
        dev: Option<&Dataset<T>>,
    ) -> Result<(), TrainError> {
        if let Some(weights) = &self.train {
            check_rows::<T>(weights, train.rows(), Part::Train)?;
        }
        match (&self.dev, dev) {
            (Some(weights), Some(dev)) => check_rows::<T>(weights, dev.rows(), Part::Dev),
            (Some(weights), None) => check_rows::<T>(weights, 0, Part::Dev),
            (None, _) => Ok(()),
        }
    }

    /// The rows of the training set that count, if some do not.
    pub(crate) fn kept<T: Scalar>(&self) -> Option<Vec<usize>> {
        let weights = self.train.as_ref()?;
        let counts = |&row: &usize| in_type::<T>(weights[row]).is_some_and(|w| w > 0.0);
        let kept: Vec<usize> = (0..weights.len()).filter(counts).collect();
        (kept.len() < weights.len()).then_some(kept)
    }
}

/// A weight as the type has it, which may round it to 0, if it is finite there.
fn in_type<T: Scalar>(weight: f64) -> Option<f64> {
    Some(T::of(weight).to_f64()).filter(|weight| weight.is_finite())
}

fn check_rows<T: Scalar>(weights: &[f64], rows: usize, part: Part) -> Result<(), TrainError> {
    if weights.len() != rows {
        let what = "weights of rows";
        return Err(TrainError::Weights { what, part, expected: rows, found: weights.len() });
    }
    if let Some(row) = weights.iter().position(|&w| in_type::<T>(w).is_none_or(|w| w < 0.0)) {
        let of = format!("row {row} of the {part}");
        return Err(TrainError::Weight {
            of,
            value: weights[row],
            allowed: "finite and not negative",
        });
    }
    if weights.iter().all(|&w| in_type::<T>(w) == Some(0.0)) {
        let (of, allowed) = (format!("every row of the {part}"), "above 0 for some");
        return Err(TrainError::Weight { of, value: 0.0, allowed });
    }
    Ok(())
}

/// A class without rows weighs 1: no row tells.
fn balanced(codes: &[u32], classes: usize, rows: Option<&[f64]>) -> Vec<f64> {
    let mut sums = vec![0.0; classes];
    for (row, &code) in codes.iter().enumerate() {
        sums[code as usize] += rows.map_or(1.0, |weights| weights[row]);
    }
    let total: f64 = sums.iter().sum();
    let present = sums.iter().filter(|sum| **sum > 0.0).count() as f64;
    let weight = |sum: &f64| if *sum > 0.0 { total / (present * sum) } else { 1.0 };
    sums.iter().map(weight).collect()
}

/// The weights of some rows for a cost.
pub(crate) fn cost_weights<T: Scalar>(
    classes: Option<&Vec<f64>>,
    rows: Option<&[f64]>,
) -> CostWeights<T> {
    let column = |rows: &[f64]| {
        Arc::new(DMatrix::from_iterator(rows.len(), 1, rows.iter().map(|&w| T::of(w))))
    };
    CostWeights { classes: classes.cloned(), rows: rows.map(column) }
}
