//! Functions with known minimisers, to try [minimisers](crate::minimise) on.
//!
//! | function | what is hard about it |
//! |---|---|
//! | [`Rosenbrock`] | a curved valley |
//! | [`Beale`] | steep walls, and a flat part that leads away |
//! | [`Himmelblau`] | four minimisers, with saddles between them |
//! | [`Quadratic`] | a condition number of one's choice |
//! | [`Plateau`] | gradients that vanish far from the minimiser |
//! | [`Saddle`] | a start near a saddle |
//!
//! Each has its value, gradient, Hessian, Hessian-vector product and minimisers.
//!
//! ```
//! use gradus_optim::minimise::{Minimiser, Newton, Objective};
//! use gradus_optim::test_functions::{TestFunction, all};
//!
//! # fn main() -> Result<(), gradus_optim::OptimError> {
//! for mut f in all() {
//!     for minimiser in f.minimisers() {
//!         assert!((f.value(&minimiser) - f.minimum()).abs() < 1e-15, "{}", f.name());
//!     }
//!     let start = f.start();
//!     let outcome = Newton::default().minimise(&mut *f, &start)?;
//!     assert!(outcome.converged(), "{}: {}", f.name(), outcome.reason);
//! }
//! # Ok(())
//! # }
//! ```

mod beale;
mod himmelblau;
mod planar;
mod plateau;
mod quadratic;
mod rosenbrock;
mod saddle;

pub use beale::Beale;
pub use himmelblau::Himmelblau;
pub use plateau::Plateau;
pub use quadratic::Quadratic;
pub use rosenbrock::Rosenbrock;
pub use saddle::Saddle;

use crate::minimise::Objective;

/// An objective whose minimisers are known.
///
/// Its methods take points of [`dimension`](Objective::dimension) entries and panic on others.
pub trait TestFunction: Objective {
    /// The function's name.
    fn name(&self) -> &'static str;

    /// The usual start.
    fn start(&self) -> Vec<f64>;

    /// The global minimisers.
    fn minimisers(&self) -> Vec<Vec<f64>>;

    /// The least value.
    fn minimum(&self) -> f64 {
        0.0
    }
}

/// One of each function, in two variables but for a Rosenbrock in three and quadratics in five
/// and in ten, of condition 10 and 10⁴.
pub fn all() -> Vec<Box<dyn TestFunction>> {
    vec![
        Box::new(Rosenbrock::of(2)),
        Box::new(Rosenbrock::of(3)),
        Box::new(Beale),
        Box::new(Himmelblau),
        Box::new(Quadratic::of(5, 10.0)),
        Box::new(Quadratic::of(10, 1e4)),
        Box::new(Plateau),
        Box::new(Saddle),
    ]
}
