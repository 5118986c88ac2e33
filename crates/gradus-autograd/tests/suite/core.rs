//! The tape, the three readings of a rule, and what they have to agree on.

use gradus_autograd::{AutogradError, Axis, Evaluator, Parameter, Tape, Var};
use gradus_testkit::{assert_close, relative_error};
use nalgebra::{DMatrix, dmatrix};

#[test]
fn the_worked_example() {
    let tape = Tape::new();
    let (x, y, z) = (tape.scalar(-2.0), tape.scalar(5.0), tape.scalar(-4.0));
    let f = (x + y) * z;
    assert_eq!(f.item(), -12.0);
    let gradients = f.backward();
    let all = [x, y, z].map(|v| gradients.item(v).unwrap());
    assert_eq!(all, [-4.0, -4.0, 3.0]);
}

#[test]
fn a_variable_used_twice_gathers_both_gradients() {
    let tape = Tape::new();
    let x = tape.scalar(3.0);
    assert_eq!((x * x).backward().item(x), Some(6.0));
    assert_eq!((x + x).backward().item(x), Some(2.0));
    assert_eq!((x - x).backward().item(x), Some(0.0));
    assert_eq!((x / x).backward().item(x), Some(0.0));
    let m = tape.variable(dmatrix![1.0, 2.0; 3.0, 4.0]);
    // ∂ tr(MᵀM)/∂M = 2M.
    let gradients = m.t_matmul(m).trace().backward();
    assert_eq!(gradients.get(m), Some(&dmatrix![2.0, 4.0; 6.0, 8.0]));
}

#[test]
fn a_diamond_adds_up_its_two_sides() {
    let tape = Tape::new();
    let x = tape.scalar(0.5_f64);
    let a = x.exp();
    let f = a.sin() * a.cos(); // ½ sin 2a
    let exact = (2.0 * 0.5_f64.exp()).cos() * 0.5_f64.exp();
    assert_close(&[f.backward().item(x).unwrap()], &[exact], 1e-14, 0.0);
}

#[test]
fn broadcasting_sums_over_what_was_repeated() {
    let tape = Tape::new();
    let m = tape.variable(dmatrix![1.0, 2.0, 3.0; 4.0, 5.0, 6.0]);
    let row = tape.variable(dmatrix![1.0, 10.0, 100.0]);
    let col = tape.variable(dmatrix![7.0; 8.0]);
    let one = tape.scalar(2.0);
    let gradients = ((m * row + col) * one).sum().backward();
    assert_eq!(gradients.get(row), Some(&dmatrix![10.0, 14.0, 18.0]));
    assert_eq!(gradients.get(col), Some(&dmatrix![6.0; 6.0]));
    assert_eq!(gradients.get(m), Some(&dmatrix![2.0, 20.0, 200.0; 2.0, 20.0, 200.0]));
    assert_eq!(gradients.item(one), Some(321.0 + 654.0 + 45.0));
}

#[test]
fn a_frozen_parameter_costs_nothing_and_gets_nothing() {
    let run = |freeze: bool| {
        let mut w = Parameter::new(dmatrix![1.0, 2.0; 3.0, 4.0]);
        let v = Parameter::new(dmatrix![1.0; 1.0]);
        if freeze {
            w.freeze();
        }
        let tape = Tape::new();
        let x = tape.constant(dmatrix![1.0, 1.0]);
        let y = x.matmul(tape.parameter(&w)).matmul(tape.parameter(&v));
        let gradients = y.backward();
        (gradients.of(&w).cloned(), gradients.of(&v).cloned(), tape.pooled_bytes())
    };
    let (w, v, trained) = run(false);
    assert_eq!((w, v), (Some(dmatrix![1.0, 1.0; 1.0, 1.0]), Some(dmatrix![4.0; 6.0])));
    let (w, v, frozen) = run(true);
    assert_eq!((w, v), (None, Some(dmatrix![4.0; 6.0])));
    // No gradient of the product that only the frozen parameter enters was ever made.
    assert!(frozen < trained, "{frozen} bytes beside {trained}");
}

