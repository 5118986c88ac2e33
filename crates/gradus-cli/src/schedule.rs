//! The law of the learning rate that the options ask for.

use gradus::optim::schedules::{
    Cosine, Exponential, InverseTime, LinearWarmup, OneCycle, ReduceOnPlateau, Schedule, Sequence,
    Stage, Step,
};
use gradus::train::LearningRate;

use crate::args::ScheduleArg;

impl ScheduleArg {
    /// The law for a run of so many epochs, each of so many steps, after a warm-up of some epochs.
    ///
    /// Laws of epochs change the rate once an epoch; a warm-up, the cosine and one-cycle change it at
    /// each step. After a warm-up a law of epochs goes by steps as well, and is as far after each
    /// epoch as without.
    pub(crate) fn law(self, lr: f64, warmup: usize, epochs: usize, steps: usize) -> LearningRate {
        if let Self::Plateau { factor, patience } = self {
            let patience = patience as u64;
            let law = ReduceOnPlateau { lr0: lr, factor, patience, ..ReduceOnPlateau::default() };
            return LearningRate::OnPlateau(law);
        }
        let by_epoch = warmup == 0 && !matches!(self, Self::Cosine | Self::OneCycle);
        let law = self.after_warmup(lr, epochs - warmup, if by_epoch { 1 } else { steps });
        if by_epoch {
            return match law {
                Schedule::Constant(_) => LearningRate::Fixed,
                law => LearningRate::PerEpoch(law),
            };
        }
        if warmup == 0 {
            return LearningRate::PerStep(law);
        }
        // The first step goes 1/n of the rate, and the last of the warm-up all of it.
        let length = (warmup * steps) as u64;
        let climb = LinearWarmup { lr0: lr, warmup: length - 1, start_factor: 1.0 / length as f64 };
        let stages = vec![Stage { length, law: Schedule::LinearWarmup(climb) }];
        LearningRate::PerStep(Schedule::Sequence(Sequence { stages, last: Box::new(law) }))
    }

    /// The law over so many epochs, of which each counts `steps`.
    fn after_warmup(self, lr0: f64, epochs: usize, steps: usize) -> Schedule {
        let count = |epochs: usize| (epochs * steps) as u64;
        match self {
            Self::Constant | Self::Plateau { .. } => Schedule::Constant(lr0),
            Self::Step { every, factor } => {
                Schedule::Step(Step { lr0, every: count(every), gamma: factor })
            }
            Self::Exponential { factor } => {
                Schedule::Exponential(Exponential { lr0, gamma: factor.powf(1.0 / steps as f64) })
            }
            Self::InverseTime { beta } => {
                Schedule::InverseTime(InverseTime { lr0, beta: beta / steps as f64 })
            }
            Self::Cosine => Schedule::Cosine(Cosine { lr0, t_max: count(epochs), lr_min: 0.0 }),
            Self::OneCycle => {
                let total = count(epochs);
                Schedule::OneCycle(OneCycle { max_lr: lr0, total, ..OneCycle::default() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(learning_rate: &LearningRate, at: &[u64]) -> Vec<f64> {
        let (LearningRate::PerEpoch(law) | LearningRate::PerStep(law)) = learning_rate else {
            panic!("{learning_rate:?} is no law of time")
        };
        law.check().unwrap();
        at.iter().map(|&t| law.lr(t)).collect()
    }

    fn near(got: &[f64], expected: &[f64]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-12, "{got} is not {expected}");
        }
    }

    #[test]
    fn without_a_warm_up_laws_of_epochs_stay_such() {
        assert_eq!(ScheduleArg::Constant.law(0.1, 0, 10, 7), LearningRate::Fixed);
        let step = ScheduleArg::Step { every: 2, factor: 0.5 }.law(0.4, 0, 10, 7);
        assert!(matches!(step, LearningRate::PerEpoch(_)));
        near(&rates(&step, &[0, 1, 2, 4]), &[0.4, 0.4, 0.2, 0.1]);
        // The notes' 0.95^epoch·α₀ and α₀/(1 + β·epoch).
        let exponential = ScheduleArg::Exponential { factor: 0.95 }.law(1.0, 0, 10, 7);
        near(&rates(&exponential, &[0, 1, 2]), &[1.0, 0.95, 0.9025]);
        let inverse = ScheduleArg::InverseTime { beta: 1.0 }.law(0.2, 0, 10, 7);
        near(&rates(&inverse, &[0, 1, 2]), &[0.2, 0.1, 0.2 / 3.0]);
    }

    #[test]
    fn a_warm_up_climbs_step_by_step_and_the_law_follows() {
        let law = ScheduleArg::Exponential { factor: 0.5 }.law(0.8, 2, 10, 5);
        assert!(matches!(law, LearningRate::PerStep(_)));
        near(&rates(&law, &[0, 4, 9, 10, 15, 20]), &[0.08, 0.4, 0.8, 0.8, 0.4, 0.2]);
        let constant = ScheduleArg::Constant.law(0.8, 1, 10, 1);
        near(&rates(&constant, &[0, 1, 9]), &[0.8, 0.8, 0.8]);
    }

    #[test]
    fn the_cosine_and_one_cycle_end_with_the_last_epoch() {
        let cosine = ScheduleArg::Cosine.law(0.1, 0, 10, 5);
        near(&rates(&cosine, &[0, 25, 50]), &[0.1, 0.05, 0.0]);
        let after = ScheduleArg::Cosine.law(0.1, 2, 10, 5);
        near(&rates(&after, &[9, 30, 50]), &[0.1, 0.05, 0.0]);
        let cycle = ScheduleArg::OneCycle.law(0.1, 0, 10, 5);
        near(&rates(&cycle, &[0, 14]), &[0.004, 0.1]);
        assert!(rates(&cycle, &[49])[0] < 1e-6);
        // A run of one step has no room for a climb.
        near(&rates(&ScheduleArg::OneCycle.law(0.1, 0, 1, 1), &[0]), &[0.1]);
    }

    #[test]
    fn a_plateau_is_seen_by_the_dev_cost() {
        let law = ScheduleArg::Plateau { factor: 0.5, patience: 3 }.law(0.1, 0, 10, 5);
        let LearningRate::OnPlateau(law) = law else { panic!("{law:?}") };
        assert_eq!((law.lr0, law.factor, law.patience), (0.1, 0.5, 3));
    }
}
