//! From the second step on, recording and differentiating allocate no buffer: only lists of a few
//! bytes.

use std::sync::Arc;

use gradus_autograd::{Parameter, Tape};
use gradus_linalg::Epilogue;
use gradus_testkit::CountingAllocator;
use nalgebra::DMatrix;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1024);

fn main() {
    let filled = |rows, cols| DMatrix::from_fn(rows, cols, |i, j| ((i + 3 * j) as f32).sin() * 0.1);
    let parameters =
        [(64, 48), (1, 48), (48, 10), (1, 10)].map(|(r, c)| Parameter::new(filled(r, c)));
    let x = Arc::new(filled(32, 64));
    let classes = Arc::new((0..32).map(|i| i % 10).collect::<Vec<u32>>());
    let mut tape = Tape::new();
    let mut step = || {
        let gradients = {
            let [w1, b1, w2, b2] = parameters.each_ref().map(|p| tape.parameter(p));
            let hidden = tape.input(&x).affine_then(w1, b1, Epilogue::Relu);
            let logits = (hidden.tanh() * b1).affine(w2, b2);
            let penalty = (w1.square().sum() + w2.abs().sum()) * 1e-3;
            (logits.softmax_cross_entropy(&classes) + penalty).backward()
        };
        tape.reset();
        tape.recycle(gradients);
    };
    // The first step fills the pool, and the second the list of emptied gradients.
    step();
    step();
    let ((), counts) = ALLOCATOR.measure(|| (0..100).for_each(|_| step()));
    assert_eq!(counts.large, 0, "{counts:?}");
    assert!(counts.allocations <= 100 * 8, "{counts:?}");
}
