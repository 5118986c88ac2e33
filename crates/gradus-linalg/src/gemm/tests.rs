use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::*;

/// A matrix in a larger slice: transposed or not, with gaps between columns or not, or with gaps
/// between all elements.
#[derive(Clone, Debug)]
struct Layout {
    transposed: bool,
    gap: usize,
    spread: usize,
}

impl Layout {
    const PLAIN: Self = Self { transposed: false, gap: 0, spread: 1 };

    fn strides(&self, rows: usize, cols: usize) -> (usize, usize) {
        let (inner, outer) = (self.spread, |n: usize| n * self.spread + self.gap);
        if self.transposed { (outer(cols), inner) } else { (inner, outer(rows)) }
    }

    fn len(&self, rows: usize, cols: usize) -> usize {
        let (rs, cs) = self.strides(rows, cols);
        if rows * cols == 0 { 0 } else { (rows - 1) * rs + (cols - 1) * cs + 1 }
    }
}

fn layouts() -> impl Strategy<Value = Layout> {
    (
        any::<bool>(),
        prop_oneof![Just(0_usize), 1..5_usize],
        prop_oneof![9 => Just(1_usize), 1 => Just(2)],
    )
        .prop_map(|(transposed, gap, spread)| Layout { transposed, gap, spread })
}

fn random<T: Scalar>(rng: &mut ChaCha8Rng, len: usize) -> Vec<T> {
    (0..len).map(|_| T::of(rng.random_range(-1.0..1.0))).collect()
}

fn view<'a, T: Scalar>(data: &'a [T], rows: usize, cols: usize, layout: &Layout) -> MatRef<'a, T> {
    let (rs, cs) = layout.strides(rows, cols);
    MatRef::with_strides(data, rows, cols, rs, cs)
}

fn view_mut<'a, T: Scalar>(
    data: &'a mut [T],
    rows: usize,
    cols: usize,
    layout: &Layout,
) -> MatMut<'a, T> {
    let (rs, cs) = layout.strides(rows, cols);
    MatMut::with_strides(data, rows, cols, rs, cs)
}

/// Compares one product at every level with the reference, in f64 and to the bound of a sum's
/// rounding error, and checks that nothing outside C is written.
fn compare<T: Scalar>(
    (m, k, n): (usize, usize, usize),
    layouts: &[Layout; 3],
    (alpha, beta): (f64, f64),
    seed: u64,
) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let a: Vec<T> = random(&mut rng, layouts[0].len(m, k));
    let b: Vec<T> = random(&mut rng, layouts[1].len(k, n));
    let old: Vec<T> = random(&mut rng, layouts[2].len(m, n));
    let wide = |x: &[T]| x.iter().map(|x| x.to_f64()).collect::<Vec<f64>>();
    let (wide_a, wide_b, mut expected) = (wide(&a), wide(&b), wide(&old));
    gemm_reference(
        alpha,
        view(&wide_a, m, k, &layouts[0]),
        view(&wide_b, k, n, &layouts[1]),
        beta,
        view_mut(&mut expected, m, n, &layouts[2]),
    );
    let tolerance = 4.0 * (k as f64 + 4.0) * T::EPSILON.to_f64();
    for level in Level::available() {
        let mut c = old.clone();
        gemm_at(
            level,
            T::of(alpha),
            view(&a, m, k, &layouts[0]),
            view(&b, k, n, &layouts[1]),
            T::of(beta),
            view_mut(&mut c, m, n, &layouts[2]),
        );
        for (place, (&c, &expected)) in c.iter().zip(&expected).enumerate() {
            assert!(
                (c.to_f64() - expected).abs() <= tolerance,
                "{} {level:?} {m}x{k}x{n} {layouts:?} α {alpha} β {beta}: {c} for {expected} at {place}",
                T::NAME
            );
        }
    }
}

fn dims() -> impl Strategy<Value = (usize, usize, usize)> {
    let dim = || prop_oneof![0..4_usize, 4..40_usize, 40..150_usize];
    (dim(), dim(), dim())
}

fn factors() -> impl Strategy<Value = (f64, f64)> {
    let factor = || prop_oneof![Just(0.0), Just(1.0), Just(-1.0), Just(0.75)];
    (factor(), factor())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn agrees_with_the_reference(
        dims in dims(),
        layouts in [layouts(), layouts(), layouts()],
        factors in factors(),
        seed in any::<u64>(),
    ) {
        compare::<f32>(dims, &layouts, factors, seed);
        compare::<f64>(dims, &layouts, factors, seed);
    }
}

