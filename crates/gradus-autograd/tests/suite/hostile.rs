//! NaN and infinities pass through operations and their gradients as they do in PyTorch, or as
//! this file says.

use std::sync::Arc;

use gradus_autograd::{Axis, Divisor, Tape, Var};
use nalgebra::{DMatrix, dmatrix};

/// Lines of "operation | operands… | value | gradients of its sum…", in f64, printed by PyTorch
/// 2.15: `relu`, `clamp(x, -1, 1)`, `leaky_relu(x, 0.1)`, `elu`, `gelu`, …; `maximum` and `minimum`;
/// `amax` and `amin`; `softmax(x) * [1, 2, 3]`; `cross_entropy` of class 0, 1, 2;
/// `linalg.vector_norm`; `var`.
const TABLE: &str = include_str!("hostile.txt");

/// Gradients that are others here, each NaN or a limit where PyTorch has something else: operation,
/// operands and gradient.
const OURS: [(&str, &str, &str); 9] = [
    // The derivative of a NaN: PyTorch has 1 for relu and elu, 0 for abs.
    ("relu", "-1.5 nan inf -inf 0.0 2.0", "0.0 0.0 1.0 0.0 0.0 1.0"),
    ("elu", "-1.5 nan inf -inf 0.0 2.0", "0.22313016014842982 nan 1.0 0.0 1.0 1.0"),
    ("abs", "-1.5 nan inf -inf 0.0 2.0", "-1.0 nan 1.0 -1.0 0.0 1.0"),
    // 1/(1 + |x|)² at infinity, where PyTorch has NaN.
    ("softsign", "-1.5 nan inf -inf 0.0 2.0", "0.16 nan 0.0 0.0 1.0 0.1111111111111111"),
    // The softmax of a row with +∞ is NaN as a whole; PyTorch has 0 beside it.
    ("log_sum_exp", "inf inf 1.0", "nan nan nan"),
    ("log_sum_exp", "inf 0.0 1.0", "nan nan nan"),
    // Deviations from an infinite mean are infinite or NaN; PyTorch keeps the infinite ones.
    ("variance", "inf inf 1.0", "nan nan nan"),
    ("variance", "-inf 0.0 1.0", "nan nan nan"),
    ("variance", "inf 0.0 1.0", "nan nan nan"),
];

fn apply<'t>(name: &str, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let first = x[0];
    match name {
        "relu" => first.relu(),
        "clamp" => first.clamp(-1.0, 1.0),
        "abs" => first.abs(),
        "exp" => first.exp(),
        "log" => first.log(),
        "log1p" => first.log1p(),
        "expm1" => first.expm1(),
        "sqrt" => first.sqrt(),
        "tanh" => first.tanh(),
        "sigmoid" => first.sigmoid(),
        "softplus" => first.softplus(),
        "erf" => first.erf(),
        "sin" => first.sin(),
        "cos" => first.cos(),
        "atan" => first.atan(),
        "leaky_relu" => first.leaky_relu(0.1),
        "elu" => first.elu(1.0),
        "gelu" => first.gelu(),
        "silu" => first.silu(),
        "softsign" => first.softsign(),
        "max" => first.max(x[1]),
        "min" => first.min(x[1]),
        "max_over" => first.max_over(Axis::Columns),
        "min_over" => first.min_over(Axis::Columns),
        "softmax" => first.softmax() * first.constant(dmatrix![1.0, 2.0, 3.0]),
        "log_softmax" => first.log_softmax(),
        "log_sum_exp" => first.log_sum_exp(),
        "cross_entropy_0" => first.softmax_cross_entropy(&Arc::new(vec![0])),
        "cross_entropy_1" => first.softmax_cross_entropy(&Arc::new(vec![1])),
        "cross_entropy_2" => first.softmax_cross_entropy(&Arc::new(vec![2])),
        "norm" => first.norm(),
        "variance" => first.variance_over(Axis::All, Divisor::CountLessOne),
        _ => panic!("no operation is called {name}"),
    }
}

fn row(text: &str) -> DMatrix<f64> {
    let numbers: Vec<f64> = text.split_whitespace().map(|x| x.parse().expect("a number")).collect();
    DMatrix::from_row_slice(1, numbers.len(), &numbers)
}

fn assert_same(got: &DMatrix<f64>, expected: &str, what: &str) {
    let want = row(expected);
    let same = |(a, b): (&f64, &f64)| a == b || a.is_nan() && b.is_nan() || (a - b).abs() < 1e-14;
    let fits = got.shape() == want.shape() && got.iter().zip(want.iter()).all(same);
    assert!(fits, "{what}: {:?}, not {expected}", got.as_slice());
}

#[test]
fn values_and_gradients_are_those_of_pytorch() {
    let (mut lines, mut ours) = (0, 0);
    for line in TABLE.lines() {
        let fields: Vec<&str> = line.split(" | ").collect();
        let (name, count) = (fields[0], (fields.len() - 2) / 2);
        let tape = Tape::new();
        let x: Vec<_> = fields[1..=count].iter().map(|x| tape.variable(row(x))).collect();
        let y = apply(name, &x);
        assert_same(&y.value(), fields[count + 1], line);
        let fast = y.sum().backward();
        let recorded = tape.grad(y.sum(), &x);
        let other = OURS.iter().find(|(op, operands, _)| *op == name && *operands == fields[1]);
        ours += usize::from(other.is_some());
        for (i, x) in x.iter().enumerate() {
            let expected = other.map_or(fields[count + 2 + i], |(_, _, gradient)| gradient);
            assert_same(fast.get(*x).unwrap(), expected, line);
            assert_same(&recorded[i].value(), expected, line);
        }
        lines += 1;
    }
    assert_eq!((lines, ours), (92, OURS.len()));
}

/// PyTorch 2.15's `argmax`, which counts NaN as the largest.
#[test]
fn the_place_of_a_nan_is_found() {
    let tape = Tape::new();
    for (x, place) in [
        (dmatrix![1.0, f64::NAN, 3.0], 1.0),
        (dmatrix![f64::NAN, f64::INFINITY, 1.0], 0.0),
        (dmatrix![f64::INFINITY, f64::INFINITY, 1.0], 0.0),
        (dmatrix![f64::NEG_INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], 0.0),
        (dmatrix![0.0, f64::NAN, f64::NAN], 1.0),
    ] {
        let x = tape.constant(x);
        assert_eq!(x.argmax(Axis::Columns).item(), place);
        assert_eq!(x.argmax(Axis::All).item(), place);
        assert_eq!(x.transpose().argmax(Axis::Rows).item(), place);
    }
}
