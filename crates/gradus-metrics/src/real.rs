//! The element types.

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A number that can be scored: `f32` or `f64`. All arithmetic is done in `f64`.
pub trait Real: sealed::Sealed + Copy + Into<f64> {
    /// The distance from 1 to the next larger value.
    const EPSILON: f64;
}

impl Real for f32 {
    const EPSILON: f64 = f32::EPSILON as f64;
}

impl Real for f64 {
    const EPSILON: f64 = f64::EPSILON;
}
