//! Comparison within a tolerance, entry by entry.

use std::collections::BTreeMap;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde_json::Value;

use super::case::Stop;
use super::fields::{self, Fields};

/// |got − expected| ≤ atol + rtol·|expected|.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tolerance {
    pub(super) rtol: f64,
    pub(super) atol: f64,
}

impl Tolerance {
    /// The `rtol` and `atol` of an object.
    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, Stop> {
        Ok(Self { rtol: fields.number("rtol")?, atol: fields.number("atol")? })
    }

    /// Whether two numbers agree: NaN with NaN, an infinity with itself.
    pub(super) fn agrees(&self, got: f64, expected: f64) -> bool {
        if got.is_nan() || expected.is_nan() {
            return got.is_nan() && expected.is_nan();
        }
        if got.is_infinite() || expected.is_infinite() {
            return got == expected;
        }
        (got - expected).abs() <= self.atol + self.rtol * expected.abs()
    }
}

/// What gradus computed, in the shape of the JSON it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Computed {
    Number(f64),
    List(Vec<Computed>),
    Object(BTreeMap<String, Computed>),
}

impl From<f64> for Computed {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<usize> for Computed {
    fn from(value: usize) -> Self {
        Self::Number(value as f64)
    }
}

impl<C: Into<Computed>> From<Vec<C>> for Computed {
    fn from(values: Vec<C>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Scalar> From<&[T]> for Computed {
    fn from(values: &[T]) -> Self {
        values.iter().map(|x| x.to_f64()).collect::<Vec<f64>>().into()
    }
}

/// A list of rows.
impl<T: Scalar> From<&DMatrix<T>> for Computed {
    fn from(matrix: &DMatrix<T>) -> Self {
        let row = |row: usize| matrix.row(row).iter().map(|x| x.to_f64()).collect::<Vec<f64>>();
        Self::List((0..matrix.nrows()).map(|i| row(i).into()).collect())
    }
}

impl<C: Into<Computed>> FromIterator<(String, C)> for Computed {
    fn from_iter<I: IntoIterator<Item = (String, C)>>(pairs: I) -> Self {
        Self::Object(pairs.into_iter().map(|(key, value)| (key, value.into())).collect())
    }
}

/// One entry that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    pub(super) field: String,
    /// `[2][1]` for an entry of a matrix, `.x` for a field of an object, empty for the whole.
    pub(super) index: String,
    pub(super) got: String,
    pub(super) expected: String,
}

impl Mismatch {
    /// A mismatch of a whole field.
    pub(super) fn whole(
        field: impl Into<String>,
        got: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (field, got, expected) = (field.into(), got.into(), expected.into());
        Self { field, index: String::new(), got, expected }
    }
}

/// The comparisons of one case.
#[derive(Clone, Debug)]
pub(super) struct Checks {
    tolerance: Tolerance,
    /// How many numbers have been compared.
    pub(super) compared: usize,
    pub(super) mismatches: Vec<Mismatch>,
    /// Every number that was compared, in order.
    pub(super) entries: Vec<Entry>,
    broken: Vec<Mismatch>,
}

/// A number and what it should be.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) field: String,
    pub(super) index: String,
    pub(super) got: f64,
    pub(super) expected: f64,
}

impl Checks {
    pub(super) fn new(tolerance: Tolerance) -> Self {
        Self {
            tolerance,
            compared: 0,
            mismatches: Vec::new(),
            entries: Vec::new(),
            broken: Vec::new(),
        }
    }

    /// Compares a field within the case's tolerance.
    pub(super) fn check(&mut self, field: &str, got: impl Into<Computed>, expected: &Value) {
        self.check_within(self.tolerance, field, got, expected);
    }

    /// Compares a field within a tolerance of its own.
    pub(super) fn check_within(
        &mut self,
        tolerance: Tolerance,
        field: &str,
        got: impl Into<Computed>,
        expected: &Value,
    ) {
        self.walk(tolerance, field, "", &got.into(), expected);
    }

    /// The figures that were beyond their bounds: those are bounds in any precision.
    pub(super) fn bounds_broken(&self) -> Vec<Mismatch> {
        self.broken.clone()
    }

    /// Requires a figure of a sample to be at most a bound.
    pub(super) fn check_at_most(&mut self, field: &str, got: f64, bound: f64) {
        self.compared += 1;
        if got.is_nan() || got > bound {
            let mismatch = Mismatch::whole(field, format!("{got:?}"), format!("at most {bound:?}"));
            self.broken.push(mismatch.clone());
            self.mismatches.push(mismatch);
        }
    }

