//! Boolean functions, row by row.

use crate::NnError;

/// The most inputs that a [`TruthTable`] has: 2¹⁶ rows.
pub const MOST_INPUTS: usize = 16;

/// A Boolean function of up to [`MOST_INPUTS`] inputs, as the list of its values.
///
/// Rows come in the usual order, with the first input changing slowest: 00, 01, 10, 11.
///
/// ```
/// use gradus_nn::threshold::TruthTable;
///
/// let implies = TruthTable::new(2, &[true, true, false, true]).unwrap();
/// let same = TruthTable::from_fn(2, |x| !x[0] || x[1]).unwrap();
/// assert_eq!(implies, same);
/// assert_eq!(implies.value(&[true, false]), Ok(false));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TruthTable {
    inputs: usize,
    /// Row r is bit r mod 64 of word r / 64; bits past the last row are 0.
    words: Vec<u64>,
}

impl TruthTable {
    /// The function with these values.
    ///
    /// # Errors
    /// If there are too many inputs, or not 2ⁿ values for n of them.
    pub fn new(inputs: usize, values: &[bool]) -> Result<Self, NnError> {
        let rows = checked_rows(inputs)?;
        if values.len() != rows {
            return Err(NnError::TruthTableRows { inputs, expected: rows, found: values.len() });
        }
        Ok(Self::of_rows(inputs, |row| values[row]))
    }

    /// The function that a closure computes.
    ///
    /// # Errors
    /// If there are too many inputs.
    pub fn from_fn(
        inputs: usize,
        mut function: impl FnMut(&[bool]) -> bool,
    ) -> Result<Self, NnError> {
        checked_rows(inputs)?;
        let mut x = vec![false; inputs];
        Ok(Self::of_rows(inputs, |row| {
            for (i, x) in x.iter_mut().enumerate() {
                *x = bit(row, i, inputs);
            }
            function(&x)
        }))
    }

    fn of_rows(inputs: usize, mut value: impl FnMut(usize) -> bool) -> Self {
        let mut words = vec![0; words(inputs)];
        for row in 0..1 << inputs {
            words[row / 64] |= u64::from(value(row)) << (row % 64);
        }
        Self { inputs, words }
    }

    /// The function whose values are these bits, of which those past the last row do not count.
    pub(super) fn of_words(inputs: usize, mut words: Vec<u64>) -> Self {
        if inputs < 6 {
            words[0] &= (1 << (1 << inputs)) - 1;
        }
        Self { inputs, words }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of rows, 2ⁿ.
    pub fn rows(&self) -> usize {
        1 << self.inputs
    }

    /// The number of rows with the value 1.
    pub fn ones(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The values, row by row.
    pub fn values(&self) -> impl Iterator<Item = bool> {
        (0..self.rows()).map(|row| self.at(row))
    }

    /// The function's value.
    ///
    /// # Errors
    /// If there are not as many inputs as the function has.
    pub fn value(&self, inputs: &[bool]) -> Result<bool, NnError> {
        if inputs.len() != self.inputs {
            return Err(NnError::InputWidth { expected: self.inputs, found: inputs.len() });
        }
        Ok(self.at(inputs.iter().fold(0, |row, &x| row << 1 | usize::from(x))))
    }

    pub(super) fn at(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }
}

/// The value of input i in a row.
pub(super) fn bit(row: usize, i: usize, inputs: usize) -> bool {
    row >> (inputs - 1 - i) & 1 == 1
}

/// The number of words that hold all rows.
pub(super) fn words(inputs: usize) -> usize {
    (1_usize << inputs).div_ceil(64)
}

/// The values of input i in the 64 rows of a word.
pub(super) fn lanes(word: usize, i: usize, inputs: usize) -> u64 {
    /// Row r of a word has the bit 2ᵏ of r.
    const PATTERNS: [u64; 6] = [
        0xAAAA_AAAA_AAAA_AAAA,
        0xCCCC_CCCC_CCCC_CCCC,
        0xF0F0_F0F0_F0F0_F0F0,
        0xFF00_FF00_FF00_FF00,
        0xFFFF_0000_FFFF_0000,
        0xFFFF_FFFF_0000_0000,
    ];
    match inputs - 1 - i {
        k @ 0..6 => PATTERNS[k],
        k if word >> (k - 6) & 1 == 1 => !0,
        _ => 0,
    }
}

/// The number of rows of a table with so many inputs, if it can have them.
pub(super) fn checked_rows(inputs: usize) -> Result<usize, NnError> {
    if inputs > MOST_INPUTS {
        return Err(NnError::TooManyInputs { found: inputs, most: MOST_INPUTS });
    }
    Ok(1 << inputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_usual_order_also_in_words() {
        for inputs in [0, 1, 3, 6, 7, 9] {
            let table = TruthTable::from_fn(inputs, |x| x.first() == Some(&true)).unwrap();
            let half = if inputs == 0 { 1 } else { table.rows() / 2 };
            let values: Vec<bool> = table.values().collect();
            assert!(values[..half].iter().all(|v| !v) && values[half..].iter().all(|v| *v));
            for i in 0..inputs {
                let by_words = (0..words(inputs)).map(|w| lanes(w, i, inputs)).collect();
                let expected = TruthTable::from_fn(inputs, |x| x[i]).unwrap();
                assert_eq!(TruthTable::of_words(inputs, by_words), expected, "{i} of {inputs}");
                assert_eq!(expected.ones(), expected.rows() / 2);
            }
        }
    }

    #[test]
    fn impossible_tables_are_refused() {
        let error = TruthTable::new(2, &[true; 3]).unwrap_err();
        assert_eq!(error, NnError::TruthTableRows { inputs: 2, expected: 4, found: 3 });
        let error = TruthTable::from_fn(17, |_| true).unwrap_err();
        assert_eq!(error, NnError::TooManyInputs { found: 17, most: 16 });
        assert!(TruthTable::new(usize::MAX, &[]).is_err());
        let table = TruthTable::new(0, &[true]).unwrap();
        assert_eq!((table.value(&[]), table.ones()), (Ok(true), 1));
        assert!(table.value(&[true]).is_err());
    }
}
