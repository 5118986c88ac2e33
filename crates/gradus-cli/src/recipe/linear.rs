//! Linear models, fitted on a fold.

use gradus::data::{Dataset, FittedTarget, Targets};
use gradus::linear::{
    Design, ElasticNet, Logistic, Ols, PathPoint, PenalisedLogistic, PenalisedMultinomial,
    PenalisedOptions, Penalty, Weights,
};
use gradus::nalgebra::DMatrix;
use gradus::stats::expit;

use super::Predicted;
use crate::args::{ClassWeightsArg, ModelArg, ModelArgs};
use crate::error::CliError;
use crate::output::{listed, short};

/// Names in a message.
const SHOWN: usize = 12;

/// A linear model with all its options.
#[derive(Debug)]
pub(crate) struct LinearRecipe {
    kind: Kind,
    classes: Option<usize>,
    class_weights: Option<ClassWeightsArg>,
    labels: Vec<String>,
}

#[derive(Debug)]
enum Kind {
    Ols,
    Logistic,
    Penalised { name: &'static str, penalty: Penalty, lambda: f64 },
}

/// A fitted linear model.
#[derive(Debug)]
pub(super) enum FittedLinear {
    /// η = b + Xw of a value, or the logit of the second class.
    One { intercept: f64, coefficients: Vec<f64>, is_logit: bool },
    /// One linear predictor for each class, as far as the rows had them.
    Several { point: PathPoint, classes: usize },
}

impl LinearRecipe {
    pub(super) fn new(
        args: &ModelArgs,
        model: ModelArg,
        target: &FittedTarget,
    ) -> Result<Self, CliError> {
        let name = target.column();
        let labels = target.labels().unwrap_or_default().to_vec();
        let classes = target.labels().map(<[String]>::len);
        let kind = match model {
            ModelArg::Ols if classes.is_some() => {
                return Err(CliError::usage(format!(
                    "{name:?} holds classes ({}), and least squares predicts values; take --model \
                     logistic or ridge (or --task regression)",
                    listed(&labels, SHOWN)
                )));
            }
            ModelArg::Ols => Kind::Ols,
            ModelArg::Logistic if classes != Some(2) => {
                return Err(CliError::usage(format!(
                    "{name:?} holds {}, and logistic regression tells two classes apart; take --model \
                     {}",
                    classes.map_or("values".to_owned(), |k| format!("{k} classes")),
                    if classes.is_some() { "ridge" } else { "ols" }
                )));
            }
            ModelArg::Logistic => Kind::Logistic,
            model => {
                let lambda = args.lambda.unwrap_or_default();
                let l1_ratio = match model {
                    ModelArg::Lasso => 1.0,
                    ModelArg::Ridge => 0.0,
                    _ => args.l1_ratio.unwrap_or(0.5),
                };
                let penalty = Penalty::elastic_net(lambda, l1_ratio);
                Kind::Penalised { name: model.name(), penalty, lambda }
            }
        };
        let class_weights = args.cost.class_weights.clone();
        if class_weights.is_some() && classes.is_none() {
            return Err(CliError::usage(format!(
                "--class-weights: {name:?} holds values and no classes; leave it out"
            )));
        }
        if let Some(ClassWeightsArg::ByLabel(by_label)) = &class_weights
            && let Some((label, _)) = by_label.iter().find(|(label, _)| !labels.contains(label))
        {
            return Err(CliError::usage(format!(
                "--class-weights: {name:?} has no class {label:?}; its classes are {}",
                listed(&labels, SHOWN)
            )));
        }
        Ok(Self { kind, classes, class_weights, labels })
    }

    pub(super) fn describe(&self) -> String {
        match &self.kind {
            Kind::Ols => "least squares".to_owned(),
            Kind::Logistic => "logistic regression".to_owned(),
            Kind::Penalised { name, penalty, lambda } => {
                let ratio = match *name {
                    "elastic-net" => format!(", ρ = {}", short(penalty.l1_ratio, 6)),
                    _ => String::new(),
                };
                format!("{name}, λ = {}{ratio}", short(*lambda, 6))
            }
        }
    }

