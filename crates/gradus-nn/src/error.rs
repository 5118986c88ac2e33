//! What can go wrong with a model.

use thiserror::Error;

/// An error of building, describing or applying a model.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NnError {
    /// A layer has no inputs or no outputs.
    #[error("{layer} with {inputs} inputs and {outputs} outputs: both must be at least 1")]
    EmptyLayer {
        /// The layer.
        layer: &'static str,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },
    /// Two neighbouring layers do not fit.
    #[error("layer {position} takes {expected} inputs, but what comes before it gives {found}")]
    LayerWidth {
        /// The layer's position, from 0.
        position: usize,
        /// What the layer takes.
        expected: usize,
        /// What it would be given.
        found: usize,
    },
    /// Data of a width that the model does not take.
    #[error("the model takes {expected} features, the data has {found}")]
    InputWidth {
        /// The model's inputs.
        expected: usize,
        /// The data's columns.
        found: usize,
    },
    /// A number that an initialisation or a layer cannot use.
    #[error("{what} is {value}: it must be {allowed}")]
    InvalidNumber {
        /// What it is.
        what: &'static str,
        /// The number.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A name that no activation has.
    #[error("there is no activation {name:?}: the names are {known}")]
    UnknownActivation {
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A target that does not fit the cost or the output.
    #[error("the target does not fit: {problem}")]
    Target {
        /// What does not fit.
        problem: String,
    },
    /// A layer that explicit backpropagation does not cover.
    #[error(
        "layer {position} ({name}): explicit backpropagation takes linear layers, each followed by \
         at most one activation; use the tape for others"
    )]
    NotExplicit {
        /// The layer's position, from 0.
        position: usize,
        /// What it is called.
        name: String,
    },
    /// A layer that cannot be written down as a [`LayerSpec`](crate::LayerSpec).
    #[error(
        "layer {position} ({name}) is a type of the program's own and cannot be described in a \
         model file: save the weights alone"
    )]
    NotDescribable {
        /// The layer's position, from 0.
        position: usize,
        /// What it calls itself.
        name: String,
    },
    /// A parameter that is missing, unexpected or of another shape.
    #[error("parameter {name}: {problem}")]
    Parameter {
        /// The parameter's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
}
