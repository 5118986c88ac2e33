//! Whole Jacobians and Hessians, and what they say about a point.

use std::sync::Arc;

use gradus_autograd::{
    AutogradError, CustomOp, StationaryPoint, Tape, Var, classify_stationary_point,
};
use gradus_linalg::{Epilogue, MatMut, MatRef};
use gradus_testkit::{assert_close, jacobian, relative_error};
use nalgebra::{DMatrix, DVector, dmatrix};

#[test]
fn rosenbrock_has_its_published_hessian() {
    // f = (1 − x)² + 100(y − x²)²: H = [[1200x² − 400y + 2, −400x], [−400x, 200]].
    let tape = Tape::new();
    let (x, y) = (tape.scalar(1.0), tape.scalar(1.0));
    let f = (1.0 - x).square() + (y - x.square()).square() * 100.0;
    let hessian = tape.hessian(f, &[x, y]).unwrap();
    assert_eq!(hessian, dmatrix![802.0, -400.0; -400.0, 200.0]);
    assert_eq!(f.try_backward().unwrap().item(x), Some(0.0));
    assert_eq!(classify_stationary_point(&hessian, 1e-9), Ok(StationaryPoint::Minimum));
    assert_eq!(classify_stationary_point(&-hessian, 1e-9), Ok(StationaryPoint::Maximum));
}

#[test]
fn stationary_points_by_their_eigenvalues() {
    let kind = |h: DMatrix<f64>| classify_stationary_point(&h, 1e-9).unwrap();
    assert_eq!(kind(dmatrix![0.0, 3.0; 3.0, 0.0]), StationaryPoint::Saddle);
    assert_eq!(kind(dmatrix![1.0, 0.0; 0.0, 0.0]), StationaryPoint::Degenerate);
    assert_eq!(kind(dmatrix![1.0, 0.0; 0.0, 1e-12]), StationaryPoint::Degenerate);
    assert_eq!(kind(DMatrix::zeros(3, 3)), StationaryPoint::Degenerate);
    assert_eq!(
        kind(dmatrix![1.0, 0.0, 0.0; 0.0, -1.0, 0.0; 0.0, 0.0, 0.0]),
        StationaryPoint::Saddle
    );
    let single = classify_stationary_point(&dmatrix![2.0_f32], 1e-6);
    assert_eq!(single, Ok(StationaryPoint::Minimum));
    assert!(classify_stationary_point(&DMatrix::<f64>::zeros(2, 3), 1e-9).is_err());
    let error = classify_stationary_point(&dmatrix![f64::NAN], 1e-9).unwrap_err();
    assert!(matches!(error, AutogradError::NotFinite { .. }));
}

#[test]
fn a_wide_hessian_is_made_of_blocks_and_agrees_with_differences() {
    let tape = Tape::new();
    let x = DMatrix::from_fn(7, 4, |i, j| ((5 * i + 3 * j) as f64).sin());
    let w = DMatrix::from_fn(4, 5, |i, j| ((i + 2 * j) as f64).cos());
    let v = DMatrix::from_fn(5, 1, |i, _| 0.3 * i as f64 - 0.5);
    let build = |tape: &Tape<f64>, w: &DMatrix<f64>, v: &DMatrix<f64>| -> Vec<f64> {
        let (w, v) = (tape.variable(w.clone()), tape.variable(v.clone()));
        let f = tape.constant(x.clone()).matmul(w).tanh().matmul(v).softplus().mean();
        let gradients = f.backward();
        [w, v].iter().flat_map(|&p| gradients.get(p).unwrap().as_slice().to_vec()).collect()
    };
    let (pw, pv) = (tape.variable(w.clone()), tape.variable(v.clone()));
    let f = tape.constant(x.clone()).matmul(pw).tanh().matmul(pv).softplus().mean();
    let hessian = tape.hessian(f, &[pw, pv]).unwrap();
    assert_eq!(hessian.shape(), (25, 25));
    let at: Vec<f64> = w.iter().chain(v.iter()).copied().collect();
    let rows = jacobian(
        |p| {
            build(
                &Tape::new(),
                &DMatrix::from_column_slice(4, 5, &p[..20]),
                &DMatrix::from_column_slice(5, 1, &p[20..]),
            )
        },
        &at,
    );
    for (i, row) in rows.iter().enumerate() {
        let mine: Vec<f64> = hessian.row(i).iter().copied().collect();
        assert!(relative_error(&mine, row) < 1e-8, "row {i}");
    }
    assert!((&hessian - hessian.transpose()).amax() < 1e-15);
}

/// a·b, declared to pass no gradient to b: its gradient is that of no function.
#[derive(Debug)]
struct OneSided;

impl CustomOp<f64> for OneSided {
    fn name(&self) -> &'static str {
        "one_sided"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, f64>], mut out: MatMut<'_, f64>) {
        out.set(0, 0, inputs[0].at(0, 0) * inputs[1].at(0, 0));
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, f64>],
        _y: Var<'e, f64>,
        g: Var<'e, f64>,
    ) -> Option<Var<'e, f64>> {
        (i == 0).then(|| g * x[1])
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, f64>],
        _y: Var<'e, f64>,
        dx: &[Option<Var<'e, f64>>],
    ) -> Option<Var<'e, f64>> {
        let terms = [dx[0].map(|da| da * x[1]), dx[1].map(|db| x[0] * db)];
        terms.into_iter().flatten().reduce(|sum, term| sum + term)
    }
}

