//! Costs: functions of the output and the target.
//!
//! They take logits where a stable form over logits exists.

use std::fmt;
use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// How per-element losses become one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reduction {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

impl Reduction {
    fn of<T: Scalar>(self, losses: Var<'_, T>) -> Var<'_, T> {
        match self {
            Self::Mean => losses.mean(),
            Self::Sum => losses.sum(),
        }
    }
}

/// What an output is compared with.
#[derive(Clone, Debug)]
pub enum Target<T> {
    /// A class number for each row.
    Classes(Arc<Vec<u32>>),
    /// A value for each row and output.
    Values(Arc<DMatrix<T>>),
}

/// A cost by name, as a model file holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cost {
    /// [`softmax_cross_entropy`], over rows.
    SoftmaxCrossEntropy,
    /// [`mean_squared_error`], over rows × outputs.
    MeanSquaredError,
}

impl Cost {
    /// The cost of an output.
    ///
    /// # Panics
    /// If the target is of the other kind, or of another shape.
    pub fn of<'t, T: Scalar>(self, output: Var<'t, T>, target: &Target<T>) -> Var<'t, T> {
        match (self, target) {
            (Self::SoftmaxCrossEntropy, Target::Classes(classes)) => {
                output.softmax_cross_entropy(classes)
            }
            (Self::MeanSquaredError, Target::Values(values)) => {
                mean_squared_error(output, output.shared(values), Reduction::Mean)
            }
            (Self::SoftmaxCrossEntropy, Target::Values(_)) => {
                panic!("softmax cross-entropy compares with classes, not with values")
            }
            (Self::MeanSquaredError, Target::Classes(_)) => {
                panic!("the squared error compares with values, not with classes")
            }
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SoftmaxCrossEntropy => "cross-entropy",
            Self::MeanSquaredError => "mean squared error",
        })
    }
}

/// −ln softmax(z)_c for each row, from logits and classes; the mean is over rows, and its gradient
/// is (softmax(Z) − Y)/m. PyTorch calls it `CrossEntropyLoss`, the notes the log-likelihood cost.
pub fn softmax_cross_entropy<'t, T: Scalar>(
    logits: Var<'t, T>,
    classes: &Arc<Vec<u32>>,
    reduction: Reduction,
) -> Var<'t, T> {
    let mean = logits.softmax_cross_entropy(classes);
    match reduction {
        Reduction::Mean => mean,
        Reduction::Sum => mean * logits.rows() as f64,
    }
}

/// (y − t)², by default averaged over rows × outputs.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let y = tape.variable(dmatrix![1.0, 2.0]);
/// let t = tape.constant(dmatrix![0.0, 4.0]);
/// assert_eq!(cost::mean_squared_error(y, t, Reduction::Mean).item(), 2.5);
/// ```
pub fn mean_squared_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of((output - target).square())
}

/// ½(y − t)²: the notes' quadratic cost.
pub fn half_squared_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    mean_squared_error(output, target, reduction) * 0.5
}

/// |y − t|, with sign(0) = 0 in the gradient.
pub fn mean_absolute_error<'t, T: Scalar>(
    output: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    reduction.of((output - target).abs())
}

/// −y ln σ(z) − (1 − y) ln(1 − σ(z)), from logits z and targets y in [0, 1], as
/// y·softplus(−z) + (1 − y)·softplus(z), which stays exact where σ(z) rounds to 0 or 1. With a
/// soft target the least value is the binary entropy of y.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Reduction, cost};
///
/// let tape = Tape::new();
/// let z = tape.scalar(800.0_f64);
/// let wrong = cost::binary_cross_entropy(z, tape.scalar(0.0), Reduction::Mean);
/// assert_eq!(wrong.item(), 800.0);
/// ```
pub fn binary_cross_entropy<'t, T: Scalar>(
    logits: Var<'t, T>,
    target: Var<'t, T>,
    reduction: Reduction,
) -> Var<'t, T> {
    let losses = target * (-logits).softplus() + (1.0 - target) * logits.softplus();
    reduction.of(losses)
}
