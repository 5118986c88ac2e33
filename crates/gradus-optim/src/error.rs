//! What can go wrong with an optimiser.

use crate::minimise::Quantity;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OptimError {
    /// A hyper-parameter lies outside its domain.
    #[error("{optimizer}: {name} = {value} is invalid: {expected}")]
    InvalidHyperparameter {
        /// The optimiser's name.
        optimizer: &'static str,
        /// The field's name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        expected: &'static str,
    },
    /// A gradient has not as many entries as its parameter.
    #[error(
        "{optimizer}: parameter {key} has {param} entries, its gradient {grad}; \
         pass the gradient of that parameter"
    )]
    GradientLength {
        /// The optimiser's name.
        optimizer: &'static str,
        /// The parameter's key.
        key: usize,
        /// Entries of the parameter.
        param: usize,
        /// Entries of the gradient.
        grad: usize,
    },
    /// A parameter has not as many entries as the state that the optimiser keeps under its key.
    #[error(
        "{optimizer}: parameter {key} has {param} entries, its state {state}; \
         keep one key per parameter, or build a new optimiser for the new model"
    )]
    StateLength {
        /// The optimiser's name.
        optimizer: &'static str,
        /// The parameter's key.
        key: usize,
        /// Entries of the parameter.
        param: usize,
        /// Entries of each array of the state.
        state: usize,
    },
    /// `update` was called before the first `begin_step`.
    #[error("{optimizer}: update of parameter {key} before the first step; call begin_step first")]
    StepNotBegun {
        /// The optimiser's name.
        optimizer: &'static str,
        /// The parameter's key.
        key: usize,
    },
    /// The optimiser takes gradients ahead of the parameters, and this parameter was not moved there.
    #[error(
        "{optimizer}: parameter {key} was not moved ahead before its gradient was taken; call \
         look_ahead before the forward pass"
    )]
    NotLookedAhead {
        /// The optimiser's name.
        optimizer: &'static str,
        /// The parameter's key.
        key: usize,
    },
    /// A parameter belongs to no group.
    #[error(
        "parameter {key} belongs to none of {groups} groups; {keys} keys were assigned, assign them all"
    )]
    NoGroup {
        /// The parameter's key.
        key: usize,
        /// The number of keys that were assigned.
        keys: usize,
        /// The number of groups.
        groups: usize,
    },
    /// A state was saved by another optimiser.
    #[error(
        "a state of `{found}` cannot be loaded into `{expected}`; build the optimiser it names"
    )]
    StateOfAnother {
        /// The name of the optimiser that was asked to load.
        expected: &'static str,
        /// The name that the state carries.
        found: String,
    },
    /// A state carries arrays that this optimiser cannot have saved.
    #[error("{optimizer}: the saved state is damaged: {what}; load another checkpoint")]
    DamagedState {
        /// The optimiser's name.
        optimizer: &'static str,
        /// What does not fit, and where.
        what: String,
    },
    /// A minimisation was started from a point without coordinates.
    #[error("{method}: the start has no entries; pass one number per variable")]
    EmptyStart {
        /// The method's name.
        method: &'static str,
    },
    /// A start has not as many entries as the objective has variables.
    #[error(
        "{method}: the start has {found} entries, the objective {expected} variables; \
         pass one number per variable"
    )]
    StartLength {
        /// The method's name.
        method: &'static str,
        /// Variables of the objective.
        expected: usize,
        /// Entries of the start.
        found: usize,
    },
    /// A start, or what the objective computes there, is NaN or infinite.
    #[error(
        "{method}: {what} is NaN or infinite at the start; start inside the objective's domain"
    )]
    NonFiniteStart {
        /// The method's name.
        method: &'static str,
        /// What is not finite.
        what: Quantity,
    },
    /// A method asked an objective for a derivative that it does not have.
    #[error(
        "the objective has no {what}; implement one, wrap the objective in GradientDifferences, \
         or choose a method that needs gradients alone"
    )]
    MissingDerivative {
        /// What is missing.
        what: &'static str,
    },
}
