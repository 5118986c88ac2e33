//! The names that most programs need: `use gradus::prelude::*;`.
//!
//! ```
//! use gradus::prelude::*;
//!
//! let table = data::iris();
//! let split = holdout(table.rows(), Fractions::default(), 1)?;
//! let encoder = Encoder::default().fit(&table, "species", &split.train)?;
//! let x: DMatrix<f64> = encoder.transform(&table, &split.test)?;
//! assert_eq!(x.shape(), (30, 4));
//!
//! let whole: DMatrix<f64> = encoder.transform(&table, &split.train)?;
//! let width: Vec<f64> = whole.column(3).iter().copied().collect();
//! let design = Design::new(&whole)?.with_names(encoder.feature_names())?;
//! let sparse = ElasticNet { penalty: Penalty::lasso(0.5), ..ElasticNet::default() };
//! assert!(sparse.fit(&design, &width)?.point.certificate.converged);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Of two things with one name the prelude has that of networks: `Linear` is a layer, `Sgd` an optimiser;
//! the model on a stream is [`linear::Sgd`](crate::linear::Sgd).

pub use crate::autograd::{Gradients, Parameter, Tape, Var};
pub use crate::data::{
    self, Dataset, Encoder, Standardizer, Table, Target, Targets, Task, purpose, read_csv, stream,
};
pub use crate::io::{SavedModel, load, save};
pub use crate::linalg::Scalar;
pub use crate::linear::{
    BinaryOutcome, Certificate, Design, ElasticNet, Firth, Intercept, LambdaChoice, LambdaGrid,
    LambdaRule, LinearSvm, Logistic, Multinomial, Ols, PenalisedLogistic, PenalisedMultinomial,
    Penalty, Poisson, RidgeGrid, Stepwise, Weights,
};
pub use crate::metrics::{ClassificationReport, RegressionReport, ZeroDivision};
pub use crate::nalgebra::{self, DMatrix, dmatrix};
pub use crate::nn::{
    Activate, Activation, Cost, Init, Layer, LayerSpec, Linear, Mlp, Pass, Path, Sequential,
};
pub use crate::optim::{Adam, Momentum, Optimizer, Sgd};
pub use crate::resample::{Fractions, Split, holdout, stratified_holdout};
#[cfg(feature = "stats")]
pub use crate::stats::{
    Beliefs, Binomial, Continuous, DiagnosticTest, Discrete, Interval, JointTable, Moments, Normal,
    RatePosterior, StudentT,
};
pub use crate::train::{
    EpochRecord, FitConfig, Flow, History, Observer, Quiet, apply_gradients, evaluate, fit,
    predicted_classes,
};
