//! Many tests at once.

/// Holm's adjusted p-values: the chance of any false alarm stays below the level when each is
/// compared with it.
///
/// ```text
/// p̃₍ᵢ₎ = max over j ≤ i of min(1, (n − j + 1)·p₍ⱼ₎)
/// ```
///
/// Valid however the tests depend on each other. A NaN stays NaN and does not count.
///
/// ```
/// use gradus_select::holm;
///
/// assert_eq!(holm(&[0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
/// ```
///
/// S. Holm (1979). As R's `p.adjust(method = "holm")`.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> =
        (0..p_values.len()).filter(|&index| !p_values[index].is_nan()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut greatest = 0.0_f64;
    for (place, &index) in order.iter().enumerate() {
        let factor = (order.len() - place) as f64;
        greatest = greatest.max((factor * p_values[index]).min(1.0));
        adjusted[index] = greatest;
    }
    adjusted
}
