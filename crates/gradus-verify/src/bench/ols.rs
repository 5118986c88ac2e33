//! `ols`: least squares of 100,000×100 with an intercept and standard errors, beside XᵀX.
//!
//! The recipe, for other programs to be measured on the same numbers: the normal numbers of
//! `lasso-path` fill ε row by row, m×p, and then the noise, m. x₀ = ε₀ and xⱼ = ½xⱼ₋₁ + √¾·εⱼ in each
//! row. The true coefficients are 1, −1, 1, …, and the noise is multiplied by 3. What is measured is all
//! that a user calls: the design, the fit and its table.

use gradus_linalg::{MatMut, MatRef, gram};
use gradus_linear::{
    CoefficientTable, Design, LeastSquaresMethod, LeastSquaresSolver, LinearError, Ols,
};
use nalgebra::DMatrix;

use super::Figures;
use super::lasso_path::{Normal, pool};
use super::measure::{Spread, fastest};
use super::report::Figure;

const ROWS: usize = 100_000;
const COLUMNS: usize = 100;
const ROUNDS: usize = 7;

pub(crate) fn measure() -> Result<Figures, String> {
    let problem = Problem::new();
    let pools = [pool(1)?, pool(2)?];
    let [one, two] = [0, 1].map(|k| pools[k].install(|| problem.table()));
    let (one, two) = (one.map_err(|e| e.to_string())?, two.map_err(|e| e.to_string())?);
    if one != two {
        return Err("one thread and two give different fits".to_owned());
    }
    let apart = pools[1].install(|| problem.distance_to_qr(&one)).map_err(|e| e.to_string())?;
    let mut figures = Vec::new();
    for (threads, pool) in [1, 2].into_iter().zip(&pools) {
        let (mut fits, mut grams, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        let time = |work: &mut (dyn FnMut() + Send)| pool.install(|| fastest(1, work));
        for _ in 0..ROUNDS {
            let fit = time(&mut || drop(std::hint::black_box(problem.table())));
            let gram = time(&mut || problem.gram());
            fits.push(fit);
            grams.push(gram);
            ratios.push(fit / gram);
        }
        let name = |what: &str| format!("{what}, {threads} thread(s)");
        figures.push(Figure::new(name("fit with standard errors"), "s", Spread::of(&fits)));
        figures.push(Figure::new(name("floor: X'X"), "s", Spread::of(&grams)));
        figures.push(Figure::new(name("fit / X'X"), "", Spread::of(&ratios)));
    }
    let metric = "largest difference to QR, in standard errors";
    figures.push(Figure::new(metric, "", Spread::once(apart)));
    Ok(figures)
}

struct Problem {
    x: DMatrix<f64>,
    y: Vec<f64>,
}

impl Problem {
    fn new() -> Self {
        let mut normal = Normal { state: 0 };
        let mut x = DMatrix::zeros(ROWS, COLUMNS);
        let mut y = vec![0.0; ROWS];
        for i in 0..ROWS {
            let mut before = 0.0;
            for j in 0..COLUMNS {
                let fresh = normal.next();
                before = if j == 0 { fresh } else { 0.5 * before + 0.75_f64.sqrt() * fresh };
                x[(i, j)] = before;
                y[i] += if j % 2 == 0 { before } else { -before };
            }
        }
        y.iter_mut().for_each(|y| *y += 3.0 * normal.next());
        Self { x, y }
    }

    fn table(&self) -> Result<CoefficientTable, LinearError> {
        let fit = Ols::default().fit(&Design::new(&self.x)?, &self.y)?;
        debug_assert_eq!(fit.solver, LeastSquaresSolver::Cholesky);
        Ok(fit.table())
    }

    /// The largest difference of an estimate, and of a standard error, to those by QR.
    fn distance_to_qr(&self, table: &CoefficientTable) -> Result<f64, LinearError> {
        let qr = Ols { method: LeastSquaresMethod::Qr, ..Ols::default() };
        let slow = qr.fit(&Design::new(&self.x)?, &self.y)?.table();
        let apart = table.rows.iter().zip(&slow.rows).map(|(a, b)| {
            let estimate = (a.estimate - b.estimate).abs();
            estimate.max((a.standard_error - b.standard_error).abs()) / b.standard_error
        });
        Ok(apart.fold(0.0, f64::max))
    }

    fn gram(&self) {
        let mut c = DMatrix::zeros(COLUMNS, COLUMNS);
        gram(MatRef::from(&self.x), None, MatMut::from(&mut c));
        std::hint::black_box(c);
    }
}
