//! Cross-entropy of one class among several.

use std::sync::Arc;

use gradus_autograd::{Axis, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::Reduction;

/// −ln softmax(z)_c for each row, from logits and classes; the mean is over rows, and its gradient
/// is (softmax(Z) − Y)/m. PyTorch calls it `CrossEntropyLoss`, the notes the log-likelihood cost.
///
/// ```
/// use std::sync::Arc;
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.variable(dmatrix![0.0_f64, 0.0, 0.0, 0.0]);
/// let c = cost::softmax_cross_entropy(z, &Arc::new(vec![2]), Reduction::Mean);
/// assert!((c.item() - 4.0_f64.ln()).abs() < 1e-15);
/// assert_eq!(c.backward().get(z), Some(&dmatrix![0.25, 0.25, -0.75, 0.25]));
/// ```
///
/// # Panics
/// If there is not one class for each row, or if a class is not below the number of columns.
pub fn softmax_cross_entropy<'t, T: Scalar>(
    logits: Var<'t, T>,
    classes: &Arc<Vec<u32>>,
    reduction: Reduction,
) -> Var<'t, T> {
    let mean = logits.softmax_cross_entropy(classes);
    match reduction {
        Reduction::Mean | Reduction::MeanOverRows => mean,
        Reduction::Sum => mean * logits.rows() as f64,
    }
}

/// −ln softmax(z)_c of each row, m×1.
///
/// # Panics
/// If there is not one class for each row, or if a class is not below the number of columns.
pub fn cross_entropies<'t, T: Scalar>(logits: Var<'t, T>, classes: &Arc<Vec<u32>>) -> Var<'t, T> {
    CrossEntropy::default().losses_of_classes(logits, classes)
}

/// −Σₖ yₖ ln softmax(z)ₖ of each row, m×1, from logits and target distributions. Its gradient in z
/// is softmax(z)·Σₖ yₖ − y.
///
/// # Panics
/// If the shapes do not fit.
pub fn soft_cross_entropies<'t, T: Scalar>(logits: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
    -(logits.log_softmax() * target).sum_over(Axis::Columns)
}

/// Categorical cross-entropy with class weights, label smoothing or soft targets.
///
/// With classes c, weights w and smoothing ε over K classes, a row's loss is
/// (1 − ε)·w_c·(−ln softmax(z)_c) + ε/K·Σₖ wₖ·(−ln softmax(z)ₖ). [`Reduction::Mean`] divides the
/// sum by the sum of the targets' weights Σᵢ w_{cᵢ}, as PyTorch does, and
/// [`Reduction::MeanOverRows`] by the number of rows.
///
/// ```
/// use std::sync::Arc;
/// use gradus_autograd::Tape;
/// use gradus_nn::Reduction;
/// use gradus_nn::cost::CrossEntropy;
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let z = tape.constant(dmatrix![0.0_f64, 0.0; 0.0, 0.0]);
/// let classes = Arc::new(vec![0, 1]);
/// let cost = CrossEntropy { class_weights: Some(vec![1.0, 3.0]), ..CrossEntropy::default() };
/// let sum = cost.of_classes(z, &classes, Reduction::Sum).item();
/// assert!((sum - 4.0 * 2.0_f64.ln()).abs() < 1e-15);
/// let mean = cost.of_classes(z, &classes, Reduction::Mean).item(); // the sum over 1 + 3
/// assert!((mean - 2.0_f64.ln()).abs() < 1e-15);
/// ```
///
/// Source: label smoothing is that of C. Szegedy et al., *Rethinking the Inception Architecture*,
/// CVPR 2016.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossEntropy {
    /// One weight for each class; all 1 if there are none.
    pub class_weights: Option<Vec<f64>>,
    /// ε: the part of a target that is spread over all classes evenly.
    pub label_smoothing: f64,
}

