//! Firth's correction and profile-likelihood intervals against values of 40 digits, which agree with
//! what R's `logistf` prints for the same data.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_linear::{Design, Firth, Intercept, LinearError, Logistic, SeparationKind, Weights};
use nalgebra::{DMatrix, dmatrix};
use serde_json::Value;

const FILES: [(&str, &str); 2] = [
    ("urinary.csv", include_str!("data/urinary.csv")),
    ("endometrial.csv", include_str!("data/endometrial.csv")),
];

/// Columns of a file of numbers.
fn columns(file: &str, names: &[String]) -> Vec<Vec<f64>> {
    let text = FILES.iter().find(|(name, _)| *name == file).unwrap().1;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Vec<f64>> =
        lines.map(|line| line.split(',').map(|field| field.parse().unwrap()).collect()).collect();
    let column = |name: &String| {
        let place = header.iter().position(|other| other == name).unwrap();
        rows.iter().map(|row| row[place]).collect()
    };
    names.iter().map(column).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn close(found: f64, expected: &Value, tolerance: f64, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1e-3),
        "{what}: {found} for {expected}"
    );
}

/// A case with its features, its outcome and its counts of rows.
type Case = (Value, DMatrix<f64>, Vec<f64>, Vec<f64>);

/// The cases of firth.json with their data.
fn cases(firth: bool) -> Vec<Case> {
    let file: Value = serde_json::from_str(include_str!("data/firth.json")).unwrap();
    let chosen = file["cases"].as_array().unwrap().iter().filter(|case| case["firth"] == firth);
    chosen
        .map(|case| {
            let name = case["data"].as_str().unwrap();
            let features = columns(name, &texts(&case["features"]));
            let x = DMatrix::from_fn(features[0].len(), features.len(), |i, j| features[j][i]);
            let y = columns(name, &[case["target"].as_str().unwrap().to_owned()]).remove(0);
            let counts = match case["count"].as_str() {
                Some(count) => columns(name, &[count.to_owned()]).remove(0),
                None => vec![1.0; y.len()],
            };
            (case.clone(), x, y, counts)
        })
        .collect()
}

#[test]
fn firth_has_the_values_of_logistf() {
    for (case, x, y, counts) in cases(true) {
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
        // The plain estimates do not exist: that is what the correction is for.
        let LinearError::Separated { kind, features, .. } =
            Logistic::default().fit(&design, &y).unwrap_err()
        else {
            panic!("separated");
        };
        let separating = if x.ncols() == 6 { "x6" } else { "x1" };
        assert_eq!((kind, &features[..]), (SeparationKind::Quasi, &[separating.to_owned()][..]));

        let fit = Firth::default().fit(&design, &y).unwrap();
        for (j, row) in fit.coefficients().iter().enumerate() {
            close(row.wald.estimate, &case["coef"][j], 1e-7, "coef");
            close(row.wald.standard_error, &case["se"][j], 1e-7, "se");
            close(row.interval[0], &case["interval"][j][0], 1e-6, "lower");
            close(row.interval[1], &case["interval"][j][1], 1e-6, "upper");
            close(row.chi2, &case["chi2"][j], 1e-8, "chi2");
            close(row.p, &case["p"][j], 1e-7, "p");
        }
        close(fit.likelihood_ratio(), &case["likelihood_ratio"], 1e-9, "likelihood ratio");
        assert_eq!(fit.likelihood_ratio_df(), x.ncols());
        assert_eq!(fit.observations(), counts.iter().sum::<f64>());
    }
}

#[test]
fn profile_intervals_of_the_plain_likelihood() {
    for (case, x, y, counts) in cases(false) {
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
        let fit = Logistic::default().fit(&design, &y).unwrap();
        let profile = Logistic::default().profile_intervals(&design, &y, 0.95).unwrap();
        for (j, row) in fit.coefficients().iter().enumerate() {
            close(row.estimate, &case["coef"][j], 1e-9, "coef");
            close(row.standard_error, &case["se"][j], 1e-9, "se");
            close(profile[j][0], &case["interval"][j][0], 1e-8, "lower");
            close(profile[j][1], &case["interval"][j][1], 1e-8, "upper");
        }
        close(fit.likelihood_ratio(), &case["likelihood_ratio"], 1e-9, "likelihood ratio");
    }
}

