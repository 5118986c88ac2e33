//! A network with all that is needed to use it.

use gradus_data::{FittedStandardizer, FittedTarget, Table};
use gradus_linalg::Scalar;
use gradus_nn::Cost;
use nalgebra::DMatrix;

use crate::{IoError, Network, Prediction, Preparation, TrainingRecord};

/// A trained network, as a file holds it.
///
/// ```
/// use gradus_data::{Column, Encoder, Standardizer, Table, Target, Task};
/// use gradus_io::{Network, Prediction, Preparation, SavedModel, SavedNetwork, TrainingRecord};
/// use gradus_nn::{Cost, LayerSpec, Sequential};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let x = Column::numeric("x", [Some(0.0), Some(2.0)])?;
/// let table = Table::new(vec![x, Column::numeric("y", [Some(10.0), Some(30.0)])?])?;
/// let target = Target { column: "y".to_owned(), task: Task::Regression }.fit(&table, &[0, 1])?;
/// let model = SavedNetwork {
///     // All weights are 0: it predicts the mean.
///     network: Network::F32(Sequential::from_specs(&[LayerSpec::Linear { inputs: 1, outputs: 1 }])?),
///     cost: Cost::MeanSquaredError,
///     preparation: Preparation::Encoder(Encoder::default().fit(&table, "y", &[0, 1])?),
///     target,
///     target_scaling: Some(Standardizer::default().fit(&nalgebra::dmatrix![10.0; 30.0])?),
///     training: TrainingRecord::default(),
/// };
/// let bytes = gradus_io::to_bytes(&SavedModel::from(model))?;
/// let again = gradus_io::from_bytes(&bytes)?;
/// assert_eq!(again.predict_rows(&table, &[1])?, Prediction::Values(nalgebra::dmatrix![20.0]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct SavedNetwork {
    /// The layers and their parameters.
    pub network: Network,
    /// The cost that was minimised; it says what the outputs mean.
    pub cost: Cost,
    /// How a table becomes features.
    pub preparation: Preparation,
    /// The target column, and its classes if it has any.
    pub target: FittedTarget,
    /// The scaling of the target, if it is a value.
    pub target_scaling: Option<FittedStandardizer>,
    /// How the model came about.
    pub training: TrainingRecord,
}

impl SavedNetwork {
    /// The names of the classes; `None` if the target is a value.
    pub fn labels(&self) -> Option<&[String]> {
        self.target.labels()
    }

    /// The predictions for prepared features, m×n.
    ///
    /// # Errors
    /// [`IoError::Network`] if x has another number of columns; [`IoError::Output`] if the network
    /// overflows; [`IoError::Data`] if the scaling of the target does not fit the outputs.
    pub fn predict<T: Scalar>(&self, x: &DMatrix<T>) -> Result<Prediction, IoError> {
        let outputs = self.network.predict(x)?;
        // Finite weights may still overflow on the way, and only here one knows the data.
        if let Some(place) = outputs.iter().position(|y| !y.is_finite()) {
            let (row, value) = (place % outputs.nrows(), outputs[place]);
            return Err(IoError::Output { row, value, precision: self.network.precision() });
        }
        match &self.target_scaling {
            Some(scaling) => Ok(Prediction::Values(scaling.inverse(&outputs)?)),
            None => Ok(Prediction::Probabilities(softmax_rows(outputs))),
        }
    }

    /// The predictions for rows of a table.
    ///
    /// # Errors
    /// As [`Preparation::transform`] and [`predict`](Self::predict).
    pub fn predict_rows(&self, table: &Table, rows: &[usize]) -> Result<Prediction, IoError> {
        self.predict(&self.preparation.transform::<f64>(table, rows)?)
    }

    /// Whether the parts belong together, as they must in a file.
    pub(crate) fn check(&self) -> Result<(), IoError> {
        let (Some(inputs), Some(outputs)) = (self.network.inputs(), self.network.outputs()) else {
            return Err(IoError::inconsistent("no layer fixes the number of features"));
        };
        let features = self.preparation.features();
        if features != inputs {
            return Err(IoError::inconsistent(format!(
                "the data gives {features} features, the network takes {inputs}"
            )));
        }
        self.preparation.check()?;
        let expected = match (self.labels(), &self.target_scaling) {
            (Some(labels), None) => labels.len(),
            (None, Some(scaling)) => scaling.moments().len(),
            _ => return Err(IoError::inconsistent("the target is neither classes nor values")),
        };
        if expected != outputs {
            return Err(IoError::inconsistent(format!(
                "the target needs {expected} outputs, the network gives {outputs}"
            )));
        }
        self.cost.check()?;
        match (self.cost, &self.target_scaling) {
            (Cost::SoftmaxCrossEntropy | Cost::SmoothedCrossEntropy { .. }, None) => Ok(()),
            // Each is least where outputs are values in the target's units.
            (
                Cost::MeanSquaredError
                | Cost::MeanAbsoluteError
                | Cost::Huber { .. }
                | Cost::Quadratic,
                Some(_),
            ) => Ok(()),
            (cost, _) => {
                Err(IoError::inconsistent(format!("the {cost} does not suit the kind of target")))
            }
        }
    }
}

/// softmax(z)ⱼ = e^(zⱼ − max z) / Σ e^(zᵢ − max z), row by row.
pub(crate) fn softmax_rows(mut z: DMatrix<f64>) -> DMatrix<f64> {
    for mut row in z.row_iter_mut() {
        let largest = row.max();
        row.apply(|z| *z = (*z - largest).exp());
        row /= row.sum();
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    /// scipy.special.softmax([[1, 2, 3], [1000, 1000, 0]], axis=1)
    #[test]
    fn softmax_matches_scipy() {
        let p = softmax_rows(nalgebra::dmatrix![1.0, 2.0, 3.0; 1000.0, 1000.0, 0.0]);
        let expected = nalgebra::dmatrix![
            0.09003057317038046, 0.24472847105479764, 0.6652409557748218;
            0.5, 0.5, 0.0
        ];
        assert!((p - expected).abs().max() < 1e-15);
    }
}
