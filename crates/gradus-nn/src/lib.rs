//! Layers, activations, costs and initialisation of neural networks.
//!
//! A model is a [`Layer`]; [`Sequential`] chains layers, [`Mlp`] describes the usual chain. A layer
//! computes with [`Var`](gradus_autograd::Var)s, so the same code trains on a tape and predicts
//! without one. One example is one row; a linear layer is Z = A·W + 1·bᵀ with W of shape
//! (inputs, outputs).
//!
//! ```
//! use gradus_nn::{Activation, Mlp};
//! use rand::SeedableRng;
//! use rand_chacha::ChaCha8Rng;
//!
//! let mut rng = ChaCha8Rng::seed_from_u64(0);
//! let mlp = Mlp { inputs: 4, hidden: vec![8], outputs: 3, activation: Activation::Tanh };
//! let model = mlp.build::<f64>(&mut rng).unwrap();
//! assert_eq!(model.parameter_count(), 4 * 8 + 8 + 8 * 3 + 3);
//! let y = model.predict(&nalgebra::DMatrix::zeros(5, 4)).unwrap();
//! assert_eq!(y.shape(), (5, 3));
//! ```
#![forbid(unsafe_code)]

mod activation;
pub mod backpropagation;
pub mod check;
pub mod cost;
mod error;
mod extent;
mod init;
mod layer;
mod layers;
mod mlp;
mod pass;
mod path;
mod predict;
mod sequential;
mod spec;
mod standardize;
mod summary;
pub mod threshold;
mod tie;

pub use activation::Activation;
pub use cost::{Cost, Reduction, Target, TargetKind};
pub use error::NnError;
pub use init::{Fan, FanMode, Init, Noise};
pub use layer::{Layer, Width, parameter_count, parameter_names};
pub use layers::activate::Activate;
pub use layers::batch_norm::{BatchNorm, BatchNormConfig};
pub use layers::dropout::{Dropout, DropoutScaling};
pub use layers::identity::Identity;
pub use layers::layer_norm::{LayerNorm, LayerNormConfig};
pub use layers::linear::Linear;
pub use layers::prelu::Prelu;
pub use layers::residual::Residual;
pub use layers::scale_shift::{Affine, ScaleShift};
pub use mlp::Mlp;
pub use pass::{Mode, Pass};
pub use path::Path;
pub use predict::{predict, predict_into, try_predict};
pub use sequential::Sequential;
pub use spec::LayerSpec;
pub use summary::{Summary, SummaryRow};
