//! One parameter in two places of a chain.

use gradus_autograd::Parameter;
use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::{NnError, Path, Sequential};

/// A parameter that is another one, both by their places in the order of visits without ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tie {
    pub(crate) parameter: usize,
    pub(crate) source: usize,
}

impl<T: Scalar> Sequential<T> {
    /// Makes two parameters of the chain one, by their names: `parameter` takes the value of
    /// `source`, now and after every change.
    ///
    /// The gradient of the one is the sum over both places. It is visited, and so updated, saved and
    /// counted, once, by the name of `source`. PyTorch does the same when a module is given another's
    /// parameter.
    ///
    /// ```
    /// use gradus_nn::{Init, Layer, Linear, Sequential, parameter_names};
    /// use nalgebra::dmatrix;
    /// # use rand::SeedableRng;
    ///
    /// # let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(0);
    /// let mut linear = |init| -> Box<dyn Layer<f64>> {
    ///     Box::new(Linear::without_bias(1, 1, init, &mut rng).unwrap())
    /// };
    /// let layers = vec![linear(Init::Constant(3.0)), linear(Init::Zeros)];
    /// let mut model = Sequential::new(layers).unwrap();
    /// model.tie("1.weight", "0.weight").unwrap();
    /// assert_eq!(model.predict(&dmatrix![1.0]).unwrap(), dmatrix![9.0]);
    /// assert_eq!(parameter_names(&model), ["0.weight"]);
    /// assert!(model.tie("1.weight", "0.weight").is_err()); // there is only one left
    /// ```
    ///
    /// # Errors
    /// [`NnError::Tie`] if there is no parameter of one of the names, if the two are one already, if
    /// they differ in shape, or if one of them is a state.
    pub fn tie(&mut self, parameter: &str, source: &str) -> Result<(), NnError> {
        let place = |name: &str| {
            let mut found = None;
            let mut place = 0;
            self.visit_places(&mut |path, _| {
                if path.to_string() == name && !self.is_tied(place) {
                    found = Some(place);
                }
                place += 1;
            });
            found
        };
        let refuse = |problem: &str| NnError::Tie {
            parameter: parameter.to_owned(),
            source_name: source.to_owned(),
            problem: problem.to_owned(),
        };
        let missing = "the model has no parameter of one of these names";
        let (to, from) = (place(parameter), place(source));
        let (Some(to), Some(from)) = (to, from) else { return Err(refuse(missing)) };
        self.tie_places(Tie { parameter: to, source: from }).map_err(|error| match error {
            NnError::Tie { problem, .. } => refuse(&problem),
            other => other,
        })
    }

    pub(crate) fn tie_places(&mut self, tie: Tie) -> Result<(), NnError> {
        let refuse = |problem: String| {
            let name = |place| format!("parameter {place}");
            let (parameter, source_name) = (name(tie.parameter), name(tie.source));
            Err(NnError::Tie { parameter, source_name, problem })
        };
        let mut shapes = [None; 2];
        let mut place = 0;
        self.visit_places(&mut |_, parameter| {
            for (shape, wanted) in shapes.iter_mut().zip([tie.parameter, tie.source]) {
                if place == wanted && !parameter.is_state() {
                    *shape = Some(parameter.value().shape());
                }
            }
            place += 1;
        });
        let [Some(to), Some(from)] = shapes else {
            return refuse("there are no two such parameters".to_owned());
        };
        let chained = self.ties().iter().any(|known| {
            known.parameter == tie.source
                || known.parameter == tie.parameter
                || known.source == tie.parameter
        });
        if tie.parameter == tie.source || chained {
            return refuse("one of them is tied already".to_owned());
        }
        if to != from {
            return refuse(format!("it is {}x{}, the other {}x{}", to.0, to.1, from.0, from.1));
        }
        self.push_tie(tie);
        self.share_tied();
        Ok(())
    }

    /// Lets go of the tied values, so that their source can be changed in place.
    pub(crate) fn release_tied(&mut self) {
        let ties = self.ties().to_vec();
        let mut place = 0;
        self.visit_places_mut(&mut |_, parameter| {
            if ties.iter().any(|tie| tie.parameter == place) {
                *parameter = Parameter::new(DMatrix::zeros(0, 0));
            }
            place += 1;
        });
    }

