//! What a network is as plain data, and the way back with every check.

use gradus_data::{FittedStandardizer, FittedTarget};
use gradus_linalg::Scalar;
use gradus_nn::{Cost, Layer, LayerSpec, Path, Sequential};
use serde::{Deserialize, Serialize};

use crate::{IoError, Network, Preparation, SavedNetwork, TrainingRecord};

/// The payload of a network. The order of fields and of variants is the format.
#[derive(Serialize, Deserialize)]
pub(crate) struct NetworkPayload {
    layers: Vec<LayerSpec>,
    parameters: Parameters,
    cost: Cost,
    preparation: Preparation,
    target: FittedTarget,
    target_scaling: Option<FittedStandardizer>,
    training: TrainingRecord,
}

#[derive(Serialize, Deserialize)]
enum Parameters {
    F32(Vec<Array<f32>>),
    F64(Vec<Array<f64>>),
}

/// A matrix by its name, column after column.
#[derive(Serialize, Deserialize)]
struct Array<T> {
    name: String,
    rows: u64,
    columns: u64,
    values: Vec<T>,
}

impl NetworkPayload {
    pub(crate) fn of(model: &SavedNetwork) -> Result<Self, IoError> {
        model.check()?;
        let layers = model.network.specs()?;
        let parameters = match &model.network {
            Network::F32(network) => Parameters::F32(arrays_of(network, &layers)?),
            Network::F64(network) => Parameters::F64(arrays_of(network, &layers)?),
        };
        Ok(Self {
            layers,
            parameters,
            cost: model.cost,
            preparation: model.preparation.clone(),
            target: model.target.clone(),
            target_scaling: model.target_scaling.clone(),
            training: model.training.clone(),
        })
    }

    pub(crate) fn into_network(self) -> Result<SavedNetwork, IoError> {
        let network = match self.parameters {
            Parameters::F32(arrays) => Network::F32(network_of(&self.layers, arrays)?),
            Parameters::F64(arrays) => Network::F64(network_of(&self.layers, arrays)?),
        };
        let model = SavedNetwork {
            network,
            cost: self.cost,
            preparation: self.preparation,
            target: self.target,
            target_scaling: self.target_scaling,
            training: self.training,
        };
        model.check()?;
        Ok(model)
    }
}

fn arrays_of<T: Scalar>(
    model: &Sequential<T>,
    layers: &[LayerSpec],
) -> Result<Vec<Array<T>>, IoError> {
    let mut arrays = Vec::new();
    model.visit(&Path::root(), &mut |path, parameter| {
        let value = parameter.value();
        arrays.push(Array {
            name: path.to_string(),
            rows: value.nrows() as u64,
            columns: value.ncols() as u64,
            values: value.as_slice().to_vec(),
        });
    });
    arrays.iter().try_for_each(check_finite)?;
    check_announced(layers, &arrays)?;
    Ok(arrays)
}

fn check_finite<T: Scalar>(array: &Array<T>) -> Result<(), IoError> {
    match array.values.iter().position(|x| !x.to_f64().is_finite()) {
        Some(position) => {
            let (name, value) = (array.name.clone(), array.values[position].to_f64());
            Err(IoError::NonFinite { name, value, position })
        }
        None => Ok(()),
    }
}

/// In how many places a parameter may stand, on average, in a file: what the layers take in memory
/// before they share is at most so much of what the file holds.
const MOST_PLACES: usize = 64;

/// Whether the layers announce what is there.
fn check_announced<T>(layers: &[LayerSpec], arrays: &[Array<T>]) -> Result<(), IoError> {
    let present: usize = arrays.iter().map(|array| array.values.len()).sum();
    let announced = layers.iter().try_fold(0_usize, |sum, layer| {
        sum.checked_add(layer.parameter_count()?)?.checked_add(layer.state_count()?)
    });
    // A parameter that is tied to another is announced by its layer, and not there.
    let tied = layers.iter().any(|layer| matches!(layer, LayerSpec::Tie { .. }));
    let most = if tied { present.saturating_mul(MOST_PLACES) } else { present };
    if announced.is_some_and(|announced| (present..=most).contains(&announced)) {
        return Ok(());
    }
    Err(IoError::inconsistent(format!(
        "the layers do not announce the {present} parameters that are there"
    )))
}

/// The network of the layers, filled. What the layers announce is compared with what is there
/// before they are built, so that a few bytes cannot ask for much memory.
fn network_of<T: Scalar>(
    layers: &[LayerSpec],
    arrays: Vec<Array<T>>,
) -> Result<Sequential<T>, IoError> {
    check_announced(layers, &arrays)?;
    let mut model = Sequential::from_specs(layers)?;
    let mut arrays = arrays.into_iter();
    let mut filled = Ok(());
    model.visit_mut(&Path::root(), &mut |path, parameter| {
        if filled.is_err() {
            return;
        }
        let value = parameter.value_mut();
        filled = match arrays.next() {
            Some(array)
                if array.name == path.to_string()
                    && array.rows == value.nrows() as u64
                    && array.columns == value.ncols() as u64
                    && array.values.len() == value.len() =>
            {
                value.as_mut_slice().copy_from_slice(&array.values);
                check_finite(&array)
            }
            Some(array) => Err(IoError::inconsistent(format!(
                "parameter {path} ({}×{}) stands in the file as {} ({}×{}, {} values)",
                value.nrows(),
                value.ncols(),
                array.name,
                array.rows,
                array.columns,
                array.values.len()
            ))),
            None => Err(IoError::inconsistent(format!("parameter {path} is lacking"))),
        };
    });
    filled?;
    match arrays.next() {
        Some(array) => Err(IoError::inconsistent(format!("parameter {} is unknown", array.name))),
        None => Ok(model),
    }
}
