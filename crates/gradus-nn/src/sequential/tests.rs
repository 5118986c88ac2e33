use gradus_autograd::Tape;
use nalgebra::dmatrix;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::{
    Activate, Activation, Dropout, DropoutScaling, Init, Linear, Mlp, Prelu, parameter_names,
};

fn rng() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(3)
}

#[test]
fn parameters_are_named_and_ordered_by_position() {
    let mlp = Mlp { inputs: 2, hidden: vec![3], outputs: 1, activation: Activation::Relu };
    let model = mlp.build::<f32>(&mut rng()).unwrap();
    let names = parameter_names(&model);
    assert_eq!(names, ["0.weight", "0.bias", "2.weight", "2.bias"]);
    let mut changed = model.clone();
    let mut order = Vec::new();
    changed.visit_mut(&Path::root(), &mut |path, p| {
        p.value_mut().fill(1.0);
        order.push(path.to_string());
    });
    assert_eq!(order, names);
    assert_eq!(changed.predict(&dmatrix![1.0, 1.0]).unwrap()[(0, 0)], 10.0);
    assert_ne!(model.predict(&dmatrix![1.0, 1.0]).unwrap()[(0, 0)], 10.0);
}

#[test]
fn fused_and_separate_activations_agree_in_value_and_gradient() {
    for activation in Activation::ALL {
        let linear = Linear::<f64>::new(3, 2, Init::HeNormal, &mut rng()).unwrap();
        let x = dmatrix![0.5, -1.0, 2.0; -0.3, 0.7, 0.1];
        let chain = Sequential::new(vec![
            Box::new(linear.clone()) as Box<dyn Layer<f64>>,
            Box::new(Activate(activation)),
        ])
        .unwrap();
        let tape = Tape::new();
        let fused = chain.forward(tape.constant(x.clone()), &mut Pass::eval());
        let fused_gradient = fused.sum().backward();
        let apart = Tape::new();
        let z = linear.forward(apart.constant(x), &mut Pass::eval());
        let y = activation.apply(z);
        let gradient = y.sum().backward();
        assert!((fused.value() - y.value()).norm() < 1e-15, "{activation}");
        let mut chained = Vec::new();
        chain.visit(&Path::root(), &mut |_, parameter| chained.push(parameter));
        for (in_chain, parameter) in
            chained.into_iter().zip([&linear.weight, linear.bias.as_ref().unwrap()])
        {
            match (fused_gradient.of(in_chain), gradient.of(parameter)) {
                (Some(a), Some(b)) => assert!((a - b).norm() < 1e-13, "{activation}"),
                // A step passes no gradient.
                (a, b) => assert!(a == b && activation == Activation::BinaryStep),
            }
        }
    }
}

#[test]
fn a_layer_that_does_not_tell_its_width_fits_everywhere() {
    /// Each feature beside its square.
    #[derive(Clone, Debug)]
    struct Squares;
    impl Layer<f64> for Squares {
        fn forward<'t>(&self, x: Var<'t, f64>, _pass: &mut Pass<'_>) -> Var<'t, f64> {
            Var::concat_cols(&[x, x.square()])
        }
        fn boxed(&self) -> Box<dyn Layer<f64>> {
            Box::new(self.clone())
        }
    }
    let linear = |inputs, outputs| {
        Linear::<f64>::new(inputs, outputs, Init::HeNormal, &mut rng()).unwrap().boxed()
    };
    let inside = Sequential::new(vec![linear(3, 4), Squares.boxed(), linear(8, 1)]).unwrap();
    assert_eq!((inside.inputs(), inside.outputs()), (Some(3), Some(1)));
    let first = Sequential::new(vec![Squares.boxed(), linear(8, 1)]).unwrap();
    assert_eq!((first.inputs(), first.outputs()), (None, Some(1)));
    assert_eq!(first.predict(&DMatrix::zeros(2, 4)).unwrap().shape(), (2, 1));
}

