//! resampling.json: splits, estimates of error, information criteria, balanced classes.

use std::collections::HashMap;

use gradus_resample::{
    Bootstrap, Bootstrap632, CrossValidation, Error632, Fold, Folds, KFold, LeaveOneOut,
    NoInformation, PlusForm, RareClass, Resampler, RowOrder, StratifiedKFold, balanced_bootstrap,
    balanced_class_weights, bootstrap_632, cross_validate, oversample, undersample,
};
use gradus_stats::{Moments, aic, aicc, bic, gaussian_log_likelihood};
use nalgebra::{DMatrix, DVector};
use serde_json::Value;

use super::case::Stop;
use super::compare::{Checks, Mismatch, Tolerance};
use super::fields::{self, Fields};
use super::reference_data::ReferenceData;

/// Splits that are checked are drawn from these seeds.
const SEEDS: std::ops::Range<u64> = 0..20;

pub(super) fn run(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    let tolerances = file.fields("tolerance")?;
    let tolerance = Tolerance::read(&tolerances)?;
    let kind = case.text("kind")?;
    let rtol = match tolerances.fields_or_none(kind)? {
        Some(own) => own.number("rtol")?,
        None => tolerance.rtol,
    };
    let checks = Checks::new(Tolerance { rtol, ..tolerance });
    // The invariants are words for what is checked here.
    case.skip(&["invariants"]);
    match kind {
        "bootstrap_632" => bootstrap(case, checks),
        "bootstrap_632_formula" => formula(case, checks),
        "kfold" => k_fold(case, checks),
        "stratified_kfold" => stratified(case, checks),
        "loo_ols" => leave_one_out(case, file, checks),
        "aic_table" => aic_table(case, file, checks),
        "class_balance" => class_balance(case, checks),
        "bootstrap_coverage" => coverage(case, checks),
        kind => Err(Stop::not_implemented(format!("kind {kind}"))),
    }
}

/// Requires a statement about a split to hold.
fn require(checks: &mut Checks, field: &str, holds: bool, wanted: &str) {
    checks.compared += 1;
    if !holds {
        checks.mismatches.push(Mismatch::whole(field, "another split", wanted));
    }
}

fn error_fields(checks: &mut Checks, errors: &Error632, expected: &Fields<'_>) -> Result<(), Stop> {
    let nan = f64::NAN;
    for (field, got) in [
        ("apparent_error", errors.apparent),
        ("loo_bootstrap_error", errors.out_of_bag),
        ("err_632", errors.err_632()),
        ("no_information_rate", errors.no_information.unwrap_or(nan)),
        ("relative_overfitting_rate", errors.relative_overfitting().unwrap_or(nan)),
        ("weight", errors.weight().unwrap_or(nan)),
        ("err_632_plus", errors.err_632_plus(PlusForm::Clamped).unwrap_or(nan)),
        ("err_632_plus_paper_form", errors.err_632_plus(PlusForm::Paper).unwrap_or(nan)),
    ] {
        checks.check(field, got, expected.value(field)?);
    }
    Ok(())
}

fn formula(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let input = case.fields("input")?;
    let errors = Error632 {
        apparent: input.number("apparent_error")?,
        out_of_bag: input.number("loo_bootstrap_error")?,
        no_information: Some(input.number("no_information_rate")?),
    };
    error_fields(&mut checks, &errors, &case.fields("expected")?)?;
    Ok(checks)
}

/// The models are their recorded predictions, found again by the rows that they were fitted on.
fn bootstrap(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    case.skip(&["data"]);
    let loss = match case.text("loss")? {
        "zero_one" => |y: f64, predicted: f64| f64::from(u8::from(y != predicted)),
        "squared" => |y: f64, predicted: f64| (y - predicted).powi(2),
        "absolute" => |y: f64, predicted: f64| (y - predicted).abs(),
        loss => return Err(Stop::not_implemented(format!("loss {loss}"))),
    };
    let y = case.numbers("y")?;
    let m = y.len();
    let rounds =
        |field: &str| -> Result<Vec<&Value>, Stop> { Ok(case.list(field)?.iter().collect()) };
    let mut models: HashMap<Vec<usize>, Vec<f64>> = HashMap::new();
    models.insert((0..m).collect(), case.numbers("full_fit_predictions")?);
    let mut folds = Vec::new();
    let (samples, predictions) = (rounds("bootstrap_indices")?, rounds("bootstrap_predictions")?);
    if samples.len() != predictions.len() {
        return Err(Stop::malformed("bootstrap_predictions", "one list a sample"));
    }
    for (sample, predicted) in samples.into_iter().zip(predictions) {
        let sample = fields::counts(sample)
            .ok_or_else(|| Stop::malformed("bootstrap_indices", "lists of rows"))?;
        let predicted = fields::numbers(predicted)
            .ok_or_else(|| Stop::malformed("bootstrap_predictions", "lists of numbers"))?;
        folds.push(Fold::from_in_bag(m, sample.clone()).map_err(Stop::refused)?);
        models.insert(sample, predicted);
    }
    if models.values().any(|predictions| predictions.len() != m) {
        return Err(Stop::malformed("bootstrap_predictions", "a prediction a row"));
    }
    let folds = Folds::given(m, folds).map_err(Stop::refused)?;
    let found = bootstrap_632(
        &folds,
        m,
        NoInformation::AllPairs,
        |rows| models.get(rows).ok_or("a sample without predictions"),
        |model, row| model[row],
        |row, &predicted| loss(y[row], predicted),
    )
    .map_err(Stop::refused)?;
    recorded(&mut checks, &found, &case.fields("expected")?)?;
    Ok(checks)
}

