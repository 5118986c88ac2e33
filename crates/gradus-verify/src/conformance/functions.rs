//! The functions and costs of gradus, by the names that the files use.

use std::sync::Arc;

use gradus_autograd::Var;
use gradus_nn::{Activation, Reduction, cost};
use nalgebra::DMatrix;
use serde_json::Value;

use super::case::Stop;
use super::fields::{self, Fields};

/// A function of one number, applied to each element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Elementwise {
    Named(Activation),
    Softplus,
}

impl Elementwise {
    /// A function without parameters.
    pub(super) fn by_name(name: &str) -> Result<Self, Stop> {
        if name == "softplus" {
            return Ok(Self::Softplus);
        }
        Activation::ALL
            .into_iter()
            .find(|activation| activation.to_string() == name)
            .map(Self::Named)
            .ok_or_else(|| Stop::not_implemented(format!("function {name}")))
    }

    /// A function with its parameters. One that nothing here knows is left unread, which keeps the
    /// case from passing.
    pub(super) fn read(name: &str, params: &Fields<'_>) -> Result<Self, Stop> {
        let function = Self::by_name(name)?;
        if matches!(function, Self::Softplus) && params.number_or("beta", 1.0)? != 1.0 {
            return Err(Stop::not_implemented("softplus with a beta other than 1"));
        }
        Ok(function)
    }

    pub(super) fn apply<'t>(self, x: Var<'t, f64>) -> Var<'t, f64> {
        match self {
            Self::Named(activation) => activation.apply(x),
            Self::Softplus => x.softplus(),
        }
    }
}

/// A cost of gradus-nn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CostFunction {
    SquaredError,
    HalfSquaredError,
    AbsoluteError,
    BinaryCrossEntropy,
    SoftmaxCrossEntropy,
}

impl CostFunction {
    pub(super) fn by_name(name: &str) -> Result<Self, Stop> {
        Ok(match name {
            "mse" => Self::SquaredError,
            "half_mse" => Self::HalfSquaredError,
            "mae" => Self::AbsoluteError,
            "bce_logits" => Self::BinaryCrossEntropy,
            "cross_entropy_logits" => Self::SoftmaxCrossEntropy,
            _ => return Err(Stop::not_implemented(format!("loss {name}"))),
        })
    }

    /// The targets of the rows of an output of a given shape.
    pub(super) fn targets(
        self,
        field: &str,
        value: &Value,
        (rows, cols): (usize, usize),
    ) -> Result<Targets, Stop> {
        if self == Self::SoftmaxCrossEntropy {
            let wanted = "a class below the number of columns for each row";
            let classes = class_numbers(value)
                .filter(|list| list.len() == rows && list.iter().all(|&c| (c as usize) < cols));
            return match (classes, fields::matrix(value)) {
                (Some(classes), _) => Ok(Targets::Classes(classes)),
                (None, Some(_)) => Err(Stop::not_implemented("cross-entropy of probabilities")),
                (None, None) => Err(Stop::malformed(field, wanted)),
            };
        }
        let values = match fields::numbers(value) {
            Some(list) if list.len() == rows * cols && (rows == 1 || cols == 1) => {
                Some(DMatrix::from_column_slice(rows, cols, &list))
            }
            _ => fields::matrix(value).filter(|matrix| matrix.shape() == (rows, cols)),
        };
        let wanted = "a number for each element of the output";
        values.map(Targets::Values).ok_or_else(|| Stop::malformed(field, wanted))
    }

    /// The cost of an output.
    pub(super) fn of<'t>(
        self,
        output: Var<'t, f64>,
        targets: &Targets,
        reduction: Reduction,
    ) -> Var<'t, f64> {
        let target = match targets {
            Targets::Classes(classes) => {
                let classes = Arc::new(classes.clone());
                return cost::softmax_cross_entropy(output, &classes, reduction);
            }
            Targets::Values(values) => output.constant(values.clone()),
        };
        match self {
            Self::SquaredError => cost::mean_squared_error(output, target, reduction),
            Self::HalfSquaredError => cost::half_squared_error(output, target, reduction),
            Self::AbsoluteError => cost::mean_absolute_error(output, target, reduction),
            Self::BinaryCrossEntropy | Self::SoftmaxCrossEntropy => {
                cost::binary_cross_entropy(output, target, reduction)
            }
        }
    }
}

/// What an output is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Targets {
    Classes(Vec<u32>),
    Values(DMatrix<f64>),
}

impl Targets {
    /// The targets of one row.
    pub(super) fn row(&self, row: usize) -> Self {
        match self {
            Self::Classes(classes) => Self::Classes(vec![classes[row]]),
            Self::Values(values) => Self::Values(values.rows(row, 1).into_owned()),
        }
    }
}

/// Class numbers.
pub(super) fn class_numbers(value: &Value) -> Option<Vec<u32>> {
    fields::counts(value)?.into_iter().map(|class| u32::try_from(class).ok()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_activation_of_the_library_is_found_by_its_name() {
        for activation in Activation::ALL {
            assert!(Elementwise::by_name(&activation.to_string()).is_ok());
        }
        let unknown = Elementwise::by_name("no such function");
        assert!(matches!(unknown, Err(Stop::NotImplemented(_))));
    }

    #[test]
    fn targets_have_the_shape_of_the_output() {
        let mse = CostFunction::SquaredError;
        assert!(mse.targets("t", &json!([1, 2]), (2, 1)).is_ok());
        assert!(mse.targets("t", &json!([[1], [2]]), (2, 1)).is_ok());
        assert!(mse.targets("t", &json!([1, 2]), (3, 1)).is_err());
        assert!(mse.targets("t", &json!([[1, 2]]), (2, 1)).is_err());
        let ce = CostFunction::SoftmaxCrossEntropy;
        assert_eq!(ce.targets("t", &json!([1, 0]), (2, 2)), Ok(Targets::Classes(vec![1, 0])));
        for bad in [json!([2, 0]), json!([1]), json!([1.5, 0]), json!("x")] {
            let stop = ce.targets("t", &bad, (2, 2));
            assert!(matches!(stop, Err(Stop::Malformed { .. })), "{bad}");
        }
        let probabilities = ce.targets("t", &json!([[0.5, 0.5]]), (1, 2));
        assert!(matches!(probabilities, Err(Stop::NotImplemented(_))));
    }
}
