//! Polynomial features: powers and products of columns.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

use crate::DataError;

/// The most features that are made of a matrix; there are (n + d)! / (n! d!) of n columns up to the
/// degree d.
const MOST_FEATURES: usize = 1 << 16;

/// Makes of the columns of a matrix all products of up to `degree` of them.
///
/// ```text
/// degree 2 of a, b:   a, b, a², a·b, b²        (a, b, a·b with Terms::Interactions)
/// ```
///
/// Terms are in order of their degree, then of their columns. Without [`Constant::Add`] there is no
/// column of ones, for models have their intercept.
///
/// ```
/// use gradus_data::Polynomial;
/// use nalgebra::dmatrix;
///
/// let fitted = Polynomial::default().fit(2)?;
/// assert_eq!(fitted.transform(&dmatrix![2.0, 3.0])?, dmatrix![2.0, 3.0, 4.0, 6.0, 9.0]);
/// assert_eq!(fitted.names(&["a", "b"])?, ["a", "b", "a^2", "a b", "b^2"]);
/// # Ok::<(), gradus_data::DataError>(())
/// ```
///
/// Same as scikit-learn's `PolynomialFeatures`, which adds the column of ones by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Polynomial {
    /// The most factors of a term; 2 by default.
    pub degree: u32,
    /// Which terms there are; all by default.
    pub terms: Terms,
    /// Whether there is a column of ones in front; none by default.
    pub constant: Constant,
}

/// Which products of columns there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Terms {
    /// All of them, powers included.
    #[default]
    All,
    /// Those in which no column occurs twice.
    Interactions,
}

/// Whether there is a column of ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Constant {
    /// There is none.
    #[default]
    Leave,
    /// It is the first.
    Add,
}

impl Default for Polynomial {
    fn default() -> Self {
        Self { degree: 2, terms: Terms::All, constant: Constant::Leave }
    }
}

impl Polynomial {
    /// The terms of `columns` columns.
    ///
    /// # Errors
    /// [`DataError::TooManyFeatures`] if there are more than 65,536; [`DataError::NoFeatures`] if
    /// there is none.
    pub fn fit(&self, columns: usize) -> Result<FittedPolynomial, DataError> {
        let too_many =
            || DataError::TooManyFeatures { columns, degree: self.degree, max: MOST_FEATURES };
        let width = u32::try_from(columns).map_err(|_| too_many())?;
        let mut terms: Vec<Vec<u32>> = Vec::new();
        if self.constant == Constant::Add {
            terms.push(Vec::new());
        }
        // The terms of a degree are those of the one before, times a column not before their last.
        let mut last: Vec<Vec<u32>> = vec![Vec::new()];
        for _ in 0..self.degree {
            let mut next = Vec::new();
            for term in &last {
                let first = term.last().map_or(0, |&column| match self.terms {
                    Terms::All => column,
                    Terms::Interactions => column + 1,
                });
                for column in first..width {
                    next.push([&term[..], &[column]].concat());
                    if terms.len() + next.len() > MOST_FEATURES {
                        return Err(too_many());
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            terms.extend(next.iter().cloned());
            last = next;
        }
        if terms.is_empty() {
            return Err(DataError::NoFeatures);
        }
        Ok(FittedPolynomial { columns: width, terms })
    }
}

/// The terms that [`Polynomial::fit`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FittedPolynomial {
    columns: u32,
    /// The columns whose product a term is.
    terms: Vec<Vec<u32>>,
}

impl FittedPolynomial {
    /// The columns whose product each term is; a column occurs as often as its power.
    pub fn terms(&self) -> &[Vec<u32>] {
        &self.terms
    }

    /// The number of columns that it takes.
    pub fn columns(&self) -> usize {
        self.columns as usize
    }

    /// Whether every term is a product of columns that there are, which a file may not respect.
    pub(crate) fn is_consistent(&self) -> bool {
        self.terms.iter().flatten().all(|&column| column < self.columns)
    }

    /// The products of the columns of x (m×n), m×terms.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if x has another number of columns than was fitted.
    pub fn transform<T: Scalar>(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, DataError> {
        self.check_columns(x.ncols())?;
        let product = |row: usize, term: &[u32]| {
            term.iter().fold(T::one(), |product, &column| product * x[(row, column as usize)])
        };
        Ok(DMatrix::from_fn(x.nrows(), self.terms.len(), |row, j| product(row, &self.terms[j])))
    }

    /// The name of each term, such as `a^2 b`; `1` is the column of ones.
    ///
    /// # Errors
    /// [`DataError::ColumnCount`] if there is not one name for each column.
    pub fn names(&self, columns: &[impl AsRef<str>]) -> Result<Vec<String>, DataError> {
        self.check_columns(columns.len())?;
        let name = |term: &Vec<u32>| {
            let factors = term.chunk_by(|a, b| a == b).map(|run| {
                let name = columns[run[0] as usize].as_ref();
                if run.len() == 1 { name.to_owned() } else { format!("{name}^{}", run.len()) }
            });
            let name = factors.collect::<Vec<_>>().join(" ");
            if name.is_empty() { "1".to_owned() } else { name }
        };
        Ok(self.terms.iter().map(name).collect())
    }

    fn check_columns(&self, found: usize) -> Result<(), DataError> {
        let expected = self.columns();
        let right = found == expected && self.is_consistent();
        if right { Ok(()) } else { Err(DataError::ColumnCount { expected, found }) }
    }
}
