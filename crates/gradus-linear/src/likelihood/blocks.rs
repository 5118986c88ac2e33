//! Sums over rows, a block at a time.

use nalgebra::{DMatrix, DVector};

/// Rows of a block: with tens of columns it stays in a core's cache while it is used for the
/// predictors, the gradient and the information.
const BLOCK: usize = 512;

/// What a likelihood sums over rows.
#[derive(Debug)]
pub(crate) struct Sums {
    pub(crate) log_likelihood: f64,
    pub(crate) gradient: DVector<f64>,
    pub(crate) information: DMatrix<f64>,
}

impl Sums {
    pub(crate) fn new(coefficients: usize) -> Self {
        Self {
            log_likelihood: 0.0,
            gradient: DVector::zeros(coefficients),
            information: DMatrix::zeros(coefficients, coefficients),
        }
    }

    fn add(&mut self, other: &Self) {
        self.log_likelihood += other.log_likelihood;
        self.gradient += &other.gradient;
        self.information += &other.information;
    }
}

/// The sums of all rows, from those of blocks. `means` holds a number for each row, the first of
/// which has the number `first`, and each block fills its own. Blocks are added in pairs of halves,
/// so that no bit depends on the number of threads.
pub(crate) fn sums(
    coefficients: usize,
    first: usize,
    means: &mut [f64],
    of_block: &(impl Fn(usize, &mut [f64]) -> Sums + Sync),
) -> Sums {
    let rows = means.len();
    if rows <= BLOCK {
        return match rows {
            0 => Sums::new(coefficients),
            _ => of_block(first, means),
        };
    }
    let half = rows.div_ceil(2 * BLOCK) * BLOCK;
    let (left, right) = means.split_at_mut(half);
    let (mut left, right) = rayon::join(
        || sums(coefficients, first, left, of_block),
        || sums(coefficients, first + half, right, of_block),
    );
    left.add(&right);
    left
}
