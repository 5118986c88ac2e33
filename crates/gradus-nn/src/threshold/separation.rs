//! Whether a hyperplane parts two classes, with a proof of either answer.

use nalgebra::{DMatrix, DVector};
use num_bigint::{BigInt, Sign};

use super::examples::check;
use super::integers::{double, integer_columns, integers_of, ratio};
use super::simplex::{Feasibility, feasibility};
use crate::NnError;

/// The answer of [`linearly_separable`].
#[derive(Clone, Debug, PartialEq)]
pub enum Separation {
    /// w·x + b > 0 on every example of the class `true`, < 0 on every other one.
    Hyperplane(Hyperplane),
    /// There is no such w and b.
    Inseparable(Certificate),
}

/// A hyperplane with the classes strictly on different sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperplane {
    /// w, in doubles.
    pub weights: DVector<f64>,
    /// b, in doubles.
    pub bias: f64,
    /// The distance of the nearest example, min ±(w·x + b)/‖w‖; infinite if w = 0, which is enough
    /// where there is one class alone.
    pub margin: f64,
    exact: Plane,
}

/// Convex weights that prove that no hyperplane separates: the convex hulls of the classes meet.
///
/// λ ≥ 0, with sum 1 over each class, and Σ λᵢxᵢ over the class `true` = Σ λᵢxᵢ over the other.
/// A hyperplane would have that point strictly on both of its sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    /// λ in doubles, one for each example. At most features + 2 are not 0.
    pub weights: DVector<f64>,
    /// The point that both hulls have, in doubles.
    pub point: DVector<f64>,
    numerators: Vec<(usize, BigInt)>,
    denominator: BigInt,
}

/// Whether two classes can be told apart by w·x + b > 0, proved by a hyperplane or by a
/// [`Certificate`].
///
/// The answer is exact for every input: doubles are integers times powers of two, and the linear
/// program Σ λᵢ(±xᵢ) = 0, Σ λᵢ = 1 over each class, λ ≥ 0 is solved in integers of any length. If it
/// has a solution, that is the certificate; if not, Farkas' lemma gives multipliers, and they are a
/// hyperplane. Hulls that touch are not separable. Each answer can be checked, see
/// [`Hyperplane::proves`] and [`Certificate::proves`].
///
/// No perceptron computes exclusive or. Its rows ask for b < 0, w₂ + b > 0, w₁ + b > 0 and
/// w₁ + w₂ + b < 0: the first and the last add up to w₁ + w₂ + 2b < 0, the others to
/// w₁ + w₂ + 2b > 0. The certificate says the same: both diagonals of the square have ½ of each end
/// in the middle.
///
/// ```
/// use gradus_nn::threshold::{Separation, linearly_separable};
/// use nalgebra::{dmatrix, dvector};
///
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// let xor = [false, true, true, false];
/// let Separation::Inseparable(certificate) = linearly_separable(&x, &xor).unwrap() else {
///     panic!("no line separates exclusive or");
/// };
/// assert_eq!(certificate.weights, dvector![0.5, 0.5, 0.5, 0.5]);
/// assert_eq!(certificate.point, dvector![0.5, 0.5]);
/// assert_eq!(certificate.proves(&x, &xor), Ok(true));
///
/// let and = [false, false, false, true];
/// let Separation::Hyperplane(plane) = linearly_separable(&x, &and).unwrap() else {
///     panic!("a line separates conjunction");
/// };
/// assert_eq!(plane.proves(&x, &and), Ok(true));
/// assert!(plane.margin > 0.0);
/// ```
///
/// The price grows with examples × features², times the length of the numbers: a thousand examples
/// of a few features are quick, a hundred features are not. The hyperplane is not the one of the
/// widest margin, which is [`widest_margin`](super::widest_margin)'s.
///
/// # Errors
/// If there is no example, if there are not as many labels, or if a number is not finite.
///
/// Source: M. Minsky and S. Papert, *Perceptrons*, 1969; J. Farkas, *Theorie der einfachen
/// Ungleichungen*, 1902; J. Edmonds, *Systems of distinct representatives and linear algebra*, 1967,
/// for the integers.
pub fn linearly_separable(x: &DMatrix<f64>, labels: &[bool]) -> Result<Separation, NnError> {
    check(x, labels)?;
    if labels.iter().all(|&label| label == labels[0]) {
        let bias = BigInt::from(if labels[0] { 1 } else { -1 });
        let plane = Plane { weights: vec![BigInt::ZERO; x.ncols()], bias };
        return Ok(Separation::Hyperplane(Hyperplane::of(plane, x)));
    }
    let integers = integer_columns(x);
    let of_class = |class: bool| -> Vec<BigInt> {
        labels.iter().map(|&label| BigInt::from(u8::from(label == class))).collect()
    };
    let signed = |column: &Vec<BigInt>| -> Vec<BigInt> {
        let entries = column.iter().zip(labels);
        entries.map(|(entry, &label)| if label { entry.clone() } else { -entry }).collect()
    };
    let mut equations: Vec<Vec<BigInt>> = integers.columns.iter().map(signed).collect();
    equations.extend([of_class(true), of_class(false)]);
    let mut right = vec![BigInt::ZERO; x.ncols()];
    right.extend([BigInt::from(1), BigInt::from(1)]);
    Ok(match feasibility(&equations, &right) {
        Feasibility::Solution { numerators, denominator } => {
            Separation::Inseparable(Certificate::of(numerators, denominator, x, labels))
        }
        // The multipliers are (−w, u, v) with w·x ≥ u on one class, w·x ≤ −v on the other and
        // u > −v: the middle is at (u − v)/2.
        Feasibility::Multipliers(mut multipliers) => {
            let v = multipliers.pop().unwrap_or_default();
            let u = multipliers.pop().unwrap_or_default();
            let greatest = integers.exponents.iter().copied().max().unwrap_or(0).max(0);
            let exponents = integers.exponents.iter();
            let weights = multipliers
                .iter()
                .zip(exponents)
                .map(|(p, e)| (p * -2) << (greatest - e))
                .collect();
            let plane = Plane { weights, bias: (v - u) << greatest }.in_lowest_terms();
            Separation::Hyperplane(Hyperplane::of(plane, x))
        }
    })
}

