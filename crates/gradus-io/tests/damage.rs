//! No bytes make reading panic, and no altered file is taken for a model.

mod common;

use gradus_io::{
    IoError, LinearFamily, Network, SavedLinear, SavedModel, SavedNetwork, Uncertainty, from_bytes,
    to_bytes,
};
use gradus_nn::{Layer, LayerSpec, Path, Sequential};
use proptest::prelude::*;

#[test]
fn every_truncation_is_an_error() {
    for (name, _) in common::golden() {
        let bytes = common::golden_bytes(name);
        for end in 0..bytes.len() {
            let error = from_bytes(&bytes[..end]).unwrap_err();
            let named = matches!(error, IoError::NotAModel | IoError::Truncated { .. });
            assert!(named, "{name} cut to {end}: {error}");
        }
    }
}

#[test]
fn every_change_of_a_byte_is_an_error() {
    for (name, _) in common::golden() {
        let whole = common::golden_bytes(name);
        let mut bytes = whole.clone();
        for place in 0..bytes.len() {
            for change in 1..=255_u8 {
                bytes[place] = whole[place] ^ change;
                assert!(from_bytes(&bytes).is_err(), "{name}: byte {place} changed by {change}");
            }
            bytes[place] = whole[place];
        }
    }
}

#[test]
fn bytes_that_follow_are_an_error() {
    let mut bytes = common::golden_bytes("pixels");
    bytes.push(0);
    assert!(matches!(from_bytes(&bytes), Err(IoError::Trailing { .. })));
}

/// The file of a network around a payload, with a right checksum.
fn framed(payload: &[u8]) -> Vec<u8> {
    framed_as(1, payload)
}

