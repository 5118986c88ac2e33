//! How weights begin.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use crate::NnError;
use crate::extent::check_matrix;

/// The number of connections into a unit (nᵢ) and out of it (nᵢ₊₁).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    /// Connections into a unit: the rows of W.
    pub fan_in: usize,
    /// Connections out of a unit: the columns of W.
    pub fan_out: usize,
}

/// A distribution of initial weights.
///
/// The variances, with nᵢ = fan-in and nᵢ₊₁ = fan-out:
///
/// | variant | variance | also called |
/// |---|---|---|
/// | `HeNormal`, `HeUniform` | 2/nᵢ | Kaiming, MSRA; "Xavier" in some lecture notes |
/// | `GlorotNormal`, `GlorotUniform` | 2/(nᵢ + nᵢ₊₁) | Xavier |
/// | `LecunNormal`, `LecunUniform` | 1/nᵢ | the name of the gain-free rule, "fan-in scaling" |
/// | `Scaled` | scale/n, n = nᵢ, nᵢ₊₁ or (nᵢ + nᵢ₊₁)/2 | variance scaling (Keras, JAX) |
/// | `Orthogonal` | gain²/max(nᵢ, nᵢ₊₁) | Saxe |
///
/// Two names clash: lecture notes that write "Xavier initialisation, variance 2/nᵢ" mean
/// `HeNormal`; the paper of Xavier Glorot has 2/(nᵢ + nᵢ₊₁), and so has `GlorotNormal`. A rule with
/// a gain g, as PyTorch's, multiplies the variance by g²: [`Init::glorot`], [`Init::he`],
/// [`Init::lecun`], with the gains of [`Activation::gain`](crate::Activation::gain). PyTorch begins
/// its own linear layers by none of these: [`Init::pytorch_linear`].
///
/// A uniform distribution of variance v runs from −√(3v) to √(3v). Normal distributions are not
/// truncated, as in PyTorch and unlike in Keras.
///
/// Sources: Glorot and Bengio, AISTATS 2010; He et al., ICCV 2015; LeCun et al., *Efficient
/// BackProp*, 1998; Saxe et al., ICLR 2014 (orthogonal).
///
/// ```
/// use gradus_nn::{Fan, Init};
///
/// let fan = Fan { fan_in: 50, fan_out: 30 };
/// assert_eq!(Init::HeNormal.std(fan), 0.2); // √(2/50)
/// assert_eq!(Init::GlorotUniform.std(fan), (2.0_f64 / 80.0).sqrt());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Init {
    /// All zero. Hidden units then stay identical to one another: learning cannot break the
    /// symmetry.
    Zeros,
    /// One value.
    Constant(f64),
    /// Normal noise of a given standard deviation.
    Normal {
        /// The standard deviation.
        std: f64,
    },
    /// Uniform noise between −limit and limit.
    Uniform {
        /// The largest absolute value.
        limit: f64,
    },
    /// Normal, variance 2/nᵢ.
    HeNormal,
    /// Uniform, variance 2/nᵢ.
    HeUniform,
    /// Normal, variance 2/(nᵢ + nᵢ₊₁).
    GlorotNormal,
    /// Uniform, variance 2/(nᵢ + nᵢ₊₁).
    GlorotUniform,
    /// Normal, variance 1/nᵢ.
    LecunNormal,
    /// Uniform, variance 1/nᵢ.
    LecunUniform,
    /// Orthonormal rows or columns, times a gain.
    Orthogonal {
        /// The gain.
        gain: f64,
    },
    /// Variance scale/n: the general rule, of which the named ones are cases.
    Scaled {
        /// What is divided by the number of connections.
        scale: f64,
        /// Which connections count.
        fan: FanMode,
        /// The shape of the noise.
        noise: Noise,
    },
}

/// Which connections of a unit count in [`Init::Scaled`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FanMode {
    /// nᵢ: keeps the variance of the signals forwards.
    In,
    /// nᵢ₊₁: keeps the variance of the gradients backwards.
    Out,
    /// (nᵢ + nᵢ₊₁)/2: a compromise.
    Average,
}

/// The shape of random noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Noise {
    /// The normal distribution.
    Normal,
    /// The uniform distribution.
    Uniform,
}

impl Init {
    /// Glorot's rule with a gain g: variance 2g²/(nᵢ + nᵢ₊₁), PyTorch's `xavier_normal_` and
    /// `xavier_uniform_`.
    ///
    /// ```
    /// use gradus_nn::{Activation, Fan, Init, Noise};
    ///
    /// let fan = Fan { fan_in: 50, fan_out: 30 };
    /// let init = Init::glorot(Activation::Tanh.gain(), Noise::Uniform);
    /// assert!((init.std(fan) - 5.0 / 3.0 * Init::GlorotUniform.std(fan)).abs() < 1e-15);
    /// ```
    pub fn glorot(gain: f64, noise: Noise) -> Self {
        Self::Scaled { scale: gain * gain, fan: FanMode::Average, noise }
    }

