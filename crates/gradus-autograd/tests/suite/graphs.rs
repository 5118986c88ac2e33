//! Random graphs, with reuse, broadcasting and every operation, against finite differences, dual
//! numbers and the sum over paths.

use std::sync::Arc;

use gradus_autograd::check::{GradcheckConfig, gradcheck, path_sum};
use gradus_autograd::{Axis, Divisor, Tape, Triangle, Var};
use gradus_testkit::relative_error;
use nalgebra::DMatrix;
use proptest::prelude::*;
use proptest::test_runner::Config;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

type Unary = for<'t> fn(Var<'t, f64>) -> Var<'t, f64>;
type Binary = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;

/// Functions of one operand of any shape.
const UNARY: [Unary; 44] = [
    |x| x.exp(),
    |x| x.expm1(),
    |x| (x.square() + 0.5).log(),
    |x| x.square().log1p(),
    |x| (x.square() + 0.3).sqrt(),
    |x| (x.square() + 0.4).powf(0.7),
    |x| (x.square() + 0.7).powi(-2),
    |x| x.powi(3),
    |x| x.square(),
    |x| x.abs(),
    |x| x * x.sign(),
    |x| x * x.positive() + x * x.step(),
    |x| x.sin(),
    |x| x.cos(),
    |x| x.tanh(),
    |x| x.atan(),
    |x| x.erf(),
    |x| x.gaussian(),
    |x| x.normal_cdf(),
    |x| x.sigmoid(),
    |x| x.sigmoid_slope(),
    |x| x.softplus(),
    |x| x.softsign(),
    |x| x.relu(),
    |x| x.leaky_relu(0.1),
    |x| x.elu(0.8),
    |x| x.gelu(),
    |x| x.silu(),
    |x| x.clamp(-0.4, 0.6),
    |x| -x * 1.5 + 0.25,
    |x| x.apply_where(x, 1.0, |x| x.log1p(), x.filled_like(0.5)),
    |x| x.transpose(),
    |x| x.softmax(),
    |x| x.log_softmax(),
    |x| x.log_sum_exp(),
    |x| x.sum(),
    |x| x.mean_over(Axis::Rows),
    |x| x.sum_over(Axis::Columns),
    |x| x.variance_over(Axis::Rows, Divisor::Count),
    |x| x.max_over(Axis::Columns) + x.min_over(Axis::All),
    |x| (x + 1.3).norm_over(Axis::Rows),
    |x| x.reshape(x.cols(), x.rows()),
    |x| x.row_range(0..1) + x.col_range(x.cols() - 1..x.cols()),
    |x| x.outer_of_rows(),
];

/// What needs a little more than one call.
trait More {
    fn outer_of_rows(self) -> Self;
    fn positive_definite(self) -> Self;
}

impl More for Var<'_, f64> {
    /// The outer product of two vectors made of x.
    fn outer_of_rows(self) -> Self {
        self.sum_over(Axis::Columns).outer(self.sum_over(Axis::Rows))
    }

    /// xᵀx + 2·I.
    fn positive_definite(self) -> Self {
        let n = self.cols();
        self.t_matmul(self) + self.constant(DMatrix::identity(n, n) * 2.0)
    }
}

/// Functions of two operands that are broadcast to each other.
const BINARY: [Binary; 9] = [
    |a, b| a + b,
    |a, b| a - b,
    |a, b| a * b,
    |a, b| a / (b.square() + 0.6),
    |a, b| a.max(b),
    |a, b| a.min(b),
    |a, b| a * a.greater(b) + b * b.greater_or_equal(a) + a * a.equal(b),
    |a, b| {
        let shape = (a + b).shape();
        (a + b * 0.0).select(b.broadcast(shape.0, shape.1), a.broadcast(shape.0, shape.1))
    },
    |a, b| (a + b * 0.0).prelu(b.mean()),
];

