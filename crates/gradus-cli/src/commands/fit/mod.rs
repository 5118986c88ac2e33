//! `gradus fit`.

use crate::args::{FitArgs, FitModel};
use crate::error::CliError;
use crate::output::Output;

mod chosen;
mod class_weights;
mod logistic;
mod logistic_report;
mod multinomial;
mod ols;
mod ols_report;
mod overall;
pub(super) mod penalised;
mod penalised_report;
mod poisson;
mod ridge_grid;
mod session;
mod steps;
mod svm;
mod terms;

pub(super) use class_weights::weigh;
pub(super) use logistic::FIRTH;

pub(crate) fn run(args: &FitArgs, output: &mut Output) -> Result<(), CliError> {
    match &args.model {
        FitModel::Ols(args) => ols::run(args, output),
        FitModel::Logistic(args) => logistic::run(args, output),
        FitModel::Multinomial(args) => multinomial::run(args, output),
        FitModel::Poisson(args) => poisson::run(args, output),
        FitModel::Svm(args) => svm::run(args, output),
        FitModel::Lasso(args) => penalised::run(
            &penalised::Request {
                model: "lasso",
                l1_ratio: 1.0,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
        FitModel::Ridge(args) if args.choose.is_some() => ridge_grid::run(args, output),
        FitModel::Ridge(args) => penalised::run(
            &penalised::Request {
                model: "ridge",
                l1_ratio: 0.0,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
        FitModel::ElasticNet(args) => penalised::run(
            &penalised::Request {
                model: "elastic-net",
                l1_ratio: args.l1_ratio,
                data: &args.data,
                outcome: &args.outcome,
                penalty: &args.penalty,
                result: &args.result,
            },
            output,
        ),
    }
}