    /// Gives the tied parameters the value and the identity of their sources.
    pub(crate) fn share_tied(&mut self) {
        let ties = self.ties().to_vec();
        for tie in ties {
            let mut source = None;
            let mut place = 0;
            self.visit_places(&mut |_, parameter| {
                if place == tie.source {
                    source = Some(parameter.share());
                }
                place += 1;
            });
            place = 0;
            self.visit_places_mut(&mut |_, parameter| {
                if place == tie.parameter
                    && let Some(source) = source.take()
                {
                    *parameter = source;
                }
                place += 1;
            });
        }
    }

    pub(crate) fn is_tied(&self, place: usize) -> bool {
        self.ties().iter().any(|tie| tie.parameter == place)
    }

    /// Every place of a parameter, tied or not.
    pub(crate) fn visit_places<'a>(&'a self, f: &mut dyn FnMut(&Path<'_>, &'a Parameter<T>)) {
        for (i, layer) in self.layers().iter().enumerate() {
            layer.visit(&Path::root().index(i), f);
        }
    }
}

#[cfg(test)]
mod tests {
    use gradus_autograd::Tape;
    use nalgebra::dmatrix;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::{Activate, Activation, Init, Layer, Linear, Pass, parameter_names};

    fn tied() -> Sequential<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(2);
        let mut linear = || Linear::<f64>::new(2, 2, Init::HeNormal, &mut rng).unwrap().boxed();
        let layers = vec![linear(), Box::new(Activate(Activation::Tanh)), linear()];
        let mut model = Sequential::new(layers).unwrap();
        model.tie("2.weight", "0.weight").unwrap();
        model
    }

    #[test]
    fn a_tied_parameter_is_one_parameter() {
        let mut model = tied();
        assert_eq!(parameter_names(&model), ["0.weight", "0.bias", "2.bias"]);
        assert_eq!(model.parameter_count(), 8);
        assert_eq!(model.summary().parameters(), 8);
        // The gradient is the sum of the gradients of two parameters of the same value.
        let x = dmatrix![0.3, -0.7; 1.0, 0.2];
        let gradient = |model: &Sequential<f64>, name: &str| {
            let tape = Tape::new();
            let y = model.forward(tape.constant(x.clone()), &mut Pass::eval());
            let gradients = y.square().sum().backward();
            let mut found = None;
            model.visit(&Path::root(), &mut |path, parameter| {
                if path.to_string() == name {
                    found = gradients.of(parameter).cloned();
                }
            });
            found.unwrap()
        };
        let apart = Sequential::new(model.layers().to_vec()).unwrap();
        assert_eq!(parameter_names(&apart).len(), 4);
        let sum = gradient(&apart, "0.weight") + gradient(&apart, "2.weight");
        assert!((gradient(&model, "0.weight") - sum).norm() < 1e-14);
        // A change reaches both places, in a clone as well, and leaves the original alone.
        let mut copy = model.clone();
        let before = model.predict(&x).unwrap();
        for model in [&mut copy, &mut model] {
            let mut buffer = None;
            model.visit_mut(&Path::root(), &mut |_, p| {
                buffer = buffer.or(Some(p.value().as_slice().as_ptr()));
                p.value_mut().fill(0.5);
            });
            let first = model.layers()[0].boxed();
            let mut weights = Vec::new();
            model.visit_places(&mut |_, p| weights.push(p.value().clone()));
            assert_eq!(weights[0], weights[2]);
            drop(first);
        }
        assert_ne!(before, model.predict(&x).unwrap());
        assert_eq!(copy.predict(&x).unwrap(), model.predict(&x).unwrap());
    }

    #[test]
    fn a_change_of_a_tied_parameter_is_in_place() {
        let mut model = tied();
        let place = |model: &mut Sequential<f64>| {
            let mut place = Vec::new();
            model.visit_mut(&Path::root(), &mut |_, p| place.push(p.value_mut().as_ptr() as usize));
            place
        };
        assert_eq!(place(&mut model), place(&mut model));
    }

    #[test]
    fn impossible_ties_are_errors() {
        let mut model = tied();
        for (parameter, source) in [
            ("0.weight", "0.bias"),
            ("0.bias", "0.bias"),
            ("2.weight", "0.weight"),
            ("0.weight", "2.weight"),
            ("9.weight", "0.weight"),
        ] {
            assert!(model.tie(parameter, source).is_err(), "{parameter} to {source}");
        }
        model.tie("2.bias", "0.bias").unwrap();
        assert_eq!(model.parameter_count(), 6);
    }
}
