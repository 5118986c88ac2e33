//! optimizers.json: trajectories on named problems.

use gradus_autograd::{Tape, Var};
use gradus_linalg::Scalar;
use gradus_optim::{
    Adagrad, Adam, AdamW, BiasCorrection, Change, Changes, ClipValue, EpsPosition, GlobalNorm,
    Momentum, MomentumForm, Nesterov, NesterovForm, OptimError, Optimizer, RmsProp, Sgd,
    WeightDecay, clip_factor,
};
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::costs::{CostFunction, Targets};
use super::fields::{self, Fields};
use super::network::{Network, flatten};

/// Steps up to here have the file's tighter tolerance.
const FIRST_STEPS: usize = 10;

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    case.skip(&["rule", "computed_by"]);
    let mut optimizer = optimizer::<T>(case)?;
    let clip = GlobalClip::read(case)?;
    let definition = file.fields("problems")?.fields(case.text("problem")?)?;
    let definition = definition.rounded(case.rounding());
    let problem = Problem::<T>::read(&definition)?;
    let steps = case.count("steps")?;

    let theta0 = case.rounding().list(definition.numbers("theta0")?);
    let mut theta: Vec<T> = theta0.into_iter().map(T::of).collect();
    let mut trajectory = Vec::new();
    let mut losses = Vec::new();
    for step in 0..=steps {
        let (loss, _) = problem.loss_and_gradient(&theta)?;
        trajectory.push(theta.iter().map(|x| x.to_f64()).collect::<Vec<f64>>());
        losses.push(loss.to_f64());
        if step < steps {
            optimizer.look_ahead(0, &mut theta).map_err(Stop::refused)?;
            let (_, gradient) = problem.loss_and_gradient(&theta)?;
            let (none, scale) = (Changes::none(), Change::Scale(clip.factor(&gradient)));
            let changes = if clip == GlobalClip::None { none } else { none.then(scale) };
            optimizer.begin_step();
            optimizer.update_with(0, &mut theta, &gradient, &changes).map_err(Stop::refused)?;
        }
    }

    let tolerances = file.fields("tolerance")?;
    let late = Tolerance::read(&tolerances)?;
    let early = Tolerance::read(&tolerances.fields("first_10_steps")?)?;
    let at = |step: usize| if step <= FIRST_STEPS { early } else { late };
    let mut checks = Checks::new(late);
    let expected = case.list("losses")?;
    if expected.len() != losses.len() {
        checks.check("losses", losses, case.value("losses")?);
        return Ok(checks);
    }
    for (step, (got, expected)) in losses.into_iter().zip(expected).enumerate() {
        checks.check_within(at(step), &format!("losses[{step}]"), got, expected);
    }
    if case.optional("theta_at").is_some() {
        for point in case.list("theta_at")? {
            let malformed = || Stop::malformed("theta_at", "pairs of `step` and `theta`");
            let point = point.as_object().filter(|point| point.len() == 2).ok_or_else(malformed)?;
            let step = point.get("step").and_then(fields::count).filter(|step| *step <= steps);
            let step = step.ok_or_else(malformed)?;
            let expected = point.get("theta").ok_or_else(malformed)?;
            let field = format!("theta_at step {step}");
            checks.check_within(at(step), &field, trajectory[step].clone(), expected);
        }
    } else {
        let expected = case.list("trajectory")?;
        if expected.len() != trajectory.len() {
            checks.check("trajectory", trajectory, case.value("trajectory")?);
            return Ok(checks);
        }
        for (step, (got, expected)) in trajectory.into_iter().zip(expected).enumerate() {
            checks.check_within(at(step), &format!("trajectory[{step}]"), got, expected);
        }
    }
    Ok(checks)
}

/// What is done to the gradients of all parameters before a step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum GlobalClip {
    None,
    /// By ‖g‖.
    Exact(f64),
    /// By ‖g‖ + 1e-6, as in PyTorch.
    PyTorch(f64),
}

