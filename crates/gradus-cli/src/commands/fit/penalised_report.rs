//! What a penalised fit tells: the saved model, the report for a machine and that for people.

use gradus::io::{FitRecord, SavedLinear};
use gradus::linear::{Certificate, Intercept, PenalisedFit};
use gradus::nalgebra::DMatrix;
use serde::Serialize;

use super::chosen::Chosen;
use super::penalised::{Model, Request};
use super::session::{Session, Told};
use crate::output::{aligned, short, significant};

/// What only these models tell a machine.
#[derive(Serialize)]
pub(super) struct Report<'r> {
    family: String,
    classes: Option<&'r [String]>,
    features: usize,
    lambda: f64,
    l1_ratio: f64,
    standardized: bool,
    predictors: Vec<Predictor<'r>>,
    nonzero: usize,
    deviance_explained: f64,
    certificate: Certificate,
    cross_validation: Option<Chosen>,
}

/// The coefficients of a linear predictor.
#[derive(Serialize)]
struct Predictor<'r> {
    class: Option<&'r str>,
    intercept: Option<f64>,
    coefficients: Vec<Coefficient<'r>>,
}

#[derive(Serialize)]
struct Coefficient<'r> {
    term: &'r str,
    estimate: f64,
}

/// A fit, and what it is of.
pub(super) struct Found<'f, 'a> {
    pub(super) request: &'f Request<'a>,
    pub(super) session: &'f Session<'a>,
    pub(super) model: &'f Model,
    pub(super) fit: &'f PenalisedFit,
}

impl<'f> Found<'f, '_> {
    /// With how λ was chosen, if it was not given.
    pub(super) fn tell(&self, chosen: Option<Chosen>) -> Told<Report<'f>> {
        let Self { request, session, model, fit } = self;
        Told {
            model: request.model,
            meaning: model.meaning(&session.data),
            notes: Vec::new(),
            text: self.text(chosen.as_ref()),
            saved: self.saved(chosen.as_ref()),
            report: Report {
                family: model.family().to_string(),
                classes: session.data.target.labels(),
                features: session.data.names.len(),
                lambda: fit.point.lambda,
                l1_ratio: fit.l1_ratio,
                standardized: !request.penalty.solver.no_scaling,
                predictors: self.predictors(),
                nonzero: fit.point.certificate.nonzero,
                deviance_explained: fit.point.deviance_explained,
                certificate: fit.point.certificate,
                cross_validation: chosen,
            },
        }
    }

    fn estimator(&self) -> String {
        let unscaled = self.request.penalty.solver.no_scaling;
        let scaled = if unscaled { "unscaled" } else { "standardised" };
        format!("{} on {scaled} features", self.request.model)
    }

    /// The model as a file holds it.
    fn saved(&self, chosen: Option<&Chosen>) -> SavedLinear {
        let point = &self.fit.point;
        let (p, k) = (self.session.data.names.len(), point.coefficients.len());
        let columns = point.coefficients.iter().flatten().copied();
        let estimator = match chosen {
            Some(chosen) => format!("{}, {}", self.estimator(), chosen.how()),
            None => self.estimator(),
        };
        let figures = [
            ("deviance explained", point.deviance_explained),
            ("relative gap", point.certificate.relative_gap),
            ("coefficients not 0", point.certificate.nonzero as f64),
        ];
        let record = FitRecord {
            lambda: Some(point.lambda),
            l1_ratio: Some(self.fit.l1_ratio),
            ..self.session.record(&estimator, &figures)
        };
        let coefficients = DMatrix::from_iterator(p, k, columns);
        self.session.saved(self.model.family(), &point.intercepts, coefficients, record)
    }

    fn predictors(&self) -> Vec<Predictor<'f>> {
        let (data, point) = (&self.session.data, &self.fit.point);
        let labels = data.target.labels().filter(|_| point.coefficients.len() > 1);
        let constant = self.session.intercept() == Intercept::Fitted;
        let one = |(j, w): (usize, &Vec<f64>)| Predictor {
            class: labels.map(|labels| labels[j].as_str()),
            intercept: constant.then(|| point.intercepts[j]),
            coefficients: data
                .names
                .iter()
                .zip(w)
                .map(|(term, &estimate)| Coefficient { term, estimate })
                .collect(),
        };
        point.coefficients.iter().enumerate().map(one).collect()
    }

    /// The report for people.
    fn text(&self, chosen: Option<&Chosen>) -> String {
        let point = &self.fit.point;
        let certificate = &point.certificate;
        format!(
            "{}, λ = {}, ρ = {}\n{}\n{}\n\
             {} of {} coefficients are not 0; {:.4} of the deviance is explained\n\
             certificate: the objective, {}, is above the least there is by at most {:.1e} of the null \
             model's loss; largest violation of the optimality conditions {:.1e} λ; {} iterations\n\
             no standard errors: the penalty draws estimates to 0, so that their table would not hold\n",
            self.estimator(),
            short(point.lambda, 6),
            self.fit.l1_ratio,
            chosen.map_or_else(String::new, Chosen::text),
            self.table(),
            certificate.nonzero,
            self.session.data.names.len() * point.coefficients.len(),
            point.deviance_explained,
            significant(certificate.objective, 8),
            certificate.relative_gap,
            certificate.kkt_violation,
            certificate.iterations
        )
    }

    fn table(&self) -> String {
        let data = &self.session.data;
        let predictors = self.predictors();
        let mut rows = vec![vec!["term".to_owned()]];
        rows[0].extend(predictors.iter().map(|predictor| match predictor.class {
            Some(class) => format!("{} = {class}", data.target.column()),
            None => "coefficient".to_owned(),
        }));
        if self.session.intercept() == Intercept::Fitted {
            let values = predictors.iter().filter_map(|predictor| predictor.intercept);
            let cells = values.map(|value| significant(value, 6));
            rows.push(["(intercept)".to_owned()].into_iter().chain(cells).collect());
        }
        for (j, name) in data.names.iter().enumerate() {
            let cells = predictors.iter().map(|p| significant(p.coefficients[j].estimate, 6));
            rows.push([name.clone()].into_iter().chain(cells).collect());
        }
        aligned(&rows)
    }
}
