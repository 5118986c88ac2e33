//! The order of examples in each epoch, cut into batches.

use std::slice::ChunksExact;

use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::{DataError, purpose, stream};

/// The batches of every epoch, each a list of rows.
///
/// The order of an epoch is a function of seed and epoch number alone, so a run that is resumed
/// needs no state but the number of the epoch (and of the batch) where it stopped. The whole
/// value serialises, too.
///
/// Differs from PyTorch's `RandomSampler`, whose order depends on all that was drawn before.
///
/// ```
/// use gradus_data::{Batches, Order, Remainder};
///
/// let mut batches = Batches::new(10, 4, Order::Shuffled, Remainder::Keep, 42)?;
/// let sizes: Vec<usize> = batches.epoch(0).map(<[usize]>::len).collect();
/// assert_eq!(sizes, [4, 4, 2]);
/// assert_eq!(batches.per_epoch(), 3);
/// let first = batches.order(0).to_vec();
/// assert_ne!(batches.order(1), first);
/// assert_eq!(batches.order(0), first);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Plan", into = "Plan")]
pub struct Batches {
    plan: Plan,
    /// The order of one epoch; empty until one is asked for, so that decoding allocates nothing.
    rows: Vec<usize>,
    epoch: Option<u64>,
}

/// Whether the examples change places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Order {
    /// Each epoch in a fresh random order.
    #[default]
    Shuffled,
    /// Each epoch as the rows are.
    AsGiven,
}

/// What becomes of the examples that do not fill a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Remainder {
    /// They form a last, shorter batch.
    #[default]
    Keep,
    /// They are left out of this epoch (PyTorch's `drop_last`).
    Drop,
}

/// What determines the batches: all that is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Plan {
    rows: u64,
    size: u64,
    order: Order,
    remainder: Remainder,
    seed: u64,
}

impl Batches {
    /// Batches of `size` out of `rows` examples.
    ///
    /// # Errors
    /// [`DataError::BatchSize`] if `size` is 0, or if [`Remainder::Drop`] would leave no batch;
    /// [`DataError::TooManyRows`] from 2³² − 1 rows on.
    pub fn new(
        rows: usize,
        size: usize,
        order: Order,
        remainder: Remainder,
        seed: u64,
    ) -> Result<Self, DataError> {
        if size == 0 || (remainder == Remainder::Drop && size > rows) {
            return Err(DataError::BatchSize { size, rows });
        }
        // `rand` shuffles with 32-bit draws below this bound, and so alike on 32 and 64 bits.
        if rows >= u32::MAX as usize {
            return Err(DataError::TooManyRows { rows });
        }
        let plan = Plan { rows: rows as u64, size: size as u64, order, remainder, seed };
        Ok(Self { plan, rows: Vec::new(), epoch: None })
    }

    /// The number of examples.
    pub fn rows(&self) -> usize {
        self.plan.rows as usize
    }

    /// The number of examples in a full batch.
    pub fn size(&self) -> usize {
        self.plan.size as usize
    }

    /// The number of batches in an epoch.
    pub fn per_epoch(&self) -> usize {
        match self.plan.remainder {
            Remainder::Keep => self.rows().div_ceil(self.size()),
            Remainder::Drop => self.rows() / self.size(),
        }
    }

    /// All rows in the order of an epoch, also those that [`Remainder::Drop`] leaves out.
    pub fn order(&mut self, epoch: u64) -> &[usize] {
        let epoch = if self.plan.order == Order::Shuffled { epoch } else { 0 };
        if self.epoch != Some(epoch) {
            self.rows.clear();
            self.rows.extend(0..self.plan.rows as usize);
            if self.plan.order == Order::Shuffled {
                let mut rng = stream(self.plan.seed, purpose::BATCHES);
                // A shuffle draws far less than 2³⁶ words, so no two epochs below 2³² overlap.
                rng.set_word_pos(u128::from(epoch) << 36);
                self.rows.shuffle(&mut rng);
            }
            self.epoch = Some(epoch);
        }
        &self.rows
    }

    /// The batches of an epoch, in order.
    pub fn epoch(&mut self, epoch: u64) -> EpochBatches<'_> {
        let (size, remainder) = (self.size(), self.plan.remainder);
        let full = self.order(epoch).chunks_exact(size);
        let last = match remainder {
            Remainder::Keep => full.remainder(),
            Remainder::Drop => &[],
        };
        EpochBatches { full, last: Some(last).filter(|rows| !rows.is_empty()) }
    }
}

/// The batches of one epoch; see [`Batches::epoch`].
#[derive(Debug, Clone)]
pub struct EpochBatches<'a> {
    full: ChunksExact<'a, usize>,
    last: Option<&'a [usize]>,
}

impl<'a> Iterator for EpochBatches<'a> {
    type Item = &'a [usize];

    fn next(&mut self) -> Option<Self::Item> {
        self.full.next().or_else(|| self.last.take())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.full.len() + usize::from(self.last.is_some());
        (left, Some(left))
    }
}

impl ExactSizeIterator for EpochBatches<'_> {}

/// Equal if every epoch has the same batches.
impl PartialEq for Batches {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan
    }
}

impl Eq for Batches {}

impl From<Batches> for Plan {
    fn from(batches: Batches) -> Self {
        batches.plan
    }
}

impl TryFrom<Plan> for Batches {
    type Error = DataError;

    fn try_from(plan: Plan) -> Result<Self, DataError> {
        let rows =
            usize::try_from(plan.rows).map_err(|_| DataError::TooManyRows { rows: usize::MAX })?;
        let size = usize::try_from(plan.size).unwrap_or(usize::MAX);
        Self::new(rows, size, plan.order, plan.remainder, plan.seed)
    }
}

/// The batch size to begin with for m examples: all of them below 2,000, else a power of two:
/// 64 below 50,000, 128 below 500,000, 256 from there on.
///
/// Small sets gain from the exact gradient of the whole set, which costs little; large ones from
/// many steps an epoch, in batches that fill the processor's vector units.
///
/// ```
/// use gradus_data::suggested_batch_size;
///
/// assert_eq!(suggested_batch_size(150), 150);
/// assert_eq!(suggested_batch_size(2_000), 64);
/// assert_eq!(suggested_batch_size(60_000), 128);
/// ```
pub fn suggested_batch_size(m: usize) -> usize {
    match m {
        0..2_000 => m.max(1),
        2_000..50_000 => 64,
        50_000..500_000 => 128,
        _ => 256,
    }
}