impl CrossEntropy {
    /// The cost of logits, from class numbers.
    ///
    /// # Panics
    /// If there is not one class for each row or one weight for each column, if a class is not
    /// below the number of columns, or if the smoothing is not between 0 and 1.
    pub fn of_classes<'t, T: Scalar>(
        &self,
        logits: Var<'t, T>,
        classes: &Arc<Vec<u32>>,
        reduction: Reduction,
    ) -> Var<'t, T> {
        let Some(weights) = &self.class_weights else {
            self.check(logits.cols());
            if self.label_smoothing == 0.0 {
                // The fused operation needs nothing that is as large as the logits.
                return softmax_cross_entropy(logits, classes, reduction);
            }
            return reduction.of(self.losses_of_classes(logits, classes));
        };
        let losses = self.losses_of_classes(logits, classes);
        match reduction {
            Reduction::Mean => {
                let total: f64 = classes.iter().map(|&class| weights[class as usize]).sum();
                losses.sum() / total
            }
            Reduction::Sum | Reduction::MeanOverRows => reduction.of(losses),
        }
    }

    /// The weighted loss of each row, m×1, from class numbers. Reduced by
    /// [`Reduction::of_weighted`] they take weights for examples as well.
    ///
    /// # Panics
    /// As [`CrossEntropy::of_classes`].
    pub fn losses_of_classes<'t, T: Scalar>(
        &self,
        logits: Var<'t, T>,
        classes: &Arc<Vec<u32>>,
    ) -> Var<'t, T> {
        let (rows, cols) = logits.shape();
        self.check(cols);
        assert!(
            classes.len() == rows && classes.iter().all(|&class| (class as usize) < cols),
            "cross-entropy: {rows}x{cols} logits need {rows} classes below {cols}, not {} up to {}",
            classes.len(),
            classes.iter().max().copied().unwrap_or(0),
        );
        let log_p = logits.log_softmax();
        let weights = self.weights(logits);
        let hit = log_p.pick(classes) * (self.label_smoothing - 1.0);
        let hit = weights.map_or(hit, |weights| hit * weights.transpose().gather_rows(classes));
        if self.label_smoothing == 0.0 {
            return hit;
        }
        let weighted = weights.map_or(log_p, |weights| log_p * weights);
        hit - weighted.sum_over(Axis::Columns) * (self.label_smoothing / cols as f64)
    }

    /// The class weights as a row, if there are any.
    fn weights<'t, T: Scalar>(&self, logits: Var<'t, T>) -> Option<Var<'t, T>> {
        let weights = self.class_weights.as_ref()?;
        let row = weights.iter().map(|&weight| T::of(weight));
        Some(logits.constant(DMatrix::from_iterator(1, weights.len(), row)))
    }

    /// The cost of logits, from one target distribution for each row. A distribution that is 1 for
    /// one class gives what [`CrossEntropy::of_classes`] gives, also with weights, where PyTorch
    /// divides soft targets by the number of rows instead.
    ///
    /// # Panics
    /// If the shapes do not fit, if there is not one weight for each column, or if the smoothing is
    /// not between 0 and 1.
    pub fn of_distributions<'t, T: Scalar>(
        &self,
        logits: Var<'t, T>,
        target: Var<'t, T>,
        reduction: Reduction,
    ) -> Var<'t, T> {
        self.check(logits.cols());
        let weights = self.weights(logits);
        let mut smoothed = target;
        if self.label_smoothing > 0.0 {
            let even = self.label_smoothing / logits.cols() as f64;
            smoothed = target * (1.0 - self.label_smoothing) + even;
        }
        match weights {
            None => reduction.of(soft_cross_entropies(logits, smoothed)),
            Some(weights) => {
                let losses = soft_cross_entropies(logits, smoothed * weights);
                match reduction {
                    Reduction::Mean => losses.sum() / (target * weights).sum(),
                    Reduction::Sum | Reduction::MeanOverRows => reduction.of(losses),
                }
            }
        }
    }

    fn check(&self, classes: usize) {
        if let Some(weights) = &self.class_weights {
            let found = weights.len();
            assert!(found == classes, "cross-entropy: {found} class weights for {classes} classes");
        }
        let smoothing = self.label_smoothing;
        assert!(
            (0.0..=1.0).contains(&smoothing),
            "cross-entropy: the label smoothing is {smoothing}, it must be from 0 to 1"
        );
    }
}
