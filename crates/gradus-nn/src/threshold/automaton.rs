//! Deterministic finite automata.

use crate::NnError;

/// A deterministic finite automaton. States and symbols are numbered from 0.
///
/// ```
/// use gradus_nn::threshold::Dfa;
///
/// // Binary numbers that three divides, the first digit first: state r reads digit d, and goes to
/// // (2r + d) mod 3.
/// let dfa = Dfa::new(vec![vec![0, 1], vec![2, 0], vec![1, 2]], 0, &[0]).unwrap();
/// assert_eq!(dfa.accepts(&[1, 1, 0]), Ok(true)); // 6
/// assert_eq!(dfa.accepts(&[1, 1, 1]), Ok(false)); // 7
/// assert_eq!(dfa.run(&[1, 1, 1]).unwrap(), [0, 1, 0, 1]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dfa {
    transitions: Vec<Vec<usize>>,
    symbols: usize,
    start: usize,
    accepting: Vec<bool>,
}

impl Dfa {
    /// An automaton that goes from state q by symbol a to `transitions[q][a]`, begins in `start`,
    /// and accepts a word if it ends in a state of `accepting`.
    ///
    /// # Errors
    /// If there is no state or no symbol, if a state has another number of transitions than the
    /// first, or if a transition, the start or an accepting state is no state.
    pub fn new(
        transitions: Vec<Vec<usize>>,
        start: usize,
        accepting: &[usize],
    ) -> Result<Self, NnError> {
        let states = transitions.len();
        let symbols = transitions.first().map_or(0, Vec::len);
        if symbols == 0 {
            return Err(NnError::EmptyAutomaton { states, symbols });
        }
        let known = |place: &dyn Fn() -> String, state: usize| {
            if state < states {
                return Ok(());
            }
            Err(NnError::UnknownState { place: place(), state, states })
        };
        for (state, row) in transitions.iter().enumerate() {
            if row.len() != symbols {
                let found = row.len();
                return Err(NnError::TransitionCount { state, expected: symbols, found });
            }
            for (symbol, &next) in row.iter().enumerate() {
                known(&|| format!("the transition of state {state} by symbol {symbol}"), next)?;
            }
        }
        known(&|| "the start".to_owned(), start)?;
        let mut is_accepting = vec![false; states];
        for &state in accepting {
            known(&|| "the list of accepting states".to_owned(), state)?;
            is_accepting[state] = true;
        }
        Ok(Self { transitions, symbols, start, accepting: is_accepting })
    }

    /// The number of states.
    pub fn states(&self) -> usize {
        self.transitions.len()
    }

    /// The number of symbols.
    pub fn symbols(&self) -> usize {
        self.symbols
    }

    /// The state in which it begins.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Whether a word that ends in the state is accepted; `false` for what is no state.
    pub fn is_accepting(&self, state: usize) -> bool {
        self.accepting.get(state).is_some_and(|accepting| *accepting)
    }

    /// The state after `state` and `symbol`; `None` if one of them does not exist.
    pub fn next(&self, state: usize, symbol: usize) -> Option<usize> {
        self.transitions.get(state)?.get(symbol).copied()
    }

    /// The states that it passes through: the start, then one for each symbol.
    ///
    /// # Errors
    /// If the word has a symbol that the automaton has not.
    pub fn run(&self, word: &[usize]) -> Result<Vec<usize>, NnError> {
        self.check(word)?;
        let mut states = vec![self.start];
        let mut state = self.start;
        for &symbol in word {
            state = self.transitions[state][symbol];
            states.push(state);
        }
        Ok(states)
    }

    /// Whether it accepts the word.
    ///
    /// # Errors
    /// If the word has a symbol that the automaton has not.
    pub fn accepts(&self, word: &[usize]) -> Result<bool, NnError> {
        self.check(word)?;
        let last = word.iter().fold(self.start, |state, &symbol| self.transitions[state][symbol]);
        Ok(self.accepting[last])
    }

    pub(super) fn check(&self, word: &[usize]) -> Result<(), NnError> {
        let symbols = self.symbols;
        match word.iter().position(|&symbol| symbol >= symbols) {
            Some(position) => {
                Err(NnError::UnknownSymbol { position, symbol: word[position], symbols })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_automata_are_refused() {
        let refuse = |transitions: &[&[usize]], start, accepting: &[usize]| {
            let rows = transitions.iter().map(|row| row.to_vec()).collect();
            Dfa::new(rows, start, accepting).unwrap_err()
        };
        assert_eq!(refuse(&[], 0, &[]), NnError::EmptyAutomaton { states: 0, symbols: 0 });
        assert_eq!(refuse(&[&[]], 0, &[]), NnError::EmptyAutomaton { states: 1, symbols: 0 });
        assert_eq!(
            refuse(&[&[0, 1], &[0]], 0, &[]),
            NnError::TransitionCount { state: 1, expected: 2, found: 1 }
        );
        for (transitions, start, accepting, place) in [
            (&[&[0, 1][..], &[0, 2]][..], 0, &[][..], "state 1 by symbol 1"),
            (&[&[0]], 2, &[], "the start"),
            (&[&[0]], 0, &[0, 2], "accepting"),
        ] {
            let error = refuse(transitions, start, accepting);
            assert!(matches!(error, NnError::UnknownState { state: 2, .. }), "{error}");
            assert!(error.to_string().contains(place), "{error}");
        }
        let dfa = Dfa::new(vec![vec![0, 0]], 0, &[0, 0]).unwrap();
        let error = NnError::UnknownSymbol { position: 1, symbol: 2, symbols: 2 };
        assert_eq!(dfa.run(&[1, 2, 3]), Err(error.clone()));
        assert_eq!(dfa.accepts(&[1, 2, 3]), Err(error));
        assert_eq!((dfa.next(0, 1), dfa.next(0, 2), dfa.next(1, 0)), (Some(0), None, None));
        assert!(dfa.is_accepting(0) && !dfa.is_accepting(1));
    }
}
