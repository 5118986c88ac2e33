//! Normal equations, where they are safe.

use gradus_linalg::Cholesky;
use nalgebra::{DMatrix, DVector};

use super::basis::Basis;
use super::condition::condition;
use super::method::LeastSquaresSolver;
use super::problem::{Problem, Solution};
use super::sums::Origin;
use crate::Intercept;

/// The largest condition number (in the 1-norm) of the Gram matrix of scaled columns that is safe:
/// standard errors keep about ten digits at least, and a step of refinement all digits of the
/// coefficients that QR would give.
const SAFE: f64 = 1e6;
/// Rows of which the first coefficients are computed where there are many more.
const SAMPLE: usize = 1024;
/// As many samples make a second pass over all rows worth saving.
const MANY: usize = 16;
/// Columns beyond which a second pass costs little beside the Gram matrix.
const WIDE: usize = 256;
/// How much less accurate than QR a solution may be.
const SLACK: f64 = 4.0;

/// The solution by the Cholesky factor of the Gram matrix, unless it is not proved to be accurate.
///
/// The equations are of corrections, (ZᵀWZ)δ = ZᵀWr for residuals r of first coefficients, which is
/// a step of refinement. The first coefficients are the solution itself, or where there are many rows
/// the solution for some of them: one pass through the memory is saved, and a bound tells whether
/// they were good enough.
pub(super) fn solve(problem: &Problem<'_>) -> Option<Solution> {
    let m = problem.x.nrows();
    let mut origin = Origin::mean(problem, 0..m.min(SAMPLE));
    let sampled = m >= MANY * SAMPLE && problem.x.ncols() <= WIDE;
    if sampled && let Some(first) = Equations::new(&problem.gram(&origin, 0..SAMPLE)) {
        let right = first.right.clone();
        first.correct(&mut origin, &first.solve(&right), problem.constant());
    }
    let equations = Equations::new(&problem.gram(&origin, 0..m))?;
    let (mut right, mut square) = (equations.right.clone(), equations.square);
    let mut step = equations.solve(&right);
    let rss = |step: &DVector<f64>, right: &DVector<f64>, square: f64| square - step.dot(right);
    let enough = sampled
        && rss(&step, &right, square) >= 0.5 * square
        && equations.is_accurate(&origin, &step, problem.constant(), square);
    if !enough {
        equations.correct(&mut origin, &step, problem.constant());
        let gradient = problem.gradient(&origin);
        let k = equations.scale.len();
        right = gradient.rows(0, k).component_div(&equations.scale);
        square = gradient[k];
        let refined = equations.solve(&right);
        if !equations.is_accurate(&origin, &refined, problem.constant(), square) {
            return None;
        }
        step = refined;
    }
    let rss = rss(&step, &right, square).max(0.0);
    equations.correct(&mut origin, &step, problem.constant());
    Some(equations.solution(origin, rss, problem.intercept))
}

/// ZᵀWZ, scaled to a diagonal of ones, and its factor.
struct Equations {
    /// The norms of the columns of √W·Z.
    scale: DVector<f64>,
    factor: Cholesky<f64>,
    /// ‖G‖₁‖G⁻¹‖₁ of the scaled matrix, which is not less than the square of the columns' condition.
    condition: f64,
    /// ZᵀWr, scaled.
    right: DVector<f64>,
    /// rᵀWr.
    square: f64,
}

impl Equations {
    /// None where the columns are not safely independent.
    fn new(sums: &DMatrix<f64>) -> Option<Self> {
        let k = sums.nrows() - 1;
        let scale = DVector::from_fn(k, |j, _| sums[(j, j)].sqrt());
        if !scale.iter().all(|scale| *scale > 0.0 && scale.is_finite()) {
            return None;
        }
        let scaled = DMatrix::from_fn(k, k, |i, j| sums[(i, j)] / scale[i] / scale[j]);
        let norm = one_norm(&scaled);
        let factor = Cholesky::new(scaled).ok()?;
        let condition = norm * one_norm(&factor.inverse());
        let right = DVector::from_fn(k, |j, _| sums[(j, k)] / scale[j]);
        let square = sums[(k, k)];
        let safe = condition <= SAFE && square.is_finite();
        safe.then_some(Self { scale, factor, condition, right, square })
    }

    fn solve(&self, right: &DVector<f64>) -> DVector<f64> {
        let mut step = right.clone();
        self.factor.solve(step.as_mut_slice());
        step
    }

    /// Moves the origin's coefficients by a step of the scaled columns.
    fn correct(&self, origin: &mut Origin, step: &DVector<f64>, constant: usize) {
        if constant == 1 {
            origin.outcome += step[0] / self.scale[0];
        }
        for (j, coefficient) in origin.coefficients.iter_mut().enumerate() {
            *coefficient += step[constant + j] / self.scale[constant + j];
        }
    }

    /// κ‖b‖ + κ²‖r‖ for scaled columns: ε times it is what backward stable methods lose.
    /// Source: N. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd edition, theorem 20.1.
    fn size(&self, origin: &Origin, square: f64, constant: usize) -> f64 {
        let norm = origin.coefficients.iter().enumerate();
        let norm = norm.map(|(j, b)| (b * self.scale[constant + j]).powi(2)).sum::<f64>().sqrt();
        self.condition.sqrt() * norm + self.condition * square.max(0.0).sqrt()
    }

    /// Whether a step from the origin loses no more than a backward stable method would.
    fn is_accurate(
        &self,
        origin: &Origin,
        step: &DVector<f64>,
        constant: usize,
        square: f64,
    ) -> bool {
        self.condition * step.norm() <= SLACK * self.size(origin, square, constant)
    }

    fn solution(self, origin: Origin, rss: f64, intercept: Intercept) -> Solution {
        let k = self.scale.len();
        let Origin { columns: shift, outcome, coefficients } = origin;
        // From the shifted columns to those given: b = t − sᵀw.
        let constant = usize::from(intercept == Intercept::Fitted);
        let product: f64 = shift.iter().zip(&coefficients).map(|(s, w)| s * w).sum();
        let first = (constant == 1).then_some(outcome - product);
        let l = self.factor.l();
        let mut right = DMatrix::from_fn(k, k, |i, j| l[(j, i)] * self.scale[j]);
        if constant == 1 {
            for (j, s) in shift.iter().enumerate() {
                right[(0, 1 + j)] += right[(0, 0)] * s;
            }
        }
        let root = || {
            let inverse = self.factor.inverse_l();
            DMatrix::from_fn(k, k, |i, j| inverse[(j, i)] / self.scale[i])
        };
        let (root, condition_number) = rayon::join(root, || condition(&right));
        Solution {
            solver: LeastSquaresSolver::Cholesky,
            coefficients: DVector::from_iterator(k, first.into_iter().chain(coefficients)),
            rank: k,
            rss,
            basis: Basis { root, shift, intercept, deficient: false },
            condition_number,
        }
    }
}

/// The largest sum of absolute values of a column.
fn one_norm(matrix: &DMatrix<f64>) -> f64 {
    let sums = matrix.column_iter().map(|column| column.iter().map(|value| value.abs()).sum());
    sums.fold(0.0, f64::max)
}
