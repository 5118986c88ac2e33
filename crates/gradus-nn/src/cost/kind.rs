//! Costs by name.

use std::fmt;
use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::cost::{
    CrossEntropy, binary_cross_entropy, hinge, huber, mean_absolute_error, mean_squared_error,
    quadratic_cost, squared_hinge,
};
use crate::{NnError, Reduction};

/// What an output is compared with.
#[derive(Clone, Debug)]
pub enum Target<T> {
    /// A class number for each row.
    Classes(Arc<Vec<u32>>),
    /// A value for each row and output.
    Values(Arc<DMatrix<T>>),
}

/// The kind of a [`Target`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetKind {
    /// A class number for each row.
    Classes,
    /// A value for each row and output.
    Values,
}

impl<T> Target<T> {
    /// Its kind.
    pub fn kind(&self) -> TargetKind {
        match self {
            Self::Classes(_) => TargetKind::Classes,
            Self::Values(_) => TargetKind::Values,
        }
    }
}

impl fmt::Display for TargetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classes => "classes",
            Self::Values => "values",
        })
    }
}

/// A cost by name, as a model file holds it: the order of the variants is part of the format.
///
/// ```
/// use std::sync::Arc;
/// use gradus_autograd::Tape;
/// use gradus_nn::{Cost, Target, TargetKind};
/// use nalgebra::dmatrix;
///
/// let tape = Tape::new();
/// let output = tape.constant(dmatrix![0.5, 4.0]);
/// let cost = Cost::Huber { delta: 1.0 };
/// assert_eq!(cost.target_kind(), TargetKind::Values);
/// let target = Target::Values(Arc::new(dmatrix![0.0, 0.0]));
/// assert_eq!(cost.of(output, &target).item(), (0.125 + 3.5) / 2.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cost {
    /// [`softmax_cross_entropy`](crate::cost::softmax_cross_entropy), over rows.
    SoftmaxCrossEntropy,
    /// [`mean_squared_error`](crate::cost::mean_squared_error), over rows × outputs.
    MeanSquaredError,
    /// [`binary_cross_entropy`](crate::cost::binary_cross_entropy) of logits, over rows × outputs.
    BinaryCrossEntropy,
    /// [`mean_absolute_error`](crate::cost::mean_absolute_error), over rows × outputs.
    MeanAbsoluteError,
    /// [`huber`](crate::cost::huber), over rows × outputs.
    Huber {
        /// δ: where squared becomes absolute.
        delta: f64,
    },
    /// [`quadratic_cost`](crate::cost::quadratic_cost), over rows.
    Quadratic,
    /// [`CrossEntropy`] with label smoothing, over rows.
    SmoothedCrossEntropy {
        /// ε: the part of a target that is spread over all classes evenly.
        label_smoothing: f64,
    },
    /// [`hinge`](crate::cost::hinge), over rows × outputs, with targets of −1 and 1.
    Hinge,
    /// [`squared_hinge`](crate::cost::squared_hinge), over rows × outputs, with targets of −1 and 1.
    SquaredHinge,
}

impl Cost {
    /// Every cost, with usual parameters, for tables and help texts.
    pub const ALL: [Self; 9] = [
        Self::SoftmaxCrossEntropy,
        Self::MeanSquaredError,
        Self::BinaryCrossEntropy,
        Self::MeanAbsoluteError,
        Self::Huber { delta: 1.0 },
        Self::Quadratic,
        Self::SmoothedCrossEntropy { label_smoothing: 0.1 },
        Self::Hinge,
        Self::SquaredHinge,
    ];

    /// What the cost compares an output with.
    pub fn target_kind(self) -> TargetKind {
        match self {
            Self::SoftmaxCrossEntropy | Self::SmoothedCrossEntropy { .. } => TargetKind::Classes,
            Self::MeanSquaredError
            | Self::BinaryCrossEntropy
            | Self::MeanAbsoluteError
            | Self::Huber { .. }
            | Self::Quadratic
            | Self::Hinge
            | Self::SquaredHinge => TargetKind::Values,
        }
    }

    /// Checks the cost's own numbers, which may come from a file.
    ///
    /// ```
    /// use gradus_nn::Cost;
    /// assert!(Cost::Huber { delta: 0.5 }.check().is_ok());
    /// assert!(Cost::Huber { delta: f64::NAN }.check().is_err());
    /// ```
    ///
    /// # Errors
    /// If δ is not positive and finite, or if the label smoothing is not between 0 and 1.
    pub fn check(self) -> Result<(), NnError> {
        let (what, value, good, allowed) = match self {
            Self::Huber { delta } => {
                let good = delta > 0.0 && delta.is_finite();
                ("Huber's delta", delta, good, "positive and finite")
            }
            Self::SmoothedCrossEntropy { label_smoothing: value } => {
                ("the label smoothing", value, (0.0..=1.0).contains(&value), "from 0 to 1")
            }
            _ => return Ok(()),
        };
        if good { Ok(()) } else { Err(NnError::InvalidNumber { what, value, allowed }) }
    }

    /// The cost of an output.
    ///
    /// # Panics
    /// If the target is of the other kind or of another shape, or if [`Cost::check`] fails.
    pub fn of<'t, T: Scalar>(self, output: Var<'t, T>, target: &Target<T>) -> Var<'t, T> {
        match target {
            Target::Classes(classes) => self.of_classes(output, classes),
            Target::Values(values) => self.of_values(output, output.shared(values)),
        }
    }

    fn of_classes<'t, T: Scalar>(self, output: Var<'t, T>, target: &Arc<Vec<u32>>) -> Var<'t, T> {
        match self {
            Self::SoftmaxCrossEntropy => output.softmax_cross_entropy(target),
            Self::SmoothedCrossEntropy { label_smoothing } => {
                let cost = CrossEntropy { class_weights: None, label_smoothing };
                cost.of_classes(output, target, Reduction::Mean)
            }
            _ => panic!("{self} compares with values, not with classes"),
        }
    }

    fn of_values<'t, T: Scalar>(self, output: Var<'t, T>, target: Var<'t, T>) -> Var<'t, T> {
        let mean = Reduction::Mean;
        match self {
            Self::MeanSquaredError => mean_squared_error(output, target, mean),
            Self::BinaryCrossEntropy => binary_cross_entropy(output, target, mean),
            Self::MeanAbsoluteError => mean_absolute_error(output, target, mean),
            Self::Huber { delta } => huber(output, target, delta, mean),
            Self::Quadratic => quadratic_cost(output, target),
            Self::Hinge => hinge(output, target, mean),
            Self::SquaredHinge => squared_hinge(output, target, mean),
            Self::SoftmaxCrossEntropy | Self::SmoothedCrossEntropy { .. } => {
                panic!("{self} compares with classes, not with values")
            }
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SoftmaxCrossEntropy => f.write_str("cross-entropy"),
            Self::MeanSquaredError => f.write_str("mean squared error"),
            Self::BinaryCrossEntropy => f.write_str("binary cross-entropy"),
            Self::MeanAbsoluteError => f.write_str("mean absolute error"),
            Self::Huber { delta } => write!(f, "Huber loss with delta {delta}"),
            Self::Quadratic => f.write_str("quadratic cost"),
            Self::SmoothedCrossEntropy { label_smoothing } => {
                write!(f, "cross-entropy with label smoothing {label_smoothing}")
            }
            Self::Hinge => f.write_str("hinge loss"),
            Self::SquaredHinge => f.write_str("squared hinge loss"),
        }
    }
}
