//! What an optimiser remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything that an optimiser needs to go on bit for bit after a restart.
///
/// # Examples
///
/// ```
/// use gradus_optim::{Adam, Optimizer};
///
/// # fn main() -> Result<(), gradus_optim::OptimError> {
/// let mut theta = [1.0_f64];
/// let mut first = Adam::default().build::<f64>()?;
/// first.begin_step();
/// first.update(0, &mut theta, &[0.5])?;
///
/// let mut resumed = Adam::default().build::<f64>()?;
/// resumed.load_state(first.state())?;
/// let mut twin = theta;
/// for (optimizer, param) in [(&mut first, &mut theta), (&mut resumed, &mut twin)] {
///     optimizer.begin_step();
///     optimizer.update(0, param, &[0.25])?;
/// }
/// assert_eq!(theta[0].to_bits(), twin[0].to_bits());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptimizerState<T> {
    /// The name of the optimiser that saved it.
    pub optimizer: String,
    /// The number of steps begun.
    pub step: u64,
    /// The learning rate in force.
    pub lr: f64,
    /// The arrays kept for each parameter, by key, in the optimiser's own order.
    pub arrays: BTreeMap<usize, Vec<Vec<T>>>,
    /// The states of the optimisers that this one wraps; empty for one that stands alone.
    pub inner: Vec<OptimizerState<T>>,
}
