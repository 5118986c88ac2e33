//! How far a derivative is from what it should be.

/// Where a derivative is furthest from its approximation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorstEntry {
    /// Its place in column-major order, or the number of the random direction.
    pub index: usize,
    /// The derivative.
    pub exact: f64,
    /// Its approximation.
    pub approximate: f64,
}

/// A derivative d beside an approximation of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// ‖approximation − d‖ / (‖approximation‖ + ‖d‖): 0 for equal ones, at most 1, NaN if an
    /// entry is not a number.
    pub figure: f64,
    /// ‖approximation − d‖.
    pub difference: f64,
    /// The size of ‖approximation − d‖ that rounding alone can make.
    pub noise: f64,
    /// The entry that is furthest off; `None` if there is no entry.
    pub worst: Option<WorstEntry>,
}

impl Comparison {
    /// Compares a derivative with its approximation, entry by entry.
    ///
    /// # Panics
    /// If the lengths differ.
    ///
    /// ```
    /// use gradus_autograd::check::Comparison;
    ///
    /// let c = Comparison::of(&[3.0, 0.0], &[0.0, 4.0], 0.0);
    /// assert_eq!(c.figure, 5.0 / 7.0);
    /// assert_eq!(c.worst.map(|entry| entry.index), Some(1));
    /// assert!(!c.agrees(1e-4));
    /// ```
    pub fn of(exact: &[f64], approximate: &[f64], noise: f64) -> Self {
        let counts = (exact.len(), approximate.len());
        assert!(counts.0 == counts.1, "{} entries beside {}", counts.0, counts.1);
        // `hypot` neither overflows nor underflows on the way; with an infinite side it would hide
        // a NaN.
        let norm = |values: &mut dyn Iterator<Item = f64>| {
            values.fold(0.0, |norm: f64, x| if x.is_nan() { x } else { norm.hypot(x) })
        };
        let off = |(e, a): (&f64, &f64)| if e == a { 0.0 } else { a - e };
        let nan = exact.iter().chain(approximate).any(|x| x.is_nan());
        let difference = norm(&mut exact.iter().zip(approximate).map(off));
        let total = norm(&mut exact.iter().copied()) + norm(&mut approximate.iter().copied());
        let figure = match (nan, total == 0.0 || difference == 0.0) {
            (true, _) => f64::NAN,
            (false, true) => 0.0,
            (false, false) => difference / total,
        };
        let distance = |&(_, pair): &(usize, (&f64, &f64))| {
            let off = off(pair).abs();
            if off.is_nan() { f64::INFINITY } else { off }
        };
        let worst = exact
            .iter()
            .zip(approximate)
            .enumerate()
            .max_by(|a, b| distance(a).total_cmp(&distance(b)))
            .map(|(index, (&exact, &approximate))| WorstEntry { index, exact, approximate });
        Self { figure, difference, noise, worst }
    }

    /// Whether the figure is at most `bound`, or the difference is lost in rounding.
    pub fn agrees(&self, bound: f64) -> bool {
        self.figure <= bound || self.difference <= self.noise
    }
}
