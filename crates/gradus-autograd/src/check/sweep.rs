//! The error of differences as a function of the step.

use std::fmt;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::check::config::{GradcheckConfig, SecondOrder};
use crate::check::gradcheck::gradcheck;
use crate::tape::Tape;
use crate::var::Var;

/// The figure at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SweepPoint {
    /// The step ε.
    pub epsilon: f64,
    /// ‖approximation − d‖/(‖approximation‖ + ‖d‖), the largest over the inputs.
    pub figure: f64,
}

/// Figures by step, from large steps to small ones.
#[derive(Clone, Debug, PartialEq)]
pub struct EpsilonSweep {
    /// Four steps per decade, from 1/10 to 10⁻¹².
    pub points: Vec<SweepPoint>,
}

impl EpsilonSweep {
    /// The step with the smallest figure.
    ///
    /// # Panics
    /// If `points` has been emptied.
    pub fn best(&self) -> SweepPoint {
        let order =
            |point: &&SweepPoint| if point.figure.is_nan() { f64::INFINITY } else { point.figure };
        *self
            .points
            .iter()
            .min_by(|a, b| order(a).total_cmp(&order(b)))
            .expect("a sweep has points")
    }
}

impl fmt::Display for EpsilonSweep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for point in &self.points {
            writeln!(f, "{:>10.2e} {:>10.2e}", point.epsilon, point.figure)?;
        }
        Ok(())
    }
}

/// The figure of [`gradcheck`] for steps from 10⁻¹ to 10⁻¹².
///
/// Large steps cut off the Taylor series, with an error of the order of ε²; small ones cancel, with
/// an error of the order of 2⁻⁵²/ε. In between lies the best step.
///
/// ```
/// use gradus_autograd::check::epsilon_sweep;
/// use nalgebra::dmatrix;
///
/// let sweep = epsilon_sweep(|_, x| x[0].exp().sum(), &[dmatrix![0.3, -1.0]]).unwrap();
/// let best = sweep.best();
/// assert!(best.epsilon > 1e-7 && best.epsilon < 1e-4 && best.figure < 1e-10);
/// assert!(sweep.points[0].figure > 1e-4 && sweep.points.last().unwrap().figure > 1e-6);
/// ```
///
/// # Errors
/// If an operation on the way has no derivative.
///
/// # Panics
/// If `f` does.
pub fn epsilon_sweep<T, F>(f: F, inputs: &[DMatrix<T>]) -> Result<EpsilonSweep, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    const PER_DECADE: i32 = 4;
    let mut points = Vec::new();
    for k in PER_DECADE..=12 * PER_DECADE {
        let epsilon = 10.0_f64.powf(-f64::from(k) / f64::from(PER_DECADE));
        let config = GradcheckConfig {
            second_order: SecondOrder::Skip,
            ..GradcheckConfig::with_epsilon(epsilon)
        };
        let figure = gradcheck(&f, inputs, &config)?.figure();
        points.push(SweepPoint { epsilon, figure });
    }
    Ok(EpsilonSweep { points })
}
