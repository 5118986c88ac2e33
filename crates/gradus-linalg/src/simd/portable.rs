//! Four lanes in plain Rust, which the compiler puts into whatever registers there are.

use crate::{Scalar, dispatch::Work, simd::Simd};

/// Four elements.
#[derive(Clone, Copy)]
pub(crate) struct Quad<T>([T; 4]);

// SAFETY: plain Rust runs everywhere.
unsafe impl<T: Scalar> Simd for Quad<T> {
    type Elem = T;
    const LANES: usize = 4;
    const HEIGHT: usize = 2;
    const COLS: [usize; 4] = [4, 4, 0, 0];
    const MANY: bool = false;

    #[inline(always)]
    unsafe fn compiled<W: Work>(work: W) -> W::Output {
        work.run()
    }

    #[inline(always)]
    unsafe fn splat(x: T) -> Self {
        Self([x; 4])
    }

    #[inline(always)]
    unsafe fn load(from: *const T) -> Self {
        // SAFETY: the caller vouches for four readable elements.
        Self(unsafe { from.cast::<[T; 4]>().read() })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const T, count: usize) -> Self {
        let mut x = [T::zero(); 4];
        for (l, x) in x.iter_mut().enumerate().take(count) {
            // SAFETY: l < count, and the caller vouches for `count` readable elements.
            *x = unsafe { from.add(l).read() };
        }
        Self(x)
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut T) {
        // SAFETY: the caller vouches for four writable elements.
        unsafe { to.cast::<[T; 4]>().write(self.0) };
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut T, count: usize) {
        for (l, x) in self.0.into_iter().enumerate().take(count) {
            // SAFETY: l < count, and the caller vouches for `count` writable elements.
            unsafe { to.add(l).write(x) };
        }
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        Self(std::array::from_fn(|l| self.0[l] + b.0[l]))
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        Self(std::array::from_fn(|l| self.0[l] * b.0[l]))
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        if cfg!(target_arch = "aarch64") {
            Self(std::array::from_fn(|l| self.0[l].mul_add(b.0[l], c.0[l])))
        } else {
            // Without the instruction a fused product is a slow library call.
            Self(std::array::from_fn(|l| self.0[l] * b.0[l] + c.0[l]))
        }
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        Self(self.0.map(|x| if x < T::zero() { T::zero() } else { x }))
    }

    #[inline(always)]
    unsafe fn total(self) -> T {
        (self.0[0] + self.0[2]) + (self.0[1] + self.0[3])
    }

    #[inline(always)]
    unsafe fn totals(sums: [Self; 8]) -> [T; 8] {
        // SAFETY: every machine has this level.
        sums.map(|sum| unsafe { sum.total() })
    }

    #[inline(always)]
    unsafe fn prefetch(_: *const T) {}

    #[inline(always)]
    unsafe fn prefetch_second(_: *const T) {}

    #[inline(always)]
    unsafe fn transpose(from: impl Fn(usize) -> *const T) -> [Self; 4] {
        let mut out = [Self([T::zero(); 4]); 4];
        for c in 0..Self::CHUNK {
            for r in 0..4 {
                // SAFETY: the caller vouches for `CHUNK` readable elements from each pointer.
                out[c].0[r] = unsafe { from(r).add(c).read() };
            }
        }
        out
    }
}
