//! What holds for networks at every point.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

use std::sync::Arc;

use gradus_autograd::check::path_sum;
use gradus_autograd::{Axis, Tape};
use gradus_nn::backpropagation::{ExplicitNetwork, cost_gradient, log_likelihood};
use gradus_nn::{
    Activate, Activation, BatchNorm, BatchNormConfig, Cost, Init, Layer, Linear, Mlp, NnError,
    Pass, Path, Reduction, Sequential, Target, TargetKind, cost,
};
use gradus_testkit::{assert_close, relative_error};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn random(rows: usize, cols: usize, rng: &mut ChaCha8Rng) -> DMatrix<f64> {
    DMatrix::from_fn(rows, cols, |_, _| rng.random_range(-1.5..1.5))
}

/// A chain with weights and biases at random, and an activation after every layer.
fn chain(sizes: &[usize], activations: &[Activation], rng: &mut ChaCha8Rng) -> Sequential<f64> {
    let mut layers: Vec<Box<dyn Layer<f64>>> = Vec::new();
    for (pair, &activation) in sizes.windows(2).zip(activations) {
        let mut linear = Linear::new(pair[0], pair[1], Init::Zeros, rng).unwrap();
        linear.weight.value_mut().copy_from(&random(pair[0], pair[1], rng));
        linear.bias.as_mut().unwrap().value_mut().copy_from(&random(1, pair[1], rng));
        layers.push(Box::new(linear));
        layers.push(Box::new(Activate(activation)));
    }
    Sequential::new(layers).unwrap()
}

/// All gradients by the tape, one after the other: parameters in their order, then the input.
fn by_the_tape(
    model: &Sequential<f64>,
    x: &DMatrix<f64>,
    cost: impl for<'t> Fn(gradus_autograd::Var<'t, f64>) -> gradus_autograd::Var<'t, f64>,
) -> (f64, Vec<Vec<f64>>) {
    let tape = Tape::new();
    let input = tape.variable(x.clone());
    let value = cost(model.forward(input, &mut Pass::eval()));
    let gradients = value.backward();
    let mut found = Vec::new();
    model.visit(&Path::root(), &mut |_, parameter| {
        let zeros = vec![0.0; parameter.value().len()];
        found.push(gradients.of(parameter).map_or(zeros, |g| g.as_slice().to_vec()));
    });
    let zeros = vec![0.0; x.len()];
    found.push(gradients.get(input).map_or(zeros, |g| g.as_slice().to_vec()));
    (value.item(), found)
}

fn explicit(
    model: &Sequential<f64>,
    x: &DMatrix<f64>,
    cost: impl FnOnce(&DMatrix<f64>) -> Result<gradus_nn::backpropagation::CostGradient, NnError>,
) -> (f64, Vec<Vec<f64>>) {
    let found = ExplicitNetwork::of(model).unwrap().backpropagate(x, cost).unwrap();
    let pairs = found.weights.iter().zip(&found.biases);
    let mut all: Vec<Vec<f64>> =
        pairs.flat_map(|(w, b)| [w.as_slice().to_vec(), b.as_slice().to_vec()]).collect();
    all.push(found.input.as_slice().to_vec());
    (found.cost, all)
}

