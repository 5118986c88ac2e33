//! The two element types.

use nalgebra::RealField;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// An element type: `f32` or `f64`.
///
/// The trait is sealed: kernels are written for these two types and no others.
pub trait Scalar: sealed::Sealed + RealField + Copy + Default + Send + Sync + 'static {
    /// The distance from 1 to the next larger value.
    const EPSILON: Self;
    /// The largest finite value.
    const MAX: Self;
    /// The type's name, as it appears in files and reports.
    const NAME: &'static str;

    /// The nearest value to `x`.
    fn from_f64(x: f64) -> Self;

    /// The exact value as an `f64`.
    fn to_f64(self) -> f64;
}

impl Scalar for f32 {
    const EPSILON: Self = f32::EPSILON;
    const MAX: Self = f32::MAX;
    const NAME: &'static str = "f32";

    fn from_f64(x: f64) -> Self {
        x as f32
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }
}

impl Scalar for f64 {
    const EPSILON: Self = f64::EPSILON;
    const MAX: Self = f64::MAX;
    const NAME: &'static str = "f64";

    fn from_f64(x: f64) -> Self {
        x
    }

    fn to_f64(self) -> f64 {
        self
    }
}
