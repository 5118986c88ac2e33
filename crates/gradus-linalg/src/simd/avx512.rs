//! AVX-512 registers.
#![cfg(target_arch = "x86_64")]

use std::arch::x86_64::*;

use crate::{dispatch::Work, simd::Simd};

/// 16 `f32`.
#[derive(Clone, Copy)]
pub(crate) struct F32x16(__m512);

// SAFETY: each function does what the trait says with the instructions of its level alone.
unsafe impl Simd for F32x16 {
    type Elem = f32;
    const LANES: usize = 16;
    const HEIGHT: usize = 4;
    const COLS: [usize; 4] = [12, 12, 8, 6];
    const MANY: bool = true;

    #[inline(always)]
    unsafe fn compiled<W: Work>(work: W) -> W::Output {
        // SAFETY: the caller vouches for the level.
        unsafe { crate::dispatch::with_avx512(work) }
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_set1_ps(x) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the elements and the level.
        Self(unsafe { _mm512_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { Self(_mm512_maskz_loadu_ps(first(count) as __mmask16, from)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for the elements and the level.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { _mm512_mask_storeu_ps(to, first(count) as __mmask16, self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_add_ps(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_mul_ps(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_fmadd_ps(self.0, b.0, c.0) })
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // The instruction gives its second operand where one is NaN.
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_max_ps(_mm512_setzero_ps(), self.0) })
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        // SAFETY: the caller vouches for the level.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    unsafe fn totals(sums: [Self; 8]) -> [f32; 8] {
        // SAFETY: the caller vouches for the level; eight elements of `out` are writable.
        unsafe {
            let halves = |a: Self, b: Self| {
                let low = _mm512_shuffle_f32x4::<0x44>(a.0, b.0);
                _mm512_add_ps(low, _mm512_shuffle_f32x4::<0xee>(a.0, b.0))
            };
            let quarters = |a, b| {
                let even = _mm512_shuffle_f32x4::<0x88>(a, b);
                _mm512_add_ps(even, _mm512_shuffle_f32x4::<0xdd>(a, b))
            };
            let [a, b, c, d, e, f, g, h] = sums;
            // Four lanes of each of a, b, c, d, and of e, f, g, h.
            let first = quarters(halves(a, b), halves(c, d));
            let second = quarters(halves(e, f), halves(g, h));
            let low = _mm512_shuffle_ps::<0x44>(first, second);
            let pairs = _mm512_add_ps(low, _mm512_shuffle_ps::<0xee>(first, second));
            let sums = _mm512_add_ps(pairs, _mm512_permute_ps::<0xb1>(pairs));
            let order = _mm512_setr_epi32(0, 4, 8, 12, 2, 6, 10, 14, 0, 0, 0, 0, 0, 0, 0, 0);
            let mut out = [0.0; 8];
            let sums = _mm512_castps512_ps256(_mm512_permutexvar_ps(order, sums));
            _mm256_storeu_ps(out.as_mut_ptr(), sums);
            out
        }
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const f32) {
        // SAFETY: a prefetch may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
    }

    #[inline(always)]
    unsafe fn prefetch_second(at: *const f32) {
        // SAFETY: a prefetch may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) };
    }

    #[inline(always)]
    unsafe fn transpose(from: impl Fn(usize) -> *const f32) -> [Self; 4] {
        // SAFETY: the caller vouches for four readable elements from each pointer, and the level.
        unsafe {
            let lanes = |r: usize| {
                let v = _mm512_castps128_ps512(_mm_loadu_ps(from(r)));
                let v = _mm512_insertf32x4::<1>(v, _mm_loadu_ps(from(r + 4)));
                let v = _mm512_insertf32x4::<2>(v, _mm_loadu_ps(from(r + 8)));
                _mm512_insertf32x4::<3>(v, _mm_loadu_ps(from(r + 12)))
            };
            let (a, b, c, d) = (lanes(0), lanes(1), lanes(2), lanes(3));
            let ab =
                [_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)].map(|v| _mm512_castps_pd(v));
            let cd =
                [_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d)].map(|v| _mm512_castps_pd(v));
            [
                Self(_mm512_castpd_ps(_mm512_unpacklo_pd(ab[0], cd[0]))),
                Self(_mm512_castpd_ps(_mm512_unpackhi_pd(ab[0], cd[0]))),
                Self(_mm512_castpd_ps(_mm512_unpacklo_pd(ab[1], cd[1]))),
                Self(_mm512_castpd_ps(_mm512_unpackhi_pd(ab[1], cd[1]))),
            ]
        }
    }
}

/// 8 `f64`.
#[derive(Clone, Copy)]
pub(crate) struct F64x8(__m512d);

// SAFETY: each function does what the trait says with the instructions of its level alone.
unsafe impl Simd for F64x8 {
    type Elem = f64;
    const LANES: usize = 8;
    const HEIGHT: usize = 4;
    const COLS: [usize; 4] = [12, 12, 8, 6];
    const MANY: bool = true;

    #[inline(always)]
    unsafe fn compiled<W: Work>(work: W) -> W::Output {
        // SAFETY: the caller vouches for the level.
        unsafe { crate::dispatch::with_avx512(work) }
    }

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_set1_pd(x) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the elements and the level.
        Self(unsafe { _mm512_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { Self(_mm512_maskz_loadu_pd(first(count) as __mmask8, from)) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller vouches for the elements and the level.
        unsafe { _mm512_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { _mm512_mask_storeu_pd(to, first(count) as __mmask8, self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_add_pd(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_mul_pd(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_fmadd_pd(self.0, b.0, c.0) })
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // The instruction gives its second operand where one is NaN.
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm512_max_pd(_mm512_setzero_pd(), self.0) })
    }

    #[inline(always)]
    unsafe fn total(self) -> f64 {
        // SAFETY: the caller vouches for the level.
        unsafe { _mm512_reduce_add_pd(self.0) }
    }

    #[inline(always)]
    unsafe fn totals(sums: [Self; 8]) -> [f64; 8] {
        // SAFETY: the caller vouches for the level; eight elements of `out` are writable.
        unsafe {
            let halves = |a: Self, b: Self| {
                let low = _mm512_shuffle_f64x2::<0x44>(a.0, b.0);
                _mm512_add_pd(low, _mm512_shuffle_f64x2::<0xee>(a.0, b.0))
            };
            let quarters = |a, b| {
                let even = _mm512_shuffle_f64x2::<0x88>(a, b);
                _mm512_add_pd(even, _mm512_shuffle_f64x2::<0xdd>(a, b))
            };
            let [a, b, c, d, e, f, g, h] = sums;
            // Two lanes of each of a, b, c, d, and of e, f, g, h.
            let first = quarters(halves(a, b), halves(c, d));
            let second = quarters(halves(e, f), halves(g, h));
            let low = _mm512_unpacklo_pd(first, second);
            let sums = _mm512_add_pd(low, _mm512_unpackhi_pd(first, second));
            let order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
            let mut out = [0.0; 8];
            _mm512_storeu_pd(out.as_mut_ptr(), _mm512_permutexvar_pd(order, sums));
            out
        }
    }

    #[inline(always)]
    unsafe fn prefetch(at: *const f64) {
        // SAFETY: a prefetch may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) };
    }

    #[inline(always)]
    unsafe fn prefetch_second(at: *const f64) {
        // SAFETY: a prefetch may name any address.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) };
    }

    #[inline(always)]
    unsafe fn transpose(from: impl Fn(usize) -> *const f64) -> [Self; 4] {
        // SAFETY: the caller vouches for two readable elements from each pointer, and the level.
        unsafe {
            let lanes = |r: usize| {
                let v = _mm512_castpd128_pd512(_mm_loadu_pd(from(r)));
                let v = _mm512_insertf64x2::<1>(v, _mm_loadu_pd(from(r + 2)));
                let v = _mm512_insertf64x2::<2>(v, _mm_loadu_pd(from(r + 4)));
                _mm512_insertf64x2::<3>(v, _mm_loadu_pd(from(r + 6)))
            };
            let (a, b) = (lanes(0), lanes(1));
            let low = Self(_mm512_unpacklo_pd(a, b));
            [low, Self(_mm512_unpackhi_pd(a, b)), low, low]
        }
    }
}

/// A mask of the first `count` ≤ 16 lanes.
#[inline(always)]
fn first(count: usize) -> u32 {
    (1 << count) - 1
}
