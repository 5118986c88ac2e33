//! Functions of two variables.

use crate::{OptimError, minimise::Objective};

/// A function f(x, y): written by its value and derivatives, used as an [`Objective`].
pub trait Planar {
    /// f.
    fn at(&self, x: f64, y: f64) -> f64;

    /// ∂f/∂x and ∂f/∂y.
    fn slopes(&self, x: f64, y: f64) -> [f64; 2];

    /// ∂²f/∂x², ∂²f/∂x∂y and ∂²f/∂y².
    fn curvatures(&self, x: f64, y: f64) -> [f64; 3];
}

impl<P: Planar> Objective for P {
    fn value(&mut self, x: &[f64]) -> f64 {
        self.at(x[0], x[1])
    }

    fn gradient(&mut self, x: &[f64], gradient: &mut [f64]) {
        gradient.copy_from_slice(&self.slopes(x[0], x[1]));
    }

    fn hessian(&mut self, x: &[f64], hessian: &mut [f64]) -> Result<(), OptimError> {
        let [xx, xy, yy] = self.curvatures(x[0], x[1]);
        hessian.copy_from_slice(&[xx, xy, xy, yy]);
        Ok(())
    }

    fn hessian_vector(
        &mut self,
        x: &[f64],
        v: &[f64],
        product: &mut [f64],
    ) -> Result<(), OptimError> {
        let [xx, xy, yy] = self.curvatures(x[0], x[1]);
        product.copy_from_slice(&[xx * v[0] + xy * v[1], xy * v[0] + yy * v[1]]);
        Ok(())
    }

    fn dimension(&self) -> Option<usize> {
        Some(2)
    }
}