/// Whether w·x + b is above 0 on every example of the class `true` and below 0 on every other,
/// decided without rounding.
///
/// ```
/// use gradus_nn::threshold::separates;
/// use nalgebra::{dmatrix, dvector};
/// let x = dmatrix![0.1; 0.2];
/// assert_eq!(separates(&dvector![1.0], -0.15, &x, &[false, true]), Ok(true));
/// assert_eq!(separates(&dvector![1.0], -0.2, &x, &[false, true]), Ok(false)); // on the plane
/// ```
///
/// # Errors
/// If the data, the labels and the weights do not fit, or if a number is not finite.
pub fn separates(
    weights: &DVector<f64>,
    bias: f64,
    x: &DMatrix<f64>,
    labels: &[bool],
) -> Result<bool, NnError> {
    if let Some(value) = weights.iter().copied().chain([bias]).find(|value| !value.is_finite()) {
        let what = "a weight or the bias";
        return Err(NnError::InvalidNumber { what, value, allowed: "finite" });
    }
    let (mut weights, _) = integers_of(weights.iter().copied().chain([bias]));
    let bias = weights.pop().unwrap_or_default();
    Plane { weights, bias }.separates(x, labels)
}

impl Hyperplane {
    fn of(plane: Plane, x: &DMatrix<f64>) -> Self {
        /// Bits of the largest weight in doubles, few enough for their squares not to overflow.
        const LARGEST: u64 = 400;
        let bits = plane.weights.iter().chain([&plane.bias]).map(BigInt::bits).max().unwrap_or(0);
        let scale = 0_i64.saturating_sub_unsigned(bits.saturating_sub(LARGEST));
        let weights = plane.weights.iter().map(|w| double(w, scale));
        let weights = DVector::from_iterator(plane.weights.len(), weights);
        let distance = |row| {
            let (score, exponent) = plane.score(x, row);
            double(&score, exponent.saturating_add(scale)).abs() / weights.norm()
        };
        let margin = (0..x.nrows()).map(distance).fold(f64::INFINITY, f64::min);
        Self { bias: double(&plane.bias, scale), weights, margin, exact: plane }
    }

    /// Checks the proof: whether the exact hyperplane, of which `weights` and `bias` are the
    /// doubles, has the classes strictly on different sides.
    ///
    /// Where the classes are but a few units in the last place apart, the doubles may not do what
    /// the exact hyperplane does; [`separates`] tells.
    ///
    /// # Errors
    /// If the data, the labels and the weights do not fit, or if a number is not finite.
    pub fn proves(&self, x: &DMatrix<f64>, labels: &[bool]) -> Result<bool, NnError> {
        self.exact.separates(x, labels)
    }
}

impl Certificate {
    fn of(
        numerators: Vec<(usize, BigInt)>,
        denominator: BigInt,
        x: &DMatrix<f64>,
        labels: &[bool],
    ) -> Self {
        let mut weights = DVector::zeros(x.nrows());
        for (row, numerator) in &numerators {
            weights[*row] = ratio(numerator, &denominator);
        }
        let mut point = DVector::zeros(x.ncols());
        for (row, _) in numerators.iter().filter(|(row, _)| labels[*row]) {
            point += x.row(*row).transpose() * weights[*row];
        }
        Self { weights, point, numerators, denominator }
    }

