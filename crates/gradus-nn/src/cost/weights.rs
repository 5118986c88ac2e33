//! Weights of classes and of rows.

use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::cost::{
    CrossEntropy, absolute_errors, binary_cross_entropies, hinge_losses, huber_losses,
    squared_errors, squared_hinge_losses,
};
use crate::{Cost, Reduction, Target};

/// How much each class, and each row, counts in a cost.
///
/// With the losses ℓᵢ of m rows, rows' weights sᵢ and the weight w of each row's class the cost is
/// Σ sᵢ·w_{cᵢ}·ℓᵢ / Σ sᵢ·w_{cᵢ}: a row of weight 2 counts as if it stood there twice, and all weights
/// times a number change nothing.
///
/// The default is weight 1 for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostWeights<T> {
    /// One weight for each class: PyTorch's `weight` of `CrossEntropyLoss`, Keras' `class_weight`.
    pub classes: Option<Vec<f64>>,
    /// One weight for each row, m×1: what scikit-learn and Keras call `sample_weight`. Keras
    /// divides by the number of rows instead of by the sum of the weights.
    pub rows: Option<Arc<DMatrix<T>>>,
}

impl<T: Scalar> CostWeights<T> {
    /// What the cost divides by, Σ sᵢ·w_{cᵢ}; the number of rows if all weigh 1.
    ///
    /// # Panics
    /// If there is not one weight for each row, or none for a class.
    pub fn total(&self, target: &Target<T>) -> f64 {
        let of_class = |row: usize| match (&self.classes, target) {
            (Some(weights), Target::Classes(classes)) => weights[classes[row] as usize],
            _ => 1.0,
        };
        let of_row = |row: usize| match &self.rows {
            Some(weights) => weights[row].to_f64(),
            None => 1.0,
        };
        let rows = match target {
            Target::Classes(classes) => classes.len(),
            Target::Values(values) => values.nrows(),
        };
        if self.classes.is_none() && self.rows.is_none() {
            return rows as f64;
        }
        (0..rows).map(|row| of_row(row) * of_class(row)).sum()
    }
}

impl Cost {
    /// The cost of an output, with weights.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use gradus_autograd::Tape;
    /// use gradus_nn::{Cost, Target, cost::CostWeights};
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let y = tape.constant(dmatrix![1.0_f64; 3.0]);
    /// let target = Target::Values(Arc::new(dmatrix![0.0; 0.0]));
    /// let rows = Some(Arc::new(dmatrix![3.0; 1.0]));
    /// let weights = CostWeights { rows, ..CostWeights::default() };
    /// let cost = Cost::MeanSquaredError.of_weighted(y, &target, &weights);
    /// assert_eq!(cost.item(), (3.0 * 1.0 + 1.0 * 9.0) / 4.0);
    /// ```
    ///
    /// # Panics
    /// As [`Cost::of`]; if there are class weights and no classes; if there is not one weight for
    /// each class or each row. Weights that sum to 0 make the cost NaN.
    pub fn of_weighted<'t, T: Scalar>(
        self,
        output: Var<'t, T>,
        target: &Target<T>,
        weights: &CostWeights<T>,
    ) -> Var<'t, T> {
        if weights.classes.is_none() && weights.rows.is_none() {
            return self.of(output, target);
        }
        if let Some(rows) = &weights.rows {
            let (found, expected) = (rows.shape(), (output.rows(), 1));
            assert!(found == expected, "{self}: weights of {found:?} for {expected:?} rows");
        }
        match target {
            Target::Classes(classes) => {
                let losses = self.losses_of_classes(output, classes, weights.classes.clone());
                let weighted = match &weights.rows {
                    Some(rows) => losses * output.shared(rows),
                    None => losses,
                };
                weighted.sum() / weights.total(target)
            }
            Target::Values(values) => {
                assert!(weights.classes.is_none(), "{self}: class weights need classes");
                let losses = self.losses_of_values(output, output.shared(values));
                let reduction = match self {
                    Self::Quadratic => Reduction::MeanOverRows,
                    _ => Reduction::Mean,
                };
                match &weights.rows {
                    Some(rows) => reduction.of_weighted(losses, output.shared(rows)),
                    None => reduction.of(losses),
                }
            }
        }
    }

    /// The loss of each row, times the weight of its class.
    fn losses_of_classes<'t, T: Scalar>(
        self,
        output: Var<'t, T>,
        classes: &Arc<Vec<u32>>,
        class_weights: Option<Vec<f64>>,
    ) -> Var<'t, T> {
        let label_smoothing = match self {
            Self::SoftmaxCrossEntropy => 0.0,
            Self::SmoothedCrossEntropy { label_smoothing } => label_smoothing,
            _ => panic!("{self} compares with values, not with classes"),
        };
        CrossEntropy { class_weights, label_smoothing }.losses_of_classes(output, classes)
    }

    /// The loss of each element.
    fn losses_of_values<'t, T: Scalar>(self, output: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        match self {
            Self::MeanSquaredError => squared_errors(output, target),
            Self::Quadratic => squared_errors(output, target) * 0.5,
            Self::BinaryCrossEntropy => binary_cross_entropies(output, target),
            Self::MeanAbsoluteError => absolute_errors(output, target),
            Self::Huber { delta } => huber_losses(output, target, delta),
            Self::Hinge => hinge_losses(output, target),
            Self::SquaredHinge => squared_hinge_losses(output, target),
            Self::SoftmaxCrossEntropy | Self::SmoothedCrossEntropy { .. } => {
                panic!("{self} compares with classes, not with values")
            }
        }
    }
}
