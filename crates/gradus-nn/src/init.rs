//! How weights begin.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{Rng, RngExt};
use rand_distr::StandardNormal;
use serde::{Deserialize, Serialize};

use crate::NnError;

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
/// | `HeNormal`, `HeUniform` | 2/nᵢ | Kaiming; "Xavier" in some lecture notes |
/// | `GlorotNormal`, `GlorotUniform` | 2/(nᵢ + nᵢ₊₁) | Xavier |
/// | `LecunNormal`, `LecunUniform` | 1/nᵢ | – |
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
}

impl Init {
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
        }
    }

    /// A matrix of shape (fan-in, fan-out). Random numbers are drawn as f64 and rounded, so f32 and
    /// f64 models begin with the same weights.
    ///
    /// # Errors
    /// If an extent is 0, or if a parameter of the distribution is negative or not finite.
    pub fn sample<T: Scalar>(self, fan: Fan, rng: &mut dyn Rng) -> Result<DMatrix<T>, NnError> {
        let (rows, cols) = (fan.fan_in, fan.fan_out);
        if rows == 0 || cols == 0 {
            return Err(NnError::EmptyLayer { layer: "a weight", inputs: rows, outputs: cols });
        }
        self.check()?;
        let std = self.std(fan);
        let mut draw: Box<dyn FnMut() -> f64> = match self {
            Self::Zeros => Box::new(|| 0.0),
            Self::Constant(value) => Box::new(move || value),
            Self::Orthogonal { gain } => return Ok(orthogonal(fan, gain, rng)),
            Self::Normal { .. } | Self::HeNormal | Self::GlorotNormal | Self::LecunNormal => {
                Box::new(|| normal(rng) * std)
            }
            Self::Uniform { .. } | Self::HeUniform | Self::GlorotUniform | Self::LecunUniform => {
                let limit = std * 3.0_f64.sqrt();
                Box::new(move || (2.0 * rng.random::<f64>() - 1.0) * limit)
            }
        };
        Ok(DMatrix::from_iterator(rows, cols, (0..rows * cols).map(|_| T::of(draw()))))
    }

    fn check(self) -> Result<(), NnError> {
        let (what, value) = match self {
            Self::Constant(value) => ("a constant", value.abs()),
            Self::Normal { std } => ("a standard deviation", std),
            Self::Uniform { limit } => ("a limit", limit),
            Self::Orthogonal { gain } => ("a gain", gain),
            _ => return Ok(()),
        };
        if value.is_finite() && value >= 0.0 {
            Ok(())
        } else {
            let allowed = "finite and not negative";
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
        for init in [Init::Normal { std: -1.0 }, Init::Uniform { limit: f64::NAN }] {
            assert!(init.sample::<f64>(fan, &mut rng).is_err());
        }
        let empty = Fan { fan_in: 0, fan_out: 2 };
        assert!(Init::Zeros.sample::<f64>(empty, &mut rng).is_err());
    }
}
