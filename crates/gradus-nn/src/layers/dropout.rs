//! Dropout.

use std::sync::Arc;

use gradus_autograd::{AutogradError, CustomOp, Var};
use gradus_linalg::{MatMut, MatRef, Scalar};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::{Layer, LayerSpec, NnError, Pass, Width};

/// Where dropout makes up for the units that it drops.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DropoutScaling {
    /// While training: kept units are divided by 1 − rate, and evaluation is the identity.
    #[default]
    Inverted,
    /// In evaluation: units are multiplied by 1 − rate, and training leaves kept units as they are.
    Plain,
}

/// Sets each unit to 0 with probability `rate` while training, each in each example by itself.
///
/// | | training | evaluation |
/// |---|---|---|
/// | inverted | m⊙x / (1 − rate) | x |
/// | plain | m⊙x | (1 − rate)·x |
///
/// with mⱼ = 0 with probability `rate`, else 1. Either way the mean of the training output is the
/// evaluation output. The gradient passes where the unit was kept.
///
/// ```
/// use gradus_nn::{Dropout, predict};
/// use nalgebra::dmatrix;
///
/// let x = dmatrix![1.0, 2.0];
/// assert_eq!(predict(&Dropout::new(0.5).unwrap(), &x), x);
/// assert_eq!(predict(&Dropout::keep(0.75).unwrap().plain(), &x), x * 0.75);
/// ```
///
/// Source: N. Srivastava et al., *Dropout*, Journal of Machine Learning Research 15, 2014, which
/// has the plain form and names the probability of keeping a unit. PyTorch's `Dropout(p)` is the
/// inverted form, and p is our `rate`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropout {
    rate: f64,
    scaling: DropoutScaling,
}

impl Dropout {
    /// Inverted dropout that drops a unit with probability `rate`.
    ///
    /// # Errors
    /// If the rate is not at least 0 and below 1.
    pub fn new(rate: f64) -> Result<Self, NnError> {
        if (0.0..1.0).contains(&rate) {
            Ok(Self { rate, scaling: DropoutScaling::Inverted })
        } else {
            let (what, allowed) = ("a dropout rate", "at least 0 and below 1");
            Err(NnError::InvalidNumber { what, value: rate, allowed })
        }
    }

    /// Inverted dropout that keeps a unit with probability `probability`, as lecture notes put it.
    ///
    /// # Errors
    /// If the probability is not above 0 and at most 1.
    pub fn keep(probability: f64) -> Result<Self, NnError> {
        if probability > 0.0 && probability <= 1.0 {
            Ok(Self { rate: 1.0 - probability, scaling: DropoutScaling::Inverted })
        } else {
            let (what, allowed) = ("a keep probability", "above 0 and at most 1");
            Err(NnError::InvalidNumber { what, value: probability, allowed })
        }
    }

    /// The same in the plain form.
    pub fn plain(self) -> Self {
        Self { scaling: DropoutScaling::Plain, ..self }
    }

    /// The probability of dropping a unit.
    pub fn rate(self) -> f64 {
        self.rate
    }

    /// Where it makes up for what it drops.
    pub fn scaling(self) -> DropoutScaling {
        self.scaling
    }
}

impl<T: Scalar> Layer<T> for Dropout {
    fn forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Var<'t, T> {
        if self.rate == 0.0 {
            return x;
        }
        let kept = 1.0 - self.rate;
        match (pass.rng(), self.scaling) {
            (None, DropoutScaling::Inverted) => x,
            (None, DropoutScaling::Plain) => x * kept,
            (Some(rng), scaling) => {
                let factor = match scaling {
                    DropoutScaling::Inverted => 1.0 / kept,
                    DropoutScaling::Plain => 1.0,
                };
                Mask { seed: rng.next_u64(), rate: self.rate, factor }.apply(x)
            }
        }
    }

    fn width(&self) -> Width {
        Width::Kept
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(*self)
    }

    fn spec(&self) -> Option<LayerSpec> {
        Some(LayerSpec::Dropout { rate: self.rate, scaling: self.scaling })
    }

    fn name(&self) -> String {
        match self.scaling {
            DropoutScaling::Inverted => format!("Dropout({})", self.rate),
            DropoutScaling::Plain => format!("Dropout({}, plain)", self.rate),
        }
    }
}