fn assert_equal((c, found): &(f64, Vec<Vec<f64>>), (d, expected): &(f64, Vec<Vec<f64>>)) {
    assert_close(&[*c], &[*d], 1e-12, 1e-14);
    for (found, expected) in found.iter().zip(expected) {
        // Numbers of the order of 1 may cancel on the way, in the Jacobian of a softmax for one:
        // then their rounding, and not the gradient's size, is the measure.
        let error = relative_error(found, expected);
        let off = found.iter().zip(expected).fold(0.0, |off: f64, (f, e)| off.hypot(f - e));
        assert!(error <= 1e-12 || off <= 16.0 * f64::EPSILON, "{error:e}, off by {off:e}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn explicit_backpropagation_is_the_tapes(
        sizes in prop::collection::vec(1_usize..6, 2..5),
        picks in prop::collection::vec(0..Activation::ALL.len(), 4),
        cost in 0..Cost::ALL.len(),
        rows in 1_usize..6,
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let activations: Vec<_> = picks.iter().map(|&pick| Activation::ALL[pick]).collect();
        let model = chain(&sizes, &activations, &mut rng);
        let x = random(rows, sizes[0], &mut rng);
        let (outputs, cost) = (sizes[sizes.len() - 1], Cost::ALL[cost]);
        let target = match cost.target_kind() {
            TargetKind::Classes => {
                let classes = (0..rows).map(|_| rng.random_range(0..outputs as u32));
                Target::Classes(Arc::new(classes.collect()))
            }
            TargetKind::Values => Target::Values(Arc::new(random(rows, outputs, &mut rng))),
        };
        let tape = by_the_tape(&model, &x, |y| cost.of(y, &target));
        assert_equal(&explicit(&model, &x, |a| cost_gradient(cost, a, &target)), &tape);
    }

    /// Three ways to one gradient: the equations, the tape, and the sum over all paths from a
    /// parameter to the cost, for which each number of a small network is a node of its own.
    #[test]
    fn explicit_backpropagation_is_the_sum_over_paths(
        widths in prop::collection::vec(1_usize..4, 1..3),
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let sizes = [&[2], &widths[..], &[1]].concat();
        let model = chain(&sizes, &[Activation::Tanh; 3][..sizes.len() - 1], &mut rng);
        let (x, y) = (random(1, 2, &mut rng), rng.random_range(-1.0..1.0));
        let target = Target::Values(Arc::new(DMatrix::from_element(1, 1, y)));
        let squared = |a: &DMatrix<f64>| cost_gradient(Cost::MeanSquaredError, a, &target);
        let (value, found) = explicit(&model, &x, squared);

        let tape = Tape::new();
        let mut parameters = Vec::new();
        model.visit(&Path::root(), &mut |_, p| {
            let numbers: Vec<_> = p.value().iter().map(|&number| tape.scalar(number)).collect();
            parameters.push((p.value().nrows(), numbers));
        });
        let mut signals: Vec<_> = x.iter().map(|&x| tape.scalar(x)).collect();
        for pair in parameters.chunks(2) {
            let ((inputs, weight), (_, bias)) = (&pair[0], &pair[1]);
            signals = (0..bias.len())
                .map(|j| {
                    let terms = signals.iter().enumerate().map(|(i, &a)| a * weight[inputs * j + i]);
                    terms.fold(bias[j], |sum, term| sum + term).tanh()
                })
                .collect();
        }
        let cost = (signals[0] - y).square();
        prop_assert!((cost.item() - value).abs() < 1e-14);
        for ((_, parameter), gradient) in parameters.iter().zip(&found) {
            for (&number, &gradient) in parameter.iter().zip(gradient) {
                let sum = path_sum(&tape, cost, number, 10_000).unwrap();
                let size: f64 = sum.paths.iter().map(|path| path.product.abs()).sum();
                let off = (sum.total() - gradient).abs();
                prop_assert!(off <= 1e-13 * size + 1e-16, "{} for {gradient}", sum.total());
            }
        }
    }

    /// uᵀHv = vᵀHu, and Hv is what the gradient changes by along v.
    #[test]
    fn hessian_products_are_symmetric_and_differences_of_gradients(
        hidden in 1_usize..6,
        rows in 1_usize..6,
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let x = random(rows, 3, &mut rng);
        let classes: Arc<Vec<u32>> =
            Arc::new((0..rows).map(|_| rng.random_range(0..2_u32)).collect());
        let shapes = [(3, hidden), (1, hidden), (hidden, 2), (1, 2)];
        let mut draw = || shapes.map(|(rows, cols)| random(rows, cols, &mut rng));
        let (theta, u, v) = (draw(), draw(), draw());
        let tape = Tape::new();
        let at = |step: f64| {
            let moved = std::array::from_fn::<_, 4, _>(|k| &theta[k] + &v[k] * step);
            let w = moved.map(|moved| tape.variable(moved));
            let z = tape.constant(x.clone()).affine(w[0], w[1]).tanh().affine(w[2], w[3]);
            (z.softmax_cross_entropy(&classes), w)
        };
        let (f, w) = at(0.0);
        let along = |d: &[DMatrix<f64>; 4]| -> Vec<DMatrix<f64>> {
            let pairs: Vec<_> = w.into_iter().zip(d.iter().cloned()).collect();
            tape.hvp(f, &pairs).unwrap().into_iter().map(|along| along.product).collect()
        };
        let (hu, hv) = (along(&u), along(&v));
        let dot = |a: &[DMatrix<f64>], b: &[DMatrix<f64>]| -> f64 {
            a.iter().zip(b).map(|(a, b)| a.dot(b)).sum()
        };
        assert_close(&[dot(&u, &hv)], &[dot(&v, &hu)], 1e-10, 1e-12);
        let gradient = |step: f64| {
            let (f, w) = at(step);
            let gradients = f.backward();
            w.map(|w| gradients.get(w).unwrap().clone())
        };
        let (after, before) = (gradient(1e-5), gradient(-1e-5));
        for ((after, before), product) in after.iter().zip(&before).zip(&hv) {
            let difference = (after - before) / 2e-5;
            assert_close(difference.as_slice(), product.as_slice(), 1e-6, 1e-8);
        }
    }

    #[test]
    fn log_likelihood_of_a_softmax_output_is_the_cross_entropy_of_its_logits(
        outputs in 2_usize..6,
        rows in 1_usize..6,
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let sizes = [3, 4, outputs];
        let with_softmax = chain(&sizes, &[Activation::Tanh, Activation::Softmax], &mut rng);
        let mut layers = with_softmax.layers().to_vec();
        layers.pop();
        let logits = Sequential::new(layers).unwrap();
        let x = random(rows, 3, &mut rng);
        let classes: Vec<u32> = (0..rows).map(|_| rng.random_range(0..outputs as u32)).collect();
        let shared = Arc::new(classes.clone());
        let tape = by_the_tape(&logits, &x, |z| z.softmax_cross_entropy(&shared));
        assert_equal(&explicit(&with_softmax, &x, |a| log_likelihood(a, &classes)), &tape);

        // δᴸ = (a − y)/m.
        let network = ExplicitNetwork::of(&with_softmax).unwrap();
        let found = network.backpropagate(&x, |a| log_likelihood(a, &classes)).unwrap();
        let a = &found.outputs[1];
        let residual = DMatrix::from_fn(rows, outputs, |i, k| {
            (a[(i, k)] - f64::from(u8::from(classes[i] as usize == k))) / rows as f64
        });
        assert_close(found.deltas[1].as_slice(), residual.as_slice(), 1e-12, 1e-15);
    }

    #[test]
    fn the_gradient_of_a_cross_entropy_is_p_minus_y(
        rows in 1_usize..5,
        cols in 1_usize..6,
        scale in prop::sample::select(vec![0.1, 1.0, 30.0, 1000.0]),
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let z = random(rows, cols, &mut rng) * scale;
        let y = random(rows, cols, &mut rng).map(|y| (y + 1.5) / 3.0);
        let tape = Tape::new();
        let logits = tape.variable(z);
        let binary = cost::binary_cross_entropy(logits, tape.constant(y.clone()), Reduction::Sum);
        let slope = binary.backward().get(logits).unwrap().clone();
        let expected = logits.sigmoid().value() - &y;
        assert_close(slope.as_slice(), expected.as_slice(), 1e-12, 1e-15);

        let mut soft = y;
        soft.row_iter_mut().for_each(|mut row| row /= row.sum());
        let loss = cost::soft_cross_entropies(logits, tape.constant(soft.clone())).sum();
        let slope = loss.backward().get(logits).unwrap().clone();
        let expected = logits.softmax().value() - &soft;
        assert_close(slope.as_slice(), expected.as_slice(), 1e-12, 1e-15);
    }

    #[test]
    fn activations_keep_their_identities(
        rows in 1_usize..5,
        cols in 1_usize..6,
        scale in prop::sample::select(vec![0.1, 1.0, 30.0, 1e3, 1e300_f64]),
        shift in -100.0..100.0_f64,
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let tape = Tape::new();
        let z = tape.constant(random(rows, cols, &mut rng) * scale);
        let close = |a: gradus_autograd::Var<'_, f64>, b: gradus_autograd::Var<'_, f64>, atol| {
            assert_close(a.value().as_slice(), b.value().as_slice(), 1e-14, atol);
        };
        close((-z).sigmoid(), -z.sigmoid() + 1.0, 2e-16);
        close(z.tanh(), (z * 2.0).sigmoid() * 2.0 - 1.0, 5e-16);
        let p = z.softmax();
        close(p.sum_over(Axis::Columns), tape.constant(DMatrix::from_element(rows, 1, 1.0)), 0.0);
        // z + c is rounded to the digits that z has, and the softmax takes over that error.
        close((z + shift).softmax(), p, 4.0 * f64::EPSILON * (scale.min(1e3) * 1.5 + 100.0));
        let largest = z.value().row_iter().map(|row| row.max()).collect::<Vec<_>>();
        for (sum, largest) in z.log_sum_exp().value().iter().zip(largest) {
            prop_assert!(*sum >= largest && *sum <= largest + (cols as f64).ln() * (1.0 + 1e-15) + largest.abs() * 1e-15);
        }
    }

    #[test]
    fn a_normalised_batch_forgets_scale_and_shift(
        rows in 2_usize..6,
        scale in 0.5..20.0_f64,
        shift in -50.0..50.0_f64,
        seed in 0_u64..10_000,
    ) {
        // With an ε that the variance dwarfs.
        let x = random(rows, 3, &mut ChaCha8Rng::seed_from_u64(seed));
        let config = BatchNormConfig { eps: 1e-300, ..BatchNormConfig::default() };
        let layer = BatchNorm::with(3, config).unwrap();
        let run = |x: DMatrix<f64>| {
            let tape = Tape::new();
            let mut rng = ChaCha8Rng::seed_from_u64(0);
            layer.forward(tape.constant(x), &mut Pass::train(&mut rng)).value()
        };
        let (y, moved) = (run(x.clone()), run(x.map(|x| scale * x + shift)));
        assert_close(moved.as_slice(), y.as_slice(), 1e-7, 1e-7);
        for column in y.column_iter() {
            prop_assert!(column.sum().abs() < 1e-9);
            prop_assert!((column.norm_squared() / rows as f64 - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn the_order_of_hidden_units_changes_no_output(
        pick in 0..Activation::ALL.len(),
        seed in 0_u64..10_000,
    ) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let activations = [Activation::ALL[pick], Activation::Identity];
        let model = chain(&[3, 5, 2], &activations, &mut rng);
        let mut order: Vec<usize> = (0..5).collect();
        rand::seq::SliceRandom::shuffle(order.as_mut_slice(), &mut rng);
        let mut permuted = model.clone();
        permuted.visit_mut(&Path::root(), &mut |path, parameter| {
            let old = parameter.value().clone();
            let new = match path.to_string().as_str() {
                "0.weight" | "0.bias" => old.select_columns(&order),
                "2.weight" => old.select_rows(&order),
                _ => old,
            };
            parameter.value_mut().copy_from(&new);
        });
        let x = random(4, 3, &mut rng);
        let (a, b) = (model.predict(&x).unwrap(), permuted.predict(&x).unwrap());
        assert_close(a.as_slice(), b.as_slice(), 1e-12, 1e-13);
    }
}

/// Steps of gradient descent on a fixed batch; the hidden weights after each.
fn descend(init: Init, output_init: Init) -> Vec<DMatrix<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let hidden = Linear::new(2, 4, init, &mut rng).unwrap();
    let output = Linear::new(4, 1, output_init, &mut rng).unwrap();
    let mut model = Sequential::new(vec![
        Box::new(hidden) as Box<dyn Layer<f64>>,
        Box::new(Activate(Activation::Sigmoid)),
        Box::new(output),
    ])
    .unwrap();
    let x = dmatrix![0.0, 0.0; 0.0, 1.0; 1.0, 0.0; 1.0, 1.0];
    let target = Target::Values(Arc::new(dmatrix![0.0; 1.0; 1.0; 0.0]));
    let mut history = Vec::new();
    for _ in 0..50 {
        let (_, gradients) = by_the_tape(&model, &x, |y| Cost::BinaryCrossEntropy.of(y, &target));
        let mut next = gradients.into_iter();
        model.visit_mut(&Path::root(), &mut |path, parameter| {
            let gradient = next.next().unwrap();
            let moved = parameter.value_mut().as_mut_slice().iter_mut().zip(&gradient);
            moved.for_each(|(w, g)| *w -= 0.5 * g);
            if path.to_string() == "0.weight" {
                history.push(parameter.value().clone());
            }
        });
    }
    history
}

#[test]
fn hidden_units_that_begin_alike_stay_alike() {
    let spread = |w: &DMatrix<f64>| (w.columns(1, 3) - w.columns(0, 3)).abs().max();
    let alike = [
        (Init::Zeros, Init::Zeros),
        (Init::Zeros, Init::Constant(0.5)),
        (Init::Constant(0.3), Init::Constant(-0.5)),
    ];
    for (init, output_init) in alike {
        let history = descend(init, output_init);
        assert!(history.iter().all(|w| spread(w) == 0.0), "{init:?}");
    }
    // The same steps from random weights: the test above can fail.
    assert!(spread(descend(Init::GlorotUniform, Init::GlorotUniform).last().unwrap()) > 0.01);
}

#[test]
fn what_explicit_backpropagation_does_not_cover_is_named() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mlp = Mlp { inputs: 2, hidden: vec![], outputs: 2, activation: Activation::Relu };
    let mut layers = mlp.build::<f64>(&mut rng).unwrap().layers().to_vec();
    layers.push(Box::new(gradus_nn::Prelu::shared()));
    let error = ExplicitNetwork::of(&Sequential::new(layers).unwrap()).unwrap_err();
    assert_eq!(error, NnError::NotExplicit { position: 1, name: "Prelu".to_owned() });
    let network = ExplicitNetwork::of(&mlp.build(&mut rng).unwrap()).unwrap();
    assert!(matches!(network.forward(&dmatrix![1.0]), Err(NnError::InputWidth { .. })));
    let x = dmatrix![1.0, 2.0];
    let wrong = |target| network.backpropagate(&x, |a| cost_gradient(Cost::Hinge, a, &target));
    assert!(matches!(wrong(Target::Classes(Arc::new(vec![0]))), Err(NnError::Target { .. })));
    let column = Target::Values(Arc::new(dmatrix![1.0]));
    assert!(matches!(wrong(column), Err(NnError::Target { .. })));
    let classes = network.backpropagate(&x, |a| log_likelihood(a, &[2]));
    assert!(classes.unwrap_err().to_string().contains("1 classes up to 2 for an output of 1x2"));
    assert!(ExplicitNetwork::new(Vec::new()).is_err());
}