    pub(super) fn fit(&self, data: &Dataset<f64>) -> Result<FittedLinear, CliError> {
        let weights = self.weights(&data.y);
        let names = data.feature_names.iter().map(String::as_str);
        let mut design = Design::new(&data.x)?.with_names(names)?;
        if let Some(weights) = &weights {
            design = design.with_weights(Weights::Frequency(weights))?;
        }
        let one = |intercept, coefficients: &[f64], is_logit| FittedLinear::One {
            intercept,
            coefficients: coefficients.to_vec(),
            is_logit,
        };
        Ok(match (&self.kind, &data.y) {
            (Kind::Ols, Targets::Values(y)) => {
                let fit = Ols::default().fit(&design, y.as_slice())?;
                one(fit.intercept, &fit.coefficients, false)
            }
            (Kind::Logistic, Targets::Classes { codes, .. }) => {
                let fit = Logistic::default().fit(&design, &as_numbers(codes))?;
                let w: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
                one(w[0], &w[1..], true)
            }
            (Kind::Penalised { penalty, .. }, y) => {
                let (penalty, options) = (penalty.clone(), PenalisedOptions::default());
                match y {
                    Targets::Values(y) => {
                        let fit = ElasticNet { penalty, options }.fit(&design, y.as_slice())?;
                        one(fit.intercept(), fit.coefficients(), false)
                    }
                    Targets::Classes { codes, .. } if self.classes == Some(2) => {
                        let y = as_numbers(codes);
                        let fit = PenalisedLogistic { penalty, options }.fit(&design, &y)?;
                        one(fit.intercept(), fit.coefficients(), true)
                    }
                    Targets::Classes { codes, .. } => {
                        let codes: Vec<usize> = codes.iter().map(|&code| code as usize).collect();
                        let fit = PenalisedMultinomial { penalty, options }.fit(&design, &codes)?;
                        let classes = self.classes.unwrap_or(fit.point.coefficients.len());
                        FittedLinear::Several { point: fit.point, classes }
                    }
                }
            }
            _ => return Err(CliError::usage("the target is of another kind than the model's")),
        })
    }

    /// The weight of each row by its class.
    fn weights(&self, y: &Targets<f64>) -> Option<Vec<f64>> {
        let (Some(weights), Targets::Classes { codes, .. }) = (&self.class_weights, y) else {
            return None;
        };
        let of_class: Vec<f64> = match weights {
            ClassWeightsArg::Balanced => {
                let mut counts = vec![0.0; self.labels.len()];
                codes.iter().for_each(|&code| counts[code as usize] += 1.0);
                let all = codes.len() as f64;
                let of = |&count: &f64| all / (self.labels.len() as f64 * count.max(1.0));
                counts.iter().map(of).collect()
            }
            ClassWeightsArg::ByLabel(by_label) => {
                let given = |label| by_label.iter().find(|(other, _)| other == label);
                self.labels.iter().map(|label| given(label).map_or(1.0, |pair| pair.1)).collect()
            }
        };
        Some(codes.iter().map(|&code| of_class[code as usize]).collect())
    }
}

fn as_numbers(codes: &[u32]) -> Vec<f64> {
    codes.iter().map(|&code| f64::from(code)).collect()
}

impl FittedLinear {
    pub(super) fn predict(&self, x: &DMatrix<f64>) -> Result<Vec<Predicted>, CliError> {
        match self {
            Self::One { intercept, coefficients, is_logit } => {
                let eta = |i: usize| {
                    intercept + x.row(i).iter().zip(coefficients).map(|(x, w)| x * w).sum::<f64>()
                };
                let predicted = |i: usize| match is_logit {
                    // Each from its own side: 1 − p would lose the digits of a small rest.
                    true => vec![expit(-eta(i)), expit(eta(i))],
                    false => vec![eta(i)],
                };
                Ok((0..x.nrows()).map(predicted).collect())
            }
            Self::Several { point, classes } => {
                let eta = point.linear_predictor(x)?;
                Ok(eta.row_iter().map(|row| softmax(row.iter().copied(), *classes)).collect())
            }
        }
    }
}

/// e^(zᵢ − max z)/Σ e^(zⱼ − max z), and 0 for classes that the rows did not have.
pub(super) fn softmax(z: impl Iterator<Item = f64> + Clone, classes: usize) -> Predicted {
    let largest = z.clone().fold(f64::NEG_INFINITY, f64::max);
    let mut p: Predicted = z.map(|z| (z - largest).exp()).collect();
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p.resize(classes, 0.0);
    p
}
