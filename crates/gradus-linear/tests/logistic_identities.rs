//! The identities of logistic regression, on random problems.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_linear::{
    Design, Firth, LinearError, Logistic, LogisticFit, Multinomial, SeparationKind, Weights,
};
use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;

prop_compose! {
    /// X (m×p) and an outcome that has estimates: the first p + 1 rows come with both outcomes, so that
    /// no direction but 0 has no row on its wrong side.
    fn problems()(m in 10..40_usize, p in 1..5_usize)(
        values in prop::collection::vec(-2.0..2.0_f64, m * p),
        draws in prop::collection::vec(0.0..1.0_f64, m),
        slope in -2.0..2.0_f64,
        m in Just(m), p in Just(p),
    ) -> (DMatrix<f64>, Vec<f64>) {
        let once = DMatrix::from_vec(m, p, values);
        let rows: Vec<usize> = (0..m).chain(0..=p).collect();
        let y = |row: usize| f64::from(u8::from(draws[row] < 1.0 / (1.0 + (-slope * once[(row, 0)]).exp())));
        let y = (0..m).map(y).chain((0..=p).map(|row| 1.0 - y(row))).collect();
        (once.select_rows(&rows), y)
    }
}

prop_compose! {
    /// Whole numbers, a hyperplane through some of them, and the side of each row: 1, 0 or −1.
    fn sides()(m in 6..30_usize, p in 1..4_usize)(
        values in prop::collection::vec(-4..=4_i32, m * p),
        normal in prop::collection::vec(-3..=3_i32, p),
        constant in -3..=3_i32,
        m in Just(m), p in Just(p),
    ) -> (DMatrix<f64>, Vec<i32>) {
        let side = |row: usize| {
            (constant + (0..p).map(|j| normal[j] * values[j * m + row]).sum::<i32>()).signum()
        };
        (DMatrix::from_fn(m, p, |i, j| f64::from(values[j * m + i])), (0..m).map(side).collect())
    }
}

fn fit(x: &DMatrix<f64>, y: &[f64]) -> LogisticFit {
    Logistic::default().fit(&Design::new(x).unwrap(), y).unwrap()
}

/// Far enough from dependent that figures can be compared to 1e-8.
fn well_posed(x: &DMatrix<f64>) -> bool {
    let s = x.clone().insert_column(0, 1.0).singular_values();
    s.min() > 0.05 * s.max()
}

fn estimates(fit: &LogisticFit) -> Vec<f64> {
    fit.coefficients().iter().map(|row| row.estimate).collect()
}

fn close(a: &[f64], b: &[f64]) -> Result<(), TestCaseError> {
    prop_assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        prop_assert!((a - b).abs() <= 1e-8 * (1.0 + a.abs().max(b.abs())), "{} {}", a, b);
    }
    Ok(())
}

