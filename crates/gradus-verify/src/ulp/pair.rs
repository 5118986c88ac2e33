//! Double-double arithmetic: a number as the unevaluated sum of two.
//!
//! Every operation is within 2⁻¹⁰² relative (M. Joldes, J.-M. Muller and V. Popescu, *Tight and
//! rigorous error bounds for basic building blocks of double-word arithmetic*, ACM TOMS 44, 2017),
//! as long as nothing overflows or becomes subnormal.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// hi + lo, where lo is at most half a unit in the last place of hi.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) hi: f64,
    pub(super) lo: f64,
}

impl Pair {
    pub(super) const ONE: Self = Self { hi: 1.0, lo: 0.0 };

    /// a + b, exactly.
    #[inline(always)]
    pub(super) fn sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        let part = hi - a;
        Self { hi, lo: (a - (hi - part)) + (b - part) }
    }

    /// a + b, exactly, for |a| ≥ |b|.
    #[inline(always)]
    fn ordered_sum(a: f64, b: f64) -> Self {
        let hi = a + b;
        Self { hi, lo: b - (hi - a) }
    }

    /// a·b, exactly.
    #[inline(always)]
    pub(super) fn product(a: f64, b: f64) -> Self {
        let hi = a * b;
        Self { hi, lo: a.mul_add(b, -hi) }
    }

    /// Divided by one number (algorithm 15 of the source).
    #[inline(always)]
    pub(super) fn over(self, divisor: f64) -> Self {
        let first = self.hi / divisor;
        let back = Self::product(first, divisor);
        let rest = ((self.hi - back.hi) - back.lo) + self.lo;
        Self::ordered_sum(first, rest / divisor)
    }

    /// Times a power of two, exactly.
    #[inline(always)]
    pub(super) fn scaled(self, power: f64) -> Self {
        Self { hi: self.hi * power, lo: self.lo * power }
    }
}

impl From<f64> for Pair {
    fn from(hi: f64) -> Self {
        Self { hi, lo: 0.0 }
    }
}

impl Neg for Pair {
    type Output = Self;

    #[inline(always)]
    fn neg(self) -> Self {
        Self { hi: -self.hi, lo: -self.lo }
    }
}

impl Add for Pair {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        let (s, t) = (Self::sum(self.hi, other.hi), Self::sum(self.lo, other.lo));
        let v = Self::ordered_sum(s.hi, s.lo + t.hi);
        Self::ordered_sum(v.hi, t.lo + v.lo)
    }
}

impl Sub for Pair {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Pair {
    type Output = Self;

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let c = Self::product(self.hi, other.hi);
        let cross = self.hi.mul_add(other.lo, self.lo * other.hi);
        Self::ordered_sum(c.hi, c.lo + cross)
    }
}

impl Div for Pair {
    type Output = Self;

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let first = self.hi / other.hi;
        let rest = self - other * Self::from(first);
        let second = rest.hi / other.hi;
        let rest = rest - other * Self::from(second);
        Self::ordered_sum(first, second) + Self::from(rest.hi / other.hi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_each_operation_is_kept() {
        let third = Pair::ONE / Pair::from(3.0);
        // 1/3 = 0.0101…₂: the second number goes on where the first ends.
        assert_eq!(third.hi, 1.0 / 3.0);
        assert_eq!(third.lo, third.hi * 2.0_f64.powi(-54));
        assert_eq!(Pair::ONE.over(3.0), third);
        let back = third * Pair::from(3.0) - Pair::ONE;
        assert!(back.hi.abs() < 2.0_f64.powi(-104), "{back:?}");
        let small = Pair::sum(1.0, 1e-30) - Pair::ONE;
        assert_eq!(small, Pair::from(1e-30));
    }
}
