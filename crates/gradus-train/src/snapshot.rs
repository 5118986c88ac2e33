//! Weights set aside.

use gradus_linalg::Scalar;
use gradus_nn::{Layer, Path};
use nalgebra::DMatrix;

/// A copy of a model's parameters, in buffers that are used again.
#[derive(Debug, Default)]
pub(crate) struct Snapshot<T: Scalar> {
    values: Vec<DMatrix<T>>,
}

impl<T: Scalar> Snapshot<T> {
    pub(crate) fn of(model: &dyn Layer<T>) -> Self {
        let mut snapshot = Self { values: Vec::new() };
        model.visit(&Path::root(), &mut |_, p| snapshot.values.push(p.value().clone()));
        snapshot
    }

    pub(crate) fn take(&mut self, model: &dyn Layer<T>) {
        let mut values = self.values.iter_mut();
        model.visit(&Path::root(), &mut |_, parameter| {
            if let Some(value) = values.next() {
                value.copy_from(parameter.value());
            }
        });
    }

    pub(crate) fn restore(&self, model: &mut dyn Layer<T>) {
        let mut values = self.values.iter();
        model.visit_mut(&Path::root(), &mut |_, parameter| {
            if let Some(value) = values.next() {
                parameter.value_mut().copy_from(value);
            }
        });
    }
}
