//! init.json: the spread of initial weights.

use gradus_linalg::Scalar;
use gradus_nn::{Activation, Fan, FanMode, Init, Noise};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    let scheme = case.text("scheme")?;
    if scheme == "gain" {
        checks.check("gain", activation(case)?.gain(), case.value("gain")?);
        return Ok(checks);
    }
    let gain = match scheme {
        "xavier" | "he_fan_in" | "he_fan_out" | "lecun" => case.number("gain")?,
        _ => 1.0,
    };
    // He's rule has its gain, that of ReLU, in its name.
    let of_both = |rule: &dyn Fn(Noise) -> Init| (rule(Noise::Normal), rule(Noise::Uniform));
    let (normal, uniform) = match scheme {
        "xavier" if gain == 1.0 => (Init::GlorotNormal, Init::GlorotUniform),
        "xavier" => of_both(&|noise| Init::glorot(gain, noise)),
        "he_fan_in" if gain == 1.0 => (Init::HeNormal, Init::HeUniform),
        "he_fan_out" if gain == 1.0 => of_both(&|noise| Init::he(FanMode::Out, noise)),
        "lecun" if gain == 1.0 => (Init::LecunNormal, Init::LecunUniform),
        "torch_default" => (Init::pytorch_linear(), Init::pytorch_linear()),
        _ => return Err(Stop::not_implemented(format!("scheme {scheme} with gain {gain}"))),
    };
    // Where the gain comes from.
    case.skip(&["gain_for"]);
    let fan = Fan { fan_in: case.count("fan_in")?, fan_out: case.count("fan_out")? };
    let shape = case.counts("shape")?;
    if scheme == "torch_default" {
        // PyTorch has no normal form, and gives its biases the interval of the weights.
        case.skip(&["normal_std"]);
        let limit = 3.0_f64.sqrt() * uniform.std(fan);
        checks.check("bias_uniform_limit", limit, case.value("bias_uniform_limit")?);
    } else {
        checks.check("normal_std", normal.std(fan), case.value("normal_std")?);
    }
    checks.check("variance", normal.std(fan).powi(2), case.value("variance")?);
    let limit = 3.0_f64.sqrt() * uniform.std(fan);
    checks.check("uniform_limit", limit, case.value("uniform_limit")?);
    if let Some(bands) = case.fields_or_none("sample_bands_6_sigma")? {
        let count = bands.count("n")?;
        if shape.iter().product::<usize>() != count || count < 2 {
            return Err(Stop::malformed("sample_bands_6_sigma.n", "the size of `shape`"));
        }
        let mean = bands.number("abs_mean_max")?;
        let spread = case.number("variance")?;
        for (name, init, band) in [
            ("normal", normal, bands.number("variance_rel_error_max_normal")?),
            ("uniform", uniform, bands.number("variance_rel_error_max_uniform")?),
        ] {
            let sample = sample::<T>(init, fan, count)?;
            let average = sample.iter().sum::<f64>() / count as f64;
            let squares = sample.iter().map(|x| (x - average).powi(2)).sum::<f64>();
            let error = (squares / (count - 1) as f64 / spread - 1.0).abs();
            checks.check_at_most(&format!("|mean| of a {name} sample"), average.abs(), mean);
            checks.check_at_most(&format!("variance error of a {name} sample"), error, band);
        }
        let largest =
            sample::<T>(uniform, fan, count)?.into_iter().fold(0.0_f64, |a, x| a.max(x.abs()));
        checks.check_at_most("largest |x| of a uniform sample", largest, limit);
    }
    Ok(checks)
}

/// The activation whose gain a case states.
fn activation(case: &Fields<'_>) -> Result<Activation, Stop> {
    let name = case.text("nonlinearity")?;
    let parameter = case.optional("param").map(|_| case.number("param")).transpose()?;
    match (name, parameter) {
        ("linear", None) => Ok(Activation::Identity),
        ("leaky_relu", Some(slope)) => Ok(Activation::LeakyRelu { slope }),
        (_, None) => name.parse().map_err(Stop::refused),
        _ => Err(Stop::not_implemented(format!("gain of {name} with a parameter"))),
    }
}

/// So many numbers, from as many weight matrices as that takes.
fn sample<T: Scalar>(init: Init, fan: Fan, count: usize) -> Result<Vec<f64>, Stop> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let weights = init.sample::<T>(fan, &mut rng).map_err(Stop::refused)?;
        numbers.extend(weights.iter().map(|x| x.to_f64()));
    }
    numbers.truncate(count);
    Ok(numbers)
}
