//! Hints to the cache.
#![allow(unsafe_code)] // A hint takes a raw pointer.

/// Asks the second-level cache for the line of `x[at]`, while other work goes on.
///
/// It changes no result, and an index beyond the end is allowed. It pays where many runs are read one
/// after another that are too short for the machine to guess what comes next, such as some rows of
/// each column of a large matrix.
///
/// ```
/// let x = [1.0, 2.0];
/// gradus_linalg::prefetch(&x, 0);
/// gradus_linalg::prefetch(&x, 4096);
/// assert_eq!(x, [1.0, 2.0]);
/// ```
#[inline(always)]
pub fn prefetch<T>(x: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch reads nothing and may name any address; every x86-64 has it.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T1>(x.as_ptr().wrapping_add(at).cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (x, at);
}
