//! An encoding that was learned, and its application to any table.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::encoder::{refuse_missing, usable_rows};
use crate::find_columns::FittedColumns;
use crate::levels_of::level_of_indicators;
use crate::scale::{Extent, Moments};
use crate::{
    Column, ColumnKind, ColumnValues, DataError, MinMax, Missing, Table, Unseen, UsableRows,
};

/// What [`Encoder::fit`](crate::Encoder::fit) learned: saved with the model, applied to any table.
///
/// Columns are found by name, in any order; those that were not fitted are left alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FittedEncoder {
    pub(crate) columns: Vec<FittedColumn>,
    pub(crate) target: String,
    pub(crate) ignored: Vec<String>,
    pub(crate) missing: Missing,
    pub(crate) unseen: Unseen,
}

/// The encoding of one column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum FittedColumn {
    Numeric {
        name: String,
        impute: Option<f64>,
        scaling: ColumnScaling,
    },
    Categorical {
        name: String,
        levels: Vec<String>,
        impute: Option<String>,
    },
    /// The first level is the reference, which has no indicator.
    Treatment {
        name: String,
        levels: Vec<String>,
        impute: Option<String>,
    },
}

/// The scaling of one numeric column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) enum ColumnScaling {
    None,
    Standardize(Moments),
    MinMax { extent: Extent, onto: MinMax },
}

impl ColumnScaling {
    fn forward(&self, x: f64) -> f64 {
        match self {
            Self::None => x,
            Self::Standardize(moments) => moments.forward(x),
            Self::MinMax { extent, onto } => extent.forward(x, onto.low, onto.high),
        }
    }

    fn inverse(&self, z: f64) -> f64 {
        match self {
            Self::None => z,
            Self::Standardize(moments) => moments.inverse(z),
            Self::MinMax { extent, onto } => extent.inverse(z, onto.low, onto.high),
        }
    }

    fn is_constant(&self) -> bool {
        match self {
            Self::None => false,
            Self::Standardize(moments) => moments.deviation == 0.0,
            Self::MinMax { extent, .. } => extent.min == extent.max,
        }
    }
}

impl FittedColumn {
    fn name(&self) -> &str {
        match self {
            Self::Numeric { name, .. }
            | Self::Categorical { name, .. }
            | Self::Treatment { name, .. } => name,
        }
    }

    fn kind(&self) -> ColumnKind {
        match self {
            Self::Numeric { .. } => ColumnKind::Numeric,
            Self::Categorical { .. } | Self::Treatment { .. } => ColumnKind::Categorical,
        }
    }

    fn features(&self) -> usize {
        match self {
            Self::Numeric { .. } => 1,
            Self::Categorical { levels, .. } => levels.len(),
            Self::Treatment { levels, .. } => levels.len().saturating_sub(1),
        }
    }
}

impl FittedEncoder {
    /// The name of each feature: `column`, or `column=level` for an indicator.
    pub fn feature_names(&self) -> Vec<String> {
        self.columns
            .iter()
            .flat_map(|column| match column {
                FittedColumn::Numeric { name, .. } => vec![name.clone()],
                FittedColumn::Categorical { name, levels, .. } => {
                    levels.iter().map(|level| format!("{name}={level}")).collect()
                }
                FittedColumn::Treatment { name, levels, .. } => {
                    levels.iter().skip(1).map(|level| format!("{name}={level}")).collect()
                }
            })
            .collect()
    }

    /// The number n of features.
    pub fn features(&self) -> usize {
        self.columns.iter().map(FittedColumn::features).sum()
    }