    /// Checks the proof in exact integers: whether the weights are above 0, sum to 1 over each class,
    /// and give the same point for both.
    ///
    /// # Errors
    /// If the data and the labels do not fit, or if a number is not finite.
    pub fn proves(&self, x: &DMatrix<f64>, labels: &[bool]) -> Result<bool, NnError> {
        check(x, labels)?;
        if self.numerators.iter().any(|(row, _)| *row >= x.nrows()) {
            return Ok(false);
        }
        let sum = |class: bool| -> BigInt {
            let of_class = self.numerators.iter().filter(|(row, _)| labels[*row] == class);
            of_class.map(|(_, numerator)| numerator).sum()
        };
        let sums_to_one = sum(true) == self.denominator && sum(false) == self.denominator;
        let balanced = |column: &Vec<BigInt>| {
            let terms = self.numerators.iter().map(|(row, numerator)| match labels[*row] {
                true => numerator * &column[*row],
                false => -numerator * &column[*row],
            });
            terms.sum::<BigInt>() == BigInt::ZERO
        };
        let positive = self.numerators.iter().all(|(_, n)| n.sign() == Sign::Plus);
        let meet = integer_columns(x).columns.iter().all(balanced);
        Ok(positive && self.denominator.sign() == Sign::Plus && sums_to_one && meet)
    }
}

/// w and b as integers, up to a common positive factor.
#[derive(Clone, Debug, PartialEq)]
struct Plane {
    weights: Vec<BigInt>,
    bias: BigInt,
}

impl Plane {
    /// w·x + b of a row, as an integer and the power of two that it is a multiple of.
    fn score(&self, x: &DMatrix<f64>, row: usize) -> (BigInt, i64) {
        let (mut numbers, exponent) = integers_of(x.row(row).iter().copied().chain([1.0]));
        // The last of them is the 1 that the bias goes with, in the row's own unit.
        let one = numbers.pop().unwrap_or_default();
        let products = self.weights.iter().zip(&numbers).map(|(w, x)| w * x);
        (products.sum::<BigInt>() + &self.bias * one, exponent)
    }

    fn separates(&self, x: &DMatrix<f64>, labels: &[bool]) -> Result<bool, NnError> {
        check(x, labels)?;
        let (expected, found) = (self.weights.len(), x.ncols());
        if expected != found {
            return Err(NnError::InputWidth { expected, found });
        }
        Ok(labels.iter().enumerate().all(|(row, &label)| {
            self.score(x, row).0.sign() == if label { Sign::Plus } else { Sign::Minus }
        }))
    }

    /// The same plane with the least integers.
    fn in_lowest_terms(self) -> Self {
        let mut divisor = BigInt::ZERO;
        for number in self.weights.iter().chain([&self.bias]) {
            let (mut a, mut b) = (divisor, BigInt::from(number.magnitude().clone()));
            while b != BigInt::ZERO {
                (a, b) = (b.clone(), a % b);
            }
            divisor = a;
        }
        if divisor == BigInt::ZERO {
            return self;
        }
        let weights = self.weights.iter().map(|w| w / &divisor).collect();
        Self { weights, bias: self.bias / divisor }
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::dmatrix;

    use super::*;

    #[test]
    fn a_wrong_proof_is_refused() {
        let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
        let xor = [false, true, true, false];
        let Separation::Inseparable(good) = linearly_separable(&x, &xor).unwrap() else {
            panic!("exclusive or");
        };
        assert_eq!(good.proves(&x, &xor), Ok(true));
        for k in 0..4 {
            let mut bad = good.clone();
            bad.numerators[k].1 += 1;
            assert_eq!(bad.proves(&x, &xor), Ok(false), "another weight");
            let mut moved = x.clone();
            moved[(k, 0)] += f64::EPSILON;
            assert_eq!(good.proves(&moved, &xor), Ok(false), "another point");
            let mut flipped = xor;
            flipped[k] = !flipped[k];
            assert_eq!(good.proves(&x, &flipped), Ok(false), "another label");
        }
        let mut negative = good.clone();
        for (_, numerator) in &mut negative.numerators {
            *numerator *= -1;
        }
        negative.denominator *= -1;
        assert_eq!(negative.proves(&x, &xor), Ok(false), "negative weights");
        assert_eq!(good.proves(&x.rows(0, 2).into_owned(), &xor[..2]), Ok(false), "fewer rows");
        let and = [false, false, false, true];
        let Separation::Hyperplane(plane) = linearly_separable(&x, &and).unwrap() else {
            panic!("conjunction");
        };
        assert_eq!(plane.proves(&x, &xor), Ok(false));
        let mut shifted = plane.clone();
        shifted.exact.bias += 100;
        assert_eq!(shifted.proves(&x, &and), Ok(false));
        assert!(plane.proves(&dmatrix![1.0], &[true]).is_err());
    }
}
