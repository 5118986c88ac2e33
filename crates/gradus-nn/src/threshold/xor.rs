//! Exclusive or by hand.

use gradus_linalg::Scalar;

use super::network::{Network, WiredUnit};
use crate::{Activation, Layer, LayerSpec, NnError, Path, Sequential};

/// Exclusive or by McCulloch–Pitts units, which a single one cannot do.
///
/// Hidden units z₁ = x₁ ∧ ¬x₂ and z₂ = x₂ ∧ ¬x₁, and y = z₁ ∨ z₂:
///
/// | x₁x₂ | z₁z₂ | y |
/// |---|---|---|
/// | 00 | 00 | 0 |
/// | 01 | 01 | 1 |
/// | 10 | 10 | 1 |
/// | 11 | 00 | 0 |
///
/// ```
/// use gradus_nn::threshold::{TruthTable, xor_network};
///
/// let xor = xor_network();
/// assert_eq!(xor.truth_tables().unwrap(), [TruthTable::from_fn(2, |x| x[0] != x[1]).unwrap()]);
/// // The signals are x₁, x₂, z₁, z₂ and y.
/// assert_eq!(xor.signals(&[true, false]).unwrap(), [true, false, true, false, true]);
/// ```
pub fn xor_network() -> Network {
    let z1 = WiredUnit::new(&[0], &[1], 1);
    let z2 = WiredUnit::new(&[1], &[0], 1);
    let y = WiredUnit::new(&[2, 3], &[], 1);
    Network::of(2, vec![z1, z2, y], vec![4])
}

/// The same as a multi-layer perceptron with step activations: z₁ = step(x₁ − x₂ − ½),
/// z₂ = step(x₂ − x₁ − ½), y = step(z₁ + z₂ − ½).
///
/// [`linearly_separable`](super::linearly_separable) proves that the hidden layer is needed.
///
/// ```
/// use gradus_nn::threshold::xor_mlp;
/// use nalgebra::dmatrix;
///
/// let xor = xor_mlp::<f64>().unwrap();
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// assert_eq!(xor.predict(&x).unwrap(), dmatrix![0.0; 1.0; 1.0; 0.0]);
/// ```
///
/// # Errors
/// None: the layers fit. The constructors that it shares with other models can fail.
pub fn xor_mlp<T: Scalar>() -> Result<Sequential<T>, NnError> {
    let linear = |outputs| LayerSpec::Linear { inputs: 2, outputs };
    let step = LayerSpec::Activation(Activation::BinaryStep);
    let mut model = Sequential::from_specs(&[linear(2), step.clone(), linear(1), step])?;
    // W is stored column by column: a unit after the other.
    let numbers: [&[f64]; 4] = [&[1.0, -1.0, -1.0, 1.0], &[-0.5, -0.5], &[1.0, 1.0], &[-0.5]];
    let mut numbers = numbers.into_iter();
    model.visit_mut(&Path::root(), &mut |_, parameter| {
        for (entry, &number) in parameter.value_mut().iter_mut().zip(numbers.next().unwrap_or(&[]))
        {
            *entry = T::of(number);
        }
    });
    Ok(model)
}
