//! The steps of a pipeline after they have seen the training rows.

use std::collections::HashMap;

use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use super::block::{Block, Feature, Values};
use crate::{
    DataError, FittedMinMax, FittedOrdinalEncoder, FittedPolynomial, FittedRobustScaler,
    FittedStandardizer, Unseen,
};

/// What a step has learned. The order of variants is part of the format of saved models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FittedStep {
    Impute { fills: Vec<FittedFill>, indicators: Vec<u32> },
    OneHot { columns: Vec<Option<FittedLevels>>, unseen: Unseen },
    Ordinal(Vec<Option<FittedOrdinalEncoder>>),
    Standardize(FittedStandardizer),
    MinMax(FittedMinMax),
    Robust(FittedRobustScaler),
    Polynomial(FittedPolynomial),
}

/// What fills the gaps of a column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FittedFill {
    Number(f64),
    Level(String),
}

/// The levels that get an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct FittedLevels {
    pub(super) levels: Vec<String>,
    /// Whether the first of them is a reference, which gets none.
    pub(super) reference: bool,
}

impl FittedStep {
    /// What becomes of a block of any rows.
    pub(super) fn apply<'t>(&self, mut block: Block<'t>) -> Result<Block<'t>, DataError> {
        let found = block.features.len();
        let check = |expected: usize| {
            if expected == found { Ok(()) } else { Err(DataError::ColumnCount { expected, found }) }
        };
        match self {
            Self::Impute { fills, indicators } => {
                check(fills.len())?;
                impute(&mut block, fills, indicators)?;
                Ok(block)
            }
            Self::OneHot { columns, unseen } => {
                check(columns.len())?;
                one_hot(block, columns, *unseen)
            }
            Self::Ordinal(encoders) => {
                check(encoders.len())?;
                ordinal(block, encoders)
            }
            Self::Standardize(scaler) => map(block, |x| scaler.transform(x)),
            Self::MinMax(scaler) => map(block, |x| scaler.transform(x)),
            Self::Robust(scaler) => map(block, |x| scaler.transform(x)),
            Self::Polynomial(polynomial) => {
                let names = polynomial.names(&block.names())?;
                let x = polynomial.transform(&numbers(&block)?)?;
                Ok(block.with_matrix(&x, names))
            }
        }
    }
}

fn numbers(block: &Block<'_>) -> Result<DMatrix<f64>, DataError> {
    block.matrix("encode its levels before this step")
}

fn map<'t>(
    block: Block<'t>,
    transform: impl Fn(&DMatrix<f64>) -> Result<DMatrix<f64>, DataError>,
) -> Result<Block<'t>, DataError> {
    let x = transform(&numbers(&block)?)?;
    let names = block.names();
    Ok(block.with_matrix(&x, names))
}

fn impute(
    block: &mut Block<'_>,
    fills: &[FittedFill],
    indicators: &[u32],
) -> Result<(), DataError> {
    let mut flags = Vec::new();
    for &index in indicators {
        let found = block.features.len();
        let Some(feature) = block.features.get(index as usize) else {
            return Err(DataError::ColumnCount { expected: index as usize + 1, found });
        };
        let missing: Vec<f64> = match &feature.values {
            Values::Numbers(numbers) => {
                numbers.iter().map(|x| f64::from(u8::from(x.is_nan()))).collect()
            }
            Values::Levels { codes, .. } => {
                codes.iter().map(|code| f64::from(u8::from(code.is_none()))).collect()
            }
        };
        flags.push(Feature::numbers(format!("{} missing", feature.name), missing));
    }
    for (feature, fill) in block.features.iter_mut().zip(fills) {
        match (&mut feature.values, fill) {
            (Values::Numbers(numbers), FittedFill::Number(fill)) => {
                numbers.iter_mut().filter(|x| x.is_nan()).for_each(|x| *x = *fill);
            }
            (Values::Levels { codes, levels }, FittedFill::Level(fill)) => {
                if codes.iter().any(Option::is_none) {
                    let place = levels.iter().position(|level| level == fill);
                    let code = place.unwrap_or(levels.len());
                    if place.is_none() {
                        levels.push(fill.clone());
                    }
                    codes.iter_mut().for_each(|c| *c = c.or(Some(code as u32)));
                }
            }
            // A file that was tampered with.
            _ => return Err(DataError::NotScalable { column: format!("{:?}", feature.name) }),
        }
    }
    block.features.extend(flags);
    Ok(())
}

fn one_hot<'t>(
    mut block: Block<'t>,
    columns: &[Option<FittedLevels>],
    unseen: Unseen,
) -> Result<Block<'t>, DataError> {
    let mut encoded = Vec::new();
    for (feature, fitted) in std::mem::take(&mut block.features).into_iter().zip(columns) {
        let (Values::Levels { codes, levels }, Some(fitted)) = (&feature.values, fitted) else {
            encoded.push(feature);
            continue;
        };
        let skip = usize::from(fitted.reference);
        let place_of: HashMap<&str, usize> =
            fitted.levels.iter().map(String::as_str).zip(0..).collect();
        let places: Vec<Option<usize>> =
            levels.iter().map(|level| place_of.get(level.as_str()).copied()).collect();
        let count = feature.missing();
        if count > 0 {
            return Err(DataError::MissingValues { columns: vec![(feature.name, count)] });
        }
        let shown = fitted.levels.get(skip..).unwrap_or_default();
        let mut indicators = vec![vec![0.0; codes.len()]; shown.len()];
        for (i, code) in codes.iter().flatten().enumerate() {
            match (places[*code as usize], unseen) {
                (Some(place), _) => {
                    if let Some(feature) = place.checked_sub(skip) {
                        indicators[feature][i] = 1.0;
                    }
                }
                (None, Unseen::Zeros) => {}
                (None, Unseen::Error) => {
                    return Err(DataError::UnseenLevel {
                        place: block.place(i),
                        column: feature.name.clone(),
                        level: levels[*code as usize].clone(),
                        known: fitted.levels.clone(),
                    });
                }
            }
        }
        let name = |level: &String| format!("{}={level}", feature.name);
        let named = shown.iter().map(name).zip(indicators);
        encoded.extend(named.map(|(name, values)| Feature::numbers(name, values)));
    }
    Ok(Block { features: encoded, ..block })
}

fn ordinal<'t>(
    mut block: Block<'t>,
    encoders: &[Option<FittedOrdinalEncoder>],
) -> Result<Block<'t>, DataError> {
    let mut encoded = Vec::new();
    for (feature, encoder) in std::mem::take(&mut block.features).into_iter().zip(encoders) {
        let (Values::Levels { codes, levels }, Some(encoder)) = (&feature.values, encoder) else {
            encoded.push(feature);
            continue;
        };
        let code_of = encoder.code_of();
        let code = |(i, code): (usize, &Option<u32>)| match code {
            None => Ok(f64::NAN),
            Some(code) => {
                let level = &levels[*code as usize];
                encoder.code(&code_of, level, &feature.name, || block.place(i))
            }
        };
        let numbers: Result<Vec<f64>, DataError> = codes.iter().enumerate().map(code).collect();
        let numbers = numbers?;
        encoded.push(Feature::numbers(feature.name, numbers));
    }
    Ok(Block { features: encoded, ..block })
}
