//! What is shown while a network is trained.

use std::time::Duration;

use gradus::train::{EpochRecord, Flow, Observer};
use indicatif::{ProgressBar, ProgressStyle};

use crate::error::CliError;
use crate::output::Output;

/// A sign of life on standard error, if that is a terminal and no machine reads.
pub(crate) fn spinner(message: &'static str, quiet: bool) -> ProgressBar {
    let spinner = if quiet { ProgressBar::hidden() } else { ProgressBar::new_spinner() };
    spinner.set_message(message);
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// A bar of so many fits on standard error, if that is a terminal and no machine reads.
pub(crate) fn fits_bar(fits: usize, quiet: bool) -> ProgressBar {
    steps_bar("fit", fits, quiet)
}

/// The same of steps of any kind.
pub(crate) fn steps_bar(what: &str, steps: usize, quiet: bool) -> ProgressBar {
    let bar = if quiet { ProgressBar::hidden() } else { ProgressBar::new(steps as u64) };
    let template = format!("{what} {{pos}} of {{len}} [{{bar:30}}] {{percent:>3}} %, {{eta}} left");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A line an epoch on standard output, and a bar on standard error if that is a terminal.
#[derive(Debug)]
pub(crate) struct Progress<'o> {
    /// Where lines go; `None` for a machine, which gets the curves at the end.
    lines: Option<&'o mut Output>,
    bar: ProgressBar,
    epochs: usize,
    best: f64,
    failure: Option<CliError>,
}

impl<'o> Progress<'o> {
    pub(crate) fn new(lines: Option<&'o mut Output>, epochs: usize) -> Self {
        let bar = if lines.is_some() { ProgressBar::no_length() } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{msg} [{bar:30}] {percent:>3} %, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { lines, bar, epochs, best: f64::INFINITY, failure: None }
    }

    /// Takes the bar away, and tells whether all lines could be written.
    pub(crate) fn finish(self) -> Result<(), CliError> {
        self.bar.finish_and_clear();
        self.failure.map_or(Ok(()), Err)
    }

    fn line(&mut self, line: &str) {
        let Self { lines: Some(output), bar, failure, .. } = self else { return };
        if let Err(error) = bar.suspend(|| output.line(format_args!("{line}"))) {
            failure.get_or_insert(error);
        }
    }
}

impl Observer for Progress<'_> {
    fn epoch_start(&mut self, epoch: usize, batches: usize) {
        if epoch == 1 {
            self.bar.set_length((self.epochs * batches) as u64);
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
        self.bar.set_message(format!("epoch {epoch} of at most {}", self.epochs));
    }

    fn batch_end(&mut self, _batch: usize, _cost: f64) {
        self.bar.inc(1);
    }

    fn epoch_end(&mut self, record: &EpochRecord) -> Flow {
        if record.epoch == 1 {
            let classes = record.train.accuracy.is_some();
            let accuracies = if classes { "  train accuracy  dev accuracy" } else { "" };
            self.line(&format!("epoch  train cost  dev cost{accuracies}"));
        }
        let mut line = format!("{:>5}  {:>10.5}", record.epoch, record.train.cost);
        if let Some(dev) = &record.dev {
            line.push_str(&format!("  {:>8.5}", dev.cost));
            if let (Some(train), Some(dev)) = (record.train.accuracy, dev.accuracy) {
                line.push_str(&format!("  {train:>14.4}  {dev:>12.4}"));
            }
            if dev.cost < self.best {
                self.best = dev.cost;
                line.push_str("  *");
            }
        }
        self.line(&line);
        if self.failure.is_some() { Flow::Stop } else { Flow::Continue }
    }
}
