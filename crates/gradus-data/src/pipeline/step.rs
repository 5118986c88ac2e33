//! The steps of a pipeline, before they have seen data.

use super::block::{Block, Feature, Values, counts};
use super::fitted_step::{FittedFill, FittedLevels, FittedStep};
use crate::{
    Coding, Column, DataError, Imputer, Indicators, MinMax, OrdinalEncoder, Polynomial,
    RobustScaler, Standardizer, Unseen,
};

/// A step of a [`Pipeline`](crate::Pipeline): what it makes of the columns before it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Fills what is missing, of numbers and of levels.
    Impute(Imputer),
    /// Turns each column of levels into indicators, and leaves numbers as they are.
    OneHot(OneHot),
    /// Turns each column of levels into their codes, and leaves numbers as they are.
    Ordinal(OrdinalEncoder),
    /// Standardises numbers.
    Standardize(Standardizer),
    /// Maps numbers onto an interval.
    MinMax(MinMax),
    /// Scales numbers by their middle.
    Robust(RobustScaler),
    /// Makes products of all columns.
    Polynomial(Polynomial),
}

/// Turns a column of levels into an indicator of each level.
///
/// A missing value is an error: impute it before, perhaps as a level of its own.
///
/// ```
/// use gradus_data::{Column, ColumnSteps, Columns, OneHot, Pipeline, Step, Table, Unseen};
/// use nalgebra::{DMatrix, dmatrix};
///
/// let table = Table::new(vec![
///     Column::categorical("size", [Some("S"), Some("L"), Some("XL")])?,
///     Column::numeric("y", [Some(1.0), Some(2.0), Some(3.0)])?,
/// ])?;
/// let one_hot = OneHot { unseen: Unseen::Zeros, ..OneHot::default() };
/// let groups = vec![ColumnSteps {
///     columns: Columns::Categorical,
///     steps: vec![Step::OneHot(one_hot)],
/// }];
/// let fitted = Pipeline { groups, ..Pipeline::default() }.fit(&table, "y", &[0, 1])?;
/// assert_eq!(fitted.feature_names(), ["size=L", "size=S"]);
/// // Training did not show XL.
/// let x: DMatrix<f64> = fitted.transform(&table, &[0, 2])?;
/// assert_eq!(x, dmatrix![0.0, 1.0; 0.0, 0.0]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneHot {
    /// Which levels get an indicator; all by default.
    pub coding: Coding,
    /// What becomes of a level that training did not show; an error by default.
    pub unseen: Unseen,
    /// The largest number of levels that a column may have; 1,000 by default.
    pub max_levels: usize,
}

impl Default for OneHot {
    fn default() -> Self {
        Self { coding: Coding::OneHot, unseen: Unseen::Error, max_levels: 1000 }
    }
}

impl Step {
    /// Learns from the rows of a block, which are those of training.
    pub(super) fn fit(&self, block: &Block<'_>) -> Result<FittedStep, DataError> {
        let named = |error| match error {
            DataError::NotScalable { column } => {
                let index: Option<usize> = column.parse().ok();
                let feature = index.and_then(|index| block.features.get(index));
                let column = feature.map_or(column, |feature| format!("{:?}", feature.name));
                DataError::NotScalable { column }
            }
            other => other,
        };
        let numbers = || block.matrix("encode its levels before this step");
        Ok(match self {
            Self::Impute(imputer) => fit_fills(imputer, block)?,
            Self::OneHot(one_hot) => one_hot.fit(block)?,
            Self::Ordinal(encoder) => {
                let fit = |feature: &Feature| match &feature.values {
                    Values::Numbers(_) => Ok(None),
                    Values::Levels { codes, levels } => {
                        let texts =
                            codes.iter().map(|code| code.map(|code| &levels[code as usize][..]));
                        let column = Column::categorical(&feature.name[..], texts)?;
                        let rows: Vec<usize> = (0..column.rows()).collect();
                        encoder.fit(&column, &rows).map(Some)
                    }
                };
                let encoders: Result<Vec<_>, DataError> = block.features.iter().map(fit).collect();
                FittedStep::Ordinal(encoders?)
            }
            Self::Standardize(scaler) => {
                FittedStep::Standardize(scaler.fit(&numbers()?).map_err(named)?)
            }
            Self::MinMax(scaler) => FittedStep::MinMax(scaler.fit(&numbers()?).map_err(named)?),
            Self::Robust(scaler) => FittedStep::Robust(scaler.fit(&numbers()?).map_err(named)?),
            Self::Polynomial(polynomial) => {
                FittedStep::Polynomial(polynomial.fit(block.features.len())?)
            }
        })
    }
}

