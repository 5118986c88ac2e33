//! Linear models, fitted on a fold.

use gradus::data::{Dataset, FittedTarget, Targets};
use gradus::linear::{
    Design, ElasticNet, Firth, Intercept, LinearSvm, Logistic, Multinomial, Ols, PenalisedLogistic,
    PenalisedMultinomial, PenalisedOptions, Penalty, Poisson, Scaling, SvmIntercept, SvmLoss,
    WaldEstimate, Weights,
};

use super::Outputs;
use super::fitted_linear::{FittedLinear, Link, one};
use crate::args::{ClassWeightsArg, LinearArgs, ModelArg, ModelArgs, SvmLossArg};
use crate::class_weights;
use crate::data::RawRows;
use crate::error::CliError;
use crate::output::{listed, short};

/// Names in a message.
const SHOWN: usize = 12;

/// A linear model with all its options.
#[derive(Debug)]
pub(crate) struct LinearRecipe {
    kind: Kind,
    intercept: Intercept,
    target: FittedTarget,
    class_weights: Option<ClassWeightsArg>,
}

#[derive(Debug)]
enum Kind {
    Ols,
    Logistic,
    Firth,
    Multinomial,
    Poisson,
    Penalised {
        name: &'static str,
        penalty: Penalty,
        lambda: f64,
        scaling: Scaling,
    },
    /// Without λ it is 1/(C·m).
    Svm {
        svm: LinearSvm,
        lambda: Option<f64>,
        c: f64,
    },
}

impl LinearRecipe {
    pub(super) fn new(
        args: &ModelArgs,
        model: ModelArg,
        target: &FittedTarget,
    ) -> Result<Self, CliError> {
        let linear = &args.linear;
        let kind = match model {
            ModelArg::Ols => Kind::Ols,
            ModelArg::Poisson => Kind::Poisson,
            ModelArg::Multinomial => Kind::Multinomial,
            ModelArg::Logistic => {
                let labels = target.labels().unwrap_or_default();
                if labels.len() != 2 {
                    return Err(CliError::usage(format!(
                        "{:?} holds {} classes ({}), and logistic regression tells two apart; take \
                         --model multinomial or ridge",
                        target.column(),
                        labels.len(),
                        listed(labels, SHOWN)
                    )));
                }
                if linear.firth { Kind::Firth } else { Kind::Logistic }
            }
            ModelArg::Svm => svm(linear),
            model => penalised(linear, model),
        };
        let class_weights = args.cost.class_weights.clone();
        if let Some(classes) = &class_weights {
            class_weights::check(target, classes)?;
        }
        let intercept = if linear.no_intercept { Intercept::None } else { Intercept::Fitted };
        Ok(Self { kind, intercept, target: target.clone(), class_weights })
    }

    pub(super) fn outputs(&self) -> Outputs {
        match self.kind {
            Kind::Svm { .. } => Outputs::Margins,
            _ if self.target.labels().is_some() => Outputs::Probabilities,
            _ => Outputs::Values,
        }
    }

    pub(super) fn describe(&self) -> String {
        let model = match &self.kind {
            Kind::Ols => "least squares".to_owned(),
            Kind::Logistic => "logistic regression".to_owned(),
            Kind::Firth => "logistic regression with Firth's correction".to_owned(),
            Kind::Multinomial => "multinomial regression".to_owned(),
            Kind::Poisson => "Poisson regression".to_owned(),
            Kind::Penalised { name, penalty, lambda, scaling } => {
                let ratio = match *name {
                    "elastic-net" => format!(", ρ = {}", short(penalty.l1_ratio, 6)),
                    _ => String::new(),
                };
                format!("{name}, λ = {}{ratio}{}", short(*lambda, 6), unscaled(*scaling))
            }
            Kind::Svm { svm, lambda, c } => {
                let loss = match svm.loss {
                    SvmLoss::SquaredHinge => "squared hinge",
                    _ => "hinge",
                };
                let strength = match lambda {
                    Some(lambda) => format!("λ = {}", short(*lambda, 6)),
                    None => format!("C = {}", short(*c, 6)),
                };
                let intercept = match svm.intercept {
                    SvmIntercept::Penalised => ", penalised intercept",
                    _ => "",
                };
                format!(
                    "linear support vector machine ({loss}), {strength}{}{intercept}",
                    unscaled(svm.scaling)
                )
            }
        };
        match self.intercept {
            Intercept::None => format!("{model}, no intercept"),
            _ => model,
        }
    }

    /// Fits to some rows, which are at these places.
    pub(super) fn fit(
        &self,
        data: &Dataset<f64>,
        rows: &RawRows<'_>,
        places: &[usize],
    ) -> Result<FittedLinear, CliError> {
        let weights = self.weights(&data.y, rows.weights_of(places))?;
        let offset = rows.offset_of(places);
        let names = data.feature_names.iter().map(String::as_str);
        let mut design = Design::new(&data.x)?.with_names(names)?;
        if let Some(weights) = &weights {
            design = design.with_weights(Weights::Frequency(weights))?;
        }
        if let Some(offset) = &offset {
            design = design.with_offset(offset)?;
        }
        match &data.y {
            Targets::Values(y) => self.fit_values(&design, y.as_slice()),
            Targets::Classes { codes, .. } => {
                let mass = weights.as_ref().map_or(codes.len() as f64, |w| w.iter().sum());
                self.fit_classes(&design, codes, mass)
            }
        }
    }

