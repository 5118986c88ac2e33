//! Activation functions by name.

use std::f64::consts::SQRT_2;
use std::fmt;
use std::str::FromStr;

use gradus_autograd::Var;
use gradus_linalg::{Epilogue, Scalar};
use serde::{Deserialize, Serialize};

use crate::{Init, NnError};

/// An activation function: of each element, or (softmax and its logarithm) of each row.
///
/// The order of the variants is part of the format of model files.
///
/// | name | f(z) | f′ at the kink |
/// |---|---|---|
/// | `identity` | z | |
/// | `relu` | max(z, 0) | 0 |
/// | `sigmoid` | 1/(1 + e⁻ᶻ) | |
/// | `tanh` | tanh z | |
/// | `binary-step` | 1 for z ≥ 0, else 0 | 0 everywhere |
/// | `arctan` | arctan z | |
/// | `softsign` | z/(1 + \|z\|) | |
/// | `leaky-relu(α)` | z for z > 0, else αz | α |
/// | `elu(α)` | z for z > 0, else α(eᶻ − 1) | α |
/// | `gelu` | z·Φ(z) | |
/// | `silu` | z·σ(z) | |
/// | `softplus` | ln(1 + eᶻ) | |
/// | `softmax` | e^{zⱼ} / Σₖ e^{zₖ} | |
/// | `log-softmax` | zⱼ − ln Σₖ e^{zₖ} | |
/// | `selu` | λz for z > 0, else λα(eᶻ − 1), λ ≈ 1.0507, α ≈ 1.6733 | λα |
///
/// An activation whose α is learned is a layer of its own, [`Prelu`](crate::Prelu). The binary step
/// has no gradient to learn from. One note's formula for the ELU, max(α(eᶻ − 1), z), is another
/// function: for α = 1 it is eᶻ − 1 everywhere.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::Activation;
///
/// let tape = Tape::new();
/// let z = tape.scalar(-3.0);
/// assert_eq!(Activation::Relu.apply(z).item(), 0.0);
/// assert_eq!(Activation::LeakyRelu { slope: 0.5 }.apply(z).item(), -1.5);
/// assert_eq!("leaky-relu(0.5)".parse(), Ok(Activation::LeakyRelu { slope: 0.5 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Activation {
    /// z.
    Identity,
    /// max(z, 0).
    Relu,
    /// 1/(1 + e⁻ᶻ).
    Sigmoid,
    /// tanh z.
    Tanh,
    /// 1 for z ≥ 0, 0 otherwise.
    BinaryStep,
    /// arctan z.
    Arctan,
    /// z/(1 + |z|).
    Softsign,
    /// z for z > 0, αz otherwise.
    LeakyRelu {
        /// α, from 0 to 1.
        slope: f64,
    },
    /// z for z > 0, α(eᶻ − 1) otherwise.
    Elu {
        /// α, finite.
        alpha: f64,
    },
    /// z·Φ(z), with the exact normal distribution function.
    Gelu,
    /// z·σ(z), also called swish.
    Silu,
    /// ln(1 + eᶻ).
    Softplus,
    /// e^{zⱼ} / Σₖ e^{zₖ}, row by row.
    Softmax,
    /// The logarithm of the softmax, row by row.
    LogSoftmax,
    /// λz for z > 0, λα(eᶻ − 1) otherwise, with the λ and α that make mean 0 and variance 1 a fixed
    /// point: G. Klambauer et al., *Self-normalizing neural networks*, NeurIPS 2017.
    Selu,
}

/// α of the SELU, as the authors and PyTorch give it.
pub(crate) const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
/// λ of the SELU.
pub(crate) const SELU_SCALE: f64 = 1.050_700_987_355_480_5;

impl Activation {
    /// Every activation, for tables and help texts; with PyTorch's usual α.
    pub const ALL: [Self; 15] = [
        Self::Identity,
        Self::Relu,
        Self::Sigmoid,
        Self::Tanh,
        Self::BinaryStep,
        Self::Arctan,
        Self::Softsign,
        Self::LeakyRelu { slope: 0.01 },
        Self::Elu { alpha: 1.0 },
        Self::Gelu,
        Self::Silu,
        Self::Softplus,
        Self::Softmax,
        Self::LogSoftmax,
        Self::Selu,
    ];

