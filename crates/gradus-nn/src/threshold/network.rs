//! Feed-forward networks of McCulloch–Pitts units.

use super::truth_table::{TruthTable, checked_rows, lanes, words};
use super::unit::{McCullochPitts, Synapse};
use crate::NnError;

/// A unit and where its inputs come from.
///
/// Signals are numbered: first the network's inputs, then the units in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WiredUnit {
    /// The unit.
    pub unit: McCullochPitts,
    /// The signal that enters each of its inputs.
    pub sources: Vec<usize>,
}

impl WiredUnit {
    /// A unit that fires iff at least `threshold` of the `excitatory` signals are on, and none of
    /// the `inhibitory` ones.
    ///
    /// ```
    /// use gradus_nn::threshold::{McCullochPitts, WiredUnit};
    /// let not_the_third = WiredUnit::new(&[], &[2], 0);
    /// assert_eq!(not_the_third.unit, McCullochPitts::not());
    /// ```
    pub fn new(excitatory: &[usize], inhibitory: &[usize], threshold: usize) -> Self {
        let mut synapses = vec![Synapse::Excitatory; excitatory.len()];
        synapses.resize(excitatory.len() + inhibitory.len(), Synapse::Inhibitory);
        let unit = McCullochPitts::new(synapses, threshold);
        Self { unit, sources: [excitatory, inhibitory].concat() }
    }

    /// Checks that every input has a source, and a signal below `signals`.
    pub(super) fn check(&self, position: usize, signals: usize) -> Result<(), NnError> {
        let (expected, found) = (self.unit.synapses().len(), self.sources.len());
        if expected != found {
            return Err(NnError::LayerWidth { position, expected, found });
        }
        match self.sources.iter().find(|&&source| source >= signals) {
            Some(&signal) => Err(NnError::UnknownSignal { unit: position, signal, signals }),
            None => Ok(()),
        }
    }
}

/// Units of which each reads inputs of the network and units before it.
///
/// ```
/// use gradus_nn::threshold::{Network, TruthTable, WiredUnit};
///
/// // Exclusive or: x₁ and not x₂, x₂ and not x₁, and the disjunction of the two.
/// let units = vec![
///     WiredUnit::new(&[0], &[1], 1),
///     WiredUnit::new(&[1], &[0], 1),
///     WiredUnit::new(&[2, 3], &[], 1),
/// ];
/// let xor = Network::new(2, units, vec![4]).unwrap();
/// assert_eq!(xor.evaluate(&[true, false]).unwrap(), [true]);
/// assert_eq!(xor.truth_tables().unwrap(), [TruthTable::from_fn(2, |x| x[0] != x[1]).unwrap()]);
/// ```
///
/// Source: McCulloch and Pitts, 1943, nets without circles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    inputs: usize,
    units: Vec<WiredUnit>,
    outputs: Vec<usize>,
}

impl Network {
    /// A network of given units, whose outputs are the signals `outputs`.
    ///
    /// # Errors
    /// If a unit has another number of sources than of inputs, or if a source is not an input of the
    /// network or a unit before it, or if an output is no signal.
    pub fn new(inputs: usize, units: Vec<WiredUnit>, outputs: Vec<usize>) -> Result<Self, NnError> {
        for (position, unit) in units.iter().enumerate() {
            unit.check(position, inputs.saturating_add(position))?;
        }
        let signals = inputs.saturating_add(units.len());
        match outputs.iter().find(|&&output| output >= signals) {
            Some(&output) => Err(NnError::UnknownOutput { output, signals }),
            None => Ok(Self { inputs, units, outputs }),
        }
    }

    /// A network that is right by its construction.
    pub(super) fn of(inputs: usize, units: Vec<WiredUnit>, outputs: Vec<usize>) -> Self {
        Self { inputs, units, outputs }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The units, in the order in which they are computed.
    pub fn units(&self) -> &[WiredUnit] {
        &self.units
    }

    /// The signals that are its outputs.
    pub fn outputs(&self) -> &[usize] {
        &self.outputs
    }

    /// The number of connections.
    pub fn connections(&self) -> usize {
        self.units.iter().map(|unit| unit.sources.len()).sum()
    }

    /// The number of units on the longest way from an input to an output.
    pub fn depth(&self) -> usize {
        let mut depths = vec![0; self.inputs];
        for unit in &self.units {
            depths.push(1 + unit.sources.iter().map(|&source| depths[source]).max().unwrap_or(0));
        }
        self.outputs.iter().map(|&output| depths[output]).max().unwrap_or(0)
    }

    /// Every signal: the inputs, then each unit's output.
    ///
    /// # Errors
    /// If there are not as many inputs as the network has.
    pub fn signals(&self, inputs: &[bool]) -> Result<Vec<bool>, NnError> {
        if inputs.len() != self.inputs {
            return Err(NnError::InputWidth { expected: self.inputs, found: inputs.len() });
        }
        let mut signals = inputs.to_vec();
        for WiredUnit { unit, sources } in &self.units {
            signals.push(unit.responds(sources.iter().map(|&source| signals[source])));
        }
        Ok(signals)
    }

    /// The outputs.
    ///
    /// # Errors
    /// If there are not as many inputs as the network has.
    pub fn evaluate(&self, inputs: &[bool]) -> Result<Vec<bool>, NnError> {
        let signals = self.signals(inputs)?;
        Ok(self.outputs.iter().map(|&output| signals[output]).collect())
    }

    /// The function that each output computes, found by evaluation on all 2ⁿ inputs, 64 at a time.
    ///
    /// # Errors
    /// If there are more inputs than a [`TruthTable`] has.
    pub fn truth_tables(&self) -> Result<Vec<TruthTable>, NnError> {
        checked_rows(self.inputs)?;
        let mut tables = vec![Vec::new(); self.outputs.len()];
        let mut signals = Vec::with_capacity(self.inputs + self.units.len());
        for word in 0..words(self.inputs) {
            signals.clear();
            signals.extend((0..self.inputs).map(|i| lanes(word, i, self.inputs)));
            for WiredUnit { unit, sources } in &self.units {
                let inputs = sources.iter().map(|&source| signals[source]);
                signals.push(unit.responds_in_lanes(&inputs));
            }
            for (table, &output) in tables.iter_mut().zip(&self.outputs) {
                table.push(signals[output]);
            }
        }
        Ok(tables.into_iter().map(|table| TruthTable::of_words(self.inputs, table)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_wirings_are_refused() {
        let and = |sources: &[usize]| WiredUnit::new(sources, &[], sources.len());
        assert_eq!(
            Network::new(2, vec![and(&[0, 2])], vec![2]),
            Err(NnError::UnknownSignal { unit: 0, signal: 2, signals: 2 }),
            "a unit cannot read itself"
        );
        assert_eq!(
            Network::new(2, vec![and(&[0, 1])], vec![3]),
            Err(NnError::UnknownOutput { output: 3, signals: 3 })
        );
        let loose = WiredUnit { unit: McCullochPitts::and(2), sources: vec![0] };
        assert!(Network::new(2, vec![loose], vec![]).is_err());
        let network = Network::new(2, vec![and(&[0, 1])], vec![0, 2]).unwrap();
        assert_eq!(network.evaluate(&[true, false]), Ok(vec![true, false]));
        assert!(network.evaluate(&[true]).is_err());
        assert_eq!((network.depth(), network.connections()), (1, 2));
        let wide = Network::new(17, vec![], vec![0]).unwrap();
        assert_eq!(wide.depth(), 0);
        assert!(wide.truth_tables().is_err());
    }
}
