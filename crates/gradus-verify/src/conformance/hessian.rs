//! hessian.json: gradients, Hessians and their products with vectors.

use std::collections::BTreeMap;

use gradus_autograd::{Tape, Var};
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::costs::CostFunction;
use super::expression::{Expression, Syntax, Term};
use super::fields::{self, Fields};
use super::network::{Network, flatten};

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    match case.text("kind")? {
        "function" => function(case, file),
        "linear_regression_mse" => model(case, file, "mse"),
        "logistic_regression" => model(case, file, "bce_logits"),
        "softmax_regression" => model(case, file, "cross_entropy_logits"),
        "mlp" => model(case, file, case.text("loss_name")?),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

/// A function of x0, x1, …
fn function(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let theta = case.numbers("theta")?;
    let tape = Tape::new();
    let variables: Vec<Var<'_, f64>> = theta.iter().map(|value| tape.scalar(*value)).collect();
    let names: BTreeMap<String, Var<'_, f64>> =
        variables.iter().enumerate().map(|(i, x)| (format!("x{i}"), *x)).collect();
    let expression = Expression::parse(case.text("expression")?, Syntax::Formula)?;
    let Term::Var(loss) = expression.evaluate(&names)? else {
        return Err(Stop::not_implemented("an expression without inputs"));
    };
    compare(case, file, &tape, loss, &variables)
}

fn model(case: &Fields<'_>, file: &Fields<'_>, loss: &str) -> Result<Checks, Stop> {
    let theta = case.numbers("theta")?;
    let function = CostFunction::by_name(loss)?;
    let data = case.fields("data")?;
    let x = data.matrix("X")?;
    // The shapes say what `sizes` says, or what a single layer is.
    let shapes = case.list("param_shapes")?;
    let (sizes, hidden) = match case.text("kind")? {
        "mlp" => (case.counts("sizes")?, case.text("activation")?),
        _ => (vec![x.ncols(), single_layer_outputs(shapes)?], "identity"),
    };
    let network = Network::from_flat(&sizes, hidden, &theta)?;
    if sizes[0] != x.ncols() {
        return Err(Stop::malformed("data.X", "a column for each input"));
    }
    let shape = (x.nrows(), network.outputs());
    let targets = function.targets("data.y", data.value("y")?, shape)?;
    let tape = Tape::new();
    let x = tape.constant(x);
    let loss = network.cost(x, (&function, &targets), case.number("l2")?)?;
    let variables = network.variables(&tape);
    compare(case, file, &tape, loss, &variables)
}

/// The length of the bias, which comes last.
fn single_layer_outputs(shapes: &[serde_json::Value]) -> Result<usize, Stop> {
    let last = shapes.last().and_then(fields::counts);
    match last.as_deref() {
        Some([outputs]) => Ok(*outputs),
        _ => Err(Stop::malformed("param_shapes", "shapes that end with that of the bias")),
    }
}

fn compare(
    case: &Fields<'_>,
    file: &Fields<'_>,
    tape: &Tape<f64>,
    loss: Var<'_, f64>,
    variables: &[Var<'_, f64>],
) -> Result<Checks, Stop> {
    let tolerances = file.fields("tolerance")?;
    let mut checks = Checks::new(Tolerance::read(&tolerances)?);
    checks.check("loss", loss.item(), case.value("loss")?);
    let eager = loss.try_backward().map_err(Stop::refused)?;
    let eager: Vec<DMatrix<f64>> = variables
        .iter()
        .map(|x| eager.get(*x).cloned().unwrap_or_else(|| DMatrix::zeros(x.rows(), x.cols())))
        .collect();
    checks.check("gradient", flatten(&eager), case.value("gradient")?);

    let count: usize = variables.iter().map(|x| x.rows() * x.cols()).sum();
    let columns = (0..count)
        .map(|j| {
            let mut direction = vec![0.0; count];
            direction[j] = 1.0;
            product(tape, loss, variables, &direction)
        })
        .collect::<Result<Vec<_>, _>>()?;
    // Symmetric: each product is a row as well as a column.
    checks.check("hessian", columns.clone(), case.value("hessian")?);
    checks.check("hessian (recorded)", recorded(tape, loss, variables)?, case.value("hessian")?);

    if case.optional("hvp").is_some() {
        for (i, pair) in case.list("hvp")?.iter().enumerate() {
            let malformed = || Stop::malformed("hvp", "pairs of `v` and `Hv`");
            let pair = pair.as_object().filter(|pair| pair.len() == 2).ok_or_else(malformed)?;
            let v = pair.get("v").and_then(fields::numbers).filter(|v| v.len() == count);
            let v = v.ok_or_else(malformed)?;
            let got = product(tape, loss, variables, &v)?;
            checks.check(&format!("hvp[{i}].Hv"), got, pair.get("Hv").ok_or_else(malformed)?);
        }
    }
    if let Some(expected) = case.optional("eigenvalues") {
        let matrix = DMatrix::from_fn(count, count, |i, j| columns[j][i]);
        let mut eigenvalues = matrix.symmetric_eigenvalues().as_slice().to_vec();
        eigenvalues.sort_by(f64::total_cmp);
        let largest = eigenvalues.iter().fold(0.0_f64, |max, value| max.max(value.abs()));
        let bounds = tolerances.fields("eigenvalues")?;
        let atol = bounds.number("atol_times_largest")? * largest;
        let tolerance = Tolerance { rtol: bounds.number("rtol")?, atol };
        checks.check_within(tolerance, "eigenvalues", eigenvalues, expected);
    }
    Ok(checks)
}

/// ∇²f·v, by forward over reverse.
fn product(
    tape: &Tape<f64>,
    loss: Var<'_, f64>,
    variables: &[Var<'_, f64>],
    v: &[f64],
) -> Result<Vec<f64>, Stop> {
    let mut rest = v;
    let directions: Vec<(Var<'_, f64>, DMatrix<f64>)> = variables
        .iter()
        .map(|x| {
            let (rows, cols) = x.shape();
            let (head, tail) = rest.split_at(rows * cols);
            rest = tail;
            (*x, DMatrix::from_column_slice(rows, cols, head))
        })
        .collect();
    let along = tape.hvp(loss, &directions).map_err(Stop::refused)?;
    Ok(flatten(along.iter().map(|along| &along.product)))
}

/// The Hessian as gradients of the gradient's entries.
fn recorded<'t>(
    tape: &'t Tape<f64>,
    loss: Var<'t, f64>,
    variables: &[Var<'t, f64>],
) -> Result<Vec<Vec<f64>>, Stop> {
    let gradient = tape.try_grad(loss, variables).map_err(Stop::refused)?;
    let mut rows = Vec::new();
    for entry in gradient {
        let (height, width) = entry.shape();
        for j in 0..width {
            for i in 0..height {
                let mut unit = DMatrix::zeros(height, width);
                unit[(i, j)] = 1.0;
                let unit = tape.constant(unit);
                let row = tape.try_vjp(entry, unit, variables).map_err(Stop::refused)?;
                let row: Vec<DMatrix<f64>> = row.into_iter().map(|var| var.value()).collect();
                rows.push(flatten(&row));
            }
        }
    }
    Ok(rows)
}