/// Functions of two operands of one shape.
const PAIRED: [Binary; 12] = [
    |a, b| a.matmul_t(b),
    |a, b| a.t_matmul(b),
    |a, b| a.matmul(b.transpose()),
    |a, b| a.dot(b),
    |a, b| Var::concat_rows(&[a, b]),
    |a, b| Var::concat_cols(&[a, b, a]),
    |a, b| Var::stack(&[a, b]),
    |a, b| a.t_matmul(b).trace() + a.t_matmul(b).diagonal(),
    |a, b| {
        let factor = a.positive_definite();
        factor.try_cholesky_solve(b.transpose()).expect("it is positive definite")
    },
    |a, _| a.positive_definite().try_log_det().expect("it is positive definite"),
    |a, b| {
        let factor = a.positive_definite().try_cholesky().expect("it is positive definite");
        b.transpose().solve_triangular(factor, Triangle::Lower) + factor.lower_triangle().sum()
    },
    |a, b| a.affine(b.t_matmul(b), b.row_range(0..1)).tanh(),
];

/// Functions of one operand by numbers of rows or columns.
fn indexed<'t>(x: Var<'t, f64>, rng: &mut ChaCha8Rng) -> Var<'t, f64> {
    let (rows, cols) = x.shape();
    let mut numbers = |count: usize, below: usize| {
        let draw = |_| rng.random_range(0..below) as u32;
        Arc::new((0..count).map(draw).collect::<Vec<u32>>())
    };
    let columns = numbers(rows, cols);
    match columns.iter().sum::<u32>() % 3 {
        0 => x.gather_rows(&numbers(rows, rows)),
        1 => x.pick(&columns),
        _ => x.softmax_cross_entropy(&columns),
    }
}

/// A scalar that depends on the operands through `size` random operations.
fn graph<'t>(seed: u64, size: usize, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pool = x.to_vec();
    let fits = |a: usize, b: usize| a == b || a == 1 || b == 1;
    for _ in 0..size {
        let a = pool[rng.random_range(0..pool.len())];
        let b = pool[rng.random_range(0..pool.len())];
        let (m, n) = (a.shape(), b.shape());
        let result = match rng.random_range(0..10) {
            0..4 => UNARY[rng.random_range(0..UNARY.len())](a),
            4..7 if fits(m.0, n.0) && fits(m.1, n.1) => {
                BINARY[rng.random_range(0..BINARY.len())](a, b)
            }
            7..9 if m == n => PAIRED[rng.random_range(0..PAIRED.len())](a, b),
            9 => indexed(a, &mut rng),
            _ => PAIRED[rng.random_range(0..PAIRED.len())](a, a * 0.5 + 0.1),
        };
        // Keeps values and slopes moderate, whatever is put on top of what.
        pool.push((result * 0.6).atan());
    }
    pool.iter().map(|x| x.mean()).reduce(|sum, x| sum + x.sin()).expect("there are operands")
}

fn operands(seed: u64) -> [DMatrix<f64>; 4] {
    let mut rng = ChaCha8Rng::seed_from_u64(!seed);
    [(3, 2), (1, 2), (3, 1), (1, 1)]
        .map(|(rows, cols)| DMatrix::from_fn(rows, cols, |_, _| rng.random_range(-1.5..1.5)))
}

