//! What transformations do to a gradient and its parameter, on the way to an optimiser.

use gradus_linalg::{Scalar, reduce, vectorize};

/// Entries that are changed together: few enough to stay in the first cache.
pub(crate) const BLOCK: usize = 256;

/// One elementwise change. The caller of an update adds them, and so do transformations.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// g ← factor·g.
    Scale(f64),
    /// g ← min(max(g, −limit), limit); NaN stays.
    Clamp(f64),
    /// g ← g + l1·sgn(θ) + l2·θ with sgn(0) = 0: the gradient of a penalty.
    Penalty {
        /// The factor of the signs.
        l1: f64,
        /// The factor of the parameter.
        l2: f64,
    },
    /// θ ← factor·θ, before the step.
    Shrink(f64),
    /// θ ← sgn(θ)·max(|θ| − threshold, 0), after the step.
    SoftThreshold(f64),
    /// Weight decay and penalties that follow leave this parameter alone: it is no weight.
    Exempt,
    /// The gradient has the changes before this one in it already; those of the parameter remain.
    GradientDone,
}

/// Changes in the order in which they act; a list on the stack.
///
/// [`Optimizer::update_with`](crate::Optimizer::update_with) takes it. The changes are made block
/// by block while the update has the block in cache, so however many there are, memory is passed
/// over once.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Change, Changes, Optimizer, Sgd};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut sgd = Sgd { lr: 0.5 }.build::<f64>()?;
/// let mut theta = [1.0, -2.0];
/// sgd.begin_step();
/// let (none, clamp) = (Changes::none(), Change::Clamp(1.0));
/// sgd.update_with(0, &mut theta, &[8.0, -0.5], &none.then(clamp))?;
/// assert_eq!(theta, [0.5, -1.75]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Changes<'c> {
    before: Option<&'c Changes<'c>>,
    change: Option<Change>,
}

impl<'c> Changes<'c> {
    /// No change: the gradient is used as it is.
    pub fn none() -> Self {
        Self { before: None, change: None }
    }

    /// These changes, and one more after them.
    pub fn then(&'c self, change: Change) -> Self {
        let before = Some(self).filter(|changes| !changes.is_none());
        Self { before, change: Some(change) }
    }

    /// Whether the list is empty.
    pub fn is_none(&self) -> bool {
        self.change.is_none() && self.before.is_none_or(Changes::is_none)
    }

    /// Whether any of them changes a number.
    pub(crate) fn acts(&self) -> bool {
        let acts = !matches!(self.change, None | Some(Change::Exempt | Change::GradientDone));
        acts || self.before.is_some_and(Changes::acts)
    }

    /// Whether weight decay and penalties leave the parameter alone.
    pub fn exempt(&self) -> bool {
        self.change == Some(Change::Exempt) || self.before.is_some_and(Changes::exempt)
    }

    /// The norm ‖g‖₂ after the changes, in `f64`; summed by blocks, so that the bits depend on
    /// nothing but the numbers.
    pub fn norm<T: Scalar>(&self, param: &[T], grad: &[T]) -> f64 {
        if self.is_none() {
            return norm(grad);
        }
        let mut buffer = [T::zero(); BLOCK];
        let mut total = 0.0;
        for (param, grad) in param.chunks(BLOCK).zip(grad.chunks(BLOCK)) {
            let buffer = &mut buffer[..grad.len()];
            buffer.copy_from_slice(grad);
            self.change_gradient(param, buffer);
            let norm = norm(buffer);
            total += norm * norm;
        }
        total.sqrt()
    }

    /// Makes the changes of the gradient.
    pub(crate) fn change_gradient<T: Scalar>(&self, param: &[T], grad: &mut [T]) {
        if self.change == Some(Change::GradientDone) {
            return;
        }
        if let Some(before) = self.before {
            before.change_gradient(param, grad);
        }
        match self.change {
            Some(Change::Scale(factor)) => {
                let factor: T = Scalar::of(factor);
                vectorize(|| grad.iter_mut().for_each(|g| *g *= factor));
            }
            Some(Change::Clamp(limit)) => {
                let limit: T = Scalar::of(limit);
                vectorize(|| grad.iter_mut().for_each(|g| *g = clamp(*g, limit)));
            }
            Some(Change::Penalty { l1, l2 }) => {
                let (l1, l2): (T, T) = (Scalar::of(l1), Scalar::of(l2));
                vectorize(|| {
                    for (g, &p) in grad.iter_mut().zip(param) {
                        *g += l1 * sign(p) + l2 * p;
                    }
                });
            }
            _ => {}
        }
    }

    /// Makes the changes of the parameter that come before the step.
    pub(crate) fn shrink<T: Scalar>(&self, param: &mut [T]) {
        if let Some(before) = self.before {
            before.shrink(param);
        }
        if let Some(Change::Shrink(factor)) = self.change {
            let factor: T = Scalar::of(factor);
            vectorize(|| param.iter_mut().for_each(|p| *p *= factor));
        }
    }

    /// Makes the changes of the parameter that come after the step.
    pub(crate) fn threshold<T: Scalar>(&self, param: &mut [T]) {
        if let Some(before) = self.before {
            before.threshold(param);
        }
        if let Some(Change::SoftThreshold(threshold)) = self.change {
            let threshold: T = Scalar::of(threshold);
            vectorize(|| param.iter_mut().for_each(|p| *p = soft_threshold(*p, threshold)));
        }
    }
}

/// ‖x‖₂ in `f64`, of the entries scaled where their squares would leave the type's range.
pub(crate) fn norm<T: Scalar>(x: &[T]) -> f64 {
    let sum = reduce::sum_squares(x).to_f64();
    // Squares neither overflow nor lose digits to underflow.
    if sum.is_nan() || (sum <= T::MAX.to_f64() && sum > 4.0 / T::MAX.to_f64() / T::EPSILON.to_f64())
    {
        return sum.sqrt();
    }
    let largest = x.iter().map(|x| x.to_f64().abs()).fold(0.0, f64::max);
    if largest == 0.0 || largest.is_infinite() {
        return largest;
    }
    let sum: f64 = x.iter().map(|x| (x.to_f64() / largest) * (x.to_f64() / largest)).sum();
    largest * sum.sqrt()
}

#[inline(always)]
fn clamp<T: Scalar>(g: T, limit: T) -> T {
    let g = if g > limit { limit } else { g };
    if g < -limit { -limit } else { g }
}

#[inline(always)]
fn sign<T: Scalar>(x: T) -> T {
    let positive = if x > T::zero() { T::one() } else { T::zero() };
    let negative = if x < T::zero() { T::one() } else { T::zero() };
    positive - negative
}

#[inline(always)]
fn soft_threshold<T: Scalar>(x: T, threshold: T) -> T {
    let shrunk = if x > T::zero() { x - threshold } else { x + threshold };
    if x.abs() <= threshold { T::zero() } else { shrunk }
}