#[test]
fn a_parameter_is_one_variable_and_follows_its_updates() {
    let mut w = Parameter::new(dmatrix![2.0]);
    let mut tape = Tape::new();
    let twice = tape.parameter(&w) * tape.parameter(&w);
    assert_eq!(twice.backward().of(&w), Some(&dmatrix![4.0]));
    tape.reset();
    let place = w.value().as_ptr();
    w.value_mut()[(0, 0)] = 5.0;
    assert_eq!(w.value().as_ptr(), place, "the tape let go, so the value changed in place");
    assert_eq!(tape.parameter(&w).square().backward().of(&w), Some(&dmatrix![10.0]));
}

#[test]
fn a_stopped_gradient_is_a_constant_to_every_reading() {
    let tape = Tape::new();
    let x = tape.scalar(3.0);
    let y = x * x.stop_gradient();
    assert_eq!(y.backward().item(x), Some(3.0));
    assert_eq!(tape.grad(y, &[x])[0].item(), 3.0);
    assert_eq!(tape.jvp(y, &[(x, dmatrix![1.0])]).unwrap(), dmatrix![3.0]);
    assert_eq!(tape.hvp(y, &[(x, dmatrix![1.0])]).unwrap()[0].product, dmatrix![0.0]);
    let nothing = x.stop_gradient().square();
    assert_eq!(nothing.try_backward().unwrap_err(), AutogradError::Constant);
    assert_eq!(tape.grad(nothing, &[x])[0].item(), 0.0);
    // What has no derivative may follow, for no gradient comes that way.
    let place = x * (x.stop_gradient().argmax(Axis::All) + 2.0);
    assert_eq!(place.backward().item(x), Some(2.0));
    assert_eq!(tape.grad(place, &[x])[0].item(), 2.0);
    assert_eq!(tape.jvp(place, &[(x, dmatrix![1.0])]).unwrap(), dmatrix![2.0]);
    assert_eq!(tape.hessian(place, &[x]).unwrap(), dmatrix![0.0]);
}

#[test]
fn wrong_shapes_name_the_operation_and_the_shapes() {
    type Binary = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;
    let cases: [(&str, Binary); 14] = [
        ("add", |a, b| a + b),
        ("sub", |a, b| a - b),
        ("mul", |a, b| a * b),
        ("div", |a, b| a / b),
        ("max", |a, b| a.max(b)),
        ("matmul", |a, b| a.matmul(b)),
        ("dot", |a, b| a.dot(b)),
        ("concat_rows", |a, b| Var::concat_rows(&[a, b])),
        ("affine", |a, b| a.affine(b, b)),
        ("reshape", |a, _| a.reshape(4, 2)),
        ("broadcast", |a, _| a.broadcast(3, 3)),
        ("block", |a, _| a.row_range(1..3)),
        ("diagonal", |a, _| a.trace()),
        ("outer", |a, b| a.outer(b)),
    ];
    for (k, (op, f)) in cases.into_iter().enumerate() {
        let caught = std::panic::catch_unwind(move || {
            let tape = Tape::new();
            let a = tape.variable(DMatrix::zeros(2, 3));
            f(a, tape.variable(DMatrix::zeros(2, 4))).shape()
        });
        let payload = caught.unwrap_err();
        let text = payload.downcast_ref::<String>().unwrap();
        let both = text.contains("2x3") && (k >= 8 || text.contains("2x4"));
        assert!(text.contains(op) && both, "{op}: {text}");
    }
}

