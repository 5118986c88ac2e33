//! The refusal of separated classes by logistic regression, against exact arithmetic over the same rows.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{Design, LinearError, Logistic, SeparationKind};
use gradus_nn::threshold::{Separation, linearly_separable};
use nalgebra::DMatrix;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Complete separation is flagged if and only if a hyperplane exists, which the perceptron's side
    /// decides in whole numbers.
    #[test]
    fn complete_separation_is_what_a_hyperplane_proves(
        (m, p) in (5..16_usize, 1..4_usize),
        values in prop::collection::vec(-5..=5_i32, 16 * 4),
        labels in prop::collection::vec(any::<bool>(), 16),
    ) {
        let x = DMatrix::from_fn(m, p, |i, j| f64::from(values[j * 16 + i]));
        let mut labels = labels[..m].to_vec();
        (labels[0], labels[1]) = (false, true);
        let y: Vec<f64> = labels.iter().map(|label| f64::from(u8::from(*label))).collect();
        let found = Logistic::default().fit(&Design::new(&x).unwrap(), &y);
        if matches!(found, Err(LinearError::Collinear { .. })) {
            return Ok(());
        }
        let complete = matches!(
            found,
            Err(LinearError::Separated { kind: SeparationKind::Complete, .. })
        );
        let hyperplane =
            matches!(linearly_separable(&x, &labels).unwrap(), Separation::Hyperplane(_));
        prop_assert_eq!(complete, hyperplane, "{:?}", found);
    }
}
