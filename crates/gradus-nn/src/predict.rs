//! Using a model: no tape.

use gradus_autograd::Evaluator;
use gradus_linalg::{MatMut, MatRef, Scalar};
use nalgebra::DMatrix;

use crate::{Layer, NnError, Pass};

/// Rows that are computed together: enough for fast products, few enough to stay in cache.
const CHUNK: usize = 256;

/// The model's output for each row of `x`, in evaluation mode.
///
/// # Panics
/// If the model does not take as many features as `x` has columns.
pub fn predict<T: Scalar>(model: &dyn Layer<T>, x: &DMatrix<T>) -> DMatrix<T> {
    try_predict(model, x).unwrap_or_else(|error| panic!("{error}"))
}

/// The model's output for each row of `x`, or what does not fit in the model.
///
/// # Errors
/// As [`Layer::try_forward`] of the model.
pub fn try_predict<T: Scalar>(model: &dyn Layer<T>, x: &DMatrix<T>) -> Result<DMatrix<T>, NnError> {
    let mut evaluator = Evaluator::new();
    let mut result = DMatrix::zeros(0, 0);
    let view = MatRef::from(x);
    // An empty batch still tells the number of columns.
    for start in (0..x.nrows().max(1)).step_by(CHUNK) {
        let rows = start..x.nrows().min(start + CHUNK);
        evaluator.run(|scope| {
            let batch = scope.view(view.row_range(rows.clone()));
            let y = model.try_forward(batch, &mut Pass::eval())?;
            if result.ncols() != y.cols() {
                result = DMatrix::zeros(x.nrows(), y.cols());
            }
            y.with_value(|y| {
                for j in 0..y.cols() {
                    for (i, row) in rows.clone().enumerate() {
                        result[(row, j)] = y.at(i, j);
                    }
                }
            });
            Ok(())
        })?;
    }
    Ok(result)
}

/// The model's output into a matrix that is there already. With an evaluator that has seen the
/// shape before, nothing is allocated.
///
/// # Panics
/// If the model does not take the columns of `x`, or if `out` does not have the output's shape.
pub fn predict_into<'a, T: Scalar>(
    model: &dyn Layer<T>,
    evaluator: &'a mut Evaluator<T>,
    x: MatRef<'a, T>,
    out: MatMut<'_, T>,
) {
    evaluator.run(|scope| {
        let y = model.forward(scope.view(x), &mut Pass::eval());
        y.with_value(|y| gradus_linalg::copy(y, out));
    });
}
