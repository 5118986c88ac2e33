//! Logistic regression without a penalty, and separation, of linear_models.json.

use gradus_linear::{
    Design, Intercept, LinearError, Logistic, PenalisedLogistic, PenalisedOptions, PenalisedSolver,
    Penalty, Scaling, SeparationKind, WaldEstimate,
};

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;
use super::model_data::ModelData;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let data = ModelData::read(case, file)?;
    let y = data.positive(case)?;
    match case.text("kind")? {
        "logistic_mle" => estimates(case, file, &data, &y),
        "separation" => separation(case, file, &data, &y),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

fn estimates(
    case: &Fields<'_>,
    file: &Fields<'_>,
    data: &ModelData,
    y: &[f64],
) -> Result<Checks, Stop> {
    // How far other systems were from the expected values.
    case.skip(&["statsmodels_rel_error", "r_glm_rel_dev"]);
    let tolerances = file.fields("tolerance")?.fields("logistic_mle")?;
    let rtol = tolerances.number("rtol")?;
    let p_value = Tolerance { rtol: tolerances.number("p_value_rtol")?, atol: 0.0 };
    let constant = case.value("intercept")?.as_bool();
    let constant = constant.ok_or_else(|| Stop::malformed("intercept", "true or false"))?;
    let intercept = if constant { Intercept::Fitted } else { Intercept::None };
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let model = Logistic { intercept, ..Logistic::default() };
    let fit = model.fit(&design, y).map_err(Stop::refused)?;

    let mut checks = Checks::new(Tolerance { rtol, atol: 0.0 });
    checks.check("n", fit.observations(), case.value("n")?);
    checks.check("p", fit.likelihood_ratio_df(), case.value("p")?);
    let expected = case.fields("expected")?;
    let of = |figure: fn(&WaldEstimate) -> f64| -> Vec<f64> {
        fit.coefficients().iter().map(figure).collect()
    };
    for (name, figures) in [
        ("coef", of(|row| row.estimate)),
        ("se", of(|row| row.standard_error)),
        ("z", of(WaldEstimate::z)),
        ("ci_low", of(|row| row.interval()[0])),
        ("ci_high", of(|row| row.interval()[1])),
        ("odds_ratio", of(WaldEstimate::ratio)),
        ("or_ci_low", of(|row| row.ratio_interval()[0])),
        ("or_ci_high", of(|row| row.ratio_interval()[1])),
    ] {
        checks.check(name, figures, expected.value(name)?);
    }
    checks.check_within(p_value, "p", of(WaldEstimate::p_value), expected.value("p")?);
    for (name, figure) in [
        ("loglik", fit.log_likelihood),
        ("loglik_null", fit.null_log_likelihood),
        ("deviance", fit.deviance()),
        ("null_deviance", fit.null_deviance()),
        ("aic", fit.aic()),
        ("bic", fit.bic()),
        ("pseudo_r2_mcfadden", fit.r2_mcfadden()),
        ("pseudo_r2_cox_snell", fit.r2_cox_snell()),
        ("pseudo_r2_nagelkerke", fit.r2_nagelkerke()),
        ("lr_stat", fit.likelihood_ratio()),
        ("lr_df", fit.likelihood_ratio_df() as f64),
        ("n_positive", y.iter().sum()),
    ] {
        checks.check(name, figure, expected.value(name)?);
    }
    let lr_p = fit.likelihood_ratio_p().map_err(Stop::refused)?;
    checks.check_within(p_value, "lr_p", lr_p, expected.value("lr_p")?);
    checks.check("cov_params", fit.covariance(), expected.value("cov_params")?);
    let first = fit.probabilities().iter().copied().take(5).collect::<Vec<_>>();
    checks.check("prob_first5", first, expected.value("prob_first5")?);
    Ok(checks)
}

/// The least and the greatest of (2yᵢ − 1)(b + xᵢ·d).
fn margins(data: &ModelData, y: &[f64], d: &[f64], b: f64) -> [f64; 2] {
    let margin = |row: usize| {
        let score: f64 = data.x.row(row).iter().zip(d).map(|(x, d)| x * d).sum();
        (2.0 * y[row] - 1.0) * (score + b)
    };
    let all = (0..y.len()).map(margin);
    all.fold([f64::INFINITY, f64::NEG_INFINITY], |[a, b], m| [a.min(m), b.max(m)])
}

fn separation(
    case: &Fields<'_>,
    file: &Fields<'_>,
    data: &ModelData,
    y: &[f64],
) -> Result<Checks, Stop> {
    // What other systems said, which is not always right.
    case.skip(&["statsmodels_said", "r_glm_warnings"]);
    let tolerances = file.fields("tolerance")?.fields("penalised")?;
    let rtol = tolerances.number("rtol")?;
    let l2 = case.fields("l2_C1_unstandardized")?;
    let largest = l2.numbers("coef")?.iter().fold(0.0_f64, |largest, w| largest.max(w.abs()));
    let atol = tolerances.number("atol_times_max_coef")? * largest;
    let mut checks = Checks::new(Tolerance { rtol, atol });
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let separated = case.value("separated")?.as_bool();
    let separated = separated.ok_or_else(|| Stop::malformed("separated", "true or false"))?;
    let found = match Logistic::default().fit(&design, y) {
        Ok(_) => "overlap",
        Err(LinearError::Separated { kind, direction, intercept, .. }) => {
            let [least, greatest] = margins(data, y, &direction, intercept);
            checks.check_at_most("certificate", -least, 1e-9 * greatest);
            if kind == SeparationKind::Complete { "complete" } else { "quasi" }
        }
        Err(error) => return Err(Stop::refused(error)),
    };
    let state = case.text("state")?;
    checks.check_at_most("state", f64::from(u8::from(found != state)), 0.0);
    let flagged = (found != "overlap") == separated;
    checks.check_at_most("separated", f64::from(u8::from(!flagged)), 0.0);
    match case.optional("certificate_w_then_b") {
        None => checks.check_at_most("certificate", f64::from(u8::from(separated)), 0.0),
        Some(_) => {
            let theirs = case.numbers("certificate_w_then_b")?;
            let Some((b, w)) = theirs.split_last().filter(|(_, w)| w.len() == data.x.ncols())
            else {
                return Err(Stop::malformed("certificate_w_then_b", "a number for each feature"));
            };
            let [least, greatest] = margins(data, y, w, *b);
            checks.check_at_most("certificate_w_then_b", -least, 1e-9 * greatest);
        }
    }
    let m = data.x.nrows() as f64;
    let options = |tolerance| PenalisedOptions {
        scaling: Scaling::None,
        solver: PenalisedSolver { tolerance, ..PenalisedSolver::default() },
        ..PenalisedOptions::default()
    };
    let penalty = Penalty::from_sklearn_c(1.0, 0.0, m);
    let fit = |tolerance| {
        let model = PenalisedLogistic { penalty: penalty.clone(), options: options(tolerance) };
        model.fit(&design, y)
    };
    let fit = fit(1e-15).or_else(|_| fit(1e-12)).map_err(Stop::refused)?;
    checks.check("coef", fit.coefficients().to_vec(), l2.value("coef")?);
    checks.check("intercept", fit.intercept(), l2.value("intercept")?);
    let objective = fit.point.certificate.objective * m;
    checks.check("objective", objective, l2.value("objective")?);
    Ok(checks)
}