#[test]
fn layers_that_do_not_fit_are_an_error() {
    let first = Linear::<f64>::new(3, 2, Init::Zeros, &mut rng()).unwrap();
    let second = Linear::<f64>::new(4, 1, Init::Zeros, &mut rng()).unwrap();
    let error = Sequential::new(vec![
        Box::new(first) as Box<dyn Layer<f64>>,
        Box::new(Activate(Activation::Relu)),
        Box::new(second),
    ])
    .unwrap_err();
    assert_eq!(error, NnError::LayerWidth { position: 2, expected: 4, found: 2 });
}

#[test]
fn prediction_is_the_same_in_chunks_and_for_no_rows() {
    let mlp = Mlp { inputs: 2, hidden: vec![4], outputs: 3, activation: Activation::Tanh };
    let model = mlp.build::<f64>(&mut rng()).unwrap();
    let x = DMatrix::from_fn(600, 2, |i, j| (i as f64 * 0.37 + j as f64).sin());
    let all = model.predict(&x).unwrap();
    let one = model.predict(&x.rows(599, 1).into_owned()).unwrap();
    assert!((all.rows(599, 1) - one).norm() < 1e-14);
    assert_eq!(model.predict(&DMatrix::zeros(0, 2)).unwrap().shape(), (0, 3));
    let error = model.predict(&DMatrix::zeros(1, 5)).unwrap_err();
    assert_eq!(error, NnError::InputWidth { expected: 2, found: 5 });
}

#[test]
fn a_description_with_an_impossible_number_is_an_error() {
    for spec in [
        LayerSpec::Activation(Activation::LeakyRelu { slope: -1.0 }),
        LayerSpec::Dropout { rate: 1.0, scaling: DropoutScaling::Plain },
        LayerSpec::Prelu { slopes: 0 },
    ] {
        assert!(Sequential::<f32>::from_specs(&[spec]).is_err());
    }
}

#[test]
fn a_summary_names_what_is_frozen_and_what_is_not_known() {
    let mut linear = Linear::<f64>::new(3, 2, Init::Zeros, &mut rng()).unwrap();
    linear.bias.as_mut().unwrap().freeze();
    let model = Sequential::new(vec![
        Box::new(Dropout::new(0.5).unwrap()) as Box<dyn Layer<f64>>,
        Box::new(linear),
    ])
    .unwrap();
    let summary = model.summary();
    assert_eq!((summary.parameters(), summary.trainable()), (8, 6));
    let table = summary.to_string();
    assert!(table.contains("1  Linear              2           8  2 frozen"), "{table}");
    assert!(table.ends_with("3 inputs, 8 parameters, 2 of them frozen\n"), "{table}");
    let unknown = Sequential::<f64>::new(vec![Box::new(Activate(Activation::Relu))]).unwrap();
    assert_eq!(unknown.summary().rows[0].outputs, None);
}

#[test]
fn a_description_rebuilds_the_chain() {
    let mut layers: Vec<Box<dyn Layer<f64>>> =
        vec![Box::new(Linear::new(2, 4, Init::HeNormal, &mut rng()).unwrap())];
    layers.extend(Activation::ALL.map(|a| Box::new(Activate(a)) as Box<dyn Layer<f64>>));
    layers.push(Box::new(Dropout::keep(0.7).unwrap().plain()));
    layers.push(Box::new(Prelu::shared()));
    layers.push(Box::new(Prelu::per_feature(4).unwrap()));
    let model = Sequential::new(layers).unwrap();
    let specs = model.specs().unwrap();
    let again = Sequential::<f64>::from_specs(&specs).unwrap();
    assert_eq!(again.specs().unwrap(), specs);
    assert_eq!(parameter_names(&again), parameter_names(&model));
    assert_eq!(again.summary(), model.summary());
    let counts = specs.iter().map(|spec| spec.parameter_count().unwrap());
    assert_eq!(counts.sum::<usize>(), model.parameter_count());
}
