//! Elementary functions of whole slices.
//!
//! Every function takes the input and an output of the same length; the `_in_place` forms
//! overwrite their argument. Results are within 2 units in the last place of the exact value for
//! every input, subnormal, infinite and NaN ones included; and a value gives the same bits
//! wherever it stands in a slice, on every machine.
//!
//! ```
//! use gradus_linalg::vmath;
//! let mut y = [0.0; 3];
//! vmath::sigmoid(&[-f64::INFINITY, 0.0, -745.0], &mut y);
//! assert_eq!(y, [0.0, 0.5, 5e-324]);
//! ```

mod arctangent;
mod double;
mod sine;
mod single;
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

use crate::{
    Scalar,
    dispatch::{Level, Work, run_at},
};

/// A function of one number: a type, since a function pointer would not always be inlined.
pub(crate) trait Elementwise<T> {
    /// f(x), but for arguments that are rare.
    fn of(x: T) -> T;

    /// The arguments that `of` has no way for.
    const RARE: Option<Rare<T>> = None;
}

/// Arguments above a size, the infinite ones too, and what computes their function.
pub(crate) struct Rare<T> {
    beyond: T,
    of: fn(T) -> T,
}

/// Elements between two looks for rare arguments: few enough to stay in cache.
const PIECE: usize = 256;

impl<T: Scalar> Rare<T> {
    /// Puts right what `Elementwise::of` made of rare arguments.
    #[inline(always)]
    fn settle(&self, x: &[T], out: &mut [T]) {
        if x.iter().fold(false, |any, x| any | (x.abs() > self.beyond)) {
            for (out, &x) in out.iter_mut().zip(x) {
                if x.abs() > self.beyond {
                    *out = (self.of)(x);
                }
            }
        }
    }
}

/// A loop over a slice that is overwritten.
struct InPlace<'a, T, F>(&'a mut [T], PhantomData<F>);

impl<T: Scalar, F: Elementwise<T>> Work for InPlace<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Some(rare) = F::RARE else {
            for x in self.0 {
                *x = F::of(*x);
            }
            return;
        };
        let mut before = [T::zero(); PIECE];
        for x in self.0.chunks_mut(PIECE) {
            let before = &mut before[..x.len()];
            before.copy_from_slice(x);
            for (x, &before) in x.iter_mut().zip(before.iter()) {
                *x = F::of(before);
            }
            rare.settle(before, x);
        }
    }
}

/// A loop from one slice to another.
struct Between<'a, T, F>(&'a [T], &'a mut [T], PhantomData<F>);

impl<T: Scalar, F: Elementwise<T>> Work for Between<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Some(rare) = F::RARE else {
            for (out, &x) in self.1.iter_mut().zip(self.0) {
                *out = F::of(x);
            }
            return;
        };
        for (out, x) in self.1.chunks_mut(PIECE).zip(self.0.chunks(PIECE)) {
            for (out, &x) in out.iter_mut().zip(x) {
                *out = F::of(x);
            }
            rare.settle(x, out);
        }
    }
}

/// A single number, without a loop.
struct One<T, F>(T, PhantomData<F>);

impl<T: Scalar, F: Elementwise<T>> Work for One<T, F> {
    type Output = T;

    #[inline(always)]
    fn run(self) -> T {
        match F::RARE {
            Some(rare) if self.0.abs() > rare.beyond => (rare.of)(self.0),
            _ => F::of(self.0),
        }
    }
}

/// The element types' loops, compiled in this crate alone.
pub(crate) trait Functions: Sized {
    /// f(x) of one number.
    fn apply_one(level: Level, f: Function, x: Self) -> Self;

    /// out ← f(x).
    fn apply(level: Level, f: Function, x: &[Self], out: &mut [Self]);

    /// x ← f(x).
    fn apply_in_place(level: Level, f: Function, x: &mut [Self]);
}

macro_rules! functions {
    ($($name:ident $scalar:ident $doc:literal,)*) => {
        /// A function of this module, by name: see [`apply_at`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Function {
            $(#[doc = $doc] $name,)*
        }

        /// The functions, as types.
        pub(crate) mod of {
            $(pub(crate) struct $name;)*
        }

        functions!(f32 single $($name $scalar,)*);
        functions!(f64 double $($name $scalar,)*);
    };
    ($t:ident $file:ident $($name:ident $scalar:ident,)*) => {
        $(impl Elementwise<$t> for of::$name {
            #[inline(always)]
            fn of(x: $t) -> $t {
                $file::$scalar(x)
            }

            const RARE: Option<Rare<$t>> = $file::rare(Function::$name);
        })*

        impl Functions for $t {
            fn apply_one(level: Level, f: Function, x: Self) -> Self {
                match f {
                    $(Function::$name => run_at(level, One(x, PhantomData::<of::$name>)),)*
                }
            }

            fn apply(level: Level, f: Function, x: &[Self], out: &mut [Self]) {
                match f {
                    $(Function::$name => {
                        run_at(level, Between(x, out, PhantomData::<of::$name>));
                    })*
                }
            }

            fn apply_in_place(level: Level, f: Function, x: &mut [Self]) {
                match f {
                    $(Function::$name => run_at(level, InPlace(x, PhantomData::<of::$name>)),)*
                }
            }
        }
    };
}

