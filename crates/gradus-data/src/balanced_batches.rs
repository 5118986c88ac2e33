//! Batches in which every class occurs equally often.

use std::slice::Chunks;

use rand::seq::SliceRandom;

use crate::{DataError, purpose, stream};

/// Batches for rare classes: each epoch draws as many rows as there are, and every class equally
/// often (to within one row), whatever its share of the rows.
///
/// The rows of a class come in a random order and again in another when all of them have come, so
/// that a rare class is repeated evenly and a frequent one is sampled without repetition. As with
/// [`Batches`](crate::Batches) an epoch is a function of its number and the seed alone.
///
/// ```
/// use gradus_data::BalancedBatches;
///
/// let codes = [0, 0, 0, 0, 0, 0, 0, 1];
/// let mut batches = BalancedBatches::new(&codes, 4, 42)?;
/// for batch in batches.epoch(0) {
///     assert_eq!(batch.iter().filter(|&&row| codes[row] == 1).count(), 2);
/// }
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Like PyTorch's `WeightedRandomSampler` with weights of one over the class's frequency, which
/// draws with replacement and so leaves more to chance.
#[derive(Debug, Clone)]
pub struct BalancedBatches {
    /// The rows of each class that occurs.
    classes: Vec<Vec<usize>>,
    rows: usize,
    size: usize,
    seed: u64,
    /// The order of the last epoch that was asked for.
    order: Vec<usize>,
}

impl BalancedBatches {
    /// Batches of `size` out of rows with these classes.
    ///
    /// # Errors
    /// [`DataError::NoFitRows`] without rows; [`DataError::BatchSize`] if `size` is 0;
    /// [`DataError::TooManyRows`] from 2³² − 1 rows on.
    pub fn new(codes: &[u32], size: usize, seed: u64) -> Result<Self, DataError> {
        let rows = codes.len();
        if rows == 0 {
            return Err(DataError::NoFitRows);
        }
        if size == 0 {
            return Err(DataError::BatchSize { size, rows });
        }
        if rows >= u32::MAX as usize {
            return Err(DataError::TooManyRows { rows });
        }
        let mut of_class = std::collections::BTreeMap::<u32, Vec<usize>>::new();
        for (row, &code) in codes.iter().enumerate() {
            of_class.entry(code).or_default().push(row);
        }
        let classes = of_class.into_values().collect();
        Ok(Self { classes, rows, size, seed, order: Vec::new() })
    }

    /// The number of batches in an epoch.
    pub fn per_epoch(&self) -> usize {
        self.rows.div_ceil(self.size)
    }

    /// The batches of an epoch, in order; the last may be shorter.
    pub fn epoch(&mut self, epoch: u64) -> Chunks<'_, usize> {
        let mut rng = stream(self.seed, purpose::BALANCED);
        // An epoch draws far less than 2³⁶ words, so no two epochs below 2²⁸ overlap.
        rng.set_word_pos(u128::from(epoch) << 36);
        let mut left: Vec<Vec<usize>> = vec![Vec::new(); self.classes.len()];
        let mut turns: Vec<usize> = (0..self.classes.len()).collect();
        self.order.clear();
        while self.order.len() < self.rows {
            turns.shuffle(&mut rng);
            for &class in turns.iter().take(self.rows - self.order.len()) {
                if left[class].is_empty() {
                    left[class].clone_from(&self.classes[class]);
                    left[class].shuffle(&mut rng);
                }
                self.order.extend(left[class].pop());
            }
        }
        self.order.chunks(self.size)
    }
}
