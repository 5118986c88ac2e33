//! Recurrent networks of McCulloch–Pitts units with unit delays.

use super::automaton::Dfa;
use super::network::WiredUnit;
use crate::NnError;

/// Units of which each reads any signals, its own output included, one tick late.
///
/// Signals are numbered: first the inputs, then the units in their order. What a unit puts out at
/// tick t + 1 is its response to the signals at tick t.
///
/// ```
/// use gradus_nn::threshold::{RecurrentNetwork, WiredUnit};
///
/// // A memory: input 0 sets it, input 1 clears it, and its own output (signal 2) keeps it.
/// let latch = RecurrentNetwork::new(2, vec![WiredUnit::new(&[0, 2], &[1], 1)]).unwrap();
/// let set = latch.step(&[false], &[true, false]).unwrap();
/// let kept = latch.step(&set, &[false, false]).unwrap();
/// assert_eq!(kept, [true]);
/// assert_eq!(latch.step(&kept, &[false, true]).unwrap(), [false]);
/// ```
///
/// Source: McCulloch and Pitts, 1943, nets with circles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecurrentNetwork {
    inputs: usize,
    units: Vec<WiredUnit>,
}

impl RecurrentNetwork {
    /// A network of given units.
    ///
    /// # Errors
    /// If a unit has another number of sources than of inputs, or if a source is no signal.
    pub fn new(inputs: usize, units: Vec<WiredUnit>) -> Result<Self, NnError> {
        for (position, unit) in units.iter().enumerate() {
            unit.check(position, inputs.saturating_add(units.len()))?;
        }
        Ok(Self { inputs, units })
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The units.
    pub fn units(&self) -> &[WiredUnit] {
        &self.units
    }

    /// The units' outputs one tick later.
    ///
    /// # Errors
    /// If `state` is not one value for each unit, or `inputs` one for each input.
    pub fn step(&self, state: &[bool], inputs: &[bool]) -> Result<Vec<bool>, NnError> {
        for (expected, found) in [(self.units.len(), state.len()), (self.inputs, inputs.len())] {
            if expected != found {
                return Err(NnError::InputWidth { expected, found });
            }
        }
        Ok(self.tick(state, inputs))
    }

    fn tick(&self, state: &[bool], inputs: &[bool]) -> Vec<bool> {
        let signal = |&source: &usize| match source.checked_sub(self.inputs) {
            None => inputs[source],
            Some(unit) => state[unit],
        };
        let next = |wired: &WiredUnit| wired.unit.responds(wired.sources.iter().map(signal));
        self.units.iter().map(next).collect()
    }
}

/// What the network of an automaton shows while it reads a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomatonRun {
    /// The automaton's state before the first symbol and after each.
    pub states: Vec<usize>,
    /// Whether it accepts what it has read so far: before the first symbol and after each.
    pub accepted: Vec<bool>,
}

/// A recurrent network that does what a [`Dfa`] does, one symbol a tick.
///
/// There is a line for each symbol, on at the tick at which the symbol is read, and one for the
/// start, on at tick 0 alone. Unit (q, a) fires one tick after the automaton was in state q and read
/// a. It is excited by the line of a, and by whatever tells that the automaton is in q: the units
/// (p, b) with δ(p, b) = q, and the start line if q is the start. Of those just one fires at a tick,
/// so that θ = 2 asks for both. One more unit, with θ = 1, fires two ticks after a symbol that led
/// to an accepting state: states × symbols + 1 units, and no inhibition.
///
/// ```
/// use gradus_nn::threshold::{AutomatonNetwork, Dfa};
///
/// // Words over {0, 1} with an even number of ones.
/// let dfa = Dfa::new(vec![vec![0, 1], vec![1, 0]], 0, &[0]).unwrap();
/// let network = AutomatonNetwork::new(&dfa);
/// assert_eq!(network.network().units().len(), 5);
/// let run = network.run(&[1, 0, 1]).unwrap();
/// assert_eq!(run.states, dfa.run(&[1, 0, 1]).unwrap());
/// assert_eq!(run.accepted, [true, false, false, true]);
/// ```
///
/// Source: S. C. Kleene, *Representation of events in nerve nets and finite automata*, 1956;
/// M. L. Minsky, *Computation: finite and infinite machines*, 1967, section 3.5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutomatonNetwork {
    network: RecurrentNetwork,
    dfa: Dfa,
}

impl AutomatonNetwork {
    /// The network of an automaton.
    pub fn new(dfa: &Dfa) -> Self {
        let (states, symbols) = (dfa.states(), dfa.symbols());
        let (start_line, inputs) = (symbols, symbols + 1);
        // The signals that tell that the automaton is in a state.
        let mut telling = vec![Vec::new(); states];
        telling[dfa.start()].push(start_line);
        for pair in 0..states * symbols {
            if let Some(next) = dfa.next(pair / symbols, pair % symbols) {
                telling[next].push(inputs + pair);
            }
        }
        let mut units: Vec<WiredUnit> = (0..states * symbols)
            .map(|pair| {
                let sources = [&telling[pair / symbols][..], &[pair % symbols]].concat();
                WiredUnit::new(&sources, &[], 2)
            })
            .collect();
        let accepting: Vec<usize> =
            (0..states).filter(|&q| dfa.is_accepting(q)).flat_map(|q| telling[q].clone()).collect();
        units.push(WiredUnit::new(&accepting, &[], 1));
        Self { network: RecurrentNetwork { inputs, units }, dfa: dfa.clone() }
    }

    /// The units: (q, a) at position q · symbols + a, then the one that accepts. The inputs are the
    /// lines of the symbols, then that of the start.
    pub fn network(&self) -> &RecurrentNetwork {
        &self.network
    }

    /// Reads a word, and tells what the units say.
    ///
    /// # Errors
    /// If the word has a symbol that the automaton has not.
    pub fn run(&self, word: &[usize]) -> Result<AutomatonRun, NnError> {
        self.dfa.check(word)?;
        let symbols = self.dfa.symbols();
        let pairs = self.network.units.len() - 1;
        let mut units = vec![false; pairs + 1];
        let mut run = AutomatonRun { states: vec![self.dfa.start()], accepted: Vec::new() };
        for tick in 0..=word.len() {
            let mut lines = vec![false; symbols + 1];
            lines[symbols] = tick == 0;
            if let Some(&symbol) = word.get(tick) {
                lines[symbol] = true;
            }
            units = self.network.tick(&units, &lines);
            run.accepted.push(units[pairs]);
            let fired = (0..pairs).filter(|&pair| units[pair]);
            run.states
                .extend(fired.filter_map(|pair| self.dfa.next(pair / symbols, pair % symbols)));
        }
        Ok(run)
    }

    /// Whether the network accepts the word.
    ///
    /// # Errors
    /// If the word has a symbol that the automaton has not.
    pub fn accepts(&self, word: &[usize]) -> Result<bool, NnError> {
        Ok(self.run(word)?.accepted[word.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_wirings_and_steps_are_refused() {
        let unit = WiredUnit::new(&[0, 2], &[1], 1);
        assert!(RecurrentNetwork::new(1, vec![unit.clone()]).is_err());
        let latch = RecurrentNetwork::new(2, vec![unit]).unwrap();
        assert!(latch.step(&[], &[true, true]).is_err());
        assert!(latch.step(&[true], &[true]).is_err());
        let dfa = Dfa::new(vec![vec![0]], 0, &[]).unwrap();
        let error = AutomatonNetwork::new(&dfa).run(&[0, 1]).unwrap_err();
        assert_eq!(error, NnError::UnknownSymbol { position: 1, symbol: 1, symbols: 1 });
    }
}
