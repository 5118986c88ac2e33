//! `threshold`: networks of threshold units for truth tables of 16 inputs.

use std::hint::black_box;

use gradus_nn::NnError;
use gradus_nn::threshold::TruthTable;

use super::Figures;
use super::measure::{Spread, seconds};
use super::report::Figure;

const INPUTS: usize = 16;
const ROUNDS: usize = 7;

pub(crate) fn measure() -> Result<Figures, String> {
    figures().map_err(|error| error.to_string())
}

fn figures() -> Result<Figures, NnError> {
    // Half of the rows at random, by the bits of a multiplication: no pattern is shared.
    let mut row = 0_u64;
    let table = TruthTable::from_fn(INPUTS, |_| {
        row += 1;
        row.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).count_ones() % 2 == 1
    })?;
    let mut figures = Vec::new();
    for (name, build) in [
        ("shared halves", TruthTable::network as fn(&TruthTable) -> _),
        ("one unit a row", TruthTable::minterm_network),
    ] {
        let network = build(&table);
        let units = network.units().len() as f64;
        let same = network.truth_tables()? == [table.clone()];
        let building: Vec<f64> = (0..ROUNDS)
            .map(|_| seconds(1, || drop(black_box(build(black_box(&table))))) * 1e3)
            .collect();
        let answering: Vec<f64> = (0..ROUNDS)
            .map(|_| seconds(1, || drop(black_box(network.truth_tables()))) * 1e3)
            .collect();
        figures.extend([
            Figure::new(format!("16 inputs, {name}: units"), "", Spread::once(units)),
            Figure::new(format!("16 inputs, {name}: synthesis"), "ms", Spread::of(&building)),
            Figure::new(format!("16 inputs, {name}: all 65536 rows"), "ms", Spread::of(&answering)),
            Figure::new(
                format!("16 inputs, {name}: agrees with the table"),
                "",
                Spread::once(f64::from(u8::from(same))),
            ),
        ]);
    }
    Ok(figures)
}
