//! A convex quadratic of given condition.

use super::TestFunction;
use crate::minimise::Objective;
use crate::{OptimError, checks::check};

/// A convex quadratic: f(x) = ½(x − x*)ᵀA(x − x*), least (0) at x* = (1, −1, 1, …).
///
/// A = QDQ has eigenvalues from 1 to κ in equal ratios, dᵢ = κ^(i/(n−1)); the reflection
/// Q = I − 2uuᵀ/uᵀu with uᵢ = i + 1 mixes all variables. Products cost O(n).
///
/// ```
/// use gradus_optim::minimise::Objective;
/// use gradus_optim::test_functions::Quadratic;
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut f = Quadratic::new(2, 9.0)?;
/// let mut hessian = [0.0; 4];
/// f.hessian(&[0.0, 0.0], &mut hessian)?;
/// let (trace, determinant) = (hessian[0] + hessian[3], hessian[0] * hessian[3] - hessian[1].powi(2));
/// assert!((trace - 10.0).abs() < 1e-13 && (determinant - 9.0).abs() < 1e-13);
/// # Ok(())
/// # }
/// ```
///
/// Source: A. S. Householder's reflection of a diagonal matrix; the eigenvalues are those of mode 3
/// of LAPACK's test matrices.
#[derive(Debug, Clone, PartialEq)]
pub struct Quadratic {
    eigenvalues: Vec<f64>,
    scratch: Vec<f64>,
    mixed: Vec<f64>,
}

impl Quadratic {
    /// The quadratic of `n` variables with the condition number `condition`.
    ///
    /// # Errors
    ///
    /// [`OptimError::InvalidHyperparameter`] for no variables, or a condition number that is not in
    /// [1, ∞).
    pub fn new(n: usize, condition: f64) -> Result<Self, OptimError> {
        check("quadratic", "n", n as f64, "it needs at least one variable", n >= 1)?;
        let holds = condition >= 1.0 && condition.is_finite();
        let expected = "a condition number is finite and at least 1";
        check("quadratic", "condition", condition, expected, holds)?;
        Ok(Self::of(n, condition))
    }

    pub(super) fn of(n: usize, condition: f64) -> Self {
        let last = (n.max(2) - 1) as f64;
        let eigenvalues = (0..n).map(|i| condition.powf(i as f64 / last)).collect();
        Self { eigenvalues, scratch: vec![0.0; n], mixed: vec![0.0; n] }
    }

    /// mixed ← A·scratch.
    fn apply(&mut self) {
        reflect(&mut self.scratch);
        for ((m, d), s) in self.mixed.iter_mut().zip(&self.eigenvalues).zip(&self.scratch) {
            *m = d * s;
        }
        reflect(&mut self.mixed);
        reflect(&mut self.scratch);
    }

    fn offset(&mut self, x: &[f64]) {
        for (i, (s, x)) in self.scratch.iter_mut().zip(x).enumerate() {
            *s = x - solution(i);
        }
    }
}

fn solution(i: usize) -> f64 {
    if i.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// v ← Qv.
fn reflect(v: &mut [f64]) {
    let (mut along, mut squares) = (0.0, 0.0);
    for (i, v) in v.iter().enumerate() {
        let u = (i + 1) as f64;
        along += u * v;
        squares += u * u;
    }
    let twice = 2.0 * along / squares;
    for (i, v) in v.iter_mut().enumerate() {
        *v -= twice * (i + 1) as f64;
    }
}

impl TestFunction for Quadratic {
    fn name(&self) -> &'static str {
        "quadratic"
    }

    fn start(&self) -> Vec<f64> {
        vec![0.0; self.eigenvalues.len()]
    }

    fn minimisers(&self) -> Vec<Vec<f64>> {
        vec![(0..self.eigenvalues.len()).map(solution).collect()]
    }
}

impl Objective for Quadratic {
    fn value(&mut self, x: &[f64]) -> f64 {
        self.offset(x);
        reflect(&mut self.scratch);
        0.5 * self.eigenvalues.iter().zip(&self.scratch).map(|(d, s)| d * s * s).sum::<f64>()
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        self.offset(x);
        self.apply();
        gradient.copy_from_slice(&self.mixed);
    }

    fn hessian_vector(
        &mut self,
        _x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        self.scratch.copy_from_slice(v);
        self.apply();
        product.copy_from_slice(&self.mixed);
        Ok(())
    }

    fn dimension(&self) -> Option<usize> {
        Some(self.eigenvalues.len())
    }
}
