//! What a check found.

use std::fmt;

use crate::check::compare::Comparison;

/// What was found about second derivatives with respect to one input: its part of ∇²f·v for a
/// random v.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SecondOrderReport {
    /// The gradient of ⟨∇f, v⟩, recorded, beside differences of gradients.
    pub recorded: Comparison,
    /// Forward over reverse beside the recorded one, which has to agree but for rounding.
    pub dual: Comparison,
}

/// What was found about one input.
#[derive(Clone, Debug, PartialEq)]
pub struct InputReport {
    /// Its shape.
    pub shape: (usize, usize),
    /// How many differences were compared.
    pub probes: usize,
    /// How many were left out, because a kink lies within the step.
    pub skipped: usize,
    /// The gradient beside differences.
    pub first: Comparison,
    /// Hessian-vector products; `None` if they were not asked for, or if a kink lies within the
    /// step along every direction that was tried.
    pub second: Option<SecondOrderReport>,
}

/// The result of [`gradcheck`](crate::check::gradcheck).
#[derive(Clone, Debug, PartialEq)]
pub struct GradcheckReport {
    /// One report for each input.
    pub inputs: Vec<InputReport>,
    /// The figure above which a gradient is suspect.
    pub suspect_above: f64,
    pub(crate) dual_bound: f64,
}

impl GradcheckReport {
    /// Whether every derivative agrees with its differences.
    pub fn passed(&self) -> bool {
        self.inputs.iter().all(|input| self.accepts(input))
    }

    /// The largest figure of first order.
    pub fn figure(&self) -> f64 {
        worst(self.inputs.iter().map(|input| input.first.figure))
    }

    /// The largest figure of second order; 0 if it was not checked.
    pub fn second_figure(&self) -> f64 {
        worst(self.inputs.iter().filter_map(|input| input.second).map(|s| s.recorded.figure))
    }

    fn accepts(&self, input: &InputReport) -> bool {
        // The gradients that are differenced carry more rounding than a value does.
        let second = input.second.is_none_or(|second| {
            second.recorded.agrees(10.0 * self.suspect_above) && second.dual.agrees(self.dual_bound)
        });
        input.first.agrees(self.suspect_above) && second
    }
}

/// The largest, or NaN if there is one.
pub(crate) fn worst(figures: impl Iterator<Item = f64>) -> f64 {
    figures
        .fold(0.0, |worst, figure| if figure > worst || figure.is_nan() { figure } else { worst })
}

impl fmt::Display for GradcheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, input) in self.inputs.iter().enumerate() {
            let verdict = if self.accepts(input) { "ok" } else { "SUSPECT" };
            let (rows, cols) = input.shape;
            write!(
                f,
                "input {i} ({rows}x{cols}): {verdict}, figure {:.1e} over {} differences, {} skipped \
                 at kinks",
                input.first.figure, input.probes, input.skipped
            )?;
            if let Some(second) = &input.second {
                let (recorded, dual) = (second.recorded.figure, second.dual.figure);
                write!(f, "; second order {recorded:.1e}, dual beside recorded {dual:.1e}")?;
            }
            if let (Some(worst), false) = (input.first.worst, self.accepts(input)) {
                write!(
                    f,
                    "; worst at {}: {:e} where differences give {:e}",
                    worst.index, worst.exact, worst.approximate
                )?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
