//! Random streams and batches: the same everywhere, whole epochs, resumable.

use gradus_data::{Batches, DataError, Order, Remainder, purpose, stream, suggested_batch_size};
use proptest::prelude::*;
use rand::Rng;

/// Values of an independent program: ChaCha with 8 rounds (its 20-round form checked with the
/// vectors of draft-nir-cfrg-chacha20-poly1305-04), the key from PCG32 as `rand_core` documents.
#[test]
fn streams_are_chacha8() {
    let expected = [
        (purpose::SPLIT, 0xae90_bfb5_395d_5ba1),
        (purpose::INIT, 0xb77f_a861_8dc9_e890),
        (purpose::BATCHES, 0x2f01_1690_14e7_3fff),
        (purpose::NOISE, 0x5c97_cf06_8ade_5889),
    ];
    for (purpose, first) in expected {
        assert_eq!(stream(42, purpose).next_u64(), first, "purpose {purpose}");
    }
}

/// The orders of an independent program: Fisher–Yates with `rand`'s chunked 32-bit draws.
#[test]
fn orders_are_those_of_an_independent_shuffle() {
    let mut batches = Batches::new(10, 3, Order::Shuffled, Remainder::Keep, 42).unwrap();
    assert_eq!(batches.order(0), [7, 2, 6, 5, 3, 1, 0, 9, 4, 8]);
    assert_eq!(batches.order(1), [1, 9, 6, 2, 0, 4, 3, 7, 8, 5]);
    assert_eq!(batches.order(2), [0, 8, 6, 2, 7, 5, 9, 3, 1, 4]);
    // Going back, as after a resume, gives the same epoch.
    assert_eq!(batches.order(0), [7, 2, 6, 5, 3, 1, 0, 9, 4, 8]);
}

#[test]
fn epochs_are_cut_as_asked() {
    let sizes = |order, remainder| {
        let mut batches = Batches::new(10, 4, order, remainder, 1).unwrap();
        let sizes: Vec<usize> = batches.epoch(5).map(<[usize]>::len).collect();
        assert_eq!((batches.epoch(5).len(), batches.per_epoch()), (sizes.len(), sizes.len()));
        sizes
    };
    for order in [Order::Shuffled, Order::AsGiven] {
        assert_eq!(sizes(order, Remainder::Keep), [4, 4, 2]);
        assert_eq!(sizes(order, Remainder::Drop), [4, 4]);
    }
    let mut whole = Batches::new(3, 100, Order::AsGiven, Remainder::Keep, 1).unwrap();
    assert_eq!(whole.epoch(0).collect::<Vec<_>>(), [[0, 1, 2]]);
    let mut none = Batches::new(0, 1, Order::Shuffled, Remainder::Keep, 1).unwrap();
    assert_eq!(none.epoch(0).count(), 0);
}

#[test]
fn impossible_batches_are_refused_also_when_decoded() {
    let new = |rows, size, remainder| Batches::new(rows, size, Order::Shuffled, remainder, 0);
    assert!(matches!(new(5, 0, Remainder::Keep), Err(DataError::BatchSize { size: 0, rows: 5 })));
    assert!(matches!(new(5, 6, Remainder::Drop), Err(DataError::BatchSize { size: 6, rows: 5 })));
    let too_many = new(u32::MAX as usize, 1, Remainder::Keep);
    assert!(matches!(too_many, Err(DataError::TooManyRows { .. })));

    let mut batches = new(7, 2, Remainder::Keep).unwrap();
    let order = batches.order(3).to_vec();
    let text = serde_json::to_string(&batches).unwrap();
    let mut decoded: Batches = serde_json::from_str(&text).unwrap();
    assert_eq!((&decoded, decoded.clone().order(3)), (&batches, &order[..]));
    assert_eq!(decoded.epoch(3).next().unwrap(), &order[..2]);
    let broken = text.replace("\"size\":2", "\"size\":0");
    assert_ne!(broken, text);
    assert!(serde_json::from_str::<Batches>(&broken).is_err());
}

#[test]
fn suggested_sizes_are_the_whole_or_a_power_of_two() {
    for m in [0, 1, 150, 1_999] {
        assert_eq!(suggested_batch_size(m), m.max(1));
    }
    for m in [2_000, 49_999, 50_000, 500_000, usize::MAX] {
        assert!(suggested_batch_size(m).is_power_of_two());
    }
}

proptest! {
    #[test]
    fn an_epoch_visits_every_row_once(
        rows in 0_usize..300,
        size in 1_usize..50,
        epoch: u64,
        seed: u64,
    ) {
        let mut batches = Batches::new(rows, size, Order::Shuffled, Remainder::Keep, seed).unwrap();
        let mut visited: Vec<usize> = batches.epoch(epoch).flatten().copied().collect();
        visited.sort_unstable();
        prop_assert_eq!(visited, (0..rows).collect::<Vec<_>>());
    }
}
