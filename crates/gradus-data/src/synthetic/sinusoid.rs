//! A noisy wave.

use std::f64::consts::TAU;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use super::{Draws, names, require, require_noise, require_rows};
use crate::{DataError, Dataset, Targets};

/// y = a·sin(2πfx + φ) + ε at evenly spaced x, with ε ~ N(0, σ²).
///
/// ```
/// use gradus_data::{Sinusoid, Targets};
///
/// let data = Sinusoid { rows: 5, noise: 0.0, ..Sinusoid::default() }.sample::<f64>(0)?;
/// let Targets::Values(y) = &data.y else { unreachable!() };
/// assert_eq!(data.x.as_slice(), [0.0, 0.25, 0.5, 0.75, 1.0]);
/// assert!(y.iter().zip([0.0, 1.0, 0.0, -1.0, 0.0]).all(|(y, sin)| (y - sin).abs() < 1e-15));
/// # Ok::<(), gradus_data::DataError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sinusoid {
    /// The number of rows; 100 by default.
    pub rows: usize,
    /// The smallest x; 0 by default.
    pub low: f64,
    /// The largest x; 1 by default.
    pub high: f64,
    /// The amplitude a; 1 by default.
    pub amplitude: f64,
    /// The frequency f, in waves per unit of x; 1 by default.
    pub frequency: f64,
    /// The phase φ in radians; 0 by default.
    pub phase: f64,
    /// The standard deviation σ of the noise; 0.1 by default.
    pub noise: f64,
}

impl Default for Sinusoid {
    fn default() -> Self {
        let (low, high) = (0.0, 1.0);
        Self { rows: 100, low, high, amplitude: 1.0, frequency: 1.0, phase: 0.0, noise: 0.1 }
    }
}

impl Sinusoid {
    /// The rows of a seed.
    ///
    /// # Errors
    /// [`DataError::InvalidRange`] unless low < high and both are finite;
    /// [`DataError::InvalidOption`] without rows, for a wave that is not finite, or for noise that is
    /// negative or not finite.
    pub fn sample<T: Scalar>(&self, seed: u64) -> Result<Dataset<T>, DataError> {
        require_rows(self.rows)?;
        require_noise(self.noise)?;
        let Self { low, high, amplitude, frequency, phase, .. } = *self;
        if !(low < high && (high - low).is_finite()) {
            return Err(DataError::InvalidRange { low, high });
        }
        for (option, value) in
            [("the amplitude", amplitude), ("the frequency", frequency), ("the phase", phase)]
        {
            require(value.is_finite(), option, value, "finite")?;
        }
        let steps = (self.rows.max(2) - 1) as f64;
        let mut draws = Draws::new(seed);
        let x: Vec<f64> = (0..self.rows).map(|i| low + (high - low) * (i as f64 / steps)).collect();
        let wave = |x: &f64| amplitude * (TAU * frequency * x + phase).sin();
        let y = x.iter().map(|x| T::of(wave(x) + self.noise * draws.normal())).collect();
        let x = DMatrix::from_iterator(self.rows, 1, x.into_iter().map(T::of));
        Dataset::new(x, Targets::Values(DMatrix::from_vec(self.rows, 1, y)), names(1))
    }
}
