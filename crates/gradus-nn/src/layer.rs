//! What a layer is.

use std::fmt;

use gradus_autograd::{Parameter, Var};
use gradus_linalg::{Epilogue, Scalar};

use crate::{LayerSpec, NnError, Pass, Path};

/// A differentiable function of a batch, with parameters.
///
/// A layer of your own needs `forward` and `boxed`; with parameters, also `visit` and `visit_mut`.
///
/// ```
/// use gradus_autograd::{Parameter, Var};
/// use gradus_nn::{Layer, Pass, Path};
/// use nalgebra::DMatrix;
///
/// /// y = x ⊙ s, one factor for each feature.
/// #[derive(Clone, Debug)]
/// struct Scale {
///     factor: Parameter<f64>,
/// }
///
/// impl Layer<f64> for Scale {
///     fn forward<'t>(&self, x: Var<'t, f64>, _pass: &mut Pass<'_>) -> Var<'t, f64> {
///         x * x.parameter(&self.factor)
///     }
///     fn visit<'a>(
///         &'a self,
///         path: &Path<'_>,
///         f: &mut dyn FnMut(&Path<'_>, &'a Parameter<f64>),
///     ) {
///         f(&path.name("factor"), &self.factor);
///     }
///     fn visit_mut(
///         &mut self,
///         path: &Path<'_>,
///         f: &mut dyn FnMut(&Path<'_>, &mut Parameter<f64>),
///     ) {
///         f(&path.name("factor"), &mut self.factor);
///     }
///     fn boxed(&self) -> Box<dyn Layer<f64>> {
///         Box::new(self.clone())
///     }
/// }
///
/// let layer = Scale { factor: Parameter::new(DMatrix::from_element(1, 2, 3.0)) };
/// let y = gradus_nn::predict(&layer, &DMatrix::from_element(1, 2, 2.0));
/// assert_eq!(y, DMatrix::from_element(1, 2, 6.0));
/// ```
pub trait Layer<T: Scalar>: fmt::Debug + Send + Sync {
    /// The output for a batch: one row for each row of `x`.
    fn forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Var<'t, T>;

    /// The output, or the reason why there is none. Layers that can refuse a batch, and layers that
    /// hold layers, have it beside `forward`; of all others the only complaint is a panic.
    ///
    /// # Errors
    /// If the batch is too small for the layer, or if what is inside does not fit together.
    fn try_forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Result<Var<'t, T>, NnError> {
        Ok(self.forward(x, pass))
    }

    /// Shows every parameter and [state](Parameter::state), always in the same order.
    fn visit<'a>(&'a self, _path: &Path<'_>, _f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {}

    /// Hands out every parameter and state to be changed, in the order of `visit`.
    fn visit_mut(&mut self, _path: &Path<'_>, _f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {}

    /// A copy.
    fn boxed(&self) -> Box<dyn Layer<T>>;

    /// How the layer is written down in a model file; `None` for a type that the crate does not
    /// know.
    fn spec(&self) -> Option<LayerSpec> {
        None
    }

    /// Writes the layer down: its `spec`, and for a layer that holds layers theirs as well.
    ///
    /// # Errors
    /// [`NnError::NotDescribable`] if it has no spec.
    fn describe(&self, specs: &mut Vec<LayerSpec>) -> Result<(), NnError> {
        match self.spec() {
            Some(spec) => specs.push(spec),
            None => return Err(NnError::NotDescribable { position: 0, name: self.name() }),
        }
        Ok(())
    }

    /// How many features it takes and gives, as far as it says.
    fn width(&self) -> Width {
        Width::Unknown
    }

    /// What it is called in a [`Summary`](crate::Summary): by default, its type.
    fn name(&self) -> String {
        let path = std::any::type_name::<Self>();
        let path = path.split('<').next().unwrap_or(path);
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }

    /// The layer as the end of a fused affine map, if it is such an activation.
    fn epilogue(&self) -> Option<Epilogue> {
        None
    }

    /// The output with a following activation applied while it is in cache, if the layer can.
    fn forward_fused<'t>(&self, _x: Var<'t, T>, _then: Epilogue) -> Option<Var<'t, T>> {
        None
    }
}

/// How many features a layer takes and gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// The layer does not say.
    Unknown,
    /// It takes any number, and gives as many.
    Kept,
    /// It takes and gives these.
    Fixed {
        /// Columns of its input.
        inputs: usize,
        /// Columns of its output.
        outputs: usize,
    },
}

impl<T: Scalar> Clone for Box<dyn Layer<T>> {
    fn clone(&self) -> Self {
        self.boxed()
    }
}

/// The number of trainable and frozen numbers in a model. States are not counted.
pub fn parameter_count<T: Scalar>(model: &dyn Layer<T>) -> usize {
    let mut count = 0;
    model.visit(&Path::root(), &mut |_, parameter| {
        count += if parameter.is_state() { 0 } else { parameter.value().len() };
    });
    count
}

/// The names of a model's parameters and states, in their fixed order.
pub fn parameter_names<T: Scalar>(model: &dyn Layer<T>) -> Vec<String> {
    let mut names = Vec::new();
    model.visit(&Path::root(), &mut |path, _| names.push(path.to_string()));
    names
}
