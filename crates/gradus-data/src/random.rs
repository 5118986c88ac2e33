//! Independent random streams from one seed.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The random stream of one purpose.
///
/// ChaCha numbers 2⁶⁴ streams under each key; streams of different purposes share no block, so
/// drawing more numbers for one purpose never changes another. Purpose 0 is what a bare
/// `ChaCha8Rng::seed_from_u64(seed)` draws from, and belongs to the splits of `gradus-resample`.
///
/// The output is the same on every platform. Source: D. J. Bernstein, *ChaCha, a variant of
/// Salsa20*, 2008.
///
/// ```
/// use gradus_data::{purpose, stream};
/// use rand::Rng;
///
/// let mut init = stream(42, purpose::INIT);
/// let mut batches = stream(42, purpose::BATCHES);
/// assert_ne!(init.next_u64(), batches.next_u64());
/// assert_eq!(stream(42, 7).next_u64(), stream(42, 7).next_u64());
/// ```
pub fn stream(seed: u64, purpose: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(purpose);
    rng
}

/// The purposes that the workspace draws random numbers for, as arguments of [`stream`].
pub mod purpose {
    /// Splits of rows.
    pub const SPLIT: u64 = 0;
    /// Initial weights.
    pub const INIT: u64 = 1;
    /// The order of examples in an epoch.
    pub const BATCHES: u64 = 2;
    /// Dropout and other noise in layers.
    pub const NOISE: u64 = 3;
    /// Data sets that are made up.
    pub const SYNTHETIC: u64 = 4;
    /// The order of examples where every class occurs equally often.
    pub const BALANCED: u64 = 5;
}
