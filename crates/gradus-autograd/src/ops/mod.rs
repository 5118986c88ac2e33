//! The operations: one file each, one row here.

use gradus_linalg::Scalar;

use crate::operation::{Dependence, Example, Operation};

pub(crate) mod abs;
pub(crate) mod affine;
pub(crate) mod argmax;
pub(crate) mod arithmetic;
pub(crate) mod atan;
pub(crate) mod block;
pub(crate) mod cholesky;
pub(crate) mod clamp;
pub(crate) mod compare;
pub(crate) mod concat;
pub(crate) mod cos;
pub(crate) mod custom;
pub(crate) mod diagonal;
pub(crate) mod elementwise;
pub(crate) mod elu;
pub(crate) mod erf;
pub(crate) mod exp;
pub(crate) mod expm1;
pub(crate) mod extremum;
pub(crate) mod gather;
pub(crate) mod gaussian;
pub(crate) mod gelu;
pub(crate) mod leaky_relu;
pub(crate) mod linear;
pub(crate) mod log;
pub(crate) mod log1p;
pub(crate) mod matmul;
pub(crate) mod norm;
pub(crate) mod normal_cdf;
pub(crate) mod pick;
pub(crate) mod powf;
pub(crate) mod powi;
pub(crate) mod prelu;
pub(crate) mod reduce;
pub(crate) mod reduce_extreme;
pub(crate) mod relu;
pub(crate) mod select;
pub(crate) mod shape;
pub(crate) mod sigmoid;
pub(crate) mod sigmoid_slope;
pub(crate) mod silu;
pub(crate) mod sin;
pub(crate) mod softmax;
pub(crate) mod softmax_cross_entropy;
pub(crate) mod softplus;
pub(crate) mod softsign;
pub(crate) mod sqrt;
pub(crate) mod square;
pub(crate) mod statistics;
pub(crate) mod step;
pub(crate) mod stop_gradient;
pub(crate) mod tanh;
pub(crate) mod triangular;
pub(crate) mod triangular_solve;
pub(crate) mod unary;

/// An operation with examples on which its derivative is checked.
#[derive(Clone, Debug)]
pub struct RegistryRow<T: Scalar> {
    /// The operation's type.
    pub name: &'static str,
    /// At least one example.
    pub examples: Vec<Example<T>>,
}

/// Writes the closed sum of operations. A row here is all that an operation needs beside its file:
/// the compiler then asks for its rule and for examples, and the registry shows them to gradcheck.
macro_rules! operations {
    ($($module:ident :: $name:ident),* $(,)?) => {
        /// What a node does.
        #[derive(Clone, Debug)]
        pub(crate) enum Op<T: Scalar> {
            $(
                #[doc = concat!("See `ops/", stringify!($module), ".rs`.")]
                $name($module::$name),
            )*
            /// A user's operation.
            Custom(custom::Custom<T>),
        }

        $(
            impl<T: Scalar> From<$module::$name> for Op<T> {
                fn from(op: $module::$name) -> Self {
                    Self::$name(op)
                }
            }
        )*

        impl<T: Scalar> Op<T> {
            /// Whether the result counts as a constant.
            pub(crate) fn is_constant(&self) -> bool {
                self.operation().dependence() == Dependence::Declared
            }

            pub(crate) fn operation(&self) -> &dyn Operation<T> {
                match self {
                    $(Self::$name(op) => op,)*
                    Self::Custom(op) => op,
                }
            }
        }

        /// Every operation with its examples, in the order of the table.
        pub fn registry<T: Scalar>() -> Vec<RegistryRow<T>> {
            vec![
                $(RegistryRow {
                    name: stringify!($name),
                    examples: <$module::$name as Operation<T>>::examples(),
                },)*
                RegistryRow {
                    name: "Custom",
                    examples: <custom::Custom<T> as Operation<T>>::examples(),
                },
            ]
        }
    };
}

operations! {
    arithmetic::AddOp,
    arithmetic::SubOp,
    arithmetic::MulOp,
    arithmetic::DivOp,
    linear::Linear,
    powi::Powi,
    square::Square,
    sqrt::Sqrt,
    abs::Abs,
    abs::Sign,
    step::Positive,
    step::Step,
    powf::Powf,
    exp::Exp,
    expm1::Expm1,
    log::Log,
    log1p::Log1p,
    sin::Sin,
    cos::Cos,
    atan::Atan,
    atan::AtanSlope,
    erf::Erf,
    gaussian::Gaussian,
    normal_cdf::NormalCdf,
    compare::Compare,
    extremum::Extremum,
    clamp::Clamp,
    clamp::Within,
    select::Select,
    select::Gate,
    tanh::Tanh,
    tanh::TanhSlope,
    sigmoid::Sigmoid,
    softplus::Softplus,
    sigmoid_slope::SigmoidSlope,
    softsign::Softsign,
    relu::Relu,
    leaky_relu::LeakyRelu,
    leaky_relu::LeakyStep,
    prelu::Prelu,
    elu::Elu,
    gelu::Gelu,
    silu::Silu,
    matmul::MatMul,
    affine::Affine,
    affine::Through,
    shape::Transpose,
    shape::Reshape,
    shape::Broadcast,
    block::Block,
    block::Pad,
    gather::Gather,
    gather::Scatter,
    pick::Pick,
    pick::Place,
    concat::Concat,
    diagonal::Diagonal,
    diagonal::ToDiagonal,
    triangular::Triangular,
    reduce::Sum,
    reduce_extreme::ReduceExtreme,
    norm::Norm,
    argmax::ArgMax,
    softmax::Softmax,
    softmax::LogSoftmax,
    softmax::LogSumExp,
    softmax_cross_entropy::SoftmaxCrossEntropy,
    softmax_cross_entropy::OneHotLike,
    triangular_solve::TriangularSolve,
    cholesky::Cholesky,
    stop_gradient::StopGradient,
}

impl<T: Scalar> From<custom::Custom<T>> for Op<T> {
    fn from(op: custom::Custom<T>) -> Self {
        Self::Custom(op)
    }
}

#[cfg(test)]
mod tests {
    use gradus_linalg::{MatMut, MatRef};

    use super::*;

    #[test]
    fn the_shorter_way_for_numbers_ends_where_the_longer_one_does() {
        const VALUES: [f64; 8] = [-0.0, 0.0, 0.3, -1.7, 40.0, -800.0, f64::INFINITY, f64::NAN];
        let mut compared = 0;
        for example in registry::<f64>().into_iter().flat_map(|row| row.examples) {
            let operation = example.op.operation();
            let count = example.inputs.len();
            if count > 2 || operation.shape(&vec![(1, 1); count]) != Ok((1, 1)) {
                continue;
            }
            for x in VALUES {
                for y in VALUES {
                    let operands = &[x, y][..count];
                    let Some(number) = operation.number(operands) else { continue };
                    let views: Vec<_> = operands
                        .iter()
                        .map(|x| MatRef::new(std::slice::from_ref(x), 1, 1))
                        .collect();
                    let mut out = [0.0];
                    operation.forward(&views, MatMut::new(&mut out, 1, 1));
                    // Rust leaves open which NaN an operation gives.
                    let same =
                        number.to_bits() == out[0].to_bits() || number.is_nan() && out[0].is_nan();
                    let name = operation.name();
                    assert!(same, "{name} of {operands:?}: {number} and {}", out[0]);
                    compared += 1;
                }
            }
        }
        assert!(compared > 1_000, "only {compared} were compared");
    }
}
