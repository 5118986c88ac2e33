//! Margins, and what they say about the mistakes of the perceptron rule.

use nalgebra::{DMatrix, DVector};

use super::examples::{check, check_width};
use crate::NnError;

/// The mistakes that the perceptron rule can make at most, from any separating hyperplane.
///
/// Novikoff's theorem: with every example extended by a 1 for the bias, R its greatest length and
/// γ = min ±(w·x + b)/‖(w, b)‖, the rule that begins with w = 0 makes at most (R/γ)² mistakes, in
/// whatever order and however often the examples come. Each mistake moves (w, b) by at least γ
/// towards the separating one, while its square grows by at most R².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MistakeBound {
    /// R = max ‖(x, 1)‖.
    pub radius: f64,
    /// γ, of the extended examples: not the distance in the space of x, which leaves b out.
    pub margin: f64,
    /// (R/γ)².
    pub mistakes: f64,
}

/// The bound that a separating hyperplane gives.
///
/// ```
/// use gradus_nn::threshold::mistake_bound;
/// use nalgebra::{dmatrix, dvector};
///
/// // x = −1 and x = 1, parted at 0: R² = 2, γ = 1.
/// let bound = mistake_bound(&dmatrix![-1.0; 1.0], &[false, true], &dvector![1.0], 0.0).unwrap();
/// assert!((bound.mistakes - 2.0).abs() < 1e-15);
/// ```
///
/// # Errors
/// If the data, the labels and the weights do not fit, if a number is not finite, or if the
/// hyperplane does not separate the classes strictly.
///
/// Source: A. B. J. Novikoff, *On convergence proofs on perceptrons*, 1962.
pub fn mistake_bound(
    x: &DMatrix<f64>,
    labels: &[bool],
    weights: &DVector<f64>,
    bias: f64,
) -> Result<MistakeBound, NnError> {
    check(x, labels)?;
    check_width(x, weights)?;
    let direction = weights.clone().push(bias);
    bound_along(&extended(x, labels), &direction)
}

/// ±(x, 1), one in each column, with − for the class `false`.
fn extended(x: &DMatrix<f64>, labels: &[bool]) -> DMatrix<f64> {
    DMatrix::from_fn(x.ncols() + 1, x.nrows(), |j, i| {
        let entry = if j < x.ncols() { x[(i, j)] } else { 1.0 };
        if labels[i] { entry } else { -entry }
    })
}

fn bound_along(examples: &DMatrix<f64>, direction: &DVector<f64>) -> Result<MistakeBound, NnError> {
    let norm = direction.norm();
    let mut margin = f64::INFINITY;
    let mut radius = 0.0_f64;
    for (row, example) in examples.column_iter().enumerate() {
        let score = example.dot(direction);
        let distance = score / norm;
        // A NaN, of an overflow, does not separate either.
        if distance.is_nan() || distance <= 0.0 {
            return Err(NnError::NotSeparating { row, score });
        }
        margin = margin.min(distance);
        radius = radius.max(example.norm());
    }
    Ok(MistakeBound { radius, margin, mistakes: (radius / margin).powi(2) })
}

/// The hyperplane with the widest margin of the extended examples.
#[derive(Clone, Debug, PartialEq)]
pub struct WidestMargin {
    /// w.
    pub weights: DVector<f64>,
    /// b.
    pub bias: f64,
    /// The bound of this hyperplane, whose γ is within 0.1 % of the widest there is if `upper` says
    /// so. It holds in any case.
    pub bound: MistakeBound,
    /// A number that no hyperplane's γ exceeds.
    pub upper: f64,
}

/// The separating hyperplane for which [`mistake_bound`] is least.
///
/// The widest γ is the distance of 0 from the convex hull of the extended examples ±(x, 1). The
/// nearest point p of the hull is approached by moving weight from the example that is farthest
/// along p to the one that is nearest; every point of the hull gives an upper limit ‖p‖, and its own
/// margin as a lower one.
///
/// ```
/// use gradus_nn::threshold::widest_margin;
/// use nalgebra::dmatrix;
///
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// let widest = widest_margin(&x, &[false, false, false, true]).unwrap();
/// assert!(widest.bound.margin <= widest.upper && widest.upper <= 1.001 * widest.bound.margin);
/// ```
///
/// # Errors
/// If there is no example, if there are not as many labels, if a number is not finite, or if no
/// separating hyperplane is found, because there is none or because its margin is too small.
///
/// Source: B. F. Mitchell, V. F. Dem'yanov and V. N. Malozemov, *Finding the point of a polyhedron
/// closest to the origin*, SIAM Journal on Control 12, 1974.
pub fn widest_margin(x: &DMatrix<f64>, labels: &[bool]) -> Result<WidestMargin, NnError> {
    const MOST_STEPS: usize = 20_000;
    /// 1 − lower/upper at which it stops.
    const TOLERANCE: f64 = 1e-3;
    check(x, labels)?;
    let examples = extended(x, labels);
    let mut shares = vec![0.0; x.nrows()];
    shares[0] = 1.0;
    let mut p = examples.column(0).into_owned();
    for _ in 0..MOST_STEPS {
        let along = DVector::from_fn(x.nrows(), |i, _| examples.column(i).dot(&p));
        let nearest = along.argmin().0;
        let held = (0..x.nrows()).filter(|&i| shares[i] > 0.0);
        let farthest = held.max_by(|&i, &j| along[i].total_cmp(&along[j])).unwrap_or(nearest);
        if along[nearest] >= (1.0 - TOLERANCE) * p.norm_squared() {
            break;
        }
        let way = examples.column(nearest) - examples.column(farthest);
        let best = (along[farthest] - along[nearest]) / way.norm_squared();
        if best.is_nan() || best <= 0.0 {
            break;
        }
        let moved = best.min(shares[farthest]);
        shares[nearest] += moved;
        shares[farthest] -= moved;
        p += way * moved;
    }
    let bound = bound_along(&examples, &p)?;
    let weights = p.rows(0, x.ncols()).into_owned();
    Ok(WidestMargin { weights, bias: p[x.ncols()], bound, upper: p.norm() })
}
