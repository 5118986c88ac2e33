//! A model as a table.

use std::fmt;

use gradus_linalg::Scalar;

use crate::{Layer, Path, Sequential, Width};

/// One layer of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryRow {
    /// What the layer is.
    pub layer: String,
    /// The number of its outputs; `None` if no layer up to it fixes one.
    pub outputs: Option<usize>,
    /// The number of numbers in its parameters.
    pub parameters: usize,
    /// How many of them training changes.
    pub trainable: usize,
}

/// The layers of a model, for people: [`Sequential::summary`](crate::Sequential::summary).
///
/// ```
/// use gradus_nn::{Activation, Mlp};
/// use rand::SeedableRng;
///
/// let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
/// let mlp = Mlp { inputs: 4, hidden: vec![8], outputs: 3, activation: Activation::Relu };
/// let summary = mlp.build::<f32>(&mut rng).unwrap().summary();
/// assert_eq!(
///     summary.to_string(),
///     "   layer   outputs  parameters\n\
///      0  Linear        8          40\n\
///      1  relu          8           0\n\
///      2  Linear        3          27\n\
///      4 inputs, 67 parameters\n"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The number of features that the model takes, if a layer fixes it.
    pub inputs: Option<usize>,
    /// Its layers.
    pub rows: Vec<SummaryRow>,
}

impl Summary {
    pub(crate) fn of<T: Scalar>(model: &Sequential<T>) -> Self {
        let inputs = model.inputs();
        let mut width = inputs;
        let mut place = 0;
        let row = |layer: &dyn Layer<T>| {
            let (mut parameters, mut trainable) = (0, 0);
            layer.visit(&Path::root(), &mut |_, parameter| {
                let size = parameter.value().len();
                let counts = !parameter.is_state() && !model.is_tied(place);
                parameters += if counts { size } else { 0 };
                trainable += if counts && parameter.trainable() { size } else { 0 };
                place += 1;
            });
            match layer.width() {
                Width::Fixed { outputs, .. } => width = Some(outputs),
                Width::Kept => {}
                Width::Unknown => width = None,
            }
            SummaryRow { layer: layer.name(), outputs: width, parameters, trainable }
        };
        Self { inputs, rows: model.layers().iter().map(AsRef::as_ref).map(row).collect() }
    }

    /// The number of numbers in all parameters.
    pub fn parameters(&self) -> usize {
        self.rows.iter().map(|row| row.parameters).sum()
    }

    /// How many of them training changes.
    pub fn trainable(&self) -> usize {
        self.rows.iter().map(|row| row.trainable).sum()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |n: Option<usize>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
        let place = self.rows.len().saturating_sub(1).to_string().len();
        let names = self.rows.iter().map(|row| row.layer.chars().count());
        let name = names.max().unwrap_or(0).max("layer".len());
        writeln!(f, "{:place$}  {:<name$}  outputs  parameters", "", "layer")?;
        for (i, row) in self.rows.iter().enumerate() {
            let (outputs, parameters) = (number(row.outputs), row.parameters);
            write!(f, "{i:>place$}  {:<name$}  {outputs:>7}  {parameters:>10}", row.layer)?;
            let frozen = parameters - row.trainable;
            if frozen > 0 {
                write!(f, "  {frozen} frozen")?;
            }
            writeln!(f)?;
        }
        write!(f, "{} inputs, {} parameters", number(self.inputs), self.parameters())?;
        let frozen = self.parameters() - self.trainable();
        if frozen > 0 {
            write!(f, ", {frozen} of them frozen")?;
        }
        writeln!(f)
    }
}
