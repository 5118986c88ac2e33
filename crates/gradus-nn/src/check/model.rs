//! The gradient of a model beside central differences.

use std::fmt;

use gradus_autograd::check::Comparison;
use gradus_autograd::{AutogradError, Tape, Var};
use nalgebra::DMatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::{Layer, Mode, Pass, Path};

/// The figure above which a gradient is suspect, at the step ∛(2⁻⁵²).
const SUSPECT_ABOVE: f64 = 1e-6;

/// What was found about one parameter or about the input.
#[derive(Clone, Debug, PartialEq)]
pub struct GradientCheck {
    /// The parameter's name, or `input`.
    pub name: String,
    /// Its gradient beside differences.
    pub comparison: Comparison,
    /// Entries that were left out, because the cost has a kink within the step.
    pub skipped: usize,
}

/// The result of [`model_gradcheck`].
#[derive(Clone, Debug, PartialEq)]
pub struct ModelCheck {
    /// The input first, then the parameters in their order.
    pub gradients: Vec<GradientCheck>,
    /// The figure above which a gradient is suspect.
    pub suspect_above: f64,
}

impl ModelCheck {
    /// The largest figure ‖approximation − d‖/(‖approximation‖ + ‖d‖); NaN if there is one.
    pub fn figure(&self) -> f64 {
        let figures = self.gradients.iter().map(|gradient| gradient.comparison.figure);
        figures.fold(0.0, |worst, x| if x > worst || x.is_nan() { x } else { worst })
    }

    /// Whether every gradient agrees with its differences.
    pub fn passed(&self) -> bool {
        self.gradients.iter().all(|gradient| gradient.comparison.agrees(self.suspect_above))
    }
}

impl fmt::Display for ModelCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for gradient in &self.gradients {
            let agrees = gradient.comparison.agrees(self.suspect_above);
            let verdict = if agrees { "ok" } else { "SUSPECT" };
            let (figure, skipped) = (gradient.comparison.figure, gradient.skipped);
            write!(f, "{}: {verdict}, figure {figure:.1e}, {skipped} skipped", gradient.name)?;
            if let (Some(worst), false) = (gradient.comparison.worst, agrees) {
                let (exact, differences) = (worst.exact, worst.approximate);
                write!(f, "; worst at {}: {exact:e}, differences {differences:e}", worst.index)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Compares the gradient of cost(model(x)) with central differences: for each entry θ of each
/// parameter and of x, d beside (C(θ + h) − C(θ − h))/2h, with h = ∛(2⁻⁵²)·max(1, |θ|).
///
/// In training mode every evaluation draws the same random numbers, from `seed`. Where the two
/// one-sided differences disagree, the cost has a kink within the step, and the entry is skipped and
/// counted.
///
/// ```
/// use gradus_autograd::Var;
/// use gradus_nn::check::model_gradcheck;
/// use gradus_nn::{Activation, Mlp, Mode};
/// use nalgebra::dmatrix;
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 1, activation: Activation::Tanh };
/// let model = mlp.build::<f64>(&mut rng).unwrap();
/// let x = dmatrix![0.5, -1.0; 2.0, 0.1];
/// let report = model_gradcheck(&model, &x, |y| y.square().mean(), Mode::Eval, 0).unwrap();
/// assert!(report.passed(), "{report}");
/// assert_eq!(report.gradients[1].name, "0.weight");
/// ```
///
/// # Errors
/// If an operation on the way has no derivative.
///
/// # Panics
/// If the model does not take `x`, or if the cost does not take its output.
pub fn model_gradcheck(
    model: &dyn Layer<f64>,
    x: &DMatrix<f64>,
    cost: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>,
    mode: Mode,
    seed: u64,
) -> Result<ModelCheck, AutogradError> {
    let value = |model: &dyn Layer<f64>, x: &DMatrix<f64>| {
        let tape = Tape::new();
        cost(forward(model, tape.constant(x.clone()), mode, seed)).item()
    };

    let tape = Tape::new();
    let input = tape.variable(x.clone());
    let exact = cost(forward(model, input, mode, seed)).try_backward()?;
    let zeros = |shape: &DMatrix<f64>| DMatrix::zeros(shape.nrows(), shape.ncols());

    let gradient = exact.get(input).cloned().unwrap_or_else(|| zeros(x));
    let mut moved = x.clone();
    let mut gradients = vec![compare("input".to_owned(), x, &gradient, |entry, theta| {
        moved[entry] = theta;
        let cost = value(model, &moved);
        moved[entry] = x[entry];
        cost
    })];

    let mut parameters = Vec::new();
    model.visit(&Path::root(), &mut |path, parameter| {
        let theta = parameter.value();
        let gradient = exact.of(parameter).cloned().unwrap_or_else(|| zeros(theta));
        parameters.push((path.to_string(), theta.clone(), gradient, parameter.trainable()));
    });
    let mut changed = model.boxed();
    for (place, (name, theta, gradient, trainable)) in parameters.into_iter().enumerate() {
        if !trainable {
            continue;
        }
        gradients.push(compare(name, &theta, &gradient, |entry, moved| {
            set(changed.as_mut(), place, entry, moved);
            let cost = value(changed.as_ref(), x);
            set(changed.as_mut(), place, entry, theta[entry]);
            cost
        }));
    }
    Ok(ModelCheck { gradients, suspect_above: SUSPECT_ABOVE })
}

/// The output, with the same random numbers each time.
pub(super) fn forward<'t>(
    model: &dyn Layer<f64>,
    x: Var<'t, f64>,
    mode: Mode,
    seed: u64,
) -> Var<'t, f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut pass = match mode {
        Mode::Train => Pass::train(&mut rng),
        Mode::Eval => Pass::eval(),
    };
    model.forward(x, &mut pass)
}

