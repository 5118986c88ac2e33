//! How far apart two results are.

/// The figure of gradient checking, ‖a − b‖ / (‖a‖ + ‖b‖), in Euclidean norms.
///
/// It lies in [0, 1]; 0 when both vectors are zero or empty; NaN when an entry is NaN, so that
/// `relative_error(..) < tolerance` fails then.
///
/// # Panics
///
/// When the lengths differ.
///
/// # Examples
///
/// ```
/// use gradus_testkit::relative_error;
///
/// assert_eq!(relative_error(&[3.0, 0.0], &[0.0, 4.0]), 5.0 / 7.0);
/// assert_eq!(relative_error(&[0.0], &[0.0]), 0.0);
/// ```
#[track_caller]
pub fn relative_error(a: &[f64], b: &[f64]) -> f64 {
    assert!(a.len() == b.len(), "vectors of {} and {} entries", a.len(), b.len());
    // `hypot` neither overflows nor underflows on the way.
    let norm = |x: &mut dyn Iterator<Item = f64>| x.fold(0.0, f64::hypot);
    let total = norm(&mut a.iter().copied()) + norm(&mut b.iter().copied());
    if total == 0.0 { 0.0 } else { norm(&mut a.iter().zip(b).map(|(a, b)| a - b)) / total }
}

/// Asserts that |actualᵢ − expectedᵢ| ≤ atol + rtol·|expectedᵢ| for every entry.
///
/// Infinities must be equal, and NaN is close to NaN alone. Entries may be `f32` or `f64`; they
/// are compared in `f64`.
///
/// # Panics
///
/// When the lengths differ, or an entry is not close: the message counts such entries and shows
/// the one that is furthest beyond its tolerance.
///
/// # Examples
///
/// ```
/// use gradus_testkit::assert_close;
///
/// assert_close(&[1.0 + 1e-12, f64::NAN], &[1.0, f64::NAN], 1e-11, 0.0);
/// ```
///
/// The rule and its treatment of NaN are those of `numpy.testing.assert_allclose`.
#[track_caller]
pub fn assert_close<A, E>(actual: &[A], expected: &[E], rtol: f64, atol: f64)
where
    A: Copy + Into<f64>,
    E: Copy + Into<f64>,
{
    assert!(
        actual.len() == expected.len(),
        "{} entries where {} were expected",
        actual.len(),
        expected.len()
    );
    let mut failures = 0_usize;
    // The furthest entry: how many tolerances it is off, its index and both values.
    let mut worst = (f64::NEG_INFINITY, 0, 0.0, 0.0);
    for (i, (&a, &e)) in actual.iter().zip(expected).enumerate() {
        let (a, e): (f64, f64) = (a.into(), e.into());
        let tolerance = atol + rtol * e.abs();
        let close =
            a == e || (a.is_nan() && e.is_nan()) || (e.is_finite() && (a - e).abs() <= tolerance);
        if !close {
            failures += 1;
            let off = (a - e).abs() / tolerance;
            let off = if off.is_nan() { f64::INFINITY } else { off };
            if off > worst.0 {
                worst = (off, i, a, e);
            }
        }
    }
    let (_, i, a, e) = worst;
    assert!(
        failures == 0,
        "{failures} of {} entries are not close; the furthest is entry {i}: {a:e} where {e:e} was \
         expected, off by {:e}, allowed {:e} (rtol {rtol:e}, atol {atol:e})",
        actual.len(),
        (a - e).abs(),
        atol + rtol * e.abs(),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figure_survives_extreme_entries() {
        assert_eq!(relative_error(&[1e300, 1e300], &[1e300, 1e300]), 0.0);
        assert_eq!(relative_error(&[3e-200], &[1e-200]), 0.5);
        assert_eq!(relative_error(&[1.0], &[-1.0]), 1.0);
        assert!(relative_error(&[f64::NAN], &[1.0]).is_nan());
        assert_eq!(relative_error(&[], &[]), 0.0);
    }

    #[test]
    fn the_tolerance_is_inclusive_and_scales_with_the_expected_value() {
        assert_close(&[1.5_f32], &[1.0_f64], 0.5, 0.0);
        assert_close(&[110.0], &[100.0], 0.1, 0.0);
        assert_close(&[0.25], &[0.0], 0.0, 0.25);
        assert_close(&[f64::INFINITY], &[f64::INFINITY], 0.0, 0.0);
        assert_close::<f64, f64>(&[], &[], 0.0, 0.0);
    }

    #[test]
    #[should_panic(
        expected = "2 of 3 entries are not close; the furthest is entry 2: 5e0 where 3e0"
    )]
    fn the_furthest_entry_is_shown() {
        assert_close(&[1.0, 2.1, 5.0], &[1.0, 2.0, 3.0], 1e-3, 0.0);
    }

    #[test]
    #[should_panic(expected = "NaN where 1e0 was expected")]
    fn nan_is_not_close_to_a_number() {
        assert_close(&[f64::NAN], &[1.0], 1.0, f64::INFINITY);
    }

    #[test]
    #[should_panic(expected = "1e308 where inf was expected")]
    fn nothing_finite_is_close_to_infinity() {
        assert_close(&[1e308], &[f64::INFINITY], 1.0, 1.0);
    }

    #[test]
    #[should_panic(expected = "1 entries where 2 were expected")]
    fn lengths_must_agree() {
        assert_close(&[1.0], &[1.0, 2.0], 1.0, 1.0);
    }
}
