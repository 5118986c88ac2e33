//! Saved models: bytes that are checked when they are read.
//!
//! | to | use |
//! |---|---|
//! | write a model to a file, read it back | [`save`], [`load`] |
//! | the same in memory | [`to_bytes`], [`from_bytes`] |
//! | say what a model is | [`SavedModel`]: a [`SavedNetwork`] or a [`SavedLinear`] |
//! | say what is in a network's | [`Network`], [`Preparation`], [`TrainingRecord`] |
//! | say what is in a linear model's | [`LinearFamily`], [`Preparation`], [`Uncertainty`], [`FitRecord`] |
//! | see whether a file is a model | [`is_model_file`] |
//! | write any file all at once or not at all | [`write_atomically`] |
//! | write and remove several files, or none of them | [`change_together`] |
//!
//! A model file holds all that is needed to use the model on new data: the layers and their
//! parameters, or the coefficients and their covariances; how columns become features; the classes
//! or the scaling of the target; and how the model came about. Its bytes are
//!
//! | bytes | content |
//! |---|---|
//! | 8 | `89 47 52 41 44 55 53 0a`: a byte above 127, `GRADUS`, a line feed |
//! | 2 | format version, 1 |
//! | 2 | kind, 1: a network, 2: a linear model |
//! | 8 | length n of the payload |
//! | n | payload: bincode 2, standard configuration |
//! | 4 | CRC-32 (IEEE) of everything before |
//!
//! with all numbers of the frame little-endian. Reading never panics, whatever the bytes, and
//! takes memory in proportion to the file's size.
#![forbid(unsafe_code)]

mod atomic;
mod bounded;
mod container;
mod error;
mod files;
mod linear_payload;
mod model;
mod network;
mod network_payload;
mod preparation;
mod record;
mod saved_linear;
mod saved_network;
mod together;
mod uncertainty;

pub use atomic::write_atomically;
pub use container::MAX_PAYLOAD;
pub use error::IoError;
pub use files::{from_bytes, is_model_file, load, save, to_bytes};
pub use model::{Prediction, SavedModel};
pub use network::Network;
pub use preparation::{Pixels, Preparation};
pub use record::{FitRecord, NamedScore, TrainingRecord};
pub use saved_linear::{LinearFamily, Offset, OffsetScale, SavedLinear};
pub use saved_network::SavedNetwork;
pub use together::{Change, change_together};
pub use uncertainty::Uncertainty;
