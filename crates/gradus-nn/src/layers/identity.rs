//! The layer that does nothing.

use gradus_autograd::Var;
use gradus_linalg::Scalar;

use crate::{Activation, Layer, LayerSpec, Pass, Width};

/// y = x: a placeholder, such as the layer that an experiment leaves out.
///
/// It is also what other libraries' `Flatten` comes to here: an example is one row already. In a
/// model file it is the identity activation.
///
/// ```
/// use gradus_nn::{Identity, predict};
/// use nalgebra::dmatrix;
///
/// assert_eq!(predict(&Identity, &dmatrix![1.0, -2.0]), dmatrix![1.0, -2.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl<T: Scalar> Layer<T> for Identity {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        x
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(*self)
    }

    fn spec(&self) -> Option<LayerSpec> {
        Some(LayerSpec::Activation(Activation::Identity))
    }

    fn width(&self) -> Width {
        Width::Kept
    }

    fn name(&self) -> String {
        Activation::Identity.to_string()
    }
}
