//! AVX2 registers.
#![cfg(target_arch = "x86_64")]

use std::arch::x86_64::*;

use crate::{dispatch::Work, simd::Simd};

/// 8 `f32`.
#[derive(Clone, Copy)]
pub(crate) struct F32x8(__m256);

// SAFETY: each function does what the trait says with the instructions of its level alone.
unsafe impl Simd for F32x8 {
    type Elem = f32;
    const LANES: usize = 8;
    const HEIGHT: usize = 3;
    const COLS: [usize; 4] = [6, 6, 4, 0];
    const MANY: bool = false;

    #[inline(always)]
    unsafe fn compiled<W: Work>(work: W) -> W::Output {
        // SAFETY: the caller vouches for the level.
        unsafe { crate::dispatch::with_avx2(work) }
    }

    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_set1_ps(x) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller vouches for the elements and the level.
        Self(unsafe { _mm256_loadu_ps(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f32, count: usize) -> Self {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { Self(_mm256_maskload_ps(from, first32(count))) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller vouches for the elements and the level.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f32, count: usize) {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { _mm256_maskstore_ps(to, first32(count), self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_add_ps(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_mul_ps(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_fmadd_ps(self.0, b.0, c.0) })
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // The instruction gives its second operand where one is NaN.
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_max_ps(_mm256_setzero_ps(), self.0) })
    }

    #[inline(always)]
    unsafe fn total(self) -> f32 {
        // SAFETY: the caller vouches for the level.
        unsafe {
            let half =
                _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)))
        }
    }

    #[inline(always)]
    unsafe fn totals(sums: [Self; 8]) -> [f32; 8] {
        // SAFETY: the caller vouches for the level; eight elements of `out` are writable.
        unsafe {
            let halves = |a: Self, b: Self| {
                let low = _mm256_permute2f128_ps::<0x20>(a.0, b.0);
                _mm256_add_ps(low, _mm256_permute2f128_ps::<0x31>(a.0, b.0))
            };
            let pairs = |a, b| {
                _mm256_add_ps(_mm256_shuffle_ps::<0x44>(a, b), _mm256_shuffle_ps::<0xee>(a, b))
            };
            let [a, b, c, d, e, f, g, h] = sums;
            // Two lanes of each of a, c | b, d, and of e, g | f, h.
            let first = pairs(halves(a, b), halves(c, d));
            let second = pairs(halves(e, f), halves(g, h));
            let even = _mm256_shuffle_ps::<0x88>(first, second);
            let sums = _mm256_add_ps(even, _mm256_shuffle_ps::<0xdd>(first, second));
            let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
            let mut out = [0.0; 8];
            _mm256_storeu_ps(out.as_mut_ptr(), _mm256_permutevar8x32_ps(sums, order));
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
                let v = _mm256_castps128_ps256(_mm_loadu_ps(from(r)));
                _mm256_insertf128_ps::<1>(v, _mm_loadu_ps(from(r + 4)))
            };
            let (a, b, c, d) = (lanes(0), lanes(1), lanes(2), lanes(3));
            let ab =
                [_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)].map(|v| _mm256_castps_pd(v));
            let cd =
                [_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d)].map(|v| _mm256_castps_pd(v));
            [
                Self(_mm256_castpd_ps(_mm256_unpacklo_pd(ab[0], cd[0]))),
                Self(_mm256_castpd_ps(_mm256_unpackhi_pd(ab[0], cd[0]))),
                Self(_mm256_castpd_ps(_mm256_unpacklo_pd(ab[1], cd[1]))),
                Self(_mm256_castpd_ps(_mm256_unpackhi_pd(ab[1], cd[1]))),
            ]
        }
    }
}

/// 4 `f64`.
#[derive(Clone, Copy)]
pub(crate) struct F64x4(__m256d);

// SAFETY: each function does what the trait says with the instructions of its level alone.
unsafe impl Simd for F64x4 {
    type Elem = f64;
    const LANES: usize = 4;
    const HEIGHT: usize = 3;
    const COLS: [usize; 4] = [6, 6, 4, 0];
    const MANY: bool = false;

