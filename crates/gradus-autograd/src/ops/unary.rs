//! Functions of one number, applied to each element.

use gradus_linalg::{MatMut, MatRef, Scalar, vectorize};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::dual::{Moving, TangentsOut};
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Moved, Operation};
use crate::ops::Op;
use crate::ops::select::{Gate, Kept};
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// A function of one number.
pub(crate) trait Unary<T: Scalar>: Clone + Default + Into<Op<T>> {
    const NAME: &'static str;

    /// y = f(x), element by element.
    fn value(&self, x: &[T], y: &mut [T]);

    /// f'(x), from x and y = f(x). `None` where it is zero everywhere.
    fn derivative<'e>(&self, x: Var<'e, T>, y: Var<'e, T>) -> Option<Var<'e, T>>;

    /// How a gradient or a tangent passes.
    const PASSING: Passing = Passing::Scaled;

    /// g ← g ⊙ f'(x), if that can be done in one pass.
    fn scale_by_derivative(&self, _x: &[T], _y: &[T], _g: &mut [T]) -> Fused {
        Fused::No
    }

    /// Where it is defined, and where it has kinks.
    fn domain(&self) -> Domain {
        Domain::reals()
    }
}

/// What a derivative does with a gradient or a tangent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passing {
    /// It multiplies it.
    Scaled,
    /// It is 1 or 0, and what does not pass leaves no trace, not even an infinity times 0.
    Gated,
}

impl Passing {
    fn apply<'e, T: Scalar>(self, slope: Var<'e, T>, g: Var<'e, T>) -> Var<'e, T> {
        match self {
            Self::Scaled => g * slope,
            Self::Gated => Var::apply(Gate(Kept::WherePositive), &[slope, g]),
        }
    }
}

/// Whether a fast path did the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fused {
    Yes,
    No,
}

impl<T: Scalar, U: Unary<T>> Operation<T> for U {
    fn name(&self) -> &'static str {
        U::NAME
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        match (inputs[0].as_contiguous(), out.as_contiguous_mut()) {
            (Some(x), Some(y)) => self.value(x, y),
            _ => {
                for j in 0..inputs[0].cols() {
                    for i in 0..inputs[0].rows() {
                        let mut y = [T::zero()];
                        self.value(&[inputs[0].at(i, j)], &mut y);
                        out.set(i, j, y[0]);
                    }
                }
            }
        }
    }

    fn number(&self, x: &[T]) -> Option<T> {
        let mut y = [T::zero()];
        self.value(x, &mut y);
        Some(y[0])
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        self.derivative(x[0], y).map(|slope| U::PASSING.apply(slope, g))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let dx = dx[0]?;
        self.derivative(x[0], y).map(|slope| U::PASSING.apply(slope, dx))
    }

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        let Some(dx) = moving.tangents(0) else { return Moved::Zero };
        let (rows, cols) = moving.result().shape();
        moving.in_common(
            |x, y| Some(self.derivative(x[0], y)?.broadcast(rows, cols)),
            |slope| {
                let slope = slope.as_contiguous().expect("a value is dense");
                for k in 0..moving.width() {
                    scale(out.elements(k), dx.elements(k), slope, U::PASSING);
                }
            },
        )
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        mut g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let input = node.inputs.as_slice()[0];
        let x = backward.value(input);
        let y = node.value.matrix().as_slice();
        match self.scale_by_derivative(x.as_slice(), y, g.as_mut_slice()) {
            Fused::Yes => {
                backward.give(input, g);
                None
            }
            Fused::No => Some(g),
        }
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        let kinks = self.domain().kinks;
        if kinks.is_empty() {
            return;
        }
        for j in 0..inputs[0].cols() {
            for i in 0..inputs[0].rows() {
                let x = inputs[0].at(i, j).to_f64();
                mark(kinks.iter().filter(|&&kink| kink <= x).count() as u64);
            }
        }
    }

    fn examples() -> Vec<Example<T>> {
        let op = U::default();
        let domain = op.domain();
        vec![Example::new(op, vec![Sample::new((3, 4), domain)])]
    }
}

/// out = slope ⊙ dx, where what does not move stays where it is, even at an infinite slope.
fn scale<T: Scalar>(out: &mut [T], dx: &[T], slope: &[T], passing: Passing) {
    let zero = T::zero();
    let elements = out.iter_mut().zip(dx).zip(slope);
    vectorize(|| match passing {
        Passing::Scaled => elements.for_each(|((out, &dx), &slope)| {
            // A slope that is not a number stays one: no comparison holds for it.
            *out = if dx == zero && slope.abs() >= zero { zero } else { slope * dx };
        }),
        Passing::Gated => elements.for_each(|((out, &dx), &slope)| {
            *out = if slope > zero { dx } else { zero };
        }),
    });
}

/// y = f(x) for each element, in the best instruction set.
pub(crate) fn map<T: Scalar>(x: &[T], y: &mut [T], f: impl Fn(T) -> T) {
    if let ([x], [y]) = (x, &mut *y) {
        *y = f(*x);
        return;
    }
    vectorize(|| {
        for (y, &x) in y.iter_mut().zip(x) {
            *y = f(x);
        }
    });
}

/// Hands out x and g in pieces, each with a scratch buffer on the stack.
pub(crate) fn in_chunks<T: Scalar>(
    x: &[T],
    g: &mut [T],
    mut work: impl FnMut(&[T], &mut [T], &mut [T]),
) {
    const CHUNK: usize = 256;
    if x.len() == 1 {
        work(x, &mut [T::zero()], g);
        return;
    }
    let mut scratch = [T::zero(); CHUNK];
    for (x, g) in x.chunks(CHUNK).zip(g.chunks_mut(CHUNK)) {
        work(x, &mut scratch[..x.len()], g);
    }
}
