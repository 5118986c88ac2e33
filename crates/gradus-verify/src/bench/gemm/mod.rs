//! `gemm`: products of the shapes that networks have, beside other libraries.
//!
//! The feature `rivals` brings nalgebra's, matrixmultiply's and faer's; `rival-gemm` alone brings
//! the kernels of the crate gemm, which faer falls back on when its own are not built in. Rivals
//! run on one thread, so they are left out where `--threads` asks for more, and with the best
//! instructions of the machine, so they are left out where `--level` asks for others.

mod problem;
#[cfg(any(feature = "rivals", feature = "rival-gemm"))]
mod rivals;

use std::time::Duration;

use gradus_linalg::{Level, MatMut, Scalar, gemm_at};
use nalgebra::DMatrix;

use super::Figures;
use super::measure::{Spread, fastest, repeats};
use super::peak;
use super::report::Figure;
#[cfg(not(any(feature = "rivals", feature = "rival-gemm")))]
use gradus_linalg::Scalar as Element;
use problem::{Problem, Shape, shapes};
#[cfg(any(feature = "rivals", feature = "rival-gemm"))]
use rivals::Element;

/// Out ← the product of a problem, at a level of instructions if the library knows such.
type Product<T> = fn(Level, &Problem<T>, &mut DMatrix<T>);

/// A library, and how it is called.
struct System<T: Scalar> {
    name: &'static str,
    product: Product<T>,
}

/// Time of one try of one system.
const TRY: Duration = Duration::from_millis(2);
const ROUNDS: usize = 11;
/// Operations of a product that needs fewer rounds: a try takes long enough to be steady.
const LONG: f64 = 1e9;
const LONG_ROUNDS: usize = 3;

fn by_gradus<T: Scalar>(level: Level, problem: &Problem<T>, out: &mut DMatrix<T>) {
    gemm_at(level, T::one(), problem.left(), problem.right(), T::zero(), MatMut::from(out));
}

#[cfg(any(feature = "rivals", feature = "rival-gemm"))]
fn others<T: Element>(level: Level, shape: Shape) -> Vec<System<T>> {
    let alike = rayon::current_num_threads() == 1 && level == Level::detected();
    if alike { rivals::systems(shape) } else { Vec::new() }
}

#[cfg(not(any(feature = "rivals", feature = "rival-gemm")))]
fn others<T: Element>(_level: Level, _shape: Shape) -> Vec<System<T>> {
    Vec::new()
}

pub(crate) fn measure(level: Level) -> Result<Figures, String> {
    let mut figures = Vec::new();
    for shape in shapes() {
        figures.extend(compare::<f32>(level, shape)?);
        figures.extend(compare::<f64>(level, shape)?);
    }
    Ok(figures)
}

/// All systems on one product, one after the other in every round.
fn compare<T: Element>(level: Level, shape: Shape) -> Result<Figures, String> {
    let problem = Problem::<T>::of(shape);
    let mut systems = vec![System { name: "gradus", product: by_gradus }];
    systems.extend(others(level, shape));
    let mut out = problem.out();
    let mut counts = Vec::new();
    by_gradus(level, &problem, &mut out);
    let ours = out.clone();
    for system in &systems {
        out.fill(T::zero());
        (system.product)(level, &problem, &mut out);
        agree(&ours, &out, shape, system.name)?;
        counts.push(repeats(TRY, || (system.product)(level, &problem, &mut out)));
    }
    let mut rates = vec![Vec::new(); systems.len()];
    let (mut shares, mut ratios) = (rates.clone(), Vec::new());
    let rounds = if shape.flops() > LONG { LONG_ROUNDS } else { ROUNDS };
    for round in 0..rounds {
        // Without its instruction a multiply-add is a slow call, which is no peak.
        let peak = if level > Level::Portable { peak::sample_at::<T>(level) } else { f64::NAN };
        // Another one begins in each round, so that none is always the one after the peak.
        for i in (0..systems.len()).map(|i| (i + round) % systems.len()) {
            let taken = fastest(counts[i], || (systems[i].product)(level, &problem, &mut out));
            let rate = shape.flops() / taken * 1e-9;
            rates[i].push(rate);
            shares[i].push(rate / peak);
        }
        let best = rates[1..].iter().map(|rates| rates[round]).fold(0.0, f64::max);
        ratios.push(rates[0][round] / best);
    }
    let name = format!("{} {}", T::NAME, shape.name());
    let mut figures = Vec::new();
    for (i, system) in systems.iter().enumerate() {
        let rate = Figure::new(name.clone(), "GFLOP/s", Spread::of(&rates[i]));
        figures.push(rate.by(system.name));
        if level > Level::Portable {
            let share = Figure::new(format!("{name} / peak"), "", Spread::of(&shares[i]));
            figures.push(share.by(system.name));
        }
    }
    if systems.len() > 1 {
        figures.push(Figure::new(format!("{name} / best other"), "", Spread::of(&ratios)));
    }
    Ok(figures)
}

/// A library that computes something else is not worth timing.
fn agree<T: Scalar>(
    ours: &DMatrix<T>,
    theirs: &DMatrix<T>,
    shape: Shape,
    system: &str,
) -> Result<(), String> {
    let inner = shape.flops() / (2.0 * ours.len() as f64);
    // Every term is at most 1/4, so each side's rounding error is at most k²·ε/4 or so.
    let most = 0.5 * inner * inner * <T as Scalar>::EPSILON.to_f64();
    let off = ours.iter().zip(theirs).map(|(&a, &b)| (a.to_f64() - b.to_f64()).abs());
    let off = off.fold(0.0, f64::max);
    if off <= most {
        Ok(())
    } else {
        Err(format!("{}: {system} differs from gradus by {off:e}", shape.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use problem::Pattern;

    #[test]
    fn a_wrong_product_is_not_timed() {
        for pattern in Pattern::ALL {
            let shape = Shape { batch: 7, inputs: 9, outputs: 8, pattern };
            let problem = Problem::<f64>::of(shape);
            let mut out = problem.out();
            by_gradus(Level::detected(), &problem, &mut out);
            let expected = problem.left().to_matrix() * problem.right().to_matrix();
            assert_eq!(agree(&expected, &out, shape, "gradus"), Ok(()));
            out[(1, 2)] += 1e-3;
            assert!(agree(&expected, &out, shape, "gradus").is_err());
        }
    }
}
