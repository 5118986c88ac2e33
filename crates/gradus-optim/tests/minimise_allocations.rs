//! No minimiser allocates after its start: more iterations cost no more allocations. Without the
//! test harness, which allocates too.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use gradus_optim::minimise::{
    ConjugateGradient, GradientDescent, Lbfgs, Minimiser, Newton, NewtonCg, Stopping, Subgradient,
};
use gradus_optim::test_functions::Rosenbrock;
use gradus_testkit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(0);

fn methods(max_iterations: usize) -> [Box<dyn Minimiser>; 6] {
    let stopping = Stopping { max_iterations, ..Stopping::default() };
    [
        Box::new(GradientDescent { stopping, ..Default::default() }),
        Box::new(Subgradient {
            stopping,
            steps: gradus_optim::minimise::Diminishing::InverseRoot { a: 1e-4 },
            ..Default::default()
        }),
        Box::new(ConjugateGradient { stopping, ..Default::default() }),
        Box::new(Lbfgs { stopping, ..Default::default() }),
        Box::new(Newton { stopping, ..Default::default() }),
        Box::new(NewtonCg { stopping, ..Default::default() }),
    ]
}

fn main() {
    let mut valley = Rosenbrock::new(20).unwrap();
    let start = [0.5; 20];
    for (few, many) in methods(1).iter().zip(&methods(12)) {
        let (outcome, first) = ALLOCATOR.measure(|| few.minimise(&mut valley, &start).unwrap());
        assert_eq!(outcome.iterations, 1, "{}", few.name());
        let (outcome, all) = ALLOCATOR.measure(|| many.minimise(&mut valley, &start).unwrap());
        assert!(outcome.iterations > 3, "{}: {outcome:?}", many.name());
        assert_eq!(all.allocations, first.allocations, "{}", many.name());
    }
}
