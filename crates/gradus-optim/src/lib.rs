//! gradus-optim
#![forbid(unsafe_code)]