/// x ⊙ M, with a random matrix M of 0 and one factor. M is drawn again from its seed wherever it is
/// needed: that is cheaper than to keep it.
#[derive(Clone, Copy, Debug)]
struct Mask {
    seed: u64,
    rate: f64,
    factor: f64,
}

impl Mask {
    fn apply<T: Scalar>(self, x: Var<'_, T>) -> Var<'_, T> {
        Var::custom(Arc::new(self), &[x])
    }
}

impl<T: Scalar> CustomOp<T> for Mask {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn shape(&self, inputs: &[(usize, usize)]) -> Result<(usize, usize), AutogradError> {
        Ok(inputs[0])
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // A unit is dropped if its 32 bits are below this.
        let threshold = (self.rate * 2.0_f64.powi(32)) as u64;
        let factor = T::of(self.factor);
        for j in 0..out.cols() {
            for i in 0..out.rows() {
                let kept = u64::from(rng.next_u32()) >= threshold;
                out.set(i, j, if kept { inputs[0].at(i, j) * factor } else { T::zero() });
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(self.apply(g))
    }

    fn tangent<'e>(
        &self,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        dx[0].map(|dx| self.apply(dx))
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use nalgebra::DMatrix;

    use super::*;

    fn train(layer: Dropout, x: &DMatrix<f64>, seed: u64) -> (DMatrix<f64>, DMatrix<f64>) {
        let tape = Tape::new();
        let input = tape.variable(x.clone());
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let y = layer.forward(input, &mut Pass::train(&mut rng));
        (y.value(), y.sum().backward().get(input).unwrap().clone())
    }

    #[test]
    fn the_mean_and_the_share_of_dropped_units_are_kept() {
        let x = DMatrix::from_fn(200, 100, |i, j| 1.0 + ((i + 3 * j) % 7) as f64);
        for (rate, seed) in [(0.1, 1), (0.5, 2), (0.8, 3)] {
            for layer in [Dropout::new(rate).unwrap(), Dropout::new(rate).unwrap().plain()] {
                let (y, slope) = train(layer, &x, seed);
                let dropped = y.iter().filter(|&&y| y == 0.0).count() as f64 / 20_000.0;
                // Six standard errors of a share.
                assert!((dropped - rate).abs() < 6.0 * (rate * (1.0 - rate) / 2e4).sqrt());
                let evaluated = crate::predict(&layer, &x);
                let band = 6.0 * 8.0 * (rate / (1.0 - rate) / 2e4).sqrt();
                assert!((y.mean() - evaluated.mean()).abs() < band, "{layer:?}");
                assert_eq!(slope.component_mul(&x), y, "the gradient takes the mask of the output");
            }
        }
    }

    #[test]
    fn both_precisions_drop_the_same_units_and_each_step_draws_anew() {
        let layer = Dropout::new(0.4).unwrap();
        let x = DMatrix::from_element(5, 6, 1.0);
        let (double, _) = train(layer, &x, 7);
        let tape = Tape::new();
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let mut pass = Pass::train(&mut rng);
        let input = tape.constant(x.map(|x| x as f32));
        let single = layer.forward(input, &mut pass).value();
        assert_eq!(single.map(|y| y > 0.0), double.map(|y| y > 0.0));
        assert_ne!(layer.forward(input, &mut pass).value(), single);
    }

    #[test]
    fn rate_and_keep_probability_are_complements_and_checked() {
        assert_eq!(Dropout::keep(0.75), Dropout::new(0.25));
        let x = DMatrix::from_element(2, 2, 3.0);
        assert_eq!(train(Dropout::new(0.0).unwrap(), &x, 0).0, x);
        for bad in [-0.1, 1.0, f64::NAN] {
            assert!(Dropout::new(bad).is_err() && Dropout::keep(1.0 - bad).is_err());
        }
    }
}
