//! Early stopping.

/// Remembers the least dev cost, and how long ago one was better by enough.
#[derive(Clone, Debug)]
pub(crate) struct EarlyStopping {
    patience: Option<usize>,
    min_delta: f64,
    least: f64,
    better: f64,
    since_better: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// No epoch before had a cost as low.
    pub(crate) least: bool,
    /// Patience is at its end.
    pub(crate) stop: bool,
}

impl EarlyStopping {
    pub(crate) fn new(patience: Option<usize>, min_delta: f64) -> Self {
        Self { patience, min_delta, least: f64::INFINITY, better: f64::INFINITY, since_better: 0 }
    }

    pub(crate) fn judge(&mut self, cost: f64) -> Verdict {
        let least = cost < self.least;
        self.least = self.least.min(cost);
        if cost < self.better - self.min_delta {
            self.better = cost;
            self.since_better = 0;
        } else {
            self.since_better += 1;
        }
        let stop = self.patience.is_some_and(|patience| self.since_better >= patience);
        Verdict { least, stop }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_after_patience_epochs_without_a_better_cost() {
        let mut rule = EarlyStopping::new(Some(2), 0.1);
        let mut judge = |cost| {
            let Verdict { least, stop } = rule.judge(cost);
            (least, stop)
        };
        assert_eq!(judge(1.0), (true, false));
        assert_eq!(judge(0.95), (true, false)); // the least, but not better by enough
        assert_eq!(judge(0.8), (true, false));
        assert_eq!(judge(0.8), (false, false));
        assert_eq!(judge(0.79), (true, true));
    }

    #[test]
    fn without_patience_it_never_stops() {
        let mut patient = EarlyStopping::new(None, 0.0);
        assert!(patient.judge(1.0).least);
        assert!((0..100).all(|_| patient.judge(1.0) == Verdict { least: false, stop: false }));
    }
}
