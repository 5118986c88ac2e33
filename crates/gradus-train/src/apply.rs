//! From gradients to a step of the optimiser.

use gradus_autograd::{Gradients, Parameter};
use gradus_linalg::Scalar;
use gradus_nn::{Layer, Path};
use gradus_optim::{
    Change, Changes, EvaluationPoint, GlobalNorm, L1Step, OptimError, Optimizer, clip_factor,
};

use crate::{Clip, GradientRules, TrainError};

/// One step: updates every trainable parameter in place, and lets every
/// [state](gradus_autograd::Parameter::state) become what the forward pass said.
///
/// Parameters that are [no weights](gradus_nn::Path::decays) are marked (those called `bias`, the
/// scales of normalisations, the slopes of PReLU), so that an optimiser with weight decay leaves them
/// alone; PyTorch decays all that it is given. Reset the tape before: while it holds a parameter, the
/// update works on a copy.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{Init, Layer, Linear, Pass};
/// use gradus_optim::Sgd;
/// use gradus_train::apply_gradients;
/// use nalgebra::dmatrix;
/// # use rand::SeedableRng;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mut model = Linear::<f64>::new(1, 1, Init::Zeros, &mut rng)?;
/// let mut sgd = Sgd { lr: 0.5 }.build::<f64>()?;
/// let mut tape = Tape::new();
/// let y = model.forward(tape.constant(dmatrix![2.0]), &mut Pass::train(&mut rng));
/// let gradients = (y - 1.0).square().sum().backward(); // 2(y − 1)·x = −4
/// tape.reset();
/// apply_gradients(&mut model, &gradients, &mut sgd)?;
/// assert_eq!(model.weight.value()[(0, 0)], 2.0);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If a trainable parameter received no gradient, or if the optimiser refuses. Parameters before
/// the failing one are updated by then.
pub fn apply_gradients<T: Scalar>(
    model: &mut dyn Layer<T>,
    gradients: &Gradients<T>,
    optimizer: &mut dyn Optimizer<T>,
) -> Result<(), TrainError> {
    apply_gradients_with(model, gradients, optimizer, &GradientRules::default())
}

/// As [`apply_gradients`], with gradients clipped and penalties added on the way.
///
/// The changes are part of the one pass of each update; a norm costs one pass over the gradients
/// before.
///
/// # Errors
/// As [`apply_gradients`]; if the rules cannot be, before anything is changed.
pub fn apply_gradients_with<T: Scalar>(
    model: &mut dyn Layer<T>,
    gradients: &Gradients<T>,
    optimizer: &mut dyn Optimizer<T>,
    rules: &GradientRules,
) -> Result<(), TrainError> {
    rules.check()?;
    let global = match rules.clip {
        Clip::GlobalNorm(most) => clip_factor(global_norm(model, gradients), most),
        _ => 1.0,
    };
    optimizer.begin_step();
    let mut key = 0;
    let mut result = Ok(());
    model.visit_mut(&Path::root(), &mut |path, parameter| {
        let this = key;
        key += 1;
        if let (Ok(()), Some(next)) = (&result, gradients.state(parameter)) {
            parameter.value_mut().copy_from(next);
        }
        if result.is_err() || !parameter.trainable() {
            return;
        }
        let Some(gradient) = gradients.of(parameter) else {
            result = Err(TrainError::NoGradient { name: path.to_string() });
            return;
        };
        let decays = path.decays();
        let gradient = gradient.as_slice();
        let value = parameter.value_mut().as_mut_slice();
        let none = Changes::none();
        let marked = if decays { none } else { none.then(Change::Exempt) };
        let clip = match rules.clip {
            Clip::None => None,
            Clip::Value(most) => Some(Change::Clamp(most)),
            Clip::Norm(most) => Some(clip_factor(none.norm(value, gradient), most)).and_then(scale),
            Clip::GlobalNorm(_) => scale(global),
        };
        let clipped = clip.map_or(marked, |clip| marked.then(clip));
        let [smooth, corner] =
            if decays { penalty_changes(rules, optimizer.lr()) } else { [None; 2] };
        let penalised = smooth.map_or(clipped, |change| clipped.then(change));
        let changes = corner.map_or(penalised, |change| penalised.then(change));
        result = optimizer.update_with(this, value, gradient, &changes).map_err(TrainError::from);
    });
    result
}

