//! The norm of all gradients together.

use gradus_linalg::Scalar;

use crate::changes::norm;

/// Collects ‖g‖₂ = √(Σ gᵢ²) over the gradients of all parameters.
///
/// The one transformation that has to see every gradient before the first update: run it between
/// the backward pass and the step, and hand [`clip_factor`] of it to each update as
/// [`Change::Scale`](crate::Change::Scale). Each array is summed in its own type, the arrays in
/// `f64`.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Change, Changes, GlobalNorm, Optimizer, Sgd, clip_factor};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let grads = [vec![3.0, 0.0], vec![4.0]];
/// let mut norm = GlobalNorm::default();
/// grads.iter().for_each(|grad| norm.add(grad));
/// assert_eq!(norm.value(), 5.0);
///
/// let mut sgd = Sgd { lr: 1.0 }.build::<f64>()?;
/// let mut params = [vec![0.0, 0.0], vec![0.0]];
/// let (none, scale) = (Changes::none(), Change::Scale(clip_factor(norm.value(), 1.0)));
/// sgd.begin_step();
/// for (key, (param, grad)) in params.iter_mut().zip(&grads).enumerate() {
///     sgd.update_with(key, param, grad, &none.then(scale))?;
/// }
/// assert!((params[0][0] + 0.6).abs() < 1e-15 && (params[1][0] + 0.8).abs() < 1e-15);
/// # Ok(())
/// # }
/// ```
///
/// Source: R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural
/// networks*, 2013.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GlobalNorm {
    norm: f64,
}

impl GlobalNorm {
    /// Adds the gradient of one parameter.
    pub fn add<T: Scalar>(&mut self, grad: &[T]) {
        self.norm = self.norm.hypot(norm(grad));
    }

    /// The norm so far.
    pub fn value(&self) -> f64 {
        self.norm
    }
}

/// What a gradient of this norm is multiplied by to be no longer than `max_norm`: min(1, c/‖g‖).
///
/// A gradient within the norm is left alone bit for bit. One that is infinite or NaN is too, so
/// that the training loop can find it: a factor could only make it 0 or NaN.
///
/// ```
/// use gradus_optim::clip_factor;
/// assert_eq!(clip_factor(5.0, 1.0), 0.2);
/// assert_eq!(clip_factor(0.5, 1.0), 1.0);
/// ```
///
/// `torch.nn.utils.clip_grad_norm_` divides by ‖g‖ + 1e-6 instead.
pub fn clip_factor(norm: f64, max_norm: f64) -> f64 {
    if norm > max_norm && norm.is_finite() { max_norm / norm } else { 1.0 }
}
