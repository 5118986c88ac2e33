//! Data sets: where they come from, and what they become.

mod checks;
mod columns;
mod design;
mod dev;
mod digits;
mod embedded;
mod features;
mod mnist;
mod outcome;
mod prepared;
mod raw;
mod row_keys;
mod saved;
mod source;
mod split;
mod table;
mod table_source;

pub(crate) use design::{DesignData, LevelCoding, Needs, Outcome};
pub(crate) use dev::DevRows;
pub(crate) use embedded::embedded;
pub(crate) use prepared::{Prepared, RowWeights};
pub(crate) use raw::{RawRows, RawTable, Way, range_of};
pub(crate) use row_keys::{Groups, Times};
pub(crate) use saved::{Features, ForModel, Usable};
pub(crate) use source::{ModelData, TrainingData};
pub(crate) use split::test_rows;
pub(crate) use table_source::TableSource;
