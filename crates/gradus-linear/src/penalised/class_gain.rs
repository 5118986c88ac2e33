//! What features that nothing holds can still gain in a model of classes.

use nalgebra::DMatrix;

use super::free_columns::FreeColumns;
use super::likelihood::{Classes, Evaluation, gather};

/// Multiplications of an orthogonal basis of several classes' columns up to which it is computed.
const MOST: f64 = 4e9;

/// Probabilities q with the residuals' projection taken off are dual feasible, near-duplicates among the
/// features or not, and their part of the gap is KL(q‖p) ≤ Σ vᵢ(qᵢₖ − pᵢₖ)²/pᵢₖ.
///
/// `free` are the coordinates class·p + feature that nothing holds; an intercept is one in each class. Of
/// several classes, the bound is 0 where the basis would be too large.
pub(super) fn gain(
    x: &DMatrix<f64>,
    classes: &Classes<'_>,
    at: &Evaluation,
    intercept: bool,
    free: &[usize],
) -> f64 {
    let (columns, pulls) = match classes.columns {
        _ if free.is_empty() => return 0.0,
        1 => of_two(x, classes, at, intercept, free),
        count => {
            let coordinates = coordinates(x.ncols(), count, intercept, free);
            let size = (x.nrows() * count) as f64 * (coordinates.len() as f64).powi(2);
            if size > MOST {
                return 0.0;
            }
            of_several(x, classes, at, &coordinates)
        }
    };
    let all = (0..columns.ncols()).collect();
    2.0 * FreeColumns::new(&columns, all).gain(&pulls).bound
}

/// √(vp(1−p))·x, and the residuals by the same root.
fn of_two(
    x: &DMatrix<f64>,
    classes: &Classes<'_>,
    at: &Evaluation,
    intercept: bool,
    free: &[usize],
) -> (DMatrix<f64>, Vec<f64>) {
    let curvature = classes.curvature(at, 0, 0);
    let roots: Vec<f64> = curvature.iter().map(|curvature| curvature.sqrt()).collect();
    let count = free.len() + usize::from(intercept);
    let mut columns = DMatrix::from_vec(x.nrows(), count, gather(x, free, intercept));
    for mut column in columns.column_iter_mut() {
        column.iter_mut().zip(&roots).for_each(|(x, root)| *x *= root);
    }
    let pull = |(r, root): (&f64, &f64)| if *root > 0.0 { r / root } else { 0.0 };
    let pulls = at.residuals.iter().zip(&roots).map(pull).collect();
    (columns, pulls)
}

/// Classes with their features, `None` for the intercept. What is free in every class is left out of the
/// last: the same added to all classes changes nothing.
fn coordinates(
    p: usize,
    classes: usize,
    intercept: bool,
    free: &[usize],
) -> Vec<(usize, Option<usize>)> {
    let last = classes - 1;
    let in_every = |j: usize| (0..classes).all(|k| free.binary_search(&(k * p + j)).is_ok());
    let features = free.iter().map(|c| (c / p, c % p));
    let features = features.filter(|(k, j)| *k < last || !in_every(*j));
    let constants = (0..last).filter(|_| intercept).map(|k| (k, None));
    constants.chain(features.map(|(k, j)| (k, Some(j)))).collect()
}

/// A row for each row and class, √v·√pₗ(δₖₗ − √(pₖpₗ))·x for class l's coordinate: its products with
/// itself are the curvature vpₖ(δₖₗ − pₗ)x². And the residuals by √(vpₖ).
fn of_several(
    x: &DMatrix<f64>,
    classes: &Classes<'_>,
    at: &Evaluation,
    coordinates: &[(usize, Option<usize>)],
) -> (DMatrix<f64>, Vec<f64>) {
    let (m, count) = (x.nrows(), classes.columns);
    let roots: Vec<f64> = at.probabilities.iter().map(|p| p.sqrt()).collect();
    let mut columns = DMatrix::zeros(m * count, coordinates.len());
    for (mut column, (l, feature)) in columns.column_iter_mut().zip(coordinates) {
        for i in 0..m {
            let value = feature.map_or(1.0, |j| x[(i, j)]) * classes.v[i].sqrt();
            let own = roots[l * m + i];
            for k in 0..count {
                let here = if k == *l { 1.0 - own * own } else { -roots[k * m + i] * own };
                column[k * m + i] = value * own * here;
            }
        }
    }
    let pull = |(place, r): (usize, &f64)| {
        let root = roots[place] * classes.v[place % m].sqrt();
        if root > 0.0 { r / root } else { 0.0 }
    };
    let pulls = at.residuals.iter().enumerate().map(pull).collect();
    (columns, pulls)
}