#[test]
fn frequencies_are_repeated_rows_and_scales_do_not_matter() {
    let (_, x, y, counts) = cases(true).remove(0);
    let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
    let weighted = Firth::default().fit(&design, &y).unwrap();
    let rows: Vec<usize> = (0..y.len()).flat_map(|i| vec![i; counts[i] as usize]).collect();
    let repeated = x.select_rows(&rows).map(|x| 3.0 * x + 1.0);
    let outcome: Vec<f64> = rows.iter().map(|&i| y[i]).collect();
    let repeated = Firth::default().fit(&Design::new(&repeated).unwrap(), &outcome).unwrap();
    for (a, b) in weighted.coefficients().iter().zip(repeated.coefficients()).skip(1) {
        assert!((a.wald.estimate - 3.0 * b.wald.estimate).abs() < 1e-8);
        assert!((a.interval[1] - 3.0 * b.interval[1]).abs() < 1e-6);
        assert!((a.chi2 - b.chi2).abs() < 1e-8);
    }
}

/// Completely separated, and with more than one direction: everything stays finite.
#[test]
fn separated_data_have_finite_estimates() {
    let x = dmatrix![1.0, 0.3; 2.0, 0.1; 3.0, 0.4; 3.5, 0.1; 4.0, 0.5; 5.0, 0.2];
    let y = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    let fit = Firth::default().fit(&Design::new(&x).unwrap(), &y).unwrap();
    assert!(fit.coefficients().iter().all(|row| row.wald.estimate.is_finite() && row.p > 0.0));
    assert!(fit.coefficients()[1].wald.estimate > 0.0);
    let origin = Firth { intercept: Intercept::None, ..Firth::default() };
    assert!(origin.fit(&Design::new(&x).unwrap(), &y).is_ok());
    let level = Firth { level: 1.0, ..Firth::default() };
    let refused = level.fit(&Design::new(&x).unwrap(), &y).unwrap_err();
    assert!(matches!(refused, LinearError::InvalidOption { .. }));
    assert_eq!(
        Firth::default().fit(&Design::new(&x).unwrap(), &[1.0; 6]).unwrap_err(),
        LinearError::OneClass
    );
}

/// The rounding of so large a log-likelihood is larger than the last steps towards an end.
#[test]
fn intervals_of_very_many_rows() {
    // mpmath 1.3 with 40 digits: where 2(ℓ(η̂) − ℓ(η)) is 3.841… for 3 events of 10, so many times.
    let cases = [
        (1e7, [-0.8477255717896728, -0.8468701733749493], 1e-6),
        (1e11, [-0.8473021373804796, -0.8472935833963667], 1e-3),
    ];
    for (times, [lower, upper], tolerance) in cases {
        let (none, weights, y) = (DMatrix::zeros(2, 0), [3.0 * times, 7.0 * times], [1.0, 0.0]);
        let design = Design::new(&none).unwrap().with_weights(Weights::Frequency(&weights));
        let design = design.unwrap();
        let plain = Logistic::default().profile_intervals(&design, &y, 0.95).unwrap()[0];
        let firth = Firth::default().fit(&design, &y).unwrap().coefficients()[0].interval;
        // Firth's correction moves the ends by 0.2/(np(1 − p)).
        for ([low, high], tolerance) in [(plain, tolerance), (firth, f64::max(tolerance, 1e-4))] {
            let allowed = tolerance * (upper - lower);
            assert!((low - lower).abs() < allowed, "{times}: {low} for {lower}");
            assert!((high - upper).abs() < allowed, "{times}: {high} for {upper}");
        }
    }
}

/// The ends are where a likelihood-ratio test with one degree of freedom would reject, whichever rows
/// there are: the other coefficients are estimated anew, the one tested being part of the offset.
#[test]
fn ends_are_found_where_the_log_likelihood_is_huge() {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for _ in 0..8 {
        let x = DMatrix::from_fn(200, 3, |_, _| uniform() + uniform() - 1.0);
        let y: Vec<f64> = (0..200).map(|_| f64::from(u8::from(uniform() < 0.5))).collect();
        let weights: Vec<f64> = (0..200).map(|_| (1e6 * uniform()).ceil()).collect();
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
        let whole = Logistic::default().fit(&design, &y).unwrap().log_likelihood;
        let ends = Logistic::default().profile_intervals(&design, &y, 0.95).unwrap();
        for j in 0..3 {
            let rest = x.clone().remove_column(j);
            for end in ends[1 + j] {
                let offset: Vec<f64> = x.column(j).iter().map(|x| end * x).collect();
                let held = Design::new(&rest).unwrap();
                let held = held.with_weights(Weights::Frequency(&weights)).unwrap();
                let held = held.with_offset(&offset).unwrap();
                let held = Logistic::default().fit(&held, &y).unwrap().log_likelihood;
                // The 0.95 quantile of χ² with 1 degree of freedom, and the rounding of ℓ ≈ 7·10⁷.
                assert!((2.0 * (whole - held) - 3.841458820694124).abs() < 1e-5);
            }
        }
        Firth::default().fit(&design, &y).unwrap();
    }
}
