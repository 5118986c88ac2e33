//! The highest maximum of a penalised likelihood that may have several.

use nalgebra::DVector;

use super::likelihood::Jeffreys;
use crate::LinearError;
use crate::likelihood::{Likelihood, Maximum, Search, Solution, ascend, hold, maximise};

/// The highest maximum of ℓ* that was found.
pub(super) struct Highest {
    pub(super) maximum: Maximum<Vec<f64>>,
    /// ℓ* there.
    pub(super) greatest: f64,
    /// The maximum of ℓ* without each of the coefficients.
    pub(super) without: Vec<f64>,
    /// How many maxima below it were found.
    pub(super) lower_maxima: usize,
}

/// A maximum of ℓ* above which no model without one of the coefficients lies.
pub(super) fn highest(model: &Jeffreys<'_>, search: Search) -> Result<Highest, LinearError> {
    /// Differences of ℓ* below are the searches' own.
    const SAME: f64 = 1e-7;
    let columns = model.columns;
    let mut solution = maximise(model, DVector::zeros(columns.len()), search)?;
    let mut lower_maxima = 0;
    loop {
        let Solution::Maximum(maximum) = solution else {
            return Err(LinearError::NoMaximum { iterations: 0, decrement: f64::NAN });
        };
        // The steps' quadratic model is not that of ℓ*: the point is taken again after the last one.
        let greatest = model.at(&maximum.gamma).log_likelihood;
        let without = |j| {
            let c = columns.coefficient(j);
            let onto = &c * (c.dot(&maximum.gamma) / c.norm_squared());
            hold(model, &maximum.gamma - onto, &c, search)
        };
        let without = (0..columns.len()).map(without).collect::<Result<Vec<_>, _>>()?;
        let best = without.iter().max_by(|a, b| a.log_likelihood.total_cmp(&b.log_likelihood));
        match best {
            Some(best) if best.log_likelihood > greatest + SAME * (1.0 + greatest.abs()) => {
                lower_maxima += 1;
                let gamma = best.gamma.clone();
                let point = model.at(&gamma);
                solution = ascend(model, gamma, point, search)?;
            }
            _ => {
                let without = without.iter().map(|held| held.log_likelihood).collect();
                return Ok(Highest { maximum, greatest, without, lower_maxima });
            }
        }
    }
}
