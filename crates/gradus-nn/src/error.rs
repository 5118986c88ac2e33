//! What can go wrong with a model.

use thiserror::Error;

/// An error of building, describing or applying a model.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum NnError {
    /// A layer has no inputs or no outputs.
    #[error("{layer} with {inputs} inputs and {outputs} outputs: both must be at least 1")]
    EmptyLayer {
        /// The layer.
        layer: &'static str,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },
    /// A layer with more numbers than a machine can address.
    #[error(
        "{layer} with {inputs} inputs and {outputs} outputs has more numbers than memory has \
         addresses: choose smaller layers"
    )]
    LayerTooLarge {
        /// The layer.
        layer: &'static str,
        /// Its inputs.
        inputs: usize,
        /// Its outputs.
        outputs: usize,
    },
    /// Two neighbouring layers do not fit.
    #[error("layer {position} takes {expected} inputs, but what comes before it gives {found}")]
    LayerWidth {
        /// The layer's position, from 0.
        position: usize,
        /// What the layer takes.
        expected: usize,
        /// What it would be given.
        found: usize,
    },
    /// Data of a width that the model does not take.
    #[error("the model takes {expected} features, the data has {found}")]
    InputWidth {
        /// The model's inputs.
        expected: usize,
        /// The data's columns.
        found: usize,
    },
    /// A residual block that does not give as many features as it takes.
    #[error(
        "a residual block takes {inputs} features and its layers give {outputs}: x + f(x) needs as \
         many; end the block with a linear layer that gives {inputs}"
    )]
    ResidualWidth {
        /// What it takes.
        inputs: usize,
        /// What its layers give.
        outputs: usize,
    },
    /// A training batch with too few rows for a layer.
    #[error(
        "{layer} needs a batch of at least {needs} rows in training, this one has {found}: choose a \
         batch size that leaves no smaller rest"
    )]
    BatchRows {
        /// The layer.
        layer: &'static str,
        /// The rows that it needs.
        needs: usize,
        /// The rows that there are.
        found: usize,
    },
    /// Two parameters that cannot be one.
    #[error("{parameter} cannot be tied to {source_name}: {problem}")]
    Tie {
        /// The parameter that would give up its own value.
        parameter: String,
        /// The parameter whose value it would take.
        source_name: String,
        /// Why not.
        problem: String,
    },
    /// There is no layer at this position.
    #[error("there is no layer {position}: the model has {layers}")]
    NoLayer {
        /// The position, from 0.
        position: usize,
        /// The number of layers.
        layers: usize,
    },
    /// A description of layers that does not make sense.
    #[error("layer description {position}: {problem}")]
    Description {
        /// Its position in the list, from 0.
        position: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A number that an initialisation or a layer cannot use.
    #[error("{what} is {value}: it must be {allowed}")]
    InvalidNumber {
        /// What it is.
        what: &'static str,
        /// The number.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A name that no activation has.
    #[error("there is no activation {name:?}: the names are {known}")]
    UnknownActivation {
        /// The name.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A target that does not fit the cost or the output.
    #[error("the target does not fit: {problem}")]
    Target {
        /// What does not fit.
        problem: String,
    },
    /// A layer that explicit backpropagation does not cover.
    #[error(
        "layer {position} ({name}): explicit backpropagation takes linear layers, each followed by \
         at most one activation; use the tape for others"
    )]
    NotExplicit {
        /// The layer's position, from 0.
        position: usize,
        /// What it is called.
        name: String,
    },
    /// A layer that cannot be written down as a [`LayerSpec`](crate::LayerSpec).
    #[error(
        "layer {position} ({name}) is a type of the program's own and cannot be described in a \
         model file: save the weights alone"
    )]
    NotDescribable {
        /// The layer's position, from 0.
        position: usize,
        /// What it calls itself.
        name: String,
    },
    /// A parameter that is missing, unexpected or of another shape.
    #[error("parameter {name}: {problem}")]
    Parameter {
        /// The parameter's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A Boolean function of more inputs than can be tabulated.
    #[error("a truth table of {found} inputs: there can be at most {most}")]
    TooManyInputs {
        /// The inputs.
        found: usize,
        /// The most there can be.
        most: usize,
    },
    /// A truth table that is not complete.
    #[error("a truth table of {inputs} inputs has {expected} rows, and {found} values came")]
    TruthTableRows {
        /// The inputs.
        inputs: usize,
        /// 2ⁿ.
        expected: usize,
        /// The values that came.
        found: usize,
    },
    /// A threshold unit that reads what is not there.
    #[error(
        "unit {unit} reads signal {signal}, where it can read those below {signals}: the inputs, \
         then the units in their order"
    )]
    UnknownSignal {
        /// The unit's position, from 0.
        unit: usize,
        /// The signal.
        signal: usize,
        /// The number of signals that it can read.
        signals: usize,
    },
    /// An output of a network of threshold units that is not there.
    #[error("signal {output} is to be an output, and there are {signals} signals")]
    UnknownOutput {
        /// The signal.
        output: usize,
        /// The number of signals.
        signals: usize,
    },
    /// An automaton without states or without symbols.
    #[error("an automaton of {states} states and {symbols} symbols: there must be one of each")]
    EmptyAutomaton {
        /// The states.
        states: usize,
        /// The symbols.
        symbols: usize,
    },
    /// A state of an automaton without a transition for each symbol.
    #[error("state {state} has {found} transitions where the first state has {expected}")]
    TransitionCount {
        /// The state.
        state: usize,
        /// The symbols.
        expected: usize,
        /// The state's transitions.
        found: usize,
    },
    /// An automaton that names a state that it has not.
    #[error("{place} names state {state}, and there are {states}, counted from 0")]
    UnknownState {
        /// Where it is named.
        place: String,
        /// The state.
        state: usize,
        /// The states there are.
        states: usize,
    },
    /// A word with a symbol that the automaton has not.
    #[error("symbol {symbol}, at position {position}: there are {symbols}, counted from 0")]
    UnknownSymbol {
        /// The position in the word, from 0.
        position: usize,
        /// The symbol.
        symbol: usize,
        /// The symbols there are.
        symbols: usize,
    },
    /// No example.
    #[error("there is no example to learn from")]
    NoExamples,
    /// Not one label for each example.
    #[error("{rows} examples and {labels} labels: there must be one for each")]
    LabelCount {
        /// The rows of the data.
        rows: usize,
        /// The labels.
        labels: usize,
    },
    /// A label other than 0 and 1.
    #[error("the label of row {row} is {value}: it must be 0 or 1")]
    NotBinary {
        /// The row, from 0.
        row: usize,
        /// The label.
        value: f64,
    },
    /// A number of the data that is not finite.
    #[error(
        "row {row}, column {column} of the data is {value}: replace it, or leave the row out, before \
         learning"
    )]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The number.
        value: f64,
    },
    /// A hyperplane that has an example on the wrong side, or on itself.
    #[error(
        "the hyperplane does not separate the classes: row {row} has the score {score}, which must be \
         above 0 once the sign of class 0 is turned"
    )]
    NotSeparating {
        /// The row, from 0.
        row: usize,
        /// ±(w·x + b), with − for class 0.
        score: f64,
    },
}
