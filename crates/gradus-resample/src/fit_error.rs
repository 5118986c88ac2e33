//! Why a caller's closure failed.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// The error that a caller's closure returned, whatever its type.
///
/// ```
/// use gradus_resample::FitError;
///
/// let error = FitError::new("x".parse::<f64>().unwrap_err());
/// assert_eq!(error.to_string(), "invalid float literal");
/// assert!(error.get().is::<std::num::ParseFloatError>());
/// ```
#[derive(Debug, Clone)]
pub struct FitError(Arc<dyn Error + Send + Sync>);

impl FitError {
    /// Wraps an error, or a text.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(Arc::from(error.into()))
    }

    /// The error itself, to be downcast to its type.
    pub fn get(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.0
    }
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Speaks for the error within.
impl Error for FitError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// Two errors are equal if they say the same.
impl PartialEq for FitError {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}
