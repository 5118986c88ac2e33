//! How far the out-of-bag error may be off.

use crate::rounds::mean;
use crate::{Fold, OutOfBag, ResampleError, Resampler};

/// The most that chance may move a variance by, as a share: twice what it moves a deviation by.
const MOST_CHANCE: f64 = 0.5;

impl OutOfBag {
    /// The standard error of [`per_observation`](Self::per_observation) by the infinitesimal
    /// jackknife; none with a single round, or where the chance of so few rounds has a standard
    /// deviation of more than a quarter of it.
    ///
    /// ```text
    /// Dᵢ  = (Eᵢ − E₁)/m + cov_b(N_ib, r_b)
    /// r_b = m⁻¹ Σⱼ I_jb (Q_jb − Eⱼ) B/Bⱼ
    /// SE² = Σᵢ Dᵢ² − 1/(B(B − 1)) Σᵢ Σ_b (N_ib − N̄ᵢ)² (r_b − r̄)²
    /// ```
    ///
    /// Dᵢ is how E₁ changes with the weight of row i: by its own loss, and through the fits. Round b
    /// of B draws row i N_ib times; I_jb = 1 and the loss is Q_jb where it leaves row j out, as Bⱼ
    /// rounds do, with the mean Eⱼ. What SE² subtracts is the share of chance in the covariances of a
    /// finite number of rounds.
    ///
    /// `samples` are those that the error was measured on.
    ///
    /// # Errors
    /// Those of the resampler; [`ResampleError::OtherRounds`].
    ///
    /// # Limitations
    /// Rows are taken to be independent. It is of the error out of bag, which is too high by what
    /// fewer rows teach, and tells nothing of that. From stratified samples nobody learns what other
    /// class counts do to the fits; what they do to the mean is in Dᵢ.
    ///
    /// ```
    /// use gradus_resample::{Bootstrap, ResampleError, out_of_bag};
    ///
    /// // A fit that learns nothing: the standard error of a mean of losses, with divisor m.
    /// let losses = [1.0, 2.0, 3.0, 6.0];
    /// let samples = Bootstrap::default();
    /// let fit = |_: &[usize]| Ok::<_, ResampleError>(());
    /// let found = out_of_bag(&samples, 4, fit, |(), row| losses[row])?;
    /// let error = found.standard_error(&samples)?.unwrap();
    /// assert!((error - 14.0_f64.sqrt() / 4.0).abs() < 1e-12);
    /// # Ok::<(), ResampleError>(())
    /// ```
    ///
    /// B. Efron, R. Tibshirani (1997), with the proportions left out as they are in
    /// place of e⁻¹; the correction for few rounds is that of S. Wager, T. Hastie, B. Efron,
    /// "Confidence intervals for random forests: the jackknife and the infinitesimal jackknife"
    /// (2014).
    pub fn standard_error(&self, samples: &dyn Resampler) -> Result<Option<f64>, ResampleError> {
        let (m, rounds) = (self.row_means.len(), self.round_shifts.len());
        let samples = samples.folds(m)?;
        if samples.len() != rounds {
            return Err(ResampleError::OtherRounds { measured: rounds, given: samples.len() });
        }
        if rounds < 2 {
            return Ok(None);
        }
        let b = rounds as f64;
        let centre = mean(&self.round_shifts);
        let squares: f64 = self.round_shifts.iter().map(|shift| (shift - centre).powi(2)).sum();
        let mut drawn = vec![Drawn::default(); m];
        for (Fold { train, .. }, shift) in samples.iter().zip(&self.round_shifts) {
            let mut counts = vec![0.0; m];
            train.iter().for_each(|&row| counts[row] += 1.0);
            drawn.iter_mut().zip(counts).for_each(|(drawn, n)| drawn.add(n, shift - centre));
        }
        let (error, counted) = (self.per_observation(), (m - self.never_left_out()) as f64);
        let (mut variance, mut uncertainty) = (0.0, 0.0);
        for (mean, drawn) in self.row_means.iter().zip(&drawn) {
            let own = mean.map_or(0.0, |mean| (mean - error) / counted);
            let chance = drawn.chance(b, squares);
            let square = (own + drawn.covariance / b).powi(2);
            variance += square - chance;
            // The variance of (D + e)², with e of variance `chance` around 0.
            uncertainty += 2.0 * chance * chance + 4.0 * chance * (square - chance).max(0.0);
        }
        let certain = uncertainty.sqrt() <= MOST_CHANCE * variance;
        Ok(certain.then(|| variance.sqrt()))
    }
}

/// Sums over rounds of how often one row was drawn, and of the deviation d of the round's shift.
#[derive(Debug, Clone, Copy, Default)]
struct Drawn {
    /// Σ N.
    count: f64,
    /// Σ N d.
    covariance: f64,
    /// Σ N d².
    once: f64,
    /// Σ N² d².
    twice: f64,
}

impl Drawn {
    fn add(&mut self, n: f64, d: f64) {
        self.count += n;
        self.covariance += n * d;
        self.once += n * d * d;
        self.twice += (n * d).powi(2);
    }

    /// Σ (N − N̄)² d²/(B(B − 1)), with Σ d² given: the variance of a covariance with divisor B.
    fn chance(&self, b: f64, squares: f64) -> f64 {
        let mean = self.count / b;
        (self.twice - 2.0 * mean * self.once + mean * mean * squares).max(0.0) / (b * (b - 1.0))
    }
}
