//! Figures on the screen, and as JSON lines.

use std::borrow::Cow;

use serde::Serialize;

use super::measure::Spread;

/// One measured quantity.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What was measured: gradus, or what stands beside it.
    pub(crate) system: &'static str,
    pub(crate) metric: Cow<'static, str>,
    pub(crate) unit: &'static str,
    pub(crate) spread: Spread,
}

impl Figure {
    pub(crate) fn new(
        metric: impl Into<Cow<'static, str>>,
        unit: &'static str,
        spread: Spread,
    ) -> Self {
        Self { system: "gradus", metric: metric.into(), unit, spread }
    }

    /// A figure of something else.
    pub(crate) fn by(self, system: &'static str) -> Self {
        Self { system, ..self }
    }
}

#[derive(Serialize)]
struct Line<'a> {
    workload: &'a str,
    system: &'static str,
    threads: usize,
    metric: &'a str,
    value: f64,
    min: f64,
    max: f64,
    n: usize,
    unit: &'a str,
}

/// Prints figures as they come.
#[derive(Debug)]
pub(crate) struct Report {
    threads: usize,
    json: bool,
}

impl Report {
    pub(crate) fn new(threads: usize, json: bool) -> Self {
        Self { threads, json }
    }

    pub(crate) fn print(&self, workload: &str, figures: &[Figure]) {
        let longest = figures.iter().map(|figure| figure.metric.chars().count()).max();
        let width = longest.unwrap_or(0).max("metric".len());
        if !self.json {
            println!(
                "{:<12} {:>7}  {:<14} {:<width$} {:>10} {:>10} {:>10} {:>5}  unit",
                "workload", "threads", "system", "metric", "median", "min", "max", "n"
            );
        }
        for figure in figures {
            let Spread { median, min, max, n } = figure.spread;
            if self.json {
                let line = Line {
                    workload,
                    system: figure.system,
                    threads: self.threads,
                    metric: &figure.metric,
                    value: median,
                    min,
                    max,
                    n,
                    unit: figure.unit,
                };
                match serde_json::to_string(&line) {
                    Ok(line) => println!("{line}"),
                    Err(error) => eprintln!("bench: {} is no JSON: {error}", figure.metric),
                }
            } else {
                println!(
                    "{workload:<12} {:>7}  {:<14} {:<width$} {:>10} {:>10} {:>10} {n:>5}  {}",
                    self.threads,
                    figure.system,
                    figure.metric,
                    number(median),
                    number(min),
                    number(max),
                    figure.unit
                );
            }
        }
    }
}

/// Four significant digits.
fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-5 {
        return format!("{x:.3e}");
    }
    let digits = if x == 0.0 { 0 } else { 3 - x.abs().log10().floor() as i32 };
    format!("{x:.*}", digits.clamp(0, 9) as usize)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_keep_four_digits() {
        assert_eq!(number(12345.678), "12346");
        assert_eq!(number(1.23456), "1.235");
        assert_eq!(number(0.001_234_56), "0.001235");
        assert_eq!(number(0.0), "0");
        assert_eq!(number(1.733_3e-8), "1.733e-8");
        assert_eq!(number(-2.5e-12), "-2.500e-12");
    }
}
