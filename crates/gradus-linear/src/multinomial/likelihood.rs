//! The categorical likelihood.

use gradus_linalg::{MatMut, MatRef, gemm, gemv, gram, log_sum_exp_rows, reduce, vmath};
use nalgebra::DVector;

use super::contrasts::Contrasts;
use crate::likelihood::{
    Block, Columns, Cone, Likelihood, Order, Pass, Point, Slope, Sloped, Sums, add,
};

/// Σ vᵢ(ηᵢ,ᵧ − log Σⱼ e^ηᵢⱼ), η = ZΓ for all classes but the reference, whose η is 0.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Categorical<'a> {
    pub(crate) columns: &'a Columns<'a>,
    pub(crate) classes: &'a [usize],
    /// The classes but the reference, in order.
    pub(crate) others: &'a [usize],
}

impl Categorical<'_> {
    /// The place of a row's class among the others, the reference's behind them.
    pub(super) fn place(&self, row: usize) -> usize {
        self.others.binary_search(&self.classes[row]).unwrap_or(self.others.len())
    }

    /// The probabilities of a block's rows, class after class; they go to `means` as well, row after
    /// row, and the log-likelihood and its gradient to the sums.
    fn slope_of_block(
        &self,
        gamma: &[f64],
        block: &Block<'_>,
        means: &mut [f64],
        sums: &mut Sums,
    ) -> Vec<f64> {
        let (rows, k, q) = (block.rows.len(), self.others.len(), self.columns.len());
        let weights = &self.columns.weights[block.rows.clone()];
        let places: Vec<usize> = block.rows.clone().map(|row| self.place(row)).collect();
        let z = block.view();
        let mut p = vec![0.0; rows * (k + 1)];
        gemm(1.0, z, MatRef::new(gamma, q, k), 0.0, MatMut::new(&mut p[..rows * k], rows, k));
        let mut terms = vec![0.0; rows];
        log_sum_exp_rows(MatRef::new(&p, rows, k + 1), &mut terms);
        for column in p.chunks_exact_mut(rows) {
            column.iter_mut().zip(&terms).for_each(|(eta, term)| *eta -= term);
        }
        for (i, (term, place)) in terms.iter_mut().zip(&places).enumerate() {
            *term = p[place * rows + i];
        }
        sums.log_likelihood += reduce::dot(&terms, weights);
        vmath::exp_in_place(&mut p);
        for (j, p) in p.chunks_exact(rows).enumerate() {
            means[j..].iter_mut().step_by(k + 1).zip(p).for_each(|(mean, p)| *mean = *p);
        }
        let (mut of_row, mut part) = (terms, vec![0.0; q]);
        for (a, p) in p.chunks_exact(rows).take(k).enumerate() {
            for (((of_row, p), place), w) in of_row.iter_mut().zip(p).zip(&places).zip(weights) {
                *of_row = w * (f64::from(u8::from(*place == a)) - p);
            }
            gemv(z.t(), &of_row, &mut part);
            add(&mut sums.gradient.as_mut_slice()[a * q..(a + 1) * q], &part);
        }
        p
    }

    /// What a block adds to the information, on and below its diagonal.
    fn information_of_block(&self, p: &[f64], block: &Block<'_>, sums: &mut Sums) {
        let (rows, k, q) = (block.rows.len(), self.others.len(), self.columns.len());
        let weights = &self.columns.weights[block.rows.clone()];
        let class = |a: usize| &p[a * rows..(a + 1) * rows];
        let (mut of_row, mut part) = (vec![0.0; rows], vec![0.0; q * q]);
        for a in 0..k {
            for b in 0..=a {
                let is = f64::from(u8::from(a == b));
                let row = of_row.iter_mut().zip(class(a)).zip(class(b)).zip(weights);
                for (((of_row, pa), pb), w) in row {
                    *of_row = w * pa * (is - pb);
                }
                gram(block.view(), Some(&of_row), MatMut::new(&mut part, q, q));
                for (j, part) in part.chunks_exact(q).enumerate() {
                    let column = &mut sums.information.as_mut_slice()[(b * q + j) * k * q..];
                    add(&mut column[a * q..(a + 1) * q], part);
                }
            }
        }
    }

    fn pass(&self, order: Order) -> Pass<'_> {
        let coefficients = self.others.len() * self.columns.len();
        Pass { columns: self.columns, gamma: &[], coefficients, order }
    }

    /// The change of η per row, the reference's 0 last.
    fn change(&self, step: &DVector<f64>) -> Vec<Vec<f64>> {
        let steps = step.as_slice().chunks_exact(self.columns.len());
        let mut change: Vec<Vec<f64>> = steps.map(|step| self.columns.product(step)).collect();
        change.push(vec![0.0; self.classes.len()]);
        change
    }
}

