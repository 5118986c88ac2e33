//! Reading a case's fields, and knowing which have been read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde_json::{Map, Value};

use super::case::Stop;

/// The fields of a JSON object in a case. It remembers what has been read, so that a field that no
/// check looks at cannot hide behind a passed case.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// `a.b.` for the object in field `b` of field `a`.
    prefix: String,
    /// The folder that the file lies in, if it lies in one.
    folder: Option<&'a Path>,
    rounding: Rounding,
    read: Rc<RefCell<BTreeSet<String>>>,
    entered: Rc<RefCell<BTreeSet<String>>>,
}

/// What is done to the data of a case, which are its numbers in lists and matrices, when it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Rounding {
    /// Nothing.
    #[default]
    None,
    /// They become numbers of single precision: the nearest that is finite.
    ToSingle,
}

impl Rounding {
    /// A number of a case's data.
    pub(super) fn of(self, number: f64) -> f64 {
        match self {
            Self::ToSingle if number.is_finite() => {
                let most = f64::from(f32::MAX);
                f64::from(number.clamp(-most, most) as f32)
            }
            _ => number,
        }
    }

    /// A list of a case's data.
    pub(super) fn list(self, numbers: Vec<f64>) -> Vec<f64> {
        numbers.into_iter().map(|x| self.of(x)).collect()
    }

    /// A matrix of a case's data, in the type that computes with it.
    pub(super) fn matrix<T: Scalar>(self, matrix: &DMatrix<f64>) -> DMatrix<T> {
        matrix.map(|x| T::of(self.of(x)))
    }
}

impl<'a> Fields<'a> {
    pub(super) fn new(map: &'a Map<String, Value>) -> Self {
        let (read, entered) = (Rc::default(), Rc::default());
        let rounding = Rounding::None;
        Self { map, prefix: String::new(), folder: None, rounding, read, entered }
    }

    /// The same, of a file in a folder.
    pub(super) fn in_folder(self, folder: Option<&'a Path>) -> Self {
        Self { folder, ..self }
    }

    /// The folder that the file lies in, if it lies in one.
    pub(super) fn folder(&self) -> Option<&'a Path> {
        self.folder
    }

    /// The same, with its data rounded.
    pub(super) fn rounded(self, rounding: Rounding) -> Self {
        Self { rounding, ..self }
    }

    /// How the data are rounded.
    pub(super) fn rounding(&self) -> Rounding {
        self.rounding
    }

    fn path(&self, key: &str) -> String {
        format!("{}{key}", self.prefix)
    }

    /// A field that may be absent or null.
    pub(super) fn optional(&self, key: &str) -> Option<&'a Value> {
        self.read.borrow_mut().insert(self.path(key));
        self.map.get(key).filter(|value| !value.is_null())
    }

    /// A field that has to be there.
    pub(super) fn value(&self, key: &str) -> Result<&'a Value, Stop> {
        self.optional(key).ok_or_else(|| Stop::missing(self.path(key)))
    }

    /// Marks a field as one that explains and does not define.
    pub(super) fn skip(&self, keys: &[&str]) {
        for key in keys {
            self.read.borrow_mut().insert(self.path(key));
        }
    }

    fn parsed<R>(
        &self,
        key: &str,
        wanted: &'static str,
        parse: impl FnOnce(&'a Value) -> Option<R>,
    ) -> Result<R, Stop> {
        parse(self.value(key)?).ok_or_else(|| Stop::malformed(self.path(key), wanted))
    }

    /// A number; `"nan"`, `"inf"` and `"-inf"` are numbers.
    pub(super) fn number(&self, key: &str) -> Result<f64, Stop> {
        self.parsed(key, "a number", number)
    }

    /// A number with a value for when it is not given.
    pub(super) fn number_or(&self, key: &str, default: f64) -> Result<f64, Stop> {
        if self.optional(key).is_some() { self.number(key) } else { Ok(default) }
    }

    /// A list of numbers.
    pub(super) fn numbers(&self, key: &str) -> Result<Vec<f64>, Stop> {
        self.parsed(key, "a list of numbers", numbers)
    }

    /// A non-negative integer.
    pub(super) fn count(&self, key: &str) -> Result<usize, Stop> {
        self.parsed(key, "a count", count)
    }

    /// A list of non-negative integers.
    pub(super) fn counts(&self, key: &str) -> Result<Vec<usize>, Stop> {
        self.parsed(key, "a list of counts", counts)
    }

    /// A matrix as a list of rows.
    pub(super) fn matrix(&self, key: &str) -> Result<DMatrix<f64>, Stop> {
        self.parsed(key, "a matrix: a list of rows of equal length", matrix)
    }

    /// A text.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, Stop> {
        self.parsed(key, "a text", Value::as_str)
    }

    /// A list of texts.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<&'a str>, Stop> {
        self.parsed(key, "a list of texts", |value| {
            value.as_array()?.iter().map(Value::as_str).collect()
        })
    }

    /// A list.
    pub(super) fn list(&self, key: &str) -> Result<&'a [Value], Stop> {
        self.parsed(key, "a list", |value| value.as_array().map(Vec::as_slice))
    }

    /// An object, whose fields have to be read in turn.
    pub(super) fn fields(&self, key: &str) -> Result<Self, Stop> {
        let map = self.parsed(key, "an object", Value::as_object)?;
        self.entered.borrow_mut().insert(self.path(key));
        Ok(Self {
            map,
            prefix: format!("{}.", self.path(key)),
            folder: self.folder,
            rounding: self.rounding,
            read: Rc::clone(&self.read),
            entered: Rc::clone(&self.entered),
        })
    }

    /// The object in a field, or one without fields where it is not given.
    pub(super) fn fields_or_none(&self, key: &str) -> Result<Option<Self>, Stop> {
        self.optional(key).map(|_| self.fields(key)).transpose()
    }

    /// The keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.map.keys().map(String::as_str)
    }

    /// The paths of the fields that nobody read. A null says that something is not given.
    pub(super) fn unread(&self) -> Vec<String> {
        let mut unread = Vec::new();
        for (key, value) in self.map {
            let path = self.path(key);
            if value.is_null() {
                continue;
            }
            if !self.read.borrow().contains(&path) {
                unread.push(path);
            } else if self.entered.borrow().contains(&path)
                && let Ok(inner) = self.fields(key)
            {
                unread.extend(inner.unread());
            }
        }
        unread
    }
}

