//! The four equations of backpropagation, written out on plain matrices.
//!
//! For layers zˡ = aˡ⁻¹Wˡ + 1·bˡ, aˡ = f(zˡ) and a cost C of the last output, with one example in a
//! row and δˡ = ∂C/∂zˡ:
//!
//! 1. δᴸ = ∇ₐC ⊙ f′(zᴸ); for a softmax output δᴸ = J·∇ₐC row by row, with J its full Jacobian;
//! 2. δˡ = (δˡ⁺¹ (Wˡ⁺¹)ᵀ) ⊙ f′(zˡ);
//! 3. ∂C/∂bˡ = the column sums of δˡ;
//! 4. ∂C/∂Wˡ = (aˡ⁻¹)ᵀ δˡ.
//!
//! Nothing here uses the tape or an operation of it: activations, their derivatives, costs and
//! products are written anew, in `f64`. That makes it an oracle for the tape, and a text to learn
//! from; to train, use the tape, which is many times faster.
//!
//! ```
//! use gradus_nn::Activation;
//! use gradus_nn::backpropagation::{ExplicitLayer, ExplicitNetwork, log_likelihood};
//! use nalgebra::dmatrix;
//!
//! let layer = ExplicitLayer {
//!     weight: dmatrix![1.0, 0.0; 0.0, 1.0],
//!     bias: dmatrix![0.0, 0.0],
//!     activation: Activation::Softmax,
//!     mask: None,
//! };
//! let network = ExplicitNetwork::new(vec![layer]).unwrap();
//! let x = dmatrix![0.3, 0.3];
//! let result = network.backpropagate(&x, |a| log_likelihood(a, &[1])).unwrap();
//! assert_eq!(result.cost, 2.0_f64.ln());
//! assert_eq!(result.deltas[0], dmatrix![0.5, -0.5]); // a − y
//! assert_eq!(result.weights[0], x.transpose() * dmatrix![0.5, -0.5]);
//! ```
//!
//! Source: D. E. Rumelhart, G. E. Hinton and R. J. Williams, *Learning representations by
//! back-propagating errors*, Nature 323, 1986; M. Nielsen, *Neural Networks and Deep Learning*,
//! 2015, chapter 2.

mod activations;
mod costs;
mod network;

pub use costs::{CostGradient, cost_gradient, log_likelihood};
pub use network::{Backpropagation, ExplicitLayer, ExplicitNetwork};
