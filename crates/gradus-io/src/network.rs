//! A network of either element type.

use gradus_linalg::Scalar;
use gradus_nn::{LayerSpec, NnError, Sequential};
use nalgebra::DMatrix;

/// A network of `f32` or `f64`.
#[derive(Debug, Clone)]
pub enum Network {
    /// Single precision.
    F32(Sequential<f32>),
    /// Double precision.
    F64(Sequential<f64>),
}

impl Network {
    /// The number of features it takes, if its layers say.
    pub fn inputs(&self) -> Option<usize> {
        match self {
            Self::F32(model) => model.inputs(),
            Self::F64(model) => model.inputs(),
        }
    }

    /// The number of outputs it gives, if its layers say.
    pub fn outputs(&self) -> Option<usize> {
        match self {
            Self::F32(model) => model.outputs(),
            Self::F64(model) => model.outputs(),
        }
    }

    /// Its layers written down.
    ///
    /// # Errors
    /// [`NnError::NotDescribable`] for a layer of a type of the program's own.
    pub fn specs(&self) -> Result<Vec<LayerSpec>, NnError> {
        match self {
            Self::F32(model) => model.specs(),
            Self::F64(model) => model.specs(),
        }
    }

    /// The number of numbers in its parameters.
    pub fn parameter_count(&self) -> usize {
        match self {
            Self::F32(model) => model.parameter_count(),
            Self::F64(model) => model.parameter_count(),
        }
    }

    /// The element type's name, `f32` or `f64`.
    pub fn precision(&self) -> &'static str {
        match self {
            Self::F32(_) => f32::NAME,
            Self::F64(_) => f64::NAME,
        }
    }

    /// The output for each row of x (m×n), computed in the network's own precision.
    ///
    /// # Errors
    /// [`NnError::InputWidth`] if x does not have as many columns as the network takes features.
    ///
    /// ```
    /// use gradus_io::Network;
    /// use gradus_nn::{LayerSpec, Sequential};
    ///
    /// let specs = [LayerSpec::Linear { inputs: 2, outputs: 3 }];
    /// let network = Network::F32(Sequential::from_specs(&specs)?);
    /// let y = network.predict(&nalgebra::DMatrix::<f64>::zeros(4, 2))?;
    /// assert_eq!(y.shape(), (4, 3));
    /// # Ok::<(), gradus_nn::NnError>(())
    /// ```
    pub fn predict<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<f64>, NnError> {
        match self {
            Self::F32(model) => predict_as(model, x),
            Self::F64(model) => predict_as(model, x),
        }
    }
}

fn predict_as<N: Scalar, T: Scalar>(
    model: &Sequential<N>,
    x: &DMatrix<T>,
) -> Result<DMatrix<f64>, NnError> {
    Ok(model.predict(&x.map(|x| N::of(x.to_f64())))?.map(Scalar::to_f64))
}
