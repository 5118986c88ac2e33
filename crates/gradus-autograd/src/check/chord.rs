//! Whether a function is convex along sampled segments.

use std::fmt;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::AutogradError;
use crate::tape::Tape;
use crate::var::Var;

/// Where and how finely [`chord_test`] looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChordConfig {
    /// The number of segments.
    pub segments: usize,
    /// How many points between the ends of a segment are compared with its chord.
    pub points: usize,
    /// How far an end lies from the given inputs at most, in each entry.
    pub radius: f64,
    /// How far above its chord a value may lie for rounding: in multiples of the machine's ε and of
    /// the largest of the three values.
    pub rounding: f64,
    /// The seed of the segments.
    pub seed: u64,
}

impl Default for ChordConfig {
    /// 200 segments with ends at most 1 away, 7 points on each, and 10⁴ ε for rounding.
    fn default() -> Self {
        Self { segments: 200, points: 7, radius: 1.0, rounding: 1e4, seed: 0 }
    }
}

impl ChordConfig {
    fn check(&self) -> Result<(), AutogradError> {
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let setting =
            |what, allowed| Err(AutogradError::Setting { op: "chord_test", what, allowed });
        if self.segments == 0 || self.points == 0 {
            return setting("segments or points", "at least 1");
        }
        if !positive(self.radius) {
            return setting("radius", "finite and positive");
        }
        if !(self.rounding >= 0.0 && self.rounding.is_finite()) {
            return setting("rounding", "finite and not negative");
        }
        Ok(())
    }
}

/// A point at which a function lies above its chord: a proof that it is not convex.
#[derive(Clone, Debug, PartialEq)]
pub struct ChordViolation<T> {
    /// One end a of the segment, an entry for each input.
    pub from: Vec<DMatrix<T>>,
    /// The other end b.
    pub to: Vec<DMatrix<T>>,
    /// t, with the point at (1 − t)a + tb.
    pub t: f64,
    /// f at the point.
    pub value: f64,
    /// (1 − t)f(a) + tf(b).
    pub chord: f64,
}

impl<T> ChordViolation<T> {
    /// How far above the chord the function lies.
    pub fn excess(&self) -> f64 {
        self.value - self.chord
    }
}

/// What [`chord_test`] found.
#[derive(Clone, Debug, PartialEq)]
pub struct ChordReport<T> {
    /// The number of segments.
    pub segments: usize,
    /// The number of those on which the function rises above its chord.
    pub violations: usize,
    /// The point that lies farthest above its chord.
    pub worst: Option<ChordViolation<T>>,
}

impl<T> ChordReport<T> {
    /// Whether no segment speaks against convexity. That is evidence and no proof; a violation is a
    /// proof, but for rounding.
    pub fn convex(&self) -> bool {
        self.violations == 0
    }
}

impl<T> fmt::Display for ChordReport<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { segments, violations, worst } = self;
        match worst {
            None => write!(f, "below its chord on all of {segments} segments"),
            Some(worst) => write!(
                f,
                "above its chord on {violations} of {segments} segments, at worst {:.3e} where the \
                 chord has {:.3e}",
                worst.value, worst.chord
            ),
        }
    }
}

/// Looks for a violation of convexity: f((1 − t)a + tb) ≤ (1 − t)f(a) + tf(b).
///
/// The ends a and b are drawn uniformly from the box of half-width `radius` around `inputs`.
///
/// ```
/// use gradus_autograd::check::{ChordConfig, chord_test};
/// use nalgebra::dmatrix;
///
/// // The squared error of a sigmoid neuron is not convex in its weight, its cross-entropy is.
/// let config = ChordConfig { radius: 6.0, ..ChordConfig::default() };
/// let weight = [dmatrix![0.0]];
/// let squared = chord_test(|_, w| (1.0 - w[0].sigmoid()).square(), &weight, &config).unwrap();
/// assert!(!squared.convex() && squared.worst.unwrap().excess() > 0.1);
/// let entropy = chord_test(|_, w| (-w[0]).softplus(), &weight, &config).unwrap();
/// assert!(entropy.convex());
/// ```
///
/// # Errors
/// If a setting makes no sense, if f is no scalar, or if an input or a value of f is not finite.
///
/// # Panics
/// If `f` does.
///
/// Source: S. Boyd and L. Vandenberghe, *Convex Optimization*, 2004, section 3.1.1.
pub fn chord_test<T, F>(
    f: F,
    inputs: &[DMatrix<T>],
    config: &ChordConfig,
) -> Result<ChordReport<T>, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    config.check()?;
    if !inputs.iter().all(|input| input.iter().all(|x| x.is_finite())) {
        return Err(AutogradError::NotFinite { op: "chord_test" });
    }
    let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
    let mut end = || -> Vec<DMatrix<T>> {
        let mut near =
            |x: T| T::of(Scalar::to_f64(x) + config.radius * rng.random_range(-1.0..1.0));
        inputs.iter().map(|input| input.map(&mut near)).collect()
    };
    let bound = config.rounding * Scalar::to_f64(<T as Scalar>::EPSILON);
    let mut tape = Tape::new();
    let mut report = ChordReport { segments: config.segments, violations: 0, worst: None };
    for _ in 0..config.segments {
        let (from, to) = (end(), end());
        let (start, stop) = (value(&f, &mut tape, &from)?, value(&f, &mut tape, &to)?);
        let mut violated = false;
        for k in 1..=config.points {
            let t = k as f64 / (config.points + 1) as f64;
            let between = from.iter().zip(&to).map(|(a, b)| a * T::of(1.0 - t) + b * T::of(t));
            let value = value(&f, &mut tape, &between.collect::<Vec<_>>())?;
            let chord = (1.0 - t) * start + t * stop;
            let size = start.abs().max(stop.abs()).max(value.abs());
            if value - chord <= bound * size {
                continue;
            }
            violated = true;
            if report.worst.as_ref().is_none_or(|worst| value - chord > worst.excess()) {
                let (from, to) = (from.clone(), to.clone());
                report.worst = Some(ChordViolation { from, to, t, value, chord });
            }
        }
        report.violations += usize::from(violated);
    }
    Ok(report)
}

