//! The counting allocator, in a binary of its own and without the test harness, whose main thread
//! allocates too.

use std::hint::black_box;

use gradus_testkit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1024);

fn main() {
    let (kept, counts) = ALLOCATOR.measure(|| {
        drop(black_box(vec![1_u8; 10_000]));
        drop(black_box(vec![0_u8; 1025]));
        black_box(vec![1_u8; 1024])
    });
    assert_eq!((counts.allocations, counts.large, counts.largest), (3, 2, 10_000));
    assert_eq!(counts.bytes, 10_000 + 1025 + 1024);
    // The three blocks are never alive together.
    assert_eq!(counts.peak_bytes - counts.current_bytes, 10_000 - 1024);
    let before = counts.current_bytes;

    let ((), counts) = ALLOCATOR.measure(|| drop(black_box(kept)));
    assert_eq!((counts.allocations, counts.largest), (0, 0));
    assert_eq!(counts.current_bytes, before - 1024);
    assert_eq!(counts.peak_bytes, before);

    // A block that grows counts with its new size, one that shrinks does not count.
    let mut grown = Vec::<u8>::with_capacity(100);
    let ((), counts) = ALLOCATOR.measure(|| {
        grown.reserve_exact(2000);
        grown.push(black_box(1));
        grown.shrink_to_fit();
    });
    assert_eq!((counts.allocations, counts.large, counts.bytes), (1, 1, 2000));

    // Other threads are counted too.
    let work = || drop(black_box(vec![0_u64; 1000]));
    let (_, counts) = ALLOCATOR.measure(|| std::thread::spawn(work).join());
    assert!(counts.large >= 1 && counts.largest >= 8000);
}
