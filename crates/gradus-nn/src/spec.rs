//! Layers written down, without their numbers.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::extent::check_matrix;
use crate::tie::Tie;
use crate::{
    Activate, Activation, Affine, BatchNorm, BatchNormConfig, Dropout, DropoutScaling, Layer,
    LayerNorm, LayerNormConfig, Linear, NnError, Prelu, Residual, Sequential,
};
use gradus_autograd::Parameter;

/// A layer's kind and extents, as a model file holds them. Names and order of variants and fields
/// are part of the format.
///
/// A model is a flat list of them. A layer that holds layers stands before these, and says how many
/// entries are its own, with those of layers inside them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LayerSpec {
    /// A [`Linear`] layer.
    Linear {
        /// Rows of W.
        inputs: usize,
        /// Columns of W.
        outputs: usize,
    },
    /// An [`Activate`] layer.
    Activation(Activation),
    /// A [`Dropout`] layer.
    Dropout {
        /// The probability of dropping a unit.
        rate: f64,
        /// Where it makes up for what it drops.
        scaling: DropoutScaling,
    },
    /// A [`Prelu`] layer.
    Prelu {
        /// 1, or the number of features.
        slopes: usize,
    },
    /// A [`Linear`] layer without a bias.
    LinearWithoutBias {
        /// Rows of W.
        inputs: usize,
        /// Columns of W.
        outputs: usize,
    },
    /// A [`BatchNorm`] layer.
    BatchNorm {
        /// The number of features.
        features: usize,
        /// The weight of a batch in the running statistics.
        momentum: f64,
        /// What is added to the variance.
        eps: f64,
        /// Whether γ and β are learned.
        affine: Affine,
    },
    /// A [`LayerNorm`] layer.
    LayerNorm {
        /// The number of features.
        features: usize,
        /// What is added to the variance.
        eps: f64,
        /// Whether γ and β are learned.
        affine: Affine,
    },
    /// A [`Residual`] block.
    Residual {
        /// The number of entries after this one that belong to it.
        layers: usize,
    },
    /// A [`Sequential`] as one layer of another model.
    Chain {
        /// The number of entries after this one that belong to it.
        layers: usize,
    },
    /// Two parameters of the chain that this entry stands in are one: [`Sequential::tie`]. It comes
    /// after the layers.
    Tie {
        /// The place of the parameter that has no value of its own.
        parameter: usize,
        /// The place of the parameter whose value it has.
        source: usize,
    },
}

/// How deep layers may lie in layers: more than anybody needs, and little enough for any stack.
const DEEPEST: usize = 32;

impl LayerSpec {
    /// The number of trainable numbers that the layer itself holds, or `None` if it overflows.
    pub fn parameter_count(&self) -> Option<usize> {
        let scale_shift = |features: usize, affine| match affine {
            Affine::Learned => features.checked_mul(2),
            Affine::None => Some(0),
        };
        match *self {
            Self::Linear { inputs, outputs } => inputs.checked_mul(outputs)?.checked_add(outputs),
            Self::LinearWithoutBias { inputs, outputs } => inputs.checked_mul(outputs),
            Self::Prelu { slopes } => Some(slopes),
            Self::BatchNorm { features, affine, .. } | Self::LayerNorm { features, affine, .. } => {
                scale_shift(features, affine)
            }
            Self::Activation(_)
            | Self::Dropout { .. }
            | Self::Residual { .. }
            | Self::Chain { .. }
            | Self::Tie { .. } => Some(0),
        }
    }

    /// The number of numbers in the layer's [states](Parameter::state), or `None` if it overflows.
    pub fn state_count(&self) -> Option<usize> {
        match self {
            Self::BatchNorm { features, .. } => features.checked_mul(2),
            _ => Some(0),
        }
    }