#[test]
fn what_has_no_gradient_says_why() {
    let tape = Tape::new();
    let row = tape.variable(dmatrix![1.0, 2.0]);
    assert_eq!(row.try_backward().unwrap_err(), AutogradError::NotScalar { shape: (1, 2) });
    assert_eq!(tape.try_grad(row, &[row]).unwrap_err(), AutogradError::NotScalar { shape: (1, 2) });
    let constant = tape.constant(dmatrix![1.0]);
    assert_eq!(constant.exp().try_backward().unwrap_err(), AutogradError::Constant);
    let place = (row * row.argmax(Axis::Columns)).sum();
    let refused = AutogradError::NotDifferentiable { op: "argmax" };
    assert_eq!(place.try_backward().unwrap_err(), refused);
    assert_eq!(tape.try_grad(place, &[row]).unwrap_err(), refused);
    let along = [(row, dmatrix![1.0, 0.0])];
    assert_eq!(tape.jvp(place, &along).unwrap_err(), refused);
    assert_eq!(tape.hvp(place, &along).unwrap_err(), refused);
    let free = row.argmax(Axis::Columns).stop_gradient();
    assert_eq!((row * free).sum().backward().get(row), Some(&dmatrix![1.0, 1.0]));
    let wrong = tape.jvp(row, &[(row, dmatrix![1.0])]).unwrap_err();
    assert!(wrong.to_string().contains("jvp") && wrong.to_string().contains("1x2"), "{wrong}");
}

#[test]
#[should_panic(expected = "different tapes")]
fn variables_of_two_tapes_do_not_mix() {
    let (a, b) = (Tape::new(), Tape::new());
    let _ = a.scalar(1.0) + b.scalar(2.0);
}

#[test]
fn derivatives_refuse_variables_of_another_tape() {
    let (a, b) = (Tape::new(), Tape::new());
    let (x, z) = (a.scalar(3.0), b.scalar(4.0));
    let deep = z.exp().exp().exp();
    let y = x.square();
    let one = || dmatrix![1.0];
    let other = |op| AutogradError::OtherTape { op };
    for foreign in [z, deep] {
        assert_eq!(a.jvp(y, &[(foreign, one())]).unwrap_err(), other("jvp"));
        assert_eq!(a.jvp(foreign, &[(x, one())]).unwrap_err(), other("jvp"));
        assert_eq!(a.vjp(y, &one(), &[foreign]).unwrap_err(), other("vjp"));
        assert_eq!(a.vjp(foreign, &one(), &[x]).unwrap_err(), other("vjp"));
        assert_eq!(a.hvp(y, &[(foreign, one())]).unwrap_err(), other("hvp"));
        assert_eq!(a.hvp(foreign, &[(x, one())]).unwrap_err(), other("hvp"));
        assert_eq!(a.try_grad(y, &[foreign]).unwrap_err(), other("grad"));
        assert_eq!(a.hessian(y, &[foreign]).unwrap_err(), other("hessian"));
        assert_eq!(a.jacobian(y, foreign).unwrap_err(), other("jacobian"));
        assert_eq!(a.to_dot_of(foreign).unwrap_err(), other("to_dot_of"));
    }
    assert_eq!(a.len(), 2, "what a derivative records for itself is forgotten again");
}

#[test]
#[should_panic(expected = "another tape")]
fn gradients_do_not_answer_for_another_tape() {
    let (a, b) = (Tape::new(), Tape::new());
    let gradients = a.scalar(3.0).square().backward();
    let _ = gradients.item(b.scalar(1.0));
}

#[test]
#[should_panic(expected = "another recording")]
fn gradients_do_not_answer_for_a_later_recording() {
    let mut tape = Tape::new();
    let gradients = tape.scalar(3.0).square().backward();
    tape.reset();
    let _ = gradients.item(tape.scalar(1.0));
}

#[test]
#[should_panic(expected = "different recordings")]
fn gradients_of_two_recordings_do_not_add_up() {
    let mut tape = Tape::new();
    let mut sum = tape.scalar(3.0).square().backward();
    tape.reset();
    sum.add(&tape.scalar(3.0).square().backward());
}

