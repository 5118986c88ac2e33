//! The elementwise functions of gradus, by the names that the files use.

use gradus_autograd::Var;
use gradus_linalg::Scalar;
use gradus_nn::Activation;

use super::case::Stop;
use super::fields::Fields;

/// A function of one number, applied to each element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elementwise(Activation);

impl Elementwise {
    /// A function by its name alone: `tanh`, `binary_step`, `leaky_relu_0.2`.
    pub(super) fn by_name(name: &str) -> Result<Self, Stop> {
        let dashed = name.replace('_', "-");
        let known = |text: &str| text.parse::<Activation>().ok();
        let with_number = || {
            let (name, number) = dashed.rsplit_once('-')?;
            number.parse::<f64>().ok().and_then(|_| known(&format!("{name}({number})")))
        };
        known(&dashed)
            .or_else(with_number)
            .map(Self)
            .ok_or_else(|| Stop::not_implemented(format!("function {name}")))
    }

    /// A function with its parameters. A parameter that nothing here knows is left unread, which
    /// keeps the case from passing.
    pub(super) fn read(name: &str, params: &Fields<'_>) -> Result<Self, Stop> {
        let function = match Self::by_name(name)?.0 {
            Activation::LeakyRelu { .. } => {
                Activation::LeakyRelu { slope: params.number("negative_slope")? }
            }
            Activation::Elu { .. } => Activation::Elu { alpha: params.number("alpha")? },
            Activation::Softplus if params.number_or("beta", 1.0)? != 1.0 => {
                return Err(Stop::not_implemented("softplus with a beta other than 1"));
            }
            Activation::Gelu if params.optional("form").is_some() => {
                if params.text("form")? != "exact x*Phi(x)" {
                    return Err(Stop::not_implemented("gelu in another form than the exact one"));
                }
                Activation::Gelu
            }
            function => function,
        };
        function.check().map_err(Stop::refused)?;
        Ok(Self(function))
    }

    pub(super) fn apply<T: Scalar>(self, x: Var<'_, T>) -> Var<'_, T> {
        self.0.apply(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Activation {
        Elementwise::by_name(name).unwrap().0
    }

    #[test]
    fn functions_are_found_by_the_files_names() {
        assert_eq!(named("tanh"), Activation::Tanh);
        assert_eq!(named("binary_step"), Activation::BinaryStep);
        assert_eq!(named("leaky_relu_0.2"), Activation::LeakyRelu { slope: 0.2 });
        assert_eq!(named("elu"), Activation::Elu { alpha: 1.0 });
        for unknown in ["no_such_function", "tanh_2", "leaky_relu_x", ""] {
            let stop = Elementwise::by_name(unknown);
            assert!(matches!(stop, Err(Stop::NotImplemented(_))), "{unknown}");
        }
    }
}