#[test]
fn what_a_user_declares_is_not_taken_to_be_symmetric() {
    let tape = Tape::new();
    let (a, b) = (tape.scalar(2.0), tape.scalar(3.0));
    let f = Var::custom(Arc::new(OneSided), &[a, b]);
    assert_eq!(tape.hessian(f, &[a, b]).unwrap(), dmatrix![0.0, 1.0; 0.0, 0.0]);
    assert_eq!(tape.hessian(f, &[b, a]).unwrap(), dmatrix![0.0, 0.0; 1.0, 0.0]);
}

#[test]
fn a_hessian_of_layers_in_any_order_is_that_of_its_products() {
    let tape = Tape::new();
    let wave =
        |rows, cols, k: f64| DMatrix::from_fn(rows, cols, |i, j| (k * (3 * i + j) as f64).sin());
    let x = tape.constant(wave(9, 5, 0.7));
    for activation in [Epilogue::Identity, Epilogue::Relu, Epilogue::Sigmoid, Epilogue::Tanh] {
        let shapes = [(5, 4), (1, 4), (4, 3), (1, 3), (3, 1), (1, 1)];
        let p: Vec<_> = shapes
            .iter()
            .zip(1..)
            .map(|(&(m, n), k)| tape.variable(wave(m, n, k as f64)))
            .collect();
        let hidden = x.affine_then(p[0], p[1], activation).affine_then(p[2], p[3], activation);
        let f = hidden.affine(p[4], p[5]).softplus().mean();
        for order in [[0, 1, 2, 3, 4, 5], [5, 0, 3, 1, 4, 2]] {
            let wrt = order.map(|i| p[i]);
            let hessian = tape.hessian(f, &wrt).unwrap();
            let v: Vec<_> = wrt.iter().map(|x| wave(x.rows(), x.cols(), 2.3)).collect();
            let directions: Vec<_> = wrt.into_iter().zip(v.iter().cloned()).collect();
            let flat = |m: &DMatrix<f64>| m.as_slice().to_vec();
            let along = DVector::from_vec(v.iter().flat_map(flat).collect());
            // Reverse over reverse, which reads no tangent rule.
            let slope = tape.grad(f, &wrt).into_iter().zip(&v);
            let slope = slope.map(|(g, v)| g.dot(tape.constant(v.clone()))).reduce(|a, b| a + b);
            let twice = tape.grad(slope.unwrap(), &wrt);
            let twice: Vec<f64> = twice.into_iter().flat_map(|g| flat(&g.value())).collect();
            let products = tape.hvp(f, &directions).unwrap();
            let products: Vec<f64> = products.iter().flat_map(|p| flat(&p.product)).collect();
            assert_close((&hessian * along).as_slice(), &twice, 1e-13, 1e-14);
            assert_close(&products, &twice, 1e-13, 1e-14);
        }
    }
}

#[test]
fn both_ways_to_a_jacobian_agree() {
    let tape = Tape::new();
    let x = tape.variable(dmatrix![0.3, -0.7; 1.1, 0.2]);
    let tall = x.matmul(x).tanh(); // 4 of 4: pushed forward
    let forward = tape.jacobian(tall, x).unwrap();
    for (i, row) in [(0, 0), (1, 0), (0, 1), (1, 1)].into_iter().enumerate() {
        let element = tall.row_range(row.0..row.0 + 1).col_range(row.1..row.1 + 1);
        let pulled = tape.jacobian(element, x).unwrap(); // 1 of 4: pulled back
        let pushed: Vec<f64> = forward.row(i).iter().copied().collect();
        assert_close(pulled.as_slice(), &pushed, 1e-14, 1e-16);
    }
    let inner = tape.jacobian(tall, x.matmul(x)).unwrap();
    assert_eq!(inner, DMatrix::zeros(4, 4), "another product of the same operands is another node");
}

#[test]
fn a_picture_shows_names_values_and_gradients() {
    let tape = Tape::new();
    let w = gradus_autograd::Parameter::new(dmatrix![2.0; 3.0]);
    let x = tape.constant(dmatrix![5.0, 7.0]).name("x \"in\"");
    let y = x.matmul(tape.parameter(&w).name("w"));
    let dot = tape.to_dot_of(y).unwrap();
    assert!(
        dot.contains(
            r#"n0 [label="x \"in\": constant\n1x2\nvalue 5 7", shape=box, style=dashed];"#
        ),
        "{dot}"
    );
    assert!(
        dot.contains(r#"n1 [label="w: parameter\n2x1\nvalue 2; 3\ngradient 5; 7", shape=box];"#),
        "{dot}"
    );
    assert!(dot.contains(r#"n2 [label="matmul\n1x1\nvalue 31\ngradient 1"];"#), "{dot}");
    assert_eq!(dot.matches("->").count(), 2);
    assert!(tape.to_dot_of(x).is_err());
}
