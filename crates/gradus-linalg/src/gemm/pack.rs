//! Packing: panels of an operand copied to where the register kernel reads them in order.
#![allow(unsafe_code)] // Raw pointers, so that nothing is checked inside the loops.

use crate::{dispatch::Work, simd::Simd};

/// A panel of an operand: `width` rows of A, or columns of B, by `k`.
#[derive(Clone, Copy)]
pub(super) struct Panel<T> {
    pub(super) from: *const T,
    /// From one of the `width` runs to the next.
    pub(super) across: usize,
    /// From one of the `k` elements of a run to the next.
    pub(super) along: usize,
    pub(super) width: usize,
    pub(super) k: usize,
}

/// Writes element p of run r to `to + p * stride + r`; between `width` and `stride`, if that is
/// less than a register further, anything may be written.
///
/// # Safety
/// The machine has the level of `V`, `width` > 0, the panel is readable, `k * stride` elements of
/// `to` are writable, and `width` ≤ `stride`.
pub(super) unsafe fn pack<V: Simd>(panel: Panel<V::Elem>, to: *mut V::Elem, stride: usize) {
    // SAFETY: the caller vouches for all that these ask.
    unsafe {
        if panel.across == 1 {
            V::compiled(Copying::<V, false>(panel, to, stride));
        } else if panel.along == 1 {
            V::compiled(Copying::<V, true>(panel, to, stride));
        } else {
            general(panel, 0, to, stride);
        }
    }
}

/// A call of [`straight`] or [`transposed`]: made only by [`pack`], whose caller vouches for it.
struct Copying<V: Simd, const TRANSPOSED: bool>(Panel<V::Elem>, *mut V::Elem, usize);

impl<V: Simd, const TRANSPOSED: bool> Work for Copying<V, TRANSPOSED> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self(panel, to, stride) = self;
        // SAFETY: the caller of `pack` vouches for all that these ask.
        unsafe {
            if TRANSPOSED {
                transposed::<V>(panel, to, stride);
            } else {
                straight::<V>(panel, to, stride);
            }
        }
    }
}

/// # Safety
/// As for [`pack`]; runs lie side by side.
#[inline(always)]
unsafe fn straight<V: Simd>(panel: Panel<V::Elem>, to: *mut V::Elem, stride: usize) {
    let (full, rest) = (panel.width / V::LANES, panel.width % V::LANES);
    // SAFETY: (p, r) is inside the panel and inside `k * stride`; the caller vouches for both.
    unsafe {
        for p in 0..panel.k {
            let (from, to) = (panel.from.add(p * panel.along), to.add(p * stride));
            for v in 0..full {
                V::load(from.add(v * V::LANES)).store(to.add(v * V::LANES));
            }
            if rest > 0 {
                let at = full * V::LANES;
                V::load_first(from.add(at), rest).store_first(to.add(at), rest);
            }
        }
    }
}

/// # Safety
/// As for [`pack`]; each run is contiguous.
#[inline(always)]
unsafe fn transposed<V: Simd>(panel: Panel<V::Elem>, to: *mut V::Elem, stride: usize) {
    let chunks = panel.k / V::CHUNK;
    // SAFETY: runs beyond the panel's are replaced by its last, elements beyond the last whole
    // chunk are left to `general`, and at most `stride` elements are written for each p.
    unsafe {
        let mut first = 0;
        while first < panel.width {
            let runs = (panel.width - first).min(V::LANES);
            let (from, to) = (panel.from.add(first * panel.across), to.add(first));
            let room = (stride - first).min(V::LANES);
            if runs == V::LANES {
                for p in 0..chunks {
                    let from = from.add(p * V::CHUNK);
                    let out = V::transpose(|r| from.add(r * panel.across));
                    for c in 0..V::CHUNK {
                        out[c].store(to.add((p * V::CHUNK + c) * stride));
                    }
                }
            } else {
                for p in 0..chunks {
                    let from = from.add(p * V::CHUNK);
                    let out = V::transpose(|r| from.add(r.min(runs - 1) * panel.across));
                    for c in 0..V::CHUNK {
                        out[c].store_first(to.add((p * V::CHUNK + c) * stride), room);
                    }
                }
            }
            first += V::LANES;
        }
        general(panel, chunks * V::CHUNK, to, stride);
    }
}

/// Packs elements `start..k` of each run.
///
/// # Safety
/// As for [`pack`].
#[inline(always)]
unsafe fn general<T: Copy>(panel: Panel<T>, start: usize, to: *mut T, stride: usize) {
    // SAFETY: (p, r) is inside the panel and inside `k * stride`; the caller vouches for both.
    unsafe {
        for p in start..panel.k {
            for r in 0..panel.width {
                *to.add(p * stride + r) = *panel.from.add(r * panel.across + p * panel.along);
            }
        }
    }
}
