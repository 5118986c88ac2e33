//! States that are saved, loaded and given up: no bit may differ.

use gradus_optim::{Nesterov, NesterovForm, Optimizer};

use crate::table::{Boxed, all, transformed};

#[test]
fn a_state_resumes_bit_for_bit() {
    fn check<T>(mut straight: Boxed<T>, mut resumed: Boxed<T>)
    where
        T: gradus_linalg::Scalar + serde::Serialize + serde::de::DeserializeOwned,
    {
        let gradient = |theta: &[T], k: i32| -> Vec<T> {
            let shift: T = gradus_linalg::Scalar::of(f64::from(k).sin());
            theta.iter().map(|&x| x * x * x + shift).collect()
        };
        let run = |optimizer: &mut dyn Optimizer<T>,
                   theta: &mut [Vec<T>],
                   steps: std::ops::Range<i32>| {
            for k in steps {
                optimizer.set_lr(0.1 / f64::from(k + 1)).unwrap();
                for (key, theta) in theta.iter_mut().enumerate() {
                    optimizer.look_ahead(key, theta).unwrap();
                }
                optimizer.begin_step();
                for (key, theta) in theta.iter_mut().enumerate() {
                    let grad = gradient(theta, k);
                    optimizer.update(key, theta, &grad).unwrap();
                }
            }
        };
        let start = vec![vec![gradus_linalg::Scalar::of(0.7); 5], vec![T::one(); 3]];
        let (mut a, mut b) = (start.clone(), start);
        run(&mut *straight, &mut a, 0..20);
        run(&mut *resumed, &mut b, 0..7);

        let text = serde_json::to_string(&resumed.state()).unwrap();
        let state = serde_json::from_str(&text).unwrap();
        assert_eq!(resumed.state(), state);
        // Two steps on the wrong way, then back.
        let mut elsewhere = b.clone();
        run(&mut *resumed, &mut elsewhere, 0..2);
        resumed.load_state(state).unwrap();
        run(&mut *resumed, &mut b, 7..20);
        assert_eq!(a, b, "{}", resumed.name());
        assert_eq!(straight.state(), resumed.state());
        assert_eq!(resumed.state().step, 20);
    }
    /// Every optimiser by itself, and within every transformation.
    fn everything<T: gradus_linalg::Scalar>() -> impl Iterator<Item = Boxed<T>> {
        let build = |row: usize| all(0.1).swap_remove(row);
        let rows = 0..all::<T>(0.1).len();
        let within = rows.flat_map(move |row| transformed(&|| build(row)));
        all(0.1).into_iter().chain(within)
    }
    everything::<f64>().zip(everything()).for_each(|(a, b)| check(a, b));
    everything::<f32>().zip(everything()).for_each(|(a, b)| check(a, b));
}

/// The look-ahead form moves only between `look_ahead` and `update`, and back bit for bit.
#[test]
fn a_step_that_is_given_up_leaves_the_parameters() {
    let config = Nesterov { lr: 0.1, momentum: 0.9, form: NesterovForm::LookAhead };
    let mut optimizer = config.build::<f32>().unwrap();
    let mut theta = [0.3_f32, -7.7];
    for k in 0..5 {
        let before = theta;
        optimizer.look_ahead(0, &mut theta).unwrap();
        assert_eq!(theta != before, k > 0);
        optimizer.look_ahead(0, &mut theta).unwrap();
        optimizer.look_back(0, &mut theta).unwrap();
        assert_eq!(theta, before);
        optimizer.look_ahead(0, &mut theta).unwrap();
        optimizer.begin_step();
        optimizer.update(0, &mut theta, &[1.0, -0.1]).unwrap();
    }
}
