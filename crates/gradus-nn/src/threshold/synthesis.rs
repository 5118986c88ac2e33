//! A network for any Boolean function.

use super::network::{Network, WiredUnit};
use super::truth_table::{TruthTable, bit};

impl TruthTable {
    /// The textbook network of the function: one unit for each row with the value 1, and their
    /// disjunction.
    ///
    /// The unit of a row fires on that row alone: inputs that are 1 there excite it, the others
    /// inhibit it, and θ is the number of the former. If fewer rows are 0, those have the units, and
    /// the last one is a NOR. There are at most 2ⁿ⁻¹ + 1 units, in two layers.
    ///
    /// ```
    /// use gradus_nn::threshold::TruthTable;
    ///
    /// let parity = TruthTable::from_fn(3, |x| x.iter().filter(|x| **x).count() % 2 == 1).unwrap();
    /// let network = parity.minterm_network();
    /// assert_eq!((network.units().len(), network.depth()), (5, 2));
    /// assert_eq!(network.truth_tables().unwrap(), [parity]);
    /// ```
    ///
    /// Source: McCulloch and Pitts, 1943, theorem II.
    pub fn minterm_network(&self) -> Network {
        let inputs = self.inputs();
        let listed = 2 * self.ones() <= self.rows();
        let rows = (0..self.rows()).filter(|&row| self.at(row) == listed);
        let mut units: Vec<WiredUnit> =
            rows.map(|row| minterm(row, inputs, 0, Vec::new())).collect();
        let minterms: Vec<usize> = (inputs..inputs + units.len()).collect();
        units.push(match listed {
            true => WiredUnit::new(&minterms, &[], 1),
            false => WiredUnit::new(&[], &minterms, 0),
        });
        let output = inputs + minterms.len();
        Network::of(inputs, units, vec![output])
    }

    /// A small network of the function, in three layers.
    ///
    /// The inputs are cut in halves. A unit of the first layer recognises one pattern of the second
    /// half. A unit of the second layer recognises one pattern of the first half, and is inhibited by
    /// the patterns of the second half with which the function is 0. The last one is their
    /// disjunction. With h = ⌊n/2⌋ there are at most 2ʰ + 2ⁿ⁻ʰ + 1 units: 513 for 16 inputs, where
    /// [`minterm_network`](Self::minterm_network) takes up to 32,769.
    ///
    /// ```
    /// use gradus_nn::threshold::TruthTable;
    ///
    /// let odd = |x: &[bool]| x.iter().filter(|x| **x).count() % 2 == 1;
    /// let parity = TruthTable::from_fn(10, odd).unwrap();
    /// let network = parity.network();
    /// assert_eq!((network.units().len(), network.depth()), (65, 3));
    /// assert_eq!(network.truth_tables().unwrap(), [parity]);
    /// ```
    ///
    /// The idea to share the patterns of one half is O. B. Lupanov's (1958).
    pub fn network(&self) -> Network {
        let inputs = self.inputs();
        let second = inputs / 2;
        let patterns = 1_usize << second;
        let mut units: Vec<WiredUnit> =
            (0..patterns).map(|p| minterm(p, second, inputs - second, Vec::new())).collect();
        let mut chosen = Vec::new();
        for first in 0..self.rows() / patterns {
            let is_zero = |p: &usize| !self.at(first * patterns + p);
            let zeros: Vec<usize> = (0..patterns).filter(is_zero).map(|p| inputs + p).collect();
            if zeros.len() < patterns {
                chosen.push(inputs + units.len());
                units.push(minterm(first, inputs - second, 0, zeros));
            }
        }
        let output = inputs + units.len();
        units.push(WiredUnit::new(&chosen, &[], 1));
        Network::of(inputs, units, vec![output])
    }
}

/// The unit that fires iff the inputs `begin..begin + width` are the bits of `pattern`, and none of
/// `inhibitory` is on.
fn minterm(pattern: usize, width: usize, begin: usize, mut inhibitory: Vec<usize>) -> WiredUnit {
    let (on, off): (Vec<usize>, Vec<usize>) = (0..width).partition(|&i| bit(pattern, i, width));
    let excitatory: Vec<usize> = on.iter().map(|i| begin + i).collect();
    inhibitory.extend(off.iter().map(|i| begin + i));
    WiredUnit::new(&excitatory, &inhibitory, excitatory.len())
}