    /// f(z).
    pub fn apply<T: Scalar>(self, z: Var<'_, T>) -> Var<'_, T> {
        match self {
            Self::Identity => z,
            Self::Relu => z.relu(),
            Self::Sigmoid => z.sigmoid(),
            Self::Tanh => z.tanh(),
            Self::BinaryStep => z.step(),
            Self::Arctan => z.atan(),
            Self::Softsign => z.softsign(),
            Self::LeakyRelu { slope } => z.leaky_relu(slope),
            Self::Elu { alpha } => z.elu(alpha),
            Self::Gelu => z.gelu(),
            Self::Silu => z.silu(),
            Self::Softplus => z.softplus(),
            Self::Softmax => z.softmax(),
            Self::LogSoftmax => z.log_softmax(),
            Self::Selu => z.elu(SELU_ALPHA) * SELU_SCALE,
        }
    }

    /// The initialisation that keeps the variance of signals through layers with this activation:
    /// He's for those that are about 0 on one side (leaky ones as if α were 0), Glorot's for those
    /// that are about linear around 0, LeCun's for the SELU, whose constants are made for it.
    ///
    /// ```
    /// use gradus_nn::{Activation, Init};
    /// assert_eq!(Activation::Relu.default_init(), Init::HeNormal);
    /// assert_eq!(Activation::Tanh.default_init(), Init::GlorotUniform);
    /// ```
    pub fn default_init(self) -> Init {
        match self {
            Self::Relu
            | Self::LeakyRelu { .. }
            | Self::Elu { .. }
            | Self::Gelu
            | Self::Silu
            | Self::Softplus => Init::HeNormal,
            Self::Selu => Init::LecunNormal,
            Self::Identity
            | Self::Sigmoid
            | Self::Tanh
            | Self::BinaryStep
            | Self::Arctan
            | Self::Softsign
            | Self::Softmax
            | Self::LogSoftmax => Init::GlorotUniform,
        }
    }

    /// The gain g by which PyTorch's `calculate_gain` scales the standard deviation of weights before
    /// this activation: √2 for ReLU, √(2/(1 + α²)) for leaky ReLU, 5/3 for tanh, 3/4 for SELU, 1 for
    /// the sigmoid and the identity. Where PyTorch has none it is √2 for those that are about 0 on
    /// one side, and 1 for the others.
    ///
    /// ```
    /// use gradus_nn::Activation;
    /// assert_eq!(Activation::Relu.gain(), 2.0_f64.sqrt());
    /// assert_eq!(Activation::LeakyRelu { slope: 1.0 }.gain(), 1.0);
    /// ```
    pub fn gain(self) -> f64 {
        match self {
            Self::Relu | Self::Elu { .. } | Self::Gelu | Self::Silu | Self::Softplus => SQRT_2,
            Self::LeakyRelu { slope } => (2.0 / (1.0 + slope * slope)).sqrt(),
            Self::Tanh => 5.0 / 3.0,
            Self::Selu => 0.75,
            Self::Identity
            | Self::Sigmoid
            | Self::BinaryStep
            | Self::Arctan
            | Self::Softsign
            | Self::Softmax
            | Self::LogSoftmax => 1.0,
        }
    }

    /// Checks the activation's own number, which may come from a file or a command line.
    ///
    /// ```
    /// use gradus_nn::Activation;
    /// assert!(Activation::Elu { alpha: f64::NAN }.check().is_err());
    /// ```
    ///
    /// # Errors
    /// If the slope of the leaky ReLU is not from 0 to 1, or if the α of the ELU is not finite.
    pub fn check(self) -> Result<(), NnError> {
        let (what, value, good, allowed) = match self {
            Self::LeakyRelu { slope } => {
                ("the slope of leaky-relu", slope, (0.0..=1.0).contains(&slope), "from 0 to 1")
            }
            Self::Elu { alpha } => ("the alpha of elu", alpha, alpha.is_finite(), "finite"),
            _ => return Ok(()),
        };
        if good { Ok(()) } else { Err(NnError::InvalidNumber { what, value, allowed }) }
    }

    /// Its name, without its number.
    fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Relu => "relu",
            Self::Sigmoid => "sigmoid",
            Self::Tanh => "tanh",
            Self::BinaryStep => "binary-step",
            Self::Arctan => "arctan",
            Self::Softsign => "softsign",
            Self::LeakyRelu { .. } => "leaky-relu",
            Self::Elu { .. } => "elu",
            Self::Gelu => "gelu",
            Self::Silu => "silu",
            Self::Softplus => "softplus",
            Self::Softmax => "softmax",
            Self::LogSoftmax => "log-softmax",
            Self::Selu => "selu",
        }
    }

    /// The activation as the end of a fused affine map. The sigmoid and tanh are not among them:
    /// their slope in terms of the output loses the digits that a saturated unit needs. In f32 the
    /// slope of tanh, 1 − y², is off by 6e-5 of itself at z = 4, by 6 % at 8, and is 0 at 10; that of
    /// the sigmoid by 5e-4 at 10. Fusing them would save 2 to 16 % of a layer's step (64×784×128 and
    /// 256×1024×1024), 31 % at most in a tiny one (32×64×32): not worth a gradient that vanishes
    /// by rounding, which is what the diagnosis of saturation looks for.
    pub(crate) fn epilogue(self) -> Option<Epilogue> {
        match self {
            Self::Identity => Some(Epilogue::Identity),
            Self::Relu => Some(Epilogue::Relu),
            _ => None,
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeakyRelu { slope: number } | Self::Elu { alpha: number } => {
                f.pad(&format!("{}({number})", self.name()))
            }
            _ => f.pad(self.name()),
        }
    }
}

