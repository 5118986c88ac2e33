//! The operators + − · / between variables, and between variables and numbers.

use std::ops::{Add, Div, Mul, Neg, Sub};

use gradus_linalg::Scalar;

use crate::ops::arithmetic::{AddOp, DivOp, MulOp, SubOp};
use crate::ops::linear;
use crate::var::Var;

impl<'t, T: Scalar> Add for Var<'t, T> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::apply(AddOp, &[self, other])
    }
}

impl<'t, T: Scalar> Sub for Var<'t, T> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::apply(SubOp, &[self, other])
    }
}

impl<'t, T: Scalar> Mul for Var<'t, T> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::apply(MulOp, &[self, other])
    }
}

impl<'t, T: Scalar> Div for Var<'t, T> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        Self::apply(DivOp, &[self, other])
    }
}

impl<'t, T: Scalar> Neg for Var<'t, T> {
    type Output = Self;

    fn neg(self) -> Self {
        self.unary(linear::Linear { scale: -1.0, offset: 0.0 })
    }
}

impl<'t, T: Scalar> Mul<f64> for Var<'t, T> {
    type Output = Self;

    fn mul(self, scale: f64) -> Self {
        self.unary(linear::Linear { scale, offset: 0.0 })
    }
}

impl<'t, T: Scalar> Mul<Var<'t, T>> for f64 {
    type Output = Var<'t, T>;

    fn mul(self, x: Var<'t, T>) -> Var<'t, T> {
        x * self
    }
}

impl<'t, T: Scalar> Div<f64> for Var<'t, T> {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        self * (1.0 / divisor)
    }
}

impl<'t, T: Scalar> Add<f64> for Var<'t, T> {
    type Output = Self;

    fn add(self, offset: f64) -> Self {
        self.unary(linear::Linear { scale: 1.0, offset })
    }
}

impl<'t, T: Scalar> Add<Var<'t, T>> for f64 {
    type Output = Var<'t, T>;

    fn add(self, x: Var<'t, T>) -> Var<'t, T> {
        x + self
    }
}

impl<'t, T: Scalar> Sub<f64> for Var<'t, T> {
    type Output = Self;

    fn sub(self, offset: f64) -> Self {
        self + -offset
    }
}

impl<'t, T: Scalar> Sub<Var<'t, T>> for f64 {
    type Output = Var<'t, T>;

    fn sub(self, x: Var<'t, T>) -> Var<'t, T> {
        x.unary(linear::Linear { scale: -1.0, offset: self })
    }
}
