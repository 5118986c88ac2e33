//! Steps undone: from features back to the columns they were made of.

use nalgebra::DMatrix;

use super::fitted_step::{FittedFill, FittedLevels, FittedStep};
use crate::levels_of::level_of_indicators;
use crate::{Column, DataError, FittedOrdinalEncoder, FittedPolynomial};

/// A feature on its way back.
#[derive(Debug, Clone)]
pub(super) enum Feature {
    /// NaN where a value is missing.
    Numbers(Vec<f64>),
    Levels(Vec<Option<String>>),
}

impl Feature {
    fn numbers(self) -> Result<Vec<f64>, DataError> {
        match self {
            Self::Numbers(numbers) => Ok(numbers),
            // A file that was tampered with.
            Self::Levels(_) => Err(DataError::NoInverse { step: "a step for numbers" }),
        }
    }

    /// The column of that name.
    pub(super) fn column(self, name: &str) -> Result<Column, DataError> {
        match self {
            Self::Numbers(numbers) => {
                Column::numeric(name, numbers.into_iter().map(|x| (!x.is_nan()).then_some(x)))
            }
            Self::Levels(levels) => Column::categorical(name, levels.iter().map(Option::as_deref)),
        }
    }
}

impl FittedStep {
    /// How many features the step makes of so many.
    pub(super) fn outputs(&self, inputs: usize) -> usize {
        match self {
            Self::Impute { indicators, .. } => inputs + indicators.len(),
            Self::OneHot { columns, .. } => columns.iter().map(indicators).sum(),
            Self::Polynomial(polynomial) => polynomial.terms().len(),
            Self::Ordinal(_) | Self::Standardize(_) | Self::MinMax(_) | Self::Robust(_) => inputs,
        }
    }

    /// The features that the step was given.
    pub(super) fn invert(&self, features: Vec<Feature>) -> Result<Vec<Feature>, DataError> {
        match self {
            Self::Impute { fills, indicators } => unfill(features, fills, indicators),
            Self::OneHot { columns, .. } => levels(features, columns),
            Self::Ordinal(encoders) => decode(features, encoders),
            Self::Standardize(scaler) => map(features, |x| scaler.inverse(x)),
            Self::MinMax(scaler) => map(features, |x| scaler.inverse(x)),
            Self::Robust(scaler) => map(features, |x| scaler.inverse(x)),
            Self::Polynomial(polynomial) => first_degree(features, polynomial),
        }
    }
}

/// How many features come of a column.
fn indicators(fitted: &Option<FittedLevels>) -> usize {
    fitted
        .as_ref()
        .map_or(1, |fitted| fitted.levels.len().saturating_sub(usize::from(fitted.reference)))
}

fn check(features: &[Feature], expected: usize) -> Result<(), DataError> {
    let found = features.len();
    if found == expected { Ok(()) } else { Err(DataError::ColumnCount { expected, found }) }
}

fn map(
    features: Vec<Feature>,
    inverse: impl Fn(&DMatrix<f64>) -> Result<DMatrix<f64>, DataError>,
) -> Result<Vec<Feature>, DataError> {
    let columns = features.len();
    let numbers: Result<Vec<Vec<f64>>, DataError> =
        features.into_iter().map(Feature::numbers).collect();
    let numbers = numbers?;
    let rows = numbers.first().map_or(0, Vec::len);
    let x = inverse(&DMatrix::from_vec(rows, columns, numbers.concat()))?;
    let column = |j: usize| Feature::Numbers(x.column(j).iter().copied().collect());
    Ok((0..x.ncols()).map(column).collect())
}

/// What was missing is so again, where an indicator tells.
fn unfill(
    mut features: Vec<Feature>,
    fills: &[FittedFill],
    indicators: &[u32],
) -> Result<Vec<Feature>, DataError> {
    check(&features, fills.len() + indicators.len())?;
    let flags = features.split_off(fills.len());
    for (flags, &index) in flags.into_iter().zip(indicators) {
        let missing = flags.numbers()?.into_iter().map(|flag| flag > 0.5);
        let (expected, found) = (index as usize + 1, fills.len());
        match features.get_mut(index as usize) {
            Some(Feature::Numbers(numbers)) => {
                numbers.iter_mut().zip(missing).filter(|(_, gone)| *gone).for_each(|(x, _)| {
                    *x = f64::NAN;
                });
            }
            Some(Feature::Levels(levels)) => {
                levels.iter_mut().zip(missing).filter(|(_, gone)| *gone).for_each(|(level, _)| {
                    *level = None;
                });
            }
            None => return Err(DataError::ColumnCount { expected, found }),
        }
    }
    Ok(features)
}

fn levels(
    features: Vec<Feature>,
    columns: &[Option<FittedLevels>],
) -> Result<Vec<Feature>, DataError> {
    check(&features, columns.iter().map(indicators).sum())?;
    let mut features = features.into_iter();
    let column = |fitted: &Option<FittedLevels>| {
        let own = features.by_ref().take(indicators(fitted));
        let Some(fitted) = fitted else {
            return own.last().ok_or(DataError::ColumnCount { expected: 1, found: 0 });
        };
        let numbers: Result<Vec<Vec<f64>>, DataError> = own.map(Feature::numbers).collect();
        let numbers = numbers?;
        let rows = numbers.first().map_or(0, Vec::len);
        let skip = usize::from(fitted.reference);
        let level = |i: usize| {
            level_of_indicators(&fitted.levels, skip, numbers.iter().map(|column| column[i]))
        };
        Ok(Feature::Levels((0..rows).map(|i| level(i).map(str::to_owned)).collect()))
    };
    columns.iter().map(column).collect()
}

fn decode(
    features: Vec<Feature>,
    encoders: &[Option<FittedOrdinalEncoder>],
) -> Result<Vec<Feature>, DataError> {
    /// How far a scaler that was undone may leave a code from a whole number.
    const NEAR: f64 = 1e-6;
    check(&features, encoders.len())?;
    let near = |code: f64| if (code - code.round()).abs() < NEAR { code.round() } else { code };
    let one = |(feature, encoder): (Feature, &Option<FittedOrdinalEncoder>)| {
        let Some(encoder) = encoder else { return Ok(feature) };
        let codes: Vec<f64> = feature.numbers()?.into_iter().map(near).collect();
        let levels = encoder.decode(&codes)?;
        Ok(Feature::Levels(levels.into_iter().map(|level| level.map(str::to_owned)).collect()))
    };
    features.into_iter().zip(encoders).map(one).collect()
}

/// The columns themselves are among their products.
fn first_degree(
    mut features: Vec<Feature>,
    polynomial: &FittedPolynomial,
) -> Result<Vec<Feature>, DataError> {
    check(&features, polynomial.terms().len())?;
    let column = |column: usize| {
        let is_it = |term: &Vec<u32>| matches!(term[..], [only] if only as usize == column);
        let place = polynomial.terms().iter().position(is_it);
        let place = place.ok_or(DataError::NoInverse {
            step: "a polynomial without terms of the first degree",
        })?;
        Ok(std::mem::replace(&mut features[place], Feature::Numbers(Vec::new())))
    };
    (0..polynomial.columns()).map(column).collect()
}
