//! `multinomial`: five classes of 20,000×30, by Newton's method with standard errors and along a lasso's
//! path, beside the products XᵀWX of which a step needs one for each pair of classes.
//!
//! The numbers are those of the lasso's recipe: X row by row, each row with neighbours that correlate by
//! ½; then a uniform number for each row that picks its class from the softmax of η, where coefficient j of
//! class k is 0.08·((7j + 3k) mod 11 − 5).

use std::time::Duration;

use gradus_linalg::{MatMut, MatRef, gram};
use gradus_linear::{
    Design, EarlyStop, LambdaGrid, LinearError, Multinomial, MultinomialFit, PenalisedMultinomial,
    PenalisedOptions, PenalisedPath, Penalty,
};
use nalgebra::DMatrix;

use super::Figures;
use super::lasso_path::{Normal, pool};
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

const ROWS: usize = 20_000;
const FEATURES: usize = 30;
const CLASSES: usize = 5;
const POINTS: usize = 20;
const ROUNDS: usize = 5;

pub(crate) fn measure() -> Result<Figures, String> {
    let problem = Problem::new();
    let pools = [pool(1)?, pool(2)?];
    let [one, two] = [0, 1].map(|k| pools[k].install(|| problem.fit()));
    let (one, two) = (one.map_err(|e| e.to_string())?, two.map_err(|e| e.to_string())?);
    let [path, other] = [0, 1].map(|k| pools[k].install(|| problem.path()));
    let (path, other) = (path.map_err(|e| e.to_string())?, other.map_err(|e| e.to_string())?);
    if one != two || path != other {
        return Err("one thread and two give different estimates".to_owned());
    }
    if !path.is_converged() {
        return Err("a point of the path is not converged".to_owned());
    }
    // Newton's method has no coefficients for one of the classes; a step of the path has.
    let pairs = |classes: usize| (classes * (classes + 1) / 2) as f64;
    let steps = one.iterations as f64 * pairs(CLASSES - 1);
    let products = POINTS as f64 * pairs(CLASSES);
    let count = repeats(Duration::from_millis(20), || problem.product());
    let mut figures = Vec::new();
    for (threads, pool) in [1, 2].into_iter().zip(&pools) {
        let [mut fits, mut paths, mut ratios, mut path_ratios] = [const { Vec::new() }; 4];
        for _ in 0..ROUNDS {
            let seconds = |work: &mut (dyn FnMut() + Send)| pool.install(|| fastest(1, work));
            let fit = seconds(&mut || drop(std::hint::black_box(problem.fit())));
            let product = pool.install(|| fastest(count, || problem.product()));
            let path = seconds(&mut || drop(std::hint::black_box(problem.path())));
            fits.push(fit);
            paths.push(path);
            ratios.push(fit / (steps * product));
            path_ratios.push(path / (products * product));
        }
        let name = |what: &str| format!("{what}, {threads} thread(s)");
        figures.push(Figure::new(name("Newton with standard errors"), "s", Spread::of(&fits)));
        let floor = format!("Newton / {steps} products X'WX");
        figures.push(Figure::new(name(&floor), "", Spread::of(&ratios)));
        figures.push(Figure::new(name("lasso path, 20 points"), "s", Spread::of(&paths)));
        let floor = format!("path / {products} products X'WX");
        figures.push(Figure::new(name(&floor), "", Spread::of(&path_ratios)));
    }
    let gaps = path.points.iter().map(|point| point.certificate.relative_gap);
    figures.push(Figure::new("largest relative gap", "", Spread::once(gaps.fold(0.0, f64::max))));
    Ok(figures)
}

struct Problem {
    x: DMatrix<f64>,
    classes: Vec<usize>,
}

impl Problem {
    fn new() -> Self {
        let mut normal = Normal { state: 0 };
        let mut x = DMatrix::zeros(ROWS, FEATURES);
        for i in 0..ROWS {
            let mut before = 0.0;
            for j in 0..FEATURES {
                let fresh = normal.next();
                before = if j == 0 { fresh } else { 0.5 * before + 0.75_f64.sqrt() * fresh };
                x[(i, j)] = before;
            }
        }
        let weight = |j: usize, k: usize| 0.08 * (((7 * j + 3 * k) % 11) as f64 - 5.0);
        let of_row = |i: usize| {
            let odds: [f64; CLASSES] = std::array::from_fn(|k| {
                (0..FEATURES).map(|j| weight(j, k) * x[(i, j)]).sum::<f64>().exp()
            });
            let (mut class, mut left) = (0, normal.uniform() * odds.iter().sum::<f64>());
            while class + 1 < CLASSES && left >= odds[class] {
                left -= odds[class];
                class += 1;
            }
            class
        };
        let classes = (0..ROWS).map(of_row).collect();
        Self { x, classes }
    }

    fn fit(&self) -> Result<MultinomialFit, LinearError> {
        Multinomial::default().fit(&Design::new(&self.x)?, &self.classes)
    }

    fn path(&self) -> Result<PenalisedPath, LinearError> {
        let mut options = PenalisedOptions::default();
        options.solver.early_stop = EarlyStop::Never;
        let model = PenalisedMultinomial { penalty: Penalty::lasso(1.0), options };
        let grid = LambdaGrid::LogSpaced { count: POINTS, smallest: Some(1e-3) };
        model.path(&Design::new(&self.x)?, &self.classes, &grid)
    }

    fn product(&self) {
        let weights = vec![0.16; ROWS];
        let mut product = DMatrix::zeros(FEATURES, FEATURES);
        gram(MatRef::from(&self.x), Some(&weights), MatMut::from(&mut product));
        std::hint::black_box(product);
    }
}
