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
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::autograd::{Gradients, Parameter, Tape, Var};
pub use crate::data::{
    self, Dataset, Encoder, Standardizer, Table, Target, Targets, Task, purpose, read_csv, stream,
};
pub use crate::io::{SavedModel, load, save};
pub use crate::linalg::Scalar;
pub use crate::metrics::{ClassificationReport, RegressionReport, ZeroDivision};
pub use crate::nalgebra::{self, DMatrix, dmatrix};
pub use crate::nn::{
    Activate, Activation, Cost, Init, Layer, LayerSpec, Linear, Mlp, Pass, Path, Sequential,
};
pub use crate::optim::{Adam, Momentum, Optimizer, Sgd};
pub use crate::resample::{Fractions, Split, holdout, stratified_holdout};
pub use crate::train::{
    EpochRecord, FitConfig, Flow, History, Observer, Quiet, apply_gradients, evaluate, fit,
    predicted_classes,
};
