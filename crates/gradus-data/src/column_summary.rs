//! What an encoder does to each column, for people.

use crate::fitted_encoder::{ColumnScaling, FittedColumn};
use crate::{Extent, FittedEncoder, MinMax, Moments};

/// What becomes of one column; see [`FittedEncoder::summaries`].
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnSummary<'e> {
    /// The column's name.
    pub name: &'e str,
    /// How it is encoded.
    pub encoding: Encoding<'e>,
}

/// The encoding of one column.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Encoding<'e> {
    /// A number, as it is.
    Plain {
        /// What takes the place of a missing value, if anything does.
        impute: Option<f64>,
    },
    /// A number, (x − μ) / σ.
    Standardized {
        /// μ and σ.
        moments: Moments,
        /// What takes the place of a missing value, if anything does.
        impute: Option<f64>,
    },
    /// A number, mapped from its extent onto an interval.
    MinMax {
        /// The extent in training.
        extent: Extent,
        /// The interval.
        onto: MinMax,
        /// What takes the place of a missing value, if anything does.
        impute: Option<f64>,
    },
    /// An indicator of each level.
    Indicators {
        /// The levels, in the order of the features.
        levels: &'e [String],
        /// What takes the place of a missing value, if anything does.
        impute: Option<&'e str>,
    },
    /// An indicator of each level but the first, the reference.
    Treatment {
        /// The levels: the reference, then those of the features in their order.
        levels: &'e [String],
        /// What takes the place of a missing value, if anything does.
        impute: Option<&'e str>,
    },
}

impl FittedEncoder {
    /// What becomes of each column, in order.
    ///
    /// ```
    /// use gradus_data::{Encoder, Encoding, iris};
    ///
    /// let rows: Vec<usize> = (0..150).collect();
    /// let fitted = Encoder::default().fit(&iris(), "species", &rows)?;
    /// let first = &fitted.summaries()[0];
    /// assert_eq!(first.name, "sepal_length");
    /// let Encoding::Standardized { moments, impute: None } = &first.encoding else { panic!() };
    /// assert!((moments.mean - 5.843_333_333_333_334).abs() < 1e-12); // R: mean(iris$Sepal.Length)
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    pub fn summaries(&self) -> Vec<ColumnSummary<'_>> {
        self.columns.iter().map(summary).collect()
    }
}

fn summary(column: &FittedColumn) -> ColumnSummary<'_> {
    match column {
        FittedColumn::Numeric { name, impute, scaling } => ColumnSummary {
            name,
            encoding: match *scaling {
                ColumnScaling::None => Encoding::Plain { impute: *impute },
                ColumnScaling::Standardize(moments) => {
                    Encoding::Standardized { moments, impute: *impute }
                }
                ColumnScaling::MinMax { extent, onto } => {
                    Encoding::MinMax { extent, onto, impute: *impute }
                }
            },
        },
        FittedColumn::Categorical { name, levels, impute } => ColumnSummary {
            name,
            encoding: Encoding::Indicators { levels, impute: impute.as_deref() },
        },
        FittedColumn::Treatment { name, levels, impute } => ColumnSummary {
            name,
            encoding: Encoding::Treatment { levels, impute: impute.as_deref() },
        },
    }
}
