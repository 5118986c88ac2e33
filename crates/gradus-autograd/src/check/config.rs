//! How a gradient is checked.

/// At which points differences are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Along each entry of each input.
    Entries,
    /// Along so many random directions of each input: for inputs with many entries.
    Directions(usize),
}

/// Whether Hessian-vector products are checked too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondOrder {
    /// They are.
    Check,
    /// They are not: for functions with an operation whose gradient has no derivative.
    Skip,
}

/// How a gradient is checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradcheckConfig {
    /// The step: an entry x moves by ±ε·max(1, |x|).
    pub epsilon: f64,
    /// The figure ‖approximation − d‖/(‖approximation‖ + ‖d‖) above which d is suspect.
    pub suspect_above: f64,
    /// At which points differences are taken.
    pub probe: Probe,
    /// Whether Hessian-vector products are checked too.
    pub second_order: SecondOrder,
    /// The seed of the random directions, and of the weights that contract a matrix to a scalar.
    pub seed: u64,
}

impl Default for GradcheckConfig {
    /// For `f64`: ε = ∛(2⁻⁵²) ≈ 6·10⁻⁶, at which truncation and rounding are balanced and ten digits
    /// are right, so that a figure above 10⁻⁶ is suspect.
    fn default() -> Self {
        Self {
            epsilon: f64::EPSILON.cbrt(),
            suspect_above: 1e-6,
            probe: Probe::Entries,
            second_order: SecondOrder::Check,
            seed: 0,
        }
    }
}

impl GradcheckConfig {
    /// For `f32`: ε = ∛(2⁻²³) ≈ 5·10⁻³, and a figure above 2·10⁻³ is suspect.
    pub fn single() -> Self {
        Self { epsilon: f64::from(f32::EPSILON).cbrt(), suspect_above: 2e-3, ..Self::default() }
    }

    /// A given step and the rule of thumb that a figure above 1000 ε is suspect: 10⁻⁴ for the
    /// usual ε = 10⁻⁷.
    ///
    /// ```
    /// use gradus_autograd::check::GradcheckConfig;
    /// assert_eq!(GradcheckConfig::with_epsilon(0.25).suspect_above, 250.0);
    /// ```
    pub fn with_epsilon(epsilon: f64) -> Self {
        Self { epsilon, suspect_above: 1000.0 * epsilon, ..Self::default() }
    }
}
