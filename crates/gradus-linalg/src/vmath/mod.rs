//! Elementary functions of whole slices.
//!
//! Every function takes the input and an output of the same length; the `_in_place` forms
//! overwrite their argument. A value gives the same bits wherever it stands in the slice.

use crate::Scalar;

fn map<T: Scalar>(x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    assert!(x.len() == out.len(), "{} elements into {}", x.len(), out.len());
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

fn map_in_place<T: Scalar>(x: &mut [T], f: impl Fn(T) -> T) {
    for x in x {
        *x = f(*x);
    }
}

fn sigmoid_of<T: Scalar>(x: T) -> T {
    let e = (-x.abs()).exp();
    let top = if x < T::zero() { e } else { T::one() };
    top / (T::one() + e)
}

fn relu_of<T: Scalar>(x: T) -> T {
    if x < T::zero() { T::zero() } else { x }
}

/// eˣ.
///
/// # Panics
/// If the lengths differ.
pub fn exp<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| x.exp());
}

/// eˣ, in place.
pub fn exp_in_place<T: Scalar>(x: &mut [T]) {
    map_in_place(x, |x| x.exp());
}

/// eˣ − 1, accurate near 0.
///
/// # Panics
/// If the lengths differ.
pub fn exp_m1<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| x.exp_m1());
}

/// ln x.
///
/// # Panics
/// If the lengths differ.
pub fn ln<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| x.ln());
}

/// ln(1 + x), accurate near 0.
///
/// # Panics
/// If the lengths differ.
pub fn ln_1p<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| x.ln_1p());
}

/// tanh x.
///
/// # Panics
/// If the lengths differ.
pub fn tanh<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| x.tanh());
}

/// tanh x, in place.
pub fn tanh_in_place<T: Scalar>(x: &mut [T]) {
    map_in_place(x, |x| x.tanh());
}

/// The logistic sigmoid 1/(1 + e⁻ˣ).
///
/// # Panics
/// If the lengths differ.
pub fn sigmoid<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, sigmoid_of);
}

/// The logistic sigmoid, in place.
pub fn sigmoid_in_place<T: Scalar>(x: &mut [T]) {
    map_in_place(x, sigmoid_of);
}

/// ln(1 + eˣ).
///
/// # Panics
/// If the lengths differ.
pub fn softplus<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, |x| relu_of(x) + (-x.abs()).exp().ln_1p());
}

/// The error function.
///
/// # Panics
/// If the lengths differ.
pub fn erf<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, Scalar::erf);
}

/// max(x, 0); NaN stays NaN.
///
/// # Panics
/// If the lengths differ.
pub fn relu<T: Scalar>(x: &[T], out: &mut [T]) {
    map(x, out, relu_of);
}

/// max(x, 0), in place.
pub fn relu_in_place<T: Scalar>(x: &mut [T]) {
    map_in_place(x, relu_of);
}
