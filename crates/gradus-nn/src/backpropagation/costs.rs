//! Costs and their gradients with respect to the output, without the tape.

use nalgebra::DMatrix;

use crate::backpropagation::activations::{sigmoid, softplus};
use crate::{Cost, NnError, Target};

/// A cost and its gradient with respect to the output, ∇ₐC.
#[derive(Clone, Debug, PartialEq)]
pub struct CostGradient {
    /// C.
    pub cost: f64,
    /// ∇ₐC, of the output's shape.
    pub gradient: DMatrix<f64>,
}

/// C = −(1/m) Σᵢ ln a_{i,cᵢ} over m rows of probabilities a, with ∂C/∂a_{i,cᵢ} = −1/(m·a_{i,cᵢ}):
/// the log-likelihood cost of a softmax output.
///
/// ```
/// use gradus_nn::backpropagation::log_likelihood;
/// use nalgebra::dmatrix;
///
/// let c = log_likelihood(&dmatrix![0.25, 0.75], &[0]).unwrap();
/// assert_eq!((c.cost, c.gradient), (4.0_f64.ln(), dmatrix![-4.0, 0.0]));
/// ```
///
/// # Errors
/// If there is not one class for each row, or if a class is not below the number of columns.
pub fn log_likelihood(output: &DMatrix<f64>, classes: &[u32]) -> Result<CostGradient, NnError> {
    check_classes(output, classes)?;
    let rows = output.nrows() as f64;
    let mut gradient = DMatrix::zeros(output.nrows(), output.ncols());
    let mut cost = 0.0;
    for (i, &class) in classes.iter().enumerate() {
        let place = (i, class as usize);
        cost -= output[place].ln() / rows;
        gradient[place] = -1.0 / (rows * output[place]);
    }
    Ok(CostGradient { cost, gradient })
}

/// A cost by name, and ∇ₐC.
///
/// ```
/// use std::sync::Arc;
/// use gradus_nn::backpropagation::cost_gradient;
/// use gradus_nn::{Cost, Target};
/// use nalgebra::dmatrix;
///
/// let target = Target::Values(Arc::new(dmatrix![0.0, 1.0]));
/// let c = cost_gradient(Cost::MeanSquaredError, &dmatrix![2.0, 0.0], &target).unwrap();
/// assert_eq!((c.cost, c.gradient), (2.5, dmatrix![2.0, -1.0]));
/// ```
///
/// # Errors
/// If the target does not fit the cost or the output, or if the cost has an impossible number.
pub fn cost_gradient(
    cost: Cost,
    output: &DMatrix<f64>,
    target: &Target<f64>,
) -> Result<CostGradient, NnError> {
    cost.check()?;
    if cost.target_kind() != target.kind() {
        let (needs, found) = (cost.target_kind(), target.kind());
        return Err(NnError::Target {
            problem: format!("{cost} compares with {needs}, not {found}"),
        });
    }
    match target {
        Target::Classes(classes) => {
            check_classes(output, classes)?;
            let smoothing = match cost {
                Cost::SmoothedCrossEntropy { label_smoothing } => label_smoothing,
                _ => 0.0,
            };
            Ok(cross_entropy(output, classes, smoothing))
        }
        Target::Values(values) => {
            if values.shape() != output.shape() {
                let ((m, n), (rows, cols)) = (values.shape(), output.shape());
                let problem = format!("it is {m}x{n}, the output {rows}x{cols}");
                return Err(NnError::Target { problem });
            }
            Ok(of_elements(cost, output, values))
        }
    }
}

fn check_classes(output: &DMatrix<f64>, classes: &[u32]) -> Result<(), NnError> {
    let (rows, cols) = output.shape();
    let largest = classes.iter().max().copied().unwrap_or(0) as usize;
    if classes.len() == rows && (rows == 0 || largest < cols) {
        return Ok(());
    }
    let given = format!("{} classes up to {largest}", classes.len());
    Err(NnError::Target { problem: format!("{given} for an output of {rows}x{cols}") })
}

/// From logits: the mean over rows of Σₖ qₖ (ln Σ e^z − zₖ), whose gradient is (softmax(z) − q)/m.
fn cross_entropy(z: &DMatrix<f64>, classes: &[u32], smoothing: f64) -> CostGradient {
    let (rows, cols) = z.shape();
    let mut gradient = DMatrix::zeros(rows, cols);
    let mut cost = 0.0;
    for (i, &class) in classes.iter().enumerate() {
        let row = z.row(i);
        let largest = row.max();
        let sum: f64 = row.iter().map(|z| (z - largest).exp()).sum();
        for k in 0..cols {
            let hit = if k == class as usize { 1.0 - smoothing } else { 0.0 };
            let q = hit + smoothing / cols as f64;
            let above = z[(i, k)] - largest;
            cost += q * (sum.ln() - above) / rows as f64;
            gradient[(i, k)] = (above.exp() / sum - q) / rows as f64;
        }
    }
    CostGradient { cost, gradient }
}

/// Costs that add up over elements: C = Σ ℓ(a, t)/N.
fn of_elements(cost: Cost, output: &DMatrix<f64>, target: &DMatrix<f64>) -> CostGradient {
    let (rows, cols) = output.shape();
    let count = if cost == Cost::Quadratic { rows } else { rows * cols } as f64;
    let mut gradient = DMatrix::zeros(rows, cols);
    let mut total = 0.0;
    for ((g, &a), &t) in gradient.iter_mut().zip(output).zip(target) {
        let (loss, slope) = of_number(cost, a, t);
        total += loss;
        *g = slope / count;
    }
    CostGradient { cost: total / count, gradient }
}

/// ℓ(a, t) and ∂ℓ/∂a.
fn of_number(cost: Cost, a: f64, t: f64) -> (f64, f64) {
    let residual = a - t;
    let margin = (1.0 - a * t).max(0.0);
    match cost {
        Cost::MeanSquaredError => (residual * residual, 2.0 * residual),
        Cost::Quadratic => (0.5 * residual * residual, residual),
        Cost::MeanAbsoluteError => {
            (residual.abs(), if residual == 0.0 { 0.0 } else { residual.signum() })
        }
        Cost::Huber { delta } if residual.abs() <= delta => (0.5 * residual * residual, residual),
        Cost::Huber { delta } => {
            (delta * (residual.abs() - 0.5 * delta), delta * residual.signum())
        }
        Cost::BinaryCrossEntropy => {
            let loss = t * softplus(-a) + (1.0 - t) * softplus(a);
            (loss, (1.0 - t) * sigmoid(a) - t * sigmoid(-a))
        }
        Cost::Hinge => (margin, if margin > 0.0 { -t } else { 0.0 }),
        Cost::SquaredHinge => (margin * margin, -2.0 * t * margin),
        Cost::SoftmaxCrossEntropy | Cost::SmoothedCrossEntropy { .. } => {
            unreachable!("a function of a row, which compares with classes")
        }
    }
}