fn fit_fills(imputer: &Imputer, block: &Block<'_>) -> Result<FittedStep, DataError> {
    let fill = |feature: &Feature| match &feature.values {
        Values::Numbers(numbers) => {
            let present = numbers.iter().copied().filter(|x| !x.is_nan()).collect();
            imputer.fill.number(present, &feature.name).map(FittedFill::Number)
        }
        Values::Levels { codes, levels } => {
            imputer.fill.level(&counts(codes), levels, &feature.name).map(FittedFill::Level)
        }
    };
    let fills: Result<Vec<FittedFill>, DataError> = block.features.iter().map(fill).collect();
    let indicators = match imputer.indicators {
        Indicators::None => Vec::new(),
        Indicators::WhereMissing => {
            let features = block.features.iter().zip(0..);
            let lacking = features.filter(|(feature, _)| feature.missing() > 0);
            lacking.map(|(_, index)| index).collect()
        }
    };
    Ok(FittedStep::Impute { fills: fills?, indicators })
}

impl OneHot {
    fn fit(&self, block: &Block<'_>) -> Result<FittedStep, DataError> {
        if let Coding::Treatment { references } = &self.coding {
            let known = || block.names();
            let is_level = |name: &&String| {
                let mut features = block.features.iter();
                features.any(|f| f.name == **name && matches!(f.values, Values::Levels { .. }))
            };
            if let Some(name) = references.keys().find(|name| !is_level(name)) {
                return Err(DataError::UnknownColumn { name: name.clone(), known: known() });
            }
        }
        let columns: Result<Vec<Option<FittedLevels>>, DataError> = block
            .features
            .iter()
            .map(|feature| match &feature.values {
                Values::Numbers(_) => Ok(None),
                Values::Levels { codes, levels } => {
                    self.fit_levels(&feature.name, codes, levels).map(Some)
                }
            })
            .collect();
        Ok(FittedStep::OneHot { columns: columns?, unseen: self.unseen })
    }

    fn fit_levels(
        &self,
        name: &str,
        codes: &[Option<u32>],
        levels: &[String],
    ) -> Result<FittedLevels, DataError> {
        let column = || name.to_owned();
        let mut shown: Vec<String> =
            counts(codes).keys().map(|&code| levels[code as usize].clone()).collect();
        if shown.is_empty() {
            return Err(DataError::EmptyColumn { column: column() });
        }
        if shown.len() > self.max_levels {
            let (levels, max) = (shown.len(), self.max_levels);
            return Err(DataError::TooManyLevels { column: column(), levels, max });
        }
        let Coding::Treatment { references } = &self.coding else {
            return Ok(FittedLevels { levels: shown, reference: false });
        };
        if let [level] = &shown[..] {
            return Err(DataError::OneLevel { column: column(), level: level.clone() });
        }
        if let Some(reference) = references.get(name) {
            let Some(place) = shown.iter().position(|level| level == reference) else {
                let (column, level) = (column(), reference.clone());
                return Err(DataError::UnknownReference { column, level, known: shown });
            };
            shown[..=place].rotate_right(1);
        }
        Ok(FittedLevels { levels: shown, reference: true })
    }
}
