//! What turns tables into features.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::{DataError, Encoder, FittedEncoder, FittedPipeline, Pipeline, Table, UsableRows};

/// What can learn from the rows of a table how to turn its columns into features: an [`Encoder`] or a
/// [`Pipeline`].
///
/// Code that fits it to the training rows of each split takes any `impl Prepare`; what has been
/// fitted already is [`Prepared`] and does not fit there.
pub trait Prepare: Sync {
    /// What it has learned.
    type Fitted: Prepared;

    /// Applies the policy for missing values to all rows, before they are split.
    ///
    /// # Errors
    /// As [`Encoder::usable_rows`] and [`Pipeline::usable_rows`].
    fn usable_rows(&self, table: &Table, target: &str) -> Result<UsableRows, DataError>;

    /// Learns from `rows` alone.
    ///
    /// # Errors
    /// As [`Encoder::fit`] and [`Pipeline::fit`].
    fn fit(&self, table: &Table, target: &str, rows: &[usize]) -> Result<Self::Fitted, DataError>;
}

/// What has learned to turn the columns of a table into features.
pub trait Prepared {
    /// The features of the given rows of any table, one row each: rows×n.
    ///
    /// # Errors
    /// As [`FittedEncoder::transform`] and [`FittedPipeline::transform`].
    fn transform<T: Scalar>(&self, table: &Table, rows: &[usize]) -> Result<DMatrix<T>, DataError>;

    /// The name of each feature.
    fn feature_names(&self) -> Vec<String>;
}

macro_rules! prepare {
    ($unfitted:ident, $fitted:ident) => {
        impl Prepare for $unfitted {
            type Fitted = $fitted;

            fn usable_rows(&self, table: &Table, target: &str) -> Result<UsableRows, DataError> {
                $unfitted::usable_rows(self, table, target)
            }

            fn fit(
                &self,
                table: &Table,
                target: &str,
                rows: &[usize],
            ) -> Result<$fitted, DataError> {
                $unfitted::fit(self, table, target, rows)
            }
        }

        impl Prepared for $fitted {
            fn transform<T: Scalar>(
                &self,
                table: &Table,
                rows: &[usize],
            ) -> Result<DMatrix<T>, DataError> {
                $fitted::transform(self, table, rows)
            }

            fn feature_names(&self) -> Vec<String> {
                $fitted::feature_names(self)
            }
        }
    };
}

prepare!(Encoder, FittedEncoder);
prepare!(Pipeline, FittedPipeline);
