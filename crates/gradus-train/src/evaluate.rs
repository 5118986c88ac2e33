//! How good a model is on a set.

use std::sync::Arc;

use gradus_autograd::Evaluator;
use gradus_data::{Dataset, Targets};
use gradus_linalg::{MatMut, MatRef, Scalar, vectorize};
use gradus_nn::cost::CostWeights;
use gradus_nn::{Cost, Layer, Pass, Target, TargetKind, Width};
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
    let mut classes = Vec::with_capacity(outputs.nrows());
    argmax_rows(MatRef::from(outputs), |_, chunk| classes.extend_from_slice(chunk));
    classes
}

/// Hands out the row-wise argmax in pieces, each with its first row. Columns are contiguous, so
/// the rows of a piece are compared side by side.
fn argmax_rows<T: Scalar>(outputs: MatRef<'_, T>, mut with: impl FnMut(usize, &[u32])) {
    const PIECE: usize = 64;
    for start in (0..outputs.rows()).step_by(PIECE) {
        let piece = outputs.row_range(start..outputs.rows().min(start + PIECE));
        let mut largest = [T::of(f64::NEG_INFINITY); PIECE];
        let mut best = [0; PIECE];
        vectorize(|| {
            for j in 0..piece.cols() {
                match piece.contiguous_col(j) {
                    Some(column) => keep_larger(column, j as u32, &mut largest, &mut best),
                    None => (0..piece.rows()).for_each(|i| {
                        let element = [piece.at(i, j)];
                        keep_larger(&element, j as u32, &mut largest[i..], &mut best[i..]);
                    }),
                }
            }
        });
        with(start, &best[..piece.rows()]);
    }
}

#[inline(always)]
fn keep_larger<T: Scalar>(column: &[T], j: u32, largest: &mut [T], best: &mut [u32]) {
    for ((y, largest), best) in column.iter().zip(largest).zip(best) {
        let larger = *y > *largest;
        *largest = if larger { *y } else { *largest };
        *best = if larger { j } else { *best };
    }
}

pub(crate) fn count_correct<T: Scalar>(outputs: MatRef<'_, T>, classes: &[u32]) -> usize {
    let mut correct = 0;
    argmax_rows(outputs, |start, predicted| {
        let pairs = predicted.iter().zip(&classes[start..]);
        correct += pairs.filter(|(predicted, class)| predicted == class).count();
    });
    correct
}

/// The share of rows whose largest output is that of their class; 0 for no rows.
///
/// # Panics
/// If there is not one class for each row.
///
/// ```
/// use nalgebra::dmatrix;
/// let outputs = dmatrix![0.1, 0.9; 0.8, 0.2];
/// assert_eq!(gradus_train::accuracy(&outputs, &[1, 1]), 0.5);
/// ```
pub fn accuracy<T: Scalar>(outputs: &DMatrix<T>, classes: &[u32]) -> f64 {
    let (rows, columns) = outputs.shape();
    assert_eq!(rows, classes.len(), "accuracy: {rows}x{columns} outputs need {rows} classes");
    let rows = rows.max(1) as f64;
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
    score(model, cost, (data, &CostWeights::default()), &mut Evaluator::new())
}

/// As [`evaluate`], for a set that has been checked and buffers that are there.
pub(crate) fn score<T: Scalar>(
    model: &dyn Layer<T>,
    cost: Cost,
    (data, weights): (&Dataset<T>, &CostWeights<T>),
    evaluator: &mut Evaluator<T>,
) -> Result<Score, TrainError> {
    let view = MatRef::from(&data.x);
    let (mut total, mut weight, mut correct) = (0.0, 0.0, 0);
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
        let of_rows = weights.rows.as_ref().map(|all| {
            Arc::new(DMatrix::from_iterator(rows.len(), 1, rows.clone().map(|row| all[row])))
        });
        let part = CostWeights { classes: weights.classes.clone(), rows: of_rows };
        let of_part = part.total(&target);
        weight += of_part;
        evaluator.run(|scope| {
            let batch = scope.view(view.row_range(rows.clone()));
            let y = model.try_forward(batch, &mut Pass::eval())?;
            if of_part > 0.0 {
                total += cost.of_weighted(y, &target, &part).item().to_f64() * of_part;
            }
            if let Target::Classes(classes) = &target {
                correct += y.with_value(|y| count_correct(y, classes));
            }
            Ok::<(), TrainError>(())
        })?;
    }
    let rows = data.rows() as f64;
    let accuracy = matches!(data.y, Targets::Classes { .. }).then(|| correct as f64 / rows);
    Ok(Score { cost: total / weight, accuracy })
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
    cost.check()?;
    let needs = cost.target_kind();
    let found = match data.y {
        Targets::Classes { .. } => TargetKind::Classes,
        Targets::Values(_) => TargetKind::Values,
    };
    if needs != found {
        return Err(TrainError::Target { cost: cost.to_string(), needs, part });
    }
    if let Width::Fixed { inputs, outputs } = model.width() {
        let pairs = [("features", inputs, data.features()), ("outputs", outputs, data.y.outputs())];
        for (what, expected, found) in pairs {
            if expected != found {
                return Err(TrainError::Width { part, what, expected, found });
            }
        }
    }
    data.check()?;
    data.check_finite()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn the_first_of_the_largest_wins_and_nan_never_does() {
        let nan = f64::NAN;
        let inf = f64::INFINITY;
        let y =
            dmatrix![1.0, 3.0, 3.0; nan, -5.0, nan; nan, nan, nan; -inf, -inf, -inf; 0.0, nan, inf];
        assert_eq!(predicted_classes(&y), [1, 1, 0, 0, 2]);
        let rows = MatRef::from(&y);
        assert_eq!(count_correct(rows, &[1, 1, 0, 0, 2]), 5);
        assert_eq!(count_correct(rows.row_range(1..3), &[1, 2]), 1);
        let strided = y.transpose();
        assert_eq!(count_correct(MatRef::from(&strided).t(), &[1, 1, 0, 0, 2]), 5);
        let many = DMatrix::from_fn(150, 4, |i, j| if j == i % 4 { 1.0 } else { 0.0 });
        let classes: Vec<u32> = (0..150).map(|i| i % 4).collect();
        assert_eq!(predicted_classes(&many), classes);
        assert_eq!(accuracy(&many, &classes), 1.0);
        assert!(predicted_classes(&DMatrix::<f64>::zeros(0, 3)).is_empty());
    }
}