impl GlobalClip {
    fn read(case: &Fields<'_>) -> Result<Self, Stop> {
        let most = || case.fields("params")?.number("max_norm");
        Ok(match case.text("optimizer")? {
            "sgd_clip_global_norm" => Self::Exact(most()?),
            "sgd_clip_global_norm_torch" => Self::PyTorch(most()?),
            _ => Self::None,
        })
    }

    fn factor<T: Scalar>(self, gradient: &[T]) -> f64 {
        let mut norm = GlobalNorm::default();
        norm.add(gradient);
        match self {
            Self::None => 1.0,
            Self::Exact(most) => clip_factor(norm.value(), most),
            Self::PyTorch(most) => clip_factor(norm.value() + 1e-6, most),
        }
    }
}

fn optimizer<T: Scalar>(case: &Fields<'_>) -> Result<Box<dyn Optimizer<T>>, Stop> {
    let name = case.text("optimizer")?;
    let params = case.fields("params")?;
    let lr = params.number_or("lr", f64::NAN)?;
    let sgd = || Sgd { lr }.build::<T>().map_err(Stop::refused);
    let momentum =
        |beta: &str, form| boxed(Momentum { lr, beta: params.number(beta)?, form }.build());
    let nesterov =
        |form| boxed(Nesterov { lr, momentum: params.number("momentum")?, form }.build());
    let decay =
        || Ok(WeightDecay { rate: params.number("weight_decay")?, ..WeightDecay::default() });
    let adam = |eps_position, bias_correction| -> Result<Adam, Stop> {
        let (beta1, beta2) = (params.number("beta1")?, params.number("beta2")?);
        let eps = params.number("eps")?;
        Ok(Adam { lr, beta1, beta2, eps, eps_position, bias_correction })
    };
    let rmsprop = |beta: &str, eps_position| {
        let (beta, eps) = (params.number(beta)?, params.number("eps")?);
        let config = RmsProp { lr, beta, eps, eps_position, ..RmsProp::default() };
        config.build().map_err(Stop::refused)
    };
    let adagrad =
        |eps_position| boxed(Adagrad { lr, eps: params.number("eps")?, eps_position }.build());
    let (outside, inside) = (EpsPosition::OutsideRoot, EpsPosition::InsideRoot);
    match name {
        "sgd" | "sgd_clip_global_norm" | "sgd_clip_global_norm_torch" => Ok(Box::new(sgd()?)),
        "sgd_weight_decay" => boxed(decay()?.over(sgd()?)),
        "sgd_clip_value" => boxed(ClipValue { limit: params.number("clip_value")? }.over(sgd()?)),
        "momentum_torch" => momentum("momentum", MomentumForm::PyTorch),
        "momentum_torch_dampened" => {
            let dampening = params.number("dampening")?;
            momentum("momentum", MomentumForm::Dampened { dampening })
        }
        "momentum_ema" => momentum("beta", MomentumForm::Averaged),
        "momentum" | "momentum_notes" => momentum("momentum", MomentumForm::Notes),
        "nesterov_torch" => nesterov(NesterovForm::Rewritten),
        "nesterov_lookahead" => nesterov(NesterovForm::LookAhead),
        "adagrad_torch" => adagrad(outside),
        "adagrad_eps_inside" => adagrad(inside),
        "rmsprop_torch" => rmsprop("alpha", outside),
        "rmsprop_eps_inside" => rmsprop("beta", inside),
        "adam" => boxed(adam(outside, BiasCorrection::On)?.build()),
        "adam_eps_inside" => boxed(adam(inside, BiasCorrection::On)?.build()),
        "adam_no_bias_correction" => boxed(adam(outside, BiasCorrection::Off)?.build()),
        "adam_l2" => {
            let adam = adam(outside, BiasCorrection::On)?.build().map_err(Stop::refused)?;
            boxed(decay()?.over(adam))
        }
        "adamw" => {
            let Adam { beta1, beta2, eps, .. } = adam(outside, BiasCorrection::On)?;
            let weight_decay = params.number("weight_decay")?;
            boxed(AdamW { lr, beta1, beta2, eps, weight_decay, ..AdamW::default() }.build())
        }
        _ => Err(Stop::not_implemented(format!("optimizer {name}"))),
    }
}

