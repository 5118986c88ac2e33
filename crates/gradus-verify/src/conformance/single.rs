//! The same cases in single precision.
//!
//! The files hold what is exact in double precision. In single precision a case asks two things at
//! once: what its data become when they are rounded, and how well is computed with them. The first
//! is no fault of the library, so it is measured, in double precision, by the code that has just
//! been held to the file: the reference is the file's number, moved by as much as rounding the data
//! moves it. The tolerance is for the second alone.

use gradus_linalg::Scalar;

use super::case::{Outcome, Stop};
use super::compare::{Checks, Entry, Mismatch};
use super::fields::Fields;

/// How far single precision may be off: roundings · ε of the number itself, and as much of the
/// largest number of its field, because sums round at the size of their terms; ε is 2⁻²³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Roundings {
    /// Roundings of the number itself.
    pub(super) of_itself: f64,
    /// Roundings of the largest number of the field.
    pub(super) of_the_largest: f64,
    /// Above 0 for a trajectory: after k steps the errors are 1 + growth·k times as large.
    pub(super) growth: f64,
}

/// The three ways to run a case.
#[derive(Debug)]
pub(super) struct Runs {
    /// The data as they are, in double precision.
    pub(super) double: Checks,
    /// The data rounded, in double precision.
    pub(super) rounded: Checks,
    /// The data rounded, in single precision.
    pub(super) single: Checks,
}

impl Runs {
    /// Judges the run in single precision.
    pub(super) fn judge(&self, case: &Fields<'_>, roundings: Roundings) -> Outcome {
        if let Err(stop) = self.check_alike() {
            return Outcome::stopped(stop);
        }
        let mut mismatches = self.single.bounds_broken();
        for (place, single) in self.single.entries.iter().enumerate() {
            let reference = reference(&self.double.entries[place], &self.rounded.entries[place]);
            let tolerance = self.tolerance(place, roundings);
            if !agrees(single.got, reference, tolerance) {
                mismatches.push(Mismatch {
                    field: single.field.clone(),
                    index: single.index.clone(),
                    got: format!("{:?}", single.got),
                    expected: format!("{reference:?} ± {tolerance:.1e}"),
                });
            }
        }
        let mut checks = self.single.clone();
        checks.mismatches = mismatches;
        Outcome::judge(case, Ok(checks))
    }

    /// The same numbers must have been compared.
    fn check_alike(&self) -> Result<(), Stop> {
        let place = |entry: &Entry| (entry.field.clone(), entry.index.clone());
        let places = |checks: &Checks| checks.entries.iter().map(place).collect::<Vec<_>>();
        let double = places(&self.double);
        if double == places(&self.rounded) && double == places(&self.single) {
            return Ok(());
        }
        Err(Stop::refused("rounded data lead to other comparisons"))
    }

    fn tolerance(&self, place: usize, roundings: Roundings) -> f64 {
        let entry = &self.rounded.entries[place];
        // A cost is a sum whose terms are as large at the end of a trajectory as at its start.
        let same = |other: &&Entry| match roundings.growth > 0.0 {
            true => series(&other.field) == series(&entry.field),
            false => other.field == entry.field,
        };
        let field = self.rounded.entries.iter().filter(same);
        let sizes = field.map(|entry| entry.got.abs()).filter(|size| size.is_finite());
        let largest = sizes.fold(0.0, f64::max);
        let grown = 1.0 + roundings.growth * step(&entry.field);
        let epsilon = f32::EPSILON.to_f64();
        let relative = roundings.of_itself * entry.got.abs() + roundings.of_the_largest * largest;
        // The library may flush subnormal numbers to 0.
        grown * epsilon * relative + f32::MIN_POSITIVE.to_f64()
    }
}

/// What a field such as `trajectory[12]` is one step of.
fn series(field: &str) -> &str {
    field.split(['[', ' ']).next().unwrap_or(field)
}

/// The step that a field such as `trajectory[12]` is of; 0 for others.
fn step(field: &str) -> f64 {
    let number = field.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']'));
    let number = number.or_else(|| field.rsplit_once(" step ").map(|(_, number)| number));
    number.and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// The file's number, moved as rounding the data moves it.
