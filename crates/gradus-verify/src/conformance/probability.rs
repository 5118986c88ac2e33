//! probability.json: distributions, odds and Bayes' theorem.

use gradus_stats::{
    Beliefs, Bernoulli, Binomial, ChiSquared, Continuous, DiagnosticTest, Discrete, Normal,
    StatsError, StudentT, expit, logit, odds, probability_from_odds,
};

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;

/// In the far tails the file grants this much, relatively.
const FAR: f64 = 1e-10;
/// What counts as far.
const FAR_BELOW: f64 = 1e-10;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let tolerances = file.fields("tolerance")?;
    let tolerance = Tolerance::read(&tolerances)?;
    let mut checks = Checks::new(tolerance);
    match case.text("kind")? {
        "continuous" => {
            let quantiles =
                Tolerance { rtol: tolerances.fields("ppf")?.number("rtol")?, ..tolerance };
            continuous(case, &mut checks, tolerance, quantiles)?;
        }
        "discrete" => discrete(case, &mut checks, tolerance)?,
        "bayes_test" => bayes_test(case, &mut checks)?,
        "bayes_table" => {
            let mut beliefs = Beliefs::new(&case.numbers("prior")?).map_err(Stop::refused)?;
            let evidence = beliefs.update(&case.numbers("likelihood")?).map_err(Stop::refused)?;
            checks.check("evidence", evidence, case.value("evidence")?);
            checks.check("posterior", beliefs.probabilities(), case.value("posterior")?);
        }
        "bayes_sequential" => bayes_sequential(case, &mut checks)?,
        "odds" => {
            let p = case.numbers("p")?;
            checks.check("odds", each(&p, |&p| odds(p))?, case.value("odds")?);
            checks.check("logit", each(&p, |&p| logit(p))?, case.value("logit")?);
        }
        "probability" => {
            let values = case.numbers("odds")?;
            let p = each(&values, |&value| probability_from_odds(value))?;
            checks.check("p", p, case.value("p")?);
        }
        "expit" => {
            let p: Vec<f64> = case.numbers("log_odds")?.into_iter().map(expit).collect();
            checks.check("p", p, case.value("p")?);
        }
        kind => return Err(Stop::not_implemented(format!("kind {kind}"))),
    }
    Ok(checks)
}

/// Applies a function that may refuse to each value.
fn each<T>(
    values: &[T],
    function: impl Fn(&T) -> Result<f64, StatsError>,
) -> Result<Vec<f64>, Stop> {
    values.iter().map(function).collect::<Result<_, _>>().map_err(Stop::refused)
}

fn continuous(
    case: &Fields<'_>,
    checks: &mut Checks,
    tolerance: Tolerance,
    quantiles: Tolerance,
) -> Result<(), Stop> {
    let params = case.fields("params")?;
    let distribution: Box<dyn Continuous> = match case.text("distribution")? {
        "normal" => Box::new(
            Normal::new(params.number("mean")?, params.number("sd")?).map_err(Stop::refused)?,
        ),
        "student_t" => Box::new(StudentT::new(params.number("df")?).map_err(Stop::refused)?),
        "chi2" => Box::new(ChiSquared::new(params.number("df")?).map_err(Stop::refused)?),
        name => return Err(Stop::not_implemented(format!("distribution {name}"))),
    };
    let x = case.numbers("x")?;
    let at = |function: &dyn Fn(f64) -> f64| x.iter().map(|&x| function(x)).collect::<Vec<_>>();
    checks.check("pdf", at(&|x| distribution.pdf(x)), case.value("pdf")?);
    tail(checks, case, "cdf", &at(&|x| distribution.cdf(x)), tolerance)?;
    tail(checks, case, "sf", &at(&|x| distribution.sf(x)), tolerance)?;
    let ppf = each(&case.numbers("q")?, |&q| distribution.ppf(q))?;
    checks.check_within(quantiles, "ppf", ppf, case.value("ppf")?);
    Ok(())
}

