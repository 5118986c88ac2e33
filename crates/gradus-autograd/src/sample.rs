//! Operands on which a rule is checked.

use nalgebra::DMatrix;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

/// Where an operand may lie, for checks by finite differences.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Points at which the operation is not differentiable: samples keep away from them.
    pub kinks: Vec<f64>,
}

impl Domain {
    /// The interval from −2 to 2, which shows the curvature of most functions.
    pub fn reals() -> Self {
        Self::between(-2.0, 2.0)
    }

    /// An interval.
    pub fn between(low: f64, high: f64) -> Self {
        Self { low, high, kinks: Vec::new() }
    }

    /// The same, but for some points.
    pub fn except(mut self, kinks: &[f64]) -> Self {
        self.kinks.extend_from_slice(kinks);
        self
    }

    /// Draws a number that keeps away from the kinks by 5 % of the domain's width.
    ///
    /// # Panics
    /// If the kinks leave nothing of the domain.
    pub fn draw(&self, rng: &mut dyn Rng) -> f64 {
        let margin = 0.05 * (self.high - self.low);
        (0..1000)
            .map(|_| rng.random_range(self.low..=self.high))
            .find(|x| self.kinks.iter().all(|kink| (x - kink).abs() >= margin))
            .expect("the kinks leave room in the domain")
    }
}

/// An operand of an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its shape.
    pub shape: (usize, usize),
    /// Where its elements may lie.
    pub domain: Domain,
    /// What holds for its elements together.
    pub structure: Structure,
}

/// What holds for the elements of an operand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Structure {
    /// Nothing: each is drawn by itself.
    Free,
    /// They are well apart from each other, so that a step of finite differences changes no order.
    Distinct,
    /// B·Bᵀ + n·I for an n×n matrix B of such elements: symmetric and positive definite.
    PositiveDefinite,
    /// A diagonal well away from zero, as triangular systems need it.
    Dominant,
}

impl Sample {
    /// An operand of a shape, with elements of a domain.
    pub fn new(shape: (usize, usize), domain: Domain) -> Self {
        Self { shape, domain, structure: Structure::Free }
    }

    /// The same with a structure.
    pub fn with_structure(self, structure: Structure) -> Self {
        Self { structure, ..self }
    }

    /// An operand with elements between −2 and 2.
    pub fn reals(rows: usize, cols: usize) -> Self {
        Self::new((rows, cols), Domain::reals())
    }

    /// Draws an operand.
    ///
    /// ```
    /// use gradus_autograd::{Domain, Sample};
    /// use rand::SeedableRng;
    /// use rand_chacha::ChaCha8Rng;
    ///
    /// let sample = Sample::new((4, 5), Domain::between(-1.0, 1.0).except(&[0.0]));
    /// let x = sample.draw(&mut ChaCha8Rng::seed_from_u64(7));
    /// assert!(x.iter().all(|x| x.abs() >= 0.1 && x.abs() <= 1.0)); // the margin is 5 % of the width
    /// ```
    ///
    /// # Panics
    /// If the kinks leave nothing of the domain, or if a structure that needs a square matrix is
    /// asked of another shape.
    pub fn draw(&self, rng: &mut dyn Rng) -> DMatrix<f64> {
        let (rows, cols) = self.shape;
        match self.structure {
            Structure::Free => DMatrix::from_fn(rows, cols, |_, _| self.domain.draw(rng)),
            Structure::Distinct => {
                let count = rows * cols;
                let step = (self.domain.high - self.domain.low) / count.max(1) as f64;
                let mut places: Vec<usize> = (0..count).collect();
                places.shuffle(rng);
                let place = |place| {
                    let jitter = rng.random_range(-0.25..0.25);
                    self.domain.low + step * (place as f64 + 0.5 + jitter)
                };
                DMatrix::from_iterator(rows, cols, places.into_iter().map(place))
            }
            Structure::PositiveDefinite => {
                assert!(rows == cols, "a positive-definite matrix is square, not {rows}x{cols}");
                let b = DMatrix::from_fn(rows, rows, |_, _| self.domain.draw(rng));
                &b * b.transpose() + DMatrix::identity(rows, rows) * rows as f64
            }
            Structure::Dominant => {
                let mut x = DMatrix::from_fn(rows, cols, |_, _| self.domain.draw(rng));
                let diagonal = cols as f64 * self.domain.low.abs().max(self.domain.high.abs());
                for i in 0..rows.min(cols) {
                    x[(i, i)] += diagonal.copysign(x[(i, i)]);
                }
                x
            }
        }
    }
}
