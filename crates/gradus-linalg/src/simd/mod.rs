//! Vectors of the machine, behind one trait, so that each kernel is written once.
#![allow(unsafe_code)] // Intrinsics work on raw pointers and need a feature found at run time.

mod avx2;
mod avx512;
mod portable;

use crate::{
    Scalar,
    dispatch::{Level, Work},
};

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::{F32x8, F64x4};
#[cfg(target_arch = "x86_64")]
pub(crate) use avx512::{F32x16, F64x8};
pub(crate) use portable::Quad;

/// A register of `LANES` elements.
///
/// # Safety
/// All functions may run only on a machine that has the level of the type (which [`dispatch`]
/// makes sure of), and are fast only where they are inlined into [`Simd::compiled`].
pub(crate) unsafe trait Simd: Copy {
    /// The element.
    type Elem: Scalar;
    /// Elements in a register.
    const LANES: usize;
    /// Registers of rows in the highest tile of the matrix product.
    const HEIGHT: usize;
    /// Columns of the widest tile, for tiles that are 1, 2, 3, 4 registers high.
    const COLS: [usize; 4];
    /// Whether there are 32 registers, so that 24 sums are computed at once.
    const MANY: bool;

    /// Runs a loop in a copy compiled for the type's instruction set.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn compiled<W: Work>(work: W) -> W::Output;

    /// All lanes equal `x`.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn splat(x: Self::Elem) -> Self;

    /// Loads `LANES` elements.
    ///
    /// # Safety
    /// They are readable; the machine has the type's level.
    unsafe fn load(from: *const Self::Elem) -> Self;

    /// Loads `count` ≤ `LANES` elements, and zeros.
    ///
    /// # Safety
    /// They are readable; the machine has the type's level.
    unsafe fn load_first(from: *const Self::Elem, count: usize) -> Self;

    /// Stores `LANES` elements.
    ///
    /// # Safety
    /// They are writable; the machine has the type's level.
    unsafe fn store(self, to: *mut Self::Elem);

    /// Stores the first `count` ≤ `LANES` elements.
    ///
    /// # Safety
    /// They are writable; the machine has the type's level.
    unsafe fn store_first(self, to: *mut Self::Elem, count: usize);

    /// a + b.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn add(self, b: Self) -> Self;

    /// a·b.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn mul(self, b: Self) -> Self;

    /// a·b + c, rounded once wherever the level has such an instruction.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn mul_add(self, b: Self, c: Self) -> Self;

    /// max(a, 0) that keeps NaN.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn relu(self) -> Self;

    /// The sum of the lanes, by halves.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn total(self) -> Self::Elem;

    /// The sums of the lanes of eight registers, each to the bit that of [`Simd::total`]: side by side
    /// they take a third of the instructions.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn totals(sums: [Self; 8]) -> [Self::Elem; 8];

    /// Asks for a cache line, wherever it is.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn prefetch(at: *const Self::Elem);

    /// Asks for a cache line from memory, for the second-level cache.
    ///
    /// # Safety
    /// The machine has the type's level.
    unsafe fn prefetch_second(at: *const Self::Elem);

    /// Transposes `LANES` runs of `CHUNK` elements: run r starts at `from(r)`, and output c
    /// holds element c of each.
    ///
    /// # Safety
    /// All runs are readable; the machine has the type's level.
    unsafe fn transpose(from: impl Fn(usize) -> *const Self::Elem) -> [Self; 4];

    /// Elements of each run that [`Simd::transpose`] reads: those in 16 bytes.
    const CHUNK: usize = 16 / size_of::<Self::Elem>();
}

/// Work that is generic over the register.
pub(crate) trait Task<T> {
    /// What the work gives back.
    type Output;

    /// Does the work.
    ///
    /// # Safety
    /// The machine has the level of `V`.
    unsafe fn run<V: Simd<Elem = T>>(self) -> Self::Output;
}

/// The registers of one element type, one for each level.
pub(crate) trait Registers: Sized {
    /// Runs a task with the register of a level.
    ///
    /// # Panics
    /// If the machine lacks the level.
    fn dispatch<W: Task<Self>>(level: Level, task: W) -> W::Output;
}

macro_rules! registers {
    ($elem:ty, $avx512:ty, $avx2:ty) => {
        impl Registers for $elem {
            fn dispatch<W: Task<Self>>(level: Level, task: W) -> W::Output {
                assert!(level <= Level::detected(), "this machine lacks {level:?}");
                #[cfg(target_arch = "x86_64")]
                match level {
                    // SAFETY: the machine has the level.
                    Level::Avx512 => return unsafe { task.run::<$avx512>() },
                    // SAFETY: the machine has the level.
                    Level::Avx2 => return unsafe { task.run::<$avx2>() },
                    Level::Portable => {}
                }
                // SAFETY: every machine has this level.
                unsafe { task.run::<Quad<$elem>>() }
            }
        }
    };
}

registers!(f32, F32x16, F32x8);
registers!(f64, F64x8, F64x4);

#[cfg(test)]
mod tests {
    use super::*;

    /// The totals of eight registers, together and each by itself.
    struct Totals<'a, T>(&'a [T]);

    impl<T: Scalar> Task<T> for Totals<'_, T> {
        type Output = [[T; 8]; 2];

        unsafe fn run<V: Simd<Elem = T>>(self) -> Self::Output {
            assert!(self.0.len() >= 8 * V::LANES);
            // SAFETY: eight registers' elements are readable; the caller vouches for the level.
            unsafe {
                let sums: [V; 8] =
                    std::array::from_fn(|r| V::load(self.0[r * V::LANES..].as_ptr()));
                [V::totals(sums), sums.map(|sum| V::total(sum))]
            }
        }
    }

    fn totals_agree<T: Scalar + Registers>() {
        // Sines of whole numbers: sums that another order would round otherwise.
        let x: Vec<T> = (0..128).map(|i| T::of((f64::from(i) * 1.7).sin())).collect();
        for level in Level::available() {
            let [together, alone] = T::dispatch(level, Totals(&x));
            assert_eq!(together, alone, "{} {level:?}", T::NAME);
        }
    }

    #[test]
    fn totals_have_the_bits_of_each_total() {
        totals_agree::<f32>();
        totals_agree::<f64>();
    }
}