#[test]
fn every_small_shape_agrees_with_the_reference() {
    for m in [1, 2, 7, 8, 9, 16, 17, 31, 32, 33, 48, 49, 64, 65] {
        for n in 1..=14 {
            for k in [0, 1, 2, 5, 17] {
                for transposed in [false, true] {
                    let layout = Layout { transposed, ..Layout::PLAIN };
                    let layouts = [layout.clone(), layout, Layout::PLAIN];
                    compare::<f32>((m, k, n), &layouts, (1.0, 0.0), 1);
                    compare::<f64>((m, k, n), &layouts, (1.0, 1.0), 2);
                }
            }
        }
    }
}

#[test]
fn vectors_of_any_stride_agree_with_the_reference() {
    for (m, k, n) in [(1, 9, 1), (1, 40, 21), (21, 40, 1), (1, 1, 5), (5, 1, 1)] {
        for spread in [1, 3] {
            for transposed in [false, true] {
                let layout = Layout { transposed, gap: 2, spread };
                let layouts = [layout.clone(), layout.clone(), layout];
                compare::<f32>((m, k, n), &layouts, (1.0, 0.0), 1);
                compare::<f64>((m, k, n), &layouts, (0.5, 1.0), 2);
            }
        }
    }
}

#[test]
fn blocked_shapes_agree_with_the_reference() {
    for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
        let layouts = [a, b, false].map(|transposed| Layout { transposed, ..Layout::PLAIN });
        compare::<f32>((130, 800, 70), &layouts, (1.0, 1.0), 3);
        compare::<f64>((300, 420, 41), &layouts, (1.0, 0.0), 4);
        compare::<f32>((257, 30, 1040), &layouts, (0.5, 1.0), 5);
    }
}

#[test]
fn few_rows_with_long_sums_agree_with_the_reference() {
    for m in 1..=9 {
        for (k, n) in [(256, 1), (300, 7), (777, 12)] {
            for (a, gap) in [(false, 0), (true, 0), (false, 3), (true, 2)] {
                let layout = Layout { transposed: a, gap, spread: 1 };
                let layouts = [layout, Layout { gap, ..Layout::PLAIN }, Layout::PLAIN];
                compare::<f32>((m, k, n), &layouts, (1.0, 0.0), 6);
                compare::<f64>((m, k, n), &layouts, (0.5, 1.0), 7);
            }
        }
    }
}

#[test]
fn the_bits_are_the_same_on_any_number_of_threads() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    // 65 rows leave a part with a single one.
    for (m, k, n) in
        [(300, 700, 200), (70, 3000, 130), (2000, 20, 450), (65, 4000, 64), (8, 1500, 1400)]
    {
        for transposed in [false, true] {
            let layout = Layout { transposed, ..Layout::PLAIN };
            let (x, w) = (random::<f32>(&mut rng, m * k), random::<f32>(&mut rng, k * n));
            let bias = random::<f32>(&mut rng, n);
            let (x, w) = (view(&x, m, k, &layout), view(&w, k, n, &layout));
            let on = |threads| {
                let mut out = vec![0.0; m * n];
                let to = MatMut::new(&mut out, m, n);
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                pool.expect("threads").install(|| affine(x, w, Some(&bias), Epilogue::Tanh, to));
                out
            };
            let one = on(1);
            assert!(on(2) == one && on(5) == one, "{m}x{k}x{n}");
            let mut z = vec![0.0; m * n];
            gemm_reference(1.0, x, w, 0.0, MatMut::new(&mut z, m, n));
            for (place, &y) in one.iter().enumerate() {
                let expected = f64::from(z[place] + bias[place / m]).tanh();
                assert!((f64::from(y) - expected).abs() < 1e-3, "{y} {expected}");
            }
        }
    }
}

