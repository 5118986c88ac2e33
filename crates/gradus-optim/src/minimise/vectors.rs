//! The few operations on vectors that the methods share.

use gradus_linalg::{reduce, vectorize};

pub(super) use gradus_linalg::reduce::dot;

/// The Euclidean norm, without overflow or underflow on the way.
pub(super) fn norm(x: &[f64]) -> f64 {
    let squares = reduce::sum_squares(x);
    if squares.is_normal() { squares.sqrt() } else { x.iter().fold(0.0, |a, &b| a.hypot(b)) }
}

/// ‖x − y‖.
pub(super) fn distance(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

/// out ← x + a·y.
pub(super) fn add_scaled(x: &[f64], a: f64, y: &[f64], out: &mut [f64]) {
    vectorize(|| {
        for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
            *out = x + a * y;
        }
    });
}

/// y ← y + a·x.
pub(super) fn axpy(a: f64, x: &[f64], y: &mut [f64]) {
    vectorize(|| {
        for (y, x) in y.iter_mut().zip(x) {
            *y += a * x;
        }
    });
}

/// y ← a·y − x: with a = 0 the opposite of x.
pub(super) fn scale_minus(a: f64, y: &mut [f64], x: &[f64]) {
    vectorize(|| {
        for (y, x) in y.iter_mut().zip(x) {
            *y = a * *y - x;
        }
    });
}

/// out ← −x.
pub(super) fn negate(x: &[f64], out: &mut [f64]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = -x;
    }
}

/// out ← x − y.
pub(super) fn subtract(x: &[f64], y: &[f64], out: &mut [f64]) {
    vectorize(|| {
        for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
            *out = x - y;
        }
    });
}
