//! One choice of hyper-parameters.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::SelectError;

/// The value of a hyper-parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParamValue {
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A name.
    Text(String),
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Real(value) if *value != 0.0 && (value.abs() < 1e-3 || value.abs() >= 1e6) => {
                write!(f, "{value:.3e}")
            }
            Self::Real(value) => write!(f, "{}", (value * 1e6).round() / 1e6),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl From<f64> for ParamValue {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<i64> for ParamValue {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for ParamValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for ParamValue {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

/// Hyper-parameters by name, in the order of their [`Space`](crate::Space).
///
/// ```
/// use gradus_select::{Domain, Space};
///
/// let space = Space::new()
///     .with("lr", Domain::values([0.1, 0.01]))
///     .with("activation", Domain::values(["relu"]));
/// let first = &space.grid()?[0];
/// assert_eq!((first.real("lr")?, first.text("activation")?), (0.1, "relu"));
/// assert_eq!(first.to_string(), "lr = 0.1, activation = relu");
/// assert!(first.real("momentum").is_err() && first.integer("activation").is_err());
/// # Ok::<(), gradus_select::SelectError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(transparent)]
pub struct Params {
    #[serde(serialize_with = "as_map")]
    pub(crate) values: Vec<(String, ParamValue)>,
}

fn as_map<S: serde::Serializer>(
    values: &[(String, ParamValue)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(values.iter().map(|(name, value)| (name, value)))
}

impl Params {
    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &ParamValue)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of that name.
    ///
    /// # Errors
    /// [`SelectError::UnknownParameter`], which lists the names that exist.
    pub fn get(&self, name: &str) -> Result<&ParamValue, SelectError> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value).ok_or_else(|| SelectError::UnknownParameter {
            name: name.to_owned(),
            known: self.values.iter().map(|(name, _)| name.clone()).collect(),
        })
    }

    /// The number of that name; a whole one, too.
    ///
    /// # Errors
    /// [`SelectError::UnknownParameter`]; [`SelectError::ParameterKind`] for a text.
    pub fn real(&self, name: &str) -> Result<f64, SelectError> {
        match self.get(name)? {
            ParamValue::Real(value) => Ok(*value),
            ParamValue::Integer(value) => Ok(*value as f64),
            value @ ParamValue::Text(_) => Err(kind(name, value, "number")),
        }
    }

    /// The whole number of that name.
    ///
    /// # Errors
    /// [`SelectError::UnknownParameter`]; [`SelectError::ParameterKind`] for anything else.
    pub fn integer(&self, name: &str) -> Result<i64, SelectError> {
        match self.get(name)? {
            ParamValue::Integer(value) => Ok(*value),
            value => Err(kind(name, value, "whole number")),
        }
    }

    /// The text of that name.
    ///
    /// # Errors
    /// [`SelectError::UnknownParameter`]; [`SelectError::ParameterKind`] for a number.
    pub fn text(&self, name: &str) -> Result<&str, SelectError> {
        match self.get(name)? {
            ParamValue::Text(text) => Ok(text),
            value => Err(kind(name, value, "text")),
        }
    }
}

fn kind(name: &str, value: &ParamValue, wanted: &'static str) -> SelectError {
    SelectError::ParameterKind { name: name.to_owned(), value: value.to_string(), wanted }
}

impl fmt::Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.values.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            write!(f, "{comma}{name} = {value}")?;
        }
        Ok(())
    }
}
