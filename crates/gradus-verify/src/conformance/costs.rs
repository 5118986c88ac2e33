//! The costs of gradus-nn, by the names that the files use.

use std::sync::Arc;

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use gradus_nn::{Reduction, cost};
use nalgebra::DMatrix;
use serde_json::Value;

use super::case::Stop;
use super::fields::{self, Fields, Rounding};

/// A cost, or a log-likelihood, with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum CostFunction {
    SquaredError,
    HalfSquaredError,
    AbsoluteError,
    Huber { delta: f64 },
    BinaryCrossEntropy,
    WeightedBinaryCrossEntropy { pos_weight: f64 },
    BinaryCrossEntropyOfProbabilities,
    CrossEntropy(cost::CrossEntropy),
    BernoulliLikelihood,
    BernoulliLikelihoodOfProbabilities,
    GaussianLikelihood { sigma: f64 },
    CategoricalLikelihood,
}

impl CostFunction {
    /// A cost by its name alone; `huber_1.0` holds its δ.
    pub(super) fn by_name(name: &str) -> Result<Self, Stop> {
        let delta = name.strip_prefix("huber_").and_then(|delta| delta.parse().ok());
        Ok(match name {
            "mse" => Self::SquaredError,
            "half_mse" => Self::HalfSquaredError,
            "mae" => Self::AbsoluteError,
            "bce_logits" => Self::BinaryCrossEntropy,
            "bce_probs" => Self::BinaryCrossEntropyOfProbabilities,
            "cross_entropy_logits" => Self::CrossEntropy(cost::CrossEntropy::default()),
            "bernoulli_log_likelihood_logits" => Self::BernoulliLikelihood,
            "bernoulli_log_likelihood_probs" => Self::BernoulliLikelihoodOfProbabilities,
            "categorical_log_likelihood_logits" => Self::CategoricalLikelihood,
            _ => match delta {
                Some(delta) => Self::Huber { delta },
                None => return Err(Stop::not_implemented(format!("loss {name}"))),
            },
        })
    }

    /// A cost with its parameters. A parameter that its cost does not have is left unread, which
    /// keeps the case from passing.
    pub(super) fn read(name: &str, params: &Fields<'_>) -> Result<Self, Stop> {
        match name {
            "huber" => return Ok(Self::Huber { delta: params.number("delta")? }),
            "gaussian_log_likelihood" => {
                return Ok(Self::GaussianLikelihood { sigma: params.number("sigma")? });
            }
            _ => {}
        }
        Ok(match Self::by_name(name)? {
            Self::BinaryCrossEntropy => match params.optional("pos_weight") {
                Some(Value::Array(_)) => {
                    return Err(Stop::not_implemented("a pos_weight for each output"));
                }
                Some(_) => {
                    Self::WeightedBinaryCrossEntropy { pos_weight: params.number("pos_weight")? }
                }
                None => Self::BinaryCrossEntropy,
            },
            Self::BinaryCrossEntropyOfProbabilities => {
                if params.optional("clamp").is_some() && params.text("clamp")? != "torch" {
                    return Err(Stop::not_implemented("a clamp other than PyTorch's"));
                }
                Self::BinaryCrossEntropyOfProbabilities
            }
            Self::CrossEntropy(_) => {
                // The targets themselves show whether they are classes or probabilities.
                params.skip(&["targets"]);
                let weights = params.optional("class_weight").is_some();
                Self::CrossEntropy(cost::CrossEntropy {
                    class_weights: weights.then(|| params.numbers("class_weight")).transpose()?,
                    label_smoothing: params.number_or("label_smoothing", 0.0)?,
                })
            }
            function => function,
        })
    }

    /// Whether a row has one loss, and not one for each element.
    pub(super) fn is_by_row(&self) -> bool {
        matches!(self, Self::CrossEntropy(_) | Self::CategoricalLikelihood)
    }

    /// The targets of an output of a given shape.
    pub(super) fn targets(
        &self,
        field: &str,
        value: &Value,
        (rows, cols): (usize, usize),
    ) -> Result<Targets, Stop> {
        if self.is_by_row() && fields::matrix(value).is_none_or(|matrix| matrix.is_empty()) {
            let wanted = "a class below the number of columns for each row";
            return class_numbers(value)
                .filter(|list| list.len() == rows && list.iter().all(|&c| (c as usize) < cols))
                .map(Targets::Classes)
                .ok_or_else(|| Stop::malformed(field, wanted));
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
    pub(super) fn of<'t, T: Scalar>(
        &self,
        output: Var<'t, T>,
        targets: &Targets,
        reduction: Reduction,
    ) -> Result<Var<'t, T>, Stop> {
        match targets {
            Targets::Classes(classes) => self.of_classes(output, classes, reduction),
            Targets::Values(values) => {
                self.of_values(output, output.constant(values.map(T::of)), reduction)
            }
        }
    }

