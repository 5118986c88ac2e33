//! Work on all cores, with the result of one, and the streams of random numbers.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

/// The results of all rounds in order, on any number of threads.
pub(crate) fn each<R: Send>(count: usize, round: impl Fn(usize) -> R + Sync) -> Vec<R> {
    (0..count).into_par_iter().map(&round).collect()
}

/// Streams of this crate lie above those of the workspace's other purposes.
const FIRST: u64 = 1 << 40;

/// What this crate draws random numbers for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Draw {
    /// Candidates of a search.
    Candidates,
    /// The order of the training rows of a learning curve or of successive halving.
    Order,
    /// Permutations of a test.
    Permutations,
}

/// The generator of one round: a stream of its own, so that rounds can run in any order.
pub(crate) fn generator(seed: u64, draw: Draw, round: usize) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(FIRST.wrapping_mul(1 + draw as u64).wrapping_add(round as u64));
    rng
}

/// The rows in random order.
pub(crate) fn shuffled(rows: &[usize], mut rng: ChaCha8Rng) -> Vec<usize> {
    let mut rows = rows.to_vec();
    rows.shuffle(&mut rng);
    rows
}

/// A number in [0, 1), with 53 random bits.
pub(crate) fn unit(rng: &mut ChaCha8Rng) -> f64 {
    rng.random::<f64>()
}
