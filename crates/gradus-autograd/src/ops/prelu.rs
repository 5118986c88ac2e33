//! The rectified linear unit with a learned slope.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::elementwise::{broadcast_shape, zip};
use crate::ops::select::{Gate, Kept};
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// x for x > 0, α·x otherwise, where α is an operand: 1×1 for all, or 1×n for each feature. At
/// x = 0 the derivative is α.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prelu;

fn elsewhere<'e, T: Scalar>(x: Var<'e, T>, value: Var<'e, T>) -> Var<'e, T> {
    Var::apply(Gate(Kept::Elsewhere), &[x, value])
}

impl<T: Scalar> Operation<T> for Prelu {
    fn name(&self) -> &'static str {
        "prelu"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        match broadcast_shape("prelu", inputs)? {
            shape if shape == inputs[0] => Ok(shape),
            _ => Err(AutogradError::shape("prelu", "alpha is broadcast to x", inputs)),
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |x, a| if x > T::zero() { x } else { a * x });
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(match i {
            0 => x[0].select(g, g * x[1]),
            _ => elsewhere(x[0], g * x[0]),
        })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let by_x = dx[0].map(|dx| x[0].select(dx, dx * x[1]));
        let by_alpha = dx[1].map(|da| elsewhere(x[0], da * x[0]));
        match (by_x, by_alpha) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        }
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        for j in 0..inputs[0].cols() {
            for i in 0..inputs[0].rows() {
                mark(u64::from(inputs[0].at(i, j) > T::zero()));
            }
        }
    }

    fn examples() -> Vec<Example<T>> {
        [(1, 1), (1, 4)]
            .into_iter()
            .map(|shape| {
                let x = Sample::new((3, 4), Domain::reals().except(&[0.0]));
                Example::new(Self, vec![x, Sample::new(shape, Domain::between(0.1, 0.5))])
            })
            .collect()
    }
}

impl<T: Scalar> Var<'_, T> {
    /// x for x > 0 and α·x otherwise, with a learned α: 1×1 for all, or 1×n for each feature. At
    /// x = 0 the derivative is α.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![-2.0, 4.0]);
    /// let alpha = tape.scalar(0.25);
    /// let y = x.prelu(alpha);
    /// assert_eq!(y.value(), dmatrix![-0.5, 4.0]);
    /// let gradients = y.sum().backward();
    /// assert_eq!(gradients.get(x), Some(&dmatrix![0.25, 1.0]));
    /// assert_eq!(gradients.item(alpha), Some(-2.0));
    /// ```
    ///
    /// Source: K. He, X. Zhang, S. Ren and J. Sun, *Delving deep into rectifiers*, 2015.
    ///
    /// # Panics
    /// If α cannot be broadcast to the shape of x.
    pub fn prelu(self, alpha: Self) -> Self {
        Self::apply(Prelu, &[self, alpha])
    }
}
