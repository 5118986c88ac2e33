//! Rosenbrock's valley.

use super::TestFunction;
use crate::minimise::Objective;
use crate::{OptimError, checks::check};

/// Rosenbrock's function in n ≥ 2 variables: f(x) = Σ 100·(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², least (0) at
/// (1, …, 1).
///
/// From n = 4 on there is a second, local minimiser near (−1, 1, …, 1).
///
/// ```
/// use gradus_optim::minimise::Objective;
/// use gradus_optim::test_functions::Rosenbrock;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// assert!((Rosenbrock::new(2)?.value(&[-1.2, 1.0]) - 24.2).abs() < 1e-13);
/// # Ok(())
/// # }
/// ```
///
/// Source: H. H. Rosenbrock, *An automatic method for finding the greatest or least value of a
/// function*, 1960, for n = 2; this sum is `scipy.optimize.rosen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rosenbrock {
    n: usize,
}

impl Rosenbrock {
    /// The function of `n` variables.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for fewer than two.
    pub fn new(n: usize) -> Result<Self, OptimError> {
        check("rosenbrock", "n", n as f64, "it needs at least two variables", n >= 2)?;
        Ok(Self::of(n))
    }

    pub(super) fn of(n: usize) -> Self {
        Self { n }
    }
}

impl TestFunction for Rosenbrock {
    fn name(&self) -> &'static str {
        "rosenbrock"
    }

    fn start(&self) -> Vec<f64> {
        (0..self.n).map(|i| if i.is_multiple_of(2) { -1.2 } else { 1.0 }).collect()
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        vec![vec![1.0; self.n]]
    }
}

impl Objective for Rosenbrock {
    fn value(&mut self, x: &[f64]) -> f64 {
        x.windows(2).map(|p| 100.0 * (p[1] - p[0] * p[0]).powi(2) + (1.0 - p[0]).powi(2)).sum()
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        gradient.fill(0.0);
        for i in 0..self.n - 1 {
            let valley = x[i + 1] - x[i] * x[i];
            gradient[i] += -400.0 * x[i] * valley - 2.0 * (1.0 - x[i]);
            gradient[i + 1] = 200.0 * valley;
        }
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        let n = self.n;
        hessian.fill(0.0);
        for i in 0..n - 1 {
            let (here, next) = (i * n + i, (i + 1) * n + i + 1);
            hessian[here] += 1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0;
            hessian[next] += 200.0;
            hessian[here + 1] = -400.0 * x[i];
            hessian[here + n] = -400.0 * x[i];
        }
        Ok(())
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        product.fill(0.0);
        for i in 0..self.n - 1 {
            let beside = -400.0 * x[i];
            product[i] +=
                (1200.0 * x[i] * x[i] - 400.0 * x[i + 1] + 2.0) * v[i] + beside * v[i + 1];
            product[i + 1] += 200.0 * v[i + 1] + beside * v[i];
        }
        Ok(())
    }

    fn dimension(&self) -> Option<usize> {
        Some(self.n)
    }
}
