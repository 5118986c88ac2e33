//! A layer in one pass: act(X·W + 1·bᵀ).

use gradus_linalg::{Epilogue, MatMut, MatRef, Scalar, affine, gemm, reduce, vectorize};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::dual::{Moving, TangentsOut};
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::{Example, Moved, Operation};
use crate::ops::reduce::dense;
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

    /// g ⊙ act'(z), from y = act(z).
    fn through<'e, T: Scalar>(&self, y: Var<'e, T>, g: Var<'e, T>) -> Var<'e, T> {
        match self.activation {
            Epilogue::Identity => g,
            activation => Var::apply(Through { activation }, &[y, g]),
        }
    }
}

/// g ⊙ act'(z), for y = act(z) and a gradient or a tangent g. The rules of affine maps pass here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Through {
    activation: Epilogue,
}

/// g ← g ⊙ act'(z).
#[inline(always)]
fn scale_by_slope<T: Scalar>(activation: Epilogue, y: &[T], g: &mut [T]) {
    let pairs = g.iter_mut().zip(y);
    let (zero, one) = (T::zero(), T::one());
    match activation {
        Epilogue::Identity => {}
        Epilogue::Relu => pairs.for_each(|(g, &y)| *g = if y > zero { *g } else { zero }),
        Epilogue::Sigmoid => pairs.for_each(|(g, &y)| *g *= y * (one - y)),
        Epilogue::Tanh => pairs.for_each(|(g, &y)| *g *= one - y * y),
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

    fn passing<'e>(&self, y: Var<'e, T>, g: Var<'e, T>) -> Var<'e, T> {
        self.through(y, g)
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dz: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
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
        moved(x, y, dx).map(|dz| self.through(y, dz))
    }

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        let (x, w, y) = (moving.value(0), moving.value(1), moving.result());
        let mut beta = T::zero();
        if let Some(dx) = moving.tangents(0) {
            (0..moving.width()).for_each(|k| gemm(T::one(), dx.along(k), w, beta, out.along(k)));
            beta = T::one();
        }
        if let Some(dw) = moving.tangents(1) {
            gemm(T::one(), x, dw.side_by_side(), beta, out.side_by_side());
            beta = T::one();
        }
        let rows = y.rows().max(1);
        for k in 0..moving.width() {
            let out = out.elements(k);
            if let Some(db) = moving.tangents(2) {
                for (out, &db) in out.chunks_exact_mut(rows).zip(db.elements(k)) {
                    out.iter_mut().for_each(|z| *z = if beta == T::zero() { db } else { *z + db });
                }
            }
            if let Some(y) = y.as_contiguous() {
                vectorize(|| scale_by_slope(self.activation, y, out));
            }
        }
        Moved::Written
    }

    fn fused_backward(
        &self,
        backward: &mut Backward<'_, T>,
        node: &Node<T>,
        mut g: DMatrix<T>,
    ) -> Option<DMatrix<T>> {
        let &[x, w, b] = node.inputs.as_slice() else { return Some(g) };
        let y = node.value.matrix().as_slice();
        vectorize(|| scale_by_slope(self.activation, y, g.as_mut_slice()));
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

impl Through {
    /// The derivative of act'(z) with respect to y. `None` where it is zero.
    fn bend<'e, T: Scalar>(&self, y: Var<'e, T>) -> Option<Var<'e, T>> {
        match self.activation {
            Epilogue::Identity | Epilogue::Relu => None,
            Epilogue::Sigmoid => Some(1.0 - y * 2.0),
            Epilogue::Tanh => Some(y * -2.0),
        }
    }
}

impl<T: Scalar> Operation<T> for Through {
    fn name(&self) -> &'static str {
        match self.activation {
            Epilogue::Identity => "through identity",
            Epilogue::Relu => "through relu",
            Epilogue::Sigmoid => "through sigmoid",
            Epilogue::Tanh => "through tanh",
        }
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        if inputs[0] == inputs[1] {
            Ok(inputs[0])
        } else {
            Err(AutogradError::shape("through", "both have one shape", inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        gradus_linalg::copy(inputs[1], out.reborrow());
        let y = inputs[0].as_contiguous().expect("a value is dense");
        vectorize(|| scale_by_slope(self.activation, y, dense(&mut out)));
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        match i {
            0 => self.bend(x[0]).map(|bend| g * x[1] * bend),
            _ => Some(Var::apply(*self, &[x[0], g])),
        }
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let by_slope = dx[0].and_then(|dy| self.bend(x[0]).map(|bend| dy * x[1] * bend));
        let by_g = dx[1].map(|dg| Var::apply(*self, &[x[0], dg]));
        [by_slope, by_g].into_iter().flatten().reduce(|sum, term| sum + term)
    }

    fn fused_tangents(&self, moving: &Moving<'_, T>, out: &mut TangentsOut<'_, T>) -> Moved {
        let values = (moving.value(0).as_contiguous(), moving.value(1).as_contiguous());
        let (Some(y), Some(g)) = values else { return Moved::ByRule };
        let (one, two) = (T::one(), T::of(2.0));
        for k in 0..moving.width() {
            let out = out.elements(k);
            match moving.tangents(1) {
                Some(dg) => {
                    out.copy_from_slice(dg.elements(k));
                    vectorize(|| scale_by_slope(self.activation, y, out));
                }
                None => out.fill(T::zero()),
            }
            let Some(dy) = moving.tangents(0) else { continue };
            let terms = out.iter_mut().zip(dy.elements(k)).zip(y.iter().zip(g));
            vectorize(|| match self.activation {
                Epilogue::Identity | Epilogue::Relu => {}
                Epilogue::Sigmoid => {
                    terms.for_each(|((out, &dy), (&y, &g))| *out += g * dy * (one - two * y));
                }
                Epilogue::Tanh => terms.for_each(|((out, &dy), (&y, &g))| *out -= two * y * g * dy),
            });
        }
        Moved::Written
    }

    fn examples() -> Vec<Example<T>> {
        [Epilogue::Relu, Epilogue::Sigmoid, Epilogue::Tanh]
            .into_iter()
            .map(|activation| {
                let y = Sample::new((3, 4), Domain::between(0.1, 0.9));
                Example::new(Self { activation }, vec![y, Sample::reals(3, 4)])
            })
            .collect()
    }
}
