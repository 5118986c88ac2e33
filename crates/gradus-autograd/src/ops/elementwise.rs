//! Functions of two numbers, applied element by element with broadcasting.

use gradus_linalg::{MatMut, MatRef, Scalar, vectorize};
use nalgebra::DMatrix;

use crate::backward::Backward;
use crate::error::{AutogradError, Shape};
use crate::node::Node;
use crate::operation::Example;
use crate::ops::Op;
use crate::sample::{Domain, Sample};

/// The common shape: each extent agrees, or one of the two is 1.
pub(crate) fn broadcast_shape(op: &'static str, inputs: &[Shape]) -> Result<Shape, AutogradError> {
    let [a, b] = [inputs[0], inputs[1]];
    let extent = |a: usize, b: usize| match (a, b) {
        (a, b) if a == b => Some(a),
        (1, b) => Some(b),
        (a, 1) => Some(a),
        _ => None,
    };
    match (extent(a.0, b.0), extent(a.1, b.1)) {
        (Some(rows), Some(cols)) => Ok((rows, cols)),
        _ => Err(AutogradError::shape(op, "each extent must agree or be 1", &[a, b])),
    }
}

/// A column of an operand: its elements, or one that stands for all.
#[derive(Clone, Copy)]
enum Column<'m, T> {
    Each(&'m [T]),
    One(T),
}

/// Column j of an operand that is broadcast. `None` if its elements are no neighbours.
#[inline(always)]
fn column<'m, T: Scalar>(m: MatRef<'m, T>, j: usize) -> Option<Column<'m, T>> {
    let j = if m.cols() == 1 { 0 } else { j };
    if m.rows() == 1 {
        Some(Column::One(m.at(0, j)))
    } else {
        m.contiguous_col(j).map(Column::Each)
    }
}

fn stretched<T: Scalar>(m: MatRef<'_, T>, i: usize, j: usize) -> T {
    m.at(if m.rows() == 1 { 0 } else { i }, if m.cols() == 1 { 0 } else { j })
}

/// Marks each pair of operands, with broadcasting.
pub(crate) fn mark_zip<T: Scalar>(
    inputs: &[MatRef<'_, T>],
    mark: &mut dyn FnMut(u64),
    f: impl Fn(T, T) -> u64,
) {
    let (a, b) = (inputs[0], inputs[1]);
    let extent = |a: usize, b: usize| if a == 1 { b } else { a };
    for j in 0..extent(a.cols(), b.cols()) {
        for i in 0..extent(a.rows(), b.rows()) {
            mark(f(stretched(a, i, j), stretched(b, i, j)));
        }
    }
}

/// out = f(a, b) with broadcasting.
pub(crate) fn zip<T: Scalar>(
    inputs: &[MatRef<'_, T>],
    mut out: MatMut<'_, T>,
    f: impl Fn(T, T) -> T,
) {
    let (a, b) = (inputs[0], inputs[1]);
    if a.shape() == b.shape()
        && let (Some(a), Some(b), Some(out)) =
            (a.as_contiguous(), b.as_contiguous(), out.as_contiguous_mut())
    {
        if let ([a], [b], [out]) = (a, b, &mut *out) {
            *out = f(*a, *b);
            return;
        }
        vectorize(|| {
            for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                *out = f(a, b);
            }
        });
        return;
    }
    let (rows, cols) = out.shape();
    if rows == 1 && cols > 1 {
        return zip(&[a.t(), b.t()], out.t(), f);
    }
    vectorize(|| {
        for j in 0..cols {
            match (column(a, j), column(b, j), out.contiguous_col_mut(j)) {
                (Some(Column::Each(a)), Some(Column::Each(b)), Some(out)) => {
                    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                        *out = f(a, b);
                    }
                }
                (Some(Column::Each(a)), Some(Column::One(b)), Some(out)) => {
                    out.iter_mut().zip(a).for_each(|(out, &a)| *out = f(a, b));
                }
                (Some(Column::One(a)), Some(Column::Each(b)), Some(out)) => {
                    out.iter_mut().zip(b).for_each(|(out, &b)| *out = f(a, b));
                }
                (Some(Column::One(a)), Some(Column::One(b)), Some(out)) => out.fill(f(a, b)),
                _ => {
                    for i in 0..rows {
                        out.set(i, j, f(stretched(a, i, j), stretched(b, i, j)));
                    }
                }
            }
        }
    });
}