impl Likelihood for Categorical<'_> {
    /// For each row in turn the probabilities of the other classes in order, then of the reference.
    type Means = Vec<f64>;

    fn columns(&self) -> &Columns<'_> {
        self.columns
    }

    fn at(&self, gamma: &DVector<f64>) -> Point<Vec<f64>> {
        let mut means = vec![0.0; self.columns.rows() * (self.others.len() + 1)];
        let sums = self.pass(Order::Information).sums(&mut means, &|block, means, sums| {
            let p = self.slope_of_block(gamma.as_slice(), &block, means, sums);
            self.information_of_block(&p, &block, sums);
        });
        let Sums { log_likelihood, gradient, mut information } = sums;
        information.fill_upper_triangle_with_lower_triangle();
        Point { means, log_likelihood, gradient, information }
    }

    fn stays_inside(&self, at: &Point<Vec<f64>>, step: &DVector<f64>) -> bool {
        let change = self.change(step);
        let rows = at.means.chunks_exact(change.len()).enumerate();
        rows.filter(|(row, _)| self.columns.weights[*row] > 0.0).all(|(row, p)| {
            let mean: f64 = p.iter().zip(&change).map(|(p, change)| p * change[row]).sum();
            let class = self.place(row);
            (0..change.len()).all(|j| j == class || 1.0 + change[j][row] - mean > 0.0)
        })
    }

    fn cone(&self) -> impl Cone {
        Contrasts::new(*self)
    }
}

impl Sloped for Categorical<'_> {
    fn slope(&self, gamma: &[f64]) -> Slope<Vec<f64>> {
        let mut means = vec![0.0; self.columns.rows() * (self.others.len() + 1)];
        let sums = self.pass(Order::Gradient).sums(&mut means, &|block, means, sums| {
            self.slope_of_block(gamma, &block, means, sums);
        });
        let gradient = sums.gradient.as_slice().to_vec();
        Slope { means, log_likelihood: sums.log_likelihood, gradient }
    }

    fn curve(&self, means: &Vec<f64>, v: &[f64]) -> Vec<f64> {
        let (k, q) = (self.others.len(), self.columns.len());
        let sums = self.pass(Order::Gradient).sums(&mut [], &|block, _, sums| {
            let rows = block.rows.len();
            let mut u = vec![0.0; rows * k];
            gemm(1.0, block.view(), MatRef::new(v, q, k), 0.0, MatMut::new(&mut u, rows, k));
            // v·pₐ(uₐ − Σ pᵦuᵦ), the reference's u being 0.
            for (i, row) in block.rows.clone().enumerate() {
                let p = &means[row * (k + 1)..];
                let mean: f64 = (0..k).map(|a| p[a] * u[a * rows + i]).sum();
                for a in 0..k {
                    let u = &mut u[a * rows + i];
                    *u = self.columns.weights[row] * p[a] * (*u - mean);
                }
            }
            let mut part = vec![0.0; q];
            for (u, sum) in
                u.chunks_exact(rows).zip(sums.gradient.as_mut_slice().chunks_exact_mut(q))
            {
                gemv(block.view().t(), u, &mut part);
                add(sum, &part);
            }
        });
        sums.gradient.as_slice().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Var;
    use nalgebra::DMatrix;
    use proptest::prelude::*;

    use super::*;
    use crate::likelihood::derivatives::{
        column, compare, informs, predictors, samples, slopes_agree,
    };

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_formula(sample in samples(), reference in 0..4_usize) {
            let columns = sample.columns_without_offset();
            let classes: Vec<usize> = sample.shares.iter().map(|u| (4.0 * u) as usize).collect();
            let others: Vec<usize> = (0..4).filter(|&class| class != reference).collect();
            let model = Categorical { columns: &columns, classes: &classes, others: &others };
            let (point, hessian) = compare(&model, &sample.coefficients, 3, |tape, gamma| {
                let rows = classes.len();
                let eta = predictors(tape, &columns, gamma);
                let zero = tape.constant(DMatrix::zeros(rows, 1));
                let eta = Var::concat_cols(&[eta, zero]);
                let own = DMatrix::from_fn(rows, 4, |row, place| {
                    let class = others.get(place).copied().unwrap_or(reference);
                    f64::from(u8::from(classes[row] == class))
                });
                let of_row = (tape.constant(own) * eta.log_softmax())
                    .matmul(tape.constant(DMatrix::from_element(4, 1, 1.0)));
                (of_row * column(tape, &columns.weights)).sum()
            })?;
            informs(&point.information, &hessian)?;
            slopes_agree(&model, &point, &sample.coefficients)?;
        }
    }
}
