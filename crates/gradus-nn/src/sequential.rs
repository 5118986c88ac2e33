//! Layers one after the other.

use gradus_autograd::{Parameter, Var};
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::tie::Tie;
use crate::{Layer, LayerSpec, NnError, Pass, Path, Summary, Width, layer, try_predict};

/// A chain of layers. It is a layer itself; its parameters are named by position, `0.weight`.
///
/// A linear layer followed by ReLU runs as one fused operation; the sigmoid and tanh are not fused,
/// because a slope taken from their output has no digits left where a unit is saturated.
#[derive(Debug, Default)]
pub struct Sequential<T: Scalar> {
    layers: Vec<Box<dyn Layer<T>>>,
    ties: Vec<Tie>,
    frozen: Vec<usize>,
}

impl<T: Scalar> Clone for Sequential<T> {
    fn clone(&self) -> Self {
        let (ties, frozen) = (self.ties.clone(), self.frozen.clone());
        let mut clone = Self { layers: self.layers.clone(), ties, frozen };
        clone.share_tied();
        clone
    }
}

impl<T: Scalar> Sequential<T> {
    /// A chain of given layers.
    ///
    /// # Errors
    /// If neighbouring layers do not fit.
    pub fn new(layers: Vec<Box<dyn Layer<T>>>) -> Result<Self, NnError> {
        let mut width = None;
        for (position, layer) in layers.iter().enumerate() {
            match (layer.width(), width) {
                (Width::Fixed { inputs, .. }, Some(found)) if found != inputs => {
                    return Err(NnError::LayerWidth { position, expected: inputs, found });
                }
                (Width::Fixed { outputs, .. }, _) => width = Some(outputs),
                (Width::Kept, _) => {}
                (Width::Unknown, _) => width = None,
            }
        }
        Ok(Self { layers, ties: Vec::new(), frozen: Vec::new() })
    }

    /// The layers.
    pub fn layers(&self) -> &[Box<dyn Layer<T>>] {
        &self.layers
    }

    /// Freezes a layer: its parameters take no update and no decay, and it works as in evaluation
    /// while the rest is trained, so that it neither drops units nor changes what it remembers of
    /// the data. Gradients still pass through it. Freezing belongs to training: a file does not
    /// tell of it.
    ///
    /// ```
    /// use gradus_nn::{Activation, Mlp};
    /// # use rand::SeedableRng;
    ///
    /// # let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 1, activation: Activation::Tanh };
    /// let mut model = mlp.build::<f64>(&mut rng).unwrap();
    /// model.freeze(0).unwrap();
    /// assert_eq!((model.summary().parameters(), model.summary().trainable()), (13, 4));
    /// model.unfreeze(0).unwrap();
    /// assert_eq!(model.summary().trainable(), 13);
    /// ```
    ///
    /// PyTorch takes two measures for it, `requires_grad_(False)` and `eval()`; Keras' `trainable =
    /// False` leaves dropout at work.
    ///
    /// # Errors
    /// If there is no layer at this position.
    pub fn freeze(&mut self, position: usize) -> Result<(), NnError> {
        self.layer_mut(position)?.visit_mut(&Path::root(), &mut |_, p| p.freeze());
        if !self.frozen.contains(&position) {
            self.frozen.push(position);
        }
        self.share_tied();
        Ok(())
    }

    /// Lets a layer, with all its parameters, be trained again.
    ///
    /// # Errors
    /// If there is no layer at this position.
    pub fn unfreeze(&mut self, position: usize) -> Result<(), NnError> {
        self.layer_mut(position)?.visit_mut(&Path::root(), &mut |_, p| p.unfreeze());
        self.frozen.retain(|&frozen| frozen != position);
        self.share_tied();
        Ok(())
    }

    fn layer_mut(&mut self, position: usize) -> Result<&mut Box<dyn Layer<T>>, NnError> {
        let layers = self.layers.len();
        self.layers.get_mut(position).ok_or(NnError::NoLayer { position, layers })
    }

    /// The number of features it takes, if its layers say.
    pub fn inputs(&self) -> Option<usize> {
        match self.layers.iter().map(|layer| layer.width()).find(|&width| width != Width::Kept)? {
            Width::Fixed { inputs, .. } => Some(inputs),
            _ => None,
        }
    }

    /// The number of outputs it gives, if its layers say.
    pub fn outputs(&self) -> Option<usize> {
        let mut widths = self.layers.iter().rev().map(|layer| layer.width());
        match widths.find(|&width| width != Width::Kept)? {
            Width::Fixed { outputs, .. } => Some(outputs),
            _ => None,
        }
    }

    /// The number of numbers in its parameters.
    pub fn parameter_count(&self) -> usize {
        layer::parameter_count(self)
    }

