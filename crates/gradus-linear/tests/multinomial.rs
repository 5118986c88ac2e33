//! Multinomial regression against identities, and against data that has no estimates.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{
    Design, Intercept, LinearError, Logistic, Multinomial, MultinomialFit, SeparationKind, Weights,
};
use nalgebra::{DMatrix, dmatrix};

fn fit(x: &DMatrix<f64>, classes: &[usize]) -> Result<MultinomialFit, LinearError> {
    Multinomial::default().fit(&Design::new(x).unwrap(), classes)
}

/// Three classes that overlap.
fn noisy() -> (DMatrix<f64>, Vec<usize>) {
    let x = DMatrix::from_fn(90, 2, |i, j| ((i * 7 + j * 13 + i * j) as f64 * 0.37).sin());
    let score = |i: usize| x[(i, 0)] + 1.5 * (i as f64 * 2.3).sin();
    let classes = (0..90).map(|i| usize::from(score(i) > -0.4) + usize::from(score(i) > 0.6));
    let classes = classes.collect();
    (x, classes)
}

fn estimates(fit: &MultinomialFit) -> Vec<f64> {
    fit.equations().iter().flat_map(|e| e.coefficients.iter().map(|c| c.estimate)).collect()
}

#[test]
fn two_classes_are_logistic_regression() {
    let (x, classes) = noisy();
    let two: Vec<usize> = classes.iter().map(|&class| class.min(1)).collect();
    let y: Vec<f64> = two.iter().map(|&class| class as f64).collect();
    let softmax = fit(&x, &two).unwrap();
    let logistic = Logistic::default().fit(&Design::new(&x).unwrap(), &y).unwrap();
    for (a, b) in softmax.equations()[0].coefficients.iter().zip(logistic.coefficients()) {
        assert_eq!(a.name, b.name);
        assert!((a.estimate - b.estimate).abs() < 1e-10);
        assert!((a.standard_error - b.standard_error).abs() < 1e-10);
    }
    assert!((softmax.log_likelihood - logistic.log_likelihood).abs() < 1e-11);
    assert!((softmax.null_log_likelihood - logistic.null_log_likelihood).abs() < 1e-11);
}

#[test]
fn identities_of_the_maximum() {
    let (x, classes) = noisy();
    let whole = fit(&x, &classes).unwrap();
    for class in 0..3 {
        let expected: f64 = whole.probabilities().column(class).sum();
        let occurs = classes.iter().filter(|&&c| c == class).count() as f64;
        assert!((expected - occurs).abs() < 1e-9);
    }
    assert!((whole.predict(&x).unwrap() - whole.probabilities()).amax() < 1e-13);
    // Another reference says the same: its estimates are differences.
    let other = Multinomial { reference: 2, ..Multinomial::default() };
    let other = other.fit(&Design::new(&x).unwrap(), &classes).unwrap();
    assert!((other.log_likelihood - whole.log_likelihood).abs() < 1e-10);
    assert!((other.probabilities() - whole.probabilities()).amax() < 1e-10);
    let (w, v) = (estimates(&whole), estimates(&other));
    for j in 0..3 {
        assert!((v[j] + w[3 + j]).abs() < 1e-9); // class 0 against 2
        assert!((v[3 + j] - (w[j] - w[3 + j])).abs() < 1e-9); // class 1 against 2
    }
    // A frequency of 2 is every row twice.
    let twos = vec![2.0; 90];
    let weighted = Design::new(&x).unwrap().with_weights(Weights::Frequency(&twos)).unwrap();
    let weighted = Multinomial::default().fit(&weighted, &classes).unwrap();
    assert!((weighted.covariance() * 2.0 - whole.covariance()).amax() < 1e-9);
    assert!((weighted.deviance() - 2.0 * whole.deviance()).abs() < 1e-9);
    let origin = Multinomial { intercept: Intercept::None, ..Multinomial::default() };
    let origin = origin.fit(&Design::new(&x).unwrap(), &classes).unwrap();
    assert!((origin.null_log_likelihood + 90.0 * 3.0_f64.ln()).abs() < 1e-11);
    assert!(origin.deviance() >= whole.deviance());
    assert!(whole.to_string().contains("class 2 against 0"));
}