    /// The layer with all parameters 0, to be filled.
    ///
    /// # Errors
    /// If an extent is 0, if a number is impossible, or if this is no layer by itself: a block, or a
    /// tie, is built by [`Sequential::from_specs`].
    pub fn build<T: Scalar>(&self) -> Result<Box<dyn Layer<T>>, NnError> {
        let mut layer: Box<dyn Layer<T>> = match *self {
            Self::Linear { inputs, outputs } => {
                let layer = linear(inputs, outputs)?;
                Box::new(Linear { bias: Some(Parameter::new(DMatrix::zeros(1, outputs))), ..layer })
            }
            Self::LinearWithoutBias { inputs, outputs } => Box::new(linear(inputs, outputs)?),
            Self::Activation(activation) => {
                activation.check()?;
                Box::new(Activate(activation))
            }
            Self::Dropout { rate, scaling } => {
                let dropout = Dropout::new(rate)?;
                Box::new(match scaling {
                    DropoutScaling::Inverted => dropout,
                    DropoutScaling::Plain => dropout.plain(),
                })
            }
            Self::Prelu { slopes } => Box::new(Prelu::per_feature(slopes)?),
            Self::BatchNorm { features, momentum, eps, affine } => {
                Box::new(BatchNorm::with(features, BatchNormConfig { momentum, eps, affine })?)
            }
            Self::LayerNorm { features, eps, affine } => {
                Box::new(LayerNorm::with(features, LayerNormConfig { eps, affine })?)
            }
            Self::Residual { .. } | Self::Chain { .. } | Self::Tie { .. } => {
                let problem = "it is no layer without those around it";
                return Err(NnError::Description { position: 0, problem });
            }
        };
        layer.visit_mut(&crate::Path::root(), &mut |_, p| p.value_mut().fill(T::zero()));
        Ok(layer)
    }

    /// The layers of a list, with those inside others inside them.
    pub(crate) fn build_all<T: Scalar>(specs: &[Self]) -> Result<Sequential<T>, NnError> {
        chain(specs, 0, 0)
    }

    /// Writes down a layer that holds a chain: itself, and the chain after it.
    pub(crate) fn describe_block<T: Scalar>(
        chain: &Sequential<T>,
        block: impl FnOnce(usize) -> Self,
        specs: &mut Vec<Self>,
    ) -> Result<(), NnError> {
        let inside = chain.specs()?;
        specs.push(block(inside.len()));
        specs.extend(inside);
        Ok(())
    }
}

fn linear<T: Scalar>(inputs: usize, outputs: usize) -> Result<Linear<T>, NnError> {
    check_matrix("linear", inputs, outputs)?;
    Ok(Linear { weight: Parameter::new(DMatrix::zeros(inputs, outputs)), bias: None })
}

/// The chain of a list that begins at entry `first` of the whole description.
fn chain<T: Scalar>(
    specs: &[LayerSpec],
    first: usize,
    depth: usize,
) -> Result<Sequential<T>, NnError> {
    let wrong = |position, problem| Err(NnError::Description { position, problem });
    if depth > DEEPEST {
        return wrong(first, "layers lie too deep in layers");
    }
    let mut layers: Vec<Box<dyn Layer<T>>> = Vec::new();
    let mut ties = Vec::new();
    let mut next = 0;
    while let Some(spec) = specs.get(next) {
        let position = first + next;
        next += 1;
        let mut inside = |count: usize| {
            let end = next.checked_add(count).filter(|&end| end <= specs.len());
            let Some(end) = end else {
                return wrong(position, "it announces more layers than follow");
            };
            let block = chain(&specs[next..end], first + next, depth + 1);
            next = end;
            block
        };
        match *spec {
            LayerSpec::Tie { parameter, source } => {
                ties.push(Tie { parameter, source });
                continue;
            }
            _ if !ties.is_empty() => return wrong(position, "a layer stands after a tie"),
            LayerSpec::Chain { layers: count } => layers.push(Box::new(inside(count)?)),
            LayerSpec::Residual { layers: count } => {
                layers.push(Box::new(Residual::around(inside(count)?)?));
            }
            _ => layers.push(spec.build()?),
        }
    }
    let mut chain = Sequential::new(layers)?;
    ties.into_iter().try_for_each(|tie| chain.tie_places(tie))?;
    Ok(chain)
}