    /// Its layers, their widths and their parameters, as a table.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// The output for each row of `x`, in evaluation mode, without a tape.
    ///
    /// # Errors
    /// If `x` does not have as many columns as the model takes features, or if a layer that does not
    /// say its width gives one that the next layer does not take.
    pub fn predict(&self, x: &DMatrix<T>) -> Result<DMatrix<T>, NnError> {
        match self.inputs() {
            Some(expected) if expected != x.ncols() => {
                Err(NnError::InputWidth { expected, found: x.ncols() })
            }
            _ => try_predict(self, x),
        }
    }

    /// Its layers written down.
    ///
    /// # Errors
    /// If a layer is of a type that the crate does not know.
    pub fn specs(&self) -> Result<Vec<LayerSpec>, NnError> {
        let mut specs = Vec::new();
        for (position, layer) in self.layers.iter().enumerate() {
            layer.describe(&mut specs).map_err(|error| match error {
                NnError::NotDescribable { name, .. } => NnError::NotDescribable { position, name },
                other => other,
            })?;
        }
        let tie = |tie: &Tie| LayerSpec::Tie { parameter: tie.parameter, source: tie.source };
        specs.extend(self.ties.iter().map(tie));
        Ok(specs)
    }

    /// Builds a chain from its description, with all parameters 0.
    ///
    /// # Errors
    /// If an extent is 0, if neighbouring layers do not fit, or if the description makes no sense.
    pub fn from_specs(specs: &[LayerSpec]) -> Result<Self, NnError> {
        LayerSpec::build_all(specs)
    }

    pub(crate) fn ties(&self) -> &[Tie] {
        &self.ties
    }

    pub(crate) fn push_tie(&mut self, tie: Tie) {
        self.ties.push(tie);
    }

    /// Every place of a parameter, tied or not, to be changed.
    pub(crate) fn visit_places_mut(&mut self, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        for (i, layer) in self.layers.iter_mut().enumerate() {
            layer.visit_mut(&Path::root().index(i), f);
        }
    }

    /// A layer's output: frozen layers are not trained.
    fn through<'t>(
        &self,
        position: usize,
        x: Var<'t, T>,
        pass: &mut Pass<'_>,
    ) -> Result<Var<'t, T>, NnError> {
        let layer = &self.layers[position];
        match layer.width() {
            Width::Fixed { inputs, .. } if inputs != x.cols() => {
                Err(NnError::LayerWidth { position, expected: inputs, found: x.cols() })
            }
            _ if self.frozen.contains(&position) => layer.try_forward(x, &mut Pass::eval()),
            _ => layer.try_forward(x, pass),
        }
    }
}

impl<T: Scalar> Layer<T> for Sequential<T> {
    fn forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Var<'t, T> {
        self.try_forward(x, pass).unwrap_or_else(|error| panic!("{error}"))
    }

    fn try_forward<'t>(&self, x: Var<'t, T>, pass: &mut Pass<'_>) -> Result<Var<'t, T>, NnError> {
        let mut x = x;
        let mut position = 0;
        while let Some(layer) = self.layers.get(position) {
            let then = self.layers.get(position + 1).and_then(|next| next.epilogue());
            let fits = |inputs| inputs == x.cols();
            let fused = match (then, layer.width()) {
                (Some(then), Width::Fixed { inputs, .. }) if fits(inputs) => {
                    layer.forward_fused(x, then)
                }
                _ => None,
            };
            (x, position) = match fused {
                Some(y) => (y, position + 2),
                None => (self.through(position, x, pass)?, position + 1),
            };
        }
        Ok(x)
    }

    fn visit<'a>(&'a self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        let mut place = 0;
        for (i, layer) in self.layers.iter().enumerate() {
            layer.visit(&path.index(i), &mut |path, parameter| {
                if !self.is_tied(place) {
                    f(path, parameter);
                }
                place += 1;
            });
        }
    }

    fn visit_mut(&mut self, path: &Path<'_>, f: &mut dyn FnMut(&Path<'_>, &mut Parameter<T>)) {
        if !self.ties.is_empty() {
            self.release_tied();
        }
        let mut place = 0;
        for (i, layer) in self.layers.iter_mut().enumerate() {
            layer.visit_mut(&path.index(i), &mut |path, parameter| {
                if !self.ties.iter().any(|tie| tie.parameter == place) {
                    f(path, parameter);
                }
                place += 1;
            });
        }
        if !self.ties.is_empty() {
            self.share_tied();
        }
    }

    fn boxed(&self) -> Box<dyn Layer<T>> {
        Box::new(self.clone())
    }

    fn describe(&self, specs: &mut Vec<LayerSpec>) -> Result<(), NnError> {
        LayerSpec::describe_block(self, |layers| LayerSpec::Chain { layers }, specs)
    }

    fn width(&self) -> Width {
        match (self.inputs(), self.outputs()) {
            (Some(inputs), Some(outputs)) => Width::Fixed { inputs, outputs },
            _ if self.layers.iter().all(|layer| layer.width() == Width::Kept) => Width::Kept,
            _ => Width::Unknown,
        }
    }
}

#[cfg(test)]
mod tests;
