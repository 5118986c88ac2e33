//! Early stopping.

/// Remembers the best dev cost and how long ago it was.
#[derive(Clone, Debug)]
pub(crate) struct EarlyStopping {
    patience: Option<usize>,
    min_delta: f64,
    best: f64,
    since_best: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Better,
    NotBetter,
    Stop,
}

impl EarlyStopping {
    pub(crate) fn new(patience: Option<usize>, min_delta: f64) -> Self {
        Self { patience, min_delta, best: f64::INFINITY, since_best: 0 }
    }

    pub(crate) fn judge(&mut self, cost: f64) -> Verdict {
        if cost < self.best - self.min_delta {
            self.best = cost;
            self.since_best = 0;
            return Verdict::Better;
        }
        self.since_best += 1;
        match self.patience {
            Some(patience) if self.since_best >= patience => Verdict::Stop,
            _ => Verdict::NotBetter,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_after_patience_epochs_without_a_better_cost() {
        let mut rule = EarlyStopping::new(Some(2), 0.1);
        assert_eq!(rule.judge(1.0), Verdict::Better);
        assert_eq!(rule.judge(0.95), Verdict::NotBetter); // better by less than min_delta
        assert_eq!(rule.judge(0.8), Verdict::Better);
        assert_eq!(rule.judge(0.8), Verdict::NotBetter);
        assert_eq!(rule.judge(0.79), Verdict::Stop);
        let mut patient = EarlyStopping::new(None, 0.0);
        assert_eq!(patient.judge(1.0), Verdict::Better);
        assert!((0..100).all(|_| patient.judge(1.0) == Verdict::NotBetter));
    }
}
