//! Files of the MNIST layout.

mod error;
mod load;

pub use error::MnistError;
pub use load::load_mnist;
