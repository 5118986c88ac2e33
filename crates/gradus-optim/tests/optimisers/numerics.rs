//! Precision, range and threads.

use gradus_optim::{AdamW, ClipValue, Optimizer};

use crate::table::{Boxed, all};

/// f32 follows f64 for ten thousand steps: what hangs on βᵏ is not lost to rounding.
#[test]
fn single_precision_follows_double() {
    for (mut single, mut double) in all::<f32>(0.01).into_iter().zip(all::<f64>(0.01)) {
        let (mut x, mut y) = ([3.0_f32], [3.0_f64]);
        // Near the minimum RMSprop swings for ever, in a chaotic way: each type in its own.
        let steps = if single.name().starts_with("rmsprop") { 1000 } else { 10_000 };
        for k in 0..steps {
            single.look_ahead(0, &mut x).unwrap();
            double.look_ahead(0, &mut y).unwrap();
            let (grad_x, grad_y) = ([2.0 * x[0]], [2.0 * y[0]]);
            single.begin_step();
            single.update(0, &mut x, &grad_x).unwrap();
            double.begin_step();
            double.update(0, &mut y, &grad_y).unwrap();
            let off = (f64::from(x[0]) - y[0]).abs();
            assert!(off < 2e-4, "{} at step {k}: {} and {}", single.name(), x[0], y[0]);
        }
    }
}

/// Gradients that stay 0 must not leave subnormal numbers behind, which are slow; NaN must stay.
#[test]
fn states_decay_to_zero_and_keep_nan() {
    for mut optimizer in all::<f32>(0.1) {
        let mut theta = [1.0_f32, 1.0, 1.0];
        let mut grad = [1.0, -1e-30, f32::NAN];
        for _ in 0..100_000 {
            optimizer.look_ahead(0, &mut theta).unwrap();
            optimizer.begin_step();
            optimizer.update(0, &mut theta, &grad).unwrap();
            grad = [0.0; 3];
        }
        assert!(theta[0].is_finite() && theta[1].is_finite() && theta[2].is_nan());
        for array in &optimizer.state().arrays.remove(&0).unwrap_or_default() {
            // Sums and maxima stay, averages do not.
            let stays = ["adagrad", "amsgrad"].contains(&optimizer.name());
            for x in &array[..2] {
                assert!(*x == 0.0 || stays && x.is_normal(), "{} keeps {x}", optimizer.name());
            }
            assert!(array[2].is_nan());
        }
    }
}

/// Long arrays are split over threads; entries are independent, so no bit may differ.
#[test]
fn long_arrays_have_the_bits_of_short_ones() {
    let n = (1 << 18) + 77;
    let value = |i: usize| ((i * 7919) % 1013) as f32 / 1013.0 - 0.5;
    let clipped = || {
        let adam = AdamW { lr: 0.1, ..AdamW::default() }.build::<f32>().unwrap();
        ClipValue { limit: 0.25 }.over(adam).unwrap()
    };
    let with_changes = |mut list: Vec<Boxed<f32>>| {
        list.push(Box::new(clipped()));
        list
    };
    let (wholes, pieces) = (with_changes(all(0.1)), with_changes(all(0.1)));
    for (mut whole, mut pieces) in wholes.into_iter().zip(pieces) {
        let mut a: Vec<f32> = (0..n).map(value).collect();
        let mut b = a.clone();
        let grad: Vec<f32> = (0..n).map(|i| value(i + 5)).collect();
        for _ in 0..3 {
            whole.look_ahead(0, &mut a).unwrap();
            whole.begin_step();
            whole.update(0, &mut a, &grad).unwrap();
            pieces.begin_step();
            for (key, (b, grad)) in b.chunks_mut(1009).zip(grad.chunks(1009)).enumerate() {
                pieces.look_ahead(key, b).unwrap();
                pieces.update(key, b, grad).unwrap();
            }
        }
        assert!(a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits()), "{}", whole.name());
    }
}
