//! The products that are measured.

use gradus_linalg::{MatRef, Scalar};
use nalgebra::DMatrix;

/// Which side of a product is transposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    /// A·W: forward.
    Plain,
    /// Aᵀ·dZ: the gradient of the weights.
    LeftTransposed,
    /// dZ·Wᵀ: the gradient of the input.
    RightTransposed,
}

impl Pattern {
    pub(super) const ALL: [Self; 3] = [Self::Plain, Self::LeftTransposed, Self::RightTransposed];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "A·W",
            Self::LeftTransposed => "Aᵀ·dZ",
            Self::RightTransposed => "dZ·Wᵀ",
        }
    }
}

/// A product of a layer with `inputs` and `outputs` on `batch` rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) batch: usize,
    pub(super) inputs: usize,
    pub(super) outputs: usize,
    pub(super) pattern: Pattern,
}

impl Shape {
    pub(super) fn flops(self) -> f64 {
        2.0 * (self.batch * self.inputs * self.outputs) as f64
    }

    pub(super) fn name(self) -> String {
        let Self { batch, inputs, outputs, pattern } = self;
        format!("{} {batch}×{inputs}×{outputs}", pattern.name())
    }
}

const LAYERS: [(usize, usize, usize); 5] =
    [(64, 784, 128), (64, 128, 10), (256, 1024, 1024), (32, 64, 32), (32, 32, 10)];
const FORWARD_ONLY: [(usize, usize, usize); 9] = [
    (1, 784, 128),
    (1, 128, 10),
    (8, 784, 128),
    (10, 30, 4),
    (128, 128, 128),
    (256, 256, 256),
    (512, 512, 512),
    (1024, 1024, 1024),
    (2048, 2048, 2048),
];

/// Every product, layers before squares.
pub(super) fn shapes() -> Vec<Shape> {
    let shape = |(batch, inputs, outputs), pattern| Shape { batch, inputs, outputs, pattern };
    let layers = LAYERS.into_iter().flat_map(|layer| Pattern::ALL.map(|p| shape(layer, p)));
    let forward = FORWARD_ONLY.into_iter().map(|layer| shape(layer, Pattern::Plain));
    layers.chain(forward).collect()
}

/// The operands of a product, as a network stores them.
#[derive(Debug)]
pub(super) struct Problem<T> {
    pub(super) pattern: Pattern,
    pub(super) a: DMatrix<T>,
    pub(super) b: DMatrix<T>,
}

impl<T: Scalar> Problem<T> {
    pub(super) fn of(shape: Shape) -> Self {
        let number = |i: usize, j: usize| T::of(((i * 31 + j * 17) % 101) as f64 * 0.01 - 0.5);
        let Shape { batch, inputs, outputs, pattern } = shape;
        let (a, b) = match pattern {
            Pattern::Plain => ((batch, inputs), (inputs, outputs)),
            Pattern::LeftTransposed => ((batch, inputs), (batch, outputs)),
            Pattern::RightTransposed => ((batch, outputs), (inputs, outputs)),
        };
        let matrix = |(rows, cols)| DMatrix::from_fn(rows, cols, number);
        Self { pattern, a: matrix(a), b: matrix(b) }
    }

    /// The left factor, transposed where the product wants it.
    pub(super) fn left(&self) -> MatRef<'_, T> {
        let a = MatRef::from(&self.a);
        if self.pattern == Pattern::LeftTransposed { a.t() } else { a }
    }

    /// The right factor, transposed where the product wants it.
    pub(super) fn right(&self) -> MatRef<'_, T> {
        let b = MatRef::from(&self.b);
        if self.pattern == Pattern::RightTransposed { b.t() } else { b }
    }

    /// A matrix for the result.
    pub(super) fn out(&self) -> DMatrix<T> {
        DMatrix::zeros(self.left().rows(), self.right().cols())
    }
}