fn recorded(checks: &mut Checks, found: &Bootstrap632, expected: &Fields<'_>) -> Result<(), Stop> {
    error_fields(checks, &found.per_observation, expected)?;
    let by_row: Vec<f64> =
        found.out_of_bag.row_means.iter().map(|mean| mean.unwrap_or(f64::NAN)).collect();
    checks.check("per_sample_loo_error", by_row, expected.value("per_sample_loo_error")?);
    let never = found.out_of_bag.never_left_out();
    checks.check("samples_never_left_out", never, expected.value("samples_never_left_out")?);
    for (field, got) in [
        ("mean_out_of_bag_error_per_split", found.per_round.out_of_bag),
        ("err_632_split_average", found.per_round.err_632()),
    ] {
        checks.check(field, got, expected.value(field)?);
    }
    Ok(())
}

/// Whether the tests cover each row once, and train is what is not tested.
fn partitions(folds: &Folds) -> bool {
    let all: Vec<usize> = (0..folds.rows()).collect();
    let sorted = |mut rows: Vec<usize>| {
        rows.sort_unstable();
        rows
    };
    sorted(folds.iter().flat_map(|fold| fold.test).collect()) == all
        && folds.iter().all(|fold| sorted([fold.train, fold.test].concat()) == all)
}

fn k_fold(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let (m, k) = (case.count("n")?, case.count("k")?);
    let expected = case.fields("expected")?;
    let orders = SEEDS.map(|seed| RowOrder::Shuffled { seed }).chain([RowOrder::AsGiven]);
    for order in orders {
        let folds = KFold { folds: k, order }.folds(m).map_err(Stop::refused)?;
        require(&mut checks, "invariants", partitions(&folds), "a partition");
        let mut sizes: Vec<usize> = folds.iter().map(|fold| fold.test.len()).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        let range = sizes.first().zip(sizes.last()).map_or(0, |(most, least)| most - least);
        checks.check("test_sizes_sorted", sizes, expected.value("test_sizes_sorted")?);
        checks.check("max_minus_min", range, expected.value("max_minus_min")?);
        if order == RowOrder::AsGiven {
            let first = folds.get(0).map_or_else(Vec::new, |fold| fold.test);
            checks.check("first_fold_unshuffled", first, expected.value("first_fold_unshuffled")?);
        }
    }
    Ok(checks)
}

/// Class c on as many rows as its count says.
fn classes(case: &Fields<'_>) -> Result<Vec<u32>, Stop> {
    let counts = case.counts("class_counts")?;
    Ok((0..).zip(counts).flat_map(|(class, count)| vec![class; count]).collect())
}

/// How many of the rows each class has.
fn counts(rows: &[usize], classes: &[u32]) -> Vec<usize> {
    let mut counts = vec![0; classes.last().map_or(0, |&last| last as usize + 1)];
    rows.iter().for_each(|&row| counts[classes[row] as usize] += 1);
    counts
}

fn stratified(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let (classes, k) = (classes(case)?, case.count("k")?);
    let expected = case.fields("expected")?;
    // What scikit-learn does where there is a choice.
    case.skip(&["sklearn_counts_per_fold"]);
    expected.skip(&["fold_size_range_sklearn"]);
    for seed in SEEDS {
        let way = StratifiedKFold { folds: k, classes: &classes, seed, rare: RareClass::Spread };
        let folds = way.folds(classes.len()).map_err(Stop::refused)?;
        require(&mut checks, "invariants", partitions(&folds), "a partition");
        let by_fold: Vec<Vec<usize>> =
            folds.iter().map(|fold| counts(&fold.test, &classes)).collect();
        let of_class = |class: usize| by_fold.iter().map(move |counts| counts[class]);
        let least: Vec<usize> =
            (0..by_fold[0].len()).map(|class| of_class(class).min().unwrap_or(0)).collect();
        let most: Vec<usize> =
            (0..by_fold[0].len()).map(|class| of_class(class).max().unwrap_or(0)).collect();
        checks.check("per_class_min", least, expected.value("per_class_min")?);
        checks.check("per_class_max", most, expected.value("per_class_max")?);
    }
    Ok(checks)
}