/// A JSON number, or the text of one that JSON has no literal for.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => match text.as_str() {
            "nan" => Some(f64::NAN),
            "inf" => Some(f64::INFINITY),
            "-inf" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

/// A list of numbers.
pub(super) fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(number).collect()
}

/// A non-negative integer, also written with a fraction of zero.
pub(super) fn count(value: &Value) -> Option<usize> {
    let exact = value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        (number >= 0.0 && number.fract() == 0.0 && number < 9e15).then_some(number as u64)
    })?;
    usize::try_from(exact).ok()
}

/// A list of non-negative integers.
pub(super) fn counts(value: &Value) -> Option<Vec<usize>> {
    value.as_array()?.iter().map(count).collect()
}

/// A matrix: a list of rows of equal length.
pub(super) fn matrix(value: &Value) -> Option<DMatrix<f64>> {
    let rows: Vec<Vec<f64>> = value.as_array()?.iter().map(numbers).collect::<Option<_>>()?;
    let columns = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != columns) {
        return None;
    }
    let flat: Vec<f64> = rows.iter().flatten().copied().collect();
    Some(DMatrix::from_row_slice(rows.len(), columns, &flat))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: &Value) -> Fields<'_> {
        Fields::new(value.as_object().unwrap())
    }

    #[test]
    fn numbers_may_be_words() {
        assert!(number(&json!("nan")).unwrap().is_nan());
        assert_eq!(number(&json!("-inf")), Some(f64::NEG_INFINITY));
        assert_eq!(number(&json!(3)), Some(3.0));
        assert_eq!(number(&json!("3")), None);
        assert_eq!(number(&json!(true)), None);
    }

    #[test]
    fn doubles_are_read_to_the_last_bit() {
        let value: Value = serde_json::from_str("0.30000000000000004").unwrap();
        assert_eq!(number(&value), Some(0.1 + 0.2));
        let value: Value = serde_json::from_str("9.85967654375977e-305").unwrap();
        assert_eq!(number(&value), Some("9.85967654375977e-305".parse().unwrap()));
    }

    #[test]
    fn counts_are_whole() {
        assert_eq!(count(&json!(2.0)), Some(2));
        assert_eq!(count(&json!(2.5)), None);
        assert_eq!(count(&json!(-1)), None);
    }

    #[test]
    fn ragged_rows_are_no_matrix() {
        assert_eq!(matrix(&json!([[1, 2], [3]])), None);
        assert_eq!(matrix(&json!([[1, 2], [3, 4]])).unwrap()[(1, 0)], 3.0);
    }

    #[test]
    fn what_is_missing_or_malformed_is_named() {
        let value = json!({"a": {"b": "x"}});
        let inner = object(&value).fields("a").unwrap();
        assert_eq!(inner.number("c"), Err(Stop::missing("a.c")));
        assert_eq!(inner.number("b"), Err(Stop::malformed("a.b", "a number")));
    }

    #[test]
    fn unread_fields_are_known_at_any_depth() {
        let value = json!({"a": {"b": 1, "c": 2}, "d": 3, "e": {"f": 4}, "g": null, "h": {"i": 5}});
        let fields = object(&value);
        fields.fields("a").unwrap().number("b").unwrap();
        fields.value("e").unwrap();
        fields.skip(&["none such"]);
        assert_eq!(fields.unread(), ["a.c", "d", "h"]);
    }
}
