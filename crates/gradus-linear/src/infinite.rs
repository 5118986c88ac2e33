//! Numbers that may be infinite, in formats for people.
//!
//! JSON has no infinity: it would be written as `null`, which is no number when it is read. Here it is
//! the text `inf` or `-inf`. Formats for machines hold the number itself.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number, or the text that stands for what is none in JSON.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Shown {
    Number(f64),
    Text(String),
}

impl Shown {
    fn of(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Text(value.to_string()) }
    }

    fn value<E: Error>(self) -> Result<f64, E> {
        match self {
            Self::Number(value) => Ok(value),
            Self::Text(text) => match text.parse::<f64>() {
                Ok(value) if !value.is_finite() => Ok(value),
                _ => Err(E::custom(format!("{text:?} is no number; write inf, -inf or a number"))),
            },
        }
    }
}

pub(crate) fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
    match to.is_human_readable() {
        true => Shown::of(*value).serialize(to),
        false => value.serialize(to),
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    match from.is_human_readable() {
        true => Shown::deserialize(from)?.value(),
        false => f64::deserialize(from),
    }
}

/// The same for a list.
pub(crate) mod list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::Shown;

    pub(crate) fn serialize<S: Serializer>(values: &[f64], to: S) -> Result<S::Ok, S::Error> {
        match to.is_human_readable() {
            true => to.collect_seq(values.iter().map(|&value| Shown::of(value))),
            false => values.serialize(to),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
        match from.is_human_readable() {
            true => Vec::<Shown>::deserialize(from)?.into_iter().map(Shown::value).collect(),
            false => Vec::deserialize(from),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Bounds, ElasticNet, PenalisedOptions, Penalty};

    #[test]
    fn infinite_factors_and_bounds_survive_json() {
        let model = ElasticNet {
            penalty: Penalty::lasso(0.1).with_factors([1.5, f64::INFINITY, 0.0]),
            options: PenalisedOptions {
                bounds: vec![
                    Bounds::NONE,
                    Bounds::NON_NEGATIVE,
                    Bounds { lower: -1.0, upper: 2.5 },
                ],
                ..PenalisedOptions::default()
            },
        };
        let text = serde_json::to_string(&model).unwrap();
        assert!(text.contains(r#""factors":[1.5,"inf",0.0]"#), "{text}");
        assert!(text.contains(r#"{"lower":"-inf","upper":"inf"}"#), "{text}");
        assert_eq!(serde_json::from_str::<ElasticNet>(&text).unwrap(), model);
        for odd in ["null", r#""much""#, r#""1.5""#, "true"] {
            let text = text.replacen("1.5", odd, 1);
            assert!(serde_json::from_str::<ElasticNet>(&text).is_err(), "{odd}");
        }
    }
}
