//! Where the random numbers of splits and rounds come from.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::ResampleError;

/// The streams of rounds lie above those that the workspace gives to other purposes.
const FIRST_ROUND: u64 = 1 << 32;

/// The generator of splits: stream 0 of the seed, which no other purpose of the workspace uses.
pub(crate) fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// The generator of one round: a stream of its own, so that rounds can run in any order.
pub(crate) fn round_generator(seed: u64, round: usize) -> ChaCha8Rng {
    let mut rng = generator(seed);
    rng.set_stream(FIRST_ROUND.wrapping_add(round as u64));
    rng
}

/// A number below `bound`, drawn with 32 bits and so alike on 32 and 64 bits.
pub(crate) fn below(rng: &mut ChaCha8Rng, bound: usize) -> usize {
    rng.random_range(0..bound as u32) as usize
}

/// `rand` shuffles with 32-bit draws below this bound, and so alike on 32 and 64 bits.
pub(crate) fn check_row_count(rows: usize) -> Result<(), ResampleError> {
    if rows < u32::MAX as usize { Ok(()) } else { Err(ResampleError::TooManyRows { rows }) }
}
