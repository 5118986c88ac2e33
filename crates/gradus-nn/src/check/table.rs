//! Every layer, activation and cost of the crate beside central differences.

use std::fmt;
use std::sync::Arc;

use gradus_autograd::check::{GradcheckConfig, gradcheck};
use gradus_autograd::{AutogradError, Tape, Var};
use nalgebra::DMatrix;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::check::model::{forward, model_gradcheck};
use crate::cost::{self, CrossEntropy};
use crate::{
    Activate, Activation, BatchNorm, Dropout, Init, Layer, LayerNorm, Linear, Mlp, Mode, NnError,
    Prelu, Reduction, Residual, Sequential,
};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A layer or a chain of layers, with respect to its input and its parameters.
    Layer,
    /// An activation, with respect to its input.
    Activation,
    /// A cost, with respect to the output and to everything else that it is smooth in.
    Cost,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Layer => "layer",
            Self::Activation => "activation",
            Self::Cost => "cost",
        })
    }
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckRow {
    /// What it is about.
    pub subject: Subject,
    /// Its name.
    pub name: String,
    /// ‖approximation − d‖/(‖approximation‖ + ‖d‖) of the gradient, the largest over the inputs.
    pub first_order: f64,
    /// The same of Hessian-vector products; `None` where they are not checked.
    pub second_order: Option<f64>,
    /// The largest figure of first order that is accepted; ten times as much at second order.
    pub bound: f64,
    /// Whether everything agrees.
    pub passed: bool,
}

impl fmt::Display for CheckRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.second_order.map_or_else(|| "-".to_owned(), |x| format!("{x:.1e}"));
        let verdict = if self.passed { "ok" } else { "SUSPECT" };
        write!(
            f,
            "{:<10}  {:<44}  {:>8.1e}  {second:>8}  {:>6.0e}  {verdict}",
            self.subject, self.name, self.first_order, self.bound
        )
    }
}

/// Checks every layer, activation and cost, in `f64`, at fixed random points.
///
/// ```
/// let rows = gradus_nn::check::rows().unwrap();
/// assert!(rows.iter().all(|row| row.passed));
/// ```
///
/// # Errors
/// If an operation has no derivative.
pub fn rows() -> Result<Vec<CheckRow>, AutogradError> {
    let mut rows = layers()?;
    for activation in Activation::ALL {
        let name = activation.to_string();
        rows.push(layer(Subject::Activation, name, &Activate(activation), 3, Mode::Eval)?);
    }
    rows.extend(costs()?);
    Ok(rows)
}

fn random(rows: usize, cols: usize, low: f64, high: f64, seed: u64) -> DMatrix<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    DMatrix::from_fn(rows, cols, |_, _| rng.random_range(low..high))
}

