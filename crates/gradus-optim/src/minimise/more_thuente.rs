//! The safeguarded step of Moré and Thuente, and the interval that it keeps.

/// A step with the cost and the slope there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) t: f64,
    pub(super) value: f64,
    pub(super) slope: f64,
}

impl Sample {
    /// The sample of t ↦ φ(t) − s·t.
    pub(super) fn minus_line(self, s: f64) -> Self {
        Self { t: self.t, value: self.value - s * self.t, slope: self.slope - s }
    }
}

/// The ends of the interval of uncertainty: the best step so far, and the other end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) best: Sample,
    pub(super) other: Sample,
    /// Whether a minimiser is known to lie between the ends.
    pub(super) bracketed: bool,
}

impl Interval {
    /// Takes in a new sample and returns the next step to try, within [`low`, `high`] as long as
    /// nothing is bracketed.
    ///
    /// The four cases are those of the paper's section 4.
    pub(super) fn update(&mut self, new: Sample, low: f64, high: f64) -> f64 {
        let (x, y) = (self.best, self.other);
        let opposite = new.slope * x.slope.signum() < 0.0;
        let next = if new.value > x.value {
            // A higher cost: a minimiser lies between; the cubic's if it is nearer to x.
            self.bracketed = true;
            let cubic = cubic(x, new);
            let fall = (x.value - new.value) / (new.t - x.t);
            let quadratic = x.t + x.slope / (fall + x.slope) / 2.0 * (new.t - x.t);
            if (cubic - x.t).abs() < (quadratic - x.t).abs() {
                cubic
            } else {
                cubic + (quadratic - cubic) / 2.0
            }
        } else if opposite {
            // A lower cost with a slope of the other sign: a minimiser lies between.
            self.bracketed = true;
            let (cubic, secant) = (cubic(new, x), secant(new, x));
            if (cubic - new.t).abs() > (secant - new.t).abs() { cubic } else { secant }
        } else if new.slope.abs() < x.slope.abs() {
            // A lower cost with a flatter slope: the cubic may have no minimiser ahead.
            let (cubic, secant) = (cubic_ahead(new, x, low, high), secant(new, x));
            let cubic_is_nearer = (cubic - new.t).abs() < (secant - new.t).abs();
            if self.bracketed {
                let next = if cubic_is_nearer { cubic } else { secant };
                let limit = new.t + 0.66 * (y.t - new.t);
                if new.t > x.t { next.min(limit) } else { next.max(limit) }
            } else {
                let next = if cubic_is_nearer { secant } else { cubic };
                next.clamp(low, high)
            }
        } else if self.bracketed {
            // A lower cost and a slope no flatter.
            cubic(new, y)
        } else if new.t > x.t {
            high
        } else {
            low
        };
        if new.value > x.value {
            self.other = new;
        } else {
            if opposite {
                self.other = x;
            }
            self.best = new;
        }
        next
    }
}

/// The minimiser of the cubic that has the costs and slopes of both samples.
fn cubic(from: Sample, to: Sample) -> f64 {
    let (p, q, _) = cubic_parts(from, to);
    from.t + p / q * (to.t - from.t)
}

/// The same where it lies beyond `new` as seen from `x`, else the end of the range there.
fn cubic_ahead(new: Sample, x: Sample, low: f64, high: f64) -> f64 {
    let (p, q, root) = cubic_parts(new, x);
    let r = p / q;
    if r < 0.0 && root != 0.0 {
        new.t + r * (x.t - new.t)
    } else if new.t > x.t {
        high
    } else {
        low
    }
}

fn cubic_parts(from: Sample, to: Sample) -> (f64, f64, f64) {
    let theta = 3.0 * (from.value - to.value) / (to.t - from.t) + from.slope + to.slope;
    let s = theta.abs().max(from.slope.abs()).max(to.slope.abs());
    let inside = (theta / s) * (theta / s) - (from.slope / s) * (to.slope / s);
    let root = s * inside.max(0.0).sqrt();
    let root = if to.t < from.t { -root } else { root };
    (root - from.slope + theta, root - from.slope + root + to.slope, root)
}

/// Where the line through both slopes is zero.
fn secant(new: Sample, x: Sample) -> f64 {
    new.t + new.slope / (new.slope - x.slope) * (x.t - new.t)
}