    #[inline(always)]
    unsafe fn compiled<W: Work>(work: W) -> W::Output {
        // SAFETY: the caller vouches for the level.
        unsafe { crate::dispatch::with_avx2(work) }
    }

    #[inline(always)]
    unsafe fn splat(x: f64) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_set1_pd(x) })
    }

    #[inline(always)]
    unsafe fn load(from: *const f64) -> Self {
        // SAFETY: the caller vouches for the elements and the level.
        Self(unsafe { _mm256_loadu_pd(from) })
    }

    #[inline(always)]
    unsafe fn load_first(from: *const f64, count: usize) -> Self {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { Self(_mm256_maskload_pd(from, first64(count))) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f64) {
        // SAFETY: the caller vouches for the elements and the level.
        unsafe { _mm256_storeu_pd(to, self.0) }
    }

    #[inline(always)]
    unsafe fn store_first(self, to: *mut f64, count: usize) {
        // SAFETY: masked lanes are not touched; the caller vouches for the others and the level.
        unsafe { _mm256_maskstore_pd(to, first64(count), self.0) }
    }

    #[inline(always)]
    unsafe fn add(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_add_pd(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul(self, b: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_mul_pd(self.0, b.0) })
    }

    #[inline(always)]
    unsafe fn mul_add(self, b: Self, c: Self) -> Self {
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_fmadd_pd(self.0, b.0, c.0) })
    }

    #[inline(always)]
    unsafe fn relu(self) -> Self {
        // The instruction gives its second operand where one is NaN.
        // SAFETY: the caller vouches for the level.
        Self(unsafe { _mm256_max_pd(_mm256_setzero_pd(), self.0) })
    }

    #[inline(always)]
    unsafe fn total(self) -> f64 {
        // SAFETY: the caller vouches for the level.
        unsafe {
            let half =
                _mm_add_pd(_mm256_castpd256_pd128(self.0), _mm256_extractf128_pd::<1>(self.0));
            _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)))
        }
    }

    #[inline(always)]
    unsafe fn totals(sums: [Self; 8]) -> [f64; 8] {
        // SAFETY: the caller vouches for the level; eight elements of `out` are writable.
        unsafe {
            let halves = |a: Self, b: Self| {
                let low = _mm256_permute2f128_pd::<0x20>(a.0, b.0);
                _mm256_add_pd(low, _mm256_permute2f128_pd::<0x31>(a.0, b.0))
            };
            let mut out = [0.0; 8];
            for four in [0, 4] {
                let first = halves(sums[four], sums[four + 1]);
                let second = halves(sums[four + 2], sums[four + 3]);
                let low = _mm256_unpacklo_pd(first, second);
                // The sums of the first, third, second and fourth register.
                let sums = _mm256_add_pd(low, _mm256_unpackhi_pd(first, second));
                let sums = _mm256_permute4x64_pd::<0b11_01_10_00>(sums);
                _mm256_storeu_pd(out.as_mut_ptr().add(four), sums);
            }
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
                let v = _mm256_castpd128_pd256(_mm_loadu_pd(from(r)));
                _mm256_insertf128_pd::<1>(v, _mm_loadu_pd(from(r + 2)))
            };
            let (a, b) = (lanes(0), lanes(1));
            let low = Self(_mm256_unpacklo_pd(a, b));
            [low, Self(_mm256_unpackhi_pd(a, b)), low, low]
        }
    }
}

/// A mask of the first `count` ≤ 8 lanes of 32 bits.
///
/// # Safety
/// The machine has AVX2.
#[inline(always)]
unsafe fn first32(count: usize) -> __m256i {
    // SAFETY: the caller vouches for the level.
    unsafe {
        let lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
        _mm256_cmpgt_epi32(_mm256_set1_epi32(count as i32), lane)
    }
}

/// A mask of the first `count` ≤ 4 lanes of 64 bits.
///
/// # Safety
/// The machine has AVX2.
#[inline(always)]
unsafe fn first64(count: usize) -> __m256i {
    // SAFETY: the caller vouches for the level.
    unsafe {
        let lane = _mm256_setr_epi64x(0, 1, 2, 3);
        _mm256_cmpgt_epi64(_mm256_set1_epi64x(count as i64), lane)
    }
}