functions! {
    Exp exp "[`exp()`].",
    ExpM1 exp_m1 "[`exp_m1()`].",
    Ln ln "[`ln()`].",
    Ln1p ln_1p "[`ln_1p()`].",
    Tanh tanh "[`tanh()`].",
    Sigmoid sigmoid "[`sigmoid()`].",
    Softplus softplus "[`softplus()`].",
    Erf erf "[`erf()`].",
    Relu relu "[`relu()`].",
    Sin sin "[`sin()`].",
    Cos cos "[`cos()`].",
    Atan atan "[`atan()`].",
}

/// Out ← f(x) at a level of instructions, so that levels can be compared: the bits are the same at
/// each.
///
/// # Panics
/// If the lengths differ, or this machine lacks the level.
///
/// ```
/// use gradus_linalg::{Level, vmath};
/// for level in Level::available() {
///     let mut y = [0.0_f32; 2];
///     vmath::apply_at(level, vmath::Function::Exp, &[0.0, 1.0], &mut y);
///     assert_eq!(y, [1.0, std::f32::consts::E]);
/// }
/// ```
pub fn apply_at<T: Scalar>(level: Level, f: Function, x: &[T], out: &mut [T]) {
    assert!(x.len() == out.len(), "{f:?}: {} elements into {}", x.len(), out.len());
    T::apply(level, f, x, out);
}

/// Inlined, so that a single number, which its caller knows to be one, stays in a register.
#[inline]
fn apply<T: Scalar>(f: Function, x: &[T], out: &mut [T]) {
    if let ([x], [out]) = (x, &mut *out) {
        *out = T::apply_one(Level::detected(), f, *x);
    } else {
        apply_at(Level::detected(), f, x, out);
    }
}

/// eˣ.
///
/// # Panics
/// If the lengths differ.
pub fn exp<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Exp, x, out);
}

/// eˣ, in place.
pub fn exp_in_place<T: Scalar>(x: &mut [T]) {
    T::apply_in_place(Level::detected(), Function::Exp, x);
}

/// eˣ − 1, accurate near 0.
///
/// # Panics
/// If the lengths differ.
pub fn exp_m1<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::ExpM1, x, out);
}

/// ln x; −∞ for ±0, NaN for negative x.
///
/// # Panics
/// If the lengths differ.
pub fn ln<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Ln, x, out);
}

/// ln(1 + x), accurate near 0; −∞ for −1, NaN for less.
///
/// # Panics
/// If the lengths differ.
pub fn ln_1p<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Ln1p, x, out);
}

/// tanh x.
///
/// # Panics
/// If the lengths differ.
pub fn tanh<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Tanh, x, out);
}

/// tanh x, in place.
pub fn tanh_in_place<T: Scalar>(x: &mut [T]) {
    T::apply_in_place(Level::detected(), Function::Tanh, x);
}

/// The logistic sigmoid 1/(1 + e⁻ˣ), accurate in both tails.
///
/// # Panics
/// If the lengths differ.
pub fn sigmoid<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Sigmoid, x, out);
}

/// The logistic sigmoid, in place.
pub fn sigmoid_in_place<T: Scalar>(x: &mut [T]) {
    T::apply_in_place(Level::detected(), Function::Sigmoid, x);
}

/// ln(1 + eˣ), which neither overflows nor becomes linear early (PyTorch's does beyond 20).
///
/// # Panics
/// If the lengths differ.
pub fn softplus<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Softplus, x, out);
}

/// The error function.
///
/// # Panics
/// If the lengths differ.
pub fn erf<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Erf, x, out);
}

/// max(x, 0); NaN stays NaN.
///
/// # Panics
/// If the lengths differ.
pub fn relu<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Relu, x, out);
}

/// max(x, 0), in place; NaN stays NaN.
pub fn relu_in_place<T: Scalar>(x: &mut [T]) {
    T::apply_in_place(Level::detected(), Function::Relu, x);
}

/// sin x; NaN for ±∞. Arguments beyond 10⁹ in size are reduced one by one, with all bits of 2/π that
/// matter, and take many times as long.
///
/// # Panics
/// If the lengths differ.
///
/// ```
/// use gradus_linalg::vmath;
/// let mut y = [0.0; 2];
/// vmath::sin(&[1.0, 1e300], &mut y);
/// assert_eq!(y, [0.841_470_984_807_896_5, -0.817_881_912_115_908_5]);
/// ```
pub fn sin<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Sin, x, out);
}

/// cos x; otherwise as [`sin()`].
///
/// # Panics
/// If the lengths differ.
pub fn cos<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Cos, x, out);
}

/// arctan x, between −π/2 and π/2.
///
/// # Panics
/// If the lengths differ.
pub fn atan<T: Scalar>(x: &[T], out: &mut [T]) {
    apply(Function::Atan, x, out);
}
