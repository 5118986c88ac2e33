//! Linear models with inference, penalties and certificates.
//!
//! A model is a plain config (its fields are its options); its `fit` takes a [`Design`], the rows
//! with their weights and offsets, and the outcome, and returns a new, fitted type. All is computed
//! in `f64`: p-values and certificates need its digits.
//!
//! | to | use |
//! |---|---|
//! | say what is fitted to | [`Design`], [`Weights`], [`ClassWeights`] |
//! | add a constant or not | [`Intercept`] |
//! | fit by least squares, with standard errors and tests | [`Ols`], [`CoefficientTable`] |
//! | print all of it, find rows that move it, predict with intervals | [`OlsSummary`], [`Influence`], [`PredictedRow`] |
//! | hold standard errors to no assumption on variances | [`CovarianceKind`] |
//! | choose columns step by step | [`Stepwise`], [`StepwiseLogistic`] |
//! | shrink by many penalties at once, with leave-one-out | [`RidgeGrid`] |
//! | say what large coefficients cost | [`Penalty`] |
//! | penalise a linear model, at one λ or along a path | [`ElasticNet`], [`LambdaGrid`] |
//! | penalise a logistic or multinomial model | [`PenalisedLogistic`], [`PenalisedMultinomial`] |
//! | choose λ by cross-validation | [`LambdaChoice`], [`CrossValidatedPath`] |
//! | estimate odds ratios with their inference | [`Logistic`], [`LogisticFit`], [`BinaryOutcome`] |
//! | the same where classes are separated or events few | [`Firth`], [`FirthFit`] |
//! | the same for several classes | [`Multinomial`], [`MultinomialFit`] |
//! | the same of these with thousands of features, also by ridge | [`ManyFeatures`], [`ManyFeaturesFit`] |
//! | estimate rate ratios of counts | [`Poisson`], [`PoissonFit`], [`log_exposure`] |
//! | separate classes by the widest margin | [`LinearSvm`], [`SvmFit`], [`CrossValidatedSvm`] |
//! | learn from a stream | [`Sgd`], [`SgdLearner`] |
//! | check how close to optimal it is | [`Certificate`] |
#![forbid(unsafe_code)]

mod class_weights;
mod design;
mod error;
mod firth;
mod fold;
mod infinite;
mod intercept;
mod least_squares;
mod likelihood;
mod logistic;
mod many_features;
mod multinomial;
mod penalised;
mod penalty;
mod poisson;
mod rows;
mod sgd;
mod stepwise;
mod svm;

pub use class_weights::ClassWeights;
pub use design::{Design, Weights};
pub use error::LinearError;
pub use firth::{Firth, FirthCoefficient, FirthFit};
pub use intercept::Intercept;
pub use least_squares::{
    CoefficientRow, CoefficientTable, CountedParameters, CovarianceKind, Influence,
    LeastSquaresMethod, LeastSquaresSolver, Ols, OlsFit, OlsSummary, PredictedRow, RidgeGrid,
    RidgePath, RidgePoint,
};
pub use likelihood::{SeparationKind, WaldEstimate};
pub use logistic::{
    BinaryOutcome, ClassificationTable, HosmerLemeshow, Logistic, LogisticFit, RiskGroup,
};
pub use many_features::{
    ManyFeatures, ManyFeaturesFit, ManyFeaturesMethod, ManyFeaturesSolver, NoStandardErrors,
};
pub use multinomial::{Multinomial, MultinomialEquation, MultinomialFit};
pub use penalised::{
    Bounds, Certificate, CrossValidatedPath, EarlyStop, ElasticNet, HeldOut, HeldOutMeasure,
    LambdaChoice, LambdaFolds, LambdaGrid, LambdaRule, PathEnd, PathPoint, PenalisedFamily,
    PenalisedFit, PenalisedLogistic, PenalisedMultinomial, PenalisedOptions, PenalisedPath,
    PenalisedSolver, Scaling, Screening, Updates,
};
pub use penalty::{GlmnetFamily, Penalty};
pub use poisson::{Poisson, PoissonFit, log_exposure};
pub use sgd::{Sgd, SgdLearner, SgdLoss, SgdRate};
pub use stepwise::{
    StepAction, StepCriterion, StepDirection, StepRow, StepTerm, Stepwise, StepwiseFit,
    StepwiseLogistic,
};
pub use svm::{
    CrossValidatedSvm, LinearSvm, SvmCertificate, SvmFit, SvmIntercept, SvmLoss, SvmMachine,
};
