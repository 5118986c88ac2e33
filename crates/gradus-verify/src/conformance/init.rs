//! init.json: the spread of initial weights.

use gradus_nn::{Fan, Init};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let scheme = case.text("scheme")?;
    let (normal, uniform) = match scheme {
        "xavier" => (Init::GlorotNormal, Init::GlorotUniform),
        "he_fan_in" => (Init::HeNormal, Init::HeUniform),
        "lecun" => (Init::LecunNormal, Init::LecunUniform),
        _ => return Err(Stop::not_implemented(format!("scheme {scheme}"))),
    };
    if case.number("gain")? != 1.0 {
        return Err(Stop::not_implemented(format!("scheme {scheme} with a gain other than 1")));
    }
    // Where the gain comes from.
    case.skip(&["gain_for"]);
    let fan = Fan { fan_in: case.count("fan_in")?, fan_out: case.count("fan_out")? };
    let shape = case.counts("shape")?;
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    checks.check("normal_std", normal.std(fan), case.value("normal_std")?);
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
            let sample = sample(init, fan, count)?;
            let average = sample.iter().sum::<f64>() / count as f64;
            let squares = sample.iter().map(|x| (x - average).powi(2)).sum::<f64>();
            let error = (squares / (count - 1) as f64 / spread - 1.0).abs();
            checks.check_at_most(&format!("|mean| of a {name} sample"), average.abs(), mean);
            checks.check_at_most(&format!("variance error of a {name} sample"), error, band);
        }
        let largest = sample(uniform, fan, count)?.into_iter().fold(0.0_f64, |a, x| a.max(x.abs()));
        checks.check_at_most("largest |x| of a uniform sample", largest, limit);
    }
    Ok(checks)
}

/// So many numbers, from as many weight matrices as that takes.
fn sample(init: Init, fan: Fan, count: usize) -> Result<Vec<f64>, Stop> {
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let weights = init.sample::<f64>(fan, &mut rng).map_err(Stop::refused)?;
        numbers.extend_from_slice(weights.as_slice());
    }
    numbers.truncate(count);
    Ok(numbers)
}
