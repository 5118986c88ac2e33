//! Choosing between two values, element by element.

use gradus_linalg::{MatMut, MatRef, Scalar};

use crate::error::{AutogradError, Shape};
use crate::operation::{Example, Operation};
use crate::ops::elementwise::zip;
use crate::sample::{Domain, Sample};
use crate::var::Var;

/// Which elements a gate lets pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Those where the condition is above 0.
    WherePositive,
    /// The others.
    Elsewhere,
}

/// The second operand where the first, the condition, says so, and 0 elsewhere. What does not
/// pass leaves no trace, not even an infinity or NaN.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gate(pub(crate) Kept);

/// The second operand where the first, the condition, is above 0, and the third elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Select;

impl Gate {
    fn passes<T: Scalar>(self, condition: T) -> bool {
        (condition > T::zero()) == (self.0 == Kept::WherePositive)
    }
}

fn same_shape(op: &'static str, inputs: &[Shape]) -> Result<Shape, AutogradError> {
    if inputs.iter().all(|shape| *shape == inputs[0]) {
        Ok(inputs[0])
    } else {
        Err(AutogradError::shape(op, "all have one shape", inputs))
    }
}

fn mark_condition<T: Scalar>(condition: MatRef<'_, T>, mark: &mut dyn FnMut(u64)) {
    for j in 0..condition.cols() {
        for i in 0..condition.rows() {
            mark(u64::from(condition.at(i, j) > T::zero()));
        }
    }
}

fn condition() -> Sample {
    Sample::new((3, 4), Domain::reals().except(&[0.0]))
}

impl<T: Scalar> Operation<T> for Gate {
    fn name(&self) -> &'static str {
        "gate"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        same_shape("gate", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], out: MatMut<'_, T>) {
        zip(inputs, out, |c, x| if self.passes(c) { x } else { T::zero() });
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        (i == 1).then(|| Var::apply(*self, &[x[0], g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        dx[1].map(|dx| Var::apply(*self, &[x[0], dx]))
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        mark_condition(inputs[0], mark);
    }

    fn examples() -> Vec<Example<T>> {
        [Kept::WherePositive, Kept::Elsewhere]
            .into_iter()
            .map(|kept| Example::new(Self(kept), vec![condition(), Sample::reals(3, 4)]))
            .collect()
    }
}

impl<T: Scalar> Operation<T> for Select {
    fn name(&self) -> &'static str {
        "select"
    }

    fn shape(&self, inputs: &[Shape]) -> Result<Shape, AutogradError> {
        same_shape("select", inputs)
    }

    fn forward(&self, inputs: &[MatRef<'_, T>], mut out: MatMut<'_, T>) {
        let [c, a, b] = [inputs[0], inputs[1], inputs[2]];
        for j in 0..c.cols() {
            for i in 0..c.rows() {
                let chosen = if c.at(i, j) > T::zero() { a } else { b };
                out.set(i, j, chosen.at(i, j));
            }
        }
    }

    fn pullback<'e>(
        &self,
        i: usize,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        g: Var<'e, T>,
    ) -> Option<Var<'e, T>> {
        let kept = match i {
            0 => return None,
            1 => Kept::WherePositive,
            _ => Kept::Elsewhere,
        };
        Some(Var::apply(Gate(kept), &[x[0], g]))
    }

    fn tangent<'e>(
        &self,
        x: &[Var<'e, T>],
        _y: Var<'e, T>,
        dx: &[Option<Var<'e, T>>],
    ) -> Option<Var<'e, T>> {
        let through = |kept, dx| Var::apply(Gate(kept), &[x[0], dx]);
        match (dx[1], dx[2]) {
            (Some(a), Some(b)) => Some(x[0].select(a, b)),
            (Some(a), None) => Some(through(Kept::WherePositive, a)),
            (None, b) => b.map(|b| through(Kept::Elsewhere, b)),
        }
    }

    fn branches(&self, inputs: &[MatRef<'_, T>], mark: &mut dyn FnMut(u64)) {
        mark_condition(inputs[0], mark);
    }

    fn examples() -> Vec<Example<T>> {
        vec![Example::new(Self, vec![condition(), Sample::reals(3, 4), Sample::reals(3, 4)])]
    }
}

impl<'t, T: Scalar> Var<'t, T> {
    /// a where this is above 0, and b elsewhere; a and b are broadcast to the shape of this.
    ///
    /// No gradient reaches the condition, and none reaches a value where it is not chosen. But if
    /// that value was computed with an infinite derivative, 0·∞ still makes a NaN further up: use
    /// [`Var::apply_where`] then.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let (x, one) = (tape.variable(dmatrix![-2.0, 3.0]), tape.scalar(1.0));
    /// let y = x.select(x.square(), one);
    /// assert_eq!(y.value(), dmatrix![1.0, 9.0]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 6.0]));
    /// ```
    ///
    /// # Panics
    /// If a or b cannot be broadcast to the shape of this.
    pub fn select(self, a: Self, b: Self) -> Self {
        let (rows, cols) = self.shape();
        Self::apply(Select, &[self, a.broadcast(rows, cols), b.broadcast(rows, cols)])
    }

    /// f(self) where the condition is above 0, and another value elsewhere, such that nothing of f
    /// leaks from where it is not used: f sees `safe` there.
    ///
    /// The value and its derivatives of every order are those of the branch that is taken, even
    /// where f is infinite or not a number on the other.
    ///
    /// ```
    /// use gradus_autograd::Tape;
    /// use nalgebra::dmatrix;
    ///
    /// let tape = Tape::new();
    /// let x = tape.variable(dmatrix![0.0, -1.0, 2.0]);
    /// let y = x.apply_where(x, 1.0, |x| x.log(), x.filled_like(0.0)); // ln x, and 0 for x ≤ 0
    /// assert_eq!(y.value(), dmatrix![0.0, 0.0, 2.0_f64.ln()]);
    /// assert_eq!(y.sum().backward().get(x), Some(&dmatrix![0.0, 0.0, 0.5]));
    /// ```
    ///
    /// In PyTorch and JAX this is written as two `where`s, one around the operand and one around
    /// the result.
    ///
    /// # Panics
    /// If the shapes do not fit.
    pub fn apply_where(
        self,
        condition: Self,
        safe: f64,
        f: impl FnOnce(Self) -> Self,
        otherwise: Self,
    ) -> Self {
        let masked = condition.select(self, self.filled_like(safe));
        condition.select(f(masked), otherwise)
    }
}
