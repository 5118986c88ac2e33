//! A layer in one pass: act(X·W + 1·bᵀ).

use gradus_linalg::{Epilogue, MatMut, MatRef, Scalar, affine, gemm, reduce};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Operation};
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// act(X·W + 1·bᵀ), for X m×k, W k×n, b 1×n.
///
/// The activation's derivative is written in terms of the result, so that the values before it
/// need not be kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Affine {
    activation: Epilogue,
}

impl Affine {
    pub(crate) fn new(activation: Epilogue) -> Self {
        Self { activation }
    }

    /// act'(z), from y = act(z). `None` where it is 1.
    fn slope<'e, T: Scalar>(&self, y: Var<'e, T>) -> Option<Var<'e, T>> {
        match self.activation {
            Epilogue::Identity => None,
            Epilogue::Relu => Some(y.positive()),
            Epilogue::Sigmoid => Some(y * (1.0 - y)),
            Epilogue::Tanh => Some(1.0 - y.square()),
        }
    }

    /// g ← g ⊙ act'(z).
    fn scale_by_slope<T: Scalar>(&self, y: &[T], g: &mut [T]) {
        let pairs = g.iter_mut().zip(y);
        let (zero, one) = (T::zero(), T::one());
        match self.activation {
            Epilogue::Identity => {}
            Epilogue::Relu => pairs.for_each(|(g, &y)| *g = if y > zero { *g } else { zero }),
            Epilogue::Sigmoid => pairs.for_each(|(g, &y)| *g *= y * (one - y)),
            Epilogue::Tanh => pairs.for_each(|(g, &y)| *g *= one - y * y),
        }
    }
}

/// The tangent of X·W + 1·bᵀ.
fn moved<'e, T: Scalar>(
    x: &[Var<'e, T>],
    y: Var<'e, T>,
    dx: &[Option<Var<'e, T>>],
) -> Option<Var<'e, T>> {
    let by_x = dx[0].map(|dx| dx.matmul(x[1]));
    let by_w = dx[1].map(|dw| x[0].matmul(dw));
    match ([by_x, by_w].into_iter().flatten().reduce(|sum, term| sum + term), dx[2]) {
        (Some(product), Some(db)) => Some(product + db),
        (None, Some(db)) => Some(db.broadcast(y.rows(), y.cols())),
        (product, None) => product,
    }
}

impl<T: Scalar> Operation<T> for Affine {
    fn name(&self) -> &'static str {
        match self.activation {
            Epilogue::Identity => "affine",
            Epilogue::Relu => "affine+relu",
            Epilogue::Sigmoid => "affine+sigmoid",
            Epilogue::Tanh => "affine+tanh",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let [x, w, b] = [inputs[0], inputs[1], inputs[2]];
        if x.1 != w.0 || b != (1, w.1) {
            let expected = "X is m x k, W is k x n, b is 1 x n";
            return Err(AutogradError::shape("affine", expected, inputs));
        }
        Ok((x.0, w.1))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        let bias = inputs[2].as_contiguous();
        debug_assert!(bias.is_some(), "a node's value is dense");
        affine(inputs[0], inputs[1], bias, self.activation, out);
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let dz = self.slope(y).map_or(g, |slope| g * slope);
        Some(match i {
            0 => dz.matmul_t(x[1]),
            1 => x[0].t_matmul(dz),
            _ => dz.sum_to(x[2].shape()),
        })
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let dz = moved(x, y, dx)?;
        Some(self.slope(y).map_or(dz, |slope| dz * slope))
    }

    fn tangents<'e>(
        &self,
        x: &[Var<'e, T>],
        y: Var<'e, T>,
        dx: &[&[Option<Var<'e, T>>]],
    ) -> Vec<Option<Var<'e, T>>> {
        let slope = self.slope(y);
        let along = |dx: &&[Option<Var<'e, T>>]| {
            let dz = moved(x, y, dx)?;
            Some(slope.map_or(dz, |slope| dz * slope))
        };
        dx.iter().map(along).collect()
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        mut g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let &[x, w, b] = node.inputs.as_slice() else { return Some(g) };
        gradus_linalg::vectorize(|| {
            self.scale_by_slope(node.value.matrix().as_slice(), g.as_mut_slice());
        });
        let (vx, vw) = (MatRef::from(backward.value(x)), MatRef::from(backward.value(w)));
        let dz = MatRef::from(&g);
        backward.write(w, |out, beta| gemm(T::one(), vx.t(), dz, beta, out));
        backward.write(x, |out, beta| gemm(T::one(), dz, vw.t(), beta, out));
        if backward.wants(b) {
            let mut sums = backward.take((1, dz.cols()));
            reduce::col_sums(dz, sums.as_mut_slice());
            backward.give(b, sums);
        }
        backward.recycle(g);
        None
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        if self.activation != Epilogue::Relu {
            return;
        }
        let mut z = DMatrix::zeros(inputs[0].rows(), inputs[1].cols());
        affine(
            inputs[0],
            inputs[1],
            inputs[2].as_contiguous(),
            Epilogue::Identity,
            MatMut::from(&mut z),
        );
        z.iter().for_each(|&z| mark(u64::from(z > T::zero())));
    }

    fn examples() -> Vec<Example<T>> {
        [Epilogue::Identity, Epilogue::Relu, Epilogue::Sigmoid, Epilogue::Tanh]
            .into_iter()
            .map(|activation| {
                // Positive operands keep the sums away from ReLU's kink.
                let domain = match activation {
                    Epilogue::Relu => Domain::between(0.1, 1.0),
                    _ => Domain::between(-1.0, 1.0),
                };
                let samples = [(3, 4), (4, 2), (1, 2)].map(|s| Sample::new(s, domain.clone()));
                Example::new(Self { activation }, samples.to_vec())
            })
            .collect()
    }
}
