//! `elementwise`: elementary functions, softmax and Adam's update, beside plain loops and a copy.

use std::hint::black_box;
use std::time::Duration;

use gradus_linalg::{MatMut, MatRef, Scalar, softmax_rows, vmath};
use gradus_optim::{Adam, Optimizer};

use super::Figures;
use super::measure::{Spread, fastest, repeats};
use super::report::Figure;

/// Columns of the matrix whose rows softmax normalises.
const CLASSES: usize = 10;
const ROUNDS: usize = 5;
const SAMPLE: Duration = Duration::from_millis(2);

/// Out ← f(x).
type Map<T> = fn(&[T], &mut [T]);

/// A function, by a kernel and by the loop that one would write without it.
struct Function<T> {
    name: &'static str,
    kernel: Map<T>,
    plain: Map<T>,
}

fn functions<T: Scalar>() -> [Function<T>; 7] {
    [
        Function { name: "exp", kernel: vmath::exp, plain: |x, out| each(x, out, |x| x.exp()) },
        Function { name: "tanh", kernel: vmath::tanh, plain: |x, out| each(x, out, |x| x.tanh()) },
        Function {
            name: "sigmoid",
            kernel: vmath::sigmoid,
            plain: |x, out| each(x, out, |x| T::one() / (T::one() + (-x).exp())),
        },
        Function { name: "sin", kernel: vmath::sin, plain: |x, out| each(x, out, |x| x.sin()) },
        Function { name: "cos", kernel: vmath::cos, plain: |x, out| each(x, out, |x| x.cos()) },
        Function { name: "atan", kernel: vmath::atan, plain: |x, out| each(x, out, |x| x.atan()) },
        Function { name: "softmax of rows", kernel: softmax, plain: plain_softmax },
    ]
}

fn each<T: Scalar>(x: &[T], out: &mut [T], f: impl Fn(T) -> T) {
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f(x);
    }
}

fn softmax<T: Scalar>(x: &[T], out: &mut [T]) {
    let rows = x.len() / CLASSES;
    softmax_rows(MatRef::new(x, rows, CLASSES), MatMut::new(out, rows, CLASSES));
}

fn plain_softmax<T: Scalar>(x: &[T], out: &mut [T]) {
    let rows = x.len() / CLASSES;
    for i in 0..rows {
        let row = || x[i..].iter().step_by(rows);
        let most = row().fold(x[i], |most, &z| if z > most { z } else { most });
        let mut sum = T::zero();
        for (out, &z) in out[i..].iter_mut().step_by(rows).zip(row()) {
            *out = (z - most).exp();
            sum += *out;
        }
        for out in out[i..].iter_mut().step_by(rows) {
            *out /= sum;
        }
    }
}

/// Parameters, gradient and averages of a plain Adam.
struct PlainAdam<T> {
    theta: Vec<T>,
    gradient: Vec<T>,
    first: Vec<T>,
    second: Vec<T>,
}

impl<T: Scalar> PlainAdam<T> {
    fn update(&mut self) {
        let [rate, eps, b1, b2] = [1e-3, 1e-8, 0.9, 0.999].map(T::of);
        let averages = self.first.iter_mut().zip(&mut self.second);
        let arrays = self.theta.iter_mut().zip(&self.gradient).zip(averages);
        for ((theta, &g), (v, s)) in arrays {
            *v = b1 * *v + (T::one() - b1) * g;
            *s = b2 * *s + (T::one() - b2) * g * g;
            *theta -= rate * *v / (s.sqrt() + eps);
        }
    }
}

pub(crate) fn measure() -> Result<Figures, String> {
    let mut figures = Vec::new();
    for (bytes, place) in [(32_000, "in cache"), (64_000_000, "in memory")] {
        figures.extend(sizes::<f32>(bytes, place)?);
        figures.extend(sizes::<f64>(bytes, place)?);
    }
    Ok(figures)
}