proptest! {
    #![proptest_config(Config { cases: 1000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn random_graphs_match_differences_and_duals(seed in any::<u64>(), size in 1_usize..9) {
        let inputs = operands(seed);
        let config = GradcheckConfig::default();
        let report = gradcheck(|_, x| graph(seed, size, x), &inputs, &config).unwrap();
        prop_assert!(report.passed(), "{report}");

        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|x| tape.variable(x.clone())).collect();
        let y = graph(seed, size, &x);
        let directions: Vec<_> =
            x.iter().map(|&x| (x, x.value().map(|x| (7.0 * x).cos()))).collect();
        let along = tape.jvp(y, &directions).unwrap()[(0, 0)];
        let gradients = y.backward();
        let terms: Vec<f64> = directions
            .iter()
            .filter_map(|(x, v)| gradients.get(*x).map(|g| g.component_mul(v)))
            .flat_map(|terms| terms.as_slice().to_vec())
            .collect();
        let size: f64 = terms.iter().map(|t| t.abs()).sum();
        prop_assert!((terms.iter().sum::<f64>() - along).abs() <= 1e-12 * size.max(1e-3));
        // A blocked and mirrored Hessian beside one product for each direction.
        let length = tape.len();
        let hessian = tape.hessian(y, &x).unwrap();
        prop_assert_eq!(tape.len(), length);
        let mut column = 0;
        for place in 0..x.len() {
            for k in 0..inputs[place].len() {
                let mut unit: Vec<_> = x.iter().map(|&x| (x, x.value() * 0.0)).collect();
                unit[place].1[k] = 1.0;
                let products = tape.hvp(y, &unit).unwrap();
                let alone: Vec<f64> =
                    products.iter().flat_map(|p| p.product.as_slice().to_vec()).collect();
                let mine: Vec<f64> = hessian.column(column).iter().copied().collect();
                let worst = alone.iter().zip(&mine).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                prop_assert!(worst <= 1e-13 * hessian.amax().max(1.0), "{worst:e}");
                column += 1;
            }
        }
        let recorded = tape.grad(y, &x);
        for (x, recorded) in x.iter().zip(recorded) {
            let fast = gradients.get(*x).cloned().unwrap_or_else(|| recorded.value() * 0.0);
            let figure = relative_error(fast.as_slice(), recorded.value().as_slice());
            let tiny = (fast.norm() + recorded.value().norm()) < 1e-9;
            prop_assert!(figure < 1e-10 || tiny, "{figure:e}");
        }
    }

    #[test]
    fn hessian_products_of_random_graphs_are_symmetric(seed in any::<u64>(), size in 1_usize..9) {
        let inputs = operands(seed);
        let [u, v] = [3.0, 7.0].map(|pace| {
            inputs.iter().map(|x| x.map(|x| (pace * x).cos())).collect::<Vec<_>>()
        });
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|x| tape.variable(x.clone())).collect();
        let y = graph(seed, size, &x);
        let times = |v: &[DMatrix<f64>]| -> Vec<DMatrix<f64>> {
            let along: Vec<_> = x.iter().copied().zip(v.iter().cloned()).collect();
            tape.hvp(y, &along).unwrap().into_iter().map(|product| product.product).collect()
        };
        let (hu, hv) = (times(&u), times(&v));
        let dot = |a: &[DMatrix<f64>], b: &[DMatrix<f64>]| -> f64 {
            a.iter().zip(b).map(|(a, b)| a.dot(b)).sum()
        };
        let norm = |a: &[DMatrix<f64>]| dot(a, a).sqrt();
        let scale = norm(&u) * norm(&hv) + norm(&v) * norm(&hu);
        prop_assert!((dot(&u, &hv) - dot(&v, &hu)).abs() <= 1e-12 * scale.max(1e-3));
    }

    #[test]
    fn random_graphs_of_numbers_match_the_sum_over_paths(seed in any::<u64>(), size in 1_usize..7) {
        let tape = Tape::new();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let x = [tape.scalar(rng.random_range(-1.5..1.5)), tape.scalar(rng.random_range(-1.5..1.5))];
        let mut pool = x.to_vec();
        for _ in 0..size {
            let a = pool[rng.random_range(0..pool.len())];
            let b = pool[rng.random_range(0..pool.len())];
            pool.push(match rng.random_range(0..6) {
                0 => a * b,
                1 => a - b,
                2 => a / (b.square() + 0.5),
                3 => a.tanh() + b,
                4 => a.sin() * b,
                _ => a.max(b),
            });
        }
        let y = pool[pool.len() - 1] + x[0];
        let gradients = y.backward();
        for x in x {
            let sum = path_sum(&tape, y, x, 100_000).unwrap();
            let size: f64 = sum.paths.iter().map(|path| path.product.abs()).sum();
            let exact = gradients.item(x).unwrap_or(0.0);
            prop_assert!((sum.total() - exact).abs() <= 1e-13 * size, "{} {exact}", sum.total());
        }
    }
}
