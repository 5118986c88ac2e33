//! A row times a matrix whose columns are contiguous: dot products, several at once.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loop.

use crate::{Scalar, dispatch::Work, simd::Simd};

/// Where the operands of dot products lie.
pub(super) struct Dots<T> {
    /// The length of each product.
    pub(super) k: usize,
    /// The contiguous vector that all products share.
    pub(super) x: *const T,
    /// The first of the contiguous vectors that differ.
    pub(super) columns: *const T,
    /// From one of them to the next.
    pub(super) step: usize,
}

impl<T: Scalar> Dots<T> {
    /// Calls `put(j, x · column j)` for each j < `n`.
    ///
    /// Every product is summed in the same order, whichever others are computed beside it.
    ///
    /// # Safety
    /// The machine has the level of `V`; `x` and the columns are readable.
    pub(super) unsafe fn run<V: Simd<Elem = T>>(&self, n: usize, mut put: impl FnMut(usize, T)) {
        let mut j = 0;
        // SAFETY: at most n columns are read; the caller vouches for them.
        unsafe {
            while j + 8 <= n {
                let dots = V::compiled(Group::<V, 8>(self, j));
                dots.into_iter().enumerate().for_each(|(i, dot)| put(j + i, dot));
                j += 8;
            }
            while j < n {
                let [dot] = V::compiled(Group::<V, 1>(self, j));
                put(j, dot);
                j += 1;
            }
        }
    }

    /// # Safety
    /// As for [`Dots::run`]; columns `j..j + N` are readable.
    #[inline(always)]
    unsafe fn group<V: Simd<Elem = T>, const N: usize>(&self, j: usize) -> [T; N] {
        let (whole, rest) = (self.k / V::LANES, self.k % V::LANES);
        // SAFETY: p + LANES ≤ k in the loop, and p + rest = k behind it; the caller vouches for k
        // elements.
        unsafe {
            // Without terms there may be no elements behind the columns, and none is read.
            let first = self.columns.wrapping_add(j.wrapping_mul(self.step));
            let mut sums = [V::splat(V::Elem::default()); N];
            for v in 0..whole {
                let p = v * V::LANES;
                let x = V::load(self.x.add(p));
                for i in 0..N {
                    sums[i] = V::load(first.add(i * self.step + p)).mul_add(x, sums[i]);
                }
            }
            if rest > 0 {
                let p = whole * V::LANES;
                let x = V::load_first(self.x.add(p), rest);
                for i in 0..N {
                    let column = V::load_first(first.add(i * self.step + p), rest);
                    sums[i] = column.mul_add(x, sums[i]);
                }
            }
            sums.map(|sum| sum.total())
        }
    }
}

/// A call of [`Dots::group`]: made only by [`Dots::run`], whose caller vouches for it.
struct Group<'a, V: Simd, const N: usize>(&'a Dots<V::Elem>, usize);

impl<V: Simd, const N: usize> Work for Group<'_, V, N> {
    type Output = [V::Elem; N];

    #[inline(always)]
    fn run(self) -> Self::Output {
        // SAFETY: the caller of `Dots::run` vouches for all that `group` asks.
        unsafe { self.0.group::<V, N>(self.1) }
    }
}
