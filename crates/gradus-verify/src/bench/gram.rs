//! `gram`: XᵀX and XᵀWX beside the whole product, of which they are half.

use gradus_linalg::{MatMut, MatRef, Scalar, gemm, gram};

use super::Figures;
use super::beside::{beside, ratios};
use super::measure::Spread;
use super::peak;
use super::report::Figure;

/// Rows and columns of X: of a regression, of a lasso's design, of a tall and narrow table.
const SHAPES: [(usize, usize); 5] =
    [(64, 20), (500, 50), (2_000, 200), (10_000, 500), (500_000, 20)];

pub(crate) fn measure() -> Result<Figures, String> {
    let mut figures = Vec::new();
    for (m, n) in SHAPES {
        figures.extend(compare::<f32>(m, n)?);
        figures.extend(compare::<f64>(m, n)?);
    }
    Ok(figures)
}

fn compare<T: Scalar>(m: usize, n: usize) -> Result<Figures, String> {
    let number = |i: usize| T::of((i * 31 % 101) as f64 * 0.01 - 0.5);
    let x: Vec<T> = (0..m * n).map(number).collect();
    let weights: Vec<T> = (0..m).map(number).collect();
    let x = MatRef::new(&x, m, n);
    let [mut half, mut weighted, mut whole, mut alone] =
        std::array::from_fn(|_| vec![T::zero(); n * n]);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.map_err(|error| format!("cannot start a thread: {error}"))?;
    let [ours, with_weights, product, on_one] = beside([
        &mut || gram(x, None, MatMut::new(&mut half, n, n)),
        &mut || gram(x, Some(&weights), MatMut::new(&mut weighted, n, n)),
        &mut || gemm(T::one(), x.t(), x, T::zero(), MatMut::new(&mut whole, n, n)),
        &mut || one.install(|| gram(x, None, MatMut::new(&mut alone, n, n))),
    ]);
    if half != alone {
        return Err(format!("gram of {m}×{n}: other bits on one thread"));
    }
    let name = |what: &str| format!("{} {what} {m}×{n}", T::NAME);
    let operations = m as f64 * n as f64 * (n as f64 + 1.0);
    let rates: Vec<f64> = ours.iter().map(|s| operations / s * 1e-9).collect();
    let peak = peak::sample::<T>();
    let shares: Vec<f64> = rates.iter().map(|rate| rate / peak).collect();
    let mut figures = vec![
        Figure::new(name("XᵀX"), "GFLOP/s", Spread::of(&rates)),
        Figure::new(name("XᵀX") + " / peak", "", Spread::of(&shares)),
        Figure::new(name("XᵀX") + ": product / gram", "", ratios(&product, &ours)),
        Figure::new(name("XᵀWX") + ": product / gram", "", ratios(&product, &with_weights)),
    ];
    if rayon::current_num_threads() > 1 {
        let gain = Figure::new(name("XᵀX") + ": one thread / these", "", ratios(&on_one, &ours));
        figures.push(gain);
    }
    Ok(figures)
}
