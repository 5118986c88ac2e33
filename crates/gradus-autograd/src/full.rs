//! Whole Jacobians and Hessians, a block of directions at a time over the same tape.

use std::ops::Range;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::dual::{Dual, Route};
use crate::node::{Id, Node, dependents};
use crate::tape::Tape;
use crate::var::Var;

/// Directions that are carried at once: enough to share what they have in common, few enough for
/// their tangents to stay in cache.
const BLOCK: usize = 16;

impl<T: Scalar> Tape<T> {
    /// The Jacobian of `y` with respect to `x`: element (i, j) is ∂yᵢ/∂xⱼ, where both are counted
    /// in column-major order.
    ///
    /// It is pushed forward or pulled back, whichever needs fewer sweeps.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![2.0; 3.0]);
    /// let y = x.powi(2) + x.sum();
    /// assert_eq!(tape.jacobian(y, x).unwrap(), dmatrix![5.0, 1.0; 1.0, 7.0]);
    /// assert_eq!(tape.jacobian(y.sum(), x).unwrap(), dmatrix![6.0, 8.0]);
    /// ```
    ///
    /// # Errors
    /// If an operation on the way has no derivative.
    pub fn jacobian(&self, y: Var<'_, T>, x: Var<'_, T>) -> Result<DMatrix<T>, AutogradError> {
        self.check_own("jacobian", [y, x])?;
        let count = |v: Var<'_, T>| v.rows() * v.cols();
        let mut jacobian = DMatrix::zeros(count(y), count(x));
        if count(x) <= count(y) {
            let nodes = self.nodes.borrow();
            let route = Route::new(&nodes, [x.id()], &[y.id()]);
            let mut dual = Dual::over(&nodes, &self.pool);
            for first in (0..count(x)).step_by(BLOCK) {
                let width = BLOCK.min(count(x) - first);
                dual.begin(width);
                dual.move_along_units(x.id(), first);
                dual.run(&route)?;
                if let Some(tangents) = dual.tangents(y.id()) {
                    for k in 0..width {
                        let mut column = jacobian.column_mut(first + k);
                        column.copy_from_slice(tangents.elements(k));
                    }
                }
            }
            dual.begin(0);
        } else {
            let mut unit = DMatrix::zeros(y.rows(), y.cols());
            for i in 0..unit.len() {
                unit[i] = T::one();
                let row = self.vjp(y, &unit, &[x])?;
                unit[i] = T::zero();
                jacobian.row_mut(i).iter_mut().zip(row[0].iter()).for_each(|(j, &g)| *j = g);
            }
        }
        Ok(jacobian)
    }

    /// The Hessian of a scalar with respect to the elements of some variables, in order, each
    /// variable in column-major order.
    ///
    /// Its columns are exact Hessian-vector products, a block of them in one sweep.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (x, y) = (tape.scalar(2.0), tape.scalar(3.0));
    /// let f = x.square() * y;
    /// assert_eq!(tape.hessian(f, &[x, y]).unwrap(), dmatrix![6.0, 4.0; 4.0, 0.0]);
    /// ```
    ///
    /// # Errors
    /// If `y` is not 1×1, or if an operation on the way has no derivative.
    pub fn hessian(&self, y: Var<'_, T>, wrt: &[Var<'_, T>]) -> Result<DMatrix<T>, AutogradError> {
        self.scratch(|| {
            let gradients = self.record_grad("hessian", y, wrt)?;
            let nodes = self.nodes.borrow();
            let depends = dependents(&nodes[..=y.id() as usize], wrt.iter().map(|x| x.id()));
            let declared = depends.iter().zip(&*nodes).any(|(&on, node)| on && node.is_custom());
            let symmetry = if declared { Symmetry::Unknown } else { Symmetry::Exact };
            let mut hessian = Hessian::of(&nodes, wrt, &gradients);
            let mut dual = Dual::over(&nodes, &self.pool);
            for part in hessian.plan(&nodes, symmetry) {
                hessian.fill(&part, &mut dual)?;
            }
            dual.begin(0);
            Ok(hessian.matrix)
        })
    }
}

