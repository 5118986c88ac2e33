//! Batch normalisation.

use gradus_autograd::{Axis, Divisor, Parameter, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::extent::check_features;
use crate::layers::scale_shift::{Affine, ScaleShift, check_eps};
use crate::standardize::Standardize;
use crate::{Layer, LayerSpec, Mode, NnError, Pass, Path, Width};

/// The settings of [`BatchNorm`], with PyTorch's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchNormConfig {
    /// ρ: the weight of a batch in the running statistics, from 0 to 1. Keras' `momentum` is 1 − ρ.
    pub momentum: f64,
    /// ε, added to the variance.
    pub eps: f64,
    /// Whether γ and β are learned.
    pub affine: Affine,
}

impl Default for BatchNormConfig {
    fn default() -> Self {
        Self { momentum: 0.1, eps: 1e-5, affine: Affine::Learned }
    }
}

/// Gives each feature mean β and standard deviation γ over the batch.
///
/// | | x̂ | afterwards |
/// |---|---|---|
/// | training | (x − μ)/√(v + ε), μ and v the mean and the variance (divisor m) of the batch | r ← (1 − ρ)·r + ρ·μ, s ← (1 − ρ)·s + ρ·v·m/(m − 1) |
/// | evaluation | (x − r)/√(s + ε) | |
///
/// and y = γ ⊙ x̂ + β. The running statistics r and s are [states](Parameter::state): they are saved
/// with the model and restored with its weights, they are not counted as parameters, and they
/// change when the step is taken, so that a refused step leaves them alone. Whoever steps without
/// `gradus-train` copies them from [`Gradients::state`](gradus_autograd::Gradients::state). A
/// frozen layer uses them, and leaves them as they are.
///
/// A row's output depends on the rest of its batch in training, so a batch needs two rows.
///
/// ```
/// use gradus_autograd::Tape;
/// use gradus_nn::{BatchNorm, Layer, Pass};
/// use nalgebra::dmatrix;
/// # use rand::SeedableRng;
///
/// let layer = BatchNorm::<f64>::new(1).unwrap();
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let tape = Tape::new();
/// let x = tape.variable(dmatrix![8.0; 12.0]);
/// let y = layer.forward(x, &mut Pass::train(&mut rng));
/// assert!((y.value() - dmatrix![-1.0; 1.0]).norm() < 1e-5);
/// let gradients = y.square().sum().backward();
/// // 0.9·0 + 0.1·10, and 0.9·1 + 0.1·8.
/// assert!((gradients.state(&layer.running_mean).unwrap()[0] - 1.0).abs() < 1e-15);
/// assert!((gradients.state(&layer.running_var).unwrap()[0] - 1.7).abs() < 1e-15);
/// assert!(layer.try_forward(tape.constant(dmatrix![8.0]), &mut Pass::train(&mut rng)).is_err());
/// ```
///
/// # Panics
/// `forward` panics for a training batch of one row, and for a batch of another width;
/// `try_forward` gives the first as [`NnError::BatchRows`].
///
/// Source: S. Ioffe and C. Szegedy, *Batch normalization*, ICML 2015. As PyTorch's `BatchNorm1d`,
/// which also counts batches.
#[derive(Clone, Debug)]
pub struct BatchNorm<T: Scalar> {
    /// γ and β, if they are learned.
    pub scale_shift: Option<ScaleShift<T>>,
    /// r, of shape (1, features), 0 in the beginning.
    pub running_mean: Parameter<T>,
    /// s, of shape (1, features), 1 in the beginning.
    pub running_var: Parameter<T>,
    momentum: f64,
    eps: f64,
}

impl<T: Scalar> BatchNorm<T> {
    /// A layer with the usual settings.
    ///
    /// # Errors
    /// If there is no feature.
    pub fn new(features: usize) -> Result<Self, NnError> {
        Self::with(features, BatchNormConfig::default())
    }

    /// A layer with settings of one's own.
    ///
    /// # Errors
    /// If there is no feature, if the momentum is not from 0 to 1, or if ε is not positive and finite
    /// in `T`.
    pub fn with(features: usize, config: BatchNormConfig) -> Result<Self, NnError> {
        check_features("batch norm", features)?;
        let BatchNormConfig { momentum, eps, affine } = config;
        check_eps::<T>(eps)?;
        if !(0.0..=1.0).contains(&momentum) {
            let (what, allowed) = ("the momentum of batch norm", "from 0 to 1");
            return Err(NnError::InvalidNumber { what, value: momentum, allowed });
        }
        Ok(Self {
            scale_shift: ScaleShift::new(features, affine),
            running_mean: Parameter::state(DMatrix::zeros(1, features)),
            running_var: Parameter::state(DMatrix::from_element(1, features, T::one())),
            momentum,
            eps,
        })
    }

    /// Its settings.
    pub fn config(&self) -> BatchNormConfig {
        let affine = ScaleShift::affine(self.scale_shift.as_ref());
        BatchNormConfig { momentum: self.momentum, eps: self.eps, affine }
    }

    fn features(&self) -> usize {
        self.running_mean.value().ncols()
    }

    /// x̂ from the batch; the running statistics take notice of it.
    fn by_the_batch<'t>(&self, x: Var<'t, T>) -> Var<'t, T> {
        let batch = [
            (&self.running_mean, x.mean_over(Axis::Rows)),
            (&self.running_var, x.variance_over(Axis::Rows, Divisor::CountLessOne)),
        ];
        for (running, seen) in batch {
            let next = x.parameter(running) * (1.0 - self.momentum) + seen * self.momentum;
            next.becomes(running);
        }
        Standardize { axis: Axis::Rows, eps: self.eps }.apply(x)
    }
}

impl<T: Scalar> Layer<T> for BatchNorm<T> {
    fn forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Var<'t, T> {
        self.try_forward(x, pass).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Result<Var<'t, T>, NnError> {
        let normal = match pass.mode() {
            Mode::Train if x.rows() < 2 => {
                return Err(NnError::BatchRows { layer: "batch norm", needs: 2, found: x.rows() });
            }
            Mode::Train => self.by_the_batch(x),
            Mode::Eval => {
                let spread = (x.parameter(&self.running_var) + self.eps).sqrt();
                (x - x.parameter(&self.running_mean)) / spread
            }
        };
        Ok(self.scale_shift.as_ref().map_or(normal, |scale_shift| scale_shift.apply(normal)))
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        if let Some(scale_shift) = &self.scale_shift {
            scale_shift.visit(path, f);
        }
        f(&path.name("running_mean"), &self.running_mean);
        f(&path.name("running_var"), &self.running_var);
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        if let Some(scale_shift) = &mut self.scale_shift {
            scale_shift.visit_mut(path, f);
        }
        f(&path.name("running_mean"), &mut self.running_mean);
        f(&path.name("running_var"), &mut self.running_var);
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn spec(&self) -> Option<LayerSpec> {
        let BatchNormConfig { momentum, eps, affine } = self.config();
        Some(LayerSpec::BatchNorm { features: self.features(), momentum, eps, affine })
    }

    fn width(&self) -> Width {
        Width::Fixed { inputs: self.features(), outputs: self.features() }
    }
}
