//! Every operation of the crate, checked on its own examples.

use std::fmt;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::AutogradError;
use crate::check::compare::Comparison;
use crate::check::config::GradcheckConfig;
use crate::check::gradcheck::gradcheck;
use crate::check::report::GradcheckReport;
use crate::operation::{Dependence, Example};
use crate::ops::registry;
use crate::tape::Tape;
use crate::var::Var;

/// The columns of a [`RegistryCheck`]'s line.
pub const REGISTRY_HEADER: &str = "operation                  operands                 1st order  2nd order  jvp/vjp    fused      f32        verdict";

/// What was found about one example of one operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RegistryCheck {
    /// The operation's type.
    pub operation: &'static str,
    /// Its name in messages and graphs, which tells variants of a type apart.
    pub label: &'static str,
    /// The shapes of the operands.
    pub shapes: Vec<(usize, usize)>,
    /// The gradient beside central differences: the figure of [`gradcheck`].
    pub first_order: f64,
    /// The recorded Hessian-vector product beside differences of gradients.
    pub second_order: f64,
    /// |⟨g, J·v⟩ − ⟨Jᵀ·g, v⟩| for random g and v, beside Σ|gᵢ(J·v)ᵢ|.
    pub jvp_vjp: f64,
    /// The fast gradient beside the rule.
    pub fused: f64,
    /// The gradient in `f32` beside the one in `f64`.
    pub single: f64,
    /// The largest figure allowed of first order; ten times as much of second order.
    pub bound: f64,
    /// Why that is not 1e-6, or why there is no derivative.
    pub reason: Option<&'static str>,
    /// Whether everything is within its bound.
    pub passed: bool,
}

/// The largest figure against differences, where an example does not set its own.
const FIRST_ORDER_BOUND: f64 = 1e-6;

/// The largest disagreement of tangents and gradients.
const JVP_BOUND: f64 = 1e-12;

/// The largest figure of the fast gradient against the rule: they may round differently.
const FUSED_BOUND: f64 = 1e-14;

/// The largest figure of `f32` against `f64`.
const SINGLE_BOUND: f64 = 1e-5;

impl fmt::Display for RegistryCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shapes: Vec<_> = self.shapes.iter().map(|(r, c)| format!("{r}x{c}")).collect();
        write!(
            f,
            "{:<26} {:<24} {:<10.1e} {:<10.1e} {:<10.1e} {:<10.1e} {:<10.1e} {}",
            self.label,
            shapes.join(" "),
            self.first_order,
            self.second_order,
            self.jvp_vjp,
            self.fused,
            self.single,
            if self.passed { "ok" } else { "FAILED" }
        )?;
        match self.reason {
            Some(reason) => write!(f, " ({reason})"),
            None => Ok(()),
        }
    }
}

/// Checks every operation on each of its examples.
///
/// ```
/// use gradus_autograd::check::check_registry;
///
/// let rows = check_registry().unwrap();
/// assert!(rows.iter().all(|row| row.passed));
/// assert!(rows.iter().any(|row| row.operation == "MatMul" && row.first_order < 1e-8));
/// ```
///
/// # Errors
/// If an operation of the registry fails on its own example.
pub fn check_registry() -> Result<Vec<RegistryCheck>, AutogradError> {
    let mut rng = ChaCha8Rng::seed_from_u64(20_240_229);
    let mut rows = Vec::new();
    for (double, single) in registry::<f64>().iter().zip(&registry::<f32>()) {
        for (example, narrow) in double.examples.iter().zip(&single.examples) {
            rows.push(check_example(double.name, example, narrow, &mut rng)?);
        }
    }
    Ok(rows)
}

