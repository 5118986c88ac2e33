//! The chain rule as a sum over paths.

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::backward::check_differentiable;
use crate::eager::Eager;
use crate::node::{Id, Node, dependents};
use crate::tape::Tape;
use crate::var::Var;

/// One path through the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// The operations on the way, from the variable to the result.
    pub operations: Vec<&'static str>,
    /// The product of the rates ∂(end)/∂(start) of its edges.
    pub product: f64,
}

/// A derivative with every path that contributes to it.
#[derive(Clone, Debug, PartialEq)]
pub struct PathSum {
    /// All paths.
    pub paths: Vec<Path>,
}

impl PathSum {
    /// The derivative: the sum of the paths' products.
    pub fn total(&self) -> f64 {
        self.paths.iter().map(|path| path.product).sum()
    }
}

/// An edge of the graph, with the rate at which its end changes when its start does.
struct Edge {
    start: Id,
    rate: f64,
}

/// ∂y/∂x = Σ over all paths from x to y of Π over the edges of ∂(end)/∂(start), in a graph of
/// numbers.
///
/// Backpropagation adds up the same sum without listing the paths, whose number may grow
/// exponentially with the depth; this lists them, for teaching and as an oracle that shares only
/// the rates with it.
///
/// ```
/// use gradus_autograd::{Tape, check::path_sum};
///
/// let tape = Tape::new();
/// let x = tape.scalar(3.0);
/// let y = x * x + x.square() * 2.0; // two paths through the product, one through the square
/// let sum = path_sum(&tape, y, x, 100).unwrap();
/// assert_eq!(sum.paths.len(), 3);
/// assert_eq!(sum.total(), 18.0);
/// assert_eq!(sum.paths[2].operations, ["square", "linear", "add"]);
/// ```
///
/// Source: M. Nielsen, *Neural Networks and Deep Learning*, chapter 2, equation 47.
///
/// # Errors
/// If a node between x and y is not 1×1, if an operation on the way has no derivative, or if there
/// are more than `limit` paths.
pub fn path_sum<T: Scalar>(
    tape: &Tape<T>,
    y: Var<'_, T>,
    x: Var<'_, T>,
    limit: usize,
) -> Result<PathSum, AutogradError> {
    tape.check_own("path_sum", [y, x])?;
    let end = y.id() as usize;
    let nodes = tape.nodes.borrow();
    let depends = dependents(&nodes[..=end], [x.id()]);
    let mut edges = Vec::with_capacity(end + 1);
    for id in 0..=end {
        let inner = depends[id] && id != x.id() as usize;
        edges.push(if inner { edges_into(tape, &nodes, id, &depends)? } else { Vec::new() });
    }
    let mut paths = Vec::new();
    // The nodes of the path so far, from y back, and the product of its rates.
    let mut open = vec![(vec![y.id()], 1.0)];
    while let Some((trail, product)) = open.pop() {
        let at = trail[trail.len() - 1];
        if at == x.id() {
            if paths.len() == limit {
                return Err(AutogradError::TooManyPaths { limit });
            }
            let operation =
                |&id: &Id| nodes[id as usize].op.as_ref().map(|op| op.operation().name());
            let (_, inner) = trail.split_last().expect("a path has an end");
            paths.push(Path {
                operations: inner.iter().rev().filter_map(operation).collect(),
                product,
            });
            continue;
        }
        for edge in edges[at as usize].iter().rev() {
            let mut trail = trail.clone();
            trail.push(edge.start);
            open.push((trail, product * edge.rate));
        }
    }
    Ok(PathSum { paths })
}

fn edges_into<T: Scalar>(
    tape: &Tape<T>,
    nodes: &[Node<T>],
    id: usize,
    depends: &[bool],
) -> Result<Vec<Edge>, AutogradError> {
    let node = &nodes[id];
    let Some(op) = &node.op else { return Ok(Vec::new()) };
    let inputs = node.inputs.as_slice();
    let shapes = inputs.iter().map(|&input| nodes[input as usize].shape());
    let wide = std::iter::once(node.shape()).chain(shapes).find(|&shape| shape != (1, 1));
    if let Some(shape) = wide {
        return Err(AutogradError::NotScalar { shape });
    }
    check_differentiable(op)?;
    let eager = Eager::over(nodes, &tape.pool);
    let g = eager.own(DMatrix::from_element(1, 1, T::one()));
    let x: Vec<_> = inputs.iter().map(|&input| Var::new(&eager, input)).collect();
    let y = Var::new(&eager, id as Id);
    let g = op.operation().passing(y, g);
    let rate = |i| op.operation().pullback(i, &x, y, g).map_or(0.0, |rate| rate.item().to_f64());
    Ok(inputs
        .iter()
        .enumerate()
        .filter(|&(_, &input)| depends[input as usize])
        .map(|(i, &start)| Edge { start, rate: rate(i) })
        .collect())
}
