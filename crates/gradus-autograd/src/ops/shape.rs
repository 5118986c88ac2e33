//! Operations that move elements and compute nothing.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Dependence, Example, Operation, multilinear};
use crate::sample::Sample;
use crate::var::Var;

/// Aᵀ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transpose;

/// The same elements in column-major order, in another shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reshape {
    rows: u32,
    cols: u32,
}

/// A row, a column or a number, repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broadcast {
    rows: u32,
    cols: u32,
}

/// An extent of a stored shape.
pub(crate) fn extent(n: usize) -> u32 {
    u32::try_from(n).expect("extents stay below 2^32")
}

impl Reshape {
    pub(crate) fn new(rows: usize, cols: usize) -> Self {
        Self { rows: extent(rows), cols: extent(cols) }
    }
}

impl Broadcast {
    pub(crate) fn new(rows: usize, cols: usize) -> Self {
        Self { rows: extent(rows), cols: extent(cols) }
    }
}

impl<T: Scalar> Operation<T> for Transpose {
    fn name(&self) -> &'static str {
        "transpose"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        Ok((inputs[0].1, inputs[0].0))
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        gradus_linalg::copy(inputs[0].t(), out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        _x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.transpose())
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![Sample::reals(3, 2)])]
    }
}

impl<T: Scalar> Operation<T> for Reshape {
    fn name(&self) -> &'static str {
        "reshape"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let (rows, cols) = (self.rows as usize, self.cols as usize);
        if inputs[0].0 * inputs[0].1 == rows * cols {
            Ok((rows, cols))
        } else {
            Err(AutogradError::shape("reshape", format!("{rows}x{cols} wanted"), inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        match (inputs[0].as_contiguous(), out.as_contiguous_mut()) {
            (Some(x), Some(y)) => y.copy_from_slice(x),
            _ => {
                let from = inputs[0].rows().max(1);
                let to = out.rows().max(1);
                for k in 0..inputs[0].rows() * inputs[0].cols() {
                    out.set(k % to, k / to, inputs[0].at(k % from, k / from));
                }
            }
        }
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.reshape(x[0].rows(), x[0].cols()))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self::new(2, 6), vec![Sample::reals(3, 4)])]
    }
}

/// Repeats a row, a column or a number until it fills a matrix.
pub(crate) fn repeat<T: Scalar>(x: MatRef<'_, T>, mut out: MatMut<'_, T>) {
    for j in 0..out.cols() {
        let from = if x.cols() == 1 { 0 } else { j };
        match (x.rows(), x.contiguous_col(from), out.contiguous_col_mut(j)) {
            (1, _, Some(out)) => out.fill(x.at(0, from)),
            (_, Some(x), Some(out)) => out.copy_from_slice(x),
            _ => (0..out.rows()).for_each(|i| out.set(i, j, x.at(i.min(x.rows() - 1), from))),
        }
    }
}

impl<T: Scalar> Operation<T> for Broadcast {
    fn name(&self) -> &'static str {
        "broadcast"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        let (rows, cols) = (self.rows as usize, self.cols as usize);
        let (r, c) = inputs[0];
        if (r == rows || r == 1) && (c == cols || c == 1) {
            Ok((rows, cols))
        } else {
            Err(AutogradError::shape("broadcast", format!("{rows}x{cols} wanted"), inputs))
        }
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        repeat(inputs[0], out);
    }

    fn pullback<'e>(
        &self,
        _i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        Some(g.sum_to(x[0].shape()))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        multilinear(*self, x, dx)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Multilinear
    }

    fn examples() -> Vec<Example<T>> {
        [(1, 4), (3, 1), (1, 1)]
            .into_iter()
            .map(|(r, c)| Example::new(Self::new(3, 4), vec![Sample::reals(r, c)]))
            .collect()
    }
}