/// Checks one example.
fn check_example(
    operation: &'static str,
    example: &Example<f64>,
    narrow: &Example<f32>,
    rng: &mut ChaCha8Rng,
) -> Result<RegistryCheck, AutogradError> {
    // Numbers that `f32` has too, so that both types see the same operands.
    let inputs: Vec<DMatrix<f64>> =
        example.inputs.iter().map(|s| s.draw(rng).map(|x| f64::from(x as f32))).collect();
    let op = example.op.operation();
    let mut row = RegistryCheck {
        operation,
        label: op.name(),
        shapes: example.inputs.iter().map(|sample| sample.shape).collect(),
        first_order: 0.0,
        second_order: 0.0,
        jvp_vjp: 0.0,
        fused: 0.0,
        single: 0.0,
        bound: FIRST_ORDER_BOUND,
        reason: None,
        passed: true,
    };
    if op.dependence() == Dependence::Jumping {
        let refused = differences(example, &inputs, FIRST_ORDER_BOUND);
        row.reason = Some("not differentiable, and raises");
        row.passed = matches!(refused, Err(AutogradError::NotDifferentiable { .. }));
        return Ok(row);
    }
    if let Some((bound, reason)) = example.bound {
        (row.bound, row.reason) = (bound, Some(reason));
    }
    let report = differences(example, &inputs, row.bound)?;
    row.first_order = report.figure();
    row.second_order = report.second_figure();
    row.jvp_vjp = inner_products(example, &inputs, rng)?;
    let gradient = fast_gradient(example, &inputs)?;
    row.fused = Comparison::of(&gradient, &gradient_by_rule(example, &inputs)?, 0.0).figure;
    let narrow_inputs: Vec<_> = inputs.iter().map(|x| x.map(|x| x as f32)).collect();
    row.single = Comparison::of(&gradient, &fast_gradient(narrow, &narrow_inputs)?, 0.0).figure;
    row.passed = report.passed()
        && row.jvp_vjp <= JVP_BOUND
        && row.fused <= FUSED_BOUND
        && row.single <= SINGLE_BOUND;
    Ok(row)
}

/// Σ w ⊙ (y + y²/2): it gives a linear operation a second derivative too.
fn curved<'t, T: Scalar>(tape: &'t Tape<T>, example: &Example<T>, x: &[Var<'t, T>]) -> Var<'t, T> {
    let y = example.apply(x);
    let (rows, cols) = y.shape();
    let weights = DMatrix::from_fn(rows, cols, |i, j| T::of(1.0 + 0.25 * ((i + 2 * j) % 4) as f64));
    ((y + y.square() * 0.5) * tape.constant(weights)).sum()
}

fn differences(
    example: &Example<f64>,
    inputs: &[DMatrix<f64>],
    bound: f64,
) -> Result<GradcheckReport, AutogradError> {
    let config = GradcheckConfig { suspect_above: bound, ..GradcheckConfig::default() };
    gradcheck(|tape, x| curved(tape, example, x), inputs, &config)
}

fn inner_products(
    example: &Example<f64>,
    inputs: &[DMatrix<f64>],
    rng: &mut ChaCha8Rng,
) -> Result<f64, AutogradError> {
    let mut random =
        |(rows, cols)| DMatrix::from_fn(rows, cols, |_, _| rng.random_range(-1.0..1.0));
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|input| tape.variable(input.clone())).collect();
    let y = example.apply(&x);
    let g: DMatrix<f64> = random(y.shape());
    let directions: Vec<_> = x.iter().map(|&x| (x, random(x.shape()))).collect();
    let jv = tape.jvp(y, &directions)?;
    let jtg = tape.try_vjp(y, tape.constant(g.clone()), &x)?;
    let left = g.dot(&jv);
    let right: f64 = jtg.iter().zip(&directions).map(|(jtg, (_, v))| jtg.value().dot(v)).sum();
    let size: f64 = g.iter().zip(jv.iter()).map(|(g, j)| (g * j).abs()).sum();
    Ok(if left == right { 0.0 } else { (left - right).abs() / size })
}

fn fast_gradient<T: Scalar>(
    example: &Example<T>,
    inputs: &[DMatrix<T>],
) -> Result<Vec<f64>, AutogradError> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|input| tape.variable(input.clone())).collect();
    let gradients = match curved(&tape, example, &x).try_backward() {
        Ok(gradients) => Some(gradients),
        // What counts as a constant has no gradient to ask for.
        Err(AutogradError::Constant) => None,
        Err(error) => return Err(error),
    };
    let flat = |&x: &Var<'_, T>| match gradients.as_ref().and_then(|g| g.get(x)) {
        Some(g) => g.iter().map(|g| g.to_f64()).collect(),
        None => vec![0.0; x.rows() * x.cols()],
    };
    Ok(x.iter().flat_map(flat).collect())
}

fn gradient_by_rule(
    example: &Example<f64>,
    inputs: &[DMatrix<f64>],
) -> Result<Vec<f64>, AutogradError> {
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|input| tape.variable(input.clone())).collect();
    let gradients = tape.try_grad(curved(&tape, example, &x), &x)?;
    Ok(gradients.into_iter().flat_map(|g| g.value().as_slice().to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_passes() {
        let rows = check_registry().unwrap();
        println!("{REGISTRY_HEADER}");
        rows.iter().for_each(|row| println!("{row}"));
        let failed: Vec<_> = rows.iter().filter(|row| !row.passed).map(|row| row.label).collect();
        assert!(failed.is_empty(), "{failed:?}");
        assert!(rows.len() >= registry::<f64>().len());
    }
}