/// For a saturated model of one factor every estimate is a logarithm of odds of the table.
#[test]
fn a_table_gives_its_odds() {
    let table = [[8.0, 3.0, 4.0], [2.0, 7.0, 5.0]];
    let x = dmatrix![0.0; 0.0; 0.0; 1.0; 1.0; 1.0];
    let counts: Vec<f64> = table.concat();
    let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
    let fit = Multinomial::default().fit(&design, &[0, 1, 2, 0, 1, 2]).unwrap();
    for (k, equation) in fit.equations().iter().enumerate() {
        let odds = |level: usize| table[level][k + 1] / table[level][0];
        let [constant, slope] = &equation.coefficients[..] else { panic!("two") };
        assert!((constant.estimate - odds(0).ln()).abs() < 1e-10);
        assert!((slope.ratio() - odds(1) / odds(0)).abs() < 1e-9);
        let variance: f64 = [table[0][0], table[0][k + 1], table[1][0], table[1][k + 1]]
            .map(f64::recip)
            .iter()
            .sum();
        assert!((slope.standard_error - variance.sqrt()).abs() < 1e-10);
    }
}

#[test]
fn separated_classes_are_refused_with_their_direction() {
    // Class 2 lies apart; 0 and 1 overlap.
    let x = dmatrix![
        1.0, 0.3; 2.0, 0.25; 3.0, 0.4; 1.5, 0.5; 2.5, 0.05; 7.0, 0.3; 8.0, 0.2; 9.0, 0.1
    ];
    let classes = [0, 1, 0, 1, 0, 2, 2, 2];
    let LinearError::ClassesSeparated { kind, features, intercepts, directions } =
        fit(&x, &classes).unwrap_err()
    else {
        panic!("separated");
    };
    assert_eq!(kind, SeparationKind::Quasi);
    assert!(features.contains(&"x1".to_owned()));
    let mut strict = 0;
    for (row, &class) in classes.iter().enumerate() {
        let score =
            |k: usize| intercepts[k] + (0..2).map(|j| x[(row, j)] * directions[k][j]).sum::<f64>();
        for other in 0..3 {
            let margin = score(class) - score(other);
            assert!(margin >= -1e-11, "{row}: {margin}");
            strict += usize::from(margin > 1e-6);
        }
    }
    assert!(strict > 0);
    let all = fit(&x.columns(0, 1).into_owned(), &[0, 1, 1, 0, 1, 2, 2, 2]).unwrap_err();
    assert!(matches!(all, LinearError::ClassesSeparated { .. }), "{all}");
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    let (x, classes) = noisy();
    let design = Design::new(&x).unwrap();
    let refused = |model: Multinomial, classes: &[usize]| model.fit(&design, classes).unwrap_err();
    let plain = Multinomial::default();
    assert_eq!(refused(plain, &[1; 90]), LinearError::OneClass);
    let skip: Vec<usize> = classes.iter().map(|&class| 2 * class).collect();
    assert_eq!(refused(plain, &skip), LinearError::EmptyClass { class: 1, classes: 5 });
    let mut far = classes.clone();
    far[0] = usize::MAX;
    assert!(matches!(refused(plain, &far), LinearError::EmptyClass { class: 3, .. }));
    let odd = Multinomial { reference: 3, ..plain };
    assert!(matches!(refused(odd, &classes), LinearError::InvalidOption { .. }));
    assert!(matches!(refused(plain, &[0, 1]), LinearError::LengthMismatch { .. }));
    let hasty = Multinomial { max_iterations: 1, ..plain };
    assert!(matches!(refused(hasty, &classes), LinearError::NoMaximum { .. }));
    let zeros = vec![0.0; 90];
    let offset = design.clone().with_offset(&zeros).unwrap();
    assert_eq!(plain.fit(&offset, &classes).unwrap_err(), LinearError::OffsetCancels);
    let constant = DMatrix::from_element(90, 1, 3.0);
    let refused = fit(&constant, &classes).unwrap_err();
    assert_eq!(refused, LinearError::Collinear { feature: "x1".to_owned() });
}
