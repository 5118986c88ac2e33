//! linear_models.json: least squares, generalised linear models, and their penalised kin.

use super::case::Stop;
use super::compare::Checks;
use super::fields::Fields;
use super::{least_squares, logistic_models, multinomial_models, penalised_models};

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    match case.text("kind")? {
        "ridge"
        | "lasso"
        | "elastic_net"
        | "glmnet_gaussian"
        | "logistic_penalised"
        | "multinomial_penalised" => penalised_models::run(case, file),
        "logistic_mle" | "separation" => logistic_models::run(case, file),
        "multinomial_mle" => multinomial_models::run(case, file),
        "ols" => least_squares::run(case, file),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}
