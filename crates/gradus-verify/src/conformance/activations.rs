//! activations.json: elementwise functions with two derivatives, softmax and its kin.

use gradus_autograd::{Tape, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;
use super::functions::Elementwise;

/// Near a zero crossing of a second derivative a relative bound means nothing; the file's note
/// allows this much there.
const CROSSING_ATOL: f64 = 1e-16;
/// What counts as near.
const CROSSING: f64 = 1e-3;

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    match case.text("kind")? {
        "elementwise" => elementwise::<T>(case, file),
        "vector" => vector::<T>(case, file),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

fn elementwise<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let name = case.text("function")?;
    let function = Elementwise::by_name(name)
        .and_then(|_| Elementwise::read(name, &case.fields("params")?))?;
    let points = case.rounding().list(case.numbers("x")?);
    let tape = Tape::<T>::new();
    let x = tape.variable(row(&points));
    let value = function.apply(x);
    let first = tape.try_grad(value.sum(), &[x]).map_err(Stop::refused)?[0];
    let second = tape.try_grad(first.sum(), &[x]).map_err(Stop::refused)?[0];
    let tolerance = Tolerance::read(&file.fields("tolerance")?)?;
    let mut checks = Checks::new(tolerance);
    for (field, got) in [("value", value), ("d1", first), ("d2", second)] {
        let expected = case.list(field)?;
        let tolerance = relaxed(file, name, field)?.unwrap_or(tolerance);
        let got = elements(got);
        if got.len() != expected.len() {
            checks.check(field, got, case.value(field)?);
            continue;
        }
        for (i, (got, expected)) in got.into_iter().zip(expected).enumerate() {
            let crossing =
                field == "d2" && matches!(name, "sigmoid" | "tanh") && points[i].abs() < CROSSING;
            let atol = if crossing { CROSSING_ATOL.max(tolerance.atol) } else { tolerance.atol };
            let tolerance = Tolerance { atol, ..tolerance };
            checks.check_within(tolerance, &format!("{field}[{i}]"), got, expected);
        }
    }
    Ok(checks)
}

/// The wider tolerance that the file grants some functions.
fn relaxed(file: &Fields<'_>, function: &str, field: &str) -> Result<Option<Tolerance>, Stop> {
    let Some(relaxed) = file.fields("tolerance")?.fields_or_none("relaxed")? else {
        return Ok(None);
    };
    let applies = relaxed.texts("functions")?.contains(&function)
        && relaxed.texts("fields")?.contains(&field);
    applies.then(|| Tolerance::read(&relaxed)).transpose()
}

fn vector<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let logits = case.rounding().list(case.numbers("z")?);
    let tape = Tape::<T>::new();
    let z = tape.variable(row(&logits));
    let softmax = z.softmax();
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    checks.check("softmax", elements(softmax), case.value("softmax")?);
    checks.check("log_softmax", elements(z.log_softmax()), case.value("log_softmax")?);
    checks.check("logsumexp", z.log_sum_exp().item().to_f64(), case.value("logsumexp")?);
    if let Some(expected) = case.optional("softmax_jacobian") {
        let mut jacobian = Vec::new();
        for i in 0..logits.len() {
            let mut unit = DMatrix::zeros(1, logits.len());
            unit[(0, i)] = T::one();
            let unit = tape.constant(unit);
            let gradient = tape.try_vjp(softmax, unit, &[z]).map_err(Stop::refused)?[0];
            jacobian.push(elements(gradient));
        }
        checks.check("softmax_jacobian", jacobian, expected);
    }
    Ok(checks)
}

fn row<T: Scalar>(values: &[f64]) -> DMatrix<T> {
    DMatrix::from_iterator(1, values.len(), values.iter().map(|&x| T::of(x)))
}

fn elements<T: Scalar>(var: Var<'_, T>) -> Vec<f64> {
    var.value().iter().map(|x| x.to_f64()).collect()
}
