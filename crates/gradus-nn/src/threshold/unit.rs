//! One McCulloch–Pitts unit.

use crate::NnError;

/// What an input does to the unit that it enters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Synapse {
    /// It counts towards the threshold.
    Excitatory,
    /// It keeps the unit silent whenever it is on, whatever the others do.
    Inhibitory,
}

/// A threshold unit with binary inputs and absolute inhibition.
///
/// y = 0 if an inhibitory input is on, else y = 1 iff Σx ≥ θ over the excitatory inputs.
///
/// ```
/// use gradus_nn::threshold::{McCullochPitts, Synapse};
///
/// // "Warm and not raining."
/// let unit = McCullochPitts::new(vec![Synapse::Excitatory, Synapse::Inhibitory], 1);
/// assert_eq!(unit.fires(&[true, false]), Ok(true));
/// assert_eq!(unit.fires(&[true, true]), Ok(false));
/// assert_eq!(unit.fires(&[false, false]), Ok(false));
/// ```
///
/// Source: W. S. McCulloch and W. Pitts, *A logical calculus of the ideas immanent in nervous
/// activity*, Bulletin of Mathematical Biophysics 5, 1943.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct McCullochPitts {
    synapses: Vec<Synapse>,
    threshold: usize,
}

impl McCullochPitts {
    /// A unit with these inputs and this threshold θ. With θ = 0 it fires unless it is inhibited;
    /// with more than it has excitatory inputs it never does.
    pub fn new(synapses: Vec<Synapse>, threshold: usize) -> Self {
        Self { synapses, threshold }
    }

    /// x₁ ∧ … ∧ xₙ: θ = n. Without inputs it always fires.
    ///
    /// ```
    /// use gradus_nn::threshold::McCullochPitts;
    /// assert_eq!(McCullochPitts::and(3).fires(&[true, true, true]), Ok(true));
    /// assert_eq!(McCullochPitts::and(3).fires(&[true, false, true]), Ok(false));
    /// ```
    pub fn and(inputs: usize) -> Self {
        Self::new(vec![Synapse::Excitatory; inputs], inputs)
    }

    /// x₁ ∨ … ∨ xₙ: θ = 1. Without inputs it never fires.
    ///
    /// ```
    /// use gradus_nn::threshold::McCullochPitts;
    /// assert_eq!(McCullochPitts::or(2).fires(&[false, true]), Ok(true));
    /// assert_eq!(McCullochPitts::or(2).fires(&[false, false]), Ok(false));
    /// ```
    pub fn or(inputs: usize) -> Self {
        Self::new(vec![Synapse::Excitatory; inputs], 1)
    }

    /// ¬(x₁ ∨ … ∨ xₙ): every input inhibits, θ = 0. Without inputs it always fires.
    ///
    /// ```
    /// use gradus_nn::threshold::McCullochPitts;
    /// assert_eq!(McCullochPitts::nor(2).fires(&[false, false]), Ok(true));
    /// assert_eq!(McCullochPitts::nor(2).fires(&[true, false]), Ok(false));
    /// ```
    pub fn nor(inputs: usize) -> Self {
        Self::new(vec![Synapse::Inhibitory; inputs], 0)
    }

    /// ¬x.
    ///
    /// ```
    /// use gradus_nn::threshold::McCullochPitts;
    /// assert_eq!(McCullochPitts::not().fires(&[false]), Ok(true));
    /// assert_eq!(McCullochPitts::not().fires(&[true]), Ok(false));
    /// ```
    pub fn not() -> Self {
        Self::nor(1)
    }

    /// What each input does, in order.
    pub fn synapses(&self) -> &[Synapse] {
        &self.synapses
    }

    /// θ.
    pub fn threshold(&self) -> usize {
        self.threshold
    }

    /// Whether it fires.
    ///
    /// # Errors
    /// If there are not as many inputs as the unit has.
    pub fn fires(&self, inputs: &[bool]) -> Result<bool, NnError> {
        let expected = self.synapses.len();
        if inputs.len() != expected {
            return Err(NnError::InputWidth { expected, found: inputs.len() });
        }
        Ok(self.responds(inputs.iter().copied()))
    }

