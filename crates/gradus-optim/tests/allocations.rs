//! From the second step on no optimiser allocates. Without the test harness, which allocates too.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::{
    Accumulate, Adam, AdamW, ClipNorm, ClipValue, Momentum, Nesterov, NesterovForm, Optimizer, Sgd,
};
use gradus_testkit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(0);

fn main() {
    let look_ahead = Nesterov { form: NesterovForm::LookAhead, ..Nesterov::default() };
    let adamw = || AdamW::default().build::<f32>().unwrap();
    let optimizers: [Box<dyn Optimizer<f32>>; 6] = [
        Box::new(Sgd::default().build().unwrap()),
        Box::new(Momentum::default().build().unwrap()),
        Box::new(Adam::default().build().unwrap()),
        Box::new(look_ahead.build().unwrap()),
        Box::new(ClipValue { limit: 0.1 }.over(adamw()).unwrap()),
        Box::new(Accumulate::new(2, ClipNorm { max_norm: 0.1 }.over(adamw()).unwrap()).unwrap()),
    ];
    let grads = [vec![0.5_f32; 784 * 128], vec![0.5; 128], vec![0.5; 1280]];
    for mut optimizer in optimizers {
        let mut params = grads.clone();
        let mut step = || {
            for (key, param) in params.iter_mut().enumerate() {
                optimizer.look_ahead(key, param).unwrap();
            }
            optimizer.begin_step();
            for (key, (param, grad)) in params.iter_mut().zip(&grads).enumerate() {
                optimizer.update(key, param, grad).unwrap();
            }
        };
        step();
        step();
        let ((), counts) = ALLOCATOR.measure(|| (0..10).for_each(|_| step()));
        assert_eq!(counts.allocations, 0, "{}", optimizer.name());
    }
}