impl FromStr for Activation {
    type Err = NnError;

    /// Reads a name as `Display` writes it. Case does not matter, `_` is `-`, and a number that is
    /// left out is that of [`Activation::ALL`].
    fn from_str(text: &str) -> Result<Self, NnError> {
        let unknown = || NnError::UnknownActivation {
            name: text.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        };
        let lower = text.trim().to_lowercase().replace('_', "-");
        let (name, number) = match lower.split_once('(') {
            None => (lower.as_str(), None),
            Some((name, rest)) => {
                let number = rest.strip_suffix(')').ok_or_else(unknown)?;
                (name.trim_end(), Some(number.trim().parse::<f64>().map_err(|_| unknown())?))
            }
        };
        let usual = Self::ALL.into_iter().find(|a| a.name() == name).ok_or_else(unknown)?;
        let activation = match (usual, number) {
            (usual, None) => usual,
            (Self::LeakyRelu { .. }, Some(slope)) => Self::LeakyRelu { slope },
            (Self::Elu { .. }, Some(alpha)) => Self::Elu { alpha },
            (_, Some(_)) => return Err(unknown()),
        };
        activation.check().map(|()| activation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for activation in Activation::ALL {
            assert_eq!(activation.to_string().parse(), Ok(activation));
            assert_eq!(activation.name().to_uppercase().replace('-', "_").parse(), Ok(activation));
        }
        let slope = 0.1 + 0.2;
        let odd = Activation::LeakyRelu { slope };
        assert_eq!(odd.to_string().parse(), Ok(odd));
        assert_eq!(format!("{:>8}|{:<6}|", Activation::Tanh, Activation::Gelu), "    tanh|gelu  |");
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        for text in ["swish", "", "relu(1)", "elu(", "elu(x)", "leaky-relu(0.1"] {
            let error = text.parse::<Activation>().unwrap_err();
            let message = error.to_string();
            assert!(message.contains("identity, relu, sigmoid, tanh, binary-step"), "{message}");
            assert!(message.contains(&format!("\"{text}\"")), "{message}");
        }
        let error = "leaky-relu(2)".parse::<Activation>().unwrap_err();
        assert!(matches!(error, NnError::InvalidNumber { value: 2.0, .. }));
        assert!("elu(nan)".parse::<Activation>().is_err());
    }
}
