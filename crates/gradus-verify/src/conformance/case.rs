//! How a case ends.

use super::compare::{Checks, Mismatch};
use super::fields::Fields;

/// Why a case cannot be compared to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// It asks for something that gradus does not offer.
    NotImplemented(String),
    /// It is not as its schema says; `wanted` tells what should stand there.
    Malformed { field: String, wanted: &'static str },
    /// The library refused what it should compute.
    Refused(String),
}

impl Stop {
    pub(super) fn not_implemented(what: impl Into<String>) -> Self {
        Self::NotImplemented(what.into())
    }

    pub(super) fn missing(field: impl Into<String>) -> Self {
        Self::malformed(field, "a field that is not missing")
    }

    pub(super) fn malformed(field: impl Into<String>, wanted: &'static str) -> Self {
        Self::Malformed { field: field.into(), wanted }
    }

    pub(super) fn refused(error: impl std::fmt::Display) -> Self {
        Self::Refused(error.to_string())
    }
}

/// The result of one case.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Outcome {
    Passed,
    Failed(Vec<Mismatch>),
    NotImplemented(String),
}

impl Outcome {
    /// Judges what a case's program returned. A difference outweighs everything else; without one,
    /// all fields must have been read and something must have been compared.
    pub(super) fn judge(fields: &Fields<'_>, result: Result<Checks, Stop>) -> Self {
        let checks = match result {
            Ok(checks) => checks,
            Err(stop) => return Self::stopped(stop),
        };
        if !checks.mismatches.is_empty() {
            return Self::Failed(checks.mismatches);
        }
        let unread = fields.unread();
        if !unread.is_empty() {
            return Self::NotImplemented(format!("no comparison of {}", unread.join(", ")));
        }
        if checks.compared == 0 {
            return Self::NotImplemented("nothing to compare".to_owned());
        }
        Self::Passed
    }

    /// The end of a case that was not compared to its end.
    pub(super) fn stopped(stop: Stop) -> Self {
        match stop {
            Stop::NotImplemented(what) => Self::NotImplemented(what),
            Stop::Malformed { field, wanted } => {
                Self::Failed(vec![Mismatch::whole(field, "malformed case", wanted)])
            }
            Stop::Refused(error) => Self::Failed(vec![Mismatch::whole("(all)", error, "a result")]),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::compare::Tolerance;
    use super::*;

    fn judge(got: f64, read: &[&str]) -> Outcome {
        let value = json!({"x": 1.0, "y": 2.0});
        let fields = Fields::new(value.as_object().unwrap());
        let mut checks = Checks::new(Tolerance { rtol: 1e-12, atol: 0.0 });
        checks.check("y", got, fields.value("y").unwrap());
        fields.skip(read);
        Outcome::judge(&fields, Ok(checks))
    }

    #[test]
    fn a_case_passes_only_when_all_of_it_was_compared() {
        assert_eq!(judge(2.0, &["x"]), Outcome::Passed);
        assert!(matches!(judge(2.0, &[]), Outcome::NotImplemented(what) if what.contains('x')));
        assert!(matches!(judge(2.1, &["x"]), Outcome::Failed(_)));
        assert!(matches!(judge(2.1, &[]), Outcome::Failed(_)));
    }

    #[test]
    fn nothing_compared_is_not_passed() {
        let value = json!({});
        let fields = Fields::new(value.as_object().unwrap());
        let checks = Checks::new(Tolerance { rtol: 0.0, atol: 0.0 });
        assert!(matches!(Outcome::judge(&fields, Ok(checks)), Outcome::NotImplemented(_)));
    }

    #[test]
    fn malformed_and_refused_cases_fail() {
        let value = json!({});
        let fields = Fields::new(value.as_object().unwrap());
        for stop in [Stop::missing("x"), Stop::refused("shape")] {
            assert!(matches!(Outcome::judge(&fields, Err(stop)), Outcome::Failed(_)));
        }
    }
}
