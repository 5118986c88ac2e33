//! What a tape holds, in a few lines.

use std::fmt;

use gradus_linalg::Scalar;

use crate::node::Value;
use crate::tape::Tape;

/// What a tape holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Nodes in all.
    pub nodes: usize,
    /// Leaves that get a gradient: variables and trainable parameters.
    pub variables: usize,
    /// The elements of those.
    pub variable_elements: usize,
    /// The other leaves: constants, inputs and frozen parameters.
    pub constants: usize,
    /// Operations by name with their number, the most frequent first.
    pub operations: Vec<(&'static str, usize)>,
    /// The bytes of computed values and of what is kept for the backward pass; matrices that were given, parameters among them, do not count.
    pub owned_bytes: usize,
}

impl<T: Scalar> Tape<T> {
    /// Counts what the tape holds.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![1.0, 2.0]);
    /// let _ = (x.exp() * x.exp() + 1.0).sum();
    /// let summary = tape.summary();
    /// assert_eq!((summary.nodes, summary.variables, summary.variable_elements), (6, 1, 2));
    /// assert_eq!(summary.operations[0], ("exp", 2));
    /// assert_eq!(summary.owned_bytes, 9 * 8);
    /// println!("{summary}");
    /// ```
    pub fn summary(&self) -> Summary {
        let nodes = self.nodes.borrow();
        let mut summary = Summary {
            nodes: nodes.len(),
            variables: 0,
            variable_elements: 0,
            constants: 0,
            operations: Vec::new(),
            owned_bytes: self.kept.borrow().iter().map(|(_, m)| m.len() * size_of::<T>()).sum(),
        };
        for node in nodes.iter() {
            let elements = node.value.matrix().len();
            if matches!(node.value, Value::Owned(_)) {
                summary.owned_bytes += elements * size_of::<T>();
            }
            match (&node.op, node.needs_grad) {
                (Some(op), _) => {
                    let name = op.operation().name();
                    match summary.operations.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, count)) => *count += 1,
                        None => summary.operations.push((name, 1)),
                    }
                }
                (None, true) => {
                    summary.variables += 1;
                    summary.variable_elements += elements;
                }
                (None, false) => summary.constants += 1,
            }
        }
        summary.operations.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        summary
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} nodes: {} variables with {} elements, {} constants, {} bytes of values",
            self.nodes, self.variables, self.variable_elements, self.constants, self.owned_bytes
        )?;
        for (name, count) in &self.operations {
            writeln!(f, "{count:>8} {name}")?;
        }
        Ok(())
    }
}
