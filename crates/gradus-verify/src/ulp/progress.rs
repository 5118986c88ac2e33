//! How far a sweep is.

use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// Numbers from which on a sweep is worth a line for each tenth.
const LONG: u64 = 100_000_000;

/// A bar on standard error, if that is a terminal, and a line for each tenth of a long sweep if not.
pub(super) struct Progress {
    bar: ProgressBar,
    done: AtomicU64,
}

impl Progress {
    /// Of a function in one type.
    pub(super) fn new(function: &str, kind: &str) -> Self {
        let bar = ProgressBar::new(0).with_message(format!("{function} {kind}"));
        let template = "{msg:14} [{bar:30}] {percent:>3} %, {human_pos} numbers, {eta} left";
        let bar = match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        };
        Self { bar, done: AtomicU64::new(0) }
    }

    /// That nobody sees.
    #[cfg(test)]
    pub(super) fn hidden() -> Self {
        Self { bar: ProgressBar::hidden(), done: AtomicU64::new(0) }
    }

    /// So many numbers are to come.
    pub(super) fn expect(&self, count: u64) {
        self.bar.set_length(count);
    }

    /// So many more are done.
    pub(super) fn add(&self, count: u64) {
        self.bar.inc(count);
        let before = self.done.fetch_add(count, Ordering::Relaxed);
        let total = self.bar.length().unwrap_or(0);
        if self.bar.is_hidden() && total >= LONG {
            let tenth = (before + count) * 10 / total;
            if tenth > before * 10 / total {
                eprintln!("{}: {tenth}0 %", self.bar.message());
            }
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