/// The file of a kind of model around a payload, with a right checksum.
fn framed_as(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89GRADUS\n\x01\x00".to_vec();
    bytes.extend([kind, 0]);
    bytes.extend((payload.len() as u64).to_le_bytes());
    bytes.extend(payload);
    bytes.extend(crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// A payload that says the same as the bytes it was read from, if it is read at all.
fn read_back(kind: u8, payload: &[u8]) {
    if let Ok(model) = from_bytes(&framed_as(kind, payload)) {
        let _ = to_bytes(&model).expect("what could be read can be written");
    }
}

#[test]
fn altered_payloads_with_a_right_checksum_do_not_panic() {
    for (name, _) in common::golden() {
        let bytes = common::golden_bytes(name);
        let (kind, whole) = (bytes[10], &bytes[20..bytes.len() - 4]);
        assert_eq!(framed_as(kind, whole), bytes);
        let mut payload = whole.to_vec();
        for place in 0..payload.len() {
            for value in 0..=255 {
                payload[place] = value;
                read_back(kind, &payload);
            }
            payload[place] = whole[place];
            read_back(kind, &payload[..place]);
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(from_bytes(&bytes).is_err());
    }

    #[test]
    fn arbitrary_payloads_do_not_panic(payload in proptest::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(from_bytes(&framed_as(1, &payload)).is_err());
        prop_assert!(from_bytes(&framed_as(2, &payload)).is_err());
    }

    #[test]
    fn patched_payloads_do_not_panic(
        file in 0..7_usize,
        at in any::<proptest::sample::Index>(),
        patch in proptest::collection::vec(any::<u8>(), 1..24),
    ) {
        let bytes = common::golden_bytes(common::golden()[file].0);
        let mut payload = bytes[20..bytes.len() - 4].to_vec();
        let at = at.index(payload.len());
        for (byte, patch) in payload[at..].iter_mut().zip(patch) {
            *byte = patch;
        }
        read_back(bytes[10], &payload);
    }
}

/// A layer of 2⁴⁰ × 2⁴⁰ weights, and one whose size overflows, in a few bytes.
#[test]
fn announced_sizes_are_not_allocated() {
    let bytes = common::golden_bytes("min_max");
    let payload = &bytes[20..bytes.len() - 4];
    assert_eq!(payload[..4], [1, 0, 1, 2]); // one layer, linear, 1 × 2
    for extent in [1_u64 << 40, u64::MAX] {
        let mut altered = vec![1, 0];
        for _ in 0..2 {
            altered.push(253);
            altered.extend(extent.to_le_bytes());
        }
        altered.extend(&payload[4..]);
        assert!(matches!(from_bytes(&framed(&altered)), Err(IoError::Inconsistent { .. })));
    }
}

#[test]
fn infinite_parameters_are_neither_written_nor_read() {
    let mut model = common::min_max();
    let Network::F32(network) = &mut model.network else { panic!("the model is f32") };
    let mut last = 0.0;
    network.visit_mut(&Path::root(), &mut |_, parameter| {
        last = parameter.value()[(0, 1)];
        parameter.value_mut()[(0, 1)] = f32::NAN;
    });
    assert_eq!(last, 0.25);
    let error = to_bytes(&model.into()).unwrap_err();
    assert!(
        matches!(&error, IoError::NonFinite { name, position: 1, .. } if name == "0.weight"),
        "{error}"
    );

    let bytes = common::golden_bytes("min_max");
    let mut payload = bytes[20..bytes.len() - 4].to_vec();
    let value = 0.25_f32.to_le_bytes();
    let place = payload.windows(4).position(|window| window == value).unwrap();
    payload[place..place + 4].copy_from_slice(&f32::INFINITY.to_le_bytes());
    let error = from_bytes(&framed(&payload)).unwrap_err();
    assert!(
        matches!(&error, IoError::NonFinite { name, position: 1, .. } if name == "0.bias"),
        "{error}"
    );
}

#[test]
fn parts_that_do_not_belong_together_are_an_error() {
    let inconsistent = |model: SavedNetwork| {
        let error = to_bytes(&model.into()).unwrap_err();
        assert!(matches!(error, IoError::Inconsistent { .. }), "{error}");
    };
    let network = |inputs, outputs| {
        let specs = [LayerSpec::Linear { inputs, outputs }];
        Network::F32(Sequential::from_specs(&specs).unwrap())
    };
    inconsistent(SavedNetwork { network: network(2, 2), ..common::min_max() });
    inconsistent(SavedNetwork { network: network(1, 3), ..common::min_max() });
    inconsistent(SavedNetwork {
        target_scaling: common::table().target_scaling,
        ..common::min_max()
    });
    inconsistent(SavedNetwork { target: common::table().target, ..common::min_max() });
    inconsistent(SavedNetwork { cost: common::table().cost, ..common::min_max() });
    let empty = Network::F32(Sequential::from_specs(&[]).unwrap());
    inconsistent(SavedNetwork { network: empty, ..common::min_max() });
}

#[test]
fn parts_of_a_linear_model_that_do_not_belong_together_are_an_error() {
    let refused = |model: SavedLinear| to_bytes(&SavedModel::from(model)).unwrap_err();
    let inconsistent = |model: SavedLinear| {
        let error = refused(model);
        assert!(matches!(error, IoError::Inconsistent { .. }), "{error}");
    };
    let (gaussian, multinomial) = (common::gaussian, common::multinomial);
    let wide = nalgebra::DMatrix::zeros(3, 2);
    inconsistent(SavedLinear { coefficients: wide, ..gaussian() });
    inconsistent(SavedLinear { coefficients: common::poisson().coefficients, ..gaussian() });
    inconsistent(SavedLinear { intercept: Some(vec![1.0, 2.0]), ..gaussian() });
    inconsistent(SavedLinear { family: LinearFamily::Binomial, ..gaussian() });
    inconsistent(SavedLinear { family: LinearFamily::Poisson, ..multinomial() });
    inconsistent(SavedLinear { target: gaussian().target, ..multinomial() });
    inconsistent(SavedLinear { uncertainty: common::poisson().uncertainty, ..gaussian() });
    let uncertain = |change: &dyn Fn(&mut Uncertainty)| {
        let mut model = gaussian();
        change(model.uncertainty.as_mut().unwrap());
        refused(model)
    };
    for error in [
        uncertain(&|u| u.covariance[(1, 1)] = -1.0),
        uncertain(&|u| u.residual_variance = Some(-1.0)),
        uncertain(&|u| u.degrees_of_freedom = Some(f64::NAN)),
    ] {
        assert!(matches!(error, IoError::Inconsistent { .. }), "{error}");
    }
    let mut infinite = vec![uncertain(&|u| u.covariance[(0, 1)] = f64::NAN)];
    infinite.push(refused(SavedLinear { intercept: Some(vec![f64::INFINITY]), ..gaussian() }));
    let mut model = gaussian();
    model.coefficients[1] = f64::NAN;
    infinite.push(refused(model));
    for error in infinite {
        assert!(matches!(error, IoError::NonFiniteFit { .. }), "{error}");
    }
}

/// 2⁶⁰ linear predictors in a few bytes.
#[test]
fn announced_predictors_are_not_allocated() {
    let bytes = common::golden_bytes("gaussian");
    let payload = &bytes[20..bytes.len() - 4];
    assert_eq!(payload[..2], [0, 1]); // gaussian, one predictor
    for predictors in [1_u64 << 60, u64::MAX] {
        let mut altered = vec![0, 253];
        altered.extend(predictors.to_le_bytes());
        altered.extend(&payload[2..]);
        let error = from_bytes(&framed_as(2, &altered)).unwrap_err();
        assert!(matches!(error, IoError::Inconsistent { .. }), "{error}");
    }
}
