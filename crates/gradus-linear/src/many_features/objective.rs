//! The mean negative log-likelihood with its ridge penalty, as a function to be minimised.

use gradus_optim::OptimError;
use gradus_optim::minimise::Objective;

use crate::likelihood::{Slope, Sloped};

/// −ℓ(γ)/n + ½ Σⱼ dⱼ(Σₖ γₖⱼ² − (Σₖ γₖⱼ)²/K) over equations k and columns j; the last term is there for
/// classes alone.
pub(super) struct Ridged<'a, L: Sloped> {
    pub(super) likelihood: &'a L,
    /// n, the sum of the weights.
    pub(super) total: f64,
    /// d.
    pub(super) penalty: &'a [f64],
    /// 1/K for the equations of K classes against one of them: their coefficients cost what those of
    /// the symmetric form do, which sum to 0. Else 0.
    pub(super) shared: f64,
    pub(super) latest: Option<(Vec<f64>, Slope<L::Means>)>,
}

impl<L: Sloped> Ridged<'_, L> {
    /// diag(d)(I − 11ᵀ/K)·γ.
    fn pull(&self, gamma: &[f64]) -> Vec<f64> {
        let q = self.penalty.len();
        let sum = |j: usize| gamma.iter().skip(j).step_by(q).sum::<f64>();
        let means: Vec<f64> = (0..q).map(|j| self.shared * sum(j)).collect();
        let column = self.penalty.iter().zip(&means).cycle();
        gamma.iter().zip(column).map(|(g, (d, mean))| d * (g - mean)).collect()
    }

    fn at(&mut self, x: &[f64]) -> &Slope<L::Means> {
        let known = self.latest.take().filter(|(at, _)| at == x);
        let likelihood = self.likelihood;
        &self.latest.insert(known.unwrap_or_else(|| (x.to_vec(), likelihood.slope(x)))).1
    }
}

impl<L: Sloped> Objective for Ridged<'_, L> {
    fn value(&mut self, x: &[f64]) -> f64 {
        self.value_and_gradient(x, &mut vec![0.0; x.len()])
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        self.value_and_gradient(x, gradient);
    }

    fn value_and_gradient(&mut self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let (total, pull) = (self.total, self.pull(x));
        let slope = self.at(x);
        let cost: f64 = x.iter().zip(&pull).map(|(x, pull)| x * pull).sum();
        for ((out, g), pull) in gradient.iter_mut().zip(&slope.gradient).zip(&pull) {
            *out = pull - g / total;
        }
        0.5 * cost - slope.log_likelihood / total
    }

    fn hessian_vector(&mut self, x: &[f64], v: &[f64], out: &mut [f64]) -> Result<(), OptimError> {
        let (total, pull, likelihood) = (self.total, self.pull(v), self.likelihood);
        let curved = likelihood.curve(&self.at(x).means, v);
        for ((out, curved), pull) in out.iter_mut().zip(&curved).zip(&pull) {
            *out = pull + curved / total;
        }
        Ok(())
    }
}

/// The solution of Hs = b by conjugate gradients, to a share of b.
pub(super) fn solve(
    b: &[f64],
    share: f64,
    product: &mut dyn FnMut(&[f64]) -> Vec<f64>,
) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| gradus_linalg::reduce::dot(a, b);
    let mut s = vec![0.0; b.len()];
    let (mut residual, mut search) = (b.to_vec(), b.to_vec());
    let mut square = dot(b, b);
    let enough = share * share * square;
    for _ in 0..2 * b.len() {
        let curved = product(&search);
        let curvature = dot(&search, &curved);
        if square <= enough || curvature.is_nan() || curvature <= 0.0 {
            break;
        }
        let t = square / curvature;
        for i in 0..s.len() {
            s[i] += t * search[i];
            residual[i] -= t * curved[i];
        }
        let now = dot(&residual, &residual);
        for (search, residual) in search.iter_mut().zip(&residual) {
            *search = residual + now / square * *search;
        }
        square = now;
    }
    s
}
