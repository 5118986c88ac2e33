//! Counting what a piece of code allocates.
#![allow(unsafe_code)] // `GlobalAlloc` is an unsafe trait: there is no safe way to see a size.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// The system's allocator with a count of what passes through it.
///
/// It counts for all threads, so that worker threads are included. The test harness and other
/// tests would be too: declare it in a test binary of its own, with `harness = false` in the
/// manifest, whose `main` is the test.
///
/// # Examples
///
/// ```
/// use gradus_testkit::CountingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1024);
///
/// let mut buffer = Vec::new();
/// let mut step = || buffer.resize(4096, 0_u8);
/// let ((), first) = ALLOCATOR.measure(&mut step);
/// assert_eq!((first.large, first.largest), (1, 4096));
/// let ((), second) = ALLOCATOR.measure(&mut step);
/// assert_eq!(second.large, 0);
/// ```
///
/// Written here because the crates that count allocations know totals and peaks only, and not how
/// many blocks are larger than a bound.
#[derive(Debug)]
pub struct CountingAllocator {
    threshold: usize,
    allocations: AtomicU64,
    large: AtomicU64,
    bytes: AtomicU64,
    largest: AtomicUsize,
    current: AtomicUsize,
    peak: AtomicUsize,
}

/// What [`CountingAllocator::measure`] saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AllocationCounts {
    /// Blocks allocated, and blocks that grew.
    pub allocations: u64,
    /// Those of them whose size is above the threshold.
    pub large: u64,
    /// The sum of their sizes; a block that grew counts with its new size.
    pub bytes: u64,
    /// The size of the largest.
    pub largest: usize,
    /// Bytes in use at the end, in the whole process.
    pub current_bytes: usize,
    /// The most bytes in use at any time, in the whole process.
    pub peak_bytes: usize,
}

impl CountingAllocator {
    /// An allocator that calls a block large when it has more than `threshold` bytes.
    pub const fn counting_above(threshold: usize) -> Self {
        Self {
            threshold,
            allocations: AtomicU64::new(0),
            large: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            largest: AtomicUsize::new(0),
            current: AtomicUsize::new(0),
            peak: AtomicUsize::new(0),
        }
    }

    /// Runs `f` and counts what all threads allocate meanwhile.
    ///
    /// Measurements do not nest and must not run at the same time: each starts the counts anew.
    pub fn measure<R>(&self, f: impl FnOnce() -> R) -> (R, AllocationCounts) {
        self.allocations.store(0, Relaxed);
        self.large.store(0, Relaxed);
        self.bytes.store(0, Relaxed);
        self.largest.store(0, Relaxed);
        self.peak.store(self.current.load(Relaxed), Relaxed);
        let result = f();
        let counts = AllocationCounts {
            allocations: self.allocations.load(Relaxed),
            large: self.large.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            largest: self.largest.load(Relaxed),
            current_bytes: self.current.load(Relaxed),
            peak_bytes: self.peak.load(Relaxed),
        };
        (result, counts)
    }

    fn count(&self, size: usize) {
        self.allocations.fetch_add(1, Relaxed);
        self.large.fetch_add(u64::from(size > self.threshold), Relaxed);
        self.bytes.fetch_add(size as u64, Relaxed);
        self.largest.fetch_max(size, Relaxed);
    }

    fn take(&self, size: usize) {
        let before = self.current.fetch_add(size, Relaxed);
        self.peak.fetch_max(before.wrapping_add(size), Relaxed);
    }

    fn give_back(&self, size: usize) {
        self.current.fetch_sub(size, Relaxed);
    }
}

// SAFETY: every method hands its arguments unchanged to `System`, which upholds the trait's
// contract, and returns what that returns; the counting around it touches atomics alone, so it
// neither allocates nor unwinds.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises about `layout` are those that `System` asks for.
        let block = unsafe { System.alloc(layout) };
        if !block.is_null() {
            self.count(layout.size());
            self.take(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises about `layout` are those that `System` asks for.
        let block = unsafe { System.alloc_zeroed(layout) };
        if !block.is_null() {
            self.count(layout.size());
            self.take(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        self.give_back(layout.size());
        // SAFETY: the caller got `block` from this allocator with `layout`, hence from `System`.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: the caller got `block` from this allocator with `layout`, hence from `System`,
        // and its promises about `new_size` are those that `System` asks for.
        let moved = unsafe { System.realloc(block, layout, new_size) };
        if !moved.is_null() {
            if new_size > layout.size() {
                self.count(new_size);
            }
            self.give_back(layout.size());
            self.take(new_size);
        }
        moved
    }
}
