//! The scaling of one column, shared by the scalers and the encoder.

use serde::{Deserialize, Serialize};

/// The mean and the standard deviation of a column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// The mean μ.
    pub mean: f64,
    /// The standard deviation σ; 0 for a constant column.
    pub deviation: f64,
}

/// The smallest and the largest value of a column.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Extent {
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
}

impl Moments {
    /// The moments of at least one value, with divisor m − `lost`; `None` if they overflow.
    pub(crate) fn of(values: impl Iterator<Item = f64> + Clone, lost: usize) -> Option<Self> {
        let Extent { min, max } = Extent::of(values.clone())?;
        if min == max {
            // Rounding in the mean must not make a constant column look like it varies.
            return Some(Self { mean: min, deviation: 0.0 });
        }
        let m = values.clone().count();
        let mean = sum(values.clone()) / m as f64;
        // The second term corrects for the rounding of the mean (Chan, Golub, LeVeque 1983).
        let squares = sum(values.clone().map(|x| (x - mean) * (x - mean)));
        let residue = sum(values.map(|x| x - mean));
        let squares = (squares - residue * residue / m as f64).max(0.0);
        let deviation = (squares / m.saturating_sub(lost).max(1) as f64).sqrt();
        (mean.is_finite() && deviation.is_finite()).then_some(Self { mean, deviation })
    }

    pub(crate) fn forward(&self, x: f64) -> f64 {
        (x - self.mean) / self.divisor()
    }

    pub(crate) fn inverse(&self, z: f64) -> f64 {
        z * self.divisor() + self.mean
    }

    fn divisor(&self) -> f64 {
        if self.deviation == 0.0 { 1.0 } else { self.deviation }
    }
}

impl Extent {
    /// The extent of at least one value; `None` if its width overflows or a value is not finite.
    pub(crate) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let mut extent: Option<Self> = None;
        for x in values {
            if !x.is_finite() {
                return None;
            }
            let Self { min, max } = extent.unwrap_or(Self { min: x, max: x });
            extent = Some(Self { min: min.min(x), max: max.max(x) });
        }
        extent.filter(|extent| (extent.max - extent.min).is_finite())
    }

    pub(crate) fn forward(&self, x: f64, low: f64, high: f64) -> f64 {
        low + (x - self.min) / self.width() * (high - low)
    }

    pub(crate) fn inverse(&self, z: f64, low: f64, high: f64) -> f64 {
        self.min + (z - low) / (high - low) * self.width()
    }

    fn width(&self) -> f64 {
        if self.max == self.min { 1.0 } else { self.max - self.min }
    }
}

/// Neumaier's compensated sum.
pub(crate) fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0_f64);
    for x in values {
        let next = total + x;
        lost += if total.abs() >= x.abs() { (total - next) + x } else { (x - next) + total };
        total = next;
    }
    total + lost
}
