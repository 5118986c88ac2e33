//! The log-likelihood cost of a softmax output, from logits.

use std::sync::Arc;

use gradus_linalg::{
    MatMut, MatRef, Scalar, softmax_cross_entropy, softmax_cross_entropy_cost, vectorize,
};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Operation};
use crate::ops::reduce::dense;
use crate::sample::Sample;
use crate::var::Var;

/// −(1/m) Σᵢ ln softmax(zᵢ)_{cᵢ}, with gradient (softmax(Z) − Y)/m.
#[derive(Clone, Debug)]
pub(crate) struct SoftmaxCrossEntropy {
    classes: Arc<Vec<u32>>,
}

/// The one-hot matrix Y of the classes, in the shape of the operand, which has no other influence.
#[derive(Clone, Debug)]
pub(crate) struct OneHotLike {
    classes: Arc<Vec<u32>>,
}

impl SoftmaxCrossEntropy {
    pub(crate) fn new(classes: &Arc<Vec<u32>>) -> Self {
        Self { classes: Arc::clone(classes) }
    }

    /// softmax(Z) − Y.
    fn residual<'e, T: Scalar>(&self, z: Var<'e, T>) -> Var<'e, T> {
        z.softmax() - Var::apply(OneHotLike { classes: Arc::clone(&self.classes) }, &[z])
    }
}

/// One class for each row, each below the number of columns.
pub(crate) fn check_classes(
    op: &'static str,
    classes: &[u32],
    (rows, cols): Shape,
) -> Result<(), AutogradError> {
    if classes.len() != rows || rows == 0 {
        let expected = format!("one class for each row, and {} classes came", classes.len());
        return Err(AutogradError::shape(op, expected, &[(rows, cols)]));
    }
    match classes.iter().find(|&&class| class as usize >= cols) {
        Some(class) => {
            let expected = format!("classes below {cols}, and class {class} came");
            Err(AutogradError::shape(op, expected, &[(rows, cols)]))
        }
        None => Ok(()),
    }
}

impl<T: Scalar> Operation<T> for SoftmaxCrossEntropy {
    fn name(&self) -> &'static str {
        "softmax_cross_entropy"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        check_classes("softmax_cross_entropy", &self.classes, inputs[0]).map(|()| (1, 1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        out.set(0, 0, softmax_cross_entropy_cost(inputs[0], &self.classes));
    }

    /// The probabilities, of which the gradient is made.
    fn keeps(&self, logits: Shape) -> Option<Shape> {
        Some(logits)
    }

    fn forward_keeping(
        &self,
        inputs: &[MatRef<'_, T>],
        mut out: MatMut<'_, T>,
        kept: MatMut<'_, T>,
    ) {
        out.set(0, 0, softmax_cross_entropy(inputs[0], &self.classes, kept));
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(self.residual(x[0]) * (g / x[0].rows() as f64))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        Some((self.residual(x[0]) * dx[0]?).sum() / x[0].rows() as f64)
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let Some(kept) = backward.kept() else { return Some(g) };
        let rows = kept.nrows();
        let scale = g[(0, 0)] / T::of(rows as f64);
        let mut gradient = backward.take(kept.shape());
        let (p, elements) = (kept.as_slice(), gradient.as_mut_slice());
        vectorize(|| elements.iter_mut().zip(p).for_each(|(e, &p)| *e = p * scale));
        for (i, &class) in self.classes.iter().enumerate() {
            let place = i + class as usize * rows;
            elements[place] = (p[place] - T::one()) * scale;
        }
        let input = node.inputs.as_slice()[0];
        backward.give(input, gradient);
        backward.recycle(g);
        None
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self { classes: example_classes() }, vec![Sample::reals(4, 3)])]
    }
}

fn example_classes() -> Arc<Vec<u32>> {
    Arc::new(vec![0, 2, 1, 2])
}

impl<T: Scalar> Operation<T> for OneHotLike {
    fn name(&self) -> &'static str {
        "one_hot"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        check_classes("one_hot", &self.classes, inputs[0]).map(|()| inputs[0])
    }

    fn forward(&self, _inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let rows = out.rows();
        let elements = dense(&mut out);
        elements.fill(T::zero());
        for (i, &class) in self.classes.iter().enumerate() {
            elements[i + class as usize * rows] = T::one();
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        None
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        _dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        None
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self { classes: example_classes() }, vec![Sample::reals(4, 3)])]
    }
}
