//! The network that the options ask for.

use gradus::data::{purpose, stream};
use gradus::io::MAX_PAYLOAD;
use gradus::nn::{
    Activate, BatchNorm, Dropout, Init, Layer, LayerNorm, Linear, NnError, Prelu, Sequential,
};

use crate::args::{NormArg, Units};
use crate::error::CliError;
use crate::settings::Settings;

/// The network between the data's features and outputs: for each hidden layer a linear one, its
/// normalisation, the activation, dropout; then a linear one.
///
/// # Errors
/// If it is too large for a model file.
pub(crate) fn build(
    settings: &Settings,
    inputs: usize,
    outputs: usize,
) -> Result<Sequential<f32>, CliError> {
    check_size(&settings.hidden, inputs, outputs)?;
    let mut rng = stream(settings.seed, purpose::INIT);
    let mut layers: Vec<Box<dyn Layer<f32>>> = Vec::new();
    let init = settings.init.map(Init::from);
    let mut width = inputs;
    for (&units, &rate) in settings.hidden.iter().zip(&settings.dropout) {
        let init = init.unwrap_or_else(|| default_init(settings.activation));
        // The shift of batch normalisation is a bias, and its mean takes any other away.
        let linear = match settings.norm {
            Some(NormArg::Batch) => Linear::without_bias(width, units, init, &mut rng)?,
            _ => Linear::new(width, units, init, &mut rng)?,
        };
        layers.push(Box::new(linear));
        layers.extend(normalisation(settings.norm, units)?);
        layers.push(match settings.activation {
            Units::Fixed(activation) => Box::new(Activate(activation)),
            Units::Prelu => Box::new(Prelu::shared()),
        });
        if rate > 0.0 {
            layers.push(Box::new(Dropout::new(rate)?));
        }
        width = units;
    }
    let init = init.unwrap_or(Init::GlorotUniform);
    layers.push(Box::new(Linear::new(width, outputs, init, &mut rng)?));
    Ok(Sequential::new(layers)?)
}

fn default_init(units: Units) -> Init {
    match units {
        Units::Fixed(activation) => activation.default_init(),
        Units::Prelu => Init::HeNormal,
    }
}

fn normalisation(
    norm: Option<NormArg>,
    units: usize,
) -> Result<Option<Box<dyn Layer<f32>>>, NnError> {
    Ok(match norm {
        None => None,
        Some(NormArg::Batch) => Some(Box::new(BatchNorm::new(units)?)),
        Some(NormArg::Layer) => Some(Box::new(LayerNorm::new(units)?)),
    })
}

fn check_size(hidden: &[usize], inputs: usize, outputs: usize) -> Result<(), CliError> {
    let widths: Vec<usize> =
        [inputs].into_iter().chain(hidden.iter().copied()).chain([outputs]).collect();
    // With a bias, or scale and shift and their two running statistics, for each unit.
    let parameters = widths.windows(2).try_fold(0_usize, |sum, pair| {
        sum.checked_add(pair[0].checked_add(4)?.checked_mul(pair[1])?)
    });
    // A model file must hold them, in four bytes each.
    let most = MAX_PAYLOAD / 8;
    if parameters.is_none_or(|parameters| parameters > most) {
        let widths: Vec<String> = widths.iter().map(usize::to_string).collect();
        return Err(CliError::usage(format!(
            "a network of {} units has more than {most} parameters; choose smaller layers (--hidden)",
            widths.join("-")
        )));
    }
    Ok(())
}