/// Sets an entry of the parameter at a place.
fn set(model: &mut dyn Layer<f64>, place: usize, entry: usize, value: f64) {
    let mut position = 0;
    model.visit_mut(&Path::root(), &mut |_, parameter| {
        if position == place {
            parameter.value_mut()[entry] = value;
        }
        position += 1;
    });
}

/// Compares a gradient with differences of the cost as a function of one entry.
fn compare(
    name: String,
    theta: &DMatrix<f64>,
    gradient: &DMatrix<f64>,
    mut cost: impl FnMut(usize, f64) -> f64,
) -> GradientCheck {
    let (mut exact, mut approximate) = (Vec::new(), Vec::new());
    let (mut skipped, mut noise) = (0, 0.0_f64);
    for (entry, &here) in theta.iter().enumerate() {
        let step = f64::EPSILON.cbrt() * here.abs().max(1.0);
        let (above, below) = (here + step, here - step);
        let (c, c_above, c_below) = (cost(entry, here), cost(entry, above), cost(entry, below));
        let right = (c_above - c) / (above - here);
        let left = (c - c_below) / (here - below);
        // Smooth costs differ by h·C″ here, kinks by the jump of C′.
        if (right - left).abs() > 1e-3 * (1.0 + right.abs().max(left.abs())) {
            skipped += 1;
            continue;
        }
        exact.push(gradient[entry]);
        approximate.push((c_above - c_below) / (above - below));
        noise = noise.hypot(f64::EPSILON * (c_above.abs() + c_below.abs()) / (above - below));
    }
    GradientCheck { name, comparison: Comparison::of(&exact, &approximate, noise), skipped }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Parameter;
    use nalgebra::dmatrix;

    use super::*;

    /// x·w, whose gradient in w is cut.
    #[derive(Clone, Debug)]
    struct Cut(Parameter<f64>);

    impl Layer<f64> for Cut {
        fn forward<'t>(&self, x: Var<'t, f64>, _pass: &mut Pass<'_>) -> Var<'t, f64> {
            let w = x.parameter(&self.0);
            x.matmul(w * 0.01 + w.stop_gradient() * 0.99)
        }

        fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<f64>)) {
            f(&path.name("weight"), &self.0);
        }

        fn visit_mut(
            &mut self,
            path: &Path<'_>,
            f: &mut dyn FnMut(&Path<'_>, &mut Parameter<f64>),
        ) {
            f(&path.name("weight"), &mut self.0);
        }

        fn boxed(&self) -> Box<dyn Layer<f64>> {
            Box::new(self.clone())
        }
    }

    #[test]
    fn a_wrong_gradient_is_suspect_and_named() {
        let model = Cut(Parameter::new(dmatrix![0.5; -1.0]));
        let x = dmatrix![1.0, 2.0];
        let report = model_gradcheck(&model, &x, |y| y.square().sum(), Mode::Eval, 0).unwrap();
        assert!(!report.passed() && report.figure() > 0.9);
        assert!(report.gradients[0].comparison.agrees(1e-8));
        assert!(report.to_string().contains("weight: SUSPECT"), "{report}");
    }

    #[test]
    fn kinks_are_skipped() {
        let model = crate::Activate(crate::Activation::Relu);
        let x = dmatrix![0.0, 1.0];
        let report = model_gradcheck(&model, &x, |y| y.sum(), Mode::Eval, 0).unwrap();
        assert_eq!(report.gradients[0].skipped, 1);
        assert!(report.passed());
    }
}
