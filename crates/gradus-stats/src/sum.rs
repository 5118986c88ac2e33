//! Summation.

/// Σ with Neumaier's compensation: the error does not grow with the number of terms.
pub(crate) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0_f64, 0.0);
    for term in terms {
        let next = total + term;
        lost +=
            if total.abs() >= term.abs() { (total - next) + term } else { (term - next) + total };
        total = next;
    }
    // An infinite total has lost a NaN.
    if total.is_finite() { total + lost } else { total }
}
