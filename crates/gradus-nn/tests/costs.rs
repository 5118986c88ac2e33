//! Costs beside reference values, and what holds for them at every point.
//!
//! Values and gradients without another source are PyTorch 2.15's, in double precision.

use std::sync::Arc;

use gradus_autograd::{Tape, Var};
use gradus_nn::cost::{self, CrossEntropy};
use gradus_nn::{Cost, NnError, Reduction, Target, TargetKind};
use gradus_testkit::assert_close;
use nalgebra::{DMatrix, dmatrix};

const RTOL: f64 = 1e-12;
const ATOL: f64 = 1e-14;

/// Value and gradient of a cost of one matrix.
fn evaluate(
    at: DMatrix<f64>,
    cost: impl for<'t> Fn(&'t Tape<f64>, Var<'t, f64>) -> Var<'t, f64>,
) -> (f64, DMatrix<f64>) {
    let tape = Tape::new();
    let x = tape.variable(at);
    let cost = cost(&tape, x);
    (cost.item(), cost.backward().get(x).expect("a gradient").clone())
}

fn check((value, gradient): (f64, DMatrix<f64>), expected: f64, expected_gradient: &DMatrix<f64>) {
    assert_close(&[value], &[expected], RTOL, ATOL);
    assert_close(gradient.as_slice(), expected_gradient.as_slice(), RTOL, ATOL);
}

fn logits() -> DMatrix<f64> {
    dmatrix![
        0.7792, -0.4315, 0.2038; 1.277, 0.1098, -1.9458; 0.3439, -0.71, -0.195; 0.3071, 0.5731, -0.2155
    ]
}

fn classes() -> Arc<Vec<u32>> {
    Arc::new(vec![0, 2, 1, 1])
}

#[test]
fn huber_agrees_with_pytorch() {
    let pred = dmatrix![0.7387, -0.3036, -0.0023, 1.1321, 0.9824];
    let target = dmatrix![0.4869, 0.8771, -1.6836, 1.3315, -1.5544];
    let one = evaluate(pred.clone(), |tape, x| {
        cost::huber(x, tape.constant(target.clone()), 1.0, Reduction::Mean)
    });
    let slope = dmatrix![0.05036000000000001, -0.2, 0.2, -0.039879999999999964, 0.2];
    check(one, 0.79007636, &slope);
    let half = evaluate(pred, |tape, x| {
        cost::huber(x, tape.constant(target.clone()), 0.5, Reduction::Sum)
    });
    check(half, 2.3759818, &dmatrix![0.2518, -0.5, 0.5, -0.1993999999999998, 0.5]);
}

#[test]
fn huber_is_exact_far_from_its_kink() {
    let far =
        evaluate(dmatrix![3e15], |tape, x| cost::huber(x, tape.scalar(0.0), 1e-3, Reduction::Sum));
    // δ(|r| − ½δ), in exact arithmetic.
    check(far, 3e12 - 5e-7, &dmatrix![1e-3]);
}

#[test]
fn weighted_and_soft_binary_cross_entropies_agree_with_pytorch() {
    let computed = evaluate(dmatrix![0.3, -0.8, 2.0], |tape, z| {
        let target = tape.constant(dmatrix![0.25, 0.9, 0.5]);
        cost::weighted_binary_cross_entropy(z, target, tape.scalar(3.0), Reduction::Mean)
    });
    let slope = dmatrix![0.037221258405829495, -0.6106428490524384, 0.08719805198525488];
    check(computed, 1.836490251147504, &slope);
}