#[test]
fn affine_is_product_plus_bias_then_activation() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for (m, k, n) in [(1, 20, 9), (5, 3, 13), (64, 40, 30), (33, 500, 10), (40, 0, 3), (7, 300, 9)]
    {
        for transposed in [false, true] {
            let layout = Layout { transposed, ..Layout::PLAIN };
            let (x, w) = (random::<f64>(&mut rng, m * k), random::<f64>(&mut rng, k * n));
            let bias = random::<f64>(&mut rng, n);
            let (x, w) = (view(&x, m, k, &layout), view(&w, k, n, &layout));
            let mut z = vec![0.0; m * n];
            gemm_reference(1.0, x, w, 0.0, view_mut(&mut z, m, n, &layout));
            for act in [Epilogue::Identity, Epilogue::Relu, Epilogue::Sigmoid, Epilogue::Tanh] {
                for level in Level::available() {
                    for bias in [None, Some(&bias[..])] {
                        let mut out = vec![f64::NAN; m * n];
                        let to = view_mut(&mut out, m, n, &layout);
                        affine::at_level(level, x, w, bias, act, to);
                        for i in 0..m {
                            for j in 0..n {
                                let z =
                                    view(&z, m, n, &layout).at(i, j) + bias.map_or(0.0, |b| b[j]);
                                let expected = match act {
                                    Epilogue::Identity => z,
                                    Epilogue::Relu => z.max(0.0),
                                    Epilogue::Sigmoid => 1.0 / (1.0 + (-z).exp()),
                                    Epilogue::Tanh => z.tanh(),
                                };
                                let y = view(&out, m, n, &layout).at(i, j);
                                assert!(
                                    (y - expected).abs() < 1e-13,
                                    "{act:?} {level:?}: {y} {expected}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn beta_zero_ignores_what_was_in_c() {
    for (m, k, n) in [(1, 5, 3), (5, 1, 1), (40, 30, 20), (3, 0, 2)] {
        let (a, b) = (vec![1.0_f32; m * k], vec![1.0; k * n]);
        for level in Level::available() {
            let mut c = vec![f32::NAN; m * n];
            let (a, b) = (MatRef::new(&a, m, k), MatRef::new(&b, k, n));
            gemm_at(level, 2.0, a, b, 0.0, MatMut::new(&mut c, m, n));
            assert!(c.iter().all(|&c| c == 2.0 * k as f32), "{level:?}: {c:?}");
        }
    }
}

/// A view without elements may have any strides, and one with them any length if they are 0.
#[test]
fn what_has_no_elements_overflows_nowhere() {
    for n in [20, 100] {
        let empty = MatRef::<f64>::with_strides(&[], 0, n, 1, usize::MAX);
        for level in Level::available() {
            let mut c = vec![f64::NAN; 20 * n];
            let a = MatRef::new(&[], 20, 0);
            gemm_at(level, 1.0, a, empty, 0.0, MatMut::new(&mut c, 20, n));
            assert_eq!(c, vec![0.0; 20 * n]);
            let mut c = vec![f64::NAN; n * n];
            <f64 as Products>::gram(level, empty, None, MatMut::new(&mut c, n, n));
            assert_eq!(c, vec![0.0; n * n]);
            let long = MatRef::with_strides(&[1.0], 8, 1 << 61, 0, 0);
            let none = MatRef::new(&[], 1 << 61, 0);
            gemm_at(level, 1.0, long, none, 0.0, MatMut::new(&mut [], 8, 0));
        }
    }
}

#[test]
fn nan_and_infinity_reach_their_row_and_column_alone() {
    let (m, k, n) = (35, 20, 15);
    for bad in [f64::NAN, f64::INFINITY] {
        for level in Level::available() {
            let (mut a, b) = (vec![1.0; m * k], vec![1.0; k * n]);
            a[7 * m + 33] = bad;
            let mut c = vec![0.0; m * n];
            let (a, b) = (MatRef::new(&a, m, k), MatRef::new(&b, k, n));
            gemm_at(level, 1.0, a, b, 0.0, MatMut::new(&mut c, m, n));
            for (place, c) in c.iter().enumerate() {
                assert_eq!(c.is_finite(), place % m != 33, "{level:?} at {place}: {c}");
            }
        }
    }
}

#[test]
fn nothing_between_the_columns_of_c_is_written() {
    let layout = Layout { transposed: false, gap: 3, spread: 1 };
    let (m, k, n) = (37, 50, 11);
    let (a, b) = (vec![1.0_f32; m * k], vec![1.0; k * n]);
    for level in Level::available() {
        let mut c = vec![-1.0; layout.len(m, n)];
        let (a, b) = (MatRef::new(&a, m, k), MatRef::new(&b, k, n));
        gemm_at(level, 1.0, a, b, 0.0, view_mut(&mut c, m, n, &layout));
        for (place, &c) in c.iter().enumerate() {
            let expected = if place % (m + 3) < m { k as f32 } else { -1.0 };
            assert_eq!(c, expected, "{level:?} at {place}");
        }
    }
}

#[test]
#[should_panic(expected = "gemm: (2, 3) times (2, 3) into (2, 3)")]
fn shapes_that_do_not_fit_are_named() {
    let a = [0.0; 6];
    let a = MatRef::new(&a, 2, 3);
    gemm(1.0, a, a, 0.0, MatMut::new(&mut [0.0; 6], 2, 3));
}

#[test]
fn a_long_single_row_or_column_is_not_cut_forever() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("threads");
    for (m, k, n) in [(1, 2_200_000, 8), (64, 260_000, 1)] {
        let (a, b) = (vec![1.0_f32; m * k], vec![1.0_f32; k * n]);
        let mut c = vec![0.0; m * n];
        let to = MatMut::new(&mut c, m, n);
        pool.install(|| gemm(1.0, MatRef::new(&a, m, k), MatRef::new(&b, k, n), 0.0, to));
        assert!(c.iter().all(|&c| c == k as f32), "{m}x{k}x{n}");
    }
}
