//! `lasso-path`: 100 points of a lasso's path, each to a relative gap of 1e-6, on 10,000×500 and
//! 200×5,000, beside the products that a path needs.
//!
//! The recipe, for other programs to be measured on the same numbers: u(k) is the k-th output of
//! SplitMix64 from state 0 (k = 1, 2, …), shifted right by 11 and times 2⁻⁵³; the k-th normal number
//! (k = 0, 1, …) is √(−2 ln(1 − u(2k+1)))·cos(2π·u(2k+2)). Normal numbers fill ε row by row, m×p, and
//! then the noise, m. x₀ = ε₀ and xⱼ = ½xⱼ₋₁ + √¾·εⱼ in each row: neighbours correlate by ½, as in an
//! autoregression. Of the true coefficients every (p/20)-th is ±1, in turns, the others are 0; the noise
//! is multiplied by 2. λ falls from λ_max in 100 equal steps of its logarithm, by 1e-4 for the first
//! shape and by 1e-2 for the second, and no path ends early.

use std::time::Duration;

use gradus_linalg::{MatMut, MatRef, gemm, reduce};
use gradus_linear::{
    Design, EarlyStop, ElasticNet, LambdaGrid, LinearError, PenalisedOptions, PenalisedPath,
    PenalisedSolver,
};
use nalgebra::DMatrix;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::Figures;
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

/// The gap asked for, over the loss of the null model.
const GAP: f64 = 1e-6;
const POINTS: usize = 100;
const ROUNDS: usize = 5;

pub(crate) fn measure() -> Result<Figures, String> {
    let mut figures = Vec::new();
    for (m, p) in [(10_000, 500), (200, 5_000)] {
        figures.extend(of_shape(m, p)?);
    }
    Ok(figures)
}

fn of_shape(m: usize, p: usize) -> Result<Figures, String> {
    let problem = Problem::new(m, p);
    let pools = [pool(1)?, pool(2)?];
    let [one, two] = [0, 1].map(|k| pools[k].install(|| problem.path()));
    let (one, two) = (one.map_err(|e| e.to_string())?, two.map_err(|e| e.to_string())?);
    if one != two {
        return Err(format!("{m}x{p}: one thread and two give different paths"));
    }
    let worst = one.points.iter().map(|point| point.certificate.relative_gap).fold(0.0, f64::max);
    if one.points.len() != POINTS || !(worst <= GAP && one.is_converged()) {
        return Err(format!("{m}x{p}: the largest relative gap is {worst:e}"));
    }
    let seconds = |pool: &ThreadPool| {
        pool.install(|| fastest(1, || drop(std::hint::black_box(problem.path()))))
    };
    let count = repeats(Duration::from_millis(20), || problem.gradient_pass());
    let (mut single, mut double, mut grams, mut passes, mut ratios) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let one = seconds(&pools[0]);
        let gram = pools[0].install(|| fastest(1, || problem.gram()));
        let pass = pools[0].install(|| fastest(count, || problem.gradient_pass()));
        single.push(one);
        double.push(seconds(&pools[1]));
        grams.push(gram);
        passes.push(POINTS as f64 * pass);
        ratios.push(one / (gram + POINTS as f64 * pass));
    }
    let name = format!("{m}x{p}");
    let mut figures = vec![
        Figure::new(format!("{name} path, 1 thread"), "s", Spread::of(&single)),
        Figure::new(format!("{name} path, 2 threads"), "s", Spread::of(&double)),
        Figure::new(format!("{name} floor: 100 products X'r"), "s", Spread::of(&passes)),
    ];
    if p < m {
        figures.push(Figure::new(format!("{name} floor: X'X"), "s", Spread::of(&grams)));
    }
    figures.push(Figure::new(format!("{name} path / X'X + 100 X'r"), "", Spread::of(&ratios)));
    figures.push(Figure::new(format!("{name} largest gap"), "", Spread::once(worst)));
    Ok(figures)
}

pub(super) fn pool(threads: usize) -> Result<ThreadPool, String> {
    let built = ThreadPoolBuilder::new().num_threads(threads).build();
    built.map_err(|error| format!("cannot start {threads} threads: {error}"))
}

struct Problem {
    x: DMatrix<f64>,
    y: Vec<f64>,
}

impl Problem {
    fn new(m: usize, p: usize) -> Self {
        let mut normal = Normal { state: 0 };
        let mut x = DMatrix::zeros(m, p);
        for i in 0..m {
            let mut before = 0.0;
            for j in 0..p {
                let fresh = normal.next();
                before = if j == 0 { fresh } else { 0.5 * before + 0.75_f64.sqrt() * fresh };
                x[(i, j)] = before;
            }
        }
        let step = p / 20;
        let y = (0..m)
            .map(|i| {
                let signal: f64 = (0..20)
                    .map(|k| if k % 2 == 0 { x[(i, k * step)] } else { -x[(i, k * step)] })
                    .sum();
                signal + 2.0 * normal.next()
            })
            .collect();
        Self { x, y }
    }

    fn path(&self) -> Result<PenalisedPath, LinearError> {
        let solver = PenalisedSolver {
            tolerance: GAP,
            early_stop: EarlyStop::Never,
            ..PenalisedSolver::default()
        };
        let options = PenalisedOptions { solver, ..PenalisedOptions::default() };
        let lasso = ElasticNet { options, ..ElasticNet::default() };
        let grid = LambdaGrid::LogSpaced { count: POINTS, smallest: None };
        lasso.path(&Design::new(&self.x)?, &self.y, &grid)
    }

    /// XᵀX, where it is formed.
    fn gram(&self) {
        let (m, p) = self.x.shape();
        if p < m {
            let mut gram = DMatrix::zeros(p, p);
            let x = MatRef::from(&self.x);
            gemm(1.0, x.t(), x, 0.0, MatMut::from(&mut gram));
            std::hint::black_box(gram);
        }
    }

    /// Xᵀr.
    fn gradient_pass(&self) {
        let columns = self.x.column_iter();
        let dots: Vec<f64> = columns.map(|x| reduce::dot(x.as_slice(), &self.y)).collect();
        std::hint::black_box(dots);
    }
}

/// Normal numbers by SplitMix64 and the method of Box and Muller.
pub(super) struct Normal {
    pub(super) state: u64,
}

impl Normal {
    pub(super) fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 * (-53_f64).exp2()
    }

    pub(super) fn next(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By numpy 2.4.6 from the recipe, in 64-bit integers.
    #[test]
    fn the_recipe_gives_the_same_numbers_elsewhere() {
        let mut normal = Normal { state: 0 };
        let found: Vec<f64> = (0..3).map(|_| normal.next()).collect();
        gradus_testkit::assert_close(&found, &RECIPE, 1e-13, 0.0);
    }

    const RECIPE: [f64; 3] = [-1.8839083333524405, 0.22760793546360525, -0.22143788059715477];
}