/// (2yᵢ − 1)(b + xᵢ·d) of all rows.
fn margins(x: &DMatrix<f64>, y: &[f64], b: f64, d: &[f64]) -> Vec<f64> {
    let scores = x * DVector::from_column_slice(d);
    y.iter().zip(scores.iter()).map(|(y, score)| (2.0 * y - 1.0) * (b + score)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn probabilities_add_up_to_what_was_seen((x, y) in problems()) {
        prop_assume!(well_posed(&x));
        let fit = fit(&x, &y);
        let rest = DVector::from_iterator(y.len(), y.iter().zip(fit.probabilities()).map(|(y, p)| y - p));
        prop_assert!(rest.sum().abs() < 1e-8, "{}", rest.sum());
        prop_assert!(x.tr_mul(&rest).amax() < 1e-8);
    }

    /// The covariance is the inverse of the differences of the score, which no direction makes positive.
    #[test]
    fn the_hessian_is_the_difference_of_scores((x, y) in problems()) {
        prop_assume!(well_posed(&x));
        let fit = fit(&x, &y);
        let z = x.clone().insert_column(0, 1.0);
        let score = |theta: &DVector<f64>| {
            let p = (&z * theta).map(|eta| 1.0 / (1.0 + (-eta).exp()));
            z.tr_mul(&(DVector::from_column_slice(&y) - p))
        };
        let theta = DVector::from_vec(estimates(&fit));
        let h = 1e-5;
        let mut hessian = DMatrix::zeros(theta.len(), theta.len());
        for j in 0..theta.len() {
            let (mut above, mut below) = (theta.clone(), theta.clone());
            above[j] += h;
            below[j] -= h;
            hessian.set_column(j, &((score(&above) - score(&below)) / (2.0 * h)));
        }
        let product = &hessian * fit.covariance();
        let error = (product + DMatrix::identity(theta.len(), theta.len())).amax();
        prop_assert!(error < 1e-6, "{error:e}");
        let eigenvalues = fit.covariance().clone().symmetric_eigenvalues();
        prop_assert!(eigenvalues.min() > 0.0, "{eigenvalues}");
    }

    #[test]
    fn swapped_labels_negate_and_softmax_of_two_classes_is_the_same((x, y) in problems()) {
        prop_assume!(well_posed(&x));
        let plain = fit(&x, &y);
        let swapped: Vec<f64> = y.iter().map(|y| 1.0 - y).collect();
        let turned = fit(&x, &swapped);
        close(&estimates(&plain), &estimates(&turned).iter().map(|w| -w).collect::<Vec<f64>>())?;
        close(plain.covariance().as_slice(), turned.covariance().as_slice())?;

        let classes: Vec<usize> = y.iter().map(|y| *y as usize).collect();
        let softmax = Multinomial::default().fit(&Design::new(&x).unwrap(), &classes).unwrap();
        let of_one: Vec<f64> =
            softmax.equations()[0].coefficients.iter().map(|row| row.estimate).collect();
        close(&estimates(&plain), &of_one)?;
        close(plain.covariance().as_slice(), softmax.covariance().as_slice())?;
        close(&[plain.deviance(), plain.aic()], &[softmax.deviance(), softmax.aic()])?;
    }

    #[test]
    fn a_feature_more_never_raises_the_deviance((x, y) in problems()) {
        prop_assume!(well_posed(&x));
        let mut before = fit(&x.columns(0, 1).into_owned(), &y);
        prop_assert!(before.deviance() <= before.null_deviance() + 1e-9);
        for p in 2..=x.ncols() {
            let more = fit(&x.columns(0, p).into_owned(), &y);
            prop_assert!(more.deviance() <= before.deviance() + 1e-9);
            prop_assert!(more.r2_mcfadden() >= before.r2_mcfadden() - 1e-9);
            before = more;
        }
    }

    /// Rows in any order; frequencies for repetitions, 0 for absence; another unit and another origin;
    /// an offset of Xδ.
    #[test]
    fn what_changes_nothing_changes_nothing(
        (x, y) in problems(),
        counts in prop::collection::vec(0_u8..4, 45),
        unit in 0.01..100.0_f64,
        delta in -1.0..1.0_f64,
    ) {
        prop_assume!(well_posed(&x));
        let (m, p) = x.shape();
        let plain = fit(&x, &y);
        let back: Vec<usize> = (0..m).rev().collect();
        let turned = fit(&x.select_rows(&back), &back.iter().map(|&i| y[i]).collect::<Vec<f64>>());
        close(&estimates(&plain), &estimates(&turned))?;

        let mut counts: Vec<usize> = counts[..m].iter().map(|&count| usize::from(count)).collect();
        counts[..=p].fill(1);
        counts[m - p - 1..].fill(2);
        let rows: Vec<usize> = (0..m).flat_map(|i| vec![i; counts[i]]).collect();
        let repeated = fit(&x.select_rows(&rows), &rows.iter().map(|&i| y[i]).collect::<Vec<f64>>());
        let weights: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&weights)).unwrap();
        let weighted = Logistic::default().fit(&design, &y).unwrap();
        close(&estimates(&weighted), &estimates(&repeated))?;
        close(weighted.covariance().as_slice(), repeated.covariance().as_slice())?;
        close(&[weighted.aic(), weighted.bic()], &[repeated.aic(), repeated.bic()])?;

        let mut scaled = x.clone();
        scaled.column_mut(0).apply(|x| *x = *x * unit + 3.0);
        let other = fit(&scaled, &y);
        close(&[plain.coefficients()[1].estimate], &[unit * other.coefficients()[1].estimate])?;
        close(plain.probabilities(), other.probabilities())?;
        close(&[plain.coefficients()[1].z()], &[other.coefficients()[1].z()])?;

        let shift: Vec<f64> = x.column(0).iter().map(|x| delta * x).collect();
        let moved = Logistic::default().fit(&Design::new(&x).unwrap().with_offset(&shift).unwrap(), &y).unwrap();
        close(&[plain.coefficients()[1].estimate], &[moved.coefficients()[1].estimate + delta])?;
        close(plain.probabilities(), moved.probabilities())?;
    }

    /// Of a 2×2 table the odds ratio is ad/bc, and the square of its logarithm's standard error
    /// 1/a + 1/b + 1/c + 1/d; Firth's correction adds ½ to each cell.
    #[test]
    fn a_saturated_table_has_the_odds_ratio_of_its_cells(cells in prop::array::uniform4(1_u16..400)) {
        let [a, b, c, d] = cells.map(f64::from);
        let x = DMatrix::from_column_slice(4, 1, &[1.0, 1.0, 0.0, 0.0]);
        let y = [1.0, 0.0, 1.0, 0.0];
        let counts = [a, b, c, d];
        let design = Design::new(&x).unwrap().with_weights(Weights::Frequency(&counts)).unwrap();
        let fit = Logistic::default().fit(&design, &y).unwrap();
        let exposure = &fit.coefficients()[1];
        close(&[exposure.ratio()], &[a * d / (b * c)])?;
        let square = 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d;
        close(&[exposure.standard_error.powi(2)], &[square])?;
        close(&[fit.coefficients()[0].ratio()], &[c / d])?;
        let firth = Firth::default().fit(&design, &y).unwrap();
        let half = (a + 0.5) * (d + 0.5) / ((b + 0.5) * (c + 0.5));
        prop_assert!((firth.coefficients()[1].wald.ratio() / half - 1.0).abs() < 1e-5);
    }

    /// Where a hyperplane has all of one outcome on one side, the fit is refused with a direction that
    /// proves it; with both outcomes on the hyperplane the separation is no complete one.
    #[test]
    fn separable_rows_are_flagged((x, sides) in sides()) {
        let off: Vec<usize> = (0..sides.len()).filter(|&row| sides[row] != 0).collect();
        let on: Vec<usize> = (0..sides.len()).filter(|&row| sides[row] == 0).collect();
        let rows: Vec<usize> = off.iter().chain(&on).chain(&on).copied().collect();
        let outcome = |row: usize| f64::from(u8::from(sides[row] > 0));
        let y: Vec<f64> = off.iter().map(|&row| outcome(row))
            .chain(vec![0.0; on.len()])
            .chain(vec![1.0; on.len()])
            .collect();
        let x = x.select_rows(&rows);
        prop_assume!(!off.is_empty() && y.contains(&0.0) && y.contains(&1.0));
        // Columns that depend on each other are refused as such, before all else.
        let s = x.clone().insert_column(0, 1.0).singular_values();
        prop_assume!(s.len() == x.ncols() + 1 && s.min() > 1e-9 * s.max());
        match Logistic::default().fit(&Design::new(&x).unwrap(), &y) {
            Err(LinearError::Separated { kind, direction, intercept, features }) => {
                let margins = margins(&x, &y, intercept, &direction);
                let largest = margins.iter().copied().fold(0.0, f64::max);
                prop_assert!(largest > 0.0 && margins.iter().all(|margin| *margin >= -1e-9 * largest));
                match kind {
                    SeparationKind::Complete => {
                        prop_assert!(on.is_empty());
                        prop_assert!(margins.iter().all(|margin| *margin > 0.0));
                    }
                    SeparationKind::Quasi => prop_assert!(!on.is_empty()),
                }
                prop_assert!(!features.is_empty());
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
