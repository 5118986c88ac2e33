//! losses.json: costs with their gradients.

use gradus_autograd::Tape;
use gradus_linalg::Scalar;
use gradus_nn::Reduction;
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Computed, Tolerance};
use super::costs::{CostFunction, Targets};
use super::fields::{self, Fields};

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    // Whether the values hang on PyTorch's clamping, which gradus shares.
    case.skip(&["torch_convention"]);
    let name = case.text("loss")?;
    let cost = match case.fields_or_none("params")? {
        Some(params) => CostFunction::read(name, &params)?,
        None => CostFunction::by_name(name)?,
    };
    let reduction = match case.text("reduction")? {
        "mean" => Reduction::Mean,
        "sum" => Reduction::Sum,
        other => return Err(Stop::not_implemented(format!("reduction {other}"))),
    };
    let prediction = Prediction::read(case)?;
    let shape = prediction.matrix().shape();
    let targets = cost.targets("target", case.value("target")?, shape)?.rounded(case.rounding());
    let tape = Tape::<T>::new();
    let x = tape.variable(prediction.matrix().map(T::of));
    let value = cost.of(x, &targets, reduction)?;
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    checks.check("value", value.item().to_f64(), case.value("value")?);
    let eager = value.try_backward().map_err(Stop::refused)?;
    let none = DMatrix::zeros(shape.0, shape.1);
    let eager = eager.get(x).unwrap_or(&none);
    checks.check("grad", prediction.like(eager), case.value("grad")?);
    let recorded = tape.try_grad(value, &[x]).map_err(Stop::refused)?[0].value();
    checks.check("grad (recorded)", prediction.like(&recorded), case.value("grad")?);
    if let Some(expected) = case.optional("per_element") {
        let rows = losses::<T>(&cost, prediction.matrix(), &targets)?;
        checks.check("per_element", prediction.losses_like(&cost, &rows), expected);
    }
    Ok(checks)
}

/// The loss of each element, row by row; one for each row where a row has one loss.
fn losses<T: Scalar>(
    cost: &CostFunction,
    x: &DMatrix<f64>,
    targets: &Targets,
) -> Result<Vec<Vec<f64>>, Stop> {
    let tape = Tape::<T>::new();
    let loss = |x: DMatrix<f64>, targets: &Targets| {
        let loss = cost.of(tape.constant(x.map(T::of)), targets, Reduction::Sum);
        loss.map(|loss| loss.item().to_f64())
    };
    (0..x.nrows())
        .map(|i| {
            if cost.is_by_row() {
                return Ok(vec![loss(x.rows(i, 1).into_owned(), &targets.row(i))?]);
            }
            let element = |j| loss(DMatrix::from_element(1, 1, x[(i, j)]), &targets.element(i, j));
            (0..x.ncols()).map(element).collect()
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
        let rounding = case.rounding();
        if let Some(list) = fields::numbers(value).map(|list| rounding.list(list)) {
            return Ok(Self::List(DMatrix::from_column_slice(list.len(), 1, &list)));
        }
        case.matrix("pred").map(|matrix| Self::Matrix(rounding.matrix(&matrix)))
    }

    fn matrix(&self) -> &DMatrix<f64> {
        match self {
            Self::List(matrix) | Self::Matrix(matrix) => matrix,
        }
    }

    /// Something of the prediction's shape, as the file writes it.
    fn like<T: Scalar>(&self, matrix: &DMatrix<T>) -> Computed {
        match self {
            Self::List(_) => matrix.as_slice().into(),
            Self::Matrix(_) => matrix.into(),
        }
    }

    fn losses_like(&self, cost: &CostFunction, rows: &[Vec<f64>]) -> Computed {
        match self {
            Self::Matrix(_) if !cost.is_by_row() => rows.to_vec().into(),
            _ => rows.concat().into(),
        }
    }
}
