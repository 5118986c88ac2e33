//! From gradients to a step of the optimiser.

use gradus_autograd::Gradients;
use gradus_linalg::Scalar;
use gradus_nn::{Layer, Path};
use gradus_optim::Optimizer;

use crate::TrainError;

/// One step: updates every trainable parameter in place, and lets every
/// [state](gradus_autograd::Parameter::state) become what the forward pass said.
///
/// Reset the tape before: while it holds a parameter, the update works on a copy.
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
        let value = parameter.value_mut().as_mut_slice();
        result = optimizer.update(this, value, gradient.as_slice()).map_err(TrainError::from);
    });
    result
}