/// Least squares by QR: the coefficients.
fn ols(x: &DMatrix<f64>, y: &DVector<f64>) -> Result<DVector<f64>, &'static str> {
    let qr = x.clone().qr();
    qr.r().solve_upper_triangular(&(qr.q().transpose() * y)).ok_or("a singular design")
}

/// The deviance figures of a least-squares fit, k coefficients on n rows.
struct OlsFit {
    n: usize,
    k: usize,
    residuals: DVector<f64>,
    rss: f64,
    log_likelihood: f64,
}

impl OlsFit {
    fn of(x: &DMatrix<f64>, y: &DVector<f64>) -> Result<Self, Stop> {
        let residuals = y - x * ols(x, y).map_err(Stop::refused)?;
        let rss = residuals.norm_squared();
        let (n, k) = x.shape();
        let log_likelihood = gaussian_log_likelihood(rss, n).map_err(Stop::refused)?;
        Ok(Self { n, k, residuals, rss, log_likelihood })
    }

    fn bic(&self) -> Result<f64, Stop> {
        bic(self.log_likelihood, self.k, self.n).map_err(Stop::refused)
    }
}

fn leave_one_out(case: &Fields<'_>, file: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let data = case.fields("data")?;
    let table = ReferenceData::read(&data, file.folder())?;
    let (x, y) = (table.design(&data.texts("features")?)?, table.column(data.text("target")?)?);
    let run = |loss: fn(f64) -> f64| -> Result<CrossValidation, Stop> {
        let fit = |rows: &[usize]| ols(&x.select_rows(rows), &y.select_rows(rows));
        let of = |w: &DVector<f64>, row: usize| loss(y[row] - (x.row(row) * w)[0]);
        cross_validate(&LeaveOneOut, y.len(), fit, of).map_err(Stop::refused)
    };
    let (squared, absolute) = (run(|e| e * e)?, run(f64::abs)?);
    // Any number can be a loss: here the residual with its sign.
    let left_out: Vec<f64> = run(|e| e)?.folds.iter().map(|fold| fold.mean).collect();
    let whole = OlsFit::of(&x, &y)?;
    let (n, k) = (whole.n as f64, whole.k as f64);
    let leverage: Vec<f64> =
        whole.residuals.iter().zip(&left_out).map(|(e, left_out)| 1.0 - e / left_out).collect();
    let press = squared.mean() * n;
    let centred = y.add_scalar(-y.mean()).norm_squared();
    let log_likelihood = whole.log_likelihood;
    let corrected = aicc(log_likelihood, whole.k, whole.n).map_err(Stop::refused)?;
    let without_constant = aic(log_likelihood, whole.k) - n * (1.0 + std::f64::consts::TAU.ln());
    let expected = case.fields("expected")?;
    for (field, got) in [
        ("press", press),
        ("loo_mse", squared.pooled()),
        ("loo_mae", absolute.pooled()),
        ("predicted_r2", 1.0 - press / centred),
        ("training_mse", whole.rss / n),
        ("gcv", n * whole.rss / (n - k).powi(2)),
        ("aic", aic(log_likelihood, whole.k)),
        ("bic", whole.bic()?),
        ("aicc", corrected),
        ("aic_with_sigma2_counted", aic(log_likelihood, whole.k + 1)),
        ("aic_n_log_mse_plus_2k", without_constant),
        ("mallows_basis_sigma2", whole.rss / (n - k)),
        ("leverage_sum", leverage.iter().sum()),
    ] {
        checks.check(field, got, expected.value(field)?);
    }
    checks.check("loo_residuals", left_out, expected.value("loo_residuals")?);
    checks.check("leverage", leverage, expected.value("leverage")?);
    Ok(checks)
}