    /// He's rule, variance 2/n, over the connections of one side: PyTorch's `kaiming_normal_` and
    /// `kaiming_uniform_` with their `mode`.
    ///
    /// ```
    /// use gradus_nn::{Fan, FanMode, Init, Noise};
    ///
    /// let fan = Fan { fan_in: 8, fan_out: 50 };
    /// assert_eq!(Init::he(FanMode::Out, Noise::Normal).std(fan), 0.2); // √(2/50)
    /// assert_eq!(Init::he(FanMode::In, Noise::Normal).std(fan), Init::HeNormal.std(fan));
    /// ```
    pub fn he(fan: FanMode, noise: Noise) -> Self {
        Self::Scaled { scale: 2.0, fan, noise }
    }

    /// LeCun's rule with a gain g: variance g²/nᵢ. With an activation's gain it is PyTorch's
    /// `kaiming_normal_(nonlinearity=…)`.
    ///
    /// ```
    /// use gradus_nn::{Fan, Init, Noise};
    ///
    /// let fan = Fan { fan_in: 4, fan_out: 1 };
    /// assert_eq!(Init::lecun(3.0, Noise::Normal).std(fan), 1.5);
    /// ```
    pub fn lecun(gain: f64, noise: Noise) -> Self {
        Self::Scaled { scale: gain * gain, fan: FanMode::In, noise }
    }

    /// What PyTorch's `nn.Linear` begins its weights with: uniform from −1/√nᵢ to 1/√nᵢ, variance
    /// 1/(3nᵢ). It draws its biases from the same interval, where ours begin at 0.
    ///
    /// ```
    /// use gradus_nn::{Fan, Init};
    ///
    /// let fan = Fan { fan_in: 16, fan_out: 3 };
    /// let limit = Init::pytorch_linear().std(fan) * 3.0_f64.sqrt();
    /// assert!((limit - 0.25).abs() < 1e-15);
    /// ```
    pub fn pytorch_linear() -> Self {
        Self::Scaled { scale: 1.0 / 3.0, fan: FanMode::In, noise: Noise::Uniform }
    }

    /// The standard deviation of an element. For `Orthogonal` it is gain/√max(nᵢ, nᵢ₊₁), the root
    /// mean square of an element.
    pub fn std(self, fan: Fan) -> f64 {
        let (fan_in, fan_out) = (fan.fan_in as f64, fan.fan_out as f64);
        match self {
            Self::Zeros | Self::Constant(_) => 0.0,
            Self::Normal { std } => std,
            Self::Uniform { limit } => limit / 3.0_f64.sqrt(),
            Self::HeNormal | Self::HeUniform => (2.0 / fan_in).sqrt(),
            Self::GlorotNormal | Self::GlorotUniform => (2.0 / (fan_in + fan_out)).sqrt(),
            Self::LecunNormal | Self::LecunUniform => (1.0 / fan_in).sqrt(),
            Self::Orthogonal { gain } => gain / fan_in.max(fan_out).sqrt(),
            Self::Scaled { scale, fan, .. } => {
                let connections = match fan {
                    FanMode::In => fan_in,
                    FanMode::Out => fan_out,
                    FanMode::Average => 0.5 * (fan_in + fan_out),
                };
                (scale / connections).sqrt()
            }
        }
    }

    /// A matrix of shape (fan-in, fan-out). Random numbers are drawn as f64 and rounded, so f32 and
    /// f64 models begin with the same weights.
    ///
    /// # Errors
    /// If an extent is 0 or beyond all memory, or if a parameter of the distribution is negative, or
    /// not finite in `T`.
    pub fn sample<T: Scalar>(self, fan: Fan, rng: &mut dyn Rng) -> Result<DMatrix<T>, NnError> {
        let (rows, cols) = (fan.fan_in, fan.fan_out);
        check_matrix("a weight", rows, cols)?;
        self.check::<T>()?;
        let std = self.std(fan);
        let mut draw: Box<dyn FnMut() -> f64> = match self {
            Self::Zeros => Box::new(|| 0.0),
            Self::Constant(value) => Box::new(move || value),
            Self::Orthogonal { gain } => return Ok(orthogonal(fan, gain, rng)),
            Self::Normal { .. }
            | Self::HeNormal
            | Self::GlorotNormal
            | Self::LecunNormal
            | Self::Scaled { noise: Noise::Normal, .. } => Box::new(|| normal(rng) * std),
            Self::Uniform { .. }
            | Self::HeUniform
            | Self::GlorotUniform
            | Self::LecunUniform
            | Self::Scaled { noise: Noise::Uniform, .. } => {
                let limit = std * 3.0_f64.sqrt();
                Box::new(move || (2.0 * rng.random::<f64>() - 1.0) * limit)
            }
        };
        Ok(DMatrix::from_iterator(rows, cols, (0..rows * cols).map(|_| T::of(draw()))))
    }