    /// The law itself, over as many inputs as there are synapses.
    pub(super) fn responds(&self, inputs: impl Iterator<Item = bool>) -> bool {
        let mut excitation = 0;
        for (synapse, _) in self.synapses.iter().zip(inputs).filter(|&(_, on)| on) {
            match synapse {
                Synapse::Excitatory => excitation += 1,
                Synapse::Inhibitory => return false,
            }
        }
        excitation >= self.threshold
    }

    /// The same law for 64 cases at a time, one in each bit.
    ///
    /// A counter with one bit of each case in a word begins at 2ᵏ − θ, with k the least that fits,
    /// and counts the inputs that are on: it runs over exactly where they reach θ.
    pub(super) fn responds_in_lanes(&self, inputs: &(impl Iterator<Item = u64> + Clone)) -> u64 {
        let wired = || self.synapses.iter().zip(inputs.clone());
        let mut uninhibited = !0;
        for (_, lanes) in wired().filter(|(synapse, _)| **synapse == Synapse::Inhibitory) {
            uninhibited &= !lanes;
            if uninhibited == 0 {
                return 0;
            }
        }
        if self.threshold == 0 {
            return uninhibited;
        }
        // No sum passes the number of inputs, so that a wider counter could not run over either.
        if self.threshold > self.synapses.len() {
            return 0;
        }
        let capacity = self.threshold.next_power_of_two();
        let begin = capacity - self.threshold;
        let digit = |k: u32| if begin >> k & 1 == 1 { !0 } else { 0 };
        let mut counter: Vec<u64> = (0..capacity.trailing_zeros()).map(digit).collect();
        let mut reached = 0;
        for (_, lanes) in wired().filter(|(synapse, _)| **synapse == Synapse::Excitatory) {
            let mut carry = lanes;
            for word in &mut counter {
                (*word, carry) = (*word ^ carry, *word & carry);
            }
            reached |= carry;
        }
        reached & uninhibited
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inhibition_is_absolute() {
        let mut synapses = vec![Synapse::Excitatory; 9];
        synapses.push(Synapse::Inhibitory);
        let unit = McCullochPitts::new(synapses, 1);
        let mut inputs = [true; 10];
        assert_eq!(unit.fires(&inputs), Ok(false));
        inputs[9] = false;
        assert_eq!(unit.fires(&inputs), Ok(true));
        assert_eq!(
            unit.fires(&[true; 9]),
            Err(NnError::InputWidth { expected: 10, found: 9 }),
            "a missing input is not one that is off"
        );
    }

    /// Every unit with up to 5 inputs and every threshold, on all its inputs, by the law as the
    /// paper states it.
    #[test]
    fn both_forms_of_the_law_are_that_of_the_paper() {
        for inputs in 0..=5_usize {
            for kinds in 0..1_u32 << inputs {
                for threshold in 0..=inputs + 2 {
                    let synapse = |i: usize| match kinds >> i & 1 {
                        0 => Synapse::Excitatory,
                        _ => Synapse::Inhibitory,
                    };
                    let unit = McCullochPitts::new((0..inputs).map(synapse).collect(), threshold);
                    let lanes = (0..inputs).map(|i| {
                        (0..1_u32 << inputs).fold(0, |w, row| w | u64::from(row >> i & 1) << row)
                    });
                    let found = unit.responds_in_lanes(&lanes);
                    for row in 0..1_u32 << inputs {
                        let inhibited = row & kinds != 0;
                        let sum = (row & !kinds).count_ones() as usize;
                        let expected = !inhibited && sum >= threshold;
                        let x: Vec<bool> = (0..inputs).map(|i| row >> i & 1 == 1).collect();
                        assert_eq!(unit.fires(&x), Ok(expected), "{unit:?} {x:?}");
                        assert_eq!(found >> row & 1 == 1, expected, "{unit:?} {x:?}");
                    }
                }
            }
        }
    }
}
