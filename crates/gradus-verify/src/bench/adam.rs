//! `adam`: one update of ten million parameters, which memory alone should limit.

use std::hint::black_box;

use gradus_optim::{Adam, Optimizer};

use super::Figures;
use super::measure::{Spread, seconds};
use super::report::Figure;

const PARAMETERS: usize = 10_000_000;
/// Arrays that an update reads or writes: θ, g, v, s → θ, v, s.
const ARRAYS: usize = 7;
const ROUNDS: usize = 15;

pub(crate) fn measure() -> Result<Figures, String> {
    let mut optimizer = Adam::default().build::<f32>().map_err(|error| error.to_string())?;
    let mut theta = vec![0.5_f32; PARAMETERS];
    let gradient: Vec<f32> = (0..PARAMETERS).map(|i| (i % 101) as f32 * 0.01 - 0.5).collect();
    let mut target = vec![0.0_f32; PARAMETERS];
    let mut update = || {
        optimizer.begin_step();
        optimizer.update(0, &mut theta, &gradient).expect("lengths agree");
    };
    update();
    target.copy_from_slice(&gradient);
    let bytes = (PARAMETERS * size_of::<f32>()) as f64;
    let [mut updates, mut copies, mut traffic, mut ratios] = [const { Vec::new() }; 4];
    for _ in 0..ROUNDS {
        let update = seconds(1, &mut update);
        let copy = seconds(2, || {
            target.copy_from_slice(black_box(&gradient));
            black_box(&mut target);
        });
        updates.push(update * 1e3);
        copies.push(2.0 * bytes / copy * 1e-9);
        traffic.push(ARRAYS as f64 * bytes / update * 1e-9);
        ratios.push(update / (ARRAYS as f64 / 2.0 * copy));
    }
    Ok(vec![
        Figure::new("update of 1e7 f32 parameters", "ms", Spread::of(&updates)),
        Figure::new("traffic of the update", "GB/s", Spread::of(&traffic)),
        Figure::new("copy bandwidth", "GB/s", Spread::of(&copies)).by("copy"),
        Figure::new("update / its traffic at copy bandwidth", "", Spread::of(&ratios)),
    ])
}