/// A factor of 1 is no change.
fn scale(factor: f64) -> Option<Change> {
    (factor != 1.0).then_some(Change::Scale(factor))
}

/// The gradient of the penalty, and the soft threshold of its proximal step.
fn penalty_changes(rules: &GradientRules, lr: f64) -> [Option<Change>; 2] {
    let penalty = rules.penalty;
    let (l1, threshold) = match penalty.l1_step {
        L1Step::SubGradient => (penalty.l1, 0.0),
        L1Step::Proximal => (0.0, lr * penalty.l1),
    };
    [
        (l1 > 0.0 || penalty.l2 > 0.0).then_some(Change::Penalty { l1, l2: penalty.l2 }),
        (threshold > 0.0).then_some(Change::SoftThreshold(threshold)),
    ]
}

/// The norm of the gradients of all trainable parameters.
fn global_norm<T: Scalar>(model: &dyn Layer<T>, gradients: &Gradients<T>) -> f64 {
    let mut norm = GlobalNorm::default();
    model.visit(&Path::root(), &mut |_, parameter| {
        if let Some(gradient) = gradients.of(parameter).filter(|_| parameter.trainable()) {
            norm.add(gradient.as_slice());
        }
    });
    norm.value()
}

/// Moves every trainable parameter to where the optimiser wants the gradient to be taken: before
/// the forward pass of a step. Does nothing but for a look-ahead optimiser.
///
/// # Errors
/// If the optimiser refuses.
pub fn look_ahead<T: Scalar>(
    model: &mut dyn Layer<T>,
    optimizer: &mut dyn Optimizer<T>,
) -> Result<(), TrainError> {
    each_ahead(model, optimizer, |optimizer, key, value| optimizer.look_ahead(key, value))
}

/// Moves every trainable parameter back, bit for bit: for a step that is given up.
///
/// # Errors
/// If the optimiser refuses.
pub fn look_back<T: Scalar>(
    model: &mut dyn Layer<T>,
    optimizer: &mut dyn Optimizer<T>,
) -> Result<(), TrainError> {
    each_ahead(model, optimizer, |optimizer, key, value| optimizer.look_back(key, value))
}

fn each_ahead<T: Scalar>(
    model: &mut dyn Layer<T>,
    optimizer: &mut dyn Optimizer<T>,
    mut act: impl FnMut(&mut dyn Optimizer<T>, usize, &mut [T]) -> Result<(), OptimError>,
) -> Result<(), TrainError> {
    if optimizer.evaluation_point() == EvaluationPoint::Parameters {
        return Ok(());
    }
    let mut key = 0;
    let mut result = Ok(());
    model.visit_mut(&Path::root(), &mut |_, parameter| {
        if result.is_ok() && parameter.trainable() {
            result = act(optimizer, key, parameter.value_mut().as_mut_slice());
        }
        key += 1;
    });
    result.map_err(TrainError::from)
}

/// The group of each parameter, in the order of their keys, for
/// [`Grouped`](gradus_optim::Grouped); `None` freezes it.
///
/// ```
/// use gradus_data::{purpose, stream};
/// use gradus_nn::{Activation, Mlp};
/// use gradus_train::group_keys;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 1, activation: Activation::Tanh };
/// let model = mlp.build::<f64>(&mut stream(0, purpose::INIT))?;
/// // The first layer is frozen, the rest one group.
/// let groups = group_keys(&model, |name, _| (!name.starts_with("0.")).then_some(0));
/// assert_eq!(groups, [None, None, Some(0), Some(0)]);
/// # Ok(())
/// # }
/// ```
pub fn group_keys<T: Scalar>(
    model: &dyn Layer<T>,
    mut group: impl FnMut(&str, &Parameter<T>) -> Option<usize>,
) -> Vec<Option<usize>> {
    let mut groups = Vec::new();
    model.visit(&Path::root(), &mut |path, parameter| {
        groups.push(group(&path.to_string(), parameter));
    });
    groups
}