/// A variable's share of the Hessian.
struct Share {
    variable: Id,
    gradient: Id,
    /// Where its elements stand among those of all variables.
    places: Range<usize>,
}

/// Whether a Hessian is known to be symmetric.
#[derive(Clone, Copy)]
enum Symmetry {
    Exact,
    /// A user's operation may declare a rule that is no derivative.
    Unknown,
}

/// The directions of one variable.
struct Part {
    variable: usize,
    /// Whose gradients' derivatives they are to give.
    rows: Vec<usize>,
    /// Those of the rows that stand for columns as well.
    mirrored: Vec<usize>,
    route: Route,
}

struct Hessian<T: Scalar> {
    matrix: DMatrix<T>,
    shares: Vec<Share>,
}

impl<T: Scalar> Hessian<T> {
    fn of(nodes: &[Node<T>], wrt: &[Var<'_, T>], gradients: &[Var<'_, T>]) -> Self {
        let mut end = 0;
        let share = |(x, g): (&Var<'_, T>, &Var<'_, T>)| {
            let start = end;
            end += nodes[x.id() as usize].value.matrix().len();
            Share { variable: x.id(), gradient: g.id(), places: start..end }
        };
        let shares = wrt.iter().zip(gradients).map(share).collect();
        Self { matrix: DMatrix::zeros(end, end), shares }
    }

    /// The directions of each variable in turn. Since a Hessian is symmetric, those that come later
    /// need not be asked for the gradients of those that came before; the cheaper of the two orders
    /// along the graph is taken.
    fn plan(&self, nodes: &[Node<T>], symmetry: Symmetry) -> Vec<Part> {
        let mut order: Vec<usize> = (0..self.shares.len()).collect();
        order.sort_by_key(|&i| self.shares[i].variable);
        let upwards = self.in_order(nodes, &order, symmetry);
        order.reverse();
        let downwards = self.in_order(nodes, &order, symmetry);
        let work = |parts: &[Part]| -> usize {
            let of = |p: &Part| self.shares[p.variable].places.len() * p.route.work(nodes);
            parts.iter().map(of).sum()
        };
        if work(&downwards) < work(&upwards) { downwards } else { upwards }
    }

    fn in_order(&self, nodes: &[Node<T>], order: &[usize], symmetry: Symmetry) -> Vec<Part> {
        let part = |(turn, &variable): (usize, &usize)| {
            let (rows, mirrored) = match symmetry {
                Symmetry::Exact => (&order[turn..], &order[turn + 1..]),
                Symmetry::Unknown => (order, &order[..0]),
            };
            let gradients: Vec<_> = rows.iter().map(|&i| self.shares[i].gradient).collect();
            let route = Route::new(nodes, [self.shares[variable].variable], &gradients);
            Part { variable, rows: rows.to_vec(), mirrored: mirrored.to_vec(), route }
        };
        order.iter().enumerate().map(part).collect()
    }

    /// The columns of one variable in the rows of a part, and the rows that mirror them.
    fn fill(&mut self, part: &Part, dual: &mut Dual<'_, T>) -> Result<(), AutogradError> {
        let variable = &self.shares[part.variable];
        let columns = variable.places.clone();
        for first in columns.clone().step_by(BLOCK) {
            let width = BLOCK.min(columns.end - first);
            dual.begin(width);
            dual.move_along_units(variable.variable, first - columns.start);
            dual.run(&part.route)?;
            for share in part.rows.iter().map(|&i| &self.shares[i]) {
                let Some(tangents) = dual.tangents(share.gradient) else { continue };
                for k in 0..width {
                    let mut column = self.matrix.column_mut(first + k);
                    let mut rows = column.rows_mut(share.places.start, share.places.len());
                    rows.copy_from_slice(tangents.elements(k));
                }
            }
        }
        for share in part.mirrored.iter().map(|&i| &self.shares[i]) {
            let (rows, size) = (&share.places, (share.places.len(), columns.len()));
            let mirrored = self.matrix.view((rows.start, columns.start), size).transpose();
            self.matrix
                .view_mut((columns.start, rows.start), mirrored.shape())
                .copy_from(&mirrored);
        }
        Ok(())
    }
}