    fn walk(
        &mut self,
        tolerance: Tolerance,
        field: &str,
        index: &str,
        got: &Computed,
        expected: &Value,
    ) {
        let differ = |got: String, expected: String| Mismatch {
            field: field.to_owned(),
            index: index.to_owned(),
            got,
            expected,
        };
        match (got, expected) {
            (Computed::Number(got), _) => {
                self.compared += 1;
                let expected_number = fields::number(expected);
                if let Some(expected) = expected_number {
                    let (field, index) = (field.to_owned(), index.to_owned());
                    self.entries.push(Entry { field, index, got: *got, expected });
                }
                match expected_number {
                    Some(expected) if tolerance.agrees(*got, expected) => {}
                    Some(expected) => {
                        self.mismatches.push(differ(format!("{got:?}"), format!("{expected:?}")));
                    }
                    None => self.mismatches.push(differ(format!("{got:?}"), shape(expected))),
                }
            }
            (Computed::List(got), Value::Array(expected)) if got.len() == expected.len() => {
                for (i, (got, expected)) in got.iter().zip(expected).enumerate() {
                    self.walk(tolerance, field, &format!("{index}[{i}]"), got, expected);
                }
            }
            (Computed::Object(got), Value::Object(expected))
                if got.len() == expected.len()
                    && got.keys().all(|key| expected.contains_key(key)) =>
            {
                for (key, got) in got {
                    self.walk(tolerance, field, &format!("{index}.{key}"), got, &expected[key]);
                }
            }
            (Computed::List(list), _) => {
                let got = format!("a list of {}", list.len());
                self.mismatches.push(differ(got, shape(expected)));
            }
            (Computed::Object(object), _) => {
                let keys: Vec<&str> = object.keys().map(String::as_str).collect();
                let got = format!("an object of {}", keys.join(", "));
                self.mismatches.push(differ(got, shape(expected)));
            }
        }
    }
}

/// What stands in a value, in few words.
fn shape(value: &Value) -> String {
    match value {
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(object) => {
            let keys: Vec<&str> = object.keys().map(String::as_str).collect();
            format!("an object of {}", keys.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TIGHT: Tolerance = Tolerance { rtol: 1e-12, atol: 1e-14 };

    fn mismatches(got: impl Into<Computed>, expected: &Value) -> Vec<Mismatch> {
        let mut checks = Checks::new(TIGHT);
        checks.check("f", got, expected);
        checks.mismatches
    }

    #[test]
    fn the_bound_is_atol_plus_rtol_times_expected() {
        let tolerance = Tolerance { rtol: 0.125, atol: 0.5 };
        assert!(tolerance.agrees(9.5, 8.0));
        assert!(!tolerance.agrees(9.6, 8.0));
        assert!(tolerance.agrees(-9.5, -8.0));
        assert!(!tolerance.agrees(8.0, -8.0));
    }

    #[test]
    fn nan_and_infinities_agree_with_themselves_alone() {
        let loose = Tolerance { rtol: 1.0, atol: f64::MAX };
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        assert!(loose.agrees(nan, nan) && loose.agrees(inf, inf) && loose.agrees(-inf, -inf));
        for (got, expected) in
            [(nan, 1.0), (1.0, nan), (inf, -inf), (inf, 1.0), (1.0, inf), (nan, inf)]
        {
            assert!(!loose.agrees(got, expected), "{got} {expected}");
        }
    }

    #[test]
    fn a_matrix_is_compared_by_rows() {
        let matrix = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(mismatches(&matrix, &json!([[1, 2, 3], [4, 5, 6]])), []);
        let found = mismatches(&matrix, &json!([[1, 2, 3], [4, 5.5, 6]]));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].index.as_str(), found[0].got.as_str()), ("[1][1]", "5.0"));
        assert_eq!(found[0].expected, "5.5");
    }

    #[test]
    fn other_shapes_and_types_differ() {
        for (got, expected) in [
            (Computed::from(vec![1.0, 2.0]), json!([1.0])),
            (Computed::from(vec![1.0, 2.0]), json!([1.0, 2.0, 3.0])),
            (Computed::from(vec![1.0, 2.0]), json!([1.0, "x"])),
            (Computed::from(vec![1.0]), json!(1.0)),
            (Computed::from(1.0), json!([1.0])),
            (Computed::from(1.0), json!(null)),
            ([("a".to_owned(), 1.0)].into_iter().collect(), json!({"b": 1.0})),
            ([("a".to_owned(), 1.0)].into_iter().collect(), json!({"a": 1.0, "b": 1.0})),
            ([("a".to_owned(), 1.0)].into_iter().collect(), json!({})),
        ] {
            assert_eq!(mismatches(got.clone(), &expected).len(), 1, "{got:?} {expected}");
        }
    }
}
