//! The graph as a picture, in Graphviz's language.

use std::fmt::Write as _;

use gradus_linalg::Scalar;
use nalgebra::DMatrix;

use crate::AutogradError;
use crate::interpreter::Interpreter;
use crate::node::{Id, Node};
use crate::tape::Tape;
use crate::var::Var;

/// Elements of a value that are written out.
const SHOWN: usize = 6;

fn numbers<T: Scalar>(matrix: &DMatrix<T>) -> String {
    let short =
        |x: &T| format!("{:.4}", x.to_f64()).trim_end_matches('0').trim_end_matches('.').to_owned();
    let mut rows: Vec<String> = Vec::new();
    if matrix.len() > SHOWN {
        return String::from("…");
    }
    for row in matrix.row_iter() {
        rows.push(row.iter().map(short).collect::<Vec<_>>().join(" "));
    }
    rows.join("; ")
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

impl<T: Scalar> Tape<T> {
    /// The graph in Graphviz's DOT language, with names, operations, shapes and values.
    ///
    /// Values with more than six elements are left out. Variables are boxes, constants are dashed.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    ///
    /// let tape = Tape::new();
    /// let x = tape.scalar(3.0).name("x");
    /// let _ = x.square();
    /// let dot = tape.to_dot();
    /// assert!(dot.starts_with("digraph tape {"));
    /// assert!(dot.contains("n1 [label=\"square\\n1x1\\nvalue 9\"];"), "{dot}");
    /// assert!(dot.contains("n0 -> n1;"));
    /// ```
    pub fn to_dot(&self) -> String {
        self.dot(&[])
    }

    /// The graph with the gradient of a scalar at every node.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    ///
    /// let tape = Tape::new();
    /// let x = tape.scalar(3.0).name("x");
    /// let dot = tape.to_dot_of(x.square()).unwrap();
    /// assert!(dot.contains("x: variable\\n1x1\\nvalue 3\\ngradient 6"), "{dot}");
    /// ```
    ///
    /// # Errors
    /// If `y` is not 1×1 or belongs to another tape, or if an operation on the way has no derivative.
    pub fn to_dot_of(&self, y: Var<'_, T>) -> Result<String, AutogradError> {
        let shape = y.shape();
        if shape != (1, 1) {
            return Err(AutogradError::NotScalar { shape });
        }
        self.check_own("to_dot_of", [y])?;
        let wanted: Vec<bool> = {
            let nodes = self.nodes.borrow();
            nodes[..=y.id() as usize].iter().map(|node| node.needs_grad).collect()
        };
        let gradients: Vec<Option<DMatrix<T>>> = self.scratch(|| {
            let one = Var::new(self, self.filled((1, 1), T::one()));
            Ok(self.pull(one, &wanted)?.into_iter().map(|g| g.map(Var::value)).collect())
        })?;
        Ok(self.dot(&gradients))
    }

    fn dot(&self, gradients: &[Option<DMatrix<T>>]) -> String {
        let nodes = self.nodes.borrow();
        let mut text = String::from("digraph tape {\n  rankdir=LR;\n");
        for (id, node) in nodes.iter().enumerate() {
            let mut label = self.title(id, node);
            let value = node.value.matrix();
            // Writing to a string cannot fail.
            let _ =
                write!(label, "\\n{}x{}\\nvalue {}", value.nrows(), value.ncols(), numbers(value));
            if let Some(Some(gradient)) = gradients.get(id) {
                let _ = write!(label, "\\ngradient {}", numbers(gradient));
            }
            let style = match (&node.op, node.needs_grad) {
                (Some(_), _) => "",
                (None, true) => ", shape=box",
                (None, false) => ", shape=box, style=dashed",
            };
            let _ = writeln!(text, "  n{id} [label=\"{label}\"{style}];");
            for input in node.inputs.as_slice() {
                let _ = writeln!(text, "  n{input} -> n{id};");
            }
        }
        text.push_str("}\n");
        text
    }

    fn title(&self, id: usize, node: &Node<T>) -> String {
        let is_parameter =
            self.parameters.borrow().iter().any(|(_, parameter)| *parameter == id as Id);
        let kind = match (&node.op, is_parameter, node.needs_grad) {
            (Some(op), _, _) => op.operation().name(),
            (None, true, true) => "parameter",
            (None, true, false) => "frozen parameter",
            (None, false, true) => "variable",
            (None, false, false) => "constant",
        };
        let names = self.names.borrow();
        let name = names.iter().rev().find(|(named, _)| *named == id as Id);
        escape(&name.map_or_else(|| kind.to_owned(), |(_, name)| format!("{name}: {kind}")))
    }
}
