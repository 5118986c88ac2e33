//! Multinomial regression without a penalty, of linear_models.json.

use gradus_linear::{Design, Multinomial, WaldEstimate};
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;
use super::model_data::ModelData;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let data = ModelData::read(case, file)?;
    let classes = data.classes(case)?;
    let tolerances = file.fields("tolerance")?.fields("multinomial")?;
    let tolerance = Tolerance::read(&tolerances)?;
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let model = Multinomial { reference: case.count("reference_class")?, ..Multinomial::default() };
    let fit = model.fit(&design, &classes).map_err(Stop::refused)?;

    let mut checks = Checks::new(tolerance);
    checks.check("n", fit.observations(), case.value("n")?);
    checks.check("classes", fit.classes(), case.value("classes")?);
    let expected = case.fields("expected")?;
    let figure = |figure: fn(&WaldEstimate) -> f64| {
        let equations = fit.equations();
        let q = equations.first().map_or(0, |equation| equation.coefficients.len());
        DMatrix::from_fn(equations.len(), q, |k, j| figure(&equations[k].coefficients[j]))
    };
    checks.check("coef", &figure(|row| row.estimate), expected.value("coef")?);
    checks.check("se", &figure(|row| row.standard_error), expected.value("se")?);
    checks.check("z", &figure(WaldEstimate::z), expected.value("z")?);
    // Their p-values are to be met in relation to themselves, however small.
    let relative = Tolerance { atol: 0.0, ..tolerance };
    let p = figure(WaldEstimate::p_value);
    let tails = Tolerance { rtol: 10.0 * relative.rtol, ..relative };
    checks.check_within(tails, "p", &p, expected.value("p")?);
    let lr_p = fit.likelihood_ratio_p().map_err(Stop::refused)?;
    checks.check_within(relative, "lr_p", lr_p, expected.value("lr_p")?);
    for (name, figure) in [
        ("loglik", fit.log_likelihood),
        ("loglik_null", fit.null_log_likelihood),
        ("aic", fit.aic()),
        ("bic", fit.bic()),
        ("pseudo_r2_mcfadden", fit.r2_mcfadden()),
        ("lr_stat", fit.likelihood_ratio()),
        ("lr_df", fit.likelihood_ratio_df() as f64),
    ] {
        checks.check(name, figure, expected.value(name)?);
    }
    let first = fit.probabilities().rows(0, 5).into_owned();
    checks.check("prob_first5", &first, expected.value("prob_first5")?);
    Ok(checks)
}
