//! An activation as a layer.

use gradus_autograd::Var;
use gradus_linalg::{Epilogue, Scalar};

use crate::{Activation, Layer, LayerSpec, Pass, Width};

/// Applies an activation to each element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activate(pub Activation);

impl<T: Scalar> Layer<T> for Activate {
    fn forward<'t>(&self, x: Var<'t, T>, _pass: &mut Pass<'_>) -> Var<'t, T> {
        self.0.apply(x)
    }

    fn width(&self) -> Width {
        Width::Kept
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(*self)
    }

    fn spec(&self) -> Option<LayerSpec> {
        Some(LayerSpec::Activation(self.0))
    }

    fn name(&self) -> String {
        self.0.to_string()
    }

    fn epilogue(&self) -> Option<Epilogue> {
        self.0.epilogue()
    }
}
