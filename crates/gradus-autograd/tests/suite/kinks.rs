//! At a kink, the derivative is the one that the documentation names; and what is not chosen leaves
//! no trace.

use gradus_autograd::{Axis, Tape, Var};
use nalgebra::{DMatrix, dmatrix};

/// (first derivative by each of the readings, second derivative) at one point.
fn derivatives(x: f64, f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>) -> (f64, f64) {
    let tape = Tape::new();
    let x = tape.scalar(x);
    let y = f(x);
    let fast = y.try_backward().ok().and_then(|g| g.item(x)).unwrap_or(0.0);
    let recorded = tape.grad(y, &[x])[0];
    let along = tape.jvp(y, &[(x, dmatrix![1.0])]).expect("it has a derivative")[(0, 0)];
    assert!(fast == recorded.item() && fast == along, "{fast} {} {along}", recorded.item());
    (fast, tape.grad(recorded, &[x])[0].item())
}

#[test]
fn conventions_at_zero() {
    // ReLU and leaky ReLU as PyTorch; ELU and softsign as the reference file states.
    assert_eq!(derivatives(0.0, |x| x.relu()), (0.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.leaky_relu(0.2)), (0.2, 0.0));
    assert_eq!(derivatives(0.0, |x| x.elu(1.0)), (1.0, 1.0));
    assert_eq!(derivatives(0.0, |x| x.elu(0.5)), (0.5, 0.5));
    assert_eq!(derivatives(0.0, |x| x.softsign()), (1.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.abs()), (0.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.sign()), (0.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.step()), (0.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.norm()), (0.0, 0.0));
    assert_eq!(derivatives(0.0, |x| x.prelu(x.filled_like(0.3))), (0.3, 0.0));
    let steps = Tape::new();
    assert_eq!(steps.scalar(0.0).step().item(), 1.0);
    assert_eq!(steps.scalar(-0.0).positive().item(), 0.0);
}

#[test]
fn bounds_and_ties() {
    assert_eq!(derivatives(-1.0, |x| x.clamp(-1.0, 2.0)), (1.0, 0.0));
    assert_eq!(derivatives(2.0, |x| x.clamp(-1.0, 2.0)), (1.0, 0.0));
    assert_eq!(derivatives(2.5, |x| x.clamp(-1.0, 2.0)), (0.0, 0.0));
    assert_eq!(derivatives(1.0, |x| x.max(x.filled_like(1.0))), (0.5, 0.0));
    assert_eq!(derivatives(1.0, |x| x.min(x.filled_like(1.0))), (0.5, 0.0));
    assert_eq!(derivatives(1.0, |x| x.max(x)), (1.0, 0.0));
    let tape = Tape::new();
    let x = tape.variable(dmatrix![2.0, 2.0, 1.0]);
    assert_eq!(x.max_over(Axis::All).backward().get(x), Some(&dmatrix![0.5, 0.5, 0.0]));
    assert_eq!(x.argmax(Axis::Columns).item(), 0.0);
}

#[test]
fn the_branch_that_is_not_taken_leaves_no_trace_at_any_order() {
    // √x for x > 0 and 0 elsewhere: the root's derivative is infinite at 0, and NaN below.
    let root = |x: f64| derivatives(x, |x| x.apply_where(x, 1.0, |x| x.sqrt(), x.filled_like(0.0)));
    assert_eq!(root(0.0), (0.0, 0.0));
    assert_eq!(root(-1.0), (0.0, 0.0));
    assert_eq!(root(4.0), (0.25, -0.03125));
    // An infinite gradient does not pass a closed gate.
    let tape = Tape::new();
    let x = tape.scalar(-3.0);
    for y in [x.relu().sqrt(), x.clamp(0.0, 1.0).sqrt()] {
        assert_eq!(y.backward().item(x), Some(0.0));
        assert_eq!(tape.grad(y, &[x])[0].item(), 0.0);
    }
    // Nor does an overflow.
    assert_eq!(derivatives(1e308, |x| x.elu(1.0)), (1.0, 0.0));
}

#[test]
fn no_activation_overflows_or_loses_its_number() {
    type Activation = for<'t> fn(Var<'t, f64>) -> Var<'t, f64>;
    let activations: [(&str, Activation); 13] = [
        ("sigmoid", |x| x.sigmoid()),
        ("tanh", |x| x.tanh()),
        ("atan", |x| x.atan()),
        ("softsign", |x| x.softsign()),
        ("relu", |x| x.relu()),
        ("leaky_relu", |x| x.leaky_relu(0.01)),
        ("elu", |x| x.elu(1.0)),
        ("gelu", |x| x.gelu()),
        ("silu", |x| x.silu()),
        ("softplus", |x| x.softplus()),
        ("step", |x| x.step()),
        ("erf", |x| x.erf()),
        ("normal_cdf", |x| x.normal_cdf()),
    ];
    for (name, f) in activations {
        for x in [-1e308, -1e155, -1e20, -800.0, -38.6, 0.0, 38.6, 800.0, 1e20, 1e155, 1e308] {
            let tape = Tape::new();
            let v = tape.scalar(x);
            let y = f(v);
            let first = tape.grad(y, &[v])[0];
            let second = tape.grad(first, &[v])[0];
            for (what, value) in [("value", y), ("d1", first), ("d2", second)] {
                assert!(value.item().is_finite(), "{name} at {x:e}: {what} = {}", value.item());
            }
            let fast = y.try_backward().ok().and_then(|g| g.item(v)).unwrap_or(0.0);
            assert!(fast.is_finite(), "{name} at {x:e}: {fast}");
        }
    }
}

#[test]
fn masked_logits_have_probability_zero_and_a_gradient() {
    let tape = Tape::new();
    let z = tape.variable(dmatrix![1.0, f64::NEG_INFINITY, 2.0]);
    let p = z.softmax();
    assert_eq!(p.value()[(0, 1)], 0.0);
    let g = z.log_sum_exp().backward();
    assert!(g.get(z).is_some_and(|g| g.iter().all(|x| x.is_finite())));
}

#[test]
fn a_maximum_with_what_is_not_a_number_is_not_a_number() {
    let tape = Tape::new();
    let (x, nan) = (tape.scalar(1.0), tape.scalar(f64::NAN));
    assert!(x.max(nan).item().is_nan() && nan.max(x).item().is_nan());
    assert!(x.min(nan).item().is_nan() && nan.min(x).item().is_nan());
    let row = tape.variable(DMatrix::from_row_slice(1, 3, &[1.0, f64::NAN, 2.0]));
    assert!(row.max_over(Axis::All).item().is_nan() && row.min_over(Axis::All).item().is_nan());
    assert!(nan.clamp(0.0, 1.0).item().is_nan() && nan.relu().item().is_nan());
}
