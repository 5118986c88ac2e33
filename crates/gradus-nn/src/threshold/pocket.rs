//! The perceptron rule for data that cannot be separated.

use nalgebra::DMatrix;
use rand::{Rng, RngExt};

use super::examples::check;
use super::perceptron::{AtZero, Perceptron};
use crate::NnError;

/// The pocket algorithm with ratchet: the perceptron rule on examples drawn at random, with the best
/// weights so far kept aside, in the pocket.
///
/// When a run of right answers becomes longer than that of the pocket, the weights are tried on all
/// examples, and take the pocket's place if they misclassify fewer.
///
/// ```
/// use gradus_nn::threshold::Pocket;
/// use nalgebra::dmatrix;
/// use rand::SeedableRng;
///
/// let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let xor = Pocket::default().fit(&x, &[false, true, true, false], &mut rng).unwrap();
/// assert_eq!(xor.errors, 1); // no line does better
/// ```
///
/// Source: S. I. Gallant, *Perceptron-based learning algorithms*, IEEE Transactions on Neural
/// Networks 1, 1990.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pocket {
    /// What happens at w·x + b = 0.
    pub at_zero: AtZero,
    /// The number of examples to draw.
    pub steps: usize,
}

impl Default for Pocket {
    /// Rest at 0, and 10,000 draws.
    fn default() -> Self {
        Self { at_zero: AtZero::Rest, steps: 10_000 }
    }
}

/// What the pocket algorithm found.
#[derive(Clone, Debug, PartialEq)]
pub struct PocketFit {
    /// The best perceptron.
    pub perceptron: Perceptron,
    /// The number of examples that it misclassifies.
    pub errors: usize,
    /// The number of examples drawn; fewer than asked for if one without errors was found.
    pub steps: usize,
}

impl Pocket {
    /// Learns to fire on the rows with the label `true` and on no other, as far as it can.
    ///
    /// # Errors
    /// If there is no example, if there are not as many labels, if a number is not finite, or if the
    /// scores overflow.
    pub fn fit(
        self,
        x: &DMatrix<f64>,
        labels: &[bool],
        rng: &mut dyn Rng,
    ) -> Result<PocketFit, NnError> {
        check(x, labels)?;
        let examples = x.transpose();
        let errors = |perceptron: &Perceptron| {
            let pairs = examples.column_iter().zip(labels);
            let right = pairs.filter(|(example, label)| {
                perceptron.fires(perceptron.score(example.iter())) == **label
            });
            labels.len() - right.count()
        };
        let mut perceptron = Perceptron::zero(x.ncols(), self.at_zero);
        let mut best =
            PocketFit { errors: errors(&perceptron), perceptron: perceptron.clone(), steps: 0 };
        let (mut run, mut longest) = (0, 0);
        while best.steps < self.steps && best.errors > 0 {
            best.steps += 1;
            let row = rng.random_range(0..x.nrows());
            if !perceptron.learn(examples.column(row).as_slice(), labels[row])? {
                run = 0;
                continue;
            }
            run += 1;
            if run > longest {
                let found = errors(&perceptron);
                if found < best.errors {
                    (best.errors, longest) = (found, run);
                    best.perceptron.clone_from(&perceptron);
                }
            }
        }
        Ok(best)
    }
}
