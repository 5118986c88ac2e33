//! The gradient of a function beside its central differences.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::AutogradError;
use crate::check::compare::Comparison;
use crate::check::config::{GradcheckConfig, Probe, SecondOrder};
use crate::check::problem::Problem;
use crate::check::report::{GradcheckReport, InputReport, SecondOrderReport};
use crate::tape::Tape;
use crate::var::Var;

/// Compares the derivatives of a function with central differences.
///
/// For each input, the gradient d beside dᵢ ≈ (f(x + hᵢeᵢ) − f(x − hᵢeᵢ))/2hᵢ with
/// hᵢ = ε·max(1, |xᵢ|), or beside the same along random directions; the figure is
/// ‖approximation − d‖/(‖approximation‖ + ‖d‖). At second order, ∇²f·v for a random v, recorded and
/// by dual numbers, beside (∇f(x + εv) − ∇f(x − εv))/2ε. A result that is not 1×1 is contracted
/// with fixed random weights. Differences between whose ends an operation has a kink are skipped
/// and counted.
///
/// ```
/// use gradus_autograd::check::{GradcheckConfig, gradcheck};
/// use nalgebra::dmatrix;
///
/// let inputs = [dmatrix![-2.0], dmatrix![5.0], dmatrix![-4.0]];
/// let config = GradcheckConfig::with_epsilon(1e-7);
/// let report = gradcheck(|_, x| (x[0] + x[1]) * x[2], &inputs, &config).unwrap();
/// assert!(report.passed() && report.figure() < 1e-7);
///
/// // A gradient that is cut does not match the differences.
/// let cut = gradcheck(|_, x| x[0].square() + x[0].stop_gradient(), &inputs[..1], &config).unwrap();
/// assert!(!cut.passed());
/// ```
///
/// Source: the figure and its rule of thumb are those of A. Ng, *Improving Deep Neural Networks*,
/// week 1. PyTorch's `gradcheck` compares each entry with absolute and relative tolerances instead.
///
/// # Errors
/// If an operation on the way has no derivative.
///
/// # Panics
/// If `f` does, or if its shapes change from call to call.
pub fn gradcheck<T, F>(
    f: F,
    inputs: &[DMatrix<T>],
    config: &GradcheckConfig,
) -> Result<GradcheckReport, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    let problem = Problem::new(f, config.seed);
    let exact = problem.gradients(inputs)?.gradients;
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed ^ 0x5eed);
    let mut reports = Vec::with_capacity(inputs.len());
    for (k, gradient) in exact.iter().enumerate() {
        reports.push(first_order(&problem, inputs, k, gradient, config, &mut rng));
    }
    if config.second_order == SecondOrder::Check {
        let seconds = second_order(&problem, inputs, config, &mut rng)?;
        for (report, second) in reports.iter_mut().zip(seconds) {
            report.second = Some(second);
        }
    }
    Ok(GradcheckReport {
        inputs: reports,
        suspect_above: config.suspect_above,
        dual_bound: DUAL_BOUND * Scalar::to_f64(<T as Scalar>::EPSILON),
    })
}

/// The figure above which a recorded and a dual Hessian-vector product disagree, in units of the
/// type's ε: they differ in the order of additions alone.
const DUAL_BOUND: f64 = 1e5;

/// The step of an entry.
fn step<T: Scalar>(x: T, epsilon: f64) -> f64 {
    epsilon * x.to_f64().abs().max(1.0)
}

