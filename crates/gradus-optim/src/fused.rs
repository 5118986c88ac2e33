//! Elementwise updates in one pass over parameter, gradient and state.

use gradus_linalg::{Scalar, vectorize};
use rayon::prelude::*;

/// Arrays at least this long are split over threads.
const PARALLEL_FROM: usize = 1 << 18;

/// The fixed size of a part; the update is elementwise, so parts never change a bit.
const PART: usize = 1 << 15;

/// A state that follows its recurrence down to the smallest normal numbers, and is 0 below.
///
/// Where gradients stay 0 (dead units, inputs that are always 0) a moving average decays into the
/// subnormal numbers and never leaves them, because βx rounds back to x; each operation on them
/// then takes some ten times as long.
#[inline(always)]
pub(crate) fn flush<T: Scalar>(x: T) -> T {
    let smallest_normal = (T::one() + T::one()) * (T::one() + T::one()) / T::MAX;
    if x.abs() < smallest_normal { T::zero() } else { x }
}

/// `param[i] = f(param[i], grad[i])` for all i.
pub(crate) fn update<T, F>(param: &mut [T], grad: &[T], f: F)
where
    T: Scalar,
    F: Fn(T, T) -> T + Copy + Sync,
{
    let part = |param: &mut [T], grad: &[T]| {
        vectorize(|| {
            for (p, &g) in param.iter_mut().zip(grad) {
                *p = f(*p, g);
            }
        });
    };
    if param.len() < PARALLEL_FROM {
        part(param, grad);
    } else {
        param.par_chunks_mut(PART).zip(grad.par_chunks(PART)).for_each(|(p, g)| part(p, g));
    }
}

/// `(param[i], a[i]) = f(param[i], grad[i], a[i])` for all i.
pub(crate) fn update_with_1<T, F>(param: &mut [T], grad: &[T], a: &mut [T], f: F)
where
    T: Scalar,
    F: Fn(T, T, T) -> (T, T) + Copy + Sync,
{
    let part = |param: &mut [T], grad: &[T], a: &mut [T]| {
        vectorize(|| {
            for ((p, &g), a) in param.iter_mut().zip(grad).zip(a) {
                (*p, *a) = f(*p, g, *a);
            }
        });
    };
    if param.len() < PARALLEL_FROM {
        part(param, grad, a);
    } else {
        (param.par_chunks_mut(PART), grad.par_chunks(PART), a.par_chunks_mut(PART))
            .into_par_iter()
            .for_each(|(p, g, a)| part(p, g, a));
    }
}

/// `(param[i], a[i], b[i]) = f(param[i], grad[i], a[i], b[i])` for all i.
pub(crate) fn update_with_2<T, F>(param: &mut [T], grad: &[T], a: &mut [T], b: &mut [T], f: F)
where
    T: Scalar,
    F: Fn(T, T, T, T) -> (T, T, T) + Copy + Sync,
{
    let part = |param: &mut [T], grad: &[T], a: &mut [T], b: &mut [T]| {
        vectorize(|| {
            for (((p, &g), a), b) in param.iter_mut().zip(grad).zip(a).zip(b) {
                (*p, *a, *b) = f(*p, g, *a, *b);
            }
        });
    };
    if param.len() < PARALLEL_FROM {
        part(param, grad, a, b);
    } else {
        let states = (a.par_chunks_mut(PART), b.par_chunks_mut(PART));
        (param.par_chunks_mut(PART), grad.par_chunks(PART), states.0, states.1)
            .into_par_iter()
            .for_each(|(p, g, a, b)| part(p, g, a, b));
    }
}
