use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{gram::gram_at, *};

fn random<T: Scalar>(seed: u64, len: usize) -> Vec<T> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..len).map(|_| T::of(rng.random_range(-1.0..1.0))).collect()
}

/// The layouts of an m×n matrix: its columns, its rows or neither contiguous, with gaps.
fn layouts(m: usize, n: usize) -> [(usize, usize); 4] {
    [(1, m), (n, 1), (1, m + 3), (2, 2 * m + 1)]
}

/// Compares with three plain loops in f64, to the bound of a sum's rounding error.
fn compare<T: Scalar + crate::simd::Registers>(m: usize, n: usize) {
    let data: Vec<T> = random(3, 3 * (m + 3) * (n + 3));
    let weights: Vec<T> = random(4, m);
    // Every term is at most 1, so the sums are at most m.
    let tolerance = (m as f64 + 4.0).powi(2) * T::EPSILON.to_f64();
    for (rs, cs) in layouts(m, n) {
        let x = MatRef::with_strides(&data, m, n, rs, cs);
        for w in [None, Some(&weights[..])] {
            let expected = |i, j| -> f64 {
                let term = |r| {
                    let w = w.map_or(1.0, |w: &[T]| T::to_f64(w[r]));
                    x.at(r, i).to_f64() * w * x.at(r, j).to_f64()
                };
                (0..m).map(term).sum()
            };
            for level in Level::available() {
                for (down, across) in [(1, n + 2), (n + 2, 1), (2, 2 * n + 1)] {
                    let mut c = vec![T::of(f64::NAN); 3 * (n + 2) * (n + 2)];
                    let to = MatMut::with_strides(&mut c, n, n, down, across);
                    gram_at(level, x, w, to);
                    let written = c.iter().filter(|c| !c.to_f64().is_nan()).count();
                    assert_eq!(written, n * n, "{m}x{n} {level:?}");
                    for i in 0..n {
                        for j in 0..=i {
                            let low = c[i * down + j * across];
                            assert_eq!(low, c[j * down + i * across]);
                            let off = (low.to_f64() - expected(i, j)).abs();
                            assert!(off <= tolerance, "{m}x{n} {level:?} ({i}, {j}): {off}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn gram_matrices_agree_with_plain_loops() {
    let narrow = [(0, 3), (1, 1), (5, 0), (7, 2), (40, 13), (300, 8), (256, 32), (500, 30)];
    for (m, n) in narrow.into_iter().chain([(400, 50), (33, 120), (20, 270), (9, 33)]) {
        compare::<f64>(m, n);
        compare::<f32>(m, n);
    }
    compare::<f64>(4200, 5);
}

#[test]
fn gram_and_gemv_have_the_same_bits_on_any_number_of_threads() {
    for (m, n) in [(30_000, 20), (9_000, 230), (300, 500)] {
        let (x, w) = (random::<f64>(5, m * n), random::<f64>(6, m.max(n)));
        let on = |threads| {
            let mut c = vec![0.0; n * n];
            let (mut z, mut g) = (vec![0.0; m], vec![0.0; n]);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            pool.expect("threads").install(|| {
                let x = MatRef::new(&x, m, n);
                gram(x, Some(&w[..m]), MatMut::new(&mut c, n, n));
                gemv(x, &w[..n], &mut z);
                gemv(x.t(), &w[..m], &mut g);
            });
            (c, z, g)
        };
        let one = on(1);
        assert!(on(2) == one && on(5) == one, "{m}x{n}");
    }
}

#[test]
fn a_matrix_times_a_vector_agrees_with_the_reference_in_every_layout() {
    for (m, n) in [(0, 3), (3, 0), (1, 9), (9, 1), (37, 11), (1025, 9), (5, 9_000), (3000, 100)] {
        let data: Vec<f64> = random(7, 3 * (m + 3) * (n + 3));
        let x: Vec<f64> = random(8, n);
        for (rs, cs) in layouts(m, n) {
            let a = MatRef::with_strides(&data, m, n, rs, cs);
            let (mut y, mut expected) = (vec![f64::NAN; m], vec![0.0; m]);
            gemv(a, &x, &mut y);
            gemm_reference(1.0, a, MatRef::new(&x, n, 1), 0.0, MatMut::new(&mut expected, m, 1));
            for (y, expected) in y.iter().zip(&expected) {
                assert!((y - expected).abs() < 1e-11, "{m}x{n}: {y} for {expected}");
            }
        }
    }
}

#[test]
fn a_matrix_beyond_the_caches_agrees_with_the_reference_on_any_number_of_threads() {
    for (m, n, step) in [(37, 60_000, 37), (37, 60_000, 40), (3_001, 720, 3_001)] {
        let (down, across): (Vec<f64>, Vec<f64>) = (random(10, m), random(11, n));
        let data: Vec<f64> = random(9, step * n);
        let a = MatRef::with_strides(&data, m, n, 1, step);
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let (mut y, mut z) = (vec![f64::NAN; m], vec![f64::NAN; n]);
            pool.expect("threads").install(|| {
                gemv(a, &across, &mut y);
                gemv(a.t(), &down, &mut z);
            });
            (y, z)
        };
        let (y, z) = on(1);
        assert!(on(2) == (y.clone(), z.clone()) && on(5) == (y.clone(), z.clone()), "{m}x{n}");
        let (mut long, mut short) = (vec![0.0; m], vec![0.0; n]);
        gemm_reference(1.0, a, MatRef::new(&across, n, 1), 0.0, MatMut::new(&mut long, m, 1));
        gemm_reference(1.0, a.t(), MatRef::new(&down, m, 1), 0.0, MatMut::new(&mut short, n, 1));
        // The bound of the rounding error of the reference's own sums.
        let close = |found: &[f64], expected: &[f64], terms: usize| {
            let bound = (terms * terms) as f64 * f64::EPSILON;
            found.iter().zip(expected).all(|(f, e)| (f - e).abs() <= bound.min(1e-9))
        };
        assert!(close(&y, &long, n) && close(&z, &short, m), "{m}x{n}");
    }
}

#[test]
#[should_panic(expected = "gram: 2 weights for 3 rows")]
fn weights_are_one_for_each_row() {
    let x = [0.0; 6];
    gram(MatRef::new(&x, 3, 2), Some(&[1.0; 2]), MatMut::new(&mut [0.0; 4], 2, 2));
}
