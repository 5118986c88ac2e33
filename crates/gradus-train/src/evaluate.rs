//! How good a model is on a set.

use std::sync::Arc;

use gradus_autograd::Evaluator;
use gradus_data::{Dataset, Targets};
use gradus_linalg::{MatMut, MatRef, Scalar};
use gradus_nn::{Cost, Layer, Pass, Target};
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::{Part, TrainError};

/// Rows that are evaluated together.
const CHUNK: usize = 256;

/// The cost on a set and, for classes, the share of rows that were right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The mean cost.
    pub cost: f64,
    /// The share of rows whose largest output is that of their class.
    pub accuracy: Option<f64>,
}

/// The column of the largest element of each row; the first of equals. NaN is never the largest.
pub fn predicted_classes<T: Scalar>(outputs: &DMatrix<T>) -> Vec<u32> {
    argmax_rows(MatRef::from(outputs)).collect()
}

fn argmax_rows<T: Scalar>(outputs: MatRef<'_, T>) -> impl Iterator<Item = u32> + '_ {
    (0..outputs.rows()).map(move |i| {
        let mut best = 0;
        let mut largest = T::of(f64::NEG_INFINITY);
        for j in 0..outputs.cols() {
            let y = outputs.at(i, j);
            if y > largest {
                (best, largest) = (j, y);
            }
        }
        best as u32
    })
}

pub(crate) fn count_correct<T: Scalar>(outputs: MatRef<'_, T>, classes: &[u32]) -> usize {
    argmax_rows(outputs).zip(classes).filter(|(predicted, class)| predicted == *class).count()
}

/// The share of rows whose largest output is that of their class; 0 for no rows.
///
/// ```
/// use nalgebra::dmatrix;
/// let outputs = dmatrix![0.1, 0.9; 0.8, 0.2];
/// assert_eq!(gradus_train::accuracy(&outputs, &[1, 1]), 0.5);
/// ```
pub fn accuracy<T: Scalar>(outputs: &DMatrix<T>, classes: &[u32]) -> f64 {
    let rows = outputs.nrows().max(1) as f64;
    count_correct(MatRef::from(outputs), classes) as f64 / rows
}

/// The cost and accuracy of a model on a set, in evaluation mode.
///
/// # Errors
/// If the set is empty or does not fit the model or the cost.
pub fn evaluate<T: Scalar>(
    model: &dyn Layer<T>,
    cost: Cost,
    data: &Dataset<T>,
) -> Result<Score, TrainError> {
    check_fit(model, cost, data, Part::Dev)?;
    Ok(score(model, cost, data, &mut Evaluator::new()))
}

/// As [`evaluate`], for a set that has been checked and buffers that are there.
pub(crate) fn score<T: Scalar>(
    model: &dyn Layer<T>,
    cost: Cost,
    data: &Dataset<T>,
    evaluator: &mut Evaluator<T>,
) -> Score {
    let view = MatRef::from(&data.x);
    let (mut total, mut correct) = (0.0, 0);
    for start in (0..data.rows()).step_by(CHUNK) {
        let rows = start..data.rows().min(start + CHUNK);
        let target = match &data.y {
            Targets::Classes { codes, .. } => Target::Classes(Arc::new(codes[rows.clone()].into())),
            Targets::Values(values) => {
                let view = MatRef::from(values).row_range(rows.clone());
                let mut part = DMatrix::zeros(view.rows(), view.cols());
                gradus_linalg::copy(view, MatMut::from(&mut part));
                Target::Values(Arc::new(part))
            }
        };
        evaluator.run(|scope| {
            let y = model.forward(scope.view(view.row_range(rows.clone())), &mut Pass::eval());
            total += cost.of(y, &target).item().to_f64() * rows.len() as f64;
            if let Target::Classes(classes) = &target {
                correct += y.with_value(|y| count_correct(y, classes));
            }
        });
    }
    let rows = data.rows() as f64;
    let accuracy = matches!(data.y, Targets::Classes { .. }).then(|| correct as f64 / rows);
    Score { cost: total / rows, accuracy }
}

/// Whether a set can be given to a model and a cost.
pub(crate) fn check_fit<T: Scalar>(
    model: &dyn Layer<T>,
    cost: Cost,
    data: &Dataset<T>,
    part: Part,
) -> Result<(), TrainError> {
    if data.rows() == 0 {
        return Err(TrainError::Empty { part });
    }
    let needs = match (cost, &data.y) {
        (Cost::SoftmaxCrossEntropy, Targets::Values(_)) => Some("classes"),
        (Cost::MeanSquaredError, Targets::Classes { .. }) => Some("values"),
        _ => None,
    };
    if let Some(needs) = needs {
        return Err(TrainError::Target { cost: cost.to_string(), needs, part });
    }
    if let Some((inputs, outputs)) = model.widths() {
        let pairs = [("features", inputs, data.features()), ("outputs", outputs, data.y.outputs())];
        for (what, expected, found) in pairs {
            if expected != found {
                return Err(TrainError::Width { part, what, expected, found });
            }
        }
    }
    data.check_finite()?;
    Ok(())
}
