//! Ridge, lasso, elastic net and penalised logistic and multinomial regression of linear_models.json.

use gradus_linear::{
    Design, ElasticNet, GlmnetFamily, PenalisedFit, PenalisedLogistic, PenalisedMultinomial,
    PenalisedOptions, PenalisedSolver, Penalty, Scaling,
};
use nalgebra::DMatrix;
use serde_json::Value;

use super::case::Stop;
use super::compare::{Checks, Computed, Tolerance};
use super::fields::{self, Fields};
use super::model_data::ModelData;

/// As close as rounding allows.
const SOLVER: f64 = 1e-15;
/// Where that is out of reach, a solution with this relative gap will do.
const GAP: f64 = 1e-12;
/// Rows whose probabilities a case tells.
const FIRST: usize = 5;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let mut data = ModelData::read(case, file)?;
    data.preprocess(case)?;
    match case.text("kind")? {
        "ridge" => ridge(case, file, &data),
        "lasso" | "elastic_net" => elastic_net(case, file, &data),
        "glmnet_gaussian" => glmnet(case, file, &data),
        "logistic_penalised" => logistic(case, file, &data),
        "multinomial_penalised" => multinomial(case, file, &data),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

/// Bounds of a kind's comparisons.
struct Bounds {
    coefficients: Tolerance,
    objective: Tolerance,
}

impl Bounds {
    /// `penalised` of the file's tolerances, in units of the largest expected coefficient.
    fn penalised(file: &Fields<'_>, coef: &Value) -> Result<Self, Stop> {
        let tolerances = file.fields("tolerance")?.fields("penalised")?;
        let atol = tolerances.number("atol_times_max_coef")? * largest(coef);
        let coefficients = Tolerance { rtol: tolerances.number("rtol")?, atol };
        let objective = Tolerance { rtol: tolerances.number("objective_rtol")?, atol: 0.0 };
        Ok(Self { coefficients, objective })
    }
}

/// The largest magnitude in a list of numbers or of lists.
fn largest(value: &Value) -> f64 {
    match value {
        Value::Array(list) => list.iter().map(largest).fold(0.0, f64::max),
        other => fields::number(other).map_or(0.0, f64::abs),
    }
}

/// Exact options: the case's own scale, and a gap at rounding level.
fn options(scaling: Scaling, tolerance: f64) -> PenalisedOptions {
    let solver = PenalisedSolver { tolerance, ..PenalisedSolver::default() };
    PenalisedOptions { scaling, solver, ..PenalisedOptions::default() }
}

/// The solution to rounding, or to [`GAP`] where rounding keeps the gap above that.
fn solve<E: std::fmt::Display>(
    fit: impl Fn(f64) -> Result<PenalisedFit, E>,
) -> Result<PenalisedFit, Stop> {
    fit(SOLVER).or_else(|_| fit(GAP)).map_err(Stop::refused)
}

/// Fields that tell how far the other system was from its own solution.
const OF_THE_SOURCE: &[&str] = &["sklearn_max_abs_dev", "kkt_violation"];

fn elastic_net(case: &Fields<'_>, file: &Fields<'_>, data: &ModelData) -> Result<Checks, Stop> {
    let penalty = Penalty::elastic_net(case.number("lambda")?, case.number("l1_ratio")?);
    let (fit, mut checks) = linear(case, file, data, &penalty)?;
    let nonzero = case.fields("expected")?.value("nonzero")?.clone();
    checks.check("nonzero", fit.point.certificate.nonzero, &nonzero);
    Ok(checks)
}

fn ridge(case: &Fields<'_>, file: &Fields<'_>, data: &ModelData) -> Result<Checks, Stop> {
    let penalty = Penalty::ridge(case.number("lambda")?);
    let (_, mut checks) = linear(case, file, data, &penalty)?;
    // The same penalty in the words of the other system.
    let sklearn = case.fields("sklearn")?;
    sklearn.skip(&["objective"]);
    if sklearn.text("class")? != "Ridge" {
        return Err(Stop::malformed("sklearn.class", "Ridge"));
    }
    let named = Penalty::from_sklearn_ridge(sklearn.number("alpha")?, data.x.nrows() as f64);
    let exact = Tolerance { rtol: 1e-14, atol: 0.0 };
    checks.check_within(exact, "sklearn.alpha", named.lambda, case.value("lambda")?);
    Ok(checks)
}

/// Coefficients, intercept and objective of a linear model.
fn linear(
    case: &Fields<'_>,
    file: &Fields<'_>,
    data: &ModelData,
    penalty: &Penalty,
) -> Result<(PenalisedFit, Checks), Stop> {
    case.skip(&["objective"]);
    let y = data.numbers()?;
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let fit = solve(|tolerance| {
        let options = options(Scaling::None, tolerance);
        ElasticNet { penalty: penalty.clone(), options }.fit(&design, &y)
    })?;
    let expected = case.fields("expected")?;
    let bounds = Bounds::penalised(file, expected.value("coef")?)?;
    let mut checks = compare(&fit, &expected, &bounds)?;
    let objective = expected.value("objective")?;
    checks.check_within(bounds.objective, "objective", fit.point.certificate.objective, objective);
    Ok((fit, checks))
}

fn compare(fit: &PenalisedFit, expected: &Fields<'_>, bounds: &Bounds) -> Result<Checks, Stop> {
    expected.skip(OF_THE_SOURCE);
    let mut checks = Checks::new(bounds.coefficients);
    checks.check("coef", fit.coefficients(), expected.value("coef")?);
    checks.check("intercept", fit.intercept(), expected.value("intercept")?);
    Ok(checks)
}

fn glmnet(case: &Fields<'_>, file: &Fields<'_>, data: &ModelData) -> Result<Checks, Stop> {
    case.skip(&["effective_objective"]);
    let y = data.numbers()?;
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let y_sd = (y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / y.len() as f64).sqrt();
    let family = GlmnetFamily::Gaussian { y_sd };
    let penalty = Penalty::from_glmnet(case.number("lambda")?, case.number("alpha")?, family);
    let scaling = match case.value("standardize")?.as_bool() {
        Some(true) => Scaling::Standardize,
        Some(false) => Scaling::None,
        None => return Err(Stop::malformed("standardize", "true or false")),
    };
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let fit = solve(|tolerance| {
        let options = options(scaling, tolerance);
        ElasticNet { penalty: penalty.clone(), options }.fit(&design, &y)
    })?;
    let expected = case.fields("expected")?;
    let bounds = Bounds::penalised(file, expected.value("coef")?)?;
    let mut checks = compare(&fit, &expected, &bounds)?;
    // What glmnet itself printed.
    if let Some(printed) = case.fields_or_none("glmnet")? {
        printed.skip(&["max_rel_dev"]);
        checks.check("glmnet.coef", fit.coefficients(), printed.value("coef")?);
        checks.check("glmnet.intercept", fit.intercept(), printed.value("intercept")?);
    }
    Ok(checks)
}

fn logistic(case: &Fields<'_>, file: &Fields<'_>, data: &ModelData) -> Result<Checks, Stop> {
    case.skip(&["objective", "penalty", "glmnet_max_abs_dev"]);
    let y = data.positive(case)?;
    let m = y.len() as f64;
    let (c, l1_ratio) = (case.number("C")?, case.number("l1_ratio")?);
    let penalty = Penalty::from_sklearn_c(c, l1_ratio, m);
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let fit = solve(|tolerance| {
        let options = options(Scaling::None, tolerance);
        PenalisedLogistic { penalty: penalty.clone(), options }.fit(&design, &y)
    })?;
    let expected = case.fields("expected")?;
    let bounds = Bounds::penalised(file, expected.value("coef")?)?;
    let mut checks = compare(&fit, &expected, &bounds)?;
    let certificate = fit.point.certificate;
    let objective = certificate.objective * c * m;
    checks.check_within(bounds.objective, "objective", objective, expected.value("objective")?);
    checks.check("nonzero", certificate.nonzero, expected.value("nonzero")?);
    let exact = Tolerance { rtol: 1e-14, atol: 0.0 };
    let lambda = case.value("lambda_per_sample")?;
    checks.check_within(exact, "lambda_per_sample", penalty.lambda, lambda);
    let p = first(&fit, &data.x)?;
    let p: Vec<f64> = p.column(0).iter().copied().collect();
    checks.check("prob_first5", p, expected.value("prob_first5")?);
    Ok(checks)
}

/// The probabilities of the first rows.
fn first(fit: &PenalisedFit, x: &DMatrix<f64>) -> Result<DMatrix<f64>, Stop> {
    fit.predict(&x.rows(0, FIRST.min(x.nrows())).into_owned()).map_err(Stop::refused)
}

fn multinomial(case: &Fields<'_>, file: &Fields<'_>, data: &ModelData) -> Result<Checks, Stop> {
    case.skip(&["objective"]);
    let classes = data.classes(case)?;
    let m = classes.len() as f64;
    let c = case.number("C")?;
    let penalty = Penalty::from_sklearn_c(c, case.number_or("l1_ratio", 0.0)?, m);
    let design = Design::new(&data.x).map_err(Stop::refused)?;
    let fit = solve(|tolerance| {
        let options = options(Scaling::None, tolerance);
        PenalisedMultinomial { penalty: penalty.clone(), options }.fit(&design, &classes)
    })?;
    let expected = case.fields("expected")?;
    expected.skip(OF_THE_SOURCE);
    let tolerances = file.fields("tolerance")?;
    let mut checks = Checks::new(Tolerance::read(&tolerances.fields("multinomial")?)?);
    let coefficients = Computed::from(fit.point.coefficients.clone());
    checks.check("coef", coefficients, expected.value("coef")?);
    checks.check("intercept", fit.point.intercepts.clone(), expected.value("intercept")?);
    let objective = fit.point.certificate.objective * c * m;
    let bound = Bounds::penalised(file, expected.value("coef")?)?.objective;
    checks.check_within(bound, "objective", objective, expected.value("objective")?);
    checks.check("prob_first5", &first(&fit, &data.x)?, expected.value("prob_first5")?);
    let p = fit.predict(&data.x).map_err(Stop::refused)?;
    let right =
        classes.iter().zip(p.row_iter()).filter(|(class, p)| p.transpose().imax() == **class);
    let exact = Tolerance { rtol: 1e-14, atol: 0.0 };
    let accuracy = right.count() as f64 / m;
    checks.check_within(exact, "train_accuracy", accuracy, expected.value("train_accuracy")?);
    checks.check("classes", fit.point.intercepts.len(), case.value("classes")?);
    if expected.optional("nonzero").is_some() {
        let nonzero = fit.point.certificate.nonzero;
        checks.check("nonzero", nonzero, expected.value("nonzero")?);
    }
    Ok(checks)
}
