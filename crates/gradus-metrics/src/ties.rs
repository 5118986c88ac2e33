//! Rows in the order of their scores, equal scores together.

use crate::Real;

/// The rows that share one score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tie {
    key: u64,
    /// How many of them are positive.
    pub(crate) positives: u64,
    /// How many are not.
    pub(crate) negatives: u64,
}

impl Tie {
    /// The score.
    pub(crate) fn score(self) -> f64 {
        score_of(self.key)
    }
}

/// The most buckets, as a power of two; more would outgrow the translation buffer.
const MOST_BITS: u32 = 12;

/// So many rows share a bucket on average, as a power of two, where there are few rows.
const SHARED_BITS: u32 = 4;

/// An integer that is ordered as the finite scores are; −0 and 0 have the same.
pub(crate) fn key_of(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    let negative = (bits as i64 >> 63) as u64;
    bits ^ (negative | 1 << 63)
}

/// The score of a key.
pub(crate) fn score_of(key: u64) -> f64 {
    let positive = (key as i64 >> 63) as u64;
    f64::from_bits(key ^ (!positive | 1 << 63))
}

/// Visits each distinct score in rising order, with its numbers of positive and other rows.
///
/// The rows are thrown into buckets by the leading bits of their keys. Within a bucket these bits are
/// known, which leaves room for the label beside the others: what is sorted are plain integers, a few
/// at a time. All scores are finite and there are as many as rows.
pub(crate) fn visit_ties<T: Real>(
    rows: impl Iterator<Item = (bool, T)> + Clone,
    mut visit: impl FnMut(Tie),
) {
    let keys = rows.map(|(positive, score)| (positive, key_of(score.into())));
    let (mut count, mut least, mut greatest) = (0_usize, u64::MAX, 0);
    for (_, key) in keys.clone() {
        count += 1;
        (least, greatest) = (least.min(key), greatest.max(key));
    }
    if count == 0 {
        return;
    }
    let bits = 64 - (greatest - least).leading_zeros();
    let bucket_bits = count.ilog2().saturating_sub(SHARED_BITS).clamp(1, MOST_BITS);
    // At most 63, so that the rest of a key leaves a bit for the label.
    let shift = bits.saturating_sub(bucket_bits);
    let rest = (1 << shift) - 1;
    let bucket = |key: u64| ((key - least) >> shift) as usize;

    let mut starts = vec![0_usize; bucket(greatest) + 2];
    for (_, key) in keys.clone() {
        starts[bucket(key) + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut packed = vec![0_u64; count];
    let mut ends = starts.clone();
    for (positive, key) in keys {
        let end = &mut ends[bucket(key)];
        packed[*end] = ((key - least) & rest) << 1 | u64::from(positive);
        *end += 1;
    }
    for (i, ends) in starts.windows(2).enumerate() {
        let bucket = &mut packed[ends[0]..ends[1]];
        bucket.sort_unstable();
        let base = least + ((i as u64) << shift);
        let mut left = &*bucket;
        while let [first, ..] = left {
            let low = first >> 1;
            let (mut size, mut positives) = (0, 0);
            while let Some(row) = left.get(size).filter(|&&row| row >> 1 == low) {
                positives += row & 1;
                size += 1;
            }
            visit(Tie { key: base + low, positives, negatives: size as u64 - positives });
            left = &left[size..];
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ties(rows: &[(bool, f64)]) -> Vec<(f64, u64, u64)> {
        let mut ties = Vec::new();
        visit_ties(rows.iter().copied(), |tie| {
            ties.push((tie.score(), tie.positives, tie.negatives));
        });
        ties
    }

    /// By a plain sort.
    fn plain(rows: &[(bool, f64)]) -> Vec<(f64, u64, u64)> {
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| a.1.partial_cmp(&b.1).unwrap());
        rows.chunk_by(|a, b| a.1 == b.1)
            .map(|tie| {
                let positives = tie.iter().filter(|row| row.0).count() as u64;
                (tie[0].1, positives, tie.len() as u64 - positives)
            })
            .collect()
    }

    #[test]
    fn the_widest_range_keeps_every_bit() {
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        let rows = [f64::MIN, -1.0, -0.0, 0.0, f64::MIN_POSITIVE, 1.0, next, f64::MAX, 5e-324];
        let rows: Vec<_> = rows.iter().map(|&x| (x > 0.0, x)).collect();
        assert_eq!(ties(&rows), plain(&rows));
        assert_eq!(ties(&rows).len(), 8);
        assert_eq!(ties(&[]), []);
        assert_eq!(ties(&[(true, 2.0)]), [(2.0, 1, 0)]);
    }

    proptest! {
        #[test]
        fn any_scores_come_in_order(
            rows in prop::collection::vec((any::<bool>(), prop_oneof![
                -1e3..1e3_f64,
                (-5..5_i32).prop_map(f64::from),
                any::<f64>().prop_filter("finite", |x| x.is_finite()),
            ]), 0..300),
        ) {
            prop_assert_eq!(ties(&rows), plain(&rows));
        }
    }
}
