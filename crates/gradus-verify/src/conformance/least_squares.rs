//! Least squares of linear_models.json, held to the exact values.

use gradus_linear::{CoefficientRow, Design, Intercept, Ols};

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;
use super::model_data::ModelData;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    case.skip(&["statsmodels_rel_error"]);
    let data = ModelData::read(case, file)?;
    let tolerance = file.fields("tolerance")?.fields("ols")?;
    tolerance.skip(&["note"]);
    let mut checks = Checks::new(Tolerance::read(&tolerance)?);
    let intercept = match case.value("intercept")?.as_bool() {
        Some(true) => Intercept::Fitted,
        Some(false) => Intercept::None,
        None => return Err(Stop::malformed("intercept", "true or false")),
    };
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let fit = Ols { intercept, ..Ols::default() }
        .fit(&design, &data.numbers()?)
        .map_err(Stop::refused)?;
    checks.check("n", fit.observations, case.value("n")?);
    checks.check("p", design.features(), case.value("p")?);
    let rows = fit.table().rows;
    let column = |of: fn(&CoefficientRow) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
    let (expected, exact) = (case.fields("expected")?, case.fields("exact")?);
    for (field, got) in [
        ("coef", column(|row| row.estimate)),
        ("se", column(|row| row.standard_error)),
        ("t", column(|row| row.statistic)),
        ("p", column(|row| row.p)),
        ("ci_low", column(|row| row.interval[0])),
        ("ci_high", column(|row| row.interval[1])),
    ] {
        expected.skip(&[field]);
        checks.check(field, got, exact.value(field)?);
    }
    for (field, got) in [
        ("r2", fit.r2),
        ("r2_adj", fit.adjusted_r2),
        ("f", fit.f),
        ("loglik", fit.log_likelihood),
        ("aic", fit.aic),
        ("bic", fit.bic),
        ("sigma2", fit.sigma2),
        ("rss", fit.rss),
        ("tss", fit.tss),
    ] {
        expected.skip(&[field]);
        checks.check(field, got, exact.value(field)?);
    }
    checks.check("f_p", fit.f_p, expected.value("f_p")?);
    checks.check("df_model", fit.df_model, expected.value("df_model")?);
    checks.check("df_resid", fit.df_residual, expected.value("df_resid")?);
    checks.check("condition_number", fit.condition_number, expected.value("condition_number")?);
    checks.check("cov_params", &fit.covariance, expected.value("cov_params")?);
    let mut fitted = fit.predict(&data.x).map_err(Stop::refused)?;
    fitted.truncate(5);
    checks.check("fitted_first5", fitted, expected.value("fitted_first5")?);
    Ok(checks)
}
