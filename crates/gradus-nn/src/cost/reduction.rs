//! From losses to a cost.

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use serde::{Deserialize, Serialize};

/// How losses become one number.
///
/// For an m×k matrix of losses ℓ:
///
/// | variant | value |
/// |---|---|
/// | `Mean` | Σᵢⱼ ℓᵢⱼ / (m·k) |
/// | `Sum` | Σᵢⱼ ℓᵢⱼ |
/// | `MeanOverRows` | Σᵢⱼ ℓᵢⱼ / m |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reduction {
    /// Their mean, over rows and outputs.
    #[default]
    Mean,
    /// Their sum.
    Sum,
    /// The mean over rows of each row's sum: what lecture notes write as 1/n Σₓ.
    MeanOverRows,
}

impl Reduction {
    /// Reduces losses.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use gradus_nn::Reduction;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let losses = tape.constant(dmatrix![1.0, 2.0; 3.0, 6.0]);
    /// assert_eq!(Reduction::Mean.of(losses).item(), 3.0);
    /// assert_eq!(Reduction::Sum.of(losses).item(), 12.0);
    /// assert_eq!(Reduction::MeanOverRows.of(losses).item(), 6.0);
    /// ```
    pub fn of<T: Scalar>(self, losses: Var<'_, T>) -> Var<'_, T> {
        match self {
            Self::Mean => losses.mean(),
            Self::Sum => losses.sum(),
            Self::MeanOverRows => losses.sum() * (1.0 / losses.rows() as f64),
        }
    }

    /// Reduces losses with weights w for examples (m×1), for outputs (1×k) or for elements (m×k).
    ///
    /// The mean is Σ w·ℓ / Σ w, so that weight 2 counts an example twice and weight 0 leaves it
    /// out; the sum is Σ w·ℓ; the mean over rows is Σ w·ℓ / Σᵢ w̄ᵢ, with w̄ᵢ the mean weight of a
    /// row. Weights that sum to 0 make a mean NaN.
    ///
    /// scikit-learn's `sample_weight` means the same; the `weight` of PyTorch's
    /// `binary_cross_entropy` does not enter the divisor.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use gradus_nn::Reduction;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let losses = tape.constant(dmatrix![1.0, 3.0; 5.0, 7.0]);
    /// let weights = tape.constant(dmatrix![3.0; 1.0]);
    /// assert_eq!(Reduction::Mean.of_weighted(losses, weights).item(), (3.0 * 4.0 + 12.0) / 8.0);
    /// assert_eq!(Reduction::Sum.of_weighted(losses, weights).item(), 24.0);
    /// assert_eq!(Reduction::MeanOverRows.of_weighted(losses, weights).item(), 24.0 / 4.0);
    /// ```
    ///
    /// # Panics
    /// If the weights do not fit the losses.
    pub fn of_weighted<'t, T: Scalar>(self, losses: Var<'t, T>, weights: Var<'t, T>) -> Var<'t, T> {
        let (rows, cols) = losses.shape();
        let weights = weights.broadcast(rows, cols);
        let total = (losses * weights).sum();
        match self {
            Self::Mean => total / weights.sum(),
            Self::Sum => total,
            Self::MeanOverRows => total / (weights.sum() * (1.0 / cols as f64)),
        }
    }
}
