//! One table drives every optimiser through the same problems and checks.

#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

mod descent;
mod laws;
mod misuse;
mod numerics;
mod resume;
mod table;
mod trajectories;