fn reference(double: &Entry, rounded: &Entry) -> f64 {
    let moved = rounded.got - double.got;
    if moved == 0.0 || moved.is_nan() && rounded.got.to_bits() == double.got.to_bits() {
        return double.expected;
    }
    // Where it moves to another size, or to infinity, what the file's number and ours share is lost.
    let small = moved.abs() <= 0.5 * double.got.abs();
    if small { double.expected + moved } else { rounded.got }
}

/// Whether a number of single precision is close to a reference, which overflows where it does.
fn agrees(got: f64, reference: f64, tolerance: f64) -> bool {
    let nearest = f64::from(reference as f32);
    if got.is_nan() || reference.is_nan() {
        return got.is_nan() && reference.is_nan();
    }
    // At the end of the range a rounding decides between the largest number and infinity.
    if got.is_infinite() || nearest.is_infinite() {
        let edge = f32::MAX.to_f64() - tolerance;
        return got.is_sign_positive() == nearest.is_sign_positive()
            && got.abs() >= edge
            && reference.abs() >= edge;
    }
    (got - reference).abs() <= tolerance
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::compare::Tolerance;
    use super::*;

    const ROUNDINGS: Roundings = Roundings { of_itself: 2.0, of_the_largest: 0.0, growth: 0.0 };

    fn checks(got: f64, expected: &Value) -> Checks {
        let mut checks = Checks::new(Tolerance { rtol: 1e-12, atol: 0.0 });
        checks.check("y", got, expected);
        checks
    }

    /// A case that expects y, and got it in three ways.
    fn judge(expected: f64, double: f64, rounded: f64, single: f64) -> Outcome {
        let value = json!({ "y": expected });
        let fields = Fields::new(value.as_object().unwrap());
        let run = |got| checks(got, fields.value("y").unwrap());
        Runs { double: run(double), rounded: run(rounded), single: run(single) }
            .judge(&fields, ROUNDINGS)
    }

    fn passes(expected: f64, double: f64, rounded: f64, single: f64) -> bool {
        judge(expected, double, rounded, single) == Outcome::Passed
    }

    #[test]
    fn a_few_roundings_are_allowed_and_no_more() {
        let ulp = f64::from(f32::EPSILON);
        assert!(passes(1.0, 1.0, 1.0, 1.0 + 2.0 * ulp));
        assert!(!passes(1.0, 1.0, 1.0, 1.0 + 3.0 * ulp));
        // The file's number counts, not what double precision made of it.
        assert!(!passes(1.0 + 3.0 * ulp, 1.0, 1.0, 1.0));
    }

    #[test]
    fn what_rounding_the_data_moves_is_not_counted() {
        assert!(passes(1.0, 1.0, 1.25, 1.25));
        assert!(!passes(1.0, 1.0, 1.25, 1.0));
        assert!(passes(1e308, 1e308, 3e38, f64::from(3e38_f32)));
    }

    #[test]
    fn numbers_beyond_the_range_overflow() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        assert!(passes(1e300, 1e300, 1e300, inf) && !passes(1e300, 1e300, 1e300, -inf));
        assert!(!passes(1e300, 1e300, 1e300, nan) && !passes(1.0, 1.0, 1.0, inf));
        assert!(!passes(1.0, 1.0, 1.0, nan));
        assert!(passes(1e-300, 1e-300, 1e-300, 0.0));
    }

    #[test]
    fn other_comparisons_fail() {
        let value = json!({"y": 1.0, "z": [1.0, 2.0]});
        let fields = Fields::new(value.as_object().unwrap());
        let one = checks(1.0, &json!(1.0));
        let mut two = one.clone();
        two.check("z", vec![1.0, 2.0], &json!([1.0, 2.0]));
        let runs = Runs { double: one.clone(), rounded: one, single: two };
        assert!(matches!(runs.judge(&fields, ROUNDINGS), Outcome::Failed(_)));
    }

    #[test]
    fn steps_are_read_from_the_names_of_fields() {
        assert_eq!(
            (step("trajectory[12]"), step("theta_at step 40"), step("value")),
            (12.0, 40.0, 0.0)
        );
        assert_eq!((series("losses[3]"), series("theta_at step 40")), ("losses", "theta_at"));
    }
}
