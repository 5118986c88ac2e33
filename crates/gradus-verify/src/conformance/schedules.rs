//! schedules.json: the rates of each law, epoch by epoch.

use gradus_linalg::Scalar;
use gradus_optim::schedules::{
    Anneal, Better, Cosine, Exponential, InverseLinear, InverseSqrt, InverseSqrtEpoch, InverseTime,
    LinearWarmup, MultiStep, OneCycle, Phases, ReduceOnPlateau, Schedule, Step, Threshold,
};
use gradus_optim::{Optimizer, Sgd};
use serde_json::Value;

use super::case::Stop;
use super::compare::{Checks, Tolerance};
use super::fields::Fields;

pub(super) fn run<T: Scalar>(case: &Fields<'_>, file: &Fields<'_>) -> Result<Checks, Stop> {
    case.skip(&["computed_by"]);
    let params = case.fields("params")?;
    params.skip(&["formula"]);
    let expected = case.list("lr")?;
    let rates = if case.text("schedule")? == "reduce_on_plateau" {
        let mut plateau = plateau(&params)?.start().map_err(Stop::refused)?;
        let mut rates = vec![plateau.lr()];
        rates.extend(case.numbers("metrics")?.into_iter().map(|metric| plateau.observe(metric)));
        rates
    } else {
        let (law, first) = schedule(case, &params)?;
        law.check().map_err(Stop::refused)?;
        // Where the notes count from 1, our t is one less.
        let given = match first {
            Some(field) => case.count(field)?,
            None => 0,
        };
        if given != usize::from(first.is_some()) {
            return Err(Stop::not_implemented("a count from another number"));
        }
        (0..expected.len() as u64).map(|t| law.lr(t)).collect()
    };
    let mut checks = Checks::new(Tolerance::read(&file.fields("tolerance")?)?);
    let rates: Vec<f64> = rates.into_iter().map(applied::<T>).collect::<Result<_, _>>()?;
    checks.check("lr", rates, case.value("lr")?);
    Ok(checks)
}

/// A rate as the steps of a type have it: how far one against a gradient of 1 goes.
fn applied<T: Scalar>(rate: f64) -> Result<f64, Stop> {
    let mut sgd = Sgd { lr: 0.0 }.build::<T>().map_err(Stop::refused)?;
    let mut theta = [T::zero()];
    sgd.set_lr(rate).map_err(Stop::refused)?;
    sgd.begin_step();
    sgd.update(0, &mut theta, &[-T::one()]).map_err(Stop::refused)?;
    Ok(theta[0].to_f64())
}

/// The law, and the field that says where it counts from if not from 0.
fn schedule(
    case: &Fields<'_>,
    params: &Fields<'_>,
) -> Result<(Schedule, Option<&'static str>), Stop> {
    let number = |key| params.number(key);
    let count = |key| params.count(key).map(|count| count as u64);
    let mut first = None;
    let law = match case.text("schedule")? {
        "inverse_time" => {
            Schedule::InverseTime(InverseTime { lr0: number("lr0")?, beta: number("beta")? })
        }
        "exponential" => {
            Schedule::Exponential(Exponential { lr0: number("lr0")?, gamma: number("gamma")? })
        }
        "k_over_sqrt_epoch" => {
            first = Some("first_epoch");
            let law = InverseSqrtEpoch { lr0: number("lr0")?, k: number("k")? };
            Schedule::InverseSqrtEpoch(law)
        }
        "a_over_b_plus_t" => {
            Schedule::InverseLinear(InverseLinear { a: number("a")?, b: number("b")? })
        }
        "a_over_sqrt_t" => {
            first = Some("first_t");
            Schedule::InverseSqrt(InverseSqrt { a: number("a")? })
        }
        "step" => Schedule::Step(Step {
            lr0: number("lr0")?,
            every: count("step_size")?,
            gamma: number("gamma")?,
        }),
        "multi_step" => Schedule::MultiStep(MultiStep {
            lr0: number("lr0")?,
            milestones: params.counts("milestones")?.into_iter().map(|t| t as u64).collect(),
            gamma: number("gamma")?,
        }),
        "cosine" => Schedule::Cosine(Cosine {
            lr0: number("lr0")?,
            t_max: count("t_max")?,
            lr_min: number("lr_min")?,
        }),
        "linear_warmup" => Schedule::LinearWarmup(LinearWarmup {
            lr0: number("lr0")?,
            warmup: count("warmup")?,
            start_factor: number("start_factor")?,
        }),
        "warmup_cosine" => Schedule::warmup_cosine(
            number("lr0")?,
            count("warmup")?,
            count("total")?,
            number("lr_min")?,
        ),
        "one_cycle" => Schedule::OneCycle(OneCycle {
            max_lr: number("max_lr")?,
            total: count("total_steps")?,
            rise: number("pct_start")?,
            anneal: match params.text("anneal_strategy")? {
                "cos" => Anneal::Cosine,
                "linear" => Anneal::Linear,
                other => return Err(Stop::not_implemented(format!("anneal_strategy {other}"))),
            },
            div_factor: number("div_factor")?,
            final_div_factor: number("final_div_factor")?,
            phases: match params.value("three_phase")? {
                Value::Bool(false) => Phases::Two,
                Value::Bool(true) => Phases::Three,
                _ => return Err(Stop::malformed("params.three_phase", "true or false")),
            },
        }),
        other => return Err(Stop::not_implemented(format!("schedule {other}"))),
    };
    Ok((law, first))
}

fn plateau(params: &Fields<'_>) -> Result<ReduceOnPlateau, Stop> {
    let threshold = params.number("threshold")?;
    Ok(ReduceOnPlateau {
        lr0: params.number("lr0")?,
        better: match params.text("mode")? {
            "min" => Better::Lower,
            "max" => Better::Higher,
            other => return Err(Stop::not_implemented(format!("mode {other}"))),
        },
        factor: params.number("factor")?,
        patience: params.count("patience")? as u64,
        threshold: match params.text("threshold_mode")? {
            "rel" => Threshold::Relative(threshold),
            "abs" => Threshold::Absolute(threshold),
            other => return Err(Stop::not_implemented(format!("threshold_mode {other}"))),
        },
        cooldown: params.count("cooldown")? as u64,
        lr_min: params.number("min_lr")?,
        eps: params.number("eps")?,
    })
}