#[test]
fn directions_add_up() {
    let tape = Tape::new();
    let x = tape.variable(dmatrix![1.0, 2.0]);
    let f = x.powi(3).sum();
    let (u, v) = (dmatrix![1.0, 0.5], dmatrix![-3.0, 2.0]);
    let both = [(x, u.clone()), (x, v.clone())];
    assert_eq!(tape.jvp(f, &both), tape.jvp(f, &[(x, &u + &v)]));
    let (twice, once) = (tape.hvp(f, &both).unwrap(), tape.hvp(f, &[(x, &u + &v)]).unwrap());
    assert_eq!(twice, [once[0].clone(), once[0].clone()]);
    // One that was computed moves by what its operand makes of its direction as well.
    let a = x.square();
    let g = (a * a).sum();
    let along = |directions: &[_]| tape.jvp(g, directions).unwrap()[(0, 0)];
    let (by_x, by_a) = (along(&[(x, u.clone())]), along(&[(a, v.clone())]));
    assert_eq!(along(&[(x, u), (a, v)]), by_x + by_a);
}

#[test]
fn what_does_not_move_has_no_slope_even_where_that_is_infinite() {
    let tape = Tape::new();
    let x = tape.variable(dmatrix![-1.0, 0.0, 4.0]);
    let y = x.relu().sqrt();
    let ones = || dmatrix![1.0, 1.0, 1.0];
    let exact = dmatrix![0.0, 0.0, 0.25];
    assert_eq!(tape.jvp(y, &[(x, ones())]).unwrap(), exact);
    assert_eq!(y.sum().backward().get(x), Some(&exact));
    let along = tape.hvp(y.sum(), &[(x, ones())]).unwrap();
    // d²√x/dx² = −x^{−3/2}/4.
    assert_eq!(along[0].product, dmatrix![0.0, 0.0, -0.25 / 8.0]);
    assert_eq!(tape.hessian(y.sum(), &[x]).unwrap().diagonal(), along[0].product.transpose());
}

#[test]
fn factorisations_name_the_pivot_that_fails() {
    let tape = Tape::new();
    let a = tape.variable(dmatrix![1.0, 2.0; 2.0, 1.0]);
    let error = a.try_cholesky().unwrap_err();
    assert_eq!(error, AutogradError::NotPositiveDefinite { op: "cholesky", pivot: 1 });
    assert!(a.try_log_det().is_err() && a.try_inverse_spd().is_err());
    let singular = tape.constant(dmatrix![1.0, 0.0; 5.0, 0.0]);
    let error = a.try_solve_triangular(singular, gradus_autograd::Triangle::Lower).unwrap_err();
    assert_eq!(error, AutogradError::Singular { op: "triangular_solve", pivot: 1 });
    let nan = tape.variable(dmatrix![f64::NAN]);
    assert!(nan.try_cholesky().is_err());
}

#[test]
fn several_backwards_accumulate() {
    let tape = Tape::new();
    let w = Parameter::new(dmatrix![5.0]);
    let (x, y) = (tape.scalar(2.0), tape.scalar(3.0));
    let mut sum = x.square().backward();
    sum.add(&(x * y * tape.parameter(&w)).backward());
    sum.add(&x.backward());
    assert_eq!((sum.item(x), sum.item(y)), (Some(4.0 + 15.0 + 1.0), Some(10.0)));
    assert_eq!(sum.of(&w), Some(&dmatrix![6.0]));
}

#[test]
fn a_thousand_steps_need_the_buffers_of_one() {
    let mut tape = Tape::new();
    let mut w = Parameter::new(DMatrix::from_element(4, 3, 0.1));
    let x = DMatrix::from_fn(5, 4, |i, j| (i + 2 * j) as f64 * 0.1);
    let (x, mut pooled) = (std::sync::Arc::new(x), 0);
    for step in 0..1000 {
        let gradients = {
            let y = tape.input(&x).matmul(tape.parameter(&w)).tanh();
            ((y - 0.5).square().mean() + y.max_over(Axis::All).powi(2)).backward()
        };
        tape.reset();
        let slope = gradients.of(&w).unwrap();
        w.value_mut().zip_apply(slope, |w, g| *w -= 0.1 * g);
        tape.recycle(gradients);
        if step == 0 {
            pooled = tape.pooled_bytes();
        }
    }
    assert!(pooled > 0);
    assert_eq!(tape.pooled_bytes(), pooled);
    tape.release();
    assert_eq!(tape.pooled_bytes(), 0);
    assert!(tape.is_empty());
}

