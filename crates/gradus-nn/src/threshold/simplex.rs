//! The simplex method in exact integers.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

/// The first phase of the simplex method for A·λ = r, λ ≥ 0, with r ≥ 0.
///
/// The tableau holds integers over one common denominator, the last pivot: every entry is a
/// subdeterminant of the data, so that the division after a pivot leaves no remainder and the
/// numbers stay as short as they can be (Bareiss, Edmonds).
struct Tableau {
    /// One row for each equation: λ's columns, those of the artificial variables, the right side.
    rows: Vec<Vec<BigInt>>,
    /// The reduced costs in the same columns, then minus the sum of the artificial variables.
    costs: Vec<BigInt>,
    /// The variable that each row stands for.
    basis: Vec<usize>,
    /// The common denominator, above 0.
    denominator: BigInt,
    /// The number of columns of A.
    variables: usize,
}

/// What A·λ = r, λ ≥ 0 comes to. Exactly one of the two is possible (Farkas' lemma).
#[derive(Debug)]
pub(super) enum Feasibility {
    /// There is a solution: λⱼ = numerator/denominator for those listed, 0 for the others.
    Solution {
        /// j and the numerator of λⱼ, above 0.
        numerators: Vec<(usize, BigInt)>,
        /// The denominator of all, above 0.
        denominator: BigInt,
    },
    /// There is none: the multipliers π have πᵀA ≤ 0 and πᵀr > 0. They are integers.
    Multipliers(Vec<BigInt>),
}

/// Solves A·λ = r, λ ≥ 0, or proves that it cannot be solved.
///
/// The variable with the steepest cost enters, but after a step without progress the first with a
/// negative one (Bland's rule), until there is progress: so no basis comes back, and it ends.
pub(super) fn feasibility(a: &[Vec<BigInt>], right: &[BigInt]) -> Feasibility {
    let mut tableau = Tableau::new(a, right);
    let mut progress = true;
    while let Some(column) = tableau.entering(progress) {
        // The sum of artificial variables is at least 0: a column without a limit cannot lower it.
        let Some(row) = tableau.leaving(column) else { break };
        progress = tableau.rows[row][tableau.right()].sign() != Sign::NoSign;
        tableau.pivot(row, column);
    }
    tableau.answer()
}

impl Tableau {
    fn new(a: &[Vec<BigInt>], right: &[BigInt]) -> Self {
        let equations = a.len();
        let variables = a.first().map_or(0, Vec::len);
        let mut rows = a.to_vec();
        for (k, row) in rows.iter_mut().enumerate() {
            row.extend((0..equations).map(|l| BigInt::from(u8::from(k == l))));
            row.push(right[k].clone());
        }
        let mut costs = vec![BigInt::ZERO; variables + equations + 1];
        for row in &rows {
            for (cost, entry) in costs.iter_mut().zip(row) {
                *cost -= entry;
            }
        }
        costs[variables..variables + equations].fill(BigInt::ZERO);
        let basis = (variables..variables + equations).collect();
        Self { rows, costs, basis, denominator: BigInt::from(1), variables }
    }

    /// The column of the right side.
    fn right(&self) -> usize {
        self.costs.len() - 1
    }

    /// The variable that enters. An artificial one never comes back.
    fn entering(&self, steepest: bool) -> Option<usize> {
        let negative = |j: &usize| self.costs[*j].sign() == Sign::Minus;
        let mut candidates = (0..self.variables).filter(negative);
        match steepest {
            true => candidates.min_by(|&i, &j| self.costs[i].cmp(&self.costs[j])),
            false => candidates.next(),
        }
    }

    /// The row with the least ratio of right side and entry; among equals, the least variable.
    fn leaving(&self, column: usize) -> Option<usize> {
        let right = self.right();
        let positive = |&i: &usize| self.rows[i][column].sign() == Sign::Plus;
        (0..self.rows.len()).filter(positive).min_by(|&i, &j| {
            let (ri, rj) = (&self.rows[i], &self.rows[j]);
            let by_ratio = (&ri[right] * &rj[column]).cmp(&(&rj[right] * &ri[column]));
            by_ratio.then(self.basis[i].cmp(&self.basis[j]))
        })
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let pivot_row = std::mem::take(&mut self.rows[row]);
        let pivot = pivot_row[column].clone();
        for other in self.rows.iter_mut().chain([&mut self.costs]).filter(|o| !o.is_empty()) {
            let factor = other[column].clone();
            for (entry, p) in other.iter_mut().zip(&pivot_row) {
                *entry = match factor.sign() {
                    Sign::NoSign => &*entry * &pivot / &self.denominator,
                    _ => (&*entry * &pivot - &factor * p) / &self.denominator,
                };
            }
        }
        self.rows[row] = pivot_row;
        self.basis[row] = column;
        self.denominator = pivot;
    }

    fn answer(self) -> Feasibility {
        let right = self.right();
        if self.costs[right].cmp(&BigInt::ZERO) == Ordering::Less {
            // The reduced cost of an artificial variable is 1 − π over the denominator.
            let artificial = &self.costs[self.variables..right];
            return Feasibility::Multipliers(
                artificial.iter().map(|cost| &self.denominator - cost).collect(),
            );
        }
        let solution = self.basis.iter().zip(&self.rows);
        let numerators = solution
            .filter(|(variable, row)| {
                **variable < self.variables && row[right].sign() == Sign::Plus
            })
            .map(|(&variable, row)| (variable, row[right].clone()))
            .collect();
        Feasibility::Solution { numerators, denominator: self.denominator }
    }
}
