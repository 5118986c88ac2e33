//! `adam` and `optimisers`: one update of ten million parameters, which memory alone should limit.

use std::hint::black_box;

use gradus_optim::{
    Adagrad, Adam, AdamW, AmsGrad, Centring, ClipNorm, ClipValue, L1, L1Step, Momentum, NAdam,
    Nesterov, NesterovForm, OptimError, Optimizer, RmsProp, Sgd,
};

use super::Figures;
use super::measure::{Spread, seconds};
use super::report::Figure;

const PARAMETERS: usize = 10_000_000;
/// Rounds of an optimiser that is measured alone, and of one among all.
const ROUNDS: [usize; 2] = [15, 7];

/// An optimiser, and how many arrays of parameters' length one step of it reads or writes.
struct Row {
    name: &'static str,
    optimizer: Box<dyn Optimizer<f32>>,
    arrays: usize,
}

/// Adam reads θ, g, v, s and writes θ, v, s.
fn adam() -> Result<Row, OptimError> {
    row("adam", Adam::default().build()?, 7)
}

fn row(
    name: &'static str,
    optimizer: impl Optimizer<f32> + 'static,
    arrays: usize,
) -> Result<Row, OptimError> {
    Ok(Row { name, optimizer: Box::new(optimizer), arrays })
}

/// Every optimiser, and transformations in the same pass. θ is read and written and g read; each
/// array of state is read and written.
fn all() -> Result<Vec<Row>, OptimError> {
    let look_ahead = Nesterov { form: NesterovForm::LookAhead, ..Nesterov::default() };
    let rewritten = Nesterov { form: NesterovForm::Rewritten, ..Nesterov::default() };
    let centred = RmsProp { centring: Centring::Mean, momentum: 0.9, ..RmsProp::default() };
    let proximal = L1 { rate: 1e-4, step: L1Step::Proximal, ..L1::default() };
    Ok(vec![
        row("sgd", Sgd::default().build()?, 3)?,
        row("momentum", Momentum::default().build()?, 5)?,
        row("nesterov", rewritten.build()?, 5)?,
        // To look ahead reads θ and v and writes θ and where it stood; the update reads that, g and
        // v, and writes θ and v.
        row("nesterov, look-ahead", look_ahead.build()?, 9)?,
        row("adagrad", Adagrad::default().build()?, 5)?,
        row("rmsprop", RmsProp::default().build()?, 5)?,
        row("rmsprop, centred, momentum", centred.build()?, 9)?,
        adam()?,
        row("amsgrad", AmsGrad::default().build()?, 9)?,
        row("adamw", AdamW::default().build()?, 7)?,
        row("nadam", NAdam::default().build()?, 7)?,
        row("adam, clipped by value", ClipValue { limit: 0.1 }.over(Adam::default().build()?)?, 7)?,
        row("adam, proximal L1", proximal.over(Adam::default().build()?)?, 7)?,
        // The norm is a pass over g before.
        row("sgd, clipped by norm", ClipNorm { max_norm: 1.0 }.over(Sgd::default().build()?)?, 4)?,
    ])
}

pub(crate) fn measure_adam() -> Result<Figures, String> {
    let adam = adam().map_err(|error| error.to_string())?;
    let Step { updates, copies, traffic, ratios } = measure(adam, ROUNDS[0])?;
    Ok(vec![
        Figure::new("update of 1e7 f32 parameters", "ms", updates),
        Figure::new("traffic of the update", "GB/s", traffic),
        Figure::new("copy bandwidth", "GB/s", copies).by("copy"),
        Figure::new("update / its traffic at copy bandwidth", "", ratios),
    ])
}

pub(crate) fn measure_all() -> Result<Figures, String> {
    let mut figures = Vec::new();
    for row in all().map_err(|error| error.to_string())? {
        let name = row.name;
        let Step { updates, copies, ratios, .. } = measure(row, ROUNDS[1])?;
        figures.push(Figure::new(format!("{name}: update"), "ms", updates));
        figures.push(Figure::new(format!("{name}: copy bandwidth"), "GB/s", copies).by("copy"));
        figures.push(Figure::new(
            format!("{name}: update / its traffic at copy bandwidth"),
            "",
            ratios,
        ));
    }
    Ok(figures)
}

/// What a step costs.
struct Step {
    updates: Spread,
    copies: Spread,
    traffic: Spread,
    ratios: Spread,
}

fn measure(row: Row, rounds: usize) -> Result<Step, String> {
    let Row { name, mut optimizer, arrays } = row;
    let mut theta = vec![0.5_f32; PARAMETERS];
    let gradient: Vec<f32> = (0..PARAMETERS).map(|i| (i % 101) as f32 * 0.01 - 0.5).collect();
    let mut target = vec![0.0_f32; PARAMETERS];
    let mut refused = None;
    let mut update = || {
        let mut step = || {
            optimizer.look_ahead(0, &mut theta)?;
            optimizer.begin_step();
            optimizer.update(0, &mut theta, &gradient)
        };
        refused = refused.take().or(step().err());
    };
    update();
    target.copy_from_slice(&gradient);
    let bytes = (PARAMETERS * size_of::<f32>()) as f64;
    let [mut updates, mut copies, mut traffic, mut ratios] = [const { Vec::new() }; 4];
    for _ in 0..rounds {
        let update = seconds(1, &mut update);
        let copy = seconds(2, || {
            target.copy_from_slice(black_box(&gradient));
            black_box(&mut target);
        });
        updates.push(update * 1e3);
        copies.push(2.0 * bytes / copy * 1e-9);
        traffic.push(arrays as f64 * bytes / update * 1e-9);
        ratios.push(update / (arrays as f64 / 2.0 * copy));
    }
    match refused {
        Some(error) => Err(format!("{name}: {error}")),
        None => Ok(Step {
            updates: Spread::of(&updates),
            copies: Spread::of(&copies),
            traffic: Spread::of(&traffic),
            ratios: Spread::of(&ratios),
        }),
    }
}