#[test]
fn gradients_of_gradients_to_the_third_order() {
    // Published: d/dx tanh = 1 − t², d² = −2t(1 − t²), d³ = (6t² − 2)(1 − t²).
    let tape = Tape::new();
    let x = tape.scalar(0.7_f64);
    let t = 0.7_f64.tanh();
    let first = tape.grad(x.tanh(), &[x])[0];
    let second = tape.grad(first, &[x])[0];
    let third = tape.grad(second, &[x])[0];
    let s = 1.0 - t * t;
    assert_close(&[first.item()], &[s], 1e-14, 0.0);
    assert_close(&[second.item()], &[-2.0 * t * s], 1e-14, 0.0);
    assert_close(&[third.item()], &[(6.0 * t * t - 2.0) * s], 1e-13, 0.0);
    // The fast gradient of a recorded one is the next order too.
    assert_close(&[second.backward().item(x).unwrap()], &[third.item()], 1e-14, 0.0);
}

#[test]
fn hessian_products_agree_and_are_symmetric() {
    let tape = Tape::new();
    let x = tape.constant(DMatrix::from_fn(6, 3, |i, j| ((3 * i + j) as f64).sin()));
    let w = tape.variable(DMatrix::from_fn(3, 2, |i, j| ((i + 3 * j) as f64).cos()));
    let b = tape.variable(dmatrix![0.1, -0.2]);
    let f = x.affine(w, b).tanh().log_sum_exp().mean();
    let (u, v) =
        (DMatrix::from_fn(3, 2, |i, j| (i + j) as f64), dmatrix![1.0, -1.0; 0.5, 2.0; 0.0, 1.0]);
    let of = |v: &DMatrix<f64>| tape.hvp(f, &[(w, v.clone()), (b, dmatrix![0.0, 0.0])]).unwrap();
    let (hu, hv) = (of(&u), of(&v));
    assert_close(&[u.dot(&hv[0].product)], &[v.dot(&hu[0].product)], 1e-13, 0.0);
    let recorded = tape.grad(f, &[w, b]);
    let along = recorded[0].dot(tape.constant(v.clone()));
    let second = tape.grad(along, &[w, b]);
    for k in 0..2 {
        let (a, b) = (&hv[k].product, second[k].value());
        assert!(relative_error(a.as_slice(), b.as_slice()) < 1e-13);
        let gradient = &hv[k].gradient;
        assert!(relative_error(gradient.as_slice(), recorded[k].value().as_slice()) < 1e-14);
    }
}

#[test]
fn gradients_with_respect_to_what_was_computed() {
    let tape = Tape::new();
    let x = tape.scalar(2.0);
    let a = x.square();
    let f = a * a + x;
    let d = tape.grad(f, &[a, x]);
    assert_eq!((d[0].item(), d[1].item()), (8.0, 33.0));
    let unrelated = tape.scalar(1.0);
    assert_eq!(tape.grad(f, &[unrelated])[0].item(), 0.0);
    assert_eq!(tape.grad(a, &[f])[0].item(), 0.0);
}

#[test]
fn an_evaluator_computes_what_a_tape_computes() {
    let x = dmatrix![0.5, -1.0; 2.0, 0.0];
    let f = |x: Var<'_, f64>| (x.tanh().matmul(x) + x.softmax()).value();
    let mut evaluator = Evaluator::new();
    let tape = Tape::new();
    let recorded = f(tape.variable(x.clone()));
    assert_eq!(evaluator.run(|scope| f(scope.input(&x))), recorded);
    assert_eq!(evaluator.run(|scope| f(scope.input(&x))), recorded, "buffers are used again");
}
