//! `tape`: what recording and differentiating an operation costs, on 1×1 matrices.

use std::time::Instant;

use gradus_autograd::{Tape, Var};

use super::Figures;
use super::measure::Spread;
use super::report::Figure;

/// Operations in a chain.
const LENGTH: usize = 1_000;
const ROUNDS: usize = 301;

/// The next value of a chain, given the last and the first.
type Link = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;

const OPERATIONS: [(&str, Link); 7] = [
    ("add", |y, x| y + x),
    ("multiply", |y, x| y * x),
    ("divide", |y, x| y / x),
    ("relu", |y, _| y.relu()),
    ("tanh", |y, _| y.tanh()),
    ("sigmoid", |y, _| y.sigmoid()),
    ("1×1 product", |y, x| y.matmul(x)),
];

pub(crate) fn measure() -> Figures {
    let mut figures = Vec::new();
    let (mut all_records, mut all_backwards) = (Vec::new(), Vec::new());
    for (name, link) in OPERATIONS {
        let (records, backwards) = chain(link);
        figures.push(Figure::new(format!("record {name}"), "ns/op", Spread::of(&records)));
        figures.push(Figure::new(format!("backward {name}"), "ns/op", Spread::of(&backwards)));
        all_records.extend(records);
        all_backwards.extend(backwards);
    }
    figures.push(Figure::new("record, all operations", "ns/op", Spread::of(&all_records)));
    figures.push(Figure::new("backward, all operations", "ns/op", Spread::of(&all_backwards)));
    figures
}

/// Nanoseconds per operation of recording and of backward; the reset between steps counts as
/// recording.
fn chain(link: Link) -> (Vec<f64>, Vec<f64>) {
    let mut tape = Tape::new();
    let (mut records, mut backwards) = (Vec::new(), Vec::new());
    let each = |start: Instant| start.elapsed().as_secs_f64() * 1e9 / LENGTH as f64;
    for round in 0..=ROUNDS {
        let start = Instant::now();
        tape.reset();
        let x = tape.scalar(1.000_1);
        let y = (0..LENGTH).fold(x, |y, _| link(y, x));
        let record = each(start);
        let start = Instant::now();
        let gradients = y.backward();
        let backward = each(start);
        std::hint::black_box(gradients.item(x));
        tape.recycle(gradients);
        // The first round fills the pool.
        if round > 0 {
            records.push(record);
            backwards.push(backward);
        }
    }
    (records, backwards)
}
