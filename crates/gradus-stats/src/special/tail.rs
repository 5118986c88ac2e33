//! A probability split at a point, kept as the logarithm of the part that was computed.

/// One side of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// P(X ≤ x).
    Lower,
    /// P(X > x).
    Upper,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

/// P(X ≤ x) and P(X > x): the side that was computed directly, by its logarithm; the other one is
/// its complement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tails {
    pub(crate) direct: Side,
    /// At most 0.
    pub(crate) log: f64,
}

impl Tails {
    pub(crate) fn new(direct: Side, log: f64) -> Self {
        // Rounding may leave a probability a few ulp above 1. (`f64::min` would drop a NaN.)
        Self { direct, log: if log > 0.0 { 0.0 } else { log } }
    }

    /// All of the probability lies on one side.
    pub(crate) fn all(side: Side) -> Self {
        Self { direct: side.other(), log: f64::NEG_INFINITY }
    }

    /// The same split seen in a mirror, X ↦ −X.
    pub(crate) fn mirrored(self) -> Self {
        Self { direct: self.direct.other(), ..self }
    }

    pub(crate) fn probability(self, side: Side) -> f64 {
        if side == self.direct { self.log.exp() } else { -self.log.exp_m1() }
    }

    pub(crate) fn log_probability(self, side: Side) -> f64 {
        if side == self.direct { self.log } else { log1m_exp(self.log) }
    }
}

/// ln(1 − eˣ), x ≤ 0.
fn log1m_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}