fn value<T, F>(f: &F, tape: &mut Tape<T>, inputs: &[DMatrix<T>]) -> Result<f64, AutogradError>
where
    T: Scalar,
    F: for<'t> Fn(&'t Tape<T>, &[Var<'t, T>]) -> Var<'t, T>,
{
    tape.reset();
    let x: Vec<_> = inputs.iter().map(|input| tape.constant(input.clone())).collect();
    let y = f(tape, &x);
    if y.shape() != (1, 1) {
        return Err(AutogradError::shape("chord_test", "a scalar function", &[y.shape()]));
    }
    let value = Scalar::to_f64(y.item());
    if value.is_finite() { Ok(value) } else { Err(AutogradError::NotFinite { op: "chord_test" }) }
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    fn wide() -> ChordConfig {
        ChordConfig { radius: 3.0, ..ChordConfig::default() }
    }

    #[test]
    fn convex_functions_pass_in_both_precisions() {
        let x = [dmatrix![0.5, -1.0, 2.0]];
        let single = x.clone().map(|x| x.map(|x| x as f32));
        for radius in [1e-3, 1.0, 30.0] {
            let config = ChordConfig { radius, ..ChordConfig::default() };
            let report = chord_test(|_, x| x[0].log_sum_exp(), &x, &config).unwrap();
            assert!(report.convex(), "{report}");
            // Affine: every chord is met, so that rounding alone decides.
            let report = chord_test(|_, x| (x[0] * 3.0 + 1.0).sum(), &x, &config);
            assert!(report.unwrap().convex());
            let report = chord_test(|_, x| x[0].abs().sum(), &single, &config).unwrap();
            assert!(report.convex(), "{report}");
        }
    }

    #[test]
    fn a_violation_can_be_recomputed() {
        let f = |x: f64, y: f64| x * y;
        let inputs = [dmatrix![0.0], dmatrix![0.0]];
        let report = chord_test(|_, x| x[0] * x[1], &inputs, &wide()).unwrap();
        assert!(report.violations > 50 && report.violations < 150, "{report}");
        let worst = report.worst.unwrap();
        let at = |ends: &[DMatrix<f64>]| (ends[0][(0, 0)], ends[1][(0, 0)]);
        let ((ax, ay), (bx, by), t) = (at(&worst.from), at(&worst.to), worst.t);
        let value = f((1.0 - t) * ax + t * bx, (1.0 - t) * ay + t * by);
        let chord = (1.0 - t) * f(ax, ay) + t * f(bx, by);
        assert!((worst.value - value).abs() < 1e-12 && (worst.chord - chord).abs() < 1e-12);
        assert!(worst.excess() > 1.0, "{}", worst.excess());
    }

    #[test]
    fn every_chord_of_a_strictly_concave_function_tells() {
        let report = chord_test(|_, x| -x[0].square().sum(), &[dmatrix![1.0, 2.0]], &wide());
        assert_eq!(report.unwrap().violations, 200);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let x = [dmatrix![1.0, 2.0]];
        let sum = |config: ChordConfig| chord_test(|_, x| x[0].sum(), &x, &config);
        for config in [
            ChordConfig { segments: 0, ..ChordConfig::default() },
            ChordConfig { points: 0, ..ChordConfig::default() },
            ChordConfig { radius: 0.0, ..ChordConfig::default() },
            ChordConfig { radius: f64::NAN, ..ChordConfig::default() },
            ChordConfig { rounding: -1.0, ..ChordConfig::default() },
        ] {
            assert!(matches!(sum(config), Err(AutogradError::Setting { .. })), "{config:?}");
        }
        let not_finite = Err(AutogradError::NotFinite { op: "chord_test" });
        assert!(matches!(chord_test(|_, x| x[0], &x, &wide()), Err(AutogradError::Shape { .. })));
        assert_eq!(chord_test(|_, x| x[0].sum(), &[dmatrix![f64::NAN]], &wide()), not_finite);
        assert_eq!(chord_test(|_, x| x[0].log().sum(), &[dmatrix![0.0]], &wide()), not_finite);
    }
}
