//! The constant term of a model.

/// Whether a model has a constant term. No penalty touches it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub enum Intercept {
    /// It is estimated.
    #[default]
    Fitted,
    /// There is none: the model passes through the origin.
    None,
}
