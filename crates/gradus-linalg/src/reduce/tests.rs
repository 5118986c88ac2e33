use super::*;

/// Numbers whose sums are exact in any order.
fn integers<T: Scalar>(len: usize) -> Vec<T> {
    (0..len).map(|i| T::of((i * 7 % 13) as f64 - 6.0)).collect()
}

fn exact<T: Scalar>() {
    for len in [0, 1, 63, 64, 65, 4096, 4097, 20_000] {
        let x: Vec<T> = integers(len);
        let wide: Vec<f64> = x.iter().map(|x| x.to_f64()).collect();
        assert_eq!(sum(&x).to_f64(), wide.iter().sum::<f64>());
        assert_eq!(sum_squares(&x).to_f64(), wide.iter().map(|x| x * x).sum::<f64>());
        let expected = wide.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(max(&x).to_f64(), expected);
    }
}

#[test]
fn sums_of_integers_are_exact() {
    exact::<f32>();
    exact::<f64>();
}

#[test]
fn a_long_sum_loses_little() {
    // 10⁷ · 0.1 in f32; a plain loop gives 1 087 937.
    let x = vec![0.1_f32; 10_000_000];
    assert!((f64::from(sum(&x)) - 1e7 * f64::from(0.1_f32)).abs() < 1.0);
}

#[test]
fn long_sums_of_rows_and_columns_lose_little_in_every_layout() {
    // A plain loop over 10⁶ times 0.1 in f32 is off by 958.
    let (m, n) = (1_000_000, 3);
    let data = vec![0.1_f32; 2 * m * n];
    for (rs, cs) in [(1, m), (n, 1), (2, 2 * m)] {
        let x = MatRef::with_strides(&data, m, n, rs, cs);
        let mut sums = [0.0; 3];
        col_sums(x, &mut sums);
        let mut across = [0.0; 3];
        row_sums(x.t(), &mut across);
        for sum in sums.into_iter().chain(across) {
            assert!((f64::from(sum) - 1e6 * f64::from(0.1_f32)).abs() < 0.1, "{sum}");
        }
    }
}

#[test]
fn levels_agree_to_the_bit() {
    let x: Vec<f64> = (0..1000).map(|i| f64::from(i).sin()).collect();
    for level in Level::available() {
        assert_eq!(f64::run_sum(level, &x), sum(&x), "{level:?}");
        assert_eq!(f64::run_dot(level, &x, &x), sum_squares(&x), "{level:?}");
        assert_eq!(f64::largest(level, &x), max(&x), "{level:?}");
        assert!(f64::finite(level, &x), "{level:?}");
        let (mut sums, mut best) = ([0.0; 10], [0.0; 10]);
        let rows = MatRef::with_strides(&x, 100, 10, 10, 1);
        f64::add_rows(level, rows, 0..10, &mut sums);
        f64::add_rows(Level::detected(), rows, 0..10, &mut best);
        assert_eq!(sums, best, "{level:?}");
    }
}

#[test]
fn what_is_not_finite_is_found_anywhere() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        for place in [0, 17, 4095, 4096, 4999] {
            let mut x = vec![1.0; 5000];
            x[place] = bad;
            assert!(!all_finite(&x), "{bad} at {place}");
            for level in Level::available() {
                assert!(!f32::finite(level, &x), "{level:?}: {bad} at {place}");
                assert_eq!(f32::largest(level, &x).is_nan(), bad.is_nan(), "{level:?}: {bad}");
            }
            assert_eq!(max(&x).is_nan(), bad.is_nan());
        }
    }
}

#[test]
fn sums_of_rows_and_columns_in_every_layout() {
    let (m, n) = (37, 11);
    let data: Vec<f64> = integers((m + 2) * (n + 2) * 2);
    for (rs, cs) in [(1, m), (n, 1), (1, m + 2), (n + 2, 1), (2, 2 * m)] {
        let x = MatRef::with_strides(&data, m, n, rs, cs);
        let (mut cols, mut rows) = (vec![9.0; n], vec![9.0; m]);
        col_sums(x, &mut cols);
        row_sums(x, &mut rows);
        let expected = |j| (0..m).map(|i| x.at(i, j)).sum::<f64>();
        assert_eq!(cols, (0..n).map(expected).collect::<Vec<_>>());
        let expected = |i| (0..n).map(|j| x.at(i, j)).sum::<f64>();
        assert_eq!(rows, (0..m).map(expected).collect::<Vec<_>>());
    }
}

#[test]
fn a_column_has_the_bits_of_its_sum_whatever_stands_beside_it() {
    for m in [0, 1, 5, 16, 32, 48, 50, 64, 80, 128, 208, 4096, 4112] {
        for n in [1, 3, 16, 17, 32, 40] {
            let x: Vec<f32> = (0..m * n).map(|i| (i as f32).sin() - 0.2).collect();
            let mut sums = vec![f32::NAN; n];
            col_sums(MatRef::new(&x, m, n), &mut sums);
            for (j, sum_j) in sums.iter().enumerate() {
                assert_eq!(*sum_j, sum(&x[j * m..(j + 1) * m]), "column {j} of {m}x{n}");
            }
        }
    }
}