/// g ← f(g, a, b) with broadcasting of a and b, which are dense.
fn combine<T: Scalar>(
    g: &mut DMatrix<T>,
    a: &DMatrix<T>,
    b: &DMatrix<T>,
    f: impl Fn(T, T, T) -> T,
) {
    let (rows, cols) = g.shape();
    if rows == 0 || cols == 0 {
        return;
    }
    let g = g.as_mut_slice();
    let (a, b) = (MatRef::from(a), MatRef::from(b));
    if let [g] = g {
        *g = f(*g, a.at(0, 0), b.at(0, 0));
        return;
    }
    vectorize(|| {
        for (j, g) in g.chunks_exact_mut(rows).enumerate() {
            match (column(a, j), column(b, j)) {
                (Some(Column::Each(a)), Some(Column::Each(b))) => {
                    for ((g, &a), &b) in g.iter_mut().zip(a).zip(b) {
                        *g = f(*g, a, b);
                    }
                }
                (Some(Column::Each(a)), Some(Column::One(b))) => {
                    g.iter_mut().zip(a).for_each(|(g, &a)| *g = f(*g, a, b));
                }
                (Some(Column::One(a)), Some(Column::Each(b))) => {
                    g.iter_mut().zip(b).for_each(|(g, &b)| *g = f(*g, a, b));
                }
                _ => {
                    for (i, g) in g.iter_mut().enumerate() {
                        *g = f(*g, stretched(a, i, j), stretched(b, i, j));
                    }
                }
            }
        }
    });
}

/// Gives both operands their gradients fa(g, a, b) and fb(g, a, b), summed over what was repeated.
pub(crate) fn pull_pair<T: Scalar>(
    backward: &mut Backward<'_, T>,
    node: &Node<T>,
    g: DMatrix<T>,
    fa: impl Fn(T, T, T) -> T,
    fb: impl Fn(T, T, T) -> T,
) {
    let [a, b] = [node.inputs.as_slice()[0], node.inputs.as_slice()[1]];
    let (va, vb) = (backward.value(a), backward.value(b));
    if let ([x], [y], [slope]) = (va.as_slice(), vb.as_slice(), g.as_slice()) {
        let (to_a, to_b) = (fa(*slope, *x, *y), fb(*slope, *x, *y));
        let spare = backward.give_number(a, to_a, Some(g));
        let spare = backward.give_number(b, to_b, spare);
        spare.into_iter().for_each(|spare| backward.recycle(spare));
        return;
    }
    let mut term = g;
    if backward.wants(a) {
        let spare = backward.wants(b).then(|| {
            let mut copy = backward.take(term.shape());
            copy.as_mut_slice().copy_from_slice(term.as_slice());
            copy
        });
        combine(&mut term, va, vb, fa);
        backward.give_summed(a, term);
        match spare {
            Some(copy) => term = copy,
            None => return,
        }
    }
    if backward.wants(b) {
        combine(&mut term, va, vb, fb);
        backward.give_summed(b, term);
    } else {
        backward.recycle(term);
    }
}

/// Same shapes, a row, a column and a number: all ways in which two operands meet.
pub(crate) fn broadcast_examples<T: Scalar>(
    op: impl Into<Op<T>>,
    left: &Domain,
    right: &Domain,
) -> Vec<Example<T>> {
    let op = op.into();
    [((3, 4), (3, 4)), ((3, 4), (1, 4)), ((3, 1), (3, 4)), ((3, 4), (1, 1)), ((3, 1), (1, 4))]
        .into_iter()
        .map(|(a, b)| {
            let samples = vec![Sample::new(a, left.clone()), Sample::new(b, right.clone())];
            Example::new(op.clone(), samples)
        })
        .collect()
}
