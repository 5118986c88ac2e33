//! Several kinds of work, timed in turns, so that a machine whose speed drifts favours none.

use std::time::Duration;

use super::measure::{Spread, fastest, repeats};

/// Time of one try of one kind of work.
const SAMPLE: Duration = Duration::from_millis(2);
const ROUNDS: usize = 7;

/// Seconds of each kind of work, one sample for each round.
pub(super) fn beside<const N: usize>(works: [&mut dyn FnMut(); N]) -> [Vec<f64>; N] {
    let mut works = works.map(|work| (repeats(SAMPLE, &mut *work), work));
    let mut samples = [const { Vec::new() }; N];
    for round in 0..ROUNDS {
        // Another one begins in each round.
        for i in (0..N).map(|i| (i + round) % N) {
            let (count, work) = &mut works[i];
            samples[i].push(fastest(*count, work));
        }
    }
    samples
}

/// The ratio of two kinds of work, round by round.
pub(super) fn ratios(above: &[f64], below: &[f64]) -> Spread {
    let ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
    Spread::of(&ratios)
}
