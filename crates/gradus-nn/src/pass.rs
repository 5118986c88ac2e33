//! Whether a model is being trained or used.

use std::fmt;

use rand::Rng;

/// Training or evaluation: always an argument, never a hidden state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Layers such as dropout are at work.
    Train,
    /// The model is used.
    Eval,
}

/// What a layer may need beside its input: the mode and, while training, random numbers.
pub struct Pass<'r> {
    rng: Option<&'r mut dyn Rng>,
}

impl<'r> Pass<'r> {
    /// The model is used.
    pub fn eval() -> Self {
        Self { rng: None }
    }

    /// The model is trained.
    pub fn train(rng: &'r mut dyn Rng) -> Self {
        Self { rng: Some(rng) }
    }

    /// The mode.
    pub fn mode(&self) -> Mode {
        if self.rng.is_some() { Mode::Train } else { Mode::Eval }
    }

    /// Random numbers, while training.
    pub fn rng(&mut self) -> Option<&mut dyn Rng> {
        match &mut self.rng {
            Some(rng) => Some(&mut **rng),
            None => None,
        }
    }
}

impl fmt::Debug for Pass<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pass").field("mode", &self.mode()).finish()
    }
}
