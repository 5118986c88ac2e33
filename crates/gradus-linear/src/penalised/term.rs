//! What one coefficient costs: φ(w) = α|w| + ½βw² within bounds, and the duality it obeys.

/// The penalty and the bounds of one coefficient at one λ, on the scale on which it is penalised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Term {
    /// α = f·λ·ρ.
    pub(super) alpha: f64,
    /// β = f·λ·(1−ρ).
    pub(super) beta: f64,
    /// At most 0.
    pub(super) lower: f64,
    /// At least 0.
    pub(super) upper: f64,
}

impl Term {
    /// Of a coefficient that costs nothing and may be anything, such as an intercept.
    pub(super) const FREE: Self =
        Self { alpha: 0.0, beta: 0.0, lower: f64::NEG_INFINITY, upper: f64::INFINITY };

    /// Of a coefficient that is held at 0.
    pub(super) const PINNED: Self = Self { alpha: 0.0, beta: 0.0, lower: 0.0, upper: 0.0 };

    /// φ(w), for w within the bounds.
    pub(super) fn value(&self, w: f64) -> f64 {
        self.alpha * w.abs() + 0.5 * self.beta * w * w
    }

    /// The minimiser of ½ax² − bx + φ(x), for a + β > 0.
    #[inline(always)]
    pub(super) fn prox(&self, a: f64, b: f64) -> f64 {
        (soft(b, self.alpha) / (a + self.beta)).max(self.lower).min(self.upper)
    }

    /// Whether nothing holds the coefficient at w, so that its gradient has to vanish.
    pub(super) fn is_free_at(&self, w: f64) -> bool {
        self.alpha == 0.0 && self.beta == 0.0 && self.lower < w && w < self.upper
    }

    /// Whether φ is smooth at w and w can move both ways.
    pub(super) fn is_smooth_at(&self, w: f64) -> bool {
        self.lower < w && w < self.upper && (w != 0.0 || self.alpha == 0.0)
    }

    /// The largest s ≤ 1 for which φ*(s·z) is finite.
    pub(super) fn shrink(&self, z: f64) -> f64 {
        let beyond = if z > 0.0 { self.upper } else { self.lower };
        if self.beta > 0.0 || beyond.is_finite() || z.abs() <= self.alpha {
            1.0
        } else {
            self.alpha / z.abs()
        }
    }

    /// φ(w) + φ*(z) − z·w ≥ 0, which is 0 if and only if z is a subgradient of φ at w; infinite
    /// where φ*(z) is. Written so that it keeps its digits near 0.
    pub(super) fn fenchel_young(&self, w: f64, z: f64) -> f64 {
        let c = soft(z, self.alpha);
        let inside = z - c;
        let best = if c == 0.0 {
            0.0
        } else if self.beta > 0.0 {
            (c / self.beta).max(self.lower).min(self.upper)
        } else if c > 0.0 {
            self.upper
        } else {
            self.lower
        };
        if best.is_infinite() {
            return f64::INFINITY;
        }
        let sides = self.alpha * w.abs() - inside * w;
        (sides + (w - best) * (0.5 * self.beta * (w + best) - c)).max(0.0)
    }

    /// How far z is from the subgradients of φ at w.
    pub(super) fn violation(&self, w: f64, z: f64) -> f64 {
        let up = if w >= 0.0 { z - self.alpha } else { z + self.alpha } - self.beta * w;
        let down = if w <= 0.0 { z + self.alpha } else { z - self.alpha } - self.beta * w;
        // Moving up helps if `up` is positive, moving down if `down` is negative.
        let up = if w < self.upper { up.max(0.0) } else { 0.0 };
        let down = if w > self.lower { (-down).max(0.0) } else { 0.0 };
        up.max(down)
    }
}

/// sign(b)·max(|b| − α, 0).
#[inline(always)]
fn soft(b: f64, alpha: f64) -> f64 {
    if b > alpha {
        b - alpha
    } else if b < -alpha {
        b + alpha
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: [Term; 7] = [
        Term { alpha: 1.0, beta: 0.0, lower: f64::NEG_INFINITY, upper: f64::INFINITY },
        Term { alpha: 0.5, beta: 2.0, lower: f64::NEG_INFINITY, upper: f64::INFINITY },
        Term { alpha: 0.0, beta: 2.0, lower: f64::NEG_INFINITY, upper: 0.7 },
        Term { alpha: 1.0, beta: 0.0, lower: -2.0, upper: 0.0 },
        Term { alpha: 0.3, beta: 0.4, lower: 0.0, upper: 1.0 },
        Term { alpha: 0.0, beta: 0.0, lower: -1.0, upper: 1.0 },
        Term::FREE,
    ];

    /// Points within the bounds.
    fn inside(term: &Term) -> Vec<f64> {
        let points = (-300..=300).map(|i| f64::from(i) * 0.01);
        points.filter(|&w| term.lower <= w && w <= term.upper).collect()
    }

    /// φ* by its definition, max zw − φ(w); a grid suffices where the maximum lies in it.
    #[test]
    fn the_conjugate_is_the_largest_difference() {
        for term in TERMS {
            for z in [-1.3, -0.9, -0.2, 0.0, 0.4, 1.0, 1.2] {
                let w = 0.0_f64.max(term.lower).min(term.upper);
                let conjugate = term.fenchel_young(w, z) - term.value(w) + z * w;
                let largest =
                    inside(&term).iter().map(|&w| z * w - term.value(w)).fold(0.0, f64::max);
                if conjugate.is_finite() {
                    assert!(
                        (conjugate - largest).abs() < 1e-4,
                        "{term:?} {z}: {conjugate} {largest}"
                    );
                    for w in inside(&term) {
                        let sum = term.value(w) + conjugate - z * w;
                        assert!((term.fenchel_young(w, z) - sum).abs() < 1e-12, "{term:?} {z} {w}");
                    }
                } else {
                    assert!(term.shrink(z) < 1.0 && largest > 0.5, "{term:?} {z}");
                    assert!(term.fenchel_young(w, z * term.shrink(z)).is_finite());
                }
            }
        }
    }

    #[test]
    fn the_proximal_point_has_no_violation() {
        for term in TERMS {
            for b in [-3.0, -1.0, -0.4, 0.0, 0.2, 1.0, 5.0] {
                let w = term.prox(1.5, b);
                assert!(term.lower <= w && w <= term.upper);
                assert!(term.violation(w, b - 1.5 * w) < 1e-12, "{term:?} {b}");
            }
        }
    }

    #[test]
    fn violations_are_distances_from_the_subdifferential() {
        let lasso = TERMS[0];
        assert_eq!(lasso.violation(0.0, 0.8), 0.0);
        assert_eq!(lasso.violation(0.0, -1.5), 0.5);
        assert_eq!(lasso.violation(2.0, 0.25), 0.75);
        assert_eq!(lasso.violation(-2.0, -1.0), 0.0);
        // The upper bound is 0: nothing is gained by what pulls up.
        assert_eq!(TERMS[3].violation(0.0, 9.0), 0.0);
        assert_eq!(TERMS[3].violation(0.0, -1.5), 0.5);
    }
}