fn first_order<T, F>(
    problem: &Problem<F>,
    inputs: &[DMatrix<T>],
    k: usize,
    gradient: &DMatrix<T>,
    config: &GradcheckConfig,
    rng: &mut ChaCha8Rng,
) -> InputReport
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    let x = &inputs[k];
    let mut point = inputs.to_vec();
    let (mut exact, mut approximate) = (Vec::new(), Vec::new());
    let (mut skipped, mut noise) = (0, 0.0_f64);
    let count = match config.probe {
        Probe::Entries => x.len(),
        Probe::Directions(count) => count,
    };
    let mut direction = vec![0.0; x.len()];
    for probe in 0..count {
        match config.probe {
            Probe::Entries => {
                direction.fill(0.0);
                direction[probe] = step(x[probe], config.epsilon);
            }
            Probe::Directions(_) => {
                for (d, &x) in direction.iter_mut().zip(x.iter()) {
                    *d = step(x, config.epsilon) * rng.random_range(-1.0..1.0);
                }
            }
        }
        let moved = |sign: f64| {
            x.zip_map(&DMatrix::from_column_slice(x.nrows(), x.ncols(), &direction), |x, d| {
                T::of(x.to_f64() + sign * d)
            })
        };
        let (above, below) = (moved(1.0), moved(-1.0));
        // The movement as it is after rounding, per ε.
        let slope = gradient
            .iter()
            .zip(above.iter().zip(below.iter()))
            .fold(0.0, |sum, (&g, (&a, &b))| sum + g.to_f64() * (a.to_f64() - b.to_f64()));
        let length = match config.probe {
            Probe::Entries => above[probe].to_f64() - below[probe].to_f64(),
            Probe::Directions(_) => 2.0 * config.epsilon,
        };
        point[k] = above;
        let above = problem.value(&point);
        point[k] = below;
        let below = problem.value(&point);
        if above.piece != below.piece {
            skipped += 1;
            continue;
        }
        exact.push(slope / length);
        approximate.push((above.value - below.value) / length);
        let rounding =
            Scalar::to_f64(<T as Scalar>::EPSILON) * (above.value.abs() + below.value.abs());
        noise = noise.hypot(rounding / length);
    }
    let first = Comparison::of(&exact, &approximate, noise);
    InputReport { shape: x.shape(), probes: exact.len(), skipped, first, second: None }
}

/// One report for each input, or none at all if there is a kink in every direction.
fn second_order<T, F>(
    problem: &Problem<F>,
    inputs: &[DMatrix<T>],
    config: &GradcheckConfig,
    rng: &mut ChaCha8Rng,
) -> Result<Vec<SecondOrderReport>, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    const TRIES: usize = 5;
    let h = config.epsilon;
    for _ in 0..TRIES {
        let v: Vec<DMatrix<T>> = inputs
            .iter()
            .map(|x| x.map(|x| T::of(step(x, 1.0) * rng.random_range(-1.0..1.0))))
            .collect();
        let moved = |sign: f64| -> Vec<DMatrix<T>> {
            inputs.iter().zip(&v).map(|(x, v)| x + v * T::of(sign * h)).collect()
        };
        let (above, below) = (problem.gradients(&moved(1.0))?, problem.gradients(&moved(-1.0))?);
        if above.piece != below.piece {
            continue;
        }
        let products = hessian_products(problem, inputs, &v)?;
        let flat = |m: &DMatrix<T>| m.iter().map(|x| x.to_f64()).collect::<Vec<_>>();
        // Rounding in one part of the gradient stems from all of the computation.
        let size = above
            .gradients
            .iter()
            .flat_map(|g| g.iter())
            .fold(0.0, |n: f64, g| n.hypot(g.to_f64()));
        let epsilon = Scalar::to_f64(<T as Scalar>::EPSILON);
        let reports = (0..inputs.len()).map(|k| {
            let (recorded, dual) = (flat(&products.recorded[k]), flat(&products.dual[k]));
            let differences: Vec<f64> = above.gradients[k]
                .iter()
                .zip(below.gradients[k].iter())
                .map(|(&a, &b)| (a.to_f64() - b.to_f64()) / (2.0 * h))
                .collect();
            SecondOrderReport {
                recorded: Comparison::of(&recorded, &differences, 4.0 * epsilon * size / h),
                dual: Comparison::of(&dual, &recorded, 1e3 * epsilon * size),
            }
        });
        return Ok(reports.collect());
    }
    Ok(Vec::new())
}

/// ∇²f·v for each input, by two ways.
struct HessianProducts<T> {
    recorded: Vec<DMatrix<T>>,
    dual: Vec<DMatrix<T>>,
}

fn hessian_products<T, F>(
    problem: &Problem<F>,
    inputs: &[DMatrix<T>],
    v: &[DMatrix<T>],
) -> Result<HessianProducts<T>, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    let tape = Tape::new();
    let (x, y) = problem.record(&tape, inputs);
    let directions: Vec<_> = x.iter().copied().zip(v.iter().cloned()).collect();
    let dual = tape.hvp(y, &directions)?.into_iter().map(|along| along.product).collect();
    let gradients = tape.try_grad(y, &x)?;
    let along = gradients
        .iter()
        .zip(v)
        .map(|(&g, v)| (g * tape.constant(v.clone())).sum())
        .reduce(|sum, term| sum + term);
    let recorded = match along {
        Some(along) => tape.try_grad(along, &x)?.into_iter().map(Var::value).collect(),
        None => Vec::new(),
    };
    Ok(HessianProducts { recorded, dual })
}
