//! What L2, L1 and the elastic net do to the weights of a linear model.
//!
//! J(w) = 1/m Σ(xw − y)² + λ₁‖w‖₁ + ½λ₂‖w‖². L2 shrinks all weights a little and shares between
//! features that say the same; L1 makes some of them 0. A sub-gradient step w ← w − α(g + λ₁ sgn w)
//! only trembles about 0; the proximal step w ← sgn(u)·max(|u| − αλ₁, 0) with u = w − αg hits it.
//!
//! Source: R. Tibshirani, *Regression shrinkage and selection via the lasso*, 1996; H. Zou and
//! T. Hastie, *Regularization and variable selection via the elastic net*, 2005. The data is that of
//! B. Efron et al., *Least angle regression*, 2004.
#![allow(clippy::print_stdout, reason = "an example shows what it finds")]

use gradus::nn::Reduction;
use gradus::nn::cost::mean_squared_error;
use gradus::optim::{ElasticNet, L1, L1Step, WeightDecay};
use gradus::prelude::*;

struct Fit {
    weights: Vec<f64>,
    error: f64,
}

impl Fit {
    fn zeros(&self) -> usize {
        self.weights.iter().filter(|&&weight| weight == 0.0).count()
    }
}

/// The ten measurements and the progress, with mean 0 and variance 1 in each column.
fn diabetes() -> Result<(DMatrix<f64>, DMatrix<f64>), Box<dyn std::error::Error>> {
    let table = data::diabetes();
    let (rows, columns) = (table.rows(), table.columns());
    let all = DMatrix::from_fn(rows, columns.len(), |row, column| {
        columns[column].number(row).unwrap_or(f64::NAN)
    });
    let all = Standardizer::default().fit(&all)?.transform(&all)?;
    Ok((all.columns(0, 10).into_owned(), all.columns(10, 1).into_owned()))
}

/// The weights after full-batch descent at the rate 0.1, and the mean squared error.
fn train(
    x: &DMatrix<f64>,
    y: &DMatrix<f64>,
    mut optimizer: impl Optimizer<f64>,
) -> Result<Fit, Box<dyn std::error::Error>> {
    let mut rng = stream(1, purpose::INIT);
    let mut model = Linear::without_bias(10, 1, Init::Zeros, &mut rng)?;
    let mut tape = Tape::new();
    let mut error = 0.0;
    for _ in 0..5000 {
        let output = model.forward(tape.constant(x.clone()), &mut Pass::train(&mut rng));
        let cost = mean_squared_error(output, tape.constant(y.clone()), Reduction::Mean);
        error = cost.item();
        let gradients = cost.backward();
        tape.reset();
        apply_gradients(&mut model, &gradients, &mut optimizer)?;
        tape.recycle(gradients);
    }
    Ok(Fit { weights: model.weight.value().iter().copied().collect(), error })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (x, y) = diabetes()?;
    let sgd = || Sgd { lr: 0.1 }.build::<f64>();
    let lambda = 0.2;
    let l1 = |step| L1 { rate: lambda, step, ..L1::default() };
    let l2 = WeightDecay { rate: lambda, ..WeightDecay::default() };
    let net =
        ElasticNet { l1: lambda, l2: lambda, step: L1Step::Proximal, ..ElasticNet::default() };
    let fits = [
        ("none", train(&x, &y, sgd()?)?),
        ("L2", train(&x, &y, l2.over(sgd()?)?)?),
        ("L1 sub", train(&x, &y, l1(L1Step::SubGradient).over(sgd()?)?)?),
        ("L1 prox", train(&x, &y, l1(L1Step::Proximal).over(sgd()?)?)?),
        ("elastic", train(&x, &y, net.over(sgd()?)?)?),
    ];

    println!("Progress of diabetes from ten measurements, all standardised; λ = {lambda}.");
    print!("{:<10}", "weight");
    for (title, _) in &fits {
        print!("{title:>9}");
    }
    println!();
    for (feature, column) in data::diabetes().columns()[..10].iter().enumerate() {
        print!("{:<10}", column.name());
        for (_, fit) in &fits {
            let weight = fit.weights[feature];
            let shown = if weight == 0.0 { "0".to_owned() } else { format!("{weight:.3}") };
            print!("{shown:>9}");
        }
        println!();
    }
    let row = |name: &str, shown: fn(&Fit) -> String| {
        let entries = fits.iter().map(|(_, fit)| format!("{:>9}", shown(fit)));
        println!("{name:<10}{}", entries.collect::<String>());
    };
    row("zeros", |fit| fit.zeros().to_string());
    row("Σ|w|", |fit| format!("{:.3}", fit.weights.iter().map(|w| w.abs()).sum::<f64>()));
    row("error", |fit| format!("{:.3}", fit.error));
    println!(
        "L2 halves Σ|w|; L1 drops features: nearly by sub-gradients, wholly by proximal steps."
    );
    assert_eq!(fits.map(|(_, fit)| fit.zeros()), [0, 0, 0, 6, 6]);
    Ok(())
}
