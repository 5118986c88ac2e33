//! The second-derivative test.

use gradus_linalg::Scalar;
use nalgebra::{DMatrix, SymmetricEigen};

use crate::AutogradError;

/// What a point is at which the gradient vanishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StationaryPoint {
    /// All eigenvalues of the Hessian are positive: a strict local minimum.
    Minimum,
    /// All are negative: a strict local maximum.
    Maximum,
    /// Some are positive and some negative.
    Saddle,
    /// Some are zero and the others of one sign: second derivatives do not decide.
    Degenerate,
}

/// Classifies a stationary point by the eigenvalues of the Hessian.
///
/// An eigenvalue counts as zero if its size is at most `tolerance` times that of the largest. The
/// symmetric part ½(H + Hᵀ) is what is read.
///
/// ```
/// use gradus_autograd::{StationaryPoint, Tape, classify_stationary_point};
///
/// let tape = Tape::new();
/// let (x, y) = (tape.scalar(0.0), tape.scalar(0.0));
/// let hessian = tape.hessian(x.square() - y.square(), &[x, y]).unwrap();
/// let kind = classify_stationary_point(&hessian, 1e-9).unwrap();
/// assert_eq!(kind, StationaryPoint::Saddle);
/// ```
///
/// # Errors
/// If the Hessian is not square, or if an element is not finite.
pub fn classify_stationary_point<T: Scalar>(
    hessian: &DMatrix<T>,
    tolerance: f64,
) -> Result<StationaryPoint, AutogradError> {
    const OP: &str = "classify_stationary_point";
    if !hessian.is_square() || hessian.is_empty() {
        return Err(AutogradError::shape(OP, "a square Hessian", &[hessian.shape()]));
    }
    if !hessian.iter().all(|x| x.is_finite()) {
        return Err(AutogradError::NotFinite { op: OP });
    }
    let symmetric = hessian.map(|x| x.to_f64());
    let symmetric = (&symmetric + symmetric.transpose()) * 0.5;
    let eigenvalues = SymmetricEigen::new(symmetric).eigenvalues;
    let size = eigenvalues.amax();
    let sign = |value: &f64| match *value {
        value if value.abs() <= tolerance * size => 0,
        value if value > 0.0 => 1,
        _ => -1,
    };
    let has = |wanted| eigenvalues.iter().map(sign).any(|sign| sign == wanted);
    Ok(match (has(1), has(-1), has(0)) {
        (true, true, _) => StationaryPoint::Saddle,
        (true, false, false) => StationaryPoint::Minimum,
        (false, true, false) => StationaryPoint::Maximum,
        _ => StationaryPoint::Degenerate,
    })
}