/// Contracts an output to a number.
fn weighted(y: Var<'_, f64>) -> Var<'_, f64> {
    let weights = random(y.rows(), y.cols(), 0.5, 1.5, 12);
    (y * y.constant(weights)).sum()
}

/// Checks a model on a random batch, with its output contracted by random weights; to second order
/// with respect to the batch.
fn layer(
    subject: Subject,
    name: String,
    model: &dyn Layer<f64>,
    inputs: usize,
    mode: Mode,
) -> Result<CheckRow, AutogradError> {
    let x = random(5, inputs, -2.0, 2.0, 11);
    let report = model_gradcheck(model, &x, weighted, mode, 13)?;
    let second = gradcheck(
        |_, x| weighted(forward(model, x[0], mode, 13)),
        std::slice::from_ref(&x),
        &GradcheckConfig::default(),
    )?;
    Ok(CheckRow {
        subject,
        name,
        first_order: report.figure(),
        second_order: Some(second.second_figure()),
        bound: report.suspect_above,
        passed: report.passed() && second.passed(),
    })
}

fn layers() -> Result<Vec<CheckRow>, AutogradError> {
    const BUILT: &str = "the extents are not 0";
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    let mut linear: Linear<f64> = Linear::new(3, 2, Init::HeNormal, &mut rng).expect(BUILT);
    if let Some(bias) = &mut linear.bias {
        bias.value_mut().copy_from(&random(1, 2, -1.0, 1.0, 15));
    }
    let mlp = |activation| -> Result<_, NnError> {
        let mlp = Mlp { inputs: 3, hidden: vec![4, 4], outputs: 2, activation };
        mlp.build::<f64>(&mut ChaCha8Rng::seed_from_u64(16))
    };
    let mut models: Vec<(String, Box<dyn Layer<f64>>, Mode)> =
        vec![("Linear(3, 2)".to_owned(), Box::new(linear), Mode::Eval)];
    for activation in [Activation::Tanh, Activation::Relu] {
        let model = mlp(activation).expect(BUILT);
        models.push((format!("Mlp(3, [4, 4], 2, {activation})"), Box::new(model), Mode::Eval));
    }
    models.push(("Prelu, shared".to_owned(), Box::new(Prelu::shared()), Mode::Eval));
    let prelu = Prelu::per_feature(3).expect(BUILT);
    models.push(("Prelu, per feature".to_owned(), Box::new(prelu), Mode::Eval));
    let mut norm: BatchNorm<f64> = BatchNorm::new(3).expect(BUILT);
    norm.running_mean.value_mut().copy_from(&random(1, 3, -1.0, 1.0, 17));
    norm.running_var.value_mut().copy_from(&random(1, 3, 0.5, 2.0, 18));
    models.push(("BatchNorm".to_owned(), Box::new(norm.clone()), Mode::Train));
    models.push(("BatchNorm, evaluated".to_owned(), Box::new(norm.clone()), Mode::Eval));
    let layer_norm = LayerNorm::new(3).expect(BUILT);
    models.push(("LayerNorm".to_owned(), Box::new(layer_norm.clone()), Mode::Eval));
    let mut narrow = || -> Box<dyn Layer<f64>> {
        Box::new(Linear::without_bias(3, 3, Init::HeNormal, &mut rng).expect(BUILT))
    };
    let tanh = || Box::new(Activate(Activation::Tanh));
    let branch = vec![Box::new(norm) as Box<dyn Layer<f64>>, narrow(), tanh()];
    let residual = Residual::new(branch).expect("the widths fit");
    let block: Vec<Box<dyn Layer<f64>>> = vec![Box::new(residual), Box::new(layer_norm)];
    let block = Sequential::new(block).expect("the widths fit");
    models.push(("LayerNorm of Residual of BatchNorm".to_owned(), Box::new(block), Mode::Train));
    let mut tied = Sequential::new(vec![narrow(), tanh(), narrow()]).expect("the widths fit");
    tied.tie("2.weight", "0.weight").expect("the shapes fit");
    models.push(("Linear, tanh, the same Linear".to_owned(), Box::new(tied), Mode::Eval));
    let dropout = Dropout::new(0.4).expect("0.4 is a rate");
    models.push(("Dropout, inverted".to_owned(), Box::new(dropout), Mode::Train));
    models.push(("Dropout, plain".to_owned(), Box::new(dropout.plain()), Mode::Train));
    models.push(("Dropout, plain, evaluated".to_owned(), Box::new(dropout.plain()), Mode::Eval));
    models
        .into_iter()
        .map(|(name, model, mode)| layer(Subject::Layer, name, model.as_ref(), 3, mode))
        .collect()
}

/// Checks a cost to second order.
fn cost(
    name: &str,
    inputs: &[DMatrix<f64>],
    f: impl for<'t> Fn(&'t Tape<f64>, &[Var<'t, f64>]) -> Var<'t, f64>,
) -> Result<CheckRow, AutogradError> {
    let config = GradcheckConfig::default();
    let report = gradcheck(f, inputs, &config)?;
    Ok(CheckRow {
        subject: Subject::Cost,
        name: name.to_owned(),
        first_order: report.figure(),
        second_order: Some(report.second_figure()),
        bound: config.suspect_above,
        passed: report.passed(),
    })
}

fn costs() -> Result<Vec<CheckRow>, AutogradError> {
    let mean = Reduction::Mean;
    let values = [random(4, 3, -2.0, 2.0, 21), random(4, 3, -2.0, 2.0, 22)];
    let soft = [random(4, 3, -2.0, 2.0, 23), random(4, 3, 0.1, 0.9, 24)];
    let shares = [random(4, 3, 0.1, 0.9, 25), random(4, 3, 0.1, 0.9, 26)];
    let logits = [random(4, 3, -2.0, 2.0, 27)];
    let classes = Arc::new(vec![0, 2, 1, 2]);
    let signs = random(4, 3, -1.0, 1.0, 28).map(f64::signum);
    let class_weights = Some(vec![0.5, 2.0, 1.0]);
    let full = CrossEntropy { class_weights, label_smoothing: 0.1 };
    let smooth = CrossEntropy { class_weights: None, label_smoothing: 0.1 };
    let weights = random(4, 1, 0.5, 2.0, 29);
    let positive = random(1, 3, 0.5, 2.0, 30);
    let std = random(1, 3, 0.5, 2.0, 31);
    Ok(vec![
        cost("mean_squared_error", &values, |_, x| cost::mean_squared_error(x[0], x[1], mean))?,
        cost("half_squared_error", &values, |_, x| cost::half_squared_error(x[0], x[1], mean))?,
        cost("quadratic_cost", &values, |_, x| cost::quadratic_cost(x[0], x[1]))?,
        cost("mean_absolute_error", &values, |_, x| cost::mean_absolute_error(x[0], x[1], mean))?,
        cost("huber", &values, |_, x| cost::huber(x[0], x[1], 1.0, mean))?,
        cost("hinge", &logits, |tape, x| cost::hinge(x[0], tape.constant(signs.clone()), mean))?,
        cost("squared_hinge", &logits, |tape, x| {
            cost::squared_hinge(x[0], tape.constant(signs.clone()), mean)
        })?,
        cost("binary_cross_entropy", &soft, |_, x| cost::binary_cross_entropy(x[0], x[1], mean))?,
        cost("weighted_binary_cross_entropy", &soft, |tape, x| {
            let positive = tape.constant(positive.clone());
            cost::weighted_binary_cross_entropy(x[0], x[1], positive, mean)
        })?,
        cost("binary_cross_entropy_of_probabilities", &shares, |_, x| {
            cost::binary_cross_entropy_of_probabilities(x[0], x[1], mean)
        })?,
        cost("softmax_cross_entropy", &logits, |_, x| {
            cost::softmax_cross_entropy(x[0], &classes, mean)
        })?,
        cost("soft_cross_entropies", &soft, |_, x| cost::soft_cross_entropies(x[0], x[1]))?,
        cost("CrossEntropy, smoothed", &logits, |_, x| smooth.of_classes(x[0], &classes, mean))?,
        cost("CrossEntropy, weighted and smoothed", &logits, |_, x| {
            full.of_classes(x[0], &classes, mean)
        })?,
        cost("CrossEntropy, of distributions", &soft, |_, x| {
            full.of_distributions(x[0], x[1], mean)
        })?,
        cost("Reduction::of_weighted", &[values[0].clone(), weights], |_, x| {
            mean.of_weighted(x[0].square(), x[1])
        })?,
        cost("entropy", &shares[..1], |_, x| cost::entropy(x[0]))?,
        cost("binary_entropies", &shares[..1], |_, x| cost::binary_entropies(x[0]))?,
        cost("cross_entropy_of_distributions", &shares, |_, x| {
            cost::cross_entropy_of_distributions(x[0], x[1])
        })?,
        cost("kl_divergence", &shares, |_, x| cost::kl_divergence(x[0], x[1]))?,
        cost("kl_divergence_of_logits", &values, |_, x| cost::kl_divergence_of_logits(x[0], x[1]))?,
        cost("bernoulli_log_likelihood", &soft, |_, x| {
            cost::bernoulli_log_likelihood(x[0], x[1], mean)
        })?,
        cost("bernoulli_log_likelihood_of_probabilities", &shares, |_, x| {
            cost::bernoulli_log_likelihood_of_probabilities(x[0], x[1], mean)
        })?,
        cost("gaussian_log_likelihood", &[values[0].clone(), values[1].clone(), std], |_, x| {
            cost::gaussian_log_likelihood(x[0], x[1], x[2], mean)
        })?,
        cost("categorical_log_likelihood", &logits, |_, x| {
            cost::categorical_log_likelihood(x[0], &classes, mean)
        })?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_activation_and_cost_passes() {
        let rows = rows().unwrap();
        rows.iter().for_each(|row| println!("{row}"));
        let failed: Vec<_> = rows.iter().filter(|row| !row.passed).map(|row| &row.name).collect();
        assert!(failed.is_empty(), "{failed:?}");
        assert!(rows.iter().filter(|row| row.first_order > 0.0).count() >= 25);
    }
}