    /// The names of the columns that are encoded, in order.
    pub fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(FittedColumn::name).collect()
    }

    /// The names of the categorical ones, to be declared when another file is read
    /// ([`CsvOptions::categorical`](crate::CsvOptions::categorical)).
    pub fn categorical_columns(&self) -> Vec<&str> {
        let categorical =
            self.columns.iter().filter(|column| column.kind() == ColumnKind::Categorical);
        categorical.map(FittedColumn::name).collect()
    }

    /// The names of the scaled columns that were constant in training: they carry nothing.
    pub fn constant_columns(&self) -> Vec<&str> {
        self.columns
            .iter()
            .filter_map(|column| match column {
                FittedColumn::Numeric { name, scaling, .. } if scaling.is_constant() => {
                    Some(name.as_str())
                }
                _ => None,
            })
            .collect()
    }

    /// The name of the target column that was left out.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The policy for missing values.
    pub fn missing(&self) -> Missing {
        self.missing
    }

    /// Applies the policy for missing values to all rows of a table, and to its target column if
    /// one is named (to evaluate; `None` to predict).
    ///
    /// # Errors
    /// As [`transform`](Self::transform), and those of
    /// [`Encoder::usable_rows`](crate::Encoder::usable_rows).
    pub fn usable_rows(
        &self,
        table: &Table,
        target: Option<&str>,
    ) -> Result<UsableRows, DataError> {
        let features = self.find_columns(table)?;
        let target = target.map(|name| table.column(name)).transpose()?;
        usable_rows(table, &features, target, self.missing)
    }

    /// The features of the given rows, one row each in their order: rows×n.
    ///
    /// # Errors
    /// - [`DataError::ColumnMismatch`] if a fitted column is lacking (it lists all that are, and
    ///   the columns that are unexpected); [`DataError::ColumnKind`] if one holds numbers for
    ///   levels or the other way round;
    /// - [`DataError::UnseenLevel`] under [`Unseen::Error`];
    /// - [`DataError::MissingValues`] if a value is missing and not imputed;
    /// - [`DataError::NonFinite`] if a value overflows `T`; [`DataError::RowOutOfRange`].
    pub fn transform<T: Scalar>(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<DMatrix<T>, DataError> {
        let found = self.find_columns(table)?;
        table.check_rows(rows)?;
        if self.missing != Missing::Impute {
            refuse_missing(&found, rows)?;
        }
        let mut x = DMatrix::<T>::zeros(rows.len(), self.features());
        let mut free = x.as_mut_slice();
        for (fitted, column) in self.columns.iter().zip(found) {
            let (block, rest) = free.split_at_mut(rows.len() * fitted.features());
            free = rest;
            match fitted {
                FittedColumn::Numeric { impute, scaling, .. } => {
                    fill_numbers(block, table, column, rows, *impute, scaling)?;
                }
                FittedColumn::Categorical { levels, impute, .. } => {
                    let impute = impute.as_deref();
                    self.fill_indicators(
                        block,
                        table,
                        column,
                        rows,
                        Levels { levels, skip: 0, impute },
                    )?;
                }
                FittedColumn::Treatment { levels, impute, .. } => {
                    let impute = impute.as_deref();
                    self.fill_indicators(
                        block,
                        table,
                        column,
                        rows,
                        Levels { levels, skip: 1, impute },
                    )?;
                }
            }
        }
        Ok(x)
    }

    /// The columns that features were made of: undoes [`transform`](Self::transform).
    ///
    /// Numbers are scaled back. A level is the one with the largest indicator, so that features need not
    /// come from `transform`; a row of zeros is the reference, or, without one, a missing value. Values
    /// that were imputed stay, as nothing tells them from others.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has not a column for each feature; [`DataError::NoRows`];
    /// [`DataError::NonFinite`] for a number that is not finite.
    ///
    /// ```
    /// use gradus_data::{Encoder, iris};
    /// use nalgebra::DMatrix;
    ///
    /// let (table, rows): (_, Vec<usize>) = (iris(), (0..150).collect());
    /// let fitted = Encoder::default().fit(&table, "petal_width", &rows)?;
    /// let x: DMatrix<f64> = fitted.transform(&table, &rows)?;
    /// let again = fitted.inverse(&x)?;
    /// assert_eq!(again.column("species")?, table.column("species")?);
    /// // Between setosa and versicolor, nearer to the second.
    /// let mut between = x.rows(0, 1).into_owned();
    /// between.columns_mut(3, 3).copy_from_slice(&[0.4, 0.6, 0.0]);
    /// assert_eq!(fitted.inverse(&between)?.column("species")?.level(0), Some("versicolor"));
    /// # Ok::<(), gradus_data::DataError>(())
    /// ```
    ///
    /// As scikit-learn's `inverse_transform` of its scalers and of `OneHotEncoder`.
    pub fn inverse<T: Scalar>(&self, x: &DMatrix<T>) -> Result<Table, DataError> {
        let (expected, found) = (self.features(), x.ncols());
        if expected != found {
            return Err(DataError::ColumnCount { expected, found });
        }
        let mut first = 0;
        let column = |fitted: &FittedColumn| {
            let own = x.columns(first, fitted.features());
            first += fitted.features();
            let level = |i: usize, levels, skip| {
                let row: Vec<f64> = own.row(i).iter().map(|x| x.to_f64()).collect();
                level_of_indicators(levels, skip, row.iter().copied())
            };
            let rows = 0..x.nrows();
            match fitted {
                FittedColumn::Numeric { name, scaling, .. } => {
                    let number = |z: &T| Some(scaling.inverse(z.to_f64()));
                    Column::numeric(name.clone(), own.iter().map(number))
                }
                FittedColumn::Categorical { name, levels, .. } => {
                    Column::categorical(name.clone(), rows.map(|i| level(i, levels, 0)))
                }
                FittedColumn::Treatment { name, levels, .. } => {
                    Column::categorical(name.clone(), rows.map(|i| level(i, levels, 1)))
                }
            }
        };
        Table::new(self.columns.iter().map(column).collect::<Result<_, _>>()?)
    }

    fn find_columns<'t>(&self, table: &'t Table) -> Result<Vec<&'t Column>, DataError> {
        let columns = self.columns.iter().map(|fitted| (fitted.name(), fitted.kind())).collect();
        FittedColumns { columns, target: &self.target, ignored: &self.ignored }.find(table)
    }

    fn fill_indicators<T: Scalar>(
        &self,
        block: &mut [T],
        table: &Table,
        column: &Column,
        rows: &[usize],
        Levels { levels, skip, impute }: Levels<'_>,
    ) -> Result<(), DataError> {
        let place_of = |text: &str| levels.iter().position(|level| level == text);
        let imputed = impute.and_then(place_of);
        let (codes, known): (&[u32], Vec<Option<usize>>) = match column.values() {
            ColumnValues::Categorical { codes, levels } => {
                (codes, levels.iter().map(|level| place_of(level)).collect())
            }
            // Of the other kind only if it holds no value at all.
            ColumnValues::Numeric(_) => (&[], Vec::new()),
        };
        for (index, &row) in rows.iter().enumerate() {
            let place = if column.is_missing(row) {
                imputed
            } else {
                codes.get(row).and_then(|&code| known[code as usize])
            };
            match (place, self.unseen) {
                (Some(place), _) => {
                    if let Some(feature) = place.checked_sub(skip) {
                        block[feature * rows.len() + index] = T::one();
                    }
                }
                (None, Unseen::Zeros) => {}
                (None, Unseen::Error) => {
                    return Err(DataError::UnseenLevel {
                        place: table.place(row),
                        column: column.name().to_owned(),
                        level: column.level(row).unwrap_or_default().to_owned(),
                        known: levels.to_vec(),
                    });
                }
            }
        }
        Ok(())
    }
}

/// The levels of a categorical column, of which the first `skip` have no indicator.
struct Levels<'e> {
    levels: &'e [String],
    skip: usize,
    impute: Option<&'e str>,
}

fn fill_numbers<T: Scalar>(
    block: &mut [T],
    table: &Table,
    column: &Column,
    rows: &[usize],
    impute: Option<f64>,
    scaling: &ColumnScaling,
) -> Result<(), DataError> {
    for (x, &row) in block.iter_mut().zip(rows) {
        let value = column.number(row).or(impute).unwrap_or(f64::NAN);
        *x = T::of(scaling.forward(value));
        if !x.to_f64().is_finite() {
            return Err(DataError::NonFinite {
                place: table.place(row),
                column: column.name().to_owned(),
                value: format!("{value}, scaled and as {},", T::NAME),
            });
        }
    }
    Ok(())
}
