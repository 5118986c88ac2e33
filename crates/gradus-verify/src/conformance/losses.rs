//! losses.json: costs with their gradients.

use gradus_autograd::{Tape, Var};
use gradus_nn::Reduction;
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Computed, Tolerance};
use super::fields::{self, Fields};
use super::functions::{CostFunction, Targets};

/// A log-likelihood is the negative of its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Cost,
    LogLikelihood,
}

impl Sign {
    fn of(self, cost: Var<'_, f64>) -> Var<'_, f64> {
        match self {
            Self::Cost => cost,
            Self::LogLikelihood => -cost,
        }
    }
}

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let (cost, sign) = match case.text("loss")? {
        "bernoulli_log_likelihood_logits" => {
            (CostFunction::BinaryCrossEntropy, Sign::LogLikelihood)
        }
        "categorical_log_likelihood_logits" => {
            (CostFunction::SoftmaxCrossEntropy, Sign::LogLikelihood)
        }
        name => (CostFunction::by_name(name)?, Sign::Cost),
    };
    let reduction = match case.text("reduction")? {
        "mean" => Reduction::Mean,
        "sum" => Reduction::Sum,
        other => return Err(Stop::not_implemented(format!("reduction {other}"))),
    };
    // Entered and left unread: a parameter that no cost here has keeps the case from passing.
    let params = case.fields_or_none("params")?;
    if let Some(name) = params.and_then(|params| params.keys().next()) {
        return Err(Stop::not_implemented(format!("parameter {name} of a loss")));
    }
    let prediction = Prediction::read(case)?;
    let shape = prediction.matrix().shape();
    let targets = cost.targets("target", case.value("target")?, shape)?;
    let tape = Tape::new();
    let x = tape.variable(prediction.matrix().clone());
    let value = sign.of(cost.of(x, &targets, reduction));
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    checks.check("value", value.item(), case.value("value")?);
    let eager = value.try_backward().map_err(Stop::refused)?;
    let none = DMatrix::zeros(shape.0, shape.1);
    let eager = eager.get(x).unwrap_or(&none);
    checks.check("grad", prediction.like(eager), case.value("grad")?);
    let recorded = tape.try_grad(value, &[x]).map_err(Stop::refused)?[0].value();
    checks.check("grad (recorded)", prediction.like(&recorded), case.value("grad")?);
    if let Some(expected) = case.optional("per_element") {
        let rows = per_row(cost, prediction.matrix(), &targets);
        checks.check("per_element", prediction.losses_like(cost, &rows), expected);
    }
    Ok(checks)
}

/// The loss of each element, one row at a time; of each row for the softmax.
fn per_row(cost: CostFunction, x: &DMatrix<f64>, targets: &Targets) -> Vec<Vec<f64>> {
    let tape = Tape::new();
    let loss = |x: DMatrix<f64>, targets: &Targets| {
        cost.of(tape.constant(x), targets, Reduction::Sum).item()
    };
    (0..x.nrows())
        .map(|i| match targets.row(i) {
            classes @ Targets::Classes(_) => vec![loss(x.rows(i, 1).into_owned(), &classes)],
            Targets::Values(values) => (0..x.ncols())
                .map(|j| {
                    let target = Targets::Values(DMatrix::from_element(1, 1, values[(0, j)]));
                    loss(DMatrix::from_element(1, 1, x[(i, j)]), &target)
                })
                .collect(),
        })
        .collect()
}

/// The differentiated input: a list, which is a column here, or a matrix.
enum Prediction {
    List(DMatrix<f64>),
    Matrix(DMatrix<f64>),
}

impl Prediction {
    fn read(case: &Fields<'_>) -> Result<Self, Stop> {
        let value = case.value("pred")?;
        if let Some(list) = fields::numbers(value) {
            return Ok(Self::List(DMatrix::from_column_slice(list.len(), 1, &list)));
        }
        case.matrix("pred").map(Self::Matrix)
    }

    fn matrix(&self) -> &DMatrix<f64> {
        match self {
            Self::List(matrix) | Self::Matrix(matrix) => matrix,
        }
    }

    /// Something of the prediction's shape, as the file writes it.
    fn like(&self, matrix: &DMatrix<f64>) -> Computed {
        match self {
            Self::List(_) => matrix.as_slice().into(),
            Self::Matrix(_) => matrix.into(),
        }
    }

    fn losses_like(&self, cost: CostFunction, rows: &[Vec<f64>]) -> Computed {
        match self {
            Self::Matrix(_) if cost != CostFunction::SoftmaxCrossEntropy => rows.to_vec().into(),
            _ => rows.concat().into(),
        }
    }
}
