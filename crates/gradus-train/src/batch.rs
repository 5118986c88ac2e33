//! Mini-batches in buffers that are used again.

use std::sync::Arc;

use gradus_data::{Dataset, Targets};
use gradus_linalg::{MatMut, MatRef, Scalar, gather_rows};
use gradus_nn::Target;
use gradus_nn::cost::CostWeights;
use nalgebra::DMatrix;

/// The training set with the features of each example side by side in memory, so that drawing an
/// example reads one run of bytes.
#[derive(Debug)]
pub(crate) struct SampleStore<'d, T: Scalar> {
    samples: DMatrix<T>,
    targets: &'d Targets<T>,
    /// Of the whole set.
    weights: CostWeights<T>,
    buffers: Vec<Batch<T>>,
}

/// A batch, shared with the tape while a step runs.
#[derive(Debug)]
pub(crate) struct Batch<T: Scalar> {
    pub(crate) x: Arc<DMatrix<T>>,
    pub(crate) target: Target<T>,
    pub(crate) weights: CostWeights<T>,
}

impl<T: Scalar> Batch<T> {
    fn new(rows: usize, features: usize, targets: &Targets<T>, weights: &CostWeights<T>) -> Self {
        let target = match targets {
            Targets::Classes { .. } => Target::Classes(Arc::new(vec![0; rows])),
            Targets::Values(values) => {
                Target::Values(Arc::new(DMatrix::zeros(rows, values.ncols())))
            }
        };
        let of_rows = weights.rows.as_ref().map(|_| Arc::new(DMatrix::zeros(rows, 1)));
        let weights = CostWeights { classes: weights.classes.clone(), rows: of_rows };
        Self { x: Arc::new(DMatrix::zeros(rows, features)), target, weights }
    }

    fn fill(
        &mut self,
        samples: MatRef<'_, T>,
        targets: &Targets<T>,
        weights: &CostWeights<T>,
        rows: &[usize],
    ) {
        if let (Some(out), Some(all)) = (&mut self.weights.rows, &weights.rows) {
            for (out, &row) in Arc::make_mut(out).iter_mut().zip(rows) {
                *out = all[row];
            }
        }
        gather_rows(samples, rows, MatMut::from(Arc::make_mut(&mut self.x)));
        match (&mut self.target, targets) {
            (Target::Classes(out), Targets::Classes { codes, .. }) => {
                for (out, &row) in Arc::make_mut(out).iter_mut().zip(rows) {
                    *out = codes[row];
                }
            }
            (Target::Values(out), Targets::Values(values)) => {
                gather_rows(MatRef::from(values), rows, MatMut::from(Arc::make_mut(out)));
            }
            _ => unreachable!("the buffer was made for these targets"),
        }
    }
}

impl<'d, T: Scalar> SampleStore<'d, T> {
    /// A store of rows that all weigh the same.
    pub(crate) fn new(data: &'d Dataset<T>) -> Self {
        Self::weighted(data, CostWeights::default())
    }

    /// A store of rows with weights, which have to fit.
    pub(crate) fn weighted(data: &'d Dataset<T>, weights: CostWeights<T>) -> Self {
        let mut samples = DMatrix::zeros(data.features(), data.rows());
        gradus_linalg::copy(MatRef::from(&data.x).t(), MatMut::from(&mut samples));
        Self { samples, targets: &data.y, weights, buffers: Vec::new() }
    }

    /// The rows of a batch, gathered. There are at most two sizes in an epoch, so two buffers.
    pub(crate) fn gather(&mut self, rows: &[usize]) -> &Batch<T> {
        let found = self.buffers.iter().position(|batch| batch.x.nrows() == rows.len());
        let place = found.unwrap_or_else(|| {
            let features = self.samples.nrows();
            self.buffers.push(Batch::new(rows.len(), features, self.targets, &self.weights));
            self.buffers.len() - 1
        });
        let batch = &mut self.buffers[place];
        batch.fill(MatRef::from(&self.samples).t(), self.targets, &self.weights, rows);
        batch
    }
}