#[test]
fn binary_cross_entropy_of_probabilities_agrees_with_pytorch_also_at_0_and_1() {
    let computed = evaluate(dmatrix![0.9, 0.2, 0.5, 0.7, 0.01, 0.999], |tape, p| {
        let target = tape.constant(dmatrix![1.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        cost::binary_cross_entropy_of_probabilities(p, target, Reduction::Mean)
    });
    let slope = dmatrix![
        -0.1851851851851852,
        0.2083333333333333,
        -0.3333333333333333,
        0.5555555555555555,
        0.16835016835016833,
        -0.1668335001668335
    ];
    check(computed, 0.3727791480075004, &slope);
    let edges = evaluate(dmatrix![0.0, 1.0, 0.0, 1.0], |tape, p| {
        let target = tape.constant(dmatrix![0.0, 1.0, 1.0, 0.0]);
        cost::binary_cross_entropy_of_probabilities(p, target, Reduction::Mean)
    });
    check(edges, 50.0, &dmatrix![0.0, 0.0, -250000000998.9507, 250000000998.9507]);
}

#[test]
fn class_weights_label_smoothing_and_soft_targets_agree_with_pytorch() {
    let weighted =
        CrossEntropy { class_weights: Some(vec![1.0, 2.0, 0.5]), ..CrossEntropy::default() };
    let computed = evaluate(logits(), |_, z| weighted.of_classes(z, &classes(), Reduction::Mean));
    let slope = dmatrix![
        -0.0840910840084295, 0.029121562463274474, 0.05496952154515503;
        0.06728621210129909, 0.02094197134301974, -0.08822818344431883;
        0.18822096225268437, -0.29802711943010884, 0.10980615717742452;
        0.12549086350996178, -0.1999040344700204, 0.0744131709600586
    ];
    check(computed, 1.3460725438908043, &slope);

    let smoothed = CrossEntropy { label_smoothing: 0.1, ..CrossEntropy::default() };
    let computed = evaluate(logits(), |_, z| smoothed.of_classes(z, &classes(), Reduction::Mean));
    let slope = dmatrix![
        -0.0989585738449239, 0.03170881505366907, 0.06724975879125483;
        0.17670374994523916, 0.049257087859970954, -0.22596083780521012;
        0.12106857821538716, -0.18822697794153317, 0.06715839972614603;
        0.07794163532976539, -0.12076735703147236, 0.04282572170170696
    ];
    check(computed, 1.6303347034554703, &slope);

    let pred = dmatrix![
        -0.6738, -0.3012, -0.2058, 0.4889; 1.8118, -0.0602, 1.9737, -0.9811;
        1.329, 1.248, 1.1717, -1.0179
    ];
    let target = dmatrix![
        0.13, 0.342, 0.2, 0.32799999999999996; 0.055, 0.828, 0.116, 0.0010000000000000009;
        0.272, 0.149, 0.24, 0.33899999999999997
    ];
    let (value, _) = evaluate(pred, |tape, z| {
        let target = tape.constant(target.clone());
        CrossEntropy::default().of_distributions(z, target, Reduction::Mean)
    });
    assert_close(&[value], &[1.8947886929639957], RTOL, ATOL);
}

#[test]
fn all_ways_to_the_same_cross_entropy_agree() {
    let one_hot = DMatrix::from_fn(4, 3, |i, k| f64::from(u8::from(classes()[i] as usize == k)));
    for class_weights in [None, Some(vec![0.3, 2.0, 0.5])] {
        for label_smoothing in [0.0, 0.2] {
            let options = CrossEntropy { class_weights: class_weights.clone(), label_smoothing };
            for reduction in [Reduction::Mean, Reduction::Sum, Reduction::MeanOverRows] {
                let hard = evaluate(logits(), |_, z| options.of_classes(z, &classes(), reduction));
                let (value, slope) = evaluate(logits(), |tape, z| {
                    options.of_distributions(z, tape.constant(one_hot.clone()), reduction)
                });
                check(hard.clone(), value, &slope);
                if reduction != Reduction::Mean {
                    let (value, slope) = evaluate(logits(), |_, z| {
                        reduction.of(options.losses_of_classes(z, &classes()))
                    });
                    check(hard, value, &slope);
                }
            }
        }
    }
}

#[test]
fn log_likelihoods_agree_with_pytorch() {
    let mean = dmatrix![1.1793, 1.4637, -0.0158, -0.9105, -1.2917, -0.0261];
    let observed = dmatrix![-1.6972, 0.3539, -1.3008, -1.6103, 1.2479, 0.5496];
    let computed = evaluate(mean, |tape, mean| {
        let observed = tape.constant(observed.clone());
        cost::gaussian_log_likelihood(mean, observed, tape.scalar(0.7), Reduction::Mean)
    });
    let slope = dmatrix![
        -0.9784013605442178,
        -0.3774829931972789,
        -0.43707482993197283,
        -0.2380272108843538,
        0.8638095238095239,
        0.19581632653061226
    ];
    check(computed, -3.6962520212387298, &slope);
}

#[test]
fn hinge_agrees_with_scikit_learn() {
    // The example in the documentation of sklearn.metrics.hinge_loss, which prints 0.30….
    let decision = dmatrix![-2.18, 2.36, 0.09];
    let (value, _) = evaluate(decision.clone(), |tape, z| {
        cost::hinge(z, tape.constant(dmatrix![-1.0, 1.0, 1.0]), Reduction::Mean)
    });
    assert_close(&[value], &[0.91 / 3.0], RTOL, ATOL);
    let (value, slope) = evaluate(decision, |tape, z| {
        cost::squared_hinge(z, tape.constant(dmatrix![-1.0, 1.0, 1.0]), Reduction::Sum)
    });
    check((value, slope), 0.91 * 0.91, &dmatrix![0.0, 0.0, -1.82]);
}

#[test]
fn divergences_agree_with_exact_arithmetic() {
    // mpmath at 25 digits; the distributions are those of Wikipedia's article on the divergence.
    let tape = Tape::new();
    let p = tape.constant(dmatrix![0.36, 0.48, 0.16]);
    let third = tape.constant(DMatrix::from_element(1, 3, 1.0 / 3.0));
    let figures = [
        cost::kl_divergence(p, third),
        cost::kl_divergence(third, p),
        cost::entropy(p),
        cost::cross_entropy_of_distributions(third, p) - cost::kl_divergence(third, p),
        cost::binary_entropies(tape.scalar(0.3)),
        cost::binary_entropies(tape.scalar(1e-9)),
    ];
    let expected = [
        0.08529960131837057,
        0.09745500678538763,
        1.0133126873497391,
        3.0_f64.ln(),
        0.6108643020548935,
        2.1723265836446412e-8,
    ];
    assert_close(&figures.map(Var::item), &expected, 1e-14, 0.0);
    let (a, b) = (tape.constant(dmatrix![0.5, -1.0, 2.0]), tape.constant(dmatrix![0.1, 0.2, 0.3]));
    let of_logits = cost::kl_divergence_of_logits(a, b).item();
    assert_close(&[of_logits], &[cost::kl_divergence(a.softmax(), b.softmax()).item()], RTOL, ATOL);
}

#[test]
fn nothing_is_nan_for_certain_logits_and_certain_distributions() {
    let far = [-1e3, -700.0, -37.0, -0.0, 0.0, 37.0, 700.0, 1e3];
    let soft = [0.0, 1e-300, 0.5, 1.0];
    let z = DMatrix::from_fn(far.len(), soft.len(), |i, _| far[i]);
    let y = DMatrix::from_fn(far.len(), soft.len(), |_, j| soft[j]);
    type OfTwo = for<'t> fn(Var<'t, f64>, Var<'t, f64>) -> Var<'t, f64>;
    let of_logits: [(&str, OfTwo); 5] = [
        ("binary", |z, y| cost::binary_cross_entropy(z, y, Reduction::Mean)),
        ("weighted", |z, y| {
            cost::weighted_binary_cross_entropy(z, y, z.filled_like(7.0), Reduction::Mean)
        }),
        ("sigmoid", |z, y| {
            cost::binary_cross_entropy_of_probabilities(z.sigmoid(), y, Reduction::Mean)
        }),
        ("soft", |z, y| cost::soft_cross_entropies(z, y).mean()),
        ("divergence", |z, y| cost::kl_divergence_of_logits(z, y).mean()),
    ];
    for (name, cost) in of_logits {
        for (z, y) in [(&z, &y), (&z.transpose(), &y.transpose())] {
            let (value, slope) = evaluate(z.clone(), |tape, z| cost(z, tape.constant(y.clone())));
            assert!(value.is_finite() && value >= 0.0, "{name}: {value}");
            assert!(slope.iter().all(|g| g.is_finite()), "{name}: {slope}");
        }
    }
    let certain = dmatrix![0.0, 1.0, 0.0; 0.5, 0.5, 0.0];
    for (name, of) in [
        ("entropy", cost::entropy as for<'t> fn(Var<'t, f64>) -> Var<'t, f64>),
        ("binary entropy", cost::binary_entropies),
    ] {
        let tape = Tape::new();
        let p = tape.variable(certain.clone());
        let h = of(p);
        assert!(h.value().iter().all(|h| h.is_finite() && *h >= 0.0), "{name}");
        assert!(!h.sum().backward().get(p).unwrap().iter().any(|g| g.is_nan()), "{name}");
    }
    let (value, slope) = evaluate(certain.clone(), |tape, q| {
        cost::kl_divergence(tape.constant(certain.clone()), q).sum()
    });
    assert_eq!(value, 0.0);
    assert!(slope.iter().all(|g| g.is_finite()), "{slope}");
}

#[test]
fn a_soft_target_costs_at_least_its_entropy() {
    for y in [0.0_f64, 0.1, 0.25, 0.5, 0.9] {
        let tape = Tape::new();
        let target = tape.scalar(y);
        let entropy = cost::binary_entropies(target).item();
        for z in [-3.0, -1.0, 0.0, 0.5, 4.0] {
            let loss = cost::binary_cross_entropies(tape.scalar(z), target).item();
            assert!(loss >= entropy - 1e-15, "{loss} {entropy}");
        }
        if y > 0.0 {
            let best = (y / (1.0 - y)).ln();
            let least = cost::binary_cross_entropies(tape.scalar(best), target).item();
            assert_close(&[least], &[entropy], 1e-14, 0.0);
        }
    }
}

#[test]
fn a_weight_is_a_number_of_repetitions() {
    let (pred, target) =
        (dmatrix![1.0, 2.0; -1.0, 0.5; 3.0, 0.0], dmatrix![0.0, 1.0; 1.0, 1.0; 2.0, 2.0]);
    let rows = [0, 0, 2];
    let repeated = |m: &DMatrix<f64>| m.select_rows(&rows);
    for reduction in [Reduction::Mean, Reduction::Sum, Reduction::MeanOverRows] {
        let tape = Tape::new();
        let losses =
            cost::squared_errors(tape.constant(pred.clone()), tape.constant(target.clone()));
        let weights = tape.constant(dmatrix![2.0; 0.0; 1.0]);
        let weighted = reduction.of_weighted(losses, weights).item();
        let apart =
            cost::squared_errors(tape.constant(repeated(&pred)), tape.constant(repeated(&target)));
        assert_close(&[weighted], &[reduction.of(apart).item()], RTOL, ATOL);
    }
}

#[test]
fn costs_by_name_are_the_functions() {
    let tape = Tape::new();
    let (output, values) = (logits(), logits().map(|x| if x > 0.0 { 1.0 } else { -1.0 }));
    let y = tape.constant(output);
    let t = tape.constant(values.clone());
    let mean = Reduction::Mean;
    for cost in Cost::ALL {
        assert_eq!(cost.check(), Ok(()));
        let target = match cost.target_kind() {
            TargetKind::Classes => Target::Classes(classes()),
            TargetKind::Values => Target::Values(Arc::new(values.clone())),
        };
        assert_eq!(target.kind(), cost.target_kind());
        let expected = match cost {
            Cost::SoftmaxCrossEntropy => cost::softmax_cross_entropy(y, &classes(), mean),
            Cost::MeanSquaredError => cost::mean_squared_error(y, t, mean),
            Cost::BinaryCrossEntropy => cost::binary_cross_entropy(y, t, mean),
            Cost::MeanAbsoluteError => cost::mean_absolute_error(y, t, mean),
            Cost::Huber { delta } => cost::huber(y, t, delta, mean),
            Cost::Quadratic => cost::mean_squared_error(y, t, Reduction::Sum) * (1.0 / 8.0),
            Cost::SmoothedCrossEntropy { label_smoothing } => {
                let options = CrossEntropy { label_smoothing, class_weights: None };
                options.losses_of_classes(y, &classes()).mean()
            }
            Cost::Hinge => cost::hinge(y, t, mean),
            Cost::SquaredHinge => cost::squared_hinge(y, t, mean),
            other => panic!("{other} is not in the table"),
        };
        assert_close(&[cost.of(y, &target).item()], &[expected.item()], RTOL, ATOL);
    }
    let bad = Cost::SmoothedCrossEntropy { label_smoothing: 1.5 };
    assert!(matches!(bad.check(), Err(NnError::InvalidNumber { value: 1.5, .. })));
}

#[test]
#[should_panic(expected = "hinge loss compares with values, not with classes")]
fn a_target_of_the_wrong_kind_is_named() {
    let tape = Tape::new();
    let _ = Cost::Hinge.of(tape.constant(logits()), &Target::Classes(classes()));
}

#[test]
#[should_panic(expected = "4x3 logits need 4 classes below 3, not 4 up to 3")]
fn a_class_that_is_too_large_is_named() {
    let tape = Tape::new();
    let _ = cost::cross_entropies(tape.constant(logits()), &Arc::new(vec![0, 1, 2, 3]));
}
