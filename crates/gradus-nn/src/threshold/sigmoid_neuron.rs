//! The sigmoid neuron, and what a small change does to it.

use nalgebra::DVector;

use crate::NnError;

/// A neuron whose output is smooth: out = σ(w·x + b), with σ(z) = 1/(1 + e⁻ᶻ).
///
/// For small changes Δw and Δb its output changes by about Σⱼ ∂out/∂wⱼ·Δwⱼ + ∂out/∂b·Δb, where
/// ∂out/∂wⱼ = σ′(z)·xⱼ and ∂out/∂b = σ′(z). That is what a perceptron lacks, whose output jumps, and
/// what lets a network learn by small steps. What the law leaves out is at most
/// (Δw·x + Δb)²/(12√3), since |σ″| ≤ 1/(6√3).
///
/// ```
/// use gradus_nn::threshold::SigmoidNeuron;
/// use nalgebra::dvector;
///
/// let neuron = SigmoidNeuron { weights: dvector![0.6, -1.2], bias: 0.3 };
/// let x = dvector![1.0, 2.0];
/// let (dw, db) = (dvector![0.01, -0.02], 0.005);
/// let change = neuron.small_change(&x, &dw, db).unwrap();
/// let moved = SigmoidNeuron { weights: &neuron.weights + &dw, bias: neuron.bias + db };
/// let actual = moved.output(&x).unwrap() - neuron.output(&x).unwrap();
/// let z_change = dw.dot(&x) + db;
/// assert!((actual - change).abs() <= z_change * z_change / (12.0 * 3.0_f64.sqrt()));
/// assert!((actual - change).abs() < 0.02 * change.abs());
/// ```
///
/// Source: M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 1.
#[derive(Clone, Debug, PartialEq)]
pub struct SigmoidNeuron {
    /// w.
    pub weights: DVector<f64>,
    /// b.
    pub bias: f64,
}

/// The derivatives of a neuron's output by its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct NeuronGradient {
    /// ∂out/∂w.
    pub weights: DVector<f64>,
    /// ∂out/∂b.
    pub bias: f64,
}

impl SigmoidNeuron {
    fn z(&self, x: &DVector<f64>) -> Result<f64, NnError> {
        let (expected, found) = (self.weights.len(), x.len());
        if expected != found {
            return Err(NnError::InputWidth { expected, found });
        }
        Ok(self.weights.dot(x) + self.bias)
    }

    /// σ(w·x + b).
    ///
    /// # Errors
    /// If there are not as many inputs as weights.
    pub fn output(&self, x: &DVector<f64>) -> Result<f64, NnError> {
        Ok(sigmoid(self.z(x)?))
    }

    /// ∂out/∂w = σ′(z)·x and ∂out/∂b = σ′(z), with σ′(z) = σ(z)σ(−z).
    ///
    /// # Errors
    /// If there are not as many inputs as weights.
    pub fn gradient(&self, x: &DVector<f64>) -> Result<NeuronGradient, NnError> {
        let z = self.z(x)?;
        let slope = sigmoid(z) * sigmoid(-z);
        Ok(NeuronGradient { weights: x * slope, bias: slope })
    }

    /// Σⱼ ∂out/∂wⱼ·Δwⱼ + ∂out/∂b·Δb: about what the output changes by.
    ///
    /// # Errors
    /// If there are not as many inputs, or changes of weights, as weights.
    pub fn small_change(
        &self,
        x: &DVector<f64>,
        weights: &DVector<f64>,
        bias: f64,
    ) -> Result<f64, NnError> {
        let gradient = self.gradient(x)?;
        let (expected, found) = (self.weights.len(), weights.len());
        if expected != found {
            return Err(NnError::InputWidth { expected, found });
        }
        Ok(gradient.weights.dot(weights) + gradient.bias * bias)
    }
}

/// 1/(1 + e⁻ᶻ): where e⁻ᶻ overflows, 0.
fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}
