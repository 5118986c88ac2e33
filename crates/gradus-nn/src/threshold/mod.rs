//! Threshold units: McCulloch and Pitts' neurons and Rosenblatt's perceptron.
//!
//! | what | where |
//! |---|---|
//! | a unit with excitatory and inhibitory inputs, and the gates | [`McCullochPitts`] |
//! | a network for any Boolean function | [`TruthTable::network`], [`TruthTable::minterm_network`] |
//! | a recurrent network for any finite automaton | [`AutomatonNetwork`] |
//! | a unit with real weights, and its learning rule | [`Perceptron`], [`PerceptronRule`], [`Pocket`] |
//! | how many mistakes the rule can make | [`mistake_bound`], [`widest_margin`] |
//! | whether any perceptron separates two classes, proved | [`linearly_separable`] |
//! | exclusive or, which none does, by hand | [`xor_network`], [`xor_mlp`] |
//! | a smooth unit, and its answer to small changes | [`SigmoidNeuron`] |

mod automaton;
mod examples;
mod integers;
mod margin;
mod network;
mod perceptron;
mod pocket;
mod recurrent;
mod separation;
mod sigmoid_neuron;
mod simplex;
mod synthesis;
mod truth_table;
mod unit;
mod xor;

pub use automaton::Dfa;
pub use examples::binary_labels;
pub use margin::{MistakeBound, WidestMargin, mistake_bound, widest_margin};
pub use network::{Network, WiredUnit};
pub use perceptron::{AtZero, Perceptron, PerceptronFit, PerceptronOutcome, PerceptronRule};
pub use pocket::{Pocket, PocketFit};
pub use recurrent::{AutomatonNetwork, AutomatonRun, RecurrentNetwork};
pub use separation::{Certificate, Hyperplane, Separation, linearly_separable, separates};
pub use sigmoid_neuron::{NeuronGradient, SigmoidNeuron};
pub use truth_table::{MOST_INPUTS, TruthTable};
pub use unit::{McCullochPitts, Synapse};
pub use xor::{xor_mlp, xor_network};
