//! `gemv`: a matrix times a vector, beside reading the matrix.

use std::hint::black_box;

use gradus_linalg::{MatRef, Scalar, gemv, reduce};
use rayon::prelude::*;

use super::Figures;
use super::beside::{beside, ratios};
use super::measure::Spread;
use super::report::Figure;

/// Rows and columns of A: in the second cache, in the third one or so, in memory.
const SHAPES: [(usize, usize); 4] = [(128, 784), (1_000, 1_000), (10_000, 500), (200, 50_000)];

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
    let data: Vec<T> = (0..m * n).map(number).collect();
    let vector: Vec<T> = (0..m.max(n)).map(number).collect();
    let a = MatRef::new(&data, m, n);
    let [mut down, mut alone] = [vec![T::zero(); m], vec![T::zero(); m]];
    let [mut across, mut across_alone] = [vec![T::zero(); n], vec![T::zero(); n]];
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.map_err(|error| format!("cannot start a thread: {error}"))?;
    let part = data.len().div_ceil(rayon::current_num_threads());
    let [plain, transposed, reading, plain_on_one, transposed_on_one] = beside([
        &mut || gemv(a, &vector[..n], &mut down),
        &mut || gemv(a.t(), &vector[..m], &mut across),
        &mut || {
            let sums: Vec<T> = data.par_chunks(part).map(reduce::sum).collect();
            black_box(sums);
        },
        &mut || one.install(|| gemv(a, &vector[..n], &mut alone)),
        &mut || one.install(|| gemv(a.t(), &vector[..m], &mut across_alone)),
    ]);
    if down != alone || across != across_alone {
        return Err(format!("gemv of {m}×{n}: other bits on one thread"));
    }
    let mut figures = Vec::new();
    let systems = [("A·x", plain, plain_on_one), ("Aᵀ·r", transposed, transposed_on_one)];
    for (what, ours, on_one) in systems {
        let name = format!("{} {what} {m}×{n}", T::NAME);
        let bytes = (data.len() * size_of::<T>()) as f64;
        let rates: Vec<f64> = ours.iter().map(|s| bytes / s * 1e-9).collect();
        figures.push(Figure::new(name.clone(), "GB/s", Spread::of(&rates)));
        figures.push(Figure::new(name.clone() + ": gemv / reading", "", ratios(&ours, &reading)));
        if rayon::current_num_threads() > 1 {
            figures.push(Figure::new(name + ": one thread / these", "", ratios(&on_one, &ours)));
        }
    }
    Ok(figures)
}
