//! How large the parts of a split are.

use serde::{Deserialize, Serialize};

use crate::{Part, ResampleError};

/// The share of rows that each part of a split receives.
///
/// A share of 0 leaves the part out: `Fractions { train: 0.8, dev: 0.0, test: 0.2 }` is a split in
/// two. The default is 60/20/20.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Fractions {
    /// The share of the training rows, above 0.
    pub train: f64,
    /// The share of the development (validation) rows.
    pub dev: f64,
    /// The share of the test rows.
    pub test: f64,
}

impl Default for Fractions {
    fn default() -> Self {
        Self { train: 0.6, dev: 0.2, test: 0.2 }
    }
}

impl Fractions {
    /// Checks that the fractions are shares of a whole: each in \[0, 1\], train above 0, sum 1
    /// (within 1e-9, so that 0.7 + 0.2 + 0.1 passes).
    ///
    /// # Errors
    /// [`ResampleError::InvalidFractions`] otherwise, also for a NaN.
    ///
    /// ```
    /// use gradus_resample::Fractions;
    ///
    /// assert!(Fractions { train: 0.7, dev: 0.2, test: 0.1 }.validate().is_ok());
    /// assert!(Fractions { train: 0.7, dev: 0.2, test: 0.2 }.validate().is_err());
    /// ```
    pub fn validate(&self) -> Result<(), ResampleError> {
        let shares = self.shares();
        let in_range = shares.iter().all(|share| (0.0..=1.0).contains(share));
        let whole = (shares.iter().sum::<f64>() - 1.0).abs() <= 1e-9;
        if in_range && whole && self.train > 0.0 {
            Ok(())
        } else {
            Err(ResampleError::InvalidFractions { fractions: *self })
        }
    }

    pub(crate) fn shares(&self) -> [f64; 3] {
        [self.train, self.dev, self.test]
    }

    /// The number of parts that receive rows.
    pub(crate) fn parts(&self) -> usize {
        self.shares().iter().filter(|&&share| share > 0.0).count()
    }

    /// Fails if a part that should receive rows has none.
    pub(crate) fn check_filled(
        &self,
        rows: usize,
        counts: [usize; 3],
    ) -> Result<(), ResampleError> {
        let parts = [Part::Train, Part::Dev, Part::Test];
        for ((part, fraction), count) in parts.into_iter().zip(self.shares()).zip(counts) {
            if fraction > 0.0 && count == 0 {
                return Err(ResampleError::TooFewRows { rows, part, fraction });
            }
        }
        Ok(())
    }
}

/// The sizes of train, dev and test that suit `m` rows.
///
/// 60/20/20 up to m = 10⁴, 96/2/2 from m = 10⁶ on, and between them
///
/// ```text
/// t = (log₁₀ m − 4) / 2,    train = 0.6 + 0.36 t,    dev = test = (1 − train) / 2
/// ```
///
/// The precision of an error estimate depends on the number of held-out rows, not on their share:
/// the larger the set, the smaller the share that is enough.
///
/// ```
/// use gradus_resample::recommended_fractions;
///
/// assert_eq!(recommended_fractions(150).train, 0.6);
/// assert!((recommended_fractions(100_000).train - 0.78).abs() < 1e-12);
/// assert!((recommended_fractions(10_000_000).test - 0.02).abs() < 1e-12);
/// ```
pub fn recommended_fractions(m: usize) -> Fractions {
    let t = (((m.max(1) as f64).log10() - 4.0) / 2.0).clamp(0.0, 1.0);
    let held_out = 0.2 - 0.18 * t;
    Fractions { train: 0.6 + 0.36 * t, dev: held_out, test: held_out }
}