/// All functions on arrays of so many bytes.
fn sizes<T: Scalar>(bytes: usize, place: &str) -> Result<Figures, String> {
    let len = bytes / size_of::<T>();
    let x: Vec<T> = (0..len).map(|i| T::of((i % 2001) as f64 * 0.01 - 10.0)).collect();
    let mut out = vec![T::zero(); len];
    let about = |name: &str| format!("{name} {}, {place}", T::NAME);
    let mut figures = Vec::new();
    let mut copies = Vec::new();
    for function in functions::<T>() {
        let [kernel, plain, copy] = beside(
            (&x, &mut out),
            |(x, out)| (function.kernel)(black_box(x), out),
            |(x, out)| (function.plain)(black_box(x), out),
            |(x, out)| out.copy_from_slice(black_box(x)),
        );
        figures.extend(lines(&about(function.name), len, 1.0, &[&kernel, &plain, &copy]));
        copies.extend(copy);
    }

    let mut optimizer = Adam::default().build::<T>().map_err(|error| error.to_string())?;
    let mut plain = PlainAdam {
        theta: x.clone(),
        gradient: x.clone(),
        first: vec![T::zero(); len],
        second: vec![T::zero(); len],
    };
    let mut theta = x.clone();
    let fused = |(x, _): &mut (&Vec<T>, &mut Vec<T>)| {
        optimizer.begin_step();
        optimizer.update(0, &mut theta, x).expect("lengths agree");
    };
    let [fused, plain, copy] = beside(
        (&x, &mut out),
        fused,
        |_| {
            plain.update();
            black_box(&mut plain.theta);
        },
        |(x, out)| out.copy_from_slice(black_box(x)),
    );
    // Seven arrays pass instead of two: θ, g, v, s → θ, v, s.
    figures.extend(lines(&about("Adam's update"), len, 3.5, &[&fused, &plain, &copy]));
    copies.extend(copy);
    let bandwidth: Vec<f64> =
        copies.iter().map(|s| 2.0 * (len * size_of::<T>()) as f64 / s * 1e-9).collect();
    figures.push(Figure::new(about("copy"), "GB/s", Spread::of(&bandwidth)).by("copy"));
    Ok(figures)
}

/// Seconds of three kinds of work on the same state, in rounds.
fn beside<S>(
    mut state: S,
    mut kernel: impl FnMut(&mut S),
    mut plain: impl FnMut(&mut S),
    mut copy: impl FnMut(&mut S),
) -> [Vec<f64>; 3] {
    let works: [&mut dyn FnMut(&mut S); 3] = [&mut kernel, &mut plain, &mut copy];
    let mut works = works.map(|work| (repeats(SAMPLE, || work(&mut state)), work));
    let mut samples = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for ((count, work), samples) in works.iter_mut().zip(&mut samples) {
            samples.push(fastest(*count, || work(&mut state)));
        }
    }
    samples
}

/// The figures of one function; its traffic takes so many copies.
fn lines(
    name: &str,
    len: usize,
    traffic: f64,
    [kernel, plain, copy]: &[&Vec<f64>; 3],
) -> [Figure; 4] {
    let per_element =
        |samples: &[f64]| -> Vec<f64> { samples.iter().map(|s| s * 1e9 / len as f64).collect() };
    let over = |below: &[f64]| -> Vec<f64> {
        kernel.iter().zip(below).map(|(kernel, below)| kernel / below).collect()
    };
    let copies: Vec<f64> = copy.iter().map(|copy| copy * traffic).collect();
    let faster: Vec<f64> = over(plain).iter().map(|ratio| 1.0 / ratio).collect();
    [
        Figure::new(name.to_owned(), "ns/element", Spread::of(&per_element(kernel))),
        Figure::new(name.to_owned(), "ns/element", Spread::of(&per_element(plain)))
            .by("plain loop"),
        Figure::new(format!("{name}: plain / kernel"), "", Spread::of(&faster)),
        Figure::new(format!("{name}: kernel / traffic"), "", Spread::of(&over(&copies))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_loops_compute_what_the_kernels_compute() {
        let x: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.37 - 7.0).collect();
        for function in functions::<f64>() {
            let (mut kernel, mut plain) = (vec![0.0; 40], vec![0.0; 40]);
            (function.kernel)(&x, &mut kernel);
            (function.plain)(&x, &mut plain);
            for (a, b) in kernel.iter().zip(&plain) {
                assert!((a - b).abs() <= 1e-14 * b.abs(), "{}: {a} and {b}", function.name);
            }
        }
    }
}