/// Compares probabilities, with the file's wider tolerance where they are tiny.
fn tail(
    checks: &mut Checks,
    case: &Fields<'_>,
    field: &str,
    got: &[f64],
    tolerance: Tolerance,
) -> Result<(), Stop> {
    let expected = case.list(field)?;
    if got.len() != expected.len() {
        checks.check(field, got.to_vec(), case.value(field)?);
        return Ok(());
    }
    for (i, (&got, expected)) in got.iter().zip(expected).enumerate() {
        let rtol = if got < FAR_BELOW { FAR.max(tolerance.rtol) } else { tolerance.rtol };
        checks.check_within(
            Tolerance { rtol, ..tolerance },
            &format!("{field}[{i}]"),
            got,
            expected,
        );
    }
    Ok(())
}

fn discrete(case: &Fields<'_>, checks: &mut Checks, tolerance: Tolerance) -> Result<(), Stop> {
    let params = case.fields("params")?;
    let p = params.number("p")?;
    let distribution: Box<dyn Discrete> = match case.text("distribution")? {
        "binomial" => {
            let n = params.count("n")? as u64;
            Box::new(Binomial::new(n, p).map_err(Stop::refused)?)
        }
        "bernoulli" => {
            let bernoulli = Bernoulli::new(p).map_err(Stop::refused)?;
            checks.check("entropy_nats", bernoulli.entropy(), case.value("entropy_nats")?);
            for (field, k) in [("loglik_k1", 1), ("loglik_k0", 0)] {
                checks.check(field, bernoulli.log_likelihood(&[k]), case.value(field)?);
            }
            Box::new(bernoulli)
        }
        name => return Err(Stop::not_implemented(format!("distribution {name}"))),
    };
    let counts = case.counts("k")?;
    let at = |function: &dyn Fn(u64) -> f64| {
        counts.iter().map(|&k| function(k as u64)).collect::<Vec<_>>()
    };
    checks.check("pmf", at(&|k| distribution.pmf(k)), case.value("pmf")?);
    tail(checks, case, "cdf", &at(&|k| distribution.cdf(k)), tolerance)?;
    tail(checks, case, "sf", &at(&|k| distribution.sf(k)), tolerance)?;
    checks.check("mean", distribution.mean(), case.value("mean")?);
    checks.check("variance", distribution.variance(), case.value("variance")?);
    // Bernoulli's cases have no quantiles.
    if case.optional("q").is_some() || case.optional("ppf").is_some() {
        let ppf = each(&case.numbers("q")?, |&q| distribution.ppf(q).map(|k| k as f64))?;
        checks.check("ppf", ppf, case.value("ppf")?);
    }
    Ok(())
}

fn bayes_test(case: &Fields<'_>, checks: &mut Checks) -> Result<(), Stop> {
    let test = DiagnosticTest::new(case.number("sensitivity")?, case.number("specificity")?)
        .map_err(Stop::refused)?;
    let prior = case.number("prior")?;
    for (field, got) in [
        ("p_positive", test.positive_rate(prior)),
        ("posterior_given_positive", test.ppv(prior)),
        ("posterior_given_negative", test.missed(prior)),
        ("likelihood_ratio_positive", test.positive_likelihood_ratio()),
        ("likelihood_ratio_negative", test.negative_likelihood_ratio()),
    ] {
        // The file writes what is undefined as NaN.
        let got = match got {
            Err(StatsError::ZeroEvidence { .. }) => f64::NAN,
            other => other.map_err(Stop::refused)?,
        };
        checks.check(field, got, case.value(field)?);
    }
    Ok(())
}

fn bayes_sequential(case: &Fields<'_>, checks: &mut Checks) -> Result<(), Stop> {
    let prior = case.number("prior")?;
    let mut beliefs = Beliefs::new(&[prior, 1.0 - prior]).map_err(Stop::refused)?;
    let pairs = case.matrix("likelihood_pairs_h1_h0")?;
    if pairs.ncols() != 2 {
        return Err(Stop::malformed("likelihood_pairs_h1_h0", "a list of pairs"));
    }
    let mut posteriors = Vec::with_capacity(pairs.nrows());
    for pair in pairs.row_iter() {
        beliefs.update(&[pair[0], pair[1]]).map_err(Stop::refused)?;
        posteriors.push(beliefs.probability(0).map_err(Stop::refused)?);
    }
    checks.check("posteriors", posteriors, case.value("posteriors")?);
    Ok(())
}