    fn check<T: Scalar>(self) -> Result<(), NnError> {
        let (what, value) = match self {
            Self::Constant(value) if T::of(value).to_f64().is_finite() => return Ok(()),
            Self::Constant(value) => {
                let (what, allowed) = ("a constant", "finite, in the type of the weights too");
                return Err(NnError::InvalidNumber { what, value, allowed });
            }
            Self::Normal { std } => ("a standard deviation", std),
            Self::Uniform { limit } => ("a limit", limit),
            Self::Orthogonal { gain } => ("a gain", gain),
            Self::Scaled { scale, .. } => ("a scale", scale),
            _ => return Ok(()),
        };
        if value >= 0.0 && T::of(value).to_f64().is_finite() {
            Ok(())
        } else {
            let allowed = "finite and not negative, in the type of the weights too";
            Err(NnError::InvalidNumber { what, value, allowed })
        }
    }
}

fn normal(rng: &mut dyn Rng) -> f64 {
    rng.sample(StandardNormal)
}

/// Q of a Gaussian matrix, with the signs of R's diagonal moved into it, which makes it uniform.
fn orthogonal<T: Scalar>(fan: Fan, gain: f64, rng: &mut dyn Rng) -> DMatrix<T> {
    let (tall, wide) = (fan.fan_in.max(fan.fan_out), fan.fan_in.min(fan.fan_out));
    let gauss = DMatrix::from_fn(tall, wide, |_, _| normal(rng));
    let qr = gauss.qr();
    let mut q = qr.q();
    let r = qr.r();
    for j in 0..wide {
        let sign = if r[(j, j)] < 0.0 { -gain } else { gain };
        q.column_mut(j).scale_mut(sign);
    }
    let q = if fan.fan_in >= fan.fan_out { q } else { q.transpose() };
    q.map(T::of)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn samples_have_the_stated_mean_and_variance() {
        let fan = Fan { fan_in: 200, fan_out: 100 };
        let all = [
            Init::Normal { std: 0.3 },
            Init::Uniform { limit: 0.7 },
            Init::HeNormal,
            Init::HeUniform,
            Init::GlorotNormal,
            Init::GlorotUniform,
            Init::LecunNormal,
            Init::LecunUniform,
            Init::Orthogonal { gain: 1.3 },
            Init::he(FanMode::Out, Noise::Normal),
            Init::glorot(1.7, Noise::Uniform),
            Init::lecun(0.75, Noise::Normal),
            Init::pytorch_linear(),
        ];
        for (seed, init) in all.into_iter().enumerate() {
            let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
            let w: DMatrix<f64> = init.sample(fan, &mut rng).unwrap();
            let n = w.len() as f64;
            let mean = w.sum() / n;
            let variance = w.norm_squared() / n - mean * mean;
            let expected = init.std(fan).powi(2);
            // Six standard errors: σ/√n for the mean, about σ²·√(2/n) for the variance.
            assert!(mean.abs() < 6.0 * (expected / n).sqrt(), "{init:?}: mean {mean}");
            let band = 6.0 * expected * (2.0 / n).sqrt();
            assert!((variance - expected).abs() < band, "{init:?}: variance {variance}");
        }
    }

    #[test]
    fn orthogonal_matrices_are_orthogonal() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for (fan_in, fan_out) in [(6, 4), (4, 6), (5, 5), (1, 3)] {
            let fan = Fan { fan_in, fan_out };
            let init = Init::Orthogonal { gain: 2.0 };
            let w: DMatrix<f64> = init.sample(fan, &mut rng).unwrap();
            let gram = if fan_in >= fan_out { w.transpose() * &w } else { &w * w.transpose() };
            let identity = DMatrix::identity(gram.nrows(), gram.nrows()) * 4.0;
            assert!((gram - identity).norm() < 1e-12);
        }
    }

    #[test]
    fn both_precisions_draw_the_same_numbers() {
        let fan = Fan { fan_in: 3, fan_out: 2 };
        let rng = || ChaCha8Rng::seed_from_u64(9);
        let single: DMatrix<f32> = Init::HeNormal.sample(fan, &mut rng()).unwrap();
        let double: DMatrix<f64> = Init::HeNormal.sample(fan, &mut rng()).unwrap();
        assert_eq!(single, double.map(|x| x as f32));
    }

    #[test]
    fn impossible_requests_are_errors() {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let fan = Fan { fan_in: 2, fan_out: 2 };
        for init in [
            Init::Normal { std: -1.0 },
            Init::Uniform { limit: f64::NAN },
            Init::Scaled { scale: -1.0, fan: FanMode::In, noise: Noise::Normal },
            Init::glorot(f64::INFINITY, Noise::Normal),
        ] {
            assert!(init.sample::<f64>(fan, &mut rng).is_err());
        }
        // What is infinite in single precision is refused there only.
        for init in [Init::Constant(-1e300), Init::Normal { std: 1e300 }] {
            assert!(init.sample::<f64>(fan, &mut rng).is_ok());
            assert!(init.sample::<f32>(fan, &mut rng).is_err());
        }
        let empty = Fan { fan_in: 0, fan_out: 2 };
        assert!(Init::Zeros.sample::<f64>(empty, &mut rng).is_err());
        for fan_out in [usize::MAX, usize::MAX / 2] {
            let error = Init::Zeros.sample::<f64>(Fan { fan_in: 2, fan_out }, &mut rng);
            assert!(matches!(error, Err(NnError::LayerTooLarge { .. })));
        }
    }
}