    fn fit_values(&self, design: &Design<'_>, y: &[f64]) -> Result<FittedLinear, CliError> {
        let intercept = self.intercept;
        Ok(match &self.kind {
            Kind::Ols => {
                let fit = Ols { intercept, ..Ols::default() }.fit(design, y)?;
                one(fit.intercept, &fit.coefficients, Link::Identity)
            }
            Kind::Poisson => {
                let fit = Poisson { intercept, ..Poisson::default() }.fit(design, y)?;
                self.of_estimates(fit.coefficients(), Link::Log)
            }
            Kind::Penalised { penalty, scaling, .. } => {
                let (penalty, options) = (penalty.clone(), self.options(*scaling));
                let fit = ElasticNet { penalty, options }.fit(design, y)?;
                one(fit.intercept(), fit.coefficients(), Link::Identity)
            }
            _ => return Err(other_kind()),
        })
    }

    fn fit_classes(
        &self,
        design: &Design<'_>,
        codes: &[u32],
        mass: f64,
    ) -> Result<FittedLinear, CliError> {
        let intercept = self.intercept;
        let classes = self.target.labels().map_or(0, <[String]>::len);
        let numbers = || -> Vec<f64> { codes.iter().map(|&code| f64::from(code)).collect() };
        let places = || -> Vec<usize> { codes.iter().map(|&code| code as usize).collect() };
        Ok(match &self.kind {
            Kind::Logistic => {
                let fit = Logistic { intercept, ..Logistic::default() }.fit(design, &numbers())?;
                self.of_estimates(fit.coefficients(), Link::Logit)
            }
            Kind::Firth => {
                let fit = Firth { intercept, ..Firth::default() }.fit(design, &numbers())?;
                let estimates: Vec<f64> =
                    fit.coefficients().iter().map(|c| c.wald.estimate).collect();
                self.split(&estimates, Link::Logit)
            }
            Kind::Multinomial => {
                let model = Multinomial { intercept, ..Multinomial::default() };
                FittedLinear::Multinomial { fit: model.fit(design, &places())?, classes }
            }
            Kind::Svm { svm, lambda, c } => {
                let intercept = match intercept {
                    Intercept::None => SvmIntercept::None,
                    _ => svm.intercept,
                };
                let lambda = lambda.unwrap_or(1.0 / (c * mass));
                let fit = LinearSvm { lambda, intercept, ..*svm }.fit(design, &places())?;
                FittedLinear::Machines { fit, classes }
            }
            Kind::Penalised { penalty, scaling, .. } if classes == 2 => {
                let (penalty, options) = (penalty.clone(), self.options(*scaling));
                let fit = PenalisedLogistic { penalty, options }.fit(design, &numbers())?;
                one(fit.intercept(), fit.coefficients(), Link::Logit)
            }
            Kind::Penalised { penalty, scaling, .. } => {
                let (penalty, options) = (penalty.clone(), self.options(*scaling));
                let fit = PenalisedMultinomial { penalty, options }.fit(design, &places())?;
                FittedLinear::Several { point: fit.point, classes }
            }
            _ => return Err(other_kind()),
        })
    }

    fn options(&self, scaling: Scaling) -> PenalisedOptions {
        PenalisedOptions { intercept: self.intercept, scaling, ..PenalisedOptions::default() }
    }

    fn of_estimates(&self, coefficients: &[WaldEstimate], link: Link) -> FittedLinear {
        let estimates: Vec<f64> = coefficients.iter().map(|c| c.estimate).collect();
        self.split(&estimates, link)
    }

    /// Estimates, of which the first is the intercept if there is one.
    fn split(&self, estimates: &[f64], link: Link) -> FittedLinear {
        match (self.intercept, estimates) {
            (Intercept::None, slopes) | (_, slopes @ []) => one(0.0, slopes, link),
            (_, [intercept, slopes @ ..]) => one(*intercept, slopes, link),
        }
    }

    /// How much each row counts: its own weight times that of its class.
    fn weights(
        &self,
        y: &Targets<f64>,
        of_rows: Option<Vec<f64>>,
    ) -> Result<Option<Vec<f64>>, CliError> {
        match (&self.class_weights, y) {
            (Some(classes), Targets::Classes { codes, .. }) => {
                class_weights::weigh(codes, &self.target, of_rows.as_deref(), classes).map(Some)
            }
            _ => Ok(of_rows),
        }
    }
}

fn other_kind() -> CliError {
    CliError::usage("the target is of another kind than the model's")
}

fn unscaled(scaling: Scaling) -> &'static str {
    match scaling {
        Scaling::None => ", features unscaled",
        _ => "",
    }
}

fn scaling(args: &LinearArgs) -> Scaling {
    if args.no_scaling { Scaling::None } else { Scaling::Standardize }
}

fn penalised(args: &LinearArgs, model: ModelArg) -> Kind {
    let lambda = args.lambda.unwrap_or_default();
    let l1_ratio = match model {
        ModelArg::Lasso => 1.0,
        ModelArg::Ridge => 0.0,
        _ => args.l1_ratio.unwrap_or(0.5),
    };
    let penalty = Penalty::elastic_net(lambda, l1_ratio);
    Kind::Penalised { name: model.name(), penalty, lambda, scaling: scaling(args) }
}

fn svm(args: &LinearArgs) -> Kind {
    let svm = LinearSvm {
        loss: match args.loss {
            Some(SvmLossArg::SquaredHinge) => SvmLoss::SquaredHinge,
            _ => SvmLoss::Hinge,
        },
        intercept: if args.penalise_intercept {
            SvmIntercept::Penalised
        } else {
            SvmIntercept::Free
        },
        scaling: scaling(args),
        ..LinearSvm::default()
    };
    Kind::Svm { svm, lambda: args.lambda, c: args.c.unwrap_or(1.0) }
}