fn boxed<T: Scalar, O: Optimizer<T> + 'static>(
    built: Result<O, OptimError>,
) -> Result<Box<dyn Optimizer<T>>, Stop> {
    Ok(Box::new(built.map_err(Stop::refused)?))
}

/// What is minimised.
enum Problem<T> {
    /// ½xᵀAx − bᵀx.
    Quadratic { a: DMatrix<f64>, b: Vec<f64> },
    /// Σ (1 − xᵢ)² + 100 (xᵢ₊₁ − xᵢ²)².
    Rosenbrock,
    /// The mean squared error of a network with tanh units.
    Network { sizes: Vec<usize>, x: DMatrix<T>, y: Targets },
}

impl<T: Scalar> Problem<T> {
    fn read(problem: &Fields<'_>) -> Result<Self, Stop> {
        let rounding = problem.rounding();
        match problem.text("kind")? {
            "quadratic" => {
                let (a, b) = (problem.matrix("A")?, problem.numbers("b")?);
                Ok(Self::Quadratic { a: rounding.matrix(&a), b: rounding.list(b) })
            }
            "rosenbrock" => Ok(Self::Rosenbrock),
            "mlp" => Ok(Self::Network {
                sizes: problem.counts("sizes")?,
                x: rounding.matrix(&problem.matrix("X")?),
                y: Targets::Values(problem.matrix("Y")?).rounded(rounding),
            }),
            kind => Err(Stop::not_implemented(format!("problem {kind}"))),
        }
    }

    /// By autograd, so that the optimiser sees what it sees in use.
    fn loss_and_gradient(&self, theta: &[T]) -> Result<(T, Vec<T>), Stop> {
        let tape = Tape::<T>::new();
        if let Self::Network { sizes, x, y } = self {
            let network = Network::from_flat(sizes, "tanh", theta)?;
            let function = CostFunction::SquaredError;
            let loss = network.cost(tape.constant(x.clone()), (&function, y), 0.0)?;
            return finish(loss, &network.variables(&tape));
        }
        let variables: Vec<Var<'_, T>> = theta.iter().map(|value| tape.scalar(*value)).collect();
        let loss = match self {
            Self::Quadratic { a, b } => quadratic(a, b, &variables),
            _ => rosenbrock(&variables),
        };
        finish(loss.ok_or_else(|| Stop::malformed("theta0", "a point of the problem"))?, &variables)
    }
}

fn quadratic<'t, T: Scalar>(a: &DMatrix<f64>, b: &[f64], x: &[Var<'t, T>]) -> Option<Var<'t, T>> {
    if a.shape() != (x.len(), x.len()) || b.len() != x.len() {
        return None;
    }
    let terms = (0..x.len()).flat_map(|i| {
        let products = (0..x.len()).map(move |j| x[i] * x[j] * (0.5 * a[(i, j)]));
        products.chain([x[i] * -b[i]])
    });
    terms.reduce(|sum, term| sum + term)
}

fn rosenbrock<'t, T: Scalar>(x: &[Var<'t, T>]) -> Option<Var<'t, T>> {
    let pairs = x.iter().zip(x.iter().skip(1));
    let terms = pairs.map(|(a, b)| (1.0 - *a).square() + (*b - a.square()).square() * 100.0);
    terms.reduce(|sum, term| sum + term)
}

fn finish<T: Scalar>(loss: Var<'_, T>, variables: &[Var<'_, T>]) -> Result<(T, Vec<T>), Stop> {
    let gradients = loss.try_backward().map_err(Stop::refused)?;
    let zero = |x: &Var<'_, T>| DMatrix::zeros(x.rows(), x.cols());
    let matrices: Vec<DMatrix<T>> =
        variables.iter().map(|x| gradients.get(*x).cloned().unwrap_or_else(|| zero(x))).collect();
    Ok((loss.item(), flatten(&matrices)))
}