fn aic_table(case: &Fields<'_>, file: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let data = case.fields("data")?;
    let table = ReferenceData::read(&data, file.folder())?;
    let y = table.column(data.text("target")?)?;
    let mut models = Vec::new();
    for model in case.list("models")? {
        let model = model.as_object().map(Fields::new);
        let model = model.ok_or_else(|| Stop::malformed("models", "a list of objects"))?;
        let fit = OlsFit::of(&table.design(&model.texts("features")?)?, &y)?;
        models.push((model, fit));
    }
    let aics: Vec<f64> = models.iter().map(|(_, fit)| aic(fit.log_likelihood, fit.k)).collect();
    let least = aics.iter().copied().fold(f64::INFINITY, f64::min);
    let relative: Vec<f64> = aics.iter().map(|aic| (-(aic - least) / 2.0).exp()).collect();
    let total: f64 = relative.iter().sum();
    for (i, (model, fit)) in models.iter().enumerate() {
        checks.check("k", fit.k, model.value("k")?);
        for (field, got) in [
            ("loglik", fit.log_likelihood),
            ("aic", aics[i]),
            ("bic", fit.bic()?),
            ("delta_aic", aics[i] - least),
            ("akaike_weight", relative[i] / total),
        ] {
            checks.check(field, got, model.value(field)?);
        }
        if !model.unread().is_empty() {
            return Err(Stop::not_implemented("all fields of a model"));
        }
    }
    let best = aics.iter().position(|&aic| aic == least).unwrap_or(aics.len());
    checks.check("best", best, case.value("best")?);
    Ok(checks)
}

fn class_balance(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let classes = classes(case)?;
    let rows: Vec<usize> = (0..classes.len()).collect();
    let expected = case.fields("expected")?;
    let weights = balanced_class_weights(&classes).map_err(Stop::refused)?;
    let m = classes.len() as f64;
    let weights: Vec<f64> = weights.into_values().collect();
    let total: f64 = classes.iter().map(|&class| weights[class as usize]).sum();
    checks.check("weighted_total", total, expected.value("weighted_total")?);
    // Drawn by these weights, the rows of all classes come alike.
    let chances: Vec<f64> = weights.iter().map(|weight| weight / m).collect();
    checks.check("per_sample_probability", chances, expected.value("per_sample_probability")?);
    checks.check("balanced_class_weights", weights, expected.value("balanced_class_weights")?);
    let band = expected.numbers("draws_10000_class_count_6_sigma")?;
    for seed in SEEDS {
        let under = undersample(&rows, &classes, seed).map_err(Stop::refused)?;
        let distinct = under.windows(2).all(|pair| pair[0] < pair[1]);
        require(&mut checks, "invariants", distinct, "distinct rows");
        let count = counts(&under, &classes);
        checks.check("undersampled_counts", count, expected.value("undersampled_counts")?);
        let over = oversample(&rows, &classes, seed).map_err(Stop::refused)?;
        let complete = rows.iter().all(|row| over.binary_search(row).is_ok());
        require(&mut checks, "invariants", complete, "every row");
        let count = counts(&over, &classes);
        checks.check("oversampled_counts", count, expected.value("oversampled_counts")?);
        let drawn = balanced_bootstrap(&rows, &classes, 10_000, seed).map_err(Stop::refused)?;
        let [least, most] = band[..] else {
            return Err(Stop::malformed("draws_10000_class_count_6_sigma", "two numbers"));
        };
        for count in counts(&drawn, &classes) {
            checks.check_at_most("draws_10000_class_count_6_sigma", count as f64, most);
            checks.check_at_most("draws_10000_class_count_6_sigma", -(count as f64), -least);
        }
    }
    Ok(checks)
}

/// The distinct rows of many samples, within six standard errors of what is expected.
fn coverage(case: &Fields<'_>, mut checks: Checks) -> Result<Checks, Stop> {
    let m = case.count("n")?;
    let expected = case.fields("expected")?;
    let rounds = 2000;
    let samples = Bootstrap { rounds, seed: 0 }.folds(m).map_err(Stop::refused)?;
    let distinct: Vec<f64> = samples.iter().map(|fold| (m - fold.test.len()) as f64).collect();
    let moments = Moments::of(&distinct).map_err(Stop::refused)?;
    let mean = moments.mean().map_err(Stop::refused)?;
    let deviation = moments.sample_sd().map_err(Stop::refused)?;
    let sd = expected.number("sd_unique")?;
    let error = 6.0 * sd / (rounds as f64).sqrt();
    let apart = (mean - expected.number("expected_unique")?).abs();
    checks.check_at_most("expected_unique", apart, error);
    let left_out = 1.0 - mean / m as f64;
    let apart = (left_out - expected.number("prob_left_out")?).abs();
    checks.check_at_most("prob_left_out", apart, error / m as f64);
    let apart = (deviation - sd).abs();
    checks.check_at_most("sd_unique", apart, error / 2.0_f64.sqrt());
    Ok(checks)
}
