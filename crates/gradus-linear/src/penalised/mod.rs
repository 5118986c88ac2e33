//! Penalised models: the lasso, ridge and the elastic net, of linear, logistic and multinomial
//! regression, along whole paths, each point with a certificate of optimality.

mod axpy;
mod certificate;
mod class_gain;
mod class_model;
mod cross_validation;
mod elastic_net;
mod factor;
mod free_columns;
mod gram_cache;
mod grid;
mod held_out;
mod least_squares;
mod likelihood;
mod logistic;
mod naive;
mod options;
mod passes;
mod path;
pub(crate) mod prepared;
mod problem;
mod quadratic;
mod task;
mod term;
mod working_set;

pub use certificate::Certificate;
pub use cross_validation::{CrossValidatedPath, LambdaChoice, LambdaFolds, LambdaRule};
pub use elastic_net::ElasticNet;
pub use grid::LambdaGrid;
pub use held_out::{HeldOut, HeldOutMeasure};
pub use logistic::{PenalisedLogistic, PenalisedMultinomial};
pub use options::{
    Bounds, EarlyStop, PenalisedOptions, PenalisedSolver, Scaling, Screening, Updates,
};
pub use path::{PathEnd, PathPoint, PenalisedFamily, PenalisedFit, PenalisedPath};
