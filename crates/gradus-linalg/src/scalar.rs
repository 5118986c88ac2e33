//! The two element types.

use nalgebra::RealField;

use crate::{
    copy::Layouts, gemm::Products, reduce::Reductions, softmax::Rows, vmath::Functions,
    workspace::Buffered,
};

mod sealed {
    /// What the kernels know of an element type: it cannot be named outside the crate.
    #[expect(private_bounds, reason = "the trait is sealed by them")]
    pub trait Sealed:
        super::Buffered
        + super::Functions
        + super::Layouts
        + super::Products
        + super::Reductions
        + super::Rows
    {
    }
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

    /// The nearest value to `x`. Not called `from_f64`, which nalgebra's traits have already.
    fn of(x: f64) -> Self;

    /// The exact value as an `f64`.
    fn to_f64(self) -> f64;

    /// The error function, 2/√π ∫₀ˣ exp(−t²) dt.
    ///
    /// ```
    /// use gradus_linalg::Scalar;
    /// assert!((Scalar::erf(0.5_f64) - 0.520_499_877_813_046_5).abs() < 1e-15);
    /// ```
    fn erf(self) -> Self;

    /// The complementary error function 1 − erf x, accurate where erf x is close to 1.
    ///
    /// ```
    /// use gradus_linalg::Scalar;
    /// let tail = Scalar::erfc(5.0_f64);
    /// assert!((tail / 1.537_459_794_428_034_8e-12 - 1.0).abs() < 1e-14);
    /// ```
    fn erfc(self) -> Self;
}

impl Scalar for f32 {
    const EPSILON: Self = f32::EPSILON;
    const MAX: Self = f32::MAX;
    const NAME: &'static str = "f32";

    fn of(x: f64) -> Self {
        x as f32
    }

    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    fn erf(self) -> Self {
        libm::erff(self)
    }

    fn erfc(self) -> Self {
        libm::erfcf(self)
    }
}

impl Scalar for f64 {
    const EPSILON: Self = f64::EPSILON;
    const MAX: Self = f64::MAX;
    const NAME: &'static str = "f64";

    fn of(x: f64) -> Self {
        x
    }

    fn to_f64(self) -> f64 {
        self
    }

    fn erf(self) -> Self {
        libm::erf(self)
    }

    fn erfc(self) -> Self {
        libm::erfc(self)
    }
}
