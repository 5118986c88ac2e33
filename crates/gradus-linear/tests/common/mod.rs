//! Data that several tests fit to.

use nalgebra::DMatrix;

/// Brownlee's stack loss plant data, as shipped by R (`stackloss`): air flow, water temperature,
/// acid concentration.
pub(crate) fn stack_loss() -> (DMatrix<f64>, Vec<f64>) {
    #[rustfmt::skip]
    let columns: [f64; 63] = [
        80.0, 80.0, 75.0, 62.0, 62.0, 62.0, 62.0, 62.0, 58.0, 58.0, 58.0, 58.0, 58.0, 58.0, 50.0, 50.0,
        50.0, 50.0, 50.0, 56.0, 70.0,
        27.0, 27.0, 25.0, 24.0, 22.0, 23.0, 24.0, 24.0, 23.0, 18.0, 18.0, 17.0, 18.0, 19.0, 18.0, 18.0,
        19.0, 19.0, 20.0, 20.0, 20.0,
        89.0, 88.0, 90.0, 87.0, 87.0, 87.0, 93.0, 93.0, 87.0, 80.0, 89.0, 88.0, 82.0, 93.0, 89.0, 86.0,
        72.0, 79.0, 80.0, 82.0, 91.0,
    ];
    #[rustfmt::skip]
    let y = vec![
        42.0, 37.0, 37.0, 28.0, 18.0, 18.0, 19.0, 20.0, 15.0, 14.0, 14.0, 13.0, 11.0, 12.0, 8.0,
        7.0, 8.0, 8.0, 9.0, 15.0, 15.0,
    ];
    (DMatrix::from_column_slice(21, 3, &columns), y)
}

/// Each column less its mean, over its standard deviation with divisor m.
#[allow(dead_code, reason = "not every test that has this module calls it")]
pub(crate) fn standardised(x: &DMatrix<f64>) -> DMatrix<f64> {
    let mut x = x.clone();
    for mut column in x.column_iter_mut() {
        let mean = column.mean();
        column.add_scalar_mut(-mean);
        let sd = (column.norm_squared() / column.len() as f64).sqrt();
        column /= sd;
    }
    x
}
