//! Orthogonal triangularisation with column scaling and pivoting, for full and deficient rank.

use gradus_linalg::{reduce, vectorize};
use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

/// A D P = Q R with every column of A D of norm 1, by Householder reflections; the pivot is the
/// column with the largest remaining norm (Businger and Golub, 1965).
///
/// The scaling makes the numerical rank, the number of |rⱼⱼ| above ε·max(m, p)·|r₁₁|, independent
/// of the units of the columns.
#[derive(Debug)]
pub(crate) struct PivotedQr {
    /// R on and above the diagonal; below it the reflections, whose first entries are in `heads`.
    factors: DMatrix<f64>,
    heads: Vec<f64>,
    order: Vec<usize>,
    norms: Vec<f64>,
    rank: usize,
}

/// Elements from which on columns are reflected on several threads.
const PARALLEL: usize = 1 << 15;

/// The norm of what is left of a column, brought up to date by Pythagoras.
#[derive(Debug, Clone, Copy)]
struct Length {
    now: f64,
    /// When it was last computed from the column.
    computed: f64,
}

impl Length {
    fn of(norm: f64) -> Self {
        Self { now: norm, computed: norm }
    }

    /// Takes off the first entry of a column. Where too little is left to be told from rounding, it is
    /// computed anew. Source: LAPACK's `dlaqp2`; Z. Drmač, Z. Bujanović, *On the failure of
    /// rank-revealing QR factorization software*, 2008.
    fn without(&mut self, column: &[f64]) {
        if self.now == 0.0 {
            return;
        }
        let left = (1.0 - (column[0].abs() / self.now).powi(2)).max(0.0);
        if left * (self.now / self.computed).powi(2) <= f64::EPSILON.sqrt() {
            *self = Self::of(norm(&column[1..]));
        } else {
            self.now *= left.sqrt();
        }
    }
}

impl PivotedQr {
    pub(crate) fn new(mut a: DMatrix<f64>) -> Self {
        let (m, p) = a.shape();
        let mut norms = Vec::with_capacity(p);
        for mut column in a.column_iter_mut() {
            let norm = norm(column.as_slice());
            if norm > 0.0 {
                column.apply(|value| *value /= norm);
            }
            norms.push(norm);
        }
        let mut order: Vec<usize> = (0..p).collect();
        let mut heads = Vec::with_capacity(p.min(m));
        let mut lengths: Vec<Length> =
            norms.iter().map(|norm| Length::of(f64::from(u8::from(*norm > 0.0)))).collect();
        for step in 0..p.min(m) {
            let longest = |a: usize, b: usize| if lengths[b].now > lengths[a].now { b } else { a };
            let pivot = (step..p).reduce(longest).unwrap_or(step);
            a.swap_columns(step, pivot);
            order.swap(step, pivot);
            lengths.swap(step, pivot);
            let (left, right) = a.as_mut_slice().split_at_mut((step + 1) * m);
            let reflection = &mut left[step * m + step..];
            let head = make_reflection(reflection, norm(reflection));
            heads.push(head);
            let reflection = &*reflection;
            let apply = |(other, length): (&mut [f64], &mut Length)| {
                let other = &mut other[step..];
                reflect(reflection, head, other);
                length.without(other);
            };
            let rest = &mut lengths[step + 1..];
            if right.len() > PARALLEL {
                right.par_chunks_mut(m).zip(rest).for_each(apply);
            } else {
                right.chunks_mut(m).zip(rest).for_each(apply);
            }
        }
        let tolerance = f64::EPSILON * m.max(p) as f64;
        let diagonal = |j: usize| a[(j, j)].abs();
        let rank = (0..heads.len())
            .position(|j| diagonal(j) == 0.0 || diagonal(j) <= tolerance * diagonal(0))
            .unwrap_or(heads.len());
        Self { factors: a, heads, order, norms, rank }
    }

    pub(crate) fn rank(&self) -> usize {
        self.rank
    }

    /// The columns in the order of their pivots: those from `rank` on depend on the others.
    pub(crate) fn order(&self) -> &[usize] {
        &self.order
    }

    /// ‖R⁻¹‖ (Frobenius) for columns of norm 1, for full column rank: how much they can magnify what
    /// is done to them.
    pub(crate) fn magnification(&self) -> f64 {
        let squares = |unit| self.solve_upper(unit).iter().map(|r| r * r).sum::<f64>();
        (0..self.order.len()).map(squares).sum::<f64>().sqrt()
    }

    /// Qᵀb.
    fn rotated(&self, b: &[f64]) -> Vec<f64> {
        let mut b = b.to_vec();
        for (step, &head) in self.heads.iter().enumerate() {
            reflect(&self.factors.column(step).as_slice()[step..], head, &mut b[step..]);
        }
        b
    }

    /// The first `rank` entries of Qᵀb.
    pub(super) fn projected(&self, b: &[f64]) -> DVector<f64> {
        DVector::from_column_slice(&self.rotated(b)[..self.rank])
    }

    /// The other entries: what no combination of the columns explains.
    pub(super) fn rest(&self, b: &[f64]) -> Vec<f64> {
        self.rotated(b)[self.rank..].to_vec()
    }

    /// Q·b.
    fn rotated_back(&self, mut b: Vec<f64>) -> Vec<f64> {
        for (step, &head) in self.heads.iter().enumerate().rev() {
            reflect(&self.factors.column(step).as_slice()[step..], head, &mut b[step..]);
        }
        b
    }

