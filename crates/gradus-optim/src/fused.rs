//! Elementwise updates in one pass over parameter, gradient and state.

use std::hint::black_box;

use gradus_linalg::{Scalar, vectorize};

/// Entries that are computed side by side: a whole register of the widest machine, so that short
/// arrays and the ends of long ones are vectorised too.
const LANES: usize = 16;

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
    F: Fn(T, T) -> T + Copy,
{
    update_with(param, grad, [], |p, g, []| (f(p, g), []));
}

/// `origin = param`, then `param[i] -= factor · velocity[i]` for all i.
pub(crate) fn look_ahead<T: Scalar>(param: &mut [T], velocity: &[T], origin: &mut [T], factor: T) {
    update_with(param, velocity, [origin], move |p, v, [_]| (p - factor * v, [p]));
}

/// `(param[i], state[i]) = f(param[i], grad[i], state[i])` for all i, with the i-th entries of `N`
/// arrays of state.
pub(crate) fn update_with<T, F, const N: usize>(
    param: &mut [T],
    grad: &[T],
    state: [&mut [T]; N],
    f: F,
) where
    T: Scalar,
    F: Fn(T, T, [T; N]) -> (T, [T; N]) + Copy,
{
    // Inlined, or it would be compiled for the oldest processor.
    vectorize(
        #[inline(always)]
        || {
            let (param, param_end) = param.as_chunks_mut::<LANES>();
            let (grad, grad_end) = grad.as_chunks::<LANES>();
            let mut state = state.map(|array| {
                let (chunks, end) = array.as_chunks_mut::<LANES>();
                (&mut chunks[..param.len()], end)
            });
            for (j, (p, g)) in param.iter_mut().zip(grad).enumerate() {
                // Opaque, so that the compiler works along a chunk. For the cheapest rules it takes
                // to working across chunks, with one entry gathered from each of sixteen: seven
                // times slower from memory, and sixty times from a cache.
                let j = black_box(j);
                let mut s = std::array::from_fn(|k| state[k].0[j]);
                lanes(p, g, &mut s, f);
                for k in 0..N {
                    state[k].0[j] = s[k];
                }
            }
            let n = param_end.len();
            if n > 0 {
                let (mut p, mut g, mut s) =
                    ([T::zero(); LANES], [T::zero(); LANES], [[T::zero(); LANES]; N]);
                p[..n].copy_from_slice(param_end);
                g[..n].copy_from_slice(&grad_end[..n]);
                for (s, (_, end)) in s.iter_mut().zip(&state) {
                    s[..n].copy_from_slice(&end[..n]);
                }
                lanes(&mut p, &g, &mut s, f);
                param_end.copy_from_slice(&p[..n]);
                for (s, (_, end)) in s.iter().zip(&mut state) {
                    end[..n].copy_from_slice(&s[..n]);
                }
            }
        },
    );
}

/// One register's worth.
#[inline(always)]
fn lanes<T, F, const N: usize>(
    param: &mut [T; LANES],
    grad: &[T; LANES],
    state: &mut [[T; LANES]; N],
    f: F,
) where
    T: Scalar,
    F: Fn(T, T, [T; N]) -> (T, [T; N]),
{
    let (p, g, s) = (*param, *grad, *state);
    for i in 0..LANES {
        let (new, after) = f(p[i], g[i], std::array::from_fn(|k| s[k][i]));
        param[i] = new;
        for k in 0..N {
            state[k][i] = after[k];
        }
    }
}