    fn of_classes<'t, T: Scalar>(
        &self,
        output: Var<'t, T>,
        classes: &[u32],
        reduction: Reduction,
    ) -> Result<Var<'t, T>, Stop> {
        let classes = Arc::new(classes.to_vec());
        match self {
            Self::CrossEntropy(cost) => Ok(cost.of_classes(output, &classes, reduction)),
            Self::CategoricalLikelihood => {
                Ok(cost::categorical_log_likelihood(output, &classes, reduction))
            }
            _ => Err(Stop::not_implemented("classes as targets of this loss")),
        }
    }

    fn of_values<'t, T: Scalar>(
        &self,
        y: Var<'t, T>,
        t: Var<'t, T>,
        reduction: Reduction,
    ) -> Result<Var<'t, T>, Stop> {
        let number = |value: f64| y.constant(DMatrix::from_element(1, 1, T::of(value)));
        Ok(match self {
            Self::SquaredError => cost::mean_squared_error(y, t, reduction),
            Self::HalfSquaredError => cost::half_squared_error(y, t, reduction),
            Self::AbsoluteError => cost::mean_absolute_error(y, t, reduction),
            Self::Huber { delta } => cost::huber(y, t, *delta, reduction),
            Self::BinaryCrossEntropy => cost::binary_cross_entropy(y, t, reduction),
            Self::WeightedBinaryCrossEntropy { pos_weight } => {
                cost::weighted_binary_cross_entropy(y, t, number(*pos_weight), reduction)
            }
            Self::BinaryCrossEntropyOfProbabilities => {
                cost::binary_cross_entropy_of_probabilities(y, t, reduction)
            }
            Self::CrossEntropy(cost) => cost.of_distributions(y, t, reduction),
            Self::BernoulliLikelihood => cost::bernoulli_log_likelihood(y, t, reduction),
            Self::BernoulliLikelihoodOfProbabilities => {
                cost::bernoulli_log_likelihood_of_probabilities(y, t, reduction)
            }
            Self::GaussianLikelihood { sigma } => {
                cost::gaussian_log_likelihood(y, t, number(*sigma), reduction)
            }
            Self::CategoricalLikelihood => {
                return Err(Stop::not_implemented("a likelihood of probabilities"));
            }
        })
    }
}

/// What an output is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Targets {
    Classes(Vec<u32>),
    Values(DMatrix<f64>),
}

impl Targets {
    /// The same, of the numbers that a type has.
    pub(super) fn rounded(self, rounding: Rounding) -> Self {
        match self {
            Self::Classes(classes) => Self::Classes(classes),
            Self::Values(values) => Self::Values(rounding.matrix(&values)),
        }
    }

    /// The targets of one row.
    pub(super) fn row(&self, row: usize) -> Self {
        match self {
            Self::Classes(classes) => Self::Classes(vec![classes[row]]),
            Self::Values(values) => Self::Values(values.rows(row, 1).into_owned()),
        }
    }

    /// The target of one element.
    pub(super) fn element(&self, row: usize, column: usize) -> Self {
        match self {
            Self::Classes(classes) => Self::Classes(vec![classes[row]]),
            Self::Values(values) => {
                Self::Values(DMatrix::from_element(1, 1, values[(row, column)]))
            }
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
    fn targets_have_the_shape_of_the_output() {
        let mse = CostFunction::SquaredError;
        assert!(mse.targets("t", &json!([1, 2]), (2, 1)).is_ok());
        assert!(mse.targets("t", &json!([[1], [2]]), (2, 1)).is_ok());
        assert!(mse.targets("t", &json!([1, 2]), (3, 1)).is_err());
        assert!(mse.targets("t", &json!([[1, 2]]), (2, 1)).is_err());
        let ce = CostFunction::by_name("cross_entropy_logits").unwrap();
        assert_eq!(ce.targets("t", &json!([1, 0]), (2, 2)), Ok(Targets::Classes(vec![1, 0])));
        let soft = ce.targets("t", &json!([[0.5, 0.5]]), (1, 2));
        assert!(matches!(soft, Ok(Targets::Values(_))));
        for bad in [json!([2, 0]), json!([1]), json!([1.5, 0]), json!("x"), json!([[1], [0]])] {
            let stop = ce.targets("t", &bad, (2, 2));
            assert!(matches!(stop, Err(Stop::Malformed { .. })), "{bad}");
        }
    }

    #[test]
    fn names_may_hold_a_parameter() {
        assert_eq!(CostFunction::by_name("huber_0.5"), Ok(CostFunction::Huber { delta: 0.5 }));
        for unknown in ["huber", "huber_x", "no such loss"] {
            let stop = CostFunction::by_name(unknown);
            assert!(matches!(stop, Err(Stop::NotImplemented(_))), "{unknown}");
        }
    }
}
