//! `second-order`: gradient, Hessian-vector product and Hessian of a small network.

use std::sync::Arc;
use std::time::Duration;

use gradus_autograd::{Tape, Var};
use gradus_data::{purpose, stream};
use gradus_linalg::Epilogue;
use nalgebra::DMatrix;
use rand::RngExt;

use super::Figures;
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

const SIZES: [usize; 4] = [20, 16, 16, 1];
const ROWS: usize = 100;
const ROUNDS: usize = 15;

/// A network with tanh in its hidden layers, and the data of its mean squared error.
struct Problem {
    x: Arc<DMatrix<f64>>,
    y: Arc<DMatrix<f64>>,
    /// Weights and biases, layer by layer.
    parameters: Vec<Arc<DMatrix<f64>>>,
    directions: Vec<DMatrix<f64>>,
}

impl Problem {
    fn new() -> Self {
        let mut rng = stream(0, purpose::NOISE);
        let mut noise =
            |rows, cols| Arc::new(DMatrix::from_fn(rows, cols, |_, _| rng.random::<f64>() - 0.5));
        let (x, y) = (noise(ROWS, SIZES[0]), noise(ROWS, 1));
        let layers = SIZES.windows(2);
        let parameters: Vec<_> =
            layers.flat_map(|pair| [noise(pair[0], pair[1]), noise(1, pair[1])]).collect();
        let directions = parameters.iter().map(|p| (*noise(p.nrows(), p.ncols())).clone());
        let directions = directions.collect();
        Self { x, y, parameters, directions }
    }

    fn count(&self) -> usize {
        self.parameters.iter().map(|p| p.len()).sum()
    }

    /// The cost, and the parameters as variables.
    fn record<'t>(&self, tape: &'t Tape<f64>) -> (Var<'t, f64>, Vec<Var<'t, f64>>) {
        let wrt: Vec<_> = self.parameters.iter().map(|p| tape.variable((**p).clone())).collect();
        let last = wrt.len() - 2;
        let mut z = tape.input(&self.x);
        for (i, layer) in wrt.chunks_exact(2).enumerate() {
            let act = if 2 * i == last { Epilogue::Identity } else { Epilogue::Tanh };
            z = z.affine_then(layer[0], layer[1], act);
        }
        ((z - tape.input(&self.y)).square().mean(), wrt)
    }
}

pub(crate) fn measure() -> Result<Figures, String> {
    let problem = Problem::new();
    let mut tape = Tape::new();
    let mut gradient = || {
        let gradients = problem.record(&tape).0.backward();
        std::hint::black_box(&gradients);
        tape.reset();
        tape.recycle(gradients);
    };
    let gradient_count = repeats(Duration::from_millis(10), &mut gradient);

    let mut second = Tape::new();
    let mut product = || {
        let (cost, wrt) = problem.record(&second);
        let directions: Vec<_> = wrt.into_iter().zip(problem.directions.iter().cloned()).collect();
        std::hint::black_box(second.hvp(cost, &directions).expect("every operation is smooth"));
        second.reset();
    };
    let product_count = repeats(Duration::from_millis(10), &mut product);

    let mut whole = Tape::new();
    let mut hessian = || {
        let (cost, wrt) = problem.record(&whole);
        let hessian = whole.hessian(cost, &wrt).expect("every operation is smooth");
        whole.reset();
        hessian
    };
    let asymmetry = {
        let h = hessian();
        (&h - h.transpose()).amax() / h.amax()
    };
    if asymmetry.is_nan() || asymmetry > 1e-12 {
        return Err(format!("the Hessian is not symmetric: off by {asymmetry:e}"));
    }

    let [mut gradients, mut products, mut hessians, mut product_ratios, mut hessian_ratios] =
        [const { Vec::new() }; 5];
    for _ in 0..ROUNDS {
        let g = fastest(gradient_count, &mut gradient);
        let p = fastest(product_count, &mut product);
        let h = fastest(1, || {
            std::hint::black_box(hessian());
        });
        gradients.push(g * 1e6);
        products.push(p * 1e6);
        hessians.push(h * 1e6);
        product_ratios.push(p / g);
        hessian_ratios.push(h / (g * problem.count() as f64));
    }
    Ok(vec![
        Figure::new("gradient of 625 parameters", "µs", Spread::of(&gradients)),
        Figure::new("Hessian-vector product", "µs", Spread::of(&products)),
        Figure::new("Hessian-vector product / gradient", "", Spread::of(&product_ratios)),
        Figure::new("Hessian", "µs", Spread::of(&hessians)),
        Figure::new("Hessian / 625 gradients", "", Spread::of(&hessian_ratios)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_has_the_parameters_that_the_figures_name() {
        assert_eq!(Problem::new().count(), 625);
    }
}