    /// x and r of r + Ax = f, Aᵀr = g, for full column rank.
    pub(crate) fn solve_augmented(&self, f: &[f64], g: &[f64]) -> (DVector<f64>, Vec<f64>) {
        let p = self.order.len();
        let mut rotated = self.rotated(f);
        // Rᵀh = g in the order and scale of the pivots.
        let mut h: Vec<f64> = self.order.iter().map(|&j| g[j] / self.norms[j]).collect();
        for j in 0..p {
            let known: f64 = (0..j).map(|i| self.factors[(i, j)] * h[i]).sum();
            h[j] = (h[j] - known) / self.factors[(j, j)];
        }
        let mut z: Vec<f64> = rotated.iter().zip(&h).map(|(f, h)| f - h).collect();
        self.back_substitute(&mut z);
        let mut x = DVector::zeros(p);
        for (z, &j) in z.iter().zip(&self.order) {
            x[j] = z / self.norms[j];
        }
        rotated[..p].copy_from_slice(&h);
        (x, self.rotated_back(rotated))
    }

    /// The norm of x in the scale of the columns.
    pub(super) fn scaled_norm(&self, x: &[f64]) -> f64 {
        x.iter().zip(&self.norms).map(|(x, norm)| (x * norm).powi(2)).sum::<f64>().sqrt()
    }

    /// T of A = Q₁T, rank×p: the first rows of R with pivoting and scaling undone.
    pub(super) fn right_factor(&self) -> DMatrix<f64> {
        let p = self.order.len();
        let mut t = DMatrix::zeros(self.rank, p);
        for (place, &column) in self.order.iter().enumerate() {
            for row in 0..self.rank.min(place + 1) {
                t[(row, column)] = self.factors[(row, place)] * self.norms[column];
            }
        }
        t
    }

    /// R with scaling undone, its columns in the order of the pivots, for full column rank.
    pub(super) fn triangle(&self) -> DMatrix<f64> {
        let p = self.order.len();
        DMatrix::from_fn(p, p, |i, j| match i <= j {
            true => self.factors[(i, j)] * self.norms[self.order[j]],
            false => 0.0,
        })
    }

    /// The pseudo-inverse of [`right_factor`](Self::right_factor), p×rank: with it the solution of
    /// least norm is T⁺Q₁ᵀb, and (AᵀA)⁺ = T⁺T⁺ᵀ.
    pub(super) fn right_inverse(&self) -> DMatrix<f64> {
        let p = self.order.len();
        if self.rank == p {
            let mut inverse = DMatrix::zeros(p, p);
            for unit in 0..p {
                let solved = self.solve_upper(unit);
                for (place, value) in solved.into_iter().enumerate() {
                    let column = self.order[place];
                    inverse[(column, unit)] = value / self.norms[column];
                }
            }
            return inverse;
        }
        // T has full row rank: Tᵀ = Q₂R₂ gives T⁺ = Q₂R₂⁻ᵀ, which is (Tᵀ)⁺ᵀ. Tᵀ has full column
        // rank, but its smallest pivots may look negligible once more, so the rank is set.
        let mut transposed = Self::new(self.right_factor().transpose());
        transposed.rank = self.rank;
        let inner = transposed.right_inverse();
        let mut pseudo = DMatrix::zeros(p, self.rank);
        for unit in 0..self.rank {
            let mut q = vec![0.0; p];
            q[unit] = 1.0;
            for step in (0..transposed.heads.len()).rev() {
                let column = transposed.factors.column(step);
                reflect(&column.as_slice()[step..], transposed.heads[step], &mut q[step..]);
            }
            for row in 0..p {
                for column in 0..self.rank {
                    pseudo[(row, column)] += q[row] * inner[(column, unit)];
                }
            }
        }
        pseudo
    }

    /// R⁻¹ times a unit vector, for full column rank.
    fn solve_upper(&self, unit: usize) -> Vec<f64> {
        let mut solution = vec![0.0; self.order.len()];
        solution[unit] = 1.0;
        self.back_substitute(&mut solution[..=unit]);
        solution
    }

    /// R⁻¹ times a vector, all but its first elements being 0.
    fn back_substitute(&self, b: &mut [f64]) {
        for j in (0..b.len()).rev() {
            b[j] /= self.factors[(j, j)];
            let value = b[j];
            for (b, r) in b[..j].iter_mut().zip(self.factors.column(j).as_slice()) {
                *b -= r * value;
            }
        }
    }
}

/// The Euclidean norm, without overflow or underflow.
fn norm(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    largest * values.iter().map(|value| (value / largest).powi(2)).sum::<f64>().sqrt()
}

/// Turns a vector of this norm into the reflection v (v₀ returned, the rest in place, and ‖v‖² = 2)
/// that takes it to a multiple of the first axis; that multiple is left in its first entry.
fn make_reflection(vector: &mut [f64], norm: f64) -> f64 {
    if norm == 0.0 {
        return 0.0;
    }
    let image = if vector[0] > 0.0 { -norm } else { norm };
    let first = (vector[0] - image) / norm;
    // ‖x − image·e₁‖² = 2·norm·(norm + |x₀|).
    let head = first.abs().sqrt();
    for value in &mut vector[1..] {
        *value /= norm * head;
    }
    vector[0] = image;
    head.copysign(first)
}

/// x − v(vᵀx), v being `head` followed by all but the first entry of `tail`.
fn reflect(tail: &[f64], head: f64, x: &mut [f64]) {
    if head == 0.0 {
        return;
    }
    let along = head * x[0] + reduce::dot(&tail[1..], &x[1..]);
    x[0] -= along * head;
    let (x, tail) = (&mut x[1..], &tail[1..]);
    vectorize(
        #[inline(always)]
        || {
            for (x, v) in x.iter_mut().zip(tail) {
                *x = v.mul_add(-along, *x);
            }
        },
    );
}
